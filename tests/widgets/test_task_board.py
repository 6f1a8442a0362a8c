"""Tasks, corrected by hand and taken along, without a browser."""

import datetime as dt
import io

import openpyxl
import pytest
from icalendar import Calendar

from ailab.documents import parse_document
from ailab.results import AdministrativeDocument
from ailab.widgets import TaskBoard

TEXT = (
    "ỦY BAN NHÂN DÂN\nXÃ BẢN MẪU\nSố: 12/UBND-VX\nBản Mẫu, ngày 05 tháng 8 năm 2026\nCÔNG VĂN\nKính gửi: Các trưởng bản\n"
    "1. Trưởng các bản gửi danh sách trước ngày 15/8/2026.\n2. Phòng Kinh tế tổng hợp báo cáo chậm nhất ngày 30/9/2026.\n"
    "3. Giao Trạm Y tế chuẩn bị thuốc.\n"
)


def read(board, text=TEXT):
    board.documents.text.value = text
    board.documents.read.click()


@pytest.fixture
def board():
    board = TaskBoard()
    read(board)
    return board


def rows(board):
    sheet = openpyxl.load_workbook(io.BytesIO(board.xlsx.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def events(board):
    return list(Calendar.from_ical(board.ics.content).walk("VEVENT"))


def test_waiting_and_reading():
    board = TaskBoard()
    assert board.found.layout.display == board.rest.layout.display == "none"
    read(board)
    assert board.found.layout.display is board.rest.layout.display is None
    assert len(board.value.tasks) == 3
    assert "12/UBND-VX" in board.output.value
    assert board.output.value.count('class="ailab-due"') == 2
    assert 'class="ailab-mark-deadline"' in board.text.value
    assert [row[1] for row in rows(board)] == [task.text for task in board.value.tasks]
    assert board.xlsx.filename == "12-UBND-VX.xlsx"
    assert len(events(board)) == 2


def test_a_deadline_corrected_by_hand(board):
    editor = board.editor
    editor.which.value = 0
    assert editor.due.value == "15/08/2026"
    editor.due.value = "20/8/2026 17:30"
    editor.save.click()
    task = board.value.tasks[0]
    assert task.deadline.value == "2026-08-20T17:30"
    assert task.deadline.raw == parse_document(TEXT).tasks[0].deadline.raw
    assert "20/08/2026 17:30" in board.output.value
    assert rows(board)[0][4] == dt.datetime(2026, 8, 20, 17, 30)
    assert events(board)[0].decoded("dtstart") == dt.datetime(2026, 8, 20, 10, 30, tzinfo=dt.UTC)
    assert editor.which.value == 0
    assert editor.due.value == "20/08/2026 17:30"


def test_saving_unchanged_changes_nothing(board):
    before = board.value
    for number in range(3):
        board.editor.which.value = number
        board.editor.save.click()
        board.editor.save.click()
    assert board.value == before
    assert board.editor.undo.layout.display == "none"


def test_a_deadline_can_be_taken_away_and_given(board):
    board.editor.which.value = 0
    board.editor.due.value = " "
    board.editor.save.click()
    assert board.value.tasks[0].deadline is None
    assert len(events(board)) == 1
    board.editor.which.value = 2
    board.editor.due.value, board.editor.owner.value = "1.9.2026", "Trạm <b>Y tế</b>"
    board.editor.save.click()
    assert board.value.tasks[2].deadline.value == "2026-09-01"
    assert board.value.tasks[2].deadline.owner == "Trạm <b>Y tế</b>"
    assert "<b>Y tế" not in board.output.value
    assert "<q class" not in board.output.value.split("01/09/2026")[1].split("</tr>")[0]  # no empty quotation


def test_a_new_task_is_added_once(board):
    board.editor.which.value = -1
    assert board.editor.drop.disabled
    board.editor.save.click()
    assert "ailab-box ailab-doubt" in board.editor.output.value
    board.editor.what.value, board.editor.due.value = "=Mua\x0b pin", "31/12/2026"
    board.editor.save.click()
    board.editor.save.click()  # the fields are empty again
    assert len(board.value.tasks) == 4
    assert rows(board)[3][1].startswith("=Mua")
    assert board.editor.which.value == -1


@pytest.mark.parametrize("text", ["mai", "31/2/2026", "15/8/26", "15/8/0026", "1/1/9999", "15/8/2026 25:00", "2026-08-15"])
def test_what_is_no_date_is_told_and_kept(board, text):
    before = board.value
    board.editor.which.value = 0
    board.editor.due.value = text
    board.editor.save.click()
    assert f"“{text}”" in board.editor.output.value
    assert board.editor.due.value == text
    assert board.value == before


def test_removing_twice_removes_once_and_undo_goes_all_the_way_back(board):
    tasks = board.value.tasks
    board.editor.which.value = 1
    board.editor.drop.click()
    board.editor.drop.click()
    assert board.value.tasks == (tasks[0], tasks[2])
    board.editor.which.value = 0
    board.editor.owner.value = "Văn phòng"
    board.editor.save.click()
    assert board.editor.undo.layout.display is None
    board.editor.undo.click()
    assert board.value.tasks == (tasks[0], tasks[2])
    board.editor.undo.click()
    assert board.value.tasks == tasks
    assert board.editor.undo.layout.display == "none"
    board.editor.undo.click()
    assert board.value.tasks == tasks
    assert len(rows(board)) == 3


def test_removing_all(board):
    for _task in range(3):
        board.editor.which.value = 0
        board.editor.drop.click()
    assert board.value.tasks == ()
    assert not board.xlsx.content
    assert not board.ics.content
    assert "ailab-box ailab-note" in board.output.value
    board.editor.undo.click()
    assert len(board.value.tasks) == 1


def test_sorting_keeps_what_is_being_typed(board):
    board.editor.which.value = 1
    board.editor.due.value = "1/10/2026"
    first = board.output.value
    board.by.value = "owner"
    assert board.output.value != first
    assert board.editor.due.value == "1/10/2026"
    board.by.value = "date"
    assert board.output.value == first


def test_reading_the_same_again_keeps_corrections_and_another_forgets_them(board):
    board.editor.which.value = 0
    board.editor.drop.click()
    corrected = board.value
    board.documents.read.click()
    assert board.value == corrected
    read(board, "Đề nghị Hội phụ nữ gửi báo cáo trước ngày 01/9/2026.")
    assert board.editor.undo.layout.display == "none"
    assert board.editor.output.value == ""
    other = board.value
    board.editor.undo.click()
    assert board.value == other


def test_deadlines_without_a_task_stay_marked():
    board = TaskBoard()
    board.documents.sample.value = board.documents.sample.options[8][1]
    loose = [deadline for deadline in board.value.deadlines if deadline not in [task.deadline for task in board.value.tasks]]
    assert loose
    board.editor.which.value = 0
    board.editor.owner.value = "Văn phòng"
    board.editor.save.click()
    assert set(loose) <= set(board.value.deadlines)


def test_a_secret_leaves_nothing(board):
    read(board, "TUYỆT MẬT\n" + TEXT)
    assert board.value is None
    assert board.rest.layout.display == "none"
    assert "Trạm Y tế" not in board.output.value
    assert board.documents.text.value == ""
    read(board)
    assert len(board.value.tasks) == 3


@pytest.mark.parametrize("which", [-1, 0], ids=["new", "changed"])
def test_a_task_that_is_secret_is_refused_and_forgotten(board, which):
    before = board.value
    board.editor.which.value = which
    board.editor.what.value, board.editor.owner.value = "TUYỆT MẬT\nKế hoạch tuần tra của xã", "Xã đội"
    board.editor.save.click()
    assert board.editor.what.value == board.editor.owner.value == ""
    assert board.value == before
    assert "TUYỆT MẬT" in board.editor.output.value
    assert "tuần tra" not in board.editor.output.value


def test_a_text_without_tasks_and_a_reader_of_ones_own():
    board = TaskBoard(AdministrativeDocument)
    read(board, "Hôm nay trời mưa.")
    assert not board.xlsx.content
    assert not board.ics.content
    assert board.editor.which.value == -1
    board.editor.what.value = "Che mái nhà"
    board.editor.save.click()
    assert [row[1] for row in rows(board)] == ["Che mái nhà"]


def test_a_defect_is_a_sentence_and_can_be_tried_again():
    failures = [ZeroDivisionError()]

    def parse(text):
        if failures:
            raise failures.pop()
        return parse_document(text)

    board = TaskBoard(parse)
    read(board)
    assert "Chương trình gặp lỗi" in board.output.value
    board.documents.read.click()
    assert len(board.value.tasks) == 3


@pytest.mark.parametrize("number", range(1, 12))
def test_every_sample_makes_its_files(number):
    board = TaskBoard()
    board.documents.sample.value = board.documents.sample.options[number][1]
    assert "ailab-box ailab-danger" not in board.output.value
    assert len(rows(board)) == len(board.value.tasks)
    assert len(events(board)) == sum(bool(task.deadline and task.deadline.value) for task in board.value.tasks)


def test_a_deadline_at_midnight_stays_where_only_the_owner_changes():
    board = TaskBoard()
    read(board, "Trưởng các bản gửi danh sách trước 0 giờ ngày 15/8/2026.")
    before = board.value.tasks[0].deadline
    assert (before.value, before.op) == ("2026-08-15T00:00", "before")
    board.editor.owner.value = "Văn phòng"
    board.editor.save.click()
    after = board.value.tasks[0].deadline
    assert (after.value, after.op, after.owner) == (before.value, before.op, "Văn phòng")
