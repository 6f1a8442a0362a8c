"""The same leaf on another table, and which machine changes its mind."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
from PIL import Image

from ailab.background_bias import CONDITIONS, HELD_OUT, VIEWS
from ailab.i18n import gettext as _
from ailab.samples.tables import GARDEN, TABLES
from ailab.show import count_table, photo_uri, ringed_svg, style
from ailab.widgets.base import Demo, answered
from ailab.widgets.eight_dots import LUCK, condition_name
from ailab.widgets.sample_strip import SampleStrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.background_bias import Collections
    from ailab.widgets.eight_dots import EightDots

__all__ = ["OtherTable", "scores_html", "view_name"]

_OFFERED = 2 * len(CONDITIONS)


class OtherTable(Demo):
    """Choose a leaf and a table; three machines that learned from the teams' photos name the condition.

    Parameters
    ----------
    dots : EightDots
        Whose collections are used, once it has taught its machine.
    """

    def __init__(self, dots: EightDots) -> None:
        self.dots = dots
        self.leaves = SampleStrip()
        names = [_("Table of team %(n)d") % {"n": n} for n in range(1, len(TABLES) + 1)]
        self.place = ipywidgets.ToggleButtons(options=[*zip(names, TABLES, strict=True), (_("In the garden"), GARDEN)], value=None)
        self.move_all = ipywidgets.Button(description=_("Move all %(total)d leaves to another team's table") % {"total": HELD_OUT})
        self.all_moved = ipywidgets.HTML()
        super().__init__([])
        self.say(_("Teach the machine in part 1 first. Then move its leaves here."))
        self.place.observe(self._show, "value")
        self.move_all.on_click(self._move_all)
        dots.attach(self, self._new_collections)

    @answered
    def _new_collections(self, _change: Any) -> None:
        self.collections = self.dots.value
        self._numbers = list(self.collections.held_numbers[:_OFFERED])
        self.place.value = None
        self.all_moved.value = ""
        photos = [self.collections.photo(at, "own") for at in self._numbers]
        self.leaves.close()
        self.leaves = SampleStrip(items=[{"src": photo_uri(Image.fromarray(photo.picture)), "name": condition_name(photo.condition)} for photo in photos])
        self.leaves.observe(self._leaf_chosen, "count")
        self.children = (self.leaves, self.place, self.output, self.move_all, self.all_moved)
        self.say(_("Choose a leaf. The machines have not learned from any of these."))

    @answered
    def _leaf_chosen(self, _change: Any) -> None:
        self.place.value = None  # so that the next line shows the leaf even where its table was the last one's
        self.place.value = self.collections.photo(self._numbers[self.leaves.index], "own").place

    @answered
    def _show(self, _change: Any) -> None:
        if self.place.value is None:
            return
        if self.leaves.index < 0:
            self.place.value = None
            self.say(_("Choose a leaf first."), kind="doubt")
            return
        at = self._numbers[self.leaves.index]
        photo, own = self.collections.photo(at, self.place.value), self.collections.photo(at, "own")
        rows, wrong = "", 0
        for view in VIEWS:
            (said,) = self.collections.model(view, "own").predict([photo])
            right = said == photo.condition
            wrong += not right
            mark = f'<span class="{"ailab-right" if right else "ailab-wrong"}">{"✓" if right else "✗"} {escape(condition_name(said))}</span>'
            rows += f"<li><b>{escape(view_name(view))}</b>{mark}</li>"
        title = _("This leaf is: %(name)s") % {"name": condition_name(photo.condition)}
        if photo.place == own.place:
            note = _("It lies on the table where its team photographed it. Now put it on another one.")
        else:
            note = _("The leaf has not changed by a single pixel. Only what lies around it has. Of %(all)d machines, %(wrong)d are wrong now.")
            note %= {"all": len(VIEWS), "wrong": wrong}
        self.output.value = (
            f'{style()}<div class="ailab-result" role="status"><div class="ailab-moved">{ringed_svg(photo, title)}<div><h4>{escape(title)}</h4>'
            f'<ul class="ailab-machines">{rows}</ul></div></div><p class="ailab-box ailab-note">{escape(note)}</p></div>'
        )

    @answered
    def _move_all(self, _button: Any) -> None:
        columns = [_("On the table of their own team"), _("On the table of another team")]
        table = scores_html(self.collections, [("own", "own"), ("own", "moved")], [], columns)
        cut = _("The third machine was told by the drawing program where the leaf is. With real photos somebody has to cut it out, and real leaves are harder.")
        self.all_moved.value = f'{style()}<div class="ailab-result" role="status">{table}<p class="ailab-small">{escape(cut)}</p></div>'


def scores_html(collections: Collections, tests: Sequence[tuple[str, str]], groups: Sequence[tuple[str, int]], columns: Sequence[str]) -> str:
    """How many held-out leaves each machine names right, and blind luck; a test is what was learned from, and what was asked."""
    rows = [(view_name(view), [collections.count_right(view, *test) for test in tests]) for view in VIEWS]
    title = _("How many of %(total)d leaves get their right name. The machines have not learned from these") % {"total": HELD_OUT}
    return count_table(title, groups, columns, [*rows, (_("Blind luck, about"), [LUCK] * len(tests))])


def view_name(view: str) -> str:
    """What a machine sees, in the language in force."""
    return {"dots": _("Sees only eight dots"), "whole": _("Sees the whole photo"), "leaf": _("Sees only the leaf, cut out")}[view]
