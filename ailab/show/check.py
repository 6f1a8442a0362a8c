"""The result of a check of an exercise, as HTML and as plain text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import style

if TYPE_CHECKING:
    from ailab.results import CheckResult

__all__ = ["check_html", "check_text"]

_SIGNS = {"right": "✓", "wrong": "✗", "type": "✎", "blank": "…"}


def check_html(result: CheckResult) -> str:
    """Verdict, reason and perhaps a hint in a box."""
    lines = "".join(f"<p>{escape(text)}</p>" for text in (result.message, _hint(result)) if text)
    kind = {"right": "note", "blank": "blank"}.get(result.code, "doubt")
    box = f'<div class="ailab-box ailab-check ailab-{kind}" role="status" data-code="{escape(result.code)}">'
    head = f'<p class="ailab-check-title"><span aria-hidden="true">{_SIGNS[result.code]}</span> {escape(_title(result))}</p>'
    return f'{style()}<div class="ailab-result" lang="{get_language()}">{box}{head}{lines}</div></div>'


def check_text(result: CheckResult) -> str:
    """The same for a terminal."""
    return "\n".join(filter(None, (f"{_SIGNS[result.code]} {_title(result)}", result.message, _hint(result))))


def _title(result: CheckResult) -> str:
    names = {"right": _("Right."), "wrong": _("Not quite."), "type": _("Look at how it is written."), "blank": _("Not filled in yet.")}
    return _("Task %(number)d: %(verdict)s") % {"number": result.number, "verdict": names[result.code]}


def _hint(result: CheckResult) -> str:
    return _("Hint: %(hint)s") % {"hint": result.hint} if result.hint else ""
