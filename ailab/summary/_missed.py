"""A summary by a person beside one by the machine: what each left out, and where it stands in the source."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ailab.errors import TextError
from ailab.i18n import gettext as _
from ailab.results import Summary, SummarySentence
from ailab.summary._sentences import FUNCTION_WORDS, pieces_of
from ailab.text import syllables, unaccent

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from ailab.summary._sentences import Piece

__all__ = ["Comparison", "OwnSentence", "missed_points"]

_COVERED = 0.5  # share of what a sentence says that has to be said on the other side
_IN_SOURCE = 0.35  # share of what a sentence says that has to stand in one sentence of the source
_FUNCTION_WORD, _PAIR = 0.1, 0.5  # weights beside a syllable that tells something
_BARE_FUNCTION_WORDS = frozenset(map(unaccent, FUNCTION_WORDS))


@dataclass(frozen=True)
class OwnSentence:
    """A sentence of the person: characters ``start`` to ``end`` of what was written.

    Attributes
    ----------
    text : str
    start, end : int
    covered : bool
        Whether the machine's summary says it too.
    similarity : float
        How much of it the machine's summary says, 0..1.
    nearest : SummarySentence or None
        The sentence of the sources that is nearest; its score is how near, 0..1. None where no sentence is near: perhaps no source says it.
    """

    text: str
    start: int
    end: int
    covered: bool
    similarity: float
    nearest: SummarySentence | None = None


@dataclass(frozen=True)
class Comparison:
    """What a person and a machine found worth telling.

    Attributes
    ----------
    own : tuple of OwnSentence
        The person's sentences, in their order.
    lacking : tuple of SummarySentence
        Sentences of the machine that the person's summary does not say.
    summary : Summary
        The machine's.
    """

    own: tuple[OwnSentence, ...]
    lacking: tuple[SummarySentence, ...]
    summary: Summary = field(repr=False)

    @property
    def left_out(self) -> tuple[OwnSentence, ...]:
        """What the machine left out although a source says it."""
        return tuple(sentence for sentence in self.own if not sentence.covered and sentence.nearest)

    @property
    def unsupported(self) -> tuple[OwnSentence, ...]:
        """What no sentence of the sources seems to say. A person has to look: it may be a good paraphrase."""
        return tuple(sentence for sentence in self.own if sentence.nearest is None)

    @property
    def shared(self) -> tuple[SummarySentence, ...]:
        """Sentences of the machine that the person's summary says too."""
        return tuple(sentence for sentence in self.summary.sentences if sentence not in self.lacking)


def missed_points(summary: Summary, own: str) -> Comparison:
    """Compare a summary that a person wrote with one of the machine.

    Sentences are compared by the syllables and the pairs of neighbours that they share, each weighted by how few sentences of the sources
    have it. What one side says in quite other words is not recognised.

    Parameters
    ----------
    summary : Summary
        The machine's.
    own : str
        The person's, with or without accents.

    Returns
    -------
    Comparison

    Raises
    ------
    TextError
        If the person's text has no sentence (code ``no_text``).
    """
    written = [piece for piece in pieces_of(own) if any(char.isalpha() for char in piece.text)]
    if not written:
        raise TextError(_("Your summary has no sentence yet. Write at least one, then compare."), code="no_text")
    source = [piece for number, text in enumerate(summary.sources) for piece in pieces_of(text, number)]
    bare = all(word.isascii() for piece in written for word in piece.words) or all(word.isascii() for piece in source for word in piece.words)
    rows = [_units(piece.words, bare) for piece in source]
    weigh = _Weights(rows, len(source))
    machine = [_units(syllables(sentence.text), bare) for sentence in summary.sentences]
    mine = [_units(piece.words, bare) for piece in written]
    return Comparison(
        tuple(_own_sentence(piece, units, machine, weigh, source) for piece, units in zip(written, mine, strict=True)),
        tuple(sentence for sentence, units in zip(summary.sentences, machine, strict=True) if _said(units, mine, weigh) < _COVERED),
        summary,
    )


def _own_sentence(piece: Piece, units: frozenset[Hashable], machine: Sequence[frozenset[Hashable]], weigh: _Weights, source: Sequence[Piece]) -> OwnSentence:
    similarity = _said(units, machine, weigh)
    near = weigh.near(units)
    best = int(near.argmax()) if len(near) else -1
    nearest = None
    if best >= 0 and near[best] >= _IN_SOURCE:
        found = source[best]
        nearest = SummarySentence(found.text, found.start, found.end, float(near[best]), found.document)
    return OwnSentence(piece.text, piece.start, piece.end, similarity >= _COVERED, similarity, nearest)


def _units(words: Sequence[str], bare: bool) -> frozenset[Hashable]:
    """Return the syllables and pairs of neighbours of a sentence."""
    known = [unaccent(word) for word in words] if bare else list(words)
    return frozenset(known) | frozenset(itertools.pairwise(known))


class _Weights:
    """How much syllables and pairs tell, and which sentences of the sources have them."""

    def __init__(self, rows: Sequence[frozenset[Hashable]], n: int) -> None:
        self.n = n
        self.where: dict[Hashable, list[int]] = {}
        for at, row in enumerate(rows):
            for unit in row:
                self.where.setdefault(unit, []).append(at)
        self.totals = np.array([self.sum(row) for row in rows])

    def __getitem__(self, unit: Hashable) -> float:
        rare = float(np.log1p(self.n / max(len(self.where.get(unit, ())), 1)))
        if isinstance(unit, tuple):
            return _PAIR * rare * (_FUNCTION_WORD if all(map(_says_little, unit)) else 1)
        return rare * (_FUNCTION_WORD if _says_little(unit) else 1)

    def sum(self, units: Iterable[Hashable]) -> float:
        """Weight of some units."""
        return sum(self[unit] for unit in sorted(units, key=str))

    def near(self, units: frozenset[Hashable]) -> NDArray[np.float64]:
        """Return how near a sentence is to each of the sources' sentences, 0..1."""
        shared = np.zeros(self.n)
        for unit in sorted(units, key=str):
            if found := self.where.get(unit):
                shared[found] += self[unit]
        # What a long sentence says besides does no harm, but of two that say it the shorter one is nearer.
        return np.asarray(shared / (0.9 * self.sum(units) + 0.1 * self.totals))


def _says_little(unit: Hashable) -> bool:
    return unit in FUNCTION_WORDS or unit in _BARE_FUNCTION_WORDS


def _said(units: frozenset[Hashable], others: Sequence[frozenset[Hashable]], weigh: _Weights) -> float:
    """Return how much of a sentence one sentence of the others says, or how much of that one the sentence says if it is much shorter."""
    total = weigh.sum(units)
    best = 0.0
    for other in others:
        shared = weigh.sum(units & other)
        best = max(best, shared / max(min(total, max(weigh.sum(other), 0.35 * total)), 1e-9))
    return min(best, 1.0)
