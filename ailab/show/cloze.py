"""Questions with a gap as HTML: each above the sentence that it comes from, and the text with all gaps marked."""

from __future__ import annotations

import string
from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show.common import style
from ailab.show.marked import Mark, marked_html

if TYPE_CHECKING:
    from ailab.results import ClozeQuestion, ClozeQuiz

__all__ = ["cloze_html", "cloze_origin_html", "cloze_source_html", "cloze_text"]


def cloze_text(question: ClozeQuestion) -> str:
    """A question as plain text: the sentence with its gap, then the answers to choose from, a line each."""
    letters = [f"{letter}. {option}" for letter, option in zip(string.ascii_uppercase, question.options, strict=False)]
    return "\n".join([question.gapped, *letters])


def cloze_origin_html(question: ClozeQuestion, quiz: ClozeQuiz) -> str:
    """Say where a question comes from: the sentence, with what was left out marked, and its place in the text."""
    kinds = {"date": _("a date or year"), "number": _("a number"), "name": _("a name"), "term": _("a term")}
    where = _("Left out: %(kind)s. From sentence %(place)d of %(total)d:")
    where %= {"kind": kinds[question.kind], "place": question.place, "total": quiz.n_sentences}
    before, after = question.sentence[: question.gap_start - question.start], question.sentence[question.gap_end - question.start :]
    quote = f"“{escape(before)}<mark>{escape(question.answer)}</mark>{escape(after)}”"
    return f'<p class="ailab-small ailab-passage">{escape(where)} {quote}</p>'


def cloze_source_html(quiz: ClozeQuiz) -> str:
    """The text, with what each question leaves out marked and numbered."""
    title = _("The text: what each question leaves out")
    marks = [Mark(question.gap_start, question.gap_end, note=str(number)) for number, question in enumerate(quiz.questions, 1)]
    return f'<details class="ailab-near"><summary>{escape(title)}</summary>{marked_html(quiz.source, marks, label=title)}</details>'


def cloze_html(quiz: ClozeQuiz) -> str:
    """All questions, each with its origin, and the text."""
    items = "".join(
        f'<li><p style="white-space: pre-line">{escape(cloze_text(question))}</p>{cloze_origin_html(question, quiz)}</li>' for question in quiz.questions
    )
    nothing = _("The machine found nothing in this text that it could leave out.")
    body = f"<ol>{items}</ol>" if items else f'<p class="ailab-box ailab-doubt">{escape(nothing)}</p>'
    return f'{style()}<div class="ailab-result ailab-wide" lang="{get_language()}">{body}{cloze_source_html(quiz)}</div>'
