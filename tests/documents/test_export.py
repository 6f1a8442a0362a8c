"""Tasks as a workbook and a calendar, read back by the libraries that others use."""

import io

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
