"""Which words decided: try a taught machine on hard messages and on one's own, change them, and teach it what it got wrong."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.results import TextVerdict
from ailab.samples.messages import sample_messages, sign_names, villages
from ailab.show import list_html, message_html, percent, text_verdict_html
from ailab.text import fold, unaccent
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.message_exam import style_names

if TYPE_CHECKING:
    from ailab.samples.messages import Message
    from ailab.widgets.message_sorter import MessageSorter

__all__ = ["MessageWords"]

_LONGEST = 2000  # characters
_COVER = "___"
#: Matters that are in none of the messages: fires were left out of them.
_NEVER_TAUGHT = ("Cháy nhà ở đầu bản, lửa lan nhanh lắm, xin giúp ngay!", "Đàn voi về phá lều nương, bà con chạy hết lên đồi.")


class MessageWords(Demo):
    """Show which words of a message decide, for the machine of a :class:`~ailab.widgets.MessageSorter`.

    Parameters
    ----------
    sorter : MessageSorter
    """

    value = traitlets.Instance(TextVerdict, allow_none=True, help="the last verdict")

    def __init__(self, sorter: MessageSorter) -> None:
        self.sorter = sorter
        self._shown: dict[str, int] = {}  # case -> how many of it were shown
        self._case: Message | None = None
        self._quiet = False
        self.cases = ipywidgets.HBox([self._case_button(code, name) for code, name in self._cases().items()])
        self.text = ipywidgets.Textarea(placeholder=_("Choose a message above, or write one. No real names or numbers."), rows=4, continuous_update=False)
        self.text.layout.width = "100%"
        self.button = ipywidgets.Button(description=_("Sort it"), button_style="primary")
        self.cover = ipywidgets.Button(description=_("Cover the heaviest word"))
        self.bare = ipywidgets.Button(description=_("Take the accents away"))
        self.move = ipywidgets.Button(description=_("Try other villages"))
        self.changes = ipywidgets.HBox([self.cover, self.bare, self.move] if sorter.kind == "citizens" else [self.cover, self.bare])
        self.changed = ipywidgets.HTML()
        self.truth = ipywidgets.HTML()
        self.labels = ipywidgets.HBox([self._label_button(code, name) for code, name in sorter.names.items()])
        self.labels.add_class("ailab-sorter-labels")
        self.taught = ipywidgets.HTML()
        self.rest = ipywidgets.VBox(
            [
                self.truth,
                heading(_("Change the message")),
                self.changes,
                self.changed,
                heading(_("Teach it: this message belongs to")),
                self.labels,
                self.taught,
            ]
        )
        super().__init__([])
        self.add_class("ailab-sorter")
        self.children = (heading(_("Choose a message")), self.cases, self.text, self.button, self.output, self.rest)
        self.rest.layout.display = "none"
        self.say(_("Choose a message, and guess first: where will the machine send it?"))
        self.text.observe(self._typed, "value")
        self.button.on_click(self._typed)
        self.cover.on_click(self._cover)
        self.bare.on_click(self._take_accents)
        self.move.on_click(self._move)
        sorter.observe(self._again, "value")

    def _cases(self) -> dict[str, str]:
        if self.sorter.kind == "scams":
            return {"scam": _("A scam"), "genuine": _("A genuine message")}
        return style_names() | {"never": _("A matter that it was never taught")}

    def _case_button(self, code: str, name: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name)
        button.on_click(partial(self._choose, code))
        return button

    def _label_button(self, code: str, name: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name)
        button.on_click(partial(self._relabel, code))
        return button

    def forget(self) -> None:
        """Empty the field."""
        self._case, self.value = None, None
        self._write("")
        self.rest.layout.display = "none"

    # --- the message ---

    def _write(self, text: str) -> None:
        """Fill the field without sorting."""
        self._quiet = True
        self.text.value = text
        self._quiet = False

    @answered
    def _choose(self, code: str, _button: Any) -> None:
        """Show the next message of a kind: one that the machine has not been taught."""
        number = self._shown[code] = self._shown.get(code, -1) + 1
        if code == "never":
            self._case = None
            self._write(_NEVER_TAUGHT[number % len(_NEVER_TAUGHT)])
        else:
            kept = [message for message in sample_messages(self.sorter.kind) if message.held_out and code in {message.style, message.label}]
            fresh = [message for message in kept if message.text not in self.sorter.examples] or kept
            self._case = fresh[number % len(fresh)]
            self._write(self._case.text)
        self.changed.value = self.taught.value = ""
        self._sort()

    @answered
    def _typed(self, _change: Any) -> None:
        if self._quiet:
            return
        if self._case is not None and self.text.value != self._case.text:
            self._case = None
        self.changed.value = self.taught.value = ""
        self._sort()

    @answered
    def _again(self, _change: Any) -> None:
        if self.value is not None and self.text.value == self.value.text:
            self._sort()

    def _sort(self) -> None:
        """Sort what stands in the field."""
        from ailab.privacy import refuse_secret

        text = self.text.value
        refuse_secret(text)
        self.rest.layout.display = "none"
        self.value = None
        if len(text) > _LONGEST:
            self.say(_("This is too long for a message: at most %(n)d characters. Shorten it.") % {"n": _LONGEST}, kind="doubt")
            return
        if self.sorter.value is None:
            self.say(_("The machine does not know anything yet. Sort messages of two kinds first, or let a colleague help."), kind="doubt")
            return
        self.value = self.sorter.value.classify(text)
        gloss = f'<p class="ailab-small">{escape(self._case.gloss)}</p>' if self._case is not None and get_language() != "vi" else ""
        self.output.value = f'<div role="status">{gloss}{text_verdict_html(self.value, self.sorter.names)}</div>'
        self.rest.layout.display = "none" if self.value.reason in {"empty", "unreadable"} else None
        self._show_truth()

    def _show_truth(self) -> None:
        if self.text.value in _NEVER_TAUGHT:
            text = _("Nobody taught the machine this matter, but it knows only its own labels. A person must decide.")
            danger = _("In danger call: police 113, fire and rescue 114, ambulance 115.")
            self.truth.value = message_html(f"{text} {danger}", kind="danger")
            return
        if self._case is None:
            self.truth.value = ""
            return
        text = _("In this lesson it belongs to: %(label)s.") % {"label": self.sorter.names[self._case.label]}
        names = sign_names()
        signs = list_html(_("By what a person knows it"), [names[sign] for sign in self._case.signs if sign in names]) if self._case.signs else ""
        self.truth.value = f'{message_html(text)}<div class="ailab-result">{signs}</div>'

    # --- changing it ---

    def _compare(self, before: TextVerdict, what: str) -> None:
        """Sort anew, and say what a change of the message has changed."""
        self._sort()
        if self.value is None:
            return
        text = _("%(what)s Before: %(before)s. Now: %(now)s.")
        self.changed.value = message_html(text % {"what": what, "before": self._brief(before), "now": self._brief(self.value)})

    def _brief(self, verdict: TextVerdict) -> str:
        place = {"label": self.sorter.names.get(verdict.label, str(verdict.label)), "sure": percent(verdict.confidence)}
        return (_("not decided (%(label)s, %(sure)s)") if verdict.abstained else _("%(label)s (%(sure)s)")) % place

    @answered
    def _cover(self, _button: Any) -> None:
        before = self.value
        if before is None:
            return
        heaviest = next((word for word in before.evidence if word.weight > 0), None)
        if heaviest is None:
            self.changed.value = message_html(_("No word speaks for this label. There is nothing to cover."))
            return
        self._case = None
        self._write(f"{before.text[: heaviest.start]}{_COVER}{before.text[heaviest.end :]}")
        self._compare(before, _("Covered: “%(word)s”.") % {"word": heaviest.text})

    @answered
    def _take_accents(self, _button: Any) -> None:
        before = self.value
        if before is None:
            return
        if unaccent(before.text) == before.text:
            self.changed.value = message_html(_("This message has no accents."))
            return
        self._case = None
        self._write(unaccent(before.text))
        self._compare(before, _("Without accents."))

    @answered
    def _move(self, _button: Any) -> None:
        before = self.value
        if before is None:
            return
        folded = fold(before.text)
        found = next(((name, at) for name in villages() if (at := re.search(rf"\b{re.escape(unaccent(name).lower())}\b", folded.flat))), None)
        if found is None:
            self.changed.value = message_html(_("This message names no village of the lesson. Choose another one."))
            return
        village, place = found
        start, end = folded.span(place.start(), place.end())
        others = [name for name in villages() if name != village]
        written = others if before.text[start:end] == village else [unaccent(name) for name in others]
        verdicts = [self.sorter.value.classify(f"{before.text[:start]}{name}{before.text[end:]}") for name in written]
        same = sum(verdict.label == before.label and verdict.abstained == before.abstained for verdict in verdicts)
        text = _("The village is %(village)s. With %(n)d other villages in its place the verdict stays the same %(same)d times.")
        fine = _("So it should be: where a person lives must not decide.")
        bad = _("This must not be: the name of a village has moved the message.")
        told = text % {"village": before.text[start:end], "n": len(others), "same": same}
        self.changed.value = message_html(f"{told} {fine if same == len(others) else bad}", kind="note" if same == len(others) else "doubt")

    # --- teaching it ---

    @answered
    def _relabel(self, code: str, _button: Any) -> None:
        before = self.value
        if before is None or self.sorter.examples.get(before.text) == code:  # the second tap of two
            return
        if not self.sorter.examples:
            self.taught.value = message_html(_("This machine was loaded without the messages that it was taught, so it cannot learn more."), kind="doubt")
            return
        self.taught.value = message_html(_("The machine is learning…"))
        self.sorter.teach([(before.text, code)])
        if self.value is None:
            return
        text = _("Taught: this message belongs to %(label)s. Before: %(before)s. Now: %(now)s. It is not used in the test any more.")
        by_heart = _("The machine has learned this message by heart. That does not show that it understands it.")
        place = {"label": self.sorter.names[code], "before": self._brief(before), "now": self._brief(self.value)}
        self.taught.value = message_html(f"{text % place} {by_heart}")
