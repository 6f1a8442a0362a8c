"""The summary of a document, without a browser."""

import re

import pytest

from ailab.results import Summary, SummarySentence
from ailab.widgets import DocumentSummary

TEXT = " ".join(f"Bản số {n} báo cáo kết quả rà soát hộ nghèo trước ngày {n}/9/2026." for n in range(1, 9))


def paste(demo, text):
    demo.documents.text.value = text
    demo.documents.read.click()


def chosen(demo):
    return re.findall(r'<li><a href="#ailab-sentence-(\d+)"', demo.output.value)


@pytest.fixture
def demo():
    return DocumentSummary()


def test_waiting(demo):
    assert demo.length.layout.display == "none"
    assert "role" in demo.output.value
    assert demo.value is None
    assert demo.names == []


def test_a_sample_is_summarised_and_marked(demo):
    single = next(samples for _title, samples in demo.documents.sample.options if len(samples) == 1)
    demo.documents.sample.value = single
    assert len(demo.value.sentences) == demo.length.value
    assert demo.names == [single[0].title]
    assert demo.length.layout.display is None
    source = demo.value.sources[0]
    for number, sentence in enumerate(demo.value.sentences, 1):
        assert source[sentence.start : sentence.end] == sentence.text
        assert f'id="ailab-sentence-{number}"' in demo.output.value
    assert chosen(demo) == [str(number) for number in range(1, demo.length.value + 1)]


def test_several_documents_name_their_sources(demo):
    group = next(samples for _title, samples in demo.documents.sample.options if len(samples) > 1)
    demo.documents.sample.value = group
    assert len(demo.value.sources) == len(group)
    for sample in group:
        assert sample.title in demo.output.value


def test_the_slider_makes_it_longer_and_shorter(demo):
    paste(demo, TEXT)
    for length in (1, 3, 3, 12):
        demo.length.value = length
        assert len(demo.value.sentences) == len(chosen(demo)) == min(length, 8)


def test_the_same_text_again_is_the_same_summary(demo):
    paste(demo, TEXT)
    first, shown = demo.value, demo.output.value
    demo.documents.read.click()
    assert demo.value == first
    assert demo.output.value == shown


def test_a_secret_leaves_nothing(demo):
    paste(demo, TEXT)
    paste(demo, "TỐI MẬT\n" + TEXT)
    assert demo.value is None
    assert "hộ nghèo" not in demo.output.value
    assert demo.length.layout.display == "none"
    paste(demo, TEXT)
    assert demo.value is not None


def test_html_in_a_document_is_text(demo):
    paste(demo, "<script>alert(1)</script> Các bản báo cáo trước ngày 15/8/2026. <img src=x onerror=alert(1)> Văn phòng tổng hợp.")
    assert "<script>" not in demo.output.value
    assert "<img" not in demo.output.value
    assert "&lt;script&gt;" in demo.output.value


def test_no_sentence_and_a_defect_are_answered(demo, monkeypatch):
    paste(demo, "!!!")
    assert demo.value is None
    assert "ailab-box ailab-doubt" in demo.output.value
    monkeypatch.setattr(demo.summarizer, "summarize", lambda _texts: 1 / 0)
    paste(demo, TEXT)
    assert "Chương trình gặp lỗi" in demo.output.value
    monkeypatch.undo()
    demo.documents.read.click()  # “try again” does
    assert demo.value is not None


def test_a_model_of_ones_own():
    class First:
        n_sentences = 2

        def summarize(self, texts):
            return Summary((SummarySentence(texts[:3], 0, 3, 1.0),), (texts,))

    demo = DocumentSummary(First())
    assert demo.length.value == 2
    paste(demo, TEXT)
    assert demo.value.text == "Bản"


def test_another_document_that_fails_leaves_no_summary_of_the_first(demo):
    paste(demo, TEXT)
    paste(demo, "!!!")
    assert demo.value is None
