"""Tasks as files that offices use: a workbook and a calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

from ailab.i18n import gettext as _
from ailab.text import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl import Workbook

    from ailab.results import Task

__all__ = ["tasks_ics", "tasks_xlsx"]

_WIDTHS = (6, 60, 32, 32, 20, 34, 26)
_HOUR_OF_ALARM = 8  # o'clock, the day before


def tasks_xlsx(tasks: Iterable[Task], *, source: str = "") -> bytes:
    """Write tasks into a workbook, one a row.

    Parameters
    ----------
    tasks : iterable of Task
    source : str, default=""
        Which document they are from.

    Returns
    -------
    bytes
        An ``.xlsx`` file. Nothing in it is a formula: what a document says stays text.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Tasks")
    sheet.append([_("No."), _("Task"), _("Who leads"), _("Who helps"), _("Due"), _("As the document says"), _("From")])
    for number, task in enumerate(tasks, 1):
        when, note = _due(task)
        row = [number, task.text, task.owner or "", ", ".join(task.co_owners), when, note, source]
        sheet.append([normalize(value) if isinstance(value, str) else value for value in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that starts with “=” is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(sheet.max_row, 5).number_format = "dd/mm/yyyy hh:mm" if isinstance(when, dt.datetime) else "dd/mm/yyyy"
    for cell, width in zip(sheet[1], _WIDTHS, strict=True):
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1B6B3A")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
    return _in_memory(book)


def tasks_ics(tasks: Iterable[Task], *, source: str = "") -> bytes:
    """Write the tasks that have a date into a calendar.

    Parameters
    ----------
    tasks : iterable of Task
    source : str, default=""
        Which document they are from.

    Returns
    -------
    bytes
        An ``.ics`` file (RFC 5545) with one event a task, and a reminder the day before. Times are those of Vietnam. The same task keeps
        its identifier, so that loading the file again does not double it.
    """
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//ailab//tasks//VI")
    calendar.add("version", "2.0")
    vietnam = dt.timezone(dt.timedelta(hours=7))
    for task in tasks:
        if task.deadline is None or task.deadline.value is None:
            continue
        due = dt.datetime.fromisoformat(task.deadline.value)
        event = Event()
        summary = " ".join(task.text.split())
        event.add("summary", f"{task.owner}: {summary}" if task.owner else summary)
        event.add("description", "\n".join(filter(None, [task.deadline.raw, _inferred(task), source])))
        event.add("uid", hashlib.sha256(f"{source}\0{task.text}\0{task.deadline.value}".encode()).hexdigest()[:32] + "@ailab")
        event.add("dtstamp", dt.datetime.now(dt.UTC))
        if "T" in task.deadline.value:
            start = due.replace(tzinfo=vietnam).astimezone(dt.UTC)
            event.add("dtstart", start)
            event.add("dtend", start + dt.timedelta(minutes=30))
        else:
            event.add("dtstart", due.date())
            event.add("dtend", due.date() + dt.timedelta(days=1))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", dt.timedelta(hours=-24 + (0 if "T" in task.deadline.value else _HOUR_OF_ALARM)))
        event.add_component(alarm)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _in_memory(book: Workbook) -> bytes:
    """The file of a workbook. Its own ``save`` would put each sheet into a file on the disk on the way; what a learner gave stays in memory."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):
        """Writes plain sheets: without pictures and charts."""

        def write_worksheet(self, ws: Any) -> None:
            ws._drawing = SpreadsheetDrawing()  # noqa: SLF001 - so does the method that this one stands for
            sheet = WorksheetWriter(ws, out=io.BytesIO())
            sheet.write()
            ws._rels = sheet._rels  # noqa: SLF001
            self._archive.writestr(ws.path[1:], sheet.read())
            self.manifest.append(ws)

    out = io.BytesIO()
    Writer(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return out.getvalue()


def _due(task: Task) -> tuple[dt.date | str, str]:
    """What goes into the column of dates, and the words of the document."""
    if task.deadline is None:
        return "", ""
    note = task.deadline.raw + (f" ({_inferred(task)})" if _inferred(task) else "")
    if task.deadline.value is None:
        return "", note
    value = dt.datetime.fromisoformat(task.deadline.value)
    return (value if "T" in task.deadline.value else value.date()), note


def _inferred(task: Task) -> str:
    return _("year inferred") if task.deadline and task.deadline.inferred else ""
