"""What results share when they are shown: the style sheet, sentences in a box, probabilities in words, small charts."""

from __future__ import annotations

import functools
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.i18n import gettext as _
from ailab.log import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["bar_html", "line_chart", "list_html", "message_html", "percent", "style"]

_STYLE = Path(__file__).parent.parent / "assets" / "results.css"


@functools.cache
def style() -> str:
    """Style sheet of all results, as an HTML element; nothing on a page of the classroom, which links it once for all of them."""
    if VARIABLE in os.environ and os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
        return ""
    return f"<style>{_STYLE.read_text('utf-8')}</style>"


def percent(probability: float) -> str:
    """Probability for people: never 0 % or 100 %, which no model can know."""
    if probability > 0.99:
        return _("over 99%")
    if probability < 0.01:
        return _("under 1%")
    return f"{100 * probability:.0f}%"


def message_html(text: str, *, kind: str = "note") -> str:
    """One sentence in a box; ``kind`` is 'note', 'doubt' or 'danger'."""
    return f'{style()}<div class="ailab-result"><p class="ailab-box ailab-{escape(kind)}" role="status">{escape(text)}</p></div>'


def list_html(title: str, items: Iterable[str]) -> str:
    """Heading and list."""
    return f"<h4>{escape(title)}</h4><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def bar_html(name: str, share: float) -> str:
    """Row of a list of class ``ailab-bars``: a name, a probability in words, and a bar."""
    return (
        f'<li><span class="ailab-name">{escape(name)}</span><span class="ailab-value">{escape(percent(share))}</span>'
        f'<span class="ailab-bar"><span style="width:{100 * min(max(share, 0), 1):.1f}%"></span></span></li>'
    )


def line_chart(title: str, names: list[str], values: list[float], *, filled: list[bool], here: int) -> str:
    """Small line chart of probabilities as SVG.

    Parameters
    ----------
    title : str
    names : list of str
        Beneath each point.
    values : list of float
        0..1, one a point.
    filled : list of bool
        False where the first guess is no longer the best one: the point is hollow.
    here : int
        Point where the slider stands.
    """
    width, height, left, top = 380, 170, 38, 12
    step = (width - left - 28) / max(1, len(values) - 1)
    points = [(left + 8 + i * step, top + (1 - value) * (height - top - 34)) for i, value in enumerate(values)]
    lines = "".join(
        f'<line x1="{left}" x2="{width}" y1="{y:.0f}" y2="{y:.0f}" stroke="#d9ddd3"/><text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{share}%</text>'
        for share in (0, 50, 100)
        for y in [top + (1 - share / 100) * (height - top - 34)]
    )
    marks = "".join(
        f'<circle class="{"ailab-same" if filled[i] else "ailab-other"}" cx="{x:.1f}" cy="{y:.1f}" r="{7 if i == here else 4}"/>'
        f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle" font-weight="{700 if i == here else 400}">{escape(names[i])}</text>'
        for i, (x, y) in enumerate(points)
    )
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    legend = _("Hollow point: here the AI would guess something else.")
    hollow = "" if all(filled) else f'<p class="ailab-small">{escape(legend)}</p>'
    return (
        f'<h4>{escape(title)}</h4><svg class="ailab-chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" fill="#47564d">'
        f'{lines}<polyline points="{path}" fill="none" stroke="#7fae8e" stroke-width="2.5"/>{marks}</svg>{hollow}'
    )
