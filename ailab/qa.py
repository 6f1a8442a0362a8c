"""Questions answered by quoting: every word of an answer stands in a passage, at a place that can be opened.

>>> from ailab import QuestionAnswerer
>>> qa = QuestionAnswerer().fit([{"id": "a1", "text": "Đồi A1 cao 32 mét. Trên đồi có một chiếc xe tăng."}])
>>> qa.ask("tren doi co gi").text
'Trên đồi có một chiếc xe tăng.'
"""

from __future__ import annotations

import copy
import functools
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.asking import asked_for, clean_question, holds
from ailab.errors import PassageError
from ailab.i18n import gettext as _
from ailab.passages import load_passages
from ailab.refusal import Refusal
from ailab.results import Answer, Citation
from ailab.retrieval import Index
from ailab.text import is_readable

if TYPE_CHECKING:
    from ailab.passages import Passage, PassageSource
    from ailab.results import NoAnswer
    from ailab.retrieval import Evidence

__all__ = ["QuestionAnswerer", "bundled_answerer", "bundled_questions", "is_right", "nothing_asked", "share"]

_QUESTIONS = Path(__file__).parent / "assets" / "knowledge" / "dien_bien_questions.json"


class QuestionAnswerer:
    """Answer questions by quoting a sentence, or say that the passages do not hold the answer.

    Parameters
    ----------
    caution : float, default=0.6
        Confidence below which no answer is given, 0..1.

    Attributes
    ----------
    passages_ : list of Passage
    """

    def __init__(self, *, caution: float = 0.6) -> None:
        self.caution = caution

    def fit(self, passages: PassageSource) -> QuestionAnswerer:
        """Read the passages.

        Parameters
        ----------
        passages : str, path or iterable
            Anything that :func:`~ailab.load_passages` takes.

        Returns
        -------
        QuestionAnswerer
            Itself.
        """
        self.passages_ = load_passages(passages)
        languages = sorted({passage.lang for passage in self.passages_}, reverse=True)
        self._indexes = {lang: Index([passage for passage in self.passages_ if passage.lang == lang], lang) for lang in languages}
        self._refusals = {lang: Refusal().fit(index) for lang, index in self._indexes.items()}
        return self

    def search(self, question: str, k: int = 3) -> tuple[tuple[Passage, float], ...]:
        """Find the passages that are nearest to a question.

        Parameters
        ----------
        question : str
        k : int, default=3

        Returns
        -------
        tuple of (Passage, float)
            Best first, with scores 0..1; only passages that share something with the question.
        """
        lang, question = clean_question(question)
        index = self._index(lang)
        return self._hits(index, index.search(question), k)

    def ask(self, question: str) -> Answer:
        """Answer one question.

        Parameters
        ----------
        question : str
            As people type it: without accents, with slips, in Vietnamese or English.

        Returns
        -------
        Answer

        Raises
        ------
        PassageError
            If no passages have been read.
        """
        lang, text = clean_question(question)
        index = self._index(lang)
        if nothing := nothing_asked(question):
            return nothing
        evidence = index.search(text)
        hits = self._hits(index, evidence, 5)
        understood = " ".join(evidence.reading.best)
        if not hits or index.names_nothing(evidence.reading, lang):
            return Answer(question, understood, "", (), 0.0, "not_in_base", lang, ())
        best = int(evidence.passages.argmax())
        citation = Citation(index.passages[best], *index.quote(evidence, best))
        kind = asked_for(evidence.reading.best, index.lang)
        held = holds(kind, citation.quote, evidence.reading.best, index.lang) if kind not in {"", "name", "place"} else 1.0
        confidence = self._refusals[index.lang].confidence(index.signals(evidence), held)
        reason: NoAnswer | None = None if confidence >= self.caution else "not_in_base"
        return Answer(question, understood, "" if reason else citation.quote, (citation,), confidence, reason, lang, hits)

    def _index(self, lang: str) -> Index:
        """Passages in the language of the question, or what there is."""
        if not hasattr(self, "_indexes"):
            raise PassageError(_("There is no knowledge base yet. Call fit(passages) first."), code="not_fitted")
        return self._indexes.get(lang) or next(iter(self._indexes.values()))

    def _hits(self, index: Index, evidence: Evidence, k: int) -> tuple[tuple[Passage, float], ...]:
        order = np.argsort(-evidence.passages, kind="stable")[: max(k, 0)]
        total = sum(index.idf(word) for word in evidence.reading.best) or 1.0
        return tuple((index.passages[at], 1 - math.exp(-evidence.passages[at] / total)) for at in order if evidence.passages[at] > 0)


def nothing_asked(question: str) -> Answer | None:
    """Return the refusal of a question that has no words, or None where there is something to answer."""
    lang, text = clean_question(question)
    if not text:
        return Answer(question, "", "", (), 0.0, "empty", lang)
    return None if is_readable(text) else Answer(question, text, "", (), 0.0, "unreadable", lang)


@functools.cache
def _bundled() -> QuestionAnswerer:
    return QuestionAnswerer().fit("dien_bien")


def share() -> None:
    """Read the bundled knowledge base before kernels are forked, so that they have one in common."""
    _bundled()


def bundled_answerer() -> QuestionAnswerer:
    """A model over the bundled knowledge base, which is read once a process; its caution is its own."""
    return copy.copy(_bundled())


def bundled_questions() -> list[dict[str, Any]]:
    """Questions about Dien Bien for lessons: what is asked, and what a right answer is.

    Returns
    -------
    list of dict
        ``question``, ``lang``, ``kind`` (how it is typed), ``answerable``, ``passages`` (ids of the right ones) and ``keys``
        (one of them stands in a right quotation). None of them is among the questions that benchmarks/qa.py judges by.
    """
    records: list[dict[str, Any]] = json.loads(_QUESTIONS.read_text("utf-8"))
    return records


def is_right(record: dict[str, Any], answer: Answer) -> bool:
    """Tell whether a quotation comes from a right passage and holds one of the keys, also where the model abstains.

    Parameters
    ----------
    record : dict
        See :func:`bundled_questions`.
    answer : Answer
    """
    if not answer.citations:
        return False
    citation = answer.citations[0]
    return citation.passage_id in record["passages"] and any(key.lower() in citation.quote.lower() for key in record["keys"])
