"""How careful must the AI be? Watch wrong answers and refusals trade places."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab.i18n import gettext as _
from ailab.qa import bundled_questions, is_right
from ailab.show import style
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.widgets.ask import Ask

__all__ = ["Caution"]

_LEVELS = tuple(range(0, 101, 5))
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 400, 210, 34, 12, 34


@dataclass(frozen=True)
class _Trial:
    """How one bundled question went, whatever the caution."""

    question: str
    answerable: bool
    right: bool
    confidence: float
    quote: str


class Caution(Demo):
    """Set how sure the AI must be before it answers, and see what that does to all bundled questions.

    Parameters
    ----------
    demo : Ask
        Whose model is set: its ``caution``. Its last question is asked again.
    questions : list of dict, optional
        ``question``, ``answerable``, ``passages`` (ids of right ones) and ``keys`` (one of them stands in a right
        quotation). Default: the bundled questions about Dien Bien.
    """

    def __init__(self, demo: Ask, questions: list[dict[str, Any]] | None = None) -> None:
        self.demo = demo
        self._questions = questions
        self._trials: list[_Trial] = []
        self.start = ipywidgets.Button(description=_("Ask the AI all questions"), button_style="primary")
        self.level = ipywidgets.SelectionSlider(
            description=_("How sure it must be"),
            options=[(f"{level}%", level) for level in _LEVELS],
            value=50,
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "34rem", "display": "none"},
        )
        super().__init__([ipywidgets.HBox([self.start]), self.level])
        self.say(_("We have written down questions whose answers we know, and some that the base cannot answer. Press the button."))
        self.start.on_click(self._begin)
        self.level.observe(self._set, "value")

    @answered
    def _begin(self, _button: Any) -> None:
        self.start.disabled = True
        try:
            self.say(_("Asking…"))
            if self._questions is None:
                self._questions = bundled_questions()
            self._trials = [self._try(record) for record in self._questions]
            self.level.layout.display = None
            self.level.value = min(_LEVELS, key=lambda level: abs(level / 100 - self.demo.qa.caution))
            self._show()
        finally:
            self.start.disabled = False

    def _try(self, record: dict[str, Any]) -> _Trial:
        answer = self.demo.qa.ask(record["question"])
        quote = answer.citations[0].quote if answer.citations else ""
        return _Trial(record["question"], record["answerable"], is_right(record, answer), answer.confidence, quote)

    @answered
    def _set(self, _change: Any) -> None:
        self.demo.qa.caution = self.level.value / 100
        if self._trials:
            self._show()
        if self.demo.value is not None:
            self.demo.ask(self.demo.value.question)

    def _show(self) -> None:
        self.output.value = f'{style()}<div class="ailab-result">{self._sentences()}{self._chart()}{self._wrong()}</div>'

    def _counts(self, level: int) -> dict[str, int]:
        given = [bool(trial.quote) and trial.confidence >= level / 100 for trial in self._trials]
        pairs = list(zip(self._trials, given, strict=True))
        return {
            "right": sum(trial.right and shown for trial, shown in pairs),
            "wrong": sum(trial.answerable and not trial.right and shown for trial, shown in pairs),
            "needless": sum(trial.answerable and not shown for trial, shown in pairs),
            "invented": sum(not trial.answerable and shown for trial, shown in pairs),
            "refused": sum(not trial.answerable and not shown for trial, shown in pairs),
        }

    def _sentences(self) -> str:
        counts = self._counts(self.level.value)
        known = sum(trial.answerable for trial in self._trials)
        first = _("Of %(all)d questions that the base can answer: %(right)d answered right, %(wrong)d answered wrong, %(needless)d refused.")
        second = _("Of %(all)d questions that it cannot answer: %(refused)d refused, %(invented)d answered all the same.")
        first %= {"all": known, **counts}
        second %= {"all": len(self._trials) - known, **counts}
        return f'<p role="status">{escape(first)}</p><p>{escape(second)}</p>'

    def _chart(self) -> str:
        """Two curves over the slider: wrong answers fall, refusals of what could be answered rise."""
        counts = [self._counts(level) for level in _LEVELS]
        wrong = [count["wrong"] + count["invented"] for count in counts]
        refused = [count["needless"] for count in counts]
        most = max(*wrong, *refused, 1)
        title = _("More careful, fewer wrong answers, but more refusals")
        here = _LEVELS.index(self.level.value)
        lines = "".join(
            f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{_y(value, most):.1f}" y2="{_y(value, most):.1f}" stroke="#d9ddd3"/>'
            f'<text x="{_LEFT - 6}" y="{_y(value, most) + 4:.1f}" text-anchor="end">{value}</text>'
            for value in (0, most // 2, most)
        )
        ticks = "".join(f'<text x="{_x(i):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{_LEVELS[i]}%</text>' for i in range(0, len(_LEVELS), 5))
        marker = f'<line x1="{_x(here):.1f}" x2="{_x(here):.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="#1d2b24" stroke-dasharray="4 4"/>'
        curves = _curve(wrong, most, here, "#a61b1b") + _curve(refused, most, here, "#1b6b3a")
        names = {"#a61b1b": _("wrong answers"), "#1b6b3a": _("refused although the base holds it")}
        keys = "".join(f'<span class="ailab-legend"><i style="background:{colour}"></i>{escape(name)}</span>' for colour, name in names.items())
        legend = f'<p class="ailab-small">{keys}</p>'
        return (
            f'<h4>{escape(title)}</h4><svg class="ailab-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}" fill="#47564d">'
            f"{lines}{ticks}{marker}{curves}</svg>{legend}"
        )

    def _wrong(self) -> str:
        shown = [trial for trial in self._trials if trial.quote and not trial.right and trial.confidence >= self.level.value / 100]
        if not shown:
            return ""
        title = _("The %(n)d wrong answers at this setting") % {"n": len(shown)}
        items = "".join(f"<li><b>{escape(trial.question)}</b><br>{escape(trial.quote)}</li>" for trial in shown)
        return f'<details class="ailab-near"><summary>{escape(title)}</summary><ul>{items}</ul></details>'


def _x(number: int) -> float:
    return _LEFT + 8 + number * (_WIDTH - _LEFT - 28) / (len(_LEVELS) - 1)


def _y(value: float, most: float) -> float:
    return _TOP + (1 - value / most) * (_HEIGHT - _TOP - _BOTTOM)


def _curve(values: list[int], most: int, here: int, colour: str) -> str:
    points = " ".join(f"{_x(i):.1f},{_y(value, most):.1f}" for i, value in enumerate(values))
    dot = f'<circle cx="{_x(here):.1f}" cy="{_y(values[here], most):.1f}" r="6" fill="{colour}"/>'
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>{dot}'
