"""A summary by a person beside one by the machine: what each left out, and where it stands in the source."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ailab.errors import TextError
from ailab.i18n import gettext as _
from ailab.results import Summary, SummarySentence
from ailab.summary.sentences import FUNCTION_WORDS, pieces_of
from ailab.text import syllables, unaccent

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from ailab.summary.sentences import Piece

__all__ = ["Comparison", "OwnSentence", "missed_points"]

_COVERED = 0.5  # share of what a sentence says that has to be said on the other side
_IN_SOURCE = 0.35  # share of what a sentence says that has to stand in one sentence of the source
_SHORTER = 0.35  # of what a sentence tells: another that tells less counts as if it told this much
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
    written = [piece for piece in pieces_of(own, unwrap=False) if any(char.isalpha() for char in piece.text)]
    if not written:
        raise TextError(_("Your summary has no sentence yet. Write at least one, then compare."), code="no_text")
    typed = [piece for number, text in enumerate(summary.sources) for piece in pieces_of(text, number)]
    plain_source = all(word.isascii() for piece in typed for word in piece.words)
    sides: dict[bool, _Side] = {}
    compared = []
    best = np.zeros(len(summary.sentences))
    for piece in written:
        bare = plain_source or all(word.isascii() for word in piece.words)
        side = sides[bare] = sides.get(bare) or _Side(summary, typed, bare=bare)
        units = side.units(piece.words)
        compared.append(_own_sentence(piece, units, side))
        best = np.maximum(best, [side.said(theirs, [units]) for theirs in side.machine])
    lacking = tuple(sentence for sentence, similarity in zip(summary.sentences, best, strict=True) if similarity < _COVERED)
    return Comparison(tuple(compared), lacking, summary)


def _own_sentence(piece: Piece, units: frozenset[Hashable], side: _Side) -> OwnSentence:
    similarity = side.said(units, side.machine)
    near = side.near(units)
    best = int(near.argmax()) if len(near) else -1
    nearest = None
    if best >= 0 and near[best] >= _IN_SOURCE:
        found = side.source[best]
        nearest = SummarySentence(found.text, found.start, found.end, float(near[best]), found.document)
    return OwnSentence(piece.text, piece.start, piece.end, similarity >= _COVERED, similarity, nearest)


class _Side:
    """The sources and the machine's sentences, with or without their accents: which syllables and pairs they have, and what those tell."""

    def __init__(self, summary: Summary, source: Sequence[Piece], *, bare: bool) -> None:
        self.bare = bare
        self.source = source
        rows = [self.units(piece.words) for piece in self.source]
        self.where: dict[Hashable, list[int]] = {}
        for at, row in enumerate(rows):
            for unit in row:
                self.where.setdefault(unit, []).append(at)
        self.totals = np.array([self.sum(row) for row in rows])
        self.machine = [self.units(syllables(sentence.text)) for sentence in summary.sentences]

    def units(self, words: Sequence[str]) -> frozenset[Hashable]:
        """Return the syllables and pairs of neighbours of a sentence."""
        known = [unaccent(word) for word in words] if self.bare else list(words)
        return frozenset(known) | frozenset(itertools.pairwise(known))

    def sum(self, units: Iterable[Hashable]) -> float:
        """Return what some syllables and pairs tell together."""
        return sum(self._tells(unit) for unit in sorted(units, key=str))

    def said(self, units: frozenset[Hashable], others: Sequence[frozenset[Hashable]]) -> float:
        """Return how much of a sentence one of the others says, or how much of that one the sentence says if that is much shorter."""
        total = self.sum(units)
        best = 0.0
        for other in others:
            shared = self.sum(units & other)
            best = max(best, shared / max(min(total, max(self.sum(other), _SHORTER * total)), 1e-9))
        return min(best, 1.0)

    def near(self, units: frozenset[Hashable]) -> NDArray[np.float64]:
        """Return how near a sentence is to each of the sources' sentences, 0..1."""
        shared = np.zeros(len(self.source))
        for unit in sorted(units, key=str):
            if found := self.where.get(unit):
                shared[found] += self._tells(unit)
        # What a long sentence says besides does no harm, but of two that say it the shorter one is nearer.
        return np.asarray(shared / np.maximum(0.9 * self.sum(units) + 0.1 * self.totals, 1e-9))

    def _tells(self, unit: Hashable) -> float:
        rare = math.log1p(len(self.source) / max(len(self.where.get(unit, ())), 1))
        words = unit if isinstance(unit, tuple) else (unit,)
        return rare * (_PAIR if len(words) == 2 else 1) * (_FUNCTION_WORD if all(map(self._says_little, words)) else 1)

    def _says_little(self, word: Hashable) -> bool:
        return word in (_BARE_FUNCTION_WORDS if self.bare else FUNCTION_WORDS)
