"""One's own summary beside that of the machine, without a browser."""

import re

import pytest

from ailab.widgets import CompareSummary, DocumentSummary

TEXT = (
    "Các trưởng bản rà soát hộ nghèo, gửi danh sách trước ngày 15/8/2026. "
    "Phòng Kinh tế tổng hợp báo cáo gửi tỉnh trước ngày 30/9/2026. "
    "Trạm Y tế tổ chức tiêm phòng cho trẻ em tại nhà văn hóa bản. "
    "Thời tiết những ngày qua có mưa."
)


@pytest.fixture
def summary():
    demo = DocumentSummary()
    demo.length.value = 2
    return demo


def read(summary, text=TEXT):
    summary.documents.text.value = text
    summary.documents.read.click()


def test_without_a_document_it_says_what_to_do(summary):
    demo = CompareSummary(summary)
    demo.own.value = "Một ý."
    demo.button.click()
    demo.button.click()
    assert demo.value is None
    assert "CompareSummary(" in repr(demo)
    assert "ailab-box ailab-doubt" in demo.output.value
    assert "phần 1" in demo.output.value


def test_both_sides(summary):
    demo = CompareSummary(summary)
    read(summary)
    demo.own.value = f"{summary.value.sentences[0].text}\nXã sẽ xây một cây cầu <b>treo</b>."
    demo.button.click()
    assert [sentence.covered for sentence in demo.value.own] == [True, False]
    assert "Trong 2 ý của bạn, AI có 1 ý." in demo.output.value
    assert "Trong 2 câu của AI, bạn có 1 câu." in demo.output.value
    assert "&lt;b&gt;treo&lt;/b&gt;" in demo.output.value
    assert summary.value.sentences[1].text in demo.output.value
    shown = demo.output.value
    demo.button.click()
    assert demo.output.value == shown


def test_nothing_written_is_answered(summary):
    demo = CompareSummary(summary)
    read(summary)
    for text in ("", " \n ", "..."):
        demo.own.value = text
        demo.button.click()
        assert "ailab-box ailab-doubt" in demo.output.value
        assert demo.value is None


def test_it_follows_the_length(summary):
    demo = CompareSummary(summary)
    read(summary)
    demo.own.value = "Trạm Y tế tiêm phòng cho trẻ em tại nhà văn hóa bản."
    demo.button.click()
    summary.length.value = 4
    assert len(demo.value.summary.sentences) == 4
    assert re.search(r"Trong 4 câu của AI, bạn có 1 câu", demo.output.value)


def test_it_says_nothing_of_another_document(summary):
    demo = CompareSummary(summary)
    before = demo.output.value
    read(summary)
    demo.own.value = "Trạm Y tế tiêm phòng."
    demo.button.click()
    read(summary, "Đoàn thanh niên trồng cây. Hội phụ nữ dọn vệ sinh.")
    assert demo.value is None
    assert demo.output.value == before
    demo.button.click()
    assert demo.value is not None
    read(summary, "TỐI MẬT\nĐoàn thanh niên trồng cây.")
    assert demo.value is None


def test_a_secret_text_of_ones_own_is_refused_and_forgotten(summary):
    demo = CompareSummary(summary)
    demo.own.value = "TUYỆT MẬT\nKế hoạch tuần tra của xã."
    demo.button.click()
    assert (demo.own.value, demo.value) == ("", None)
    read(summary)
    demo.own.value = "Trạm Y tế tiêm phòng."
    demo.button.click()
    assert demo.value is not None
    for again in (demo.button.click, lambda: setattr(summary.length, "value", 4)):
        demo.own.value = "TUYỆT MẬT\nKế hoạch tuần tra của xã."
        again()
        assert (demo.own.value, demo.value) == ("", None)
        assert "TUYỆT MẬT" in demo.output.value
        assert "tuần tra" not in demo.output.value
        demo.own.value = "Trạm Y tế tiêm phòng."
        demo.button.click()
        assert demo.value is not None
