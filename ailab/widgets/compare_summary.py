"""Your summary beside that of the AI: what each of you left out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show import style
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.summary import Comparison
    from ailab.widgets.document_summary import DocumentSummary

__all__ = ["CompareSummary"]


class CompareSummary(Demo):
    """Write a summary of one's own and compare it with the last one of a demo.

    Parameters
    ----------
    demo : DocumentSummary
    """

    value = traitlets.Any(allow_none=True, help="last Comparison")

    def __init__(self, demo: DocumentSummary) -> None:
        self.demo = demo
        self.own = ipywidgets.Textarea(placeholder=_("One point a line, in your own words"), rows=6, layout={"width": "100%"})
        self.button = ipywidgets.Button(description=_("Compare"), button_style="primary")
        super().__init__([self.own, self.button])
        self.add_class("ailab-own-text")
        self.say(_("Your points and those of the AI appear here, side by side."))
        self.button.on_click(self._pressed)
        demo.observe(self._other_summary, "value")

    def forget(self) -> None:
        """Empty the field."""
        self.own.value, self.value = "", None

    @answered
    def _pressed(self, _button: Any) -> None:
        self._refuse_secret()
        if self.demo.value is None:
            self.say(_("Choose a document in part 1 first, then compare."), kind="doubt")
            return
        self._lay_beside()

    @answered
    def _other_summary(self, _change: Any) -> None:
        """Compare again where only the length has changed; leave nothing behind that speaks of another document."""
        if self.value is None:
            return
        self._refuse_secret()
        if self.demo.value is not None and self.demo.value.sources == self.value.summary.sources and self.own.value.strip():
            self._lay_beside()
        else:
            self.value = None
            self.say(_("Your points and those of the AI appear here, side by side."))

    def _refuse_secret(self) -> None:
        from ailab.privacy import refuse_secret

        refuse_secret(self.own.value)

    def _lay_beside(self) -> None:
        from ailab.summary import missed_points

        self.value = missed_points(self.demo.value, self.own.value)
        self.output.value = _comparison_html(self.value)


def _comparison_html(comparison: Comparison) -> str:
    own = comparison.own
    covered = sum(sentence.covered for sentence in own)
    first = _("Of your %(all)d points, the AI has %(covered)d.") % {"all": len(own), "covered": covered}
    missed = "".join(_left_out(sentence.text, sentence.nearest.text if sentence.nearest else "") for sentence in own if not sentence.covered)
    second = _("Of the %(all)d sentences of the AI, you have %(shared)d.") % {"all": len(comparison.summary.sentences), "shared": len(comparison.shared)}
    lacking = "".join(f"<li>{escape(' '.join(sentence.text.split()))}</li>" for sentence in comparison.lacking)
    ai_missed, you_missed = _("The AI left these out"), _("You left these out")
    parts = [f'<p role="status"><b>{escape(first)}</b></p>']
    if missed:
        parts.append(f"<h4>{escape(ai_missed)}</h4><ul>{missed}</ul>")
    parts.append(f"<p><b>{escape(second)}</b></p>")
    if lacking:
        parts.append(f"<h4>{escape(you_missed)}</h4><ul>{lacking}</ul>")
    note = _("Compared by words: a point that is said in quite other words is not recognised. Who is right here? You decide.")
    return f'{style()}<div class="ailab-result" lang="{get_language()}">{"".join(parts)}<p class="ailab-box ailab-note">{escape(note)}</p></div>'


def _left_out(own: str, nearest: str) -> str:
    there = _("It stands in the document: “%(text)s”") % {"text": " ".join(nearest.split())}
    if not nearest:
        there = _("No sentence of the document says this in similar words. Look yourself: is it really there?")
    return f'<li>{escape(own)}<br><span class="ailab-small">{escape(there)}</span></li>'
