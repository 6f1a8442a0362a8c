"""What a language model would read: shown first, sent after a second click. No server, no browser."""

import pytest

from ailab.hub.abstractive import AbstractiveSummarizer, Draft
from ailab.hub.server import Reply
from ailab.privacy import mask_personal_data
from ailab.widgets import DocumentSummary, ModelSummary

TEXT = "Ông Lò Văn Mẫu, điện thoại 0912 000 123, gửi báo cáo trước ngày 15/8/2026. Văn phòng tổng hợp."


class Model(AbstractiveSummarizer):
    """Writes one sentence, and remembers what it was given."""

    def __init__(self):
        self.read = []

    def _draft(self, source):
        masked = mask_personal_data(source)
        return Draft(source, masked.text, masked.text, "http://127.0.0.1:1/", 1.0, masked)

    def _write(self, draft):
        self.read.append(draft.body)
        return Reply("Báo cáo nộp trước ngày 31/12/2031.", cut_off=False)


@pytest.fixture
def demo():
    return ModelSummary(DocumentSummary(), Model())


def give(demo, text=TEXT):
    demo.demo.documents.text.value = text
    demo.demo.documents.read.click()


def test_nothing_is_sent_before_the_second_button(demo):
    assert demo.send.disabled
    demo.preview.click()
    assert demo.send.disabled  # there is no document
    assert "phần 1" in demo.output.value
    give(demo)
    assert demo.send.disabled
    demo.preview.click()
    demo.preview.click()
    assert not demo.send.disabled
    assert "0912" not in demo.output.value
    assert "[ĐIỆN THOẠI 1]" in demo.output.value
    assert demo.model.read == []


def test_it_is_sent_once(demo):
    give(demo)
    demo.preview.click()
    demo.send.click()
    demo.send.click()
    assert len(demo.model.read) == 1
    assert demo.send.disabled
    assert [claim.text for claim in demo.value.unsupported] == ["31/12/2031"]
    assert 'class="ailab-unsupported"' in demo.output.value


def test_another_document_withdraws_the_draft(demo):
    give(demo)
    demo.preview.click()
    give(demo, "Đoàn thanh niên trồng cây ở bản.")
    assert demo.send.disabled
    demo.send.click()
    assert demo.model.read == []
    demo.preview.click()
    assert "trồng cây" in demo.output.value


def test_a_defect_is_a_sentence(demo, monkeypatch):
    give(demo)
    demo.preview.click()
    monkeypatch.setattr(demo.model, "_write", lambda _draft: 1 / 0)
    demo.send.click()
    assert "Chương trình gặp lỗi" in demo.output.value


def test_the_model_of_this_computer_is_made_when_it_is_needed():
    demo = ModelSummary(DocumentSummary())
    assert demo._model is None
    give(demo)
    demo.preview.click()
    assert "127.0.0.1:8080" in demo.output.value
