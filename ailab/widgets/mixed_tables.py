"""Photograph again with the tables mixed, teach again, and compare what a test on the same tables promises with a test from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab.background_bias import CONDITIONS, HELD_OUT
from ailab.i18n import gettext as _
from ailab.show import photo_strip, style
from ailab.widgets.base import Demo, answered
from ailab.widgets.eight_dots import LUCK, condition_name
from ailab.widgets.other_table import scores_html

if TYPE_CHECKING:
    from ailab.background_bias import Collections
    from ailab.widgets.eight_dots import EightDots

__all__ = ["MixedTables"]

_IN_A_ROW = 6


class MixedTables(Demo):
    """The same leaves on tables drawn by lot, and honest scores.

    Parameters
    ----------
    dots : EightDots
        Whose collections are used, once it has taught its machine.
    """

    def __init__(self, dots: EightDots) -> None:
        self.dots = dots
        self.mix = ipywidgets.Button(description=_("Mix the tables and teach again"), button_style="primary")
        self.mix.layout.display = "none"
        super().__init__([self.mix])
        self.say(_("Teach the machine in part 1 first. Then mix the tables here."))
        self.mix.on_click(self._mix)
        dots.attach(self, self._new_collections)

    @answered
    def _new_collections(self, _change: Any) -> None:
        self.mix.layout.display = None
        self.say(_("What will the machine that sees eight dots score now? Say a number first."))

    @answered
    def _mix(self, _button: Any) -> None:
        self.mix.disabled = True
        try:
            collections = self.dots.value
            self.say(_("The leaves are being photographed again, and the machines are learning. This takes a few seconds."))
            self.output.value = f'{style()}<div class="ailab-result" role="status">{_photos(collections)}{_scores(collections)}</div>'
        finally:
            self.mix.disabled = False


def _photos(collections: Collections) -> str:
    rows = [
        photo_strip(condition_name(condition), [collections.photo(at, "mixed") for at in range(first, _IN_A_ROW * len(CONDITIONS), len(CONDITIONS))])
        for first, condition in enumerate(CONDITIONS)
    ]
    title = _("The same leaves. Each team now photographs every condition")
    return f"<h4>{escape(title)}</h4>{''.join(rows)}"


def _scores(collections: Collections) -> str:
    same, garden = _("Same tables"), _("Garden")
    groups = [(_("Each team one condition"), 2), (_("Tables mixed"), 2)]
    table = scores_html(collections, [("own", "own"), ("own", "garden"), ("mixed", "mixed"), ("mixed", "garden")], groups, [same, garden, same, garden])
    promise = _(
        "The machine that sees the whole photo, “%(way)s”: the test on the same tables promised %(same)d of %(total)d. "
        "In the garden, where nobody had photographed, it got %(garden)d."
    )
    ways = zip(("own", "mixed"), groups, strict=True)
    counts = [(name, *(collections.count_right("whole", way, tested) for tested in (way, "garden"))) for way, (name, _span) in ways]
    promises = "".join(f"<p>{escape(promise % {'way': name, 'same': at_home, 'garden': away, 'total': HELD_OUT})}</p>" for name, at_home, away in counts)
    honest = _("With mixed tables the eight dots get %(dots)d. Blind luck gives about %(luck)d, a few more or fewer. The lower score is the honest one.")
    honest %= {"dots": collections.count_right("dots", "mixed", "mixed"), "luck": LUCK}
    habit = _("A high score on photos from the same tables says little. Ask for a test from another place.")
    return f'{table}{promises}<p>{escape(honest)}</p><p class="ailab-box ailab-note"><b>{escape(habit)}</b></p>'
