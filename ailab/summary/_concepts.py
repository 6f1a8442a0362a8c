"""What a summary has to say: syllables and pairs of neighbours, each worth as much as the sentences that hold it.

The sentences of a text vote for what they say, and the summary is the choice that gathers most votes within its length: concept coverage
as in Gillick and Favre 2009, "A scalable global model for summarization", with votes that depend on where a sentence stands and on how
much it says of what the others say.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.summary.sentences import FUNCTION_WORDS, style

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from ailab.summary.sentences import Piece

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_TITLE = 15  # syllables; a shorter line that does not end like a sentence is a title, a byline or the like
_POOL, _STARTS, _IMPROVED, _EXCHANGED = 150, 12, 3, 25  # how widely the best choice is looked for

__all__ = ["SEVERAL", "SINGLE", "Concepts", "Weights", "choose"]


@dataclass(frozen=True)
class Weights:
    """How much a sentence votes: ``(1 + position) ** -position * exp(sum of weight * feature)``.

    Attributes
    ----------
    position : float
        How fast the votes of later sentences lose weight.
    centrality, quote, question, line : float
        Of the cosine to the whole; of direct speech, a question, a line that is no sentence.
    shortest : int
        Sentences with fewer syllables neither vote nor stand in a summary, if there are longer ones.
    votes : float
        How many sentences' worth of votes there are; with many, what several sentences say counts little more than what one says.
        0: votes are added up.
    length : float
        A sentence is worth its votes divided by its syllables to this power.
    """

    position: float
    centrality: float
    quote: float
    question: float
    line: float
    shortest: int
    votes: float
    length: float


# Found by search on the development halves of two public sets of news: one article, and several on one matter.
SINGLE = Weights(position=0.25, centrality=1.0, quote=0.0, question=0.0, line=0.0, shortest=6, votes=0.0, length=0.75)
SEVERAL = Weights(position=1.0, centrality=2.0, quote=-0.5, question=-0.5, line=-1.0, shortest=6, votes=2.5, length=0.75)


class Concepts:
    """The concepts of some sentences and the votes for them.

    Attributes
    ----------
    lengths : ndarray of shape (n_pieces,)
        Syllables of each sentence.
    parts : dict of str to ndarray of shape (n_pieces,)
        What the worth of each sentence is made of; together they are ``worth``.
    worth : ndarray of shape (n_pieces,)
    """

    def __init__(self, pieces: Sequence[Piece], weights: Weights) -> None:
        self.weights = weights
        self.lengths = np.array([len(piece.words) for piece in pieces], float)
        words, n_words = _numbered(piece.words for piece in pieces)
        pairs, n_pairs = _numbered(itertools.pairwise(piece.words) for piece in pieces)
        self.n_words = n_words
        self.size = n_words + n_pairs
        #: Of each sentence: its words as they follow, its pairs as they follow.
        self.words, self.pairs = words, [row + n_words for row in pairs]
        self.units = [np.unique(np.concatenate(both)) for both in zip(self.words, self.pairs, strict=True)]
        self._flat = np.concatenate(self.units)
        self._starts = np.cumsum([0, *(len(row) for row in self.units[:-1])])
        self._owner = np.repeat(np.arange(len(pieces)), [len(row) for row in self.units])
        features = style(pieces)
        self._voting = self.lengths >= weights.shortest
        if not self._voting.any():
            self._voting = self.lengths > 0
        # A title says what a text is about, but quoting it says nothing of it.
        self.usable = self._voting & ~((features[:, 2] > 0) & (self.lengths < _TITLE))
        if not self.usable.any():
            self.usable = self._voting
        self.cosine = self._cosine(pieces)
        place = -weights.position * np.log1p(np.array([piece.position for piece in pieces], float))
        says = weights.centrality * self.cosine / max(float(self.cosine.max()), 1e-9)
        manner = features @ np.array([weights.quote, weights.question, weights.line])
        self.worth = np.zeros(len(pieces))
        self.parts: dict[str, Floats] = {}
        log = np.zeros(len(pieces))
        # What each ingredient changes, one after the other: so the parts add up.
        for name, ingredient in (("concepts", log), ("position", place), ("centrality", says), ("manner", manner)):
            log = log + ingredient
            self.votes = self._vote(np.exp(log))
            worth = self._worth(self.votes)
            self.parts[name] = worth - self.worth
            self.worth = worth

    def _worth(self, votes: Floats) -> Floats:
        """Return what each sentence is worth when the concepts have these votes."""
        total = np.add.reduceat(votes[self._flat], self._starts)
        return np.asarray(np.where(self.usable, total, 0.0) / self.lengths**self.weights.length)

    def said(self, chosen: Iterable[int], budget: int | None) -> Ints:
        """Return the concepts in chosen sentences, in their order, as far as the budget reaches."""
        left = budget if budget is not None else 1 << 60
        rows = []
        for at in sorted(chosen):
            rows += [self.words[at][:left], self.pairs[at][: max(left - 1, 0)]]
            left -= len(self.words[at])
            if left <= 0:
                break
        return np.unique(np.concatenate(rows))

    def _vote(self, weight: Floats) -> Floats:
        weight = np.where(self._voting, weight, 0.0)
        weight = weight / weight.sum()
        if not self.weights.votes:
            return np.asarray(np.bincount(self._flat, weight[self._owner], self.size))
        silent = np.log1p(-np.minimum(weight * self.weights.votes, 0.95))
        return np.asarray(1 - np.exp(np.bincount(self._flat, silent[self._owner], self.size)))

    def _cosine(self, pieces: Sequence[Piece]) -> Floats:
        """Return how near each sentence is to the whole, by its words that are not function words."""
        content = np.ones(self.n_words, bool)
        for piece, row in zip(pieces, self.words, strict=True):
            content[row] = [word not in FUNCTION_WORDS for word in piece.words]
        flat = np.concatenate(self.words)
        owner = np.repeat(np.arange(len(pieces)), [len(row) for row in self.words])
        keep = content[flat]
        cell, count = np.unique(owner[keep] * self.n_words + flat[keep], return_counts=True)
        at, word, weight = cell // self.n_words, cell % self.n_words, np.log1p(count)
        norm = np.sqrt(np.bincount(at, weight**2, len(pieces)))
        weight = weight / np.where(norm, norm, 1)[at]
        centre = np.bincount(word, weight, self.n_words)
        return np.asarray(np.bincount(at, weight * centre[word], len(pieces)) / (float(np.linalg.norm(centre)) or 1.0))

    def value(self, chosen: Iterable[int], budget: int | None) -> float:
        """Return the votes for what chosen sentences say together."""
        return float(self.votes[self.said(chosen, budget)].sum())


def choose(concepts: Concepts, n_sentences: int, max_syllables: int | None) -> list[int]:
    """Choose the sentences that say most of what there is to say.

    Parameters
    ----------
    concepts : Concepts
    n_sentences : int
        How many, if ``max_syllables`` is None.
    max_syllables : int or None
        After how many syllables nobody reads on. The last sentence may reach beyond.

    Returns
    -------
    list of int
        Sorted.
    """
    pool = _Pool(concepts, max(_POOL, 4 * n_sentences))
    if max_syllables is None:
        return sorted(pool.greedy(n_sentences, None))
    starts = [pool.greedy(0, max_syllables), *(pool.greedy(0, max_syllables, first) for first in range(min(_STARTS, len(pool.at))))]
    ranked = sorted((tuple(sorted(start)) for start in starts), key=lambda chosen: (-concepts.value(chosen, max_syllables), chosen))
    best = [_improve(concepts, pool, list(chosen), max_syllables) for chosen in list(dict.fromkeys(ranked))[:_IMPROVED]]
    return max(best, key=lambda chosen: concepts.value(chosen, max_syllables))


class _Pool:
    """The sentences that are worth most, best first."""

    def __init__(self, concepts: Concepts, most: int) -> None:
        usable = np.flatnonzero(concepts.usable)
        self.concepts = concepts
        self.at = usable[np.argsort(-concepts.worth[usable], kind="stable")][:most]
        rows = [concepts.units[at] for at in self.at]
        self.flat = np.concatenate(rows)
        self.starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        self.cost = concepts.lengths[self.at] ** concepts.weights.length

    def greedy(self, n_sentences: int, budget: int | None, first: int | None = None) -> list[int]:
        """Take the sentence that adds most, again and again, until there are enough."""
        left = self.concepts.votes.copy()
        free = np.ones(len(self.at), bool)
        chosen: list[int] = []
        length = 0.0
        while free.any() and (length < budget if budget is not None else len(chosen) < n_sentences):
            best = first if first is not None and not chosen else int(np.argmax(np.where(free, np.add.reduceat(left[self.flat], self.starts) / self.cost, -1)))
            free[best] = False
            at = int(self.at[best])
            chosen.append(at)
            length += self.concepts.lengths[at]
            left[self.concepts.units[at]] = 0
        return chosen


def _improve(concepts: Concepts, pool: _Pool, chosen: list[int], budget: int) -> list[int]:
    """Exchange sentences as long as that says more."""
    best = concepts.value(chosen, budget)
    for _round in range(3):
        before = best
        for place, at in itertools.product(range(len(chosen)), map(int, pool.at[:_EXCHANGED])):
            other = sorted({*chosen[:place], at, *chosen[place + 1 :]})
            if len(other) == len(chosen) and concepts.lengths[other].sum() >= budget and (value := concepts.value(other, budget)) > best + 1e-12:
                best, chosen = value, other
        if best == before:
            break
    return sorted(chosen)


def _numbered(rows: Iterable[Iterable[Hashable]]) -> tuple[list[Ints], int]:
    """Number what stands in some rows."""
    numbers: dict[Hashable, int] = {}
    out = [np.array([numbers.setdefault(item, len(numbers)) for item in row], int) for row in rows]
    return out, len(numbers)
