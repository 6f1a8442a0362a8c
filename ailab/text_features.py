"""What a short text is to :class:`~ailab.TextClassifier`: syllables and pairs of syllables, each with a weight for every label."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ailab.text import expand, sentences, tokens, unaccent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ailab.text import Token

__all__ = ["Cut", "WordModel", "cut_up"]

_NUMBER = "0"  # every number is one word: sums and dates say nothing about the matter
_NEVER = -30.0  # score of a label without an example


class Cut(NamedTuple):
    """A text in pieces, each with the numbers of the tokens that it is made of; ``syllables`` are the plain ones that count as known or not."""

    tokens: list[Token]
    pieces: list[tuple[str, tuple[int, ...]]]
    syllables: list[str]


def cut_up(text: str, *, names: bool) -> Cut:
    """Find the pieces of a text.

    Parameters
    ----------
    text : str
    names : bool
        Whether names count as words.
    """
    found = tokens(text)
    skipped = set() if names else _names(text, found)
    written: list[tuple[str, int]] = []  # syllable, number of its token; "" where a name stood
    for at, token in enumerate(found):
        if at in skipped:
            written.append(("", at))
        elif token.text[0].isdigit():
            written.append((_NUMBER, at))
        else:
            after_number = bool(written) and written[-1][0] == _NUMBER  # 50 k, 15 h
            written += [(word, at) for word in ([token.text] if after_number else expand([token.text]))]
    flat = [unaccent(word) for word, _at in written]
    pieces: list[tuple[str, tuple[int, ...]]] = [(bare, (at,)) for (_word, at), bare in zip(written, flat, strict=True) if bare]
    pieces += [(word, (at,)) for (word, at), bare in zip(written, flat, strict=True) if word != bare]
    pieces += [(f"{a} {b}", (written[at][1], written[at + 1][1])) for at, (a, b) in enumerate(itertools.pairwise(flat)) if a and b]
    return Cut(found, pieces, [bare for bare in flat if bare not in {"", _NUMBER}])


def _names(text: str, found: Sequence[Token]) -> set[int]:
    """Numbers of the tokens with a capital that no sentence begins with; none where capitals say nothing, as in a shouted text."""
    starts = {start for start, _end in sentences(text)}
    raw = [text[token.start : token.end] for token in found]
    capital = {at for at, word in enumerate(raw) if word[0].isupper() and not word[1:].isupper()}
    inside = {at for at in capital if found[at].start not in starts}
    return inside if 2 * len(capital) <= len(found) + 2 and not text.isupper() else set()


class WordModel:
    """Words, how rare each is, and what each says for each label."""

    ARRAYS = ("rarity", "weights", "bias")

    def __init__(self, vocabulary: dict[str, int], rarity: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.vocabulary, self.rarity, self.weights, self.bias = vocabulary, rarity, weights, bias

    @classmethod
    def fit(cls, cut: Sequence[Cut], targets: NDArray[np.intp], n_classes: int, c: float) -> WordModel:
        """Learn; a class that has no example here is never chosen."""
        from scipy.sparse import csr_array
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        seen = Counter(piece for text in cut for piece in dict.fromkeys(name for name, _tokens in text.pieces))
        vocabulary = {piece: at for at, piece in enumerate(sorted(seen))}
        rarity = np.array([1 + math.log((1 + len(cut)) / (1 + seen[piece])) for piece in vocabulary], np.float32)
        learned = cls(vocabulary, rarity, np.zeros((n_classes, len(vocabulary)), np.float32), np.full(n_classes, _NEVER, np.float32))
        rows = [learned.vector(text) for text in cut]
        ends = np.cumsum([0, *(len(columns) for columns, _values in rows)])
        table = csr_array((np.concatenate([v for _c, v in rows]), np.concatenate([c for c, _v in rows]), ends), shape=(len(cut), len(vocabulary)))
        with threadpool_limits(1):  # in a class many learn at once
            model = LogisticRegression(C=c, class_weight="balanced", max_iter=500).fit(table, targets)
        if len(model.classes_) == 2:  # scikit-learn gives the second class's scores only
            learned.weights[model.classes_], learned.bias[model.classes_] = (
                np.stack([-model.coef_[0], model.coef_[0]]) / 2,
                np.array([-1, 1]) * model.intercept_[0] / 2,
            )
        else:
            learned.weights[model.classes_], learned.bias[model.classes_] = model.coef_, model.intercept_
        return learned

    def vector(self, cut: Cut) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """TF-IDF of the words that are known: their numbers and values, of length one together."""
        counts = Counter(self.vocabulary[name] for name, _tokens in cut.pieces if name in self.vocabulary)
        columns = np.array(sorted(counts), np.intp)
        values = np.array([1 + math.log(counts[at]) for at in columns]) * self.rarity[columns]
        return columns, values / (np.linalg.norm(values) or 1.0)

    def scores(self, cut: Cut) -> NDArray[np.float64]:
        """Score of each class."""
        columns, values = self.vector(cut)
        return np.asarray(self.weights[:, columns] @ values + self.bias, np.float64)

    def known(self, cut: Cut) -> float:
        """Share of the syllables that were taught, 0..1."""
        return sum(word in self.vocabulary for word in cut.syllables) / max(len(cut.syllables), 1)

    def word_weights(self, cut: Cut, target: int) -> NDArray[np.float64]:
        """What each token adds to the score of one class above the mean of the others."""
        columns, values = self.vector(cut)
        others = np.delete(self.weights[:, columns], target, axis=0).mean(0)
        share = dict(zip(columns.tolist(), values * (self.weights[target, columns] - others), strict=True))
        places: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
        for name, of in cut.pieces:
            if name in self.vocabulary:
                places[self.vocabulary[name]].append(of)
        weights = np.zeros(len(cut.tokens))
        for column, spots in places.items():
            for of in spots:
                for at in of:
                    weights[at] += share[column] / len(spots) / len(of)
        return weights
