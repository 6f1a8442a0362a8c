"""Tasks as a workbook and a calendar, read back by the libraries that others use."""

import io
import tempfile
import zipfile

import openpyxl
import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from ailab.documents import tasks_ics, tasks_xlsx
from ailab.results import Deadline, Task

DATED = Task("Gửi báo cáo", 0, 11, "Phòng Kinh tế", ("Công an xã",), Deadline("trước ngày 15/8", 0, 5, "2026-08-15", "before", inferred=True))
TIMED = Task("Họp", 0, 3, None, (), Deadline("17h00 ngày 20/8/2026", 0, 5, "2026-08-20T17:00", "on"))
OPEN = Task("=CMD()", 0, 6, "Văn phòng", (), Deadline("thường xuyên", 0, 5, None, "recurring"))
TASKS = (DATED, TIMED, OPEN)


def rows(data):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]


def test_workbook():
    table = rows(tasks_xlsx(TASKS, source="142/UBND-VX"))
    assert table[0][1] == "Việc"
    assert table[1][:4] == [1, "Gửi báo cáo", "Phòng Kinh tế", "Công an xã"]
    assert table[1][4].date().isoformat() == "2026-08-15"
    assert "suy ra" in table[1][5]
    assert table[2][4].isoformat() == "2026-08-20T17:00:00"
    assert table[3][4:6] == [None, "thường xuyên"]
    assert {row[6] for row in table[1:]} == {"142/UBND-VX"}


def test_no_sheet_is_put_on_the_disk(monkeypatch):
    def refuse(*_arguments, **_more):
        pytest.fail("a temporary file")

    tasks_xlsx([]), tasks_ics([])  # whatever is imported at first
    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)
    assert len(rows(tasks_xlsx(TASKS))) == 4
    assert tasks_ics(TASKS)


def test_the_file_is_the_one_that_openpyxl_writes(monkeypatch):
    made = tasks_xlsx(TASKS, source="142/UBND-VX")
    saved = io.BytesIO()
    monkeypatch.setattr("ailab.documents.export._in_memory", lambda book: book.save(saved) or b"")
    tasks_xlsx(TASKS, source="142/UBND-VX")
    ours, theirs = zipfile.ZipFile(io.BytesIO(made)), zipfile.ZipFile(saved)
    assert ours.testzip() is None
    assert ours.namelist() == theirs.namelist()
    for name in set(ours.namelist()) - {"docProps/core.xml"}:  # which says when
        assert ours.read(name) == theirs.read(name), name
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert (sheet.freeze_panes, sheet.column_dimensions["B"].width, sheet["A1"].font.bold) == ("A2", 60, True)


def test_no_text_becomes_a_formula():
    cell = load_workbook(io.BytesIO(tasks_xlsx([OPEN]))).active["B2"]
    assert (cell.value, cell.data_type) == ("=CMD()", "s")


def test_what_a_workbook_cannot_hold_is_left_out():
    assert rows(tasks_xlsx([Task("Gửi\x0b báo\x01 cáo", 0, 1)]))[1][1] == "Gửi\n báo cáo"


def test_calendar_holds_what_has_a_date():
    calendar = Calendar.from_ical(tasks_ics(TASKS, source="142/UBND-VX"))
    day, hour = calendar.walk("VEVENT")
    assert str(day["summary"]) == "Phòng Kinh tế: Gửi báo cáo"
    assert day["dtstart"].dt.isoformat() == "2026-08-15"
    assert day["dtend"].dt.isoformat() == "2026-08-16"
    assert hour["dtstart"].dt.isoformat() == "2026-08-20T10:00:00+00:00", "17h00 in Vietnam"
    assert len(day.walk("VALARM")) == 1
    assert "trước ngày 15/8" in str(day["description"])


def test_the_same_task_keeps_its_identifier():
    first, again = (Calendar.from_ical(tasks_ics([DATED], source="a")).walk("VEVENT")[0]["uid"] for _time in range(2))
    other = Calendar.from_ical(tasks_ics([DATED], source="b")).walk("VEVENT")[0]["uid"]
    assert first == again != other


def test_nothing_is_a_file_as_well():
    assert len(rows(tasks_xlsx([]))) == 1
    assert Calendar.from_ical(tasks_ics([])).walk("VEVENT") == []
