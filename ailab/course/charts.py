"""Pictures for the province as SVG, drawn by hand: no library is needed to look at them, and they print sharp."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from ailab.course.look import colours, printable
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.course.analysis import CourseFigures, Gain

__all__ = ["courses_chart", "gains_chart", "plan_chart"]

_WIDTH = 540
_LINE = 20  # pixels of a line of text
_CHARACTERS = 56  # that fit into a line,
_SHORT = 32  # and beside the figures of a course


def plan_chart(rows: Sequence[tuple[str, int, int]]) -> str:
    """What was done against the plan.

    Parameters
    ----------
    rows : sequence of tuple
        Label, done, planned.
    """
    ink = colours()
    parts = []
    for index, (label, done, planned) in enumerate(rows):
        top = 14 + 64 * index
        share = min(done / planned, 1) if planned else 0
        told = _("%(done)d of %(planned)d") % {"done": done, "planned": planned}
        parts += [
            _text(0, top + 12, label),
            _text(_WIDTH, top + 12, told, anchor="end", bold=True),
            f'<rect x="0" y="{top + 22}" width="{_WIDTH}" height="18" rx="9" fill="{ink["line"]}"/>',
            f'<rect x="0" y="{top + 22}" width="{max(18 * (done > 0), _WIDTH * share):.1f}" height="18" rx="9" fill="{ink["green"]}"/>',
        ]
    return _svg(14 + 64 * len(rows), _("What was done, against the plan"), parts)


def gains_chart(rows: Sequence[tuple[str, Gain]]) -> str:
    """Gains as points with their intervals, in percentage points.

    Parameters
    ----------
    rows : sequence of tuple
        Name of the competency, gain.
    """
    ink = colours()
    told = [gain for _name, gain in rows if gain.learners]
    bounds = [bound for gain in told for bound in (gain.gain, gain.low, gain.high) if bound is not None]
    # To the next ten points, and zero in the picture: what did not help must be seen.
    left = min(0, *(int(bound * 10 // 1) for bound in bounds), 0)
    right = max(1, *(int(-(-bound * 10 // 1)) for bound in bounds), 1)
    step = max(1, -(-(right - left) // 8))

    def place(share: float) -> float:
        return 24 + (share * 10 - left) / (right - left) * (_WIDTH - 48)

    parts: list[str] = []
    top = 10
    for name, gain in rows:
        lines = textwrap.wrap(name, _CHARACTERS) or [""]
        for line in lines:
            top += _LINE
            parts.append(_text(0, top, line, bold=not gain.competency))
        top += _LINE
        parts.append(f'<line x1="24" x2="{_WIDTH - 24}" y1="{top}" y2="{top}" stroke="{ink["line"]}"/>')
        if not gain.learners:
            parts.append(_text(30, top + 5, _("no learner yet"), soft=True))
        else:
            if gain.low is not None and gain.high is not None:
                parts.append(
                    f'<line x1="{place(gain.low):.1f}" x2="{place(gain.high):.1f}" y1="{top}" y2="{top}" '
                    f'stroke="{ink["green"]}" stroke-width="7" stroke-linecap="round" stroke-opacity="0.45"/>'
                )
            parts.append(f'<circle cx="{place(gain.gain):.1f}" cy="{top}" r="7" fill="{ink["green-dark"]}"/>')
        top += 12
    bottom = top + 4
    axis = []
    for tick in range(left - left % step, right + 1, step):
        if tick >= left:
            x = place(tick / 10)
            axis.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="6" y2="{bottom}" stroke="{ink["ink-soft"] if tick == 0 else ink["line"]}"/>')
            axis.append(_text(x, bottom + 18, f"{10 * tick:+d}" if tick else "0", anchor="middle", soft=True))
    axis.append(_text(_WIDTH / 2, bottom + 40, _("percentage points of right answers, after minus before"), anchor="middle", soft=True))
    return _svg(bottom + 50, _("Gain by competency"), [*axis, *parts])


def courses_chart(figures: Sequence[CourseFigures]) -> str:
    """Learners of each course that was held: planned (outline), there (light), tested before and after (dark)."""
    ink = colours()
    held = [figure for figure in figures if figure.held]
    most = max((max(figure.learners, figure.course.planned_learners) for figure in held), default=1) or 1
    parts = []
    top = 0
    for figure in held:
        name = textwrap.shorten(f"{figure.course.code}  {figure.course.title}", _SHORT, placeholder="…")
        told = _("%(learners)d, both tests: %(both)d") % {"learners": figure.learners, "both": figure.tested_both}
        planned, there, tested = (heads * (_WIDTH - 2) / most for heads in (figure.course.planned_learners, figure.learners, figure.tested_both))
        bar = f'<rect x="1" y="{top + 22}" height="8"'
        parts += [
            _text(0, top + 16, name),
            _text(_WIDTH, top + 16, told, anchor="end", soft=True),
            f'{bar} width="{planned:.1f}" fill="none" stroke="{ink["ink-soft"]}"/>',
            f'{bar} width="{there:.1f}" fill="{ink["green"]}" fill-opacity="0.35"/>',
            f'{bar} width="{tested:.1f}" fill="{ink["green"]}"/>',
        ]
        top += 36
    parts.append(_text(0, top + 18, _("Outline: planned. Light: there. Dark: took both tests."), soft=True))
    return _svg(top + 28, _("Learners by course"), parts)


def _text(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False, soft: bool = False) -> str:
    ink = colours()["ink-soft" if soft else "ink"]
    weight = ' font-weight="700"' if bold else ""
    halo = ' stroke="#fff" stroke-width="4" paint-order="stroke"'  # where a line of the grid passes behind it
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}"{weight}{halo}>{escape(printable(text))}</text>'


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" font-size="16" '
        f"font-family=\"'Be Vietnam Pro', 'Noto Sans', 'Segoe UI', Roboto, Arial, sans-serif\"><title>{escape(title)}</title>{''.join(parts)}</svg>\n"
    )
