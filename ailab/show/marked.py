"""A text with marked places, as HTML: what a summary took, what has to be done by when, what must be masked."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Mark", "marked_html"]

#: Characters of a text that are shown whole; of a longer one only what is around the marks.
MOST = 30_000
_AROUND = 300


@dataclass(frozen=True)
class Mark:
    """A marked place: characters ``start`` to ``end``.

    Attributes
    ----------
    start, end : int
    kind : str
        A CSS class, without its prefix ``ailab-mark-``.
    note : str
        Small words behind the place, and what a pointer shows.
    id : str
        For links to the place.
    """

    start: int
    end: int
    kind: str = "sentence"
    note: str = ""
    id: str = ""


def marked_html(text: str, marks: Iterable[Mark], *, label: str = "") -> str:
    """Text in a box that scrolls, with its marks.

    Parameters
    ----------
    text : str
    marks : iterable of Mark
        In any order; where two overlap, the one that starts first is shown.
    label : str, default=""
        What the box holds, for those who cannot see it.
    """
    shown = _without_overlaps(marks)
    pieces: list[str] = []
    last = 0
    for mark in shown:
        pieces += [_between(text, last, mark.start, long=len(text) > MOST), _mark_html(text, mark)]
        last = mark.end
    pieces.append(_between(text, last, len(text), long=len(text) > MOST))
    return f'<div class="ailab-doc" tabindex="0" role="region" aria-label="{escape(label)}">{"".join(pieces)}</div>'


def _without_overlaps(marks: Iterable[Mark]) -> list[Mark]:
    shown: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.end > mark.start and (not shown or mark.start >= shown[-1].end):
            shown.append(mark)
    return shown


def _mark_html(text: str, mark: Mark) -> str:
    words = escape(text[mark.start : mark.end]).replace("\n", "<br>")
    note = f"<sup>{escape(mark.note)}</sup>" if mark.note else ""
    place = f' id="{escape(mark.id)}"' if mark.id else ""
    return f'<mark class="ailab-mark-{escape(mark.kind)}" title="{escape(mark.note)}"{place}>{words}{note}</mark>'


def _between(text: str, start: int, end: int, *, long: bool) -> str:
    if not long or end - start <= 2 * _AROUND:
        return escape(text[start:end]).replace("\n", "<br>")
    left_out = _("%(n)d characters left out here") % {"n": end - start - 2 * _AROUND}
    first = escape(text[start : start + _AROUND] if start else text[:_AROUND]).replace("\n", "<br>")
    last = escape(text[end - _AROUND : end]).replace("\n", "<br>")
    return f'{first}<span class="ailab-doc-gap">… {escape(left_out)} …</span>{last}'
