"""Test a taught machine on messages that it has not seen: the score, what it takes for what, and what it leaves to a person."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.samples.messages import sample_messages
from ailab.show import percent, style
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from ailab.results import TextVerdict
    from ailab.samples.messages import Message
    from ailab.widgets.message_sorter import MessageSorter

__all__ = ["MessageExam", "style_names"]

_REFUSED = ""
_KEPT = 6  # tests that are remembered


class MessageExam(Demo):
    """Let the machine of a :class:`~ailab.widgets.MessageSorter` sort the messages that were kept for the test.

    Parameters
    ----------
    sorter : MessageSorter
    """

    value = traitlets.Tuple(help="the last test: pairs of a message and its verdict")

    def __init__(self, sorter: MessageSorter) -> None:
        self.sorter = sorter
        self._history: list[tuple[int, int, int, int]] = []  # taught, right, wrong, refused
        self.button = ipywidgets.Button(description=_("Test my machine"), button_style="primary")
        self.result = ipywidgets.HTML()
        self.matrix = ipywidgets.HBox()
        self.matrix.add_class("ailab-matrix")
        self.legend = ipywidgets.HTML()
        self.cell = ipywidgets.HTML()
        super().__init__([])
        self.add_class("ailab-sorter")
        self.children = (self.button, self.output, self.result, self.legend, self.matrix, self.cell)
        self.button.on_click(self._test)
        text = _("The machine has not seen these %(n)d messages. Guess first: how many of them will it sort right?")
        self.say(text % {"n": len(self._messages())})
        sorter.observe(self._outdated, "value")

    def _messages(self) -> list[Message]:
        """The messages of the test, without those that a person has taught since."""
        return [message for message in sample_messages(self.sorter.kind) if message.held_out and message.text not in self.sorter.examples]

    def _outdated(self, _change: Any) -> None:
        if self.value:
            self.say(_("The machine has changed since this test. Press the button to test it again."))

    @answered
    def _test(self, _button: Any) -> None:
        model = self.sorter.value
        if model is None:
            self.say(_("The machine does not know anything yet. Sort messages of two kinds first, or let a colleague help."), kind="doubt")
            return
        self.value = tuple((message, model.classify(message.text)) for message in self._messages())
        right, wrong, refused = self._counts(self.value)
        self._history = [*self._history, (len(self.sorter.examples), right, wrong, refused)][-_KEPT:]
        text = _("Of %(n)d messages: %(right)d right, %(wrong)d wrong, %(refused)d left to a person because it was not sure.")
        self.say(text % {"n": len(self.value), "right": right, "wrong": wrong, "refused": refused})
        self.result.value = f'{style()}<div class="ailab-result">{self._answered_html(right, wrong)}{self._history_html()}{self._styles_html()}</div>'
        self._show_matrix()

    @staticmethod
    def _counts(pairs: tuple[tuple[Message, TextVerdict], ...]) -> tuple[int, int, int]:
        refused = sum(verdict.abstained for _message, verdict in pairs)
        right = sum(not verdict.abstained and verdict.label == message.label for message, verdict in pairs)
        return right, len(pairs) - right - refused, refused

    def _answered_html(self, right: int, wrong: int) -> str:
        best = sum(verdict.label == message.label for message, verdict in self.value)
        forced = escape(_("If it had to decide every time, it would be right %(best)d times of %(n)d.") % {"best": best, "n": len(self.value)})
        if not right + wrong:
            text = _("It did not decide a single time. It needs more examples.")
            return f"<p>{escape(text)}</p><p>{forced}</p>"
        decided = right + wrong
        text = _("It decided %(n)d times, and was right %(share)s of those times. The number is small: another %(n)d messages would give another share.")
        return f"<p>{escape(text % {'n': decided, 'share': percent(right / decided)})}</p><p>{forced}</p>"

    def _history_html(self) -> str:
        if len(self._history) < 2:
            return ""
        row = _("Taught %(taught)d: %(right)d right, %(wrong)d wrong, %(refused)d left to a person")
        rows = "".join(
            f"<li>{escape(row % {'taught': taught, 'right': right, 'wrong': wrong, 'refused': refused})}</li>"
            for taught, right, wrong, refused in self._history
        )
        title = _("Your tests so far")
        return f"<h4>{escape(title)}</h4><ul>{rows}</ul>"

    def _styles_html(self) -> str:
        """How it does with each way of writing."""
        names = style_names()
        rows = []
        for code, name in names.items():
            pairs = [(message, verdict) for message, verdict in self.value if message.style == code]
            if pairs:
                place = {"right": self._counts(tuple(pairs))[0], "n": len(pairs)}
                share = _("%(right)d of %(n)d") % place
                rows.append(f"<li><span>{escape(name)}</span><b>{escape(share)}</b></li>")
        title = _("Decided and right, by how the message is written")
        return f'<h4>{escape(title)}</h4><ul class="ailab-sorter-counts">{"".join(rows)}</ul>' if rows else ""

    # --- what it takes for what ---

    def _show_matrix(self) -> None:
        codes = list(self.sorter.names)
        columns = [*codes, _REFUSED]
        found: dict[tuple[str, str], list[tuple[Message, TextVerdict]]] = {}
        for message, verdict in self.value:
            found.setdefault((message.label, _REFUSED if verdict.abstained else verdict.label), []).append((message, verdict))
        old = self.matrix.children
        cells: list[ipywidgets.Widget] = [ipywidgets.HTML("")]
        cells += [ipywidgets.HTML(f'<div class="ailab-matrix-name ailab-matrix-head"><b>{escape(self._number(code))}</b></div>') for code in columns]
        for code in codes:
            name = self.sorter.names[code]
            cells.append(ipywidgets.HTML(f'<div class="ailab-matrix-name"><b>{escape(self._number(code))}</b> <span>{escape(name)}</span></div>'))
            cells += [self._cell(code, column, found.get((code, column), [])) for column in columns]
        self.matrix.children = tuple(cells)
        self.matrix.layout.grid_template_columns = f"minmax(1.8rem, auto) repeat({len(columns)}, minmax(0, 1fr))"
        for widget in old:
            widget.close()
        names = " · ".join(f"{self._number(code)} {name}" for code, name in self.sorter.names.items())
        text = _("A row: where the message belongs. A column: where the machine sent it; “?”: left to a person. Tap a number to read the messages.")
        title = heading(_("What it takes for what")).value
        self.legend.value = f'{title}<div class="ailab-result"><p class="ailab-small">{escape(text)}</p><p class="ailab-small">{escape(names)}</p></div>'
        self.cell.value = ""

    def _number(self, code: str) -> str:
        return str(list(self.sorter.names).index(code) + 1) if code else "?"

    def _cell(self, label: str, column: str, pairs: list[tuple[Message, TextVerdict]]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=str(len(pairs)) if pairs else "·", disabled=not pairs)
        place = {"label": self.sorter.names[label], "column": self.sorter.names.get(column, _("left to a person")), "n": len(pairs)}
        button.tooltip = _("%(label)s → %(column)s: %(n)d") % place
        if pairs:
            button.add_class("ailab-cell-refused" if column == _REFUSED else "ailab-cell-right" if label == column else "ailab-cell-wrong")
        button.on_click(partial(self._open, pairs))
        return button

    @answered
    def _open(self, pairs: list[tuple[Message, TextVerdict]], button: ipywidgets.Button) -> None:
        for other in self.matrix.children:
            other.remove_class("ailab-cell-chosen")
        button.add_class("ailab-cell-chosen")
        names = self.sorter.names
        items = []
        for message, verdict in pairs:
            gloss = f'<span class="ailab-small">{escape(message.gloss)}</span>' if get_language() != "vi" else ""
            guess = _("Machine: %(label)s, %(sure)s sure") % {"label": names.get(verdict.label, str(verdict.label)), "sure": percent(verdict.confidence)}
            items.append(f'<li><span lang="vi">{escape(message.text)}</span>{gloss}<span class="ailab-small">{escape(guess)}</span></li>')
        self.cell.value = (
            f'{style()}<div class="ailab-result" role="status"><h4>{escape(button.tooltip)}</h4><ul class="ailab-messages">{"".join(items)}</ul></div>'
        )


def style_names() -> dict[str, str]:
    """How a message is written, in the language in force."""
    return {
        "plain": _("Plain"),
        "no_accents": _("Without accents"),
        "slips": _("With slips"),
        "indirect": _("Only hinted at"),
        "ironic": _("Ironic"),
        "two_topics": _("Two matters"),
    }
