"""Teach a machine to sort fruit by examples: it guesses what was said of the most similar one, right or wrong."""

from __future__ import annotations

from functools import partial
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.samples.fruit import BASKETS, EXAMPLES
from ailab.show import fruit_measures, fruit_svg, fruit_table, style
from ailab.sorting import NearestExample
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ailab.samples.fruit import Fruit
    from ailab.widgets.fruit_rules import FruitRules

__all__ = ["FruitExamples"]

_X, _Y, _STEP = (0, 100), (22, 68), 2  # of the map: redness, size, and its grain
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 400, 250, 40, 34
_GOOD, _BAD = "#cfe5d6", "#fbe0ae"


class FruitExamples(Demo):
    """Label a few fruits that are cut open, and see what the machine makes of a basket that it has not seen.

    Parameters
    ----------
    rules : FruitRules, optional
        Whose rules are compared on the same basket.
    """

    value = traitlets.Tuple(help="the labels given so far: True for good, one for each example in order")

    def __init__(self, rules: FruitRules | None = None) -> None:
        self.rules = rules
        self.fruit = ipywidgets.HTML()
        self.good = ipywidgets.Button(description=_("Good"), button_style="primary")
        self.bad = ipywidgets.Button(description=_("Not good"))
        self.asking = ipywidgets.VBox([self.fruit, ipywidgets.HBox([self.good, self.bad])])
        self.labels = ipywidgets.HBox()
        self.again = ipywidgets.Button(description=_("Start again"))
        self.given = ipywidgets.VBox([heading(_("Your labels: tap one to turn it round, even on purpose")), self.labels, ipywidgets.HBox([self.again])])
        self.basket = ipywidgets.ToggleButtons(options=[(_("Basket %(n)d") % {"n": at + 1}, at) for at in range(len(BASKETS))], value=1)
        title = heading(_("The machine guesses the basket"))
        self.basket.add_class("ailab-fruit-baskets")
        super().__init__([self.asking, self.given, title, self.basket])
        self.children = (self.asking, self.given, title, self.basket, self.output)
        self.good.on_click(partial(self._label, True))  # noqa: FBT003 - the answer
        self.bad.on_click(partial(self._label, False))  # noqa: FBT003
        self.again.on_click(self._start_again)
        self.basket.observe(self._show, "value")
        if rules is not None:
            rules.observe(self._show, "value")
        self._show(None)

    @answered
    def _label(self, good: bool, _button: Any) -> None:
        if len(self.value) == len(EXAMPLES):  # the second tap of two
            return
        self.value = (*self.value, good)
        self._add_chip(len(self.value) - 1)
        self._show(None)

    def _add_chip(self, at: int) -> None:
        button = ipywidgets.Button()
        button.on_click(partial(self._turn, at))
        self.labels.children = (*self.labels.children, button)

    @answered
    def _turn(self, at: int, _button: Any) -> None:
        self.value = tuple(good != (at == place) for place, good in enumerate(self.value))
        self._show(None)

    @answered
    def _start_again(self, _button: Any) -> None:
        old, self.labels.children, self.value = self.labels.children, (), ()
        for button in old:
            button.close()
        self._show(None)

    # --- what is shown ---

    @answered
    def _show(self, _change: Any) -> None:
        self._ask()
        for at, (button, good) in enumerate(zip(self.labels.children, self.value, strict=True)):
            name = _("good") if good else _("not good")
            button.description = f"{at + 1}: {name}"
            button.button_style = "" if good == EXAMPLES[at].good else "warning"
        self.given.layout.display = None if self.value else "none"
        if not self.value:
            self.say(_("The machine knows nothing yet. Give your first label above."))
            return
        self.output.value = f'{style()}<div class="ailab-result">{self._sentences()}{self._table()}{self._map()}</div>'

    def _ask(self) -> None:
        at = len(self.value)
        over = at == len(EXAMPLES)
        self.good.layout.display = self.bad.layout.display = "none" if over else None
        if over:
            text = _("All %(n)d examples have a label.") % {"n": at}
            self.fruit.value = f'{style()}<p class="ailab-result" role="status">{escape(text)}</p>'
            return
        text = _("Example %(n)d of %(total)d: is it good?") % {"n": at + 1, "total": len(EXAMPLES)}
        note = _("You see it cut open: golden inside is good. The machine sees only this: %(measures)s.") % {"measures": fruit_measures(EXAMPLES[at])}
        self.fruit.value = (
            f'{style()}<div class="ailab-result"><h4>{escape(text)}</h4><p class="ailab-fruit-pair ailab-fruit-large">'
            f'{fruit_svg(EXAMPLES[at])}{fruit_svg(EXAMPLES[at], cut=True)}</p><p class="ailab-small">{escape(note)}</p></div>'
        )

    def _machine(self, n: int | None = None) -> NearestExample:
        labels = self.value[:n]
        return NearestExample().fit(_numbers(EXAMPLES[: len(labels)]), labels)

    def _right(self, n: int | None = None) -> int:
        basket = BASKETS[self.basket.value]
        return sum(bool(guess) == fruit.good for guess, fruit in zip(self._machine(n).predict(_numbers(basket)), basket, strict=True))

    def _sentences(self) -> str:
        total = len(BASKETS[self.basket.value])
        here = {"right": self._right(), "total": total, "n": len(self.value)}
        count = _("With %(n)d examples it is right %(right)d times of %(total)d.") % here
        lines = [f'<p class="ailab-title" role="status"><b>{escape(count)}</b></p>']
        more = [_("Right after each example: %(way)s.") % {"way": ", ".join(str(self._right(n)) for n in range(1, len(self.value) + 1))}]
        if self.rules is not None:
            more.append(_("Your rules: %(right)d of %(total)d on this basket.") % {"right": self.rules.right(self.basket.value), "total": total})
        lines += [f"<p>{escape(text)}</p>" for text in more]
        lines += [f'<p class="ailab-box ailab-{kind}">{escape(text)}</p>' for kind, text in self._comments()]
        return "".join(lines)

    def _comments(self) -> Iterable[tuple[str, str]]:
        wrong = [str(at + 1) for at, good in enumerate(self.value) if good != EXAMPLES[at].good]
        if wrong:
            text = _("Wrong label: example %(numbers)s. The machine cannot know. It has learned that too, and repeats it for whatever looks similar.")
            yield "doubt", text % {"numbers": ", ".join(wrong)}
        if len(set(self.value)) == 1:
            yield "doubt", _("So far it has heard one answer only, so it always gives this one.")
        if self.basket.value == len(BASKETS) - 1:
            yield "doubt", _("It calls some fruits with worms good. It was never told to look for holes, and it never says “I do not know”.")

    def _table(self) -> str:
        basket, machine = BASKETS[self.basket.value], self._machine()
        numbers = _numbers(basket)
        notes = [_("most like your example %(n)d") % {"n": at + 1} for at in machine.nearest(numbers)]
        return fruit_table(basket, [bool(guess) for guess in machine.predict(numbers)], notes)

    def _map(self) -> str:
        """What it would say of every fruit, and the examples that it says it from, as SVG."""
        machine = self._machine()
        ground = "".join(self._row(machine, y) for y in range(*_Y, _STEP))
        points = "".join(
            f'<circle cx="{_px(fruit.redness):.1f}" cy="{_py(fruit.size):.1f}" r="11" fill="{"#1b6b3a" if good else "#fff"}" '
            f'stroke="{"#1b6b3a" if good else "#8a4b08"}" stroke-width="2.5"/><text x="{_px(fruit.redness):.1f}" y="{_py(fruit.size) + 4.5:.1f}" '
            f'text-anchor="middle" font-weight="700" fill="{"#fff" if good else "#5f3405"}">{at + 1}</text>'
            for at, (fruit, good) in enumerate(zip(EXAMPLES, self.value, strict=False))
        )
        title = _("All that the machine has: your examples on a map of two numbers")
        across, up = _("redder →"), _("larger →")
        keys = {_GOOD: _("here it says: good"), _BAD: _("here it says: not good")}
        legend = "".join(f'<span class="ailab-legend"><i style="background:{colour}"></i>{escape(name)}</span>' for colour, name in keys.items())
        return (
            f'<h4>{escape(title)}</h4><svg class="ailab-chart ailab-fruit-map" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}" '
            f'fill="#47564d"><rect x="{_LEFT}" y="6" width="{_WIDTH - _LEFT - 6}" height="{_HEIGHT - _BOTTOM - 6}" fill="{_BAD}"/>'
            f'<g fill="{_GOOD}">{ground}</g>{points}<text x="{(_LEFT + _WIDTH) / 2}" y="{_HEIGHT - 9}" text-anchor="middle">{escape(across)}</text>'
            f'<text transform="rotate(-90) translate({-(_HEIGHT - _BOTTOM) / 2} 24)" text-anchor="middle">{escape(up)}</text></svg>'
            f'<p class="ailab-small">{legend}</p>'
        )

    @staticmethod
    def _row(machine: NearestExample, y: int) -> str:
        """One stripe of the map: where it says good."""
        height = _py(y) - _py(y + _STEP) + 0.3
        said = zip(range(*_X, _STEP), machine.predict([(x + _STEP / 2, y + _STEP / 2) for x in range(*_X, _STEP)]), strict=True)
        runs = [[x for x, _good in run] for good, run in groupby(said, itemgetter(1)) if good]
        return "".join(
            f'<rect x="{_px(run[0]):.1f}" y="{_py(y + _STEP):.1f}" width="{_px(run[-1] + _STEP) - _px(run[0]):.1f}" height="{height:.1f}"/>' for run in runs
        )


def _numbers(fruits: Sequence[Fruit]) -> list[tuple[float, float]]:
    return [(fruit.redness, fruit.size) for fruit in fruits]


def _px(redness: float) -> float:
    return _LEFT + (redness - _X[0]) / (_X[1] - _X[0]) * (_WIDTH - _LEFT - 6)


def _py(size: float) -> float:
    return 6 + (1 - (size - _Y[0]) / (_Y[1] - _Y[0])) * (_HEIGHT - _BOTTOM - 6)
