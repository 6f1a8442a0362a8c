"""A quiz from a data file: one question at a time, and a word on every answer that teaches."""

from __future__ import annotations

import json
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets
import traitlets

from ailab.i18n import choose, get_language
from ailab.i18n import gettext as _
from ailab.show import secrecy_drawing, style
from ailab.widgets.base import Demo, answered

__all__ = ["Quiz"]

_FOLDER = Path(__file__).parent.parent / "assets" / "quizzes"
_PICTURES = {"secret": secrecy_drawing}


class Quiz(Demo):
    """Ask the questions of a file, one after the other.

    Parameters
    ----------
    source : str or path
        Name of a bundled quiz, ``'public_chatbot'`` for example, or a JSON file: ``options`` (code -> text in each language; an item may have its
        own) and ``items`` with ``text``, ``answer``, ``feedback`` for each option, ``rule``, and perhaps ``picture``.
    """

    value = traitlets.Tuple(help="what was answered so far: a code for each question")

    def __init__(self, source: str | Path) -> None:
        path = _FOLDER / f"{source}.json" if isinstance(source, str) and not source.endswith(".json") else Path(source)
        self._quiz: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.items: list[dict[str, Any]] = self._quiz["items"]
        self.count = ipywidgets.Label(tabbable=False)  # a label can get the focus from Python, HTML cannot
        self.count.add_class("ailab-quiz-count")
        self.question = ipywidgets.HTML()
        self.options = ipywidgets.HBox()
        self.options.add_class("ailab-quiz-options")
        self.next = ipywidgets.Button(description=_("Next question"), button_style="primary")
        self.again = ipywidgets.Button(description=_("Start again"))  # another button: the second tap of two on the last “next” must not reach it
        super().__init__([self.count, self.question, self.options])
        self.children = (self.count, self.question, self.options, self.output, self.next, self.again)
        self.next.on_click(self._go_on)
        self.again.on_click(self._start_again)
        self._at = 0
        self._show()

    @property
    def right(self) -> int:
        """How many answers are right so far."""
        return sum(item["answer"] == given for item, given in zip(self.items, self.value, strict=False))

    def _show(self) -> None:
        item = self.items[self._at]
        self.count.value = _("Question %(n)d of %(total)d") % {"n": self._at + 1, "total": len(self.items)}
        picture = _PICTURES[item["picture"]]() if "picture" in item else ""
        self.question.value = (
            f'{style()}<div class="ailab-result" lang="{get_language()}">{picture}'
            f'<blockquote class="ailab-snippet">{escape(choose(item["text"]))}</blockquote></div>'
        )
        buttons = []
        for code, text in {**self._quiz.get("options", {}), **item.get("options", {})}.items():
            button = ipywidgets.Button(description=choose(text))
            button.on_click(partial(self._answer, code))
            buttons.append(button)
        old, self.options.children = self.options.children, tuple(buttons)
        for button in old:
            button.close()
        self.output.value = ""
        self.next.layout.display = self.again.layout.display = "none"

    @answered
    def _answer(self, code: str, button: ipywidgets.Button) -> None:
        if len(self.value) > self._at:  # the second tap of two
            return
        item = self.items[self._at]
        self.value = (*self.value, code)
        right = code == item["answer"]
        for other in self.options.children:
            other.disabled = True
        button.button_style = "success" if right else "warning"
        verdict = _("Right.") if right else _("Not quite.")
        text = choose(item["feedback"][code])
        text = text if text.startswith(verdict.rstrip(".")) else f"{verdict} {text}"
        rule = _("The rule: %(rule)s") % {"rule": choose(item["rule"])}
        self.output.value = (
            f'<div class="ailab-result" role="status"><p class="ailab-box ailab-{"note" if right else "doubt"}">{escape(text)}</p>'
            f'<p class="ailab-small">{escape(rule)}</p></div>'
        )
        last = self._at + 1 == len(self.items)
        self.next.description = _("See the result") if last else _("Next question")
        self.next.layout.display = None

    @answered
    def _go_on(self, _button: Any) -> None:
        if len(self.value) > self._at:  # not at the second tap of two
            self._at += 1
            if self._at < len(self.items):
                self._show()
            else:
                self._finish()
            self.count.focus()  # which may be above the screen

    @answered
    def _start_again(self, _button: Any) -> None:
        if self._at == len(self.items):
            self.value, self._at = (), 0
            self._show()
            self.count.focus()

    def _finish(self) -> None:
        self.count.value = _("%(right)d of %(total)d right.") % {"right": self.right, "total": len(self.items)}
        missed = [item for item, given in zip(self.items, self.value, strict=True) if given != item["answer"]]
        words = _("Read these once more:") if missed else _("You may teach this to others.")
        lines = "".join(f"<li>{escape(choose(item['text']))}<br><b>{escape(choose(item['rule']))}</b></li>" for item in missed)
        self.question.value = f'{style()}<div class="ailab-result"><p>{escape(words)}</p><ul>{lines}</ul></div>'
        for button in self.options.children:
            button.close()
        self.options.children = ()
        self.output.value = ""
        self.next.layout.display, self.again.layout.display = "none", None
