"""How a short text was sorted, as HTML: the label, how sure, and the words that decided, in their places."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import bar_html, style
from ailab.show.marked import Mark, marked_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ailab.results import TextVerdict, WordWeight

__all__ = ["text_verdict_html"]

_SHOWN = 3  # labels
_LIGHT, _HEAVY = 0.15, 0.5  # of the heaviest word: lighter words are not marked, heavier ones strongly


def text_verdict_html(verdict: TextVerdict, names: Mapping[Any, str] | None = None) -> str:
    """Whole verdict, or the plain word that the machine does not decide.

    Parameters
    ----------
    verdict : TextVerdict
    names : mapping, optional
        Label -> what a person calls it.
    """
    names = names or {}
    label = names.get(verdict.label, str(verdict.label))
    if verdict.reason in {"empty", "unreadable"}:
        body = _head(_("The machine does not decide"), _("There is nothing to read yet")) + _line(_why(verdict))
    else:
        kicker, title = (_("The machine does not decide"), _("A person must read this")) if verdict.abstained else (_("The machine sorts this to"), label)
        ranked = [(verdict.label, verdict.confidence), *verdict.alternatives][:_SHOWN]
        faint = " ailab-faint" if verdict.abstained else ""
        bars = "".join(bar_html(names.get(code, str(code)), share) for code, share in ranked)
        body = f'{_head(kicker, title)}{_line(_why(verdict))}<ul class="ailab-bars{faint}">{bars}</ul>{_words(verdict, label)}'
    section = (
        f'<section class="ailab-verdict ailab-text-verdict" data-reason="{verdict.reason or ""}" data-label="{escape(str(verdict.label))}">{body}</section>'
    )
    return f'{style()}<div class="ailab-result" lang="{get_language()}">{section}</div>'


def _head(kicker: str, title: str) -> str:
    return f'<p class="ailab-kicker">{escape(kicker)}</p><h3 class="ailab-title">{escape(title)}</h3>'


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _why(verdict: TextVerdict) -> str:
    if verdict.reason == "empty":
        return _("Type or choose a message.")
    if verdict.reason == "unreadable":
        return _("The machine was taught words in Latin letters. It finds none here.")
    if verdict.reason == "unfamiliar":
        return _("Too many words in this message are new to it. What it guesses below is worth little.")
    if verdict.reason == "unsure":
        return _("It is not sure enough. Below is what it would guess.")
    return ""


def _words(verdict: TextVerdict, label: str) -> str:
    """The message with the words that decided marked in it."""
    if not verdict.evidence:
        return _line(_("No word in this message was taught."))
    most = abs(verdict.evidence[0].weight)
    marks = [_mark(word, most) for word in verdict.evidence if abs(word.weight) >= _LIGHT * most]
    title = _("Which words speak for “%(label)s”") % {"label": label}
    speak, against = _("for it"), _("against it")
    legend = f'<mark class="ailab-mark-for">{escape(speak)}</mark> <mark class="ailab-mark-against">{escape(against)}</mark>'
    darker = _("The darker, the heavier.")
    text = marked_html(verdict.text, marks, label=_("The message with the words that decided"))
    return f'<h4>{escape(title)}</h4>{text}<p class="ailab-small ailab-doc-legend">{legend} {escape(darker)}</p>'


def _mark(word: WordWeight, most: float) -> Mark:
    kind = "for" if word.weight > 0 else "against"
    return Mark(word.start, word.end, kind if abs(word.weight) < _HEAVY * most else f"{kind}-strong")
