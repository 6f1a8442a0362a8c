"""Who has to do what by when: tasks of a document, corrected by hand, taken along as a workbook or a calendar."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import replace
from html import escape
from pathlib import PurePath
from typing import Any

import ipywidgets
import traitlets

from ailab.errors import TextError
from ailab.i18n import gettext as _
from ailab.results import AdministrativeDocument, Deadline, Task
from ailab.show import Mark, calendar_html, date_words, head_html, marked_html, style, tasks_html
from ailab.text import normalize
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.document_input import DocumentInput
from ailab.widgets.download import Download

__all__ = ["TaskBoard"]

_DATE = re.compile(r"\s*(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})(?:\s+(?P<h>\d{1,2})[:hg](?P<min>\d{2})?)?\s*")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # others are slips of the hand
_SHORT = 60  # characters of a task in the list


class TaskBoard(Demo):
    """Find the tasks and deadlines of a document, correct them, and take them along.

    Parameters
    ----------
    parse : callable, optional
        A reader of your own: takes a text and returns an :class:`~ailab.AdministrativeDocument`. Default: :func:`ailab.parse_document`.
    """

    value = traitlets.Instance(AdministrativeDocument, allow_none=True, help="the document, with the tasks as they are corrected")

    def __init__(self, parse: Any = None) -> None:
        self._parse = parse
        self.documents = DocumentInput()
        self.by = ipywidgets.ToggleButtons(options=[(_("By date"), "date"), (_("By person or office"), "owner")])
        self.editor = TaskEditor(self)
        self.xlsx = Download(label=_("Save as a workbook (.xlsx)"))
        self.ics = Download(label=_("Save as a calendar (.ics)"))
        saving = ipywidgets.HBox([self.xlsx, self.ics])
        self.text = ipywidgets.HTML()
        after = [heading(_("Something is wrong? Correct it")), self.editor, heading(_("Take it along")), saving, self.text]
        self.found = ipywidgets.VBox([self.by])
        self.rest = ipywidgets.VBox(after)
        title = heading(_("Tasks and deadlines"))
        super().__init__([self.documents, title, self.found])
        self.children = (self.documents, title, self.found, self.output, self.rest)
        self.found.layout.display = self.rest.layout.display = "none"
        self.say(_("Choose a sample above. The tasks appear here."))
        self.documents.observe(self._read, "value")
        self.by.observe(self._show, "value")

    def keep(self, tasks: tuple[Task, ...]) -> None:
        """Show other tasks than those that were found."""
        assert self.value is not None
        of_tasks = [task.deadline for task in self.value.tasks]
        others = [deadline for deadline in self.value.deadlines if deadline not in of_tasks]
        deadlines = sorted([*others, *(task.deadline for task in tasks if task.deadline)], key=lambda deadline: deadline.start)
        self.value = replace(self.value, tasks=tasks, deadlines=tuple(deadlines))
        self._show_all()

    @answered
    def _read(self, _change: Any) -> None:
        on = bool(self.documents.value)
        self.found.layout.display = self.rest.layout.display = None if on else "none"
        if not on:
            self.value = None
            self.say(_("There is no document. Choose a sample above, or send one."))
            return
        if self._parse is None:
            from ailab.documents import parse_document

            self._parse = parse_document
        text = self.documents.value[0][1]
        if self.value is None or self.value.text != text:  # the same once more: what was corrected stays
            self.value = None
            self.say(_("Looking for tasks and dates…"))
            self.value = self._parse(text)
            self.editor.start()
        self._show_all()

    @answered
    def _show(self, _change: Any) -> None:
        document = self.value
        if document is None:
            return
        tasks = tasks_html(document.tasks, by=self.by.value)
        self.output.value = f'{style()}<div class="ailab-result ailab-wide">{head_html(document)}{tasks}{calendar_html(document.tasks)}</div>'

    def _show_all(self) -> None:
        document = self.value
        assert document is not None
        self._show(None)
        marks = [Mark(deadline.start, deadline.end, "deadline", date_words(deadline)) for deadline in document.deadlines if deadline.end > deadline.start]
        title = _("Where the dates stand in the document")
        self.text.value = f'<div class="ailab-result ailab-wide"><h4>{escape(title)}</h4>{marked_html(document.text, marks, label=title)}</div>'
        self.editor.refresh()
        self._prepare_files(document)

    def _prepare_files(self, document: AdministrativeDocument) -> None:
        from ailab.documents import tasks_ics, tasks_xlsx

        given = self.documents.value[0][0]
        source = document.number or given
        name = re.sub(r"[^\w-]+", "-", document.number or PurePath(given).stem).strip("-")[:60] or _("tasks")
        self.xlsx.content, self.xlsx.filename = tasks_xlsx(document.tasks, source=source) if document.tasks else b"", f"{name}.xlsx"
        dated = any(task.deadline and task.deadline.value for task in document.tasks)
        self.ics.content, self.ics.filename = tasks_ics(document.tasks, source=source) if dated else b"", f"{name}.ics"


class TaskEditor(Demo):
    """Change, add or remove one task of a board."""

    def __init__(self, board: TaskBoard) -> None:
        self.board = board
        self._before: list[tuple[Task, ...]] = []
        wide = {"layout": {"width": "100%"}}
        self.which = ipywidgets.Dropdown(options=[], **wide)
        self.what = ipywidgets.Textarea(description=_("Task"), rows=3, **wide)
        self.owner = ipywidgets.Text(description=_("Who leads"), **wide)
        self.due = ipywidgets.Text(description=_("Due"), placeholder=_("day/month/year, for example 15/08/2026 or 15/08/2026 17:00"), **wide)
        self.save = ipywidgets.Button(description=_("Save the change"), button_style="primary")
        self.drop = ipywidgets.Button(description=_("Remove this task"))
        self.undo = ipywidgets.Button(description=_("Undo"))
        self.undo.layout.display = "none"
        super().__init__([self.which, self.what, self.owner, self.due, ipywidgets.HBox([self.save, self.drop, self.undo])])
        self.add_class("ailab-task-editor")
        self.which.observe(self._chosen, "value")
        self.save.on_click(self._save)
        self.drop.on_click(self._drop)
        self.undo.on_click(self._undo)

    def forget(self) -> None:
        """Empty the fields."""
        self.what.value = self.owner.value = ""

    def start(self) -> None:
        """Begin with another document: nothing of the last one can be undone."""
        self._before = []
        self.undo.layout.display = "none"
        self.output.value = ""
        self.which.options = []

    def refresh(self) -> None:
        """List the tasks of the board again."""
        tasks = self.board.value.tasks if self.board.value else ()
        chosen = self.which.value
        self.which.options = [(_("A new task"), -1), *((_label(number, task), number) for number, task in enumerate(tasks))]
        self.which.value = chosen if chosen is not None and chosen < len(tasks) else (0 if tasks else -1)
        self._fill()

    def _task(self) -> Task | None:
        at, document = self.which.value, self.board.value
        return document.tasks[at] if document is not None and at is not None and 0 <= at < len(document.tasks) else None

    def _fill(self) -> None:
        task = self._task()
        value = (task.deadline.value if task and task.deadline else None) or ""
        self.what.value = " ".join(task.text.split()) if task else ""
        self.owner.value = (task.owner or "") if task else ""
        self.due.value = format(dt.datetime.fromisoformat(value), "%d/%m/%Y %H:%M" if "T" in value else "%d/%m/%Y") if value else ""
        self.drop.disabled = task is None

    @answered
    def _chosen(self, _change: Any) -> None:
        self.output.value = ""
        self._fill()

    @answered
    def _save(self, _button: Any) -> None:
        from ailab.privacy import refuse_secret

        document = self.board.value
        if document is None:
            return
        if not self.what.value.strip():
            self.say(_("Write what has to be done, then press the button."), kind="doubt")
            return
        refuse_secret(f"{self.what.value}\n{self.owner.value}")
        value = _iso(self.due.value)
        old = self._task() or Task("", 0, 0)
        deadline = old.deadline
        if value != (deadline.value if deadline else None):  # a deadline without a date stays where the field stays empty
            deadline = replace(deadline or Deadline("", old.start, old.start, None, "by"), value=value, op="by", inferred=False) if value else None
        text, owner = normalize(self.what.value).strip(), normalize(self.owner.value).strip() or None
        text = old.text if " ".join(old.text.split()) == text else text
        new = replace(old, text=text, owner=owner, deadline=replace(deadline, owner=owner) if deadline else None)
        at = self.which.value
        tasks = (*document.tasks, new) if at < 0 else (*document.tasks[:at], new, *document.tasks[at + 1 :])
        self._keep(tasks, _("Saved. The table, the calendar and both files hold it now."))

    @answered
    def _drop(self, _button: Any) -> None:
        document, at = self.board.value, self.which.value
        if document is not None and self._task() is not None:
            self.which.value = -1  # so that the second tap of two removes nothing more
            self._keep((*document.tasks[:at], *document.tasks[at + 1 :]), _("Removed. “Undo” brings it back."))

    def _keep(self, tasks: tuple[Task, ...], text: str) -> None:
        assert self.board.value is not None
        if tasks != self.board.value.tasks:
            self._before.append(self.board.value.tasks)
        self.board.keep(tasks)
        self.undo.layout.display = None if self._before else "none"
        self.say(text)

    @answered
    def _undo(self, _button: Any) -> None:
        if self._before and self.board.value is not None:
            self.board.keep(self._before.pop())
            self.undo.layout.display = None if self._before else "none"
            self.say(_("It is back."))


def _label(number: int, task: Task) -> str:
    text = " ".join(task.text.split())
    return f"{number + 1}. {text[:_SHORT]}{'…' if len(text) > _SHORT else ''}"


def _iso(text: str) -> str | None:
    """Date of a field as ISO; None where it is empty."""
    if not text.strip():
        return None
    found = _DATE.fullmatch(text)
    day = hour = None
    if found and _FIRST_YEAR <= int(found["y"]) <= _LAST_YEAR:
        with contextlib.suppress(ValueError):  # the 31st of February, 25 o'clock
            hour = dt.time(int(found["h"]), int(found["min"] or 0)) if found["h"] else None
            day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    if day is None:
        message = _("“%(text)s” is no date. Write day/month/year, for example 15/08/2026, or with an hour 15/08/2026 17:00.")
        raise TextError(message % {"text": text}, code="bad_date")
    return f"{day.isoformat()}T{hour:%H:%M}" if hour else day.isoformat()
