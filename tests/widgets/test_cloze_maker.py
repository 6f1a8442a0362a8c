"""Making a quiz, without a browser."""

import pytest

from ailab.results import ClozeQuiz
from ailab.widgets import ClozeMaker

TEXT = """Năm 1998, bản có 64 hộ dân. Năm 2001, dân bản trồng 120 ha rừng. Năm 2012, rừng của bản rộng 310 ha.
Suối của bản tên là Nậm Mẫu. Núi ở phía trên tên là Pú Mẫu. Rừng ở phía dưới tên là Huổi Sao."""


def read(demo, text=TEXT):
    demo.documents.text.value = text
    demo.documents.read.click()


@pytest.fixture
def demo():
    demo = ClozeMaker()
    read(demo)
    return demo


def test_waiting():
    demo = ClozeMaker()
    assert demo.rest.layout.display == "none"
    assert demo.save.content == ""
    assert demo.value is None


def test_a_sample():
    demo = ClozeMaker()
    demo.documents.sample.value = demo.documents.sample.options[1][1]
    assert len(demo.cards.children) == len(demo.value.questions) == 8
    assert "ailab-box ailab-note" in demo.output.value


def test_questions_with_their_sources(demo):
    assert demo.value.source.startswith("Năm 1998")
    for card, question in zip(demo.cards.children, demo.value.questions, strict=True):
        assert f"<mark>{question.answer}</mark>" in card.origin.value
        assert card.text.value.startswith(question.gapped)
    questions, answers = demo.save.content.split("-" * 40)
    assert demo.save.filename.endswith(".txt")
    for question in demo.value.questions:
        assert question.gapped in questions
        assert question.sentence in answers
        assert question.sentence not in questions


def test_what_is_dropped_and_changed_is_so_in_the_file(demo):
    first, second = demo.cards.children[:2]
    first.keep.value = False
    assert first.text.disabled
    second.text.value = "Câu của tôi ……?"
    second.answer.value = "đáp án của tôi"
    assert len(demo.kept) == len(demo.cards.children) - 1
    assert first.question.gapped not in demo.save.content
    assert "1. Câu của tôi ……?" in demo.save.content
    assert "1. đáp án của tôi" in demo.save.content
    assert second.question.sentence in demo.save.content  # the source stays
    first.keep.value = True
    assert first.question.gapped in demo.save.content
    assert not first.text.disabled


def test_none_kept(demo):
    for card in demo.cards.children:
        card.keep.value = False
    assert demo.save.content == ""
    assert "role" in demo.sheet.value


def test_another_text_and_the_same_again(demo):
    demo.cards.children[0].keep.value = False
    n = len(demo.cards.children)
    demo.documents.read.click()
    assert len(demo.kept) == n
    read(demo, "Trời hôm nay rất đẹp và mát.")
    assert demo.cards.children == ()
    assert demo.save.content == ""
    assert demo.rest.layout.display == "none"
    assert "ailab-box ailab-doubt" in demo.output.value
    assert demo.value.questions == ()


def test_personal_data_are_warned_of(demo):
    assert "ailab-box ailab-danger" not in demo.output.value
    read(demo, TEXT + "\nEm Lò Thị Mẫu, sinh ngày 14/5/2016, điện thoại 0912 000 456.")
    assert "ailab-box ailab-danger" in demo.output.value
    assert "0912" not in demo.save.content


def test_a_secret_leaves_nothing(demo):
    read(demo, "MẬT\n" + TEXT)
    assert demo.value is None
    assert demo.cards.children == ()
    for left in (demo.save.content, demo.source.value, demo.documents.text.value):
        assert left == ""


def test_a_maker_of_ones_own_and_a_defect():
    demo = ClozeMaker(lambda text: ClozeQuiz((), text, 1))
    read(demo)
    assert demo.value.n_sentences == 1
    broken = ClozeMaker(lambda _text: 1 / 0)
    read(broken)
    assert "Chương trình gặp lỗi" in broken.output.value
    assert broken.value is None
