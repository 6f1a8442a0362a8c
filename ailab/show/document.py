"""An administrative document as HTML: its head, its tasks as a table, its deadlines in a calendar."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import style
from ailab.show.marked import Mark, marked_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ailab.results import AdministrativeDocument, Deadline, Task

__all__ = ["calendar_html", "date_words", "document_html", "head_html", "tasks_html"]

_MOST_MONTHS = 6


def document_html(document: AdministrativeDocument) -> str:
    """Head, tasks, calendar and the text with its deadlines marked."""
    marks = [Mark(deadline.start, deadline.end, "deadline", date_words(deadline)) for deadline in document.deadlines]
    title = _("The document")
    return (
        f'{style()}<div class="ailab-result" lang="{get_language()}">{head_html(document)}{tasks_html(document.tasks)}'
        f"{calendar_html(document.tasks)}<h4>{escape(title)}</h4>{marked_html(document.text, marks, label=title)}</div>"
    )


def head_html(document: AdministrativeDocument) -> str:
    """What the head of a document says, field by field."""
    fields = [
        (_("Kind"), document.type),
        (_("Number"), document.number),
        (_("Issued by"), document.issuer),
        (_("Date"), f"{document.date:%d/%m/%Y}" if document.date else None),
        (_("About"), document.subject),
        (_("Signed by"), document.signer),
    ]
    if document.type is None:
        sentence = _("This text has no head like that of an administrative document. The AI looks for tasks and dates in it all the same.")
        return f'<p class="ailab-box ailab-doubt">{escape(sentence)}</p>'
    missing = _("not stated")
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value) if value else f'<i>{escape(missing)}</i>'}</dd></div>" for name, value in fields)
    return f'<dl class="ailab-head">{rows}</dl>'


def date_words(deadline: Deadline | None) -> str:
    """A deadline in few words: the date, or that there is none."""
    if deadline is None:
        return ""
    if deadline.value is None:
        words = {"recurring": _("again and again"), "relative": _("no fixed date")}
        return words.get(deadline.op) or _("year not stated")
    value = dt.datetime.fromisoformat(deadline.value)
    text = f"{value:%d/%m/%Y %H:%M}" if "T" in deadline.value else f"{value:%d/%m/%Y}"
    if deadline.op == "before":
        text = _("before %(date)s") % {"date": text}
    return text + (" (" + _("year inferred") + ")" if deadline.inferred else "")


def tasks_html(tasks: Sequence[Task], *, by: str = "date") -> str:
    """Tasks as a table, a card each on a phone.

    Parameters
    ----------
    tasks : sequence of Task
    by : {'date', 'owner'}, default='date'
        How they are sorted.
    """
    if not tasks:
        nothing = _("The AI found no task in this text.")
        return f'<p class="ailab-box ailab-note">{escape(nothing)}</p>'
    names = (_("Task"), _("Who leads"), _("Due"))
    nobody, none = _("nobody is named"), _("no deadline")
    rows = []
    for task in _sorted(tasks, by):
        quoted = f'<br><q class="ailab-small">{escape(task.deadline.raw)}</q>' if task.deadline and task.deadline.raw else ""
        helped = _("with: %(names)s") % {"names": ", ".join(task.co_owners)} if task.co_owners else ""
        cells = (
            escape(" ".join(task.text.split())),
            (escape(task.owner) if task.owner else f"<i>{escape(nobody)}</i>") + (f'<br><span class="ailab-small">{escape(helped)}</span>' if helped else ""),
            (f"<b>{escape(date_words(task.deadline))}</b>{quoted}" if task.deadline else f"<i>{escape(none)}</i>"),
        )
        rows.append("<tr>" + "".join(f'<td data-name="{escape(name)}">{cell}</td>' for name, cell in zip(names, cells, strict=True)) + "</tr>")
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    return f'<table class="ailab-tasks"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _sorted(tasks: Iterable[Task], by: str) -> list[Task]:
    def date(task: Task) -> str:
        return (task.deadline.value if task.deadline else None) or "9999"

    if by == "owner":
        return sorted(tasks, key=lambda task: (task.owner is None, (task.owner or "").casefold(), date(task)))
    return sorted(tasks, key=lambda task: (date(task), task.start))


def calendar_html(tasks: Iterable[Task]) -> str:
    """The months that hold deadlines, with their days marked."""
    days = Counter(dt.datetime.fromisoformat(task.deadline.value).date() for task in tasks if task.deadline and task.deadline.value)
    if not days:
        return ""
    months = sorted({(day.year, day.month) for day in days})
    pictures = "".join(_month_html(year, month, days) for year, month in months[:_MOST_MONTHS])
    later = _("More months with deadlines are in the table.") if len(months) > _MOST_MONTHS else ""
    more = f'<p class="ailab-small">{escape(later)}</p>' if later else ""
    title = _("Deadlines in the calendar")
    return f'<h4>{escape(title)}</h4><div class="ailab-months">{pictures}</div>{more}'


def _month_html(year: int, month: int, days: Counter[dt.date]) -> str:
    names = _("Mo Tu We Th Fr Sa Su").split()
    title = _("Month %(month)d/%(year)d") % {"month": month, "year": year}
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = ""
    for week in calendar.Calendar().monthdatescalendar(year, month):
        cells = ""
        for day in week:
            if day.month != month:
                cells += "<td></td>"
            elif days[day]:
                said = _("%(n)d deadlines") % {"n": days[day]}
                cells += f'<td class="ailab-due" title="{escape(said)}"><b>{day.day}</b><span>{"•" * min(days[day], 3)}</span></td>'
            else:
                cells += f"<td>{day.day}</td>"
        rows += f"<tr>{cells}</tr>"
    return f'<table class="ailab-month"><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
