"""Guess, then see, how often a machine names the disease of a leaf when it sees only eight dots of the background."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import traitlets

from ailab import cards
from ailab.background_bias import CONDITIONS, DOTS, HELD_OUT, TURNS, Collections
from ailab.i18n import gettext as _
from ailab.show import count_bars, dots_svg, photo_strip, ringed_svg, style
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from ailab.samples.tables import Photo

__all__ = ["LUCK", "EightDots", "condition_name"]

#: How many held-out leaves blind luck names right, on average.
LUCK = HELD_OUT // len(CONDITIONS)

_IN_A_ROW = 6


class EightDots(Demo):
    """Three teams and their photos, a guess, and a machine that sees eight dots of each photo and never the leaf.

    Parameters
    ----------
    collections : Collections, optional
        Whose photos are shown and learned from. Default: new ones.
    """

    value = traitlets.Instance(Collections, allow_none=True, help="the collections of the last turn; None: nothing has learned yet")

    def __init__(self, collections: Collections | None = None) -> None:
        self._collections = collections or Collections()
        self._rounds: list[int] = []
        self.photos = ipywidgets.HTML(self._photos())
        self.question = ipywidgets.HTML(self._question())
        about, luck = _("about %(n)d"), _("about %(n)d: blind luck")
        counts = [(luck % {"n": LUCK}, LUCK), *((about % {"n": n}, n) for n in (HELD_OUT // 2, 2 * HELD_OUT // 3)), (_("nearly all"), HELD_OUT - 1)]
        self.guess = ipywidgets.ToggleButtons(options=counts, value=None)
        self.teach = ipywidgets.Button(description=_("Teach the machine"), button_style="primary")
        self.bar = ipywidgets.IntProgress(min=0, layout={"width": "100%", "max_width": "34rem", "display": "none"})
        super().__init__([self.photos, heading(_("Your guess")), self.question, self.guess, self.teach, self.bar])
        self.say(_("First guess. Then teach the machine and see."))
        self.teach.on_click(self._teach)

    def _photos(self) -> str:
        caption, drawn = _("Team %(n)d: %(condition)s"), _("A program drew all these photos.")
        rows = [
            photo_strip(
                caption % {"n": team + 1, "condition": condition_name(condition)},
                [self._collections.photo(at, "own") for at in range(team, _IN_A_ROW * len(CONDITIONS), len(CONDITIONS))],
            )
            for team, condition in enumerate(CONDITIONS)
        ]
        return f'{style()}<div class="ailab-result">{"".join(rows)}<p class="ailab-small">{escape(drawn)}</p></div>'

    def _question(self) -> str:
        photo = self._collections.photo(0, "own")
        text = _("The machine gets these eight dots of each photo, one pixel each, drawn larger here. It never sees a leaf.")
        question = _("It is asked about %(total)d leaves that it has not learned from. How many does it name right?") % {"total": HELD_OUT}
        whole, seen = _("A photo, and where the eight dots lie"), _("What the machine sees of it")
        pair = f"<div>{ringed_svg(photo, whole)}</div><div>{dots_svg(photo, seen)}</div>"
        return (
            f'{style()}<div class="ailab-result"><div class="ailab-dots-pair">{pair}</div>'
            f'<p>{escape(text)}</p><p class="ailab-asked">{escape(question)}</p></div>'
        )

    @answered
    def _teach(self, _button: Any) -> None:
        if len(self._rounds) == TURNS:
            self._start_again()
            return
        if self.guess.value is None:
            self.say(_("Choose your guess first. Then press the button once more."), kind="doubt")
            return
        self.teach.disabled = True
        try:
            self._learn()
        finally:
            self.teach.disabled, self.bar.layout.display = False, "none"

    def _start_again(self) -> None:
        self._rounds.clear()
        self.guess.value, self.guess.disabled = None, False
        self.teach.description = _("Teach the machine")
        self.say(_("First guess. Then teach the machine and see."))

    def _learn(self) -> None:
        turn = len(self._rounds)
        self.say(_("The leaves are being drawn and photographed, and the machine is learning. This takes a few seconds."))
        self.bar.value, self.bar.layout.display = 0, None
        self._collections = Collections(turn, like=self._collections)
        self._collections.draw(self._progress)
        self._rounds.append(self._collections.count_right("dots", "own", "own"))
        self.guess.disabled = True
        self.output.value = f'{style()}<div class="ailab-result" role="status">{self._scores()}{self._gallery()}{self._why()}</div>'
        self.teach.description = _("Start again") if len(self._rounds) == TURNS else _("Was it luck? Once more, with other leaves")
        self.value = self._collections

    def _progress(self, done: int, total: int) -> None:
        self.bar.max, self.bar.value = total, done

    def _scores(self) -> str:
        names = [_("Blind luck"), _("Your guess"), _("The machine that sees eight dots")]
        rows = [*zip(names, (LUCK, self.guess.value, self._rounds[0]), strict=False)]
        again = _("Round %(n)d, with other leaves to learn from and to ask about")
        rows += [(again % {"n": n}, right) for n, right in enumerate(self._rounds[1:], 2)]
        title = _("Right names on leaves that it has not learned from")
        return f"<h4>{escape(title)}</h4>{count_bars(rows, HELD_OUT)}"

    def _gallery(self) -> str:
        """Some of the leaves that it was asked about, what it saw of each, and what it said."""
        photos = self._collections.held_out("own")[: 2 * len(CONDITIONS)]
        guessed = self._collections.model("dots", "own").predict(photos)
        title = _("Some of the leaves, what it saw of them, and what it said")
        cells = "".join(_cell(photo, name) for photo, name in zip(photos, guessed, strict=True))
        return f'<h4>{escape(title)}</h4><div class="ailab-dots-gallery">{cells}</div>'

    def _why(self) -> str:
        """The mean color of the dots of each team."""
        photos = self._collections.training("own")
        rows, columns = zip(*DOTS, strict=True)
        swatches = ""
        for condition in CONDITIONS:
            mean = np.mean([photo.picture[rows, columns].mean(0) for photo in photos if photo.condition == condition], axis=0)
            swatch = "rgb({:.0f},{:.0f},{:.0f})".format(*mean)
            swatches += f'<li><i style="background:{swatch}"></i>{escape(condition_name(condition))}</li>'
        ask = _("How can that be? Talk it over first, then tap here")
        text = _(
            "Each team worked at its own table, on its own cloth. Here is the mean color of the dots for each team. The machine has learned "
            "the cloth, not the disease. We chose the cloths this way on purpose."
        )
        return f'<details class="ailab-dots-why"><summary>{escape(ask)}</summary><p>{escape(text)}</p><ul class="ailab-swatches">{swatches}</ul></details>'


def condition_name(condition: str) -> str:
    """Name of a condition of coffee leaves in the language in force."""
    return cards.condition_name(f"coffee__{condition}")


def _cell(photo: Photo, guessed: str) -> str:
    right = guessed == photo.condition
    said, seen = _("It said: %(name)s") % {"name": condition_name(guessed)}, _("What the machine sees of it")
    return (
        f"<div>{ringed_svg(photo, condition_name(photo.condition))}{dots_svg(photo, seen)}"
        f'<p class="{"ailab-right" if right else "ailab-wrong"}">{"✓" if right else "✗"} {escape(said)}</p></div>'
    )
