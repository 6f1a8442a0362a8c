"""Summaries that quote: every sentence stands in a source, at a place that can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.errors import TextError
from ailab.estimator import Estimator
from ailab.i18n import gettext as _
from ailab.results import AdministrativeDocument, Summary, SummarySentence
from ailab.summary._concepts import SEVERAL, SINGLE, Concepts, choose
from ailab.summary._official import body_pieces, candidates, pick
from ailab.summary.sentences import pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.summary._official import Candidates
    from ailab.summary.sentences import Piece

__all__ = ["Summarizer"]

_HEAD = 5_000  # characters within which an administrative document shows what it is


class Summarizer(Estimator):
    """Choose the sentences of a text that say most of what it says.

    In an administrative document the body alone is quoted, and dates, tasks and sums weigh more than formulas; in any other text, and in
    several on one matter, a sentence is worth what it says of that which many sentences say. Nothing is learned from the texts of others,
    nothing is reworded. Follows the conventions of scikit-learn (``get_params``, ``clone``) without importing it.

    Parameters
    ----------
    n_sentences : int, default=5
        How many sentences.
    max_syllables : int, optional
        How long the summary is, in syllables, instead of ``n_sentences``. A sentence is never cut, so the last one may reach beyond.

    Examples
    --------
    >>> from ailab.summary import Summarizer
    >>> text = "Xã có 12 bản. Năm nay 12 bản của xã trồng 40 ha cà phê. Bản Nà Sao trồng nhiều cà phê nhất xã. Trời hôm qua mưa to."
    >>> Summarizer(n_sentences=1).summarize(text).text
    'Năm nay 12 bản của xã trồng 40 ha cà phê.'
    """

    def __init__(self, *, n_sentences: int = 5, max_syllables: int | None = None) -> None:
        self.n_sentences = n_sentences
        self.max_syllables = max_syllables

    def summarize(self, text: str | Sequence[str]) -> Summary:
        """Summarise a text, or several on one matter.

        Parameters
        ----------
        text : str or sequence of str
            In any Unicode form. Lines are kept apart, but for sentences that a margin broke.

        Returns
        -------
        Summary
            Sentences in the order of the sources; offsets into the texts as given. Their scores are of two kinds, see :meth:`score`, minus what
            the sentence repeats and, in an administrative document, what its section has said already.

        Raises
        ------
        SecrecyError
            If a text bears a mark of secrecy.
        TextError
            If there is no sentence in it (code ``no_text``).
        """
        self._check()
        sources = _sources(text)
        documents = _parsed(sources)
        if groups := _official(documents):
            picked = pick(groups, self.n_sentences, self.max_syllables)
            return Summary(tuple(_sentence(groups[source].pieces[at], parts) for source, at, parts in picked), sources)
        pieces = _plain_pieces(documents)
        concepts = _concepts(pieces, len(sources))
        chosen = choose(concepts, self.n_sentences, self.max_syllables)
        said = np.zeros(concepts.size, bool)
        repeated = {}
        for at in sorted(chosen, key=lambda at: (-concepts.worth[at], at)):
            own = concepts.units[at]
            repeated[at] = -float(concepts.votes[own[said[own]]].sum() / concepts.lengths[at] ** concepts.weights.length)
            said[own] = True
        return Summary(tuple(_sentence(pieces[at], _parts(concepts, at) | {"repetition": repeated[at]}) for at in chosen), sources)

    def score(self, text: str | Sequence[str]) -> tuple[SummarySentence, ...]:
        """Score every sentence that could be quoted, each as if it were the first.

        Parameters
        ----------
        text : str or sequence of str

        Returns
        -------
        tuple of SummarySentence
            In the order of the sources. In an administrative document the parts are ``deadline``, ``task``, ``amount``, ``order`` (it forbids or
            demands), ``opening`` (it comes first), ``subject`` (it has the words of the trích yếu), ``centrality``, ``length``, ``formula``,
            ``appendix``; in another text ``concepts`` (how much of what it says other sentences say as well), and how much that changes by
            ``position``, ``centrality`` and ``manner`` (direct speech, questions). In a summary ``section`` and ``repetition`` join them.

        Raises
        ------
        SecrecyError, TextError
            As :meth:`summarize` does.
        """
        self._check()
        sources = _sources(text)
        documents = _parsed(sources)
        if groups := _official(documents):
            return tuple(_sentence(piece, group.at(at)) for group in groups for at, piece in enumerate(group.pieces))
        pieces = _plain_pieces(documents)
        concepts = _concepts(pieces, len(sources))
        return tuple(_sentence(piece, _parts(concepts, at)) for at, piece in enumerate(pieces) if concepts.usable[at])

    def _check(self) -> None:
        for name, value in self.get_params().items():
            if value is not None and value < 1:
                raise ValueError(_("%(name)s has to be 1 or more, not %(value)s.") % {"name": name, "value": value})


def _sources(text: str | Sequence[str]) -> tuple[str, ...]:
    from ailab.privacy import refuse_secret

    sources = (text,) if isinstance(text, str) else tuple(text)
    for source in sources:
        refuse_secret(source)
    return sources


def _parsed(sources: Sequence[str]) -> list[AdministrativeDocument]:
    return [_parse(source) for source in sources]


def _parse(source: str) -> AdministrativeDocument:
    from ailab.documents import parse_document

    # A book need not be read for tasks to see that it has no head.
    if len(source) > 4 * _HEAD and parse_document(source[:_HEAD]).type is None:
        return AdministrativeDocument(source)
    return parse_document(source)


def _official(documents: Sequence[AdministrativeDocument]) -> list[Candidates]:
    """Weigh what administrative documents say; nothing unless all are, and each has something in its body to quote."""
    if any(document.type is None for document in documents):
        return []
    groups = [candidates(document, number) for number, document in enumerate(documents)]
    return groups if all(group.pieces for group in groups) else []


def _plain_pieces(documents: Sequence[AdministrativeDocument]) -> list[Piece]:
    """Cut texts into sentences; of an administrative document among them, its body."""
    pieces = []
    for number, document in enumerate(documents):
        body = body_pieces(document, number) if document.type is not None else []
        pieces += body or pieces_of(document.text, number)
    if not any(any(char.isalpha() for char in piece.text) for piece in pieces):
        raise TextError(_("There is no sentence in the text to summarise. Paste a text of several sentences, or choose another file."), code="no_text")
    return pieces


def _concepts(pieces: list[Piece], n_sources: int) -> Concepts:
    return Concepts(pieces, SINGLE if n_sources == 1 else SEVERAL)


def _parts(concepts: Concepts, at: int) -> dict[str, float]:
    return {name: float(values[at]) for name, values in concepts.parts.items()}


def _sentence(piece: Piece, parts: dict[str, float]) -> SummarySentence:
    kept = tuple((name, value) for name, value in parts.items() if value)
    return SummarySentence(piece.text, piece.start, piece.end, sum(value for _name, value in kept), piece.document, kept)
