"""Samples, files and pasted texts, without a browser."""

import pytest

from ailab.i18n import using
from ailab.readers import read_document
from ailab.samples.documents import sample_documents
from ailab.widgets import DocumentInput

SECRET = "ỦY BAN NHÂN DÂN\nTỐI MẬT\nBáo cáo về việc riêng.\nNội dung một."
GOOD = "Các trưởng bản gửi báo cáo trước ngày 15/8/2026."


@pytest.fixture
def demo():
    return DocumentInput()


@pytest.fixture
def several():
    return DocumentInput(several=True)


def send(demo, *files):
    """What the browser does with files that are chosen together: (name, text or bytes)."""
    for at, (name, data) in enumerate(files):
        raw = data.encode() if isinstance(data, str) else data
        demo.files._file_sent(demo.files, {"name": name, "number": at, "first": at == 0, "problem": ""}, [memoryview(raw)])


def paste(demo, text):
    demo.text.value = text
    demo.read.click()


def test_every_sample_can_be_read(demo):
    assert len(demo.sample.options) == 1 + len(sample_documents())
    for _title, samples in demo.sample.options[1:]:
        demo.sample.value = samples
        assert demo.value == ((samples[0].title, read_document(samples[0].path)),)
        assert demo.output.value == ""


def test_samples_on_one_matter_are_read_together(several):
    groups = [samples for _title, samples in several.sample.options if len(samples) > 1]
    assert groups
    several.sample.value = groups[0]
    assert [name for name, _text in several.value] == [sample.title for sample in groups[0]]


def test_a_pasted_text(demo):
    demo.sample.value = demo.sample.options[1][1]
    paste(demo, "Ba\u0309n\u00a0ba\u0301o ca\u0301o.\r\nSố\x0bhai\x01")
    assert demo.value == (("Văn bản của bạn", "Bản báo cáo.\nSố\nhai"),)
    assert demo.sample.value == ()


def test_an_empty_field_is_answered(demo):
    paste(demo, "   \n ")
    assert demo.value == ()
    assert "ailab-box ailab-doubt" in demo.output.value


def test_reading_again_reads_again(demo):
    seen = []
    demo.observe(lambda change: seen.append(change["new"]), "value")
    paste(demo, GOOD)
    demo.read.click()
    demo.read.click()
    assert [documents[0][1] for documents in seen] == [GOOD] * 3


@pytest.mark.parametrize("once_before", [False, True])
def test_a_secret_text_is_refused_and_gone(demo, once_before):
    if once_before:
        demo.sample.value = demo.sample.options[1][1]
    paste(demo, SECRET)
    assert demo.value == ()
    assert demo.text.value == ""
    assert demo.sample.value == ()
    assert "TỐI MẬT" in demo.output.value
    assert "Nội dung một" not in demo.output.value
    paste(demo, GOOD)
    assert demo.value[0][1] == GOOD
    assert demo.output.value == ""


def test_a_file(demo):
    send(demo, ("a.txt", GOOD))
    assert demo.value == (("a.txt", GOOD),)
    send(demo, ("a.txt", GOOD))  # once more
    assert demo.value == (("a.txt", GOOD),)
    send(demo, ("b.txt", "Khác."))
    assert demo.value == (("b.txt", "Khác."),)


def test_one_document_at_a_time(demo):
    send(demo, ("a.txt", GOOD), ("b<i>.txt", "Khác."))
    assert demo.value == (("a.txt", GOOD),)
    assert "b&lt;i&gt;.txt" in demo.output.value


def test_several_files_are_kept_together(several):
    send(several, ("a.txt", GOOD), ("b.txt", "Khác."))
    assert [name for name, _text in several.value] == ["a.txt", "b.txt"]
    send(several, ("c.txt", "Mới."))
    assert [name for name, _text in several.value] == ["c.txt"]
    send(several, *((f"{n}.txt", f"Câu {n}.") for n in range(7)))
    assert [name for name, _text in several.value] == [f"{n}.txt" for n in range(5)]
    assert "5.txt" in several.output.value
    assert "6.txt" in several.output.value


def test_a_file_that_cannot_be_read_leaves_the_rest(several):
    several.sample.value = several.sample.options[-1][1]
    before, chosen = several.value, several.sample.value
    send(several, ("bad.docx", b"PK\x03\x04 no"))
    assert "bad.docx" in several.output.value
    assert several.value == before
    assert several.sample.value == chosen  # what is shown is still what is chosen
    send(several, ("bad.docx", b"PK\x03\x04 no"), ("a.txt", GOOD))
    assert several.value == (("a.txt", GOOD),)  # not beside what was chosen before
    assert "bad.docx" in several.output.value
    send(several, ("a.txt", GOOD))
    assert several.output.value == ""


def test_a_secret_file_takes_what_was_there_with_it(several):
    send(several, ("a.txt", GOOD), ("mat.txt", SECRET))
    assert several.value == ()
    assert "mat.txt" in several.output.value
    send(several, ("mat.txt", SECRET), ("a.txt", GOOD))
    assert several.value == (("a.txt", GOOD),)
    assert "mat.txt" in several.output.value


def test_what_the_browser_could_not_send(demo):
    demo.files._file_sent(demo.files, {"name": "<b>.pdf", "number": 1, "first": True, "problem": "too_big"}, [])
    assert demo.value == ()
    assert "&lt;b&gt;.pdf" in demo.output.value
    assert "20 MB" in demo.output.value


def test_a_defect_is_a_sentence(demo, monkeypatch):
    monkeypatch.setattr("ailab.readers.read_document", lambda *_args, **_more: 1 / 0)
    send(demo, ("a.txt", GOOD))
    assert "Chương trình gặp lỗi" in demo.output.value


def test_english():
    with using("en"):
        demo = DocumentInput()
        assert demo.sample.options[0][0] == "Choose one…"
        paste(demo, "")
        assert "The text field is empty" in demo.output.value
