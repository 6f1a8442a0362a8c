"""An answer as HTML: the quotation, where it stands, and how far to trust it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import bar_html, percent, style
from ailab.text import syllables

if TYPE_CHECKING:
    from ailab.passages import Passage
    from ailab.results import Answer, Citation

__all__ = ["answer_html", "hits_html"]


def answer_html(answer: Answer, *, whom: str = "") -> str:
    """Whole answer, or the plain word that there is none.

    Parameters
    ----------
    answer : Answer
    whom : str, default=""
        Whom to ask where there is no answer. The default fits the bundled base, and names the emergency numbers.
    """
    body = _refusal(answer, whom) if answer.abstained or not answer.citations else _quotation(answer)
    section = f'<section class="ailab-answer" data-reason="{answer.reason or ""}">{body}{_understood(answer)}</section>'
    return f'{style()}<div class="ailab-result" lang="{get_language()}">{section}</div>'


def hits_html(answer: Answer) -> str:
    """What came close, and how close."""
    if not answer.hits:
        nothing = _("No passage shares a word with the question.")
        return f'{style()}<div class="ailab-result"><p>{escape(nothing)}</p></div>'
    rows = "".join(bar_html(passage.title or passage.text[:60], score) for passage, score in answer.hits)
    return f'{style()}<div class="ailab-result"><ul class="ailab-bars">{rows}</ul></div>'


def _quotation(answer: Answer) -> str:
    citation = answer.citations[0]
    kicker, sure = _("Quoted from the knowledge base"), _("How sure is the AI that the base holds the answer?")
    return (
        f'<p class="ailab-kicker">{escape(kicker)}</p><blockquote class="ailab-quote" lang="{escape(citation.passage.lang)}">{escape(answer.text)}</blockquote>'
        f"{_warnings(citation.passage)}"
        f'<ul class="ailab-bars">{bar_html(sure, answer.confidence)}</ul>{_source(citation)}'
    )


def _warnings(passage: Passage) -> str:
    notes = []
    if passage.volatile:
        text = (
            _("Information of %(year)s. It may have changed: please check before you go.")
            if passage.year
            else _("It may have changed: please check before you go.")
        )
        notes.append(text % {"year": passage.year} if passage.year else text)
    if passage.confidence == "medium":
        notes.append(_("Rests on one source, or the sources differ a little."))
    return "".join(f'<p class="ailab-box ailab-doubt">{escape(note)}</p>' for note in notes)


def _source(citation: Citation) -> str:
    """The passage with the quoted words marked in place, and who says so."""
    passage = citation.passage
    before, quote, after = passage.text[: citation.start], citation.quote, passage.text[citation.end :]
    year = str(passage.year or "")
    says = [part for part in (passage.source, year if year not in passage.source else "") if part]
    line = _("Source: %(source)s") % {"source": " · ".join(says)} if says else _("The base does not name a source.")
    title = f"<h4>{escape(passage.title)}</h4>" if passage.title else ""
    return (
        f'<div class="ailab-card" lang="{escape(passage.lang)}">{title}'
        f'<p class="ailab-passage">{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}</p><p class="ailab-small">{escape(line)}</p></div>'
    )


def _refusal(answer: Answer, whom: str) -> str:
    kicker = _("The AI does not answer")
    if answer.reason == "empty":
        title, why = _("There is no question yet"), _("Type a question, then press the button.")
    elif answer.reason == "unreadable":
        title, why = _("I cannot read this"), _("Ask in Vietnamese or English, in words.")
    else:
        title = _("The knowledge base does not hold this")
        why = _("The AI answers only with what stands in its base. It does not guess.")
    head = f'<p class="ailab-kicker">{escape(kicker)}</p><h3 class="ailab-title">{escape(title)}</h3><p>{escape(why)}</p>'
    if answer.reason != "not_in_base":
        return head
    asks = _("Whom to ask")
    urgent = "" if whom else _("In danger call: police 113, fire and rescue 114, ambulance 115.")
    whom = whom or _("Ask the People's Committee of the commune or ward you are going to, or the department of culture, sports and tourism of the province.")
    sentences = "".join(f"<p>{escape(text)}</p>" for text in (whom, urgent) if text)
    return f'{head}<div class="ailab-card"><h4>{escape(asks)}</h4>{sentences}</div>{_nearest(answer)}'


def _nearest(answer: Answer) -> str:
    if not answer.citations:
        return ""
    citation = answer.citations[0]
    near = _("What came closest. The AI is only %(sure)s sure that it is an answer.") % {"sure": percent(answer.confidence)}
    return f'<details class="ailab-near"><summary>{escape(near)}</summary>{_source(citation)}</details>'


def _understood(answer: Answer) -> str:
    if answer.reason in {"empty", "unreadable"} or not answer.understood or answer.understood.split() == syllables(answer.question):
        return ""
    text = _("The AI read the question as: “%(text)s”") % {"text": answer.understood}
    return f'<p class="ailab-small ailab-understood">{escape(text)}</p>'
