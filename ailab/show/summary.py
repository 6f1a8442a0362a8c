"""A summary as HTML: the sentences that were chosen, in the document and beside it, and why."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import style
from ailab.show.marked import Mark, marked_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.results import Summary, SummarySentence

__all__ = ["part_name", "summary_html"]


def part_name(code: str) -> str:
    """What a part of the score of a sentence is, in words."""
    names = {
        "amount": _("it names a number with its unit"),
        "appendix": _("it stands in an appendix, which counts against it"),
        "centrality": _("it says what much of the text says"),
        "concepts": _("it holds words that come again and again"),
        "deadline": _("it holds a deadline"),
        "formula": _("it is a usual phrase, which counts against it"),
        "length": _("its length is good for a summary"),
        "manner": _("how it is said: direct speech and questions count less"),
        "opening": _("it says what the document is for"),
        "order": _("it says what has to be done, or must not"),
        "position": _("its place: the nearer to the beginning, the more it counts"),
        "repetition": _("it repeats other sentences, which counts against it"),
        "section": _("its section has a sentence already, which counts against it"),
        "subject": _("it shares words with the subject"),
        "task": _("somebody is given a task"),
    }
    return names.get(code, code)


def summary_html(summary: Summary, names: Sequence[str] = ()) -> str:
    """The sources with the chosen sentences marked, and the sentences beside them with the reasons.

    Parameters
    ----------
    summary : Summary
    names : sequence of str, default=()
        Of the sources.
    """
    return (
        f'{style()}<div class="ailab-result ailab-wide" lang="{get_language()}"><section class="ailab-summary">'
        f'<div class="ailab-summary-text">{_chosen(summary, names)}</div><div class="ailab-summary-source">{_sources(summary, names)}</div></section></div>'
    )


def _chosen(summary: Summary, names: Sequence[str]) -> str:
    title = _("The AI chose %(n)d sentences, word for word") % {"n": len(summary.sentences)}
    shared = sum(len(source) for source in summary.sources)
    share = sum(sentence.end - sentence.start for sentence in summary.sentences) / max(shared, 1)
    note = _("That is %(share)d%% of the text. The rest is not in the summary.") % {"share": max(1, round(100 * share))}
    items = "".join(_sentence_html(number, sentence, summary, names) for number, sentence in enumerate(summary.sentences, 1))
    return f'<h4>{escape(title)}</h4><ol class="ailab-sentences">{items}</ol><p class="ailab-small">{escape(note)}</p>'


def _sentence_html(number: int, sentence: SummarySentence, summary: Summary, names: Sequence[str]) -> str:
    source = names[sentence.document] if sentence.document < len(names) and len(summary.sources) > 1 else ""
    where = f'<span class="ailab-small">{escape(source)}</span>' if source else ""
    why, show = _("Why this sentence?"), _("Show it in the document")
    text = " ".join(sentence.text.split())
    return (
        f'<li><a href="#{_place(number)}" class="ailab-sentence-number" aria-label="{number}. {escape(show)}">{number}</a>'
        f"<p>{escape(text)}</p>{where}<details><summary>{escape(why)}</summary>{_parts_html(sentence)}</details></li>"
    )


def _place(number: int) -> str:
    return f"ailab-sentence-{number}"


def _parts_html(sentence: SummarySentence) -> str:
    most = max((abs(share) for _code, share in sentence.parts), default=1) or 1
    rows = "".join(
        f'<li><span class="ailab-name">{escape(part_name(code))}</span><span class="ailab-value">{share:+.2f}</span>'
        f'<span class="ailab-bar{" ailab-against" if share < 0 else ""}"><span style="width:{100 * abs(share) / most:.0f}%"></span></span></li>'
        for code, share in sorted(sentence.parts, key=lambda part: -abs(part[1]))
        if abs(share) >= 0.005
    )
    total = _("Score %(score).2f. It only compares the sentences of this text with each other.") % {"score": sentence.score}
    return f'<ul class="ailab-bars">{rows}</ul><p class="ailab-small">{escape(total)}</p>'


def _sources(summary: Summary, names: Sequence[str]) -> str:
    pieces = []
    for at, source in enumerate(summary.sources):
        marks = [
            Mark(sentence.start, sentence.end, note=str(number), id=_place(number))
            for number, sentence in enumerate(summary.sentences, 1)
            if sentence.document == at
        ]
        title = names[at] if at < len(names) else _("The document")
        pieces.append(f"<h4>{escape(title)}</h4>{marked_html(source, marks, label=title)}")
    return "".join(pieces)
