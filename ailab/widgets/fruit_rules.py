"""Sort fruit by rules that the learner writes, and watch them fail in the next basket."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.samples.fruit import BASKETS
from ailab.show import fruit_table, style
from ailab.sorting import Rule, follow_rules
from ailab.widgets.base import Demo, answered

__all__ = ["FruitRules"]

_ANY, _SMALL, _MEDIUM, _LARGE = (0, 1000), (0, 37), (38, 52), (53, 1000)
_YELLOW, _ORANGE, _RED = 45, 62, 78


class FruitRules(Demo):
    """Three rules to switch on and to change, and three baskets to try them on."""

    value = traitlets.Tuple(help="the rules that are switched on")

    def __init__(self) -> None:
        self.rows = tuple(_RuleRow(number, on=number == 1) for number in (1, 2, 3))
        self.basket = ipywidgets.ToggleButtons(options=[(_("Basket %(n)d") % {"n": at + 1}, at) for at in range(len(BASKETS))], value=0)
        self.basket.add_class("ailab-fruit-baskets")
        super().__init__([*self.rows, self.basket])
        self.basket.observe(self._show, "value")
        for row in self.rows:
            row.observe(self._show, "value")
        self._show(None)

    def right(self, basket: int) -> int:
        """How many fruits of a basket the rules sort rightly."""
        return sum(guess == fruit.good for guess, fruit in zip(follow_rules(self.value, BASKETS[basket]), BASKETS[basket], strict=True))

    @answered
    def _show(self, _change: Any) -> None:
        at = self.basket.value
        self.value = tuple(row.value for row in self.rows if row.value is not None)
        right, total = self.right(at), len(BASKETS[at])
        count = _("Your rules are right %(right)d times of %(total)d.") % {"right": right, "total": total}
        table = fruit_table(BASKETS[at], follow_rules(self.value, BASKETS[at]))
        self.output.value = (
            f'{style()}<div class="ailab-result"><p class="ailab-title" role="status"><b>{escape(count)}</b></p>'
            f'<p class="ailab-box ailab-{"note" if right == total else "doubt"}">{escape(self._comment(at, right, total))}</p>{table}</div>'
        )

    def _comment(self, at: int, right: int, total: int) -> str:
        if not self.value:
            return _("No rule is on, so nothing is called good. A machine of this kind does what is written, and nothing else.")
        if at == 0:
            return (
                _("This basket holds one variety only. Now take basket 2.")
                if right == total
                else _("Change the rules until all are right. Then take basket 2.")
            )
        if at == 1:
            if right < 11:
                return _(
                    "Other varieties have come, smaller ones, that ripen at other colours. Nobody wrote a rule for them. Switch on rules 2 and 3 and mend it."
                )
            return _("Good work: you found out what differs and wrote it down. It took you several rules. Now take basket 3.")
        return _("Look at the dark holes: worms. No rule can name them, for the machine is given two numbers only, and the hole is in neither.")


class _RuleRow(ipywidgets.HBox):
    """One rule as a sentence with choices in it; ``value`` is None where it is off."""

    value = traitlets.Instance(Rule, allow_none=True)

    def __init__(self, number: int, *, on: bool) -> None:
        self._names = {False: _("Rule %(n)d") % {"n": number}, True: _("Rule %(n)d: good, if the fruit is") % {"n": number}}
        self.on = ipywidgets.Checkbox(value=on, indent=False)
        self.size = ipywidgets.Dropdown(options=[(_("of any size"), _ANY), (_("small"), _SMALL), (_("medium"), _MEDIUM), (_("large"), _LARGE)], value=_ANY)
        self.colour = ipywidgets.Dropdown(
            options=[(_("and yellow or redder"), _YELLOW), (_("and orange or redder"), _ORANGE), (_("and red or redder"), _RED)], value=_RED
        )
        super().__init__([self.on, self.size, self.colour])
        self.add_class("ailab-fruit-rule")
        for part in (self.on, self.size, self.colour):
            part.observe(self._changed, "value")
        self._changed(None)

    def _changed(self, _change: Any) -> None:
        self.value = Rule(self.colour.value, *self.size.value) if self.on.value else None
        self.on.description = self._names[self.on.value]
        self.size.layout.display = self.colour.layout.display = None if self.on.value else "none"
