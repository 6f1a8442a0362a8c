"""The report as a workbook, for whoever calculates further."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from ailab.course.look import printable, sector_label
from ailab.i18n import gettext as _
from ailab.text import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.course.report import Findings

__all__ = ["report_xlsx"]

_SHARE = "0%"
_DAY = "dd/mm/yyyy"


def report_xlsx(findings: Findings) -> bytes:
    """Write figures of courses, competencies and questions into a workbook.

    Parameters
    ----------
    findings : Findings

    Returns
    -------
    bytes
        An ``.xlsx`` file. Nothing in it is a formula.
    """
    from openpyxl import Workbook

    book = Workbook()
    courses = book.active
    assert courses is not None
    rows = [
        (
            f.course.code, f.course.title, sector_label(f.course.sector), f.course.place, f.course.started_on or f.course.planned_on, f.course.ended_on,
            _("yes") if f.held else _("no"), f.course.planned_learners, f.learners, f.tested_before, f.tested_both, f.gain,
        )
        for f in findings.courses
    ]  # fmt: skip
    heads = [
        _("Code"), _("Course"), _("Sector"), _("Place"), _("Begin"), _("End"), _("Held"), _("Planned"), _("Learners"), _("Test before"), _("Both tests"),
        _("Gain"),
    ]  # fmt: skip
    _fill(courses, _("Courses"), heads, rows, {5: _DAY, 6: _DAY, 12: _SHARE})
    heads = [
        _("Competency"),
        _("Learners"),
        _("Right before"),
        _("Right after"),
        _("Gain"),
        _("Interval from"),
        _("Interval to"),
        _("Other courses from"),
        _("Other courses to"),
    ]
    gains = [(name, g.learners, g.before, g.after, g.gain, g.low, g.high, g.low_courses, g.high_courses) for name, g in findings.gains]
    _fill(book.create_sheet(), _("Competencies"), heads, gains, dict.fromkeys(range(3, 10), "0.0%"))
    heads = [
        _("Question"),
        _("Competency"),
        _("Wording of the question"),
        _("Right before"),
        _("Right after"),
        _("Answers before"),
        _("Answers after"),
        _("To look at"),
    ]
    items = [
        (i.question, name, text, i.before, i.after, i.answered_before, i.answered_after, findings.flags.get(i.flag, ""))
        for i, name, text in findings.items
    ]  # fmt: skip
    _fill(book.create_sheet(), _("Questions"), heads, items, {4: _SHARE, 5: _SHARE})
    _fill(book.create_sheet(), _("Notes"), [_("Note")], [(note,) for note in (*findings.caveats, *findings.problems)], {})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], formats: dict[int, str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.title = title
    sheet.append(list(heads))
    for row in rows:
        sheet.append([_cell(value) for value in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that starts with “=” is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        for column, shown in formats.items():
            sheet.cell(sheet.max_row, column).number_format = shown
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1B6B3A")
        texts = (len(str(line[cell.column - 1])) for line in rows if isinstance(line[cell.column - 1], str))
        sheet.column_dimensions[cell.column_letter].width = min(60, 4 + max([len(str(cell.value)), *texts]))
    sheet.freeze_panes = "A2"


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return printable(normalize(value))
    return None if isinstance(value, float) and math.isnan(value) else value
