"""Summaries by a model as HTML: beside the extract, and what the document does not hold in red."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show import percent, style

if TYPE_CHECKING:
    from ailab.hub.abstractive import AbstractiveSummary, Draft

__all__ = ["abstractive_html", "draft_html"]


def abstractive_html(result: AbstractiveSummary) -> str:
    """Both summaries side by side."""
    title = _("In the words of a language model")
    body = f"<h4>{escape(title)}</h4>{_notes(result)}{_written(result)}{_sent(result.sent)}"
    return (
        f'{style()}<div class="ailab-result ailab-abstractive" lang="{get_language()}"><div class="ailab-beside">'
        f"<section>{_extract(result)}</section><section>{body}</section></div></div>"
    )


def draft_html(draft: Draft) -> str:
    """What would be read or sent, before it is."""
    if draft.url:
        title = _("This would be sent to %(url)s") % {"url": draft.url}
        note = _("Personal data that was recognised has placeholders instead. Read it before you send it: what was not recognised stands there still.")
    else:
        title = _("This is what the model reads")
        note = _("The model runs where this lesson runs. Nothing goes anywhere else.")
    letter = _("All of it, to the letter")
    return (
        f'{style()}<div class="ailab-result ailab-draft" lang="{get_language()}"><h4>{escape(title)}</h4>'
        f'<p class="ailab-box ailab-note">{escape(note)}</p>{_share(draft.cut)}<pre class="ailab-sent">{escape(draft.text)}</pre>'
        f'<details><summary>{escape(letter)}</summary><pre class="ailab-sent">{escape(draft.body)}</pre></details></div>'
    )


def _extract(result: AbstractiveSummary) -> str:
    title = _("Sentences of the document, word for word")
    items = "".join(f"<li>{escape(' '.join(sentence.text.split()))}</li>" for sentence in result.summary.sentences)
    return f"<h4>{escape(title)}</h4><ul>{items}</ul>"


def _written(result: AbstractiveSummary) -> str:
    if not result.text:
        return ""
    pieces, at = [], 0
    for claim in result.unsupported:
        pieces += [escape(result.text[at : claim.start]), f'<mark class="ailab-unsupported">{escape(result.text[claim.start : claim.end])}</mark>']
        at = claim.end
    if result.unsupported:
        kind = "danger"
        note = _("Red: numbers, dates and names that the document does not have. The model may have made them up. Look each one up in the document.")
    else:
        kind = "note"
        note = _(
            "The machine found no number, date or name in it that the document does not have. "
            "That is no proof: it may say the wrong thing about them. The document counts."
        )
    return f'<p class="ailab-written">{"".join(pieces)}{escape(result.text[at:])}</p><p class="ailab-box ailab-{kind}">{escape(note)}</p>'


def _notes(result: AbstractiveSummary) -> str:
    problem = f'<p class="ailab-box ailab-doubt" role="status">{escape(result.message)}</p>' if result.problem else ""
    return problem + (_share(result.cut) if result.text else "")


def _share(share: float) -> str:
    if share >= 1:
        return ""
    note = _("The document is too long for the model. It reads the sentences that an extract would take first: %(share)s of the document.")
    return f'<p class="ailab-box ailab-doubt">{escape(note % {"share": percent(share)})}</p>'


def _sent(body: str) -> str:
    if not body:
        return ""
    title = _("What was sent, to the letter")
    return f'<details><summary>{escape(title)}</summary><pre class="ailab-sent">{escape(body)}</pre></details>'
