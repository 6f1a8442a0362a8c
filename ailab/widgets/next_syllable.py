"""What comes next? A machine that has counted which syllable follows which, and looks back at one syllable only."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.generate import bundled_texts
from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.language_model import SyllableModel
from ailab.show import percent, style
from ailab.text import normalize, syllables
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NextSyllable"]

_SHOWN = 6
_AT_ONCE = 12
_LONGEST = 80


class NextSyllable(Demo):
    """The most probable next syllables, to choose from.

    Parameters
    ----------
    texts : iterable of str, optional
        What the machine learns from. Default: the bundled texts about Dien Bien, in the language in force.
    """

    value = traitlets.Unicode(help="the text so far")

    def __init__(self, texts: Iterable[str] | None = None) -> None:
        lang = get_language() if texts is None else "vi"
        self.model = SyllableModel(lang=lang, pair_weight=0.95).fit(bundled_texts(lang) if texts is None else texts)
        self._first = _("Museum") if texts is None else self.model.following("", 1)[0][0]
        self.text = ipywidgets.Textarea(placeholder=_("Write the beginning of a sentence"), rows=2, layout={"width": "100%", "max_width": "44rem"})
        self.seen = ipywidgets.HTML()
        self.choices = [ipywidgets.Button() for _at in range(_SHOWN)]
        self.bars = [ipywidgets.HTML() for _at in range(_SHOWN)]
        rows = [ipywidgets.HBox([button, bar], layout={"flex_flow": "row nowrap"}) for button, bar in zip(self.choices, self.bars, strict=True)]
        for row in rows:
            row.add_class("ailab-lm-next")
        self.go_on = ipywidgets.Button(description=_("Let the machine go on alone"))
        self.reset = ipywidgets.Button(description=_("Start again"))
        super().__init__([self.text, self.seen, *rows, ipywidgets.HBox([self.go_on, self.reset])])
        self.add_class("ailab-lm-demo")
        self._words: list[str] = []
        self.text.observe(self._typed, "value")
        for at, button in enumerate(self.choices):
            button.on_click(lambda _button, at=at: self._append(at))
        self.go_on.on_click(self._go_on)
        self.reset.on_click(self._start_again)
        self.text.value = self._first

    def forget(self) -> None:
        """Empty the field."""
        self.text.value = ""

    @answered
    def _typed(self, _change: Any) -> None:
        from ailab.privacy import refuse_secret

        if len(syllables(self.text.value)) > 2:  # a word or two are no text yet: who writes “mật ong” begins with “mật”
            refuse_secret(self.text.value)
        self.value = self.text.value
        self.output.value = ""
        typed = (syllables(normalize(self.value)) or [""])[-1]
        before = typed
        if typed and typed not in self.model.counts_:
            before = self.model.read([typed]).best[-1]
        ranked = self.model.following(before, _SHOWN)
        self._words = [word for word, _p in ranked]
        for at, (button, bar) in enumerate(zip(self.choices, self.bars, strict=True)):
            button.layout.visibility = "visible" if at < len(ranked) else "hidden"
            button.description, p = ranked[at] if at < len(ranked) else ("", 0.0)
            bar.value = _share(p) if p else ""
        self.seen.value = f'{style()}<div class="ailab-result"><p>{self._what_it_sees(typed, before)}</p></div>'

    def _what_it_sees(self, typed: str, before: str) -> str:
        if not typed:
            return escape(_("Nothing is written yet. These are simply the most frequent in its texts."))
        if before not in self.model.counts_:
            return escape(_("“%(word)s” is not in its texts. It has no idea, and names the most frequent ones.") % {"word": typed})
        text = _("It looks at one only: “%(word)s”. In its texts it has seen it %(n)s times. This is what came next:")
        return escape(text % {"word": before, "n": self.model.counts_[before]})

    @answered
    def _append(self, at: int) -> None:
        if self._is_full():
            return
        self.text.value = f"{self.text.value.rstrip()} {self._words[at]}".lstrip()

    @answered
    def _go_on(self, _button: Any) -> None:
        if self._is_full():
            return
        text = self.text.value
        before = (syllables(normalize(text)) or [""])[-1]
        before = before if before in self.model.counts_ else self.model.read([before]).best[-1] if before else ""
        for _step in range(_AT_ONCE):
            before = self.model.following(before, 1)[0][0]
            text = f"{text.rstrip()} {before}".lstrip()
        self.text.value = text
        self.say(_("It always took the most probable one. Does it go in circles? Is what it wrote true? It cannot know: it has only counted pairs."))

    def _is_full(self) -> bool:
        full = len(syllables(self.text.value)) >= _LONGEST
        if full:
            self.say(_("That is enough for one sentence. Press “Start again”."), kind="doubt")
        return full

    @answered
    def _start_again(self, _button: Any) -> None:
        self.text.value = self._first
        self.output.value = ""


def _share(p: float) -> str:
    bar = f'<span class="ailab-bar"><span style="width:{max(100 * p, 0.5):.1f}%"></span></span>'
    return f'<div class="ailab-result ailab-lm-share">{bar}<span class="ailab-value">{escape(percent(p))}</span></div>'
