import re

import pytest

from ailab.samples.messages import sample_messages
from ailab.widgets import MessageExam, MessageSorter


@pytest.fixture
def sorter():
    sorter = MessageSorter()
    sorter.teach([(m.text, m.label) for m in sorter.messages[:60]])
    return sorter


def numbers(exam):
    return [int(b.description) for b in exam.matrix.children if hasattr(b, "button_style") and b.description.isdigit()]


def test_before_anything_is_taught():
    exam = MessageExam(MessageSorter())
    assert "60" in exam.output.value
    exam.button.click()
    assert "ailab-doubt" in exam.output.value
    assert exam.value == ()


def test_every_message_of_the_test_is_in_one_cell(sorter):
    exam = MessageExam(sorter)
    exam.button.click()
    assert len(exam.value) == 60
    assert sum(numbers(exam)) == 60
    assert len(exam.matrix.children) == 7 * 8
    right, wrong, refused = exam._counts(exam.value)
    assert right + wrong + refused == 60
    assert refused == sum(verdict.abstained for _message, verdict in exam.value)
    for n in (right, wrong, refused):
        assert str(n) in exam.output.value


def test_a_cell_opens_its_messages(sorter):
    exam = MessageExam(sorter)
    exam.button.click()
    cell = next(b for b in exam.matrix.children if hasattr(b, "button_style") and "ailab-cell-right" in b._dom_classes)
    cell.click()
    assert exam.cell.value.count("<li>") == int(cell.description)
    assert "ailab-cell-chosen" in cell._dom_classes
    cell.click()
    other = next(b for b in exam.matrix.children if hasattr(b, "button_style") and "ailab-cell-refused" in b._dom_classes)
    other.click()
    assert "ailab-cell-chosen" not in cell._dom_classes
    assert exam.cell.value.count("<li>") == int(other.description)


def test_tests_are_remembered_and_outdated(sorter):
    exam = MessageExam(sorter)
    exam.button.click()
    assert "<ul><li>" not in exam.result.value
    said = exam.output.value
    sorter.helps[1].click()
    assert exam.output.value != said
    exam.button.click()
    assert re.findall(r"<li>Dạy (\d+) tin", exam.result.value) == ["60", "100"]
    assert exam.cell.value == ""


def test_what_was_taught_since_is_not_in_the_test(sorter):
    exam = MessageExam(sorter)
    kept = next(m for m in sample_messages() if m.held_out)
    sorter.teach([(kept.text, "police")])
    exam.button.click()
    assert len(exam.value) == 59
    assert kept not in [message for message, _verdict in exam.value]


def test_scams():
    sorter = MessageSorter("scams")
    exam = MessageExam(sorter)
    sorter.helps[1].click()
    exam.button.click()
    assert len(exam.value) == 30
    assert len(exam.matrix.children) == 3 * 4
