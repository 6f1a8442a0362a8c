"""When not to answer: learned from the passages themselves, without a single labelled question.

Questions are made up from sentences of the base: some of their words, some others in between. Each is searched twice,
with its own passage (the answer is there) and as if the base did not have it (the answer is not there), and a logistic
regression learns to tell the two apart. So an author's base is calibrated as soon as it is read.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.retrieval import Index

__all__ = ["Refusal"]

_QUESTIONS = 100
_KEPT, _OTHER = 0.5, 0.3  # share of the words of a sentence that a question keeps; that it replaces. The rest it drops.
_USUAL = np.array([1.2, 4.0, -3.2])  # weights that bases of many passages come to
_DRAWN = 2.0  # how strongly others are drawn towards them, in questions
_UNKNOWN = 0.3  # share of the replacements that no passage knows
# What the logarithm of the odds gains where a number or a date is asked for and the quotation holds none, one of something
# else, one, or the very one (see ailab.asking.holds). Chosen by hand on the public questions that benchmarks/qa.py names.
_KIND = {0.0: -1.0, 0.5: -1.0, 1.0: 0.0, 2.0: 1.0}


class Refusal:
    """Probability that the base holds what is asked, if half of all questions can be answered.

    Attributes
    ----------
    weights_ : ndarray of shape (3,)
        Of the two signals of :meth:`ailab.retrieval.Index.signals`, and the constant.
    """

    def fit(self, index: Index) -> Refusal:
        """Learn from the passages of an index."""
        rows, answerable = [], []
        for words, own in _questions(index):
            evidence = index.search(words)
            rows += [index.signals(evidence), index.signals(evidence, without=own)]
            answerable += [1.0, 0.0]
        self.weights_ = _logistic(np.array(rows), np.array(answerable)) if rows else _USUAL.copy()
        return self

    def confidence(self, signals: Sequence[float], held: float = 1.0) -> float:
        """Probability for one question, 0..1.

        Parameters
        ----------
        signals : sequence of float
            See :meth:`ailab.retrieval.Index.signals`.
        held : float, default=1
            How well the quotation holds the kind of thing that is asked for, see :func:`ailab.asking.holds`.
        """
        value = float(np.dot(self.weights_[:2], signals) + self.weights_[2]) + _KIND[held]
        return 1 / (1 + math.exp(-max(min(value, 50), -50)))


def _questions(index: Index) -> Iterator[tuple[list[str], int]]:
    rng = random.Random(0)  # noqa: S311 - the same questions each time
    known, counts = list(index.model.counts_), list(index.model.counts_.values())
    long = [at for at, words in enumerate(index.words) if len(words) >= 6]
    for at in rng.sample(long, min(_QUESTIONS, len(long))):
        words = index.words[at]
        length = min(len(words), rng.randint(5, 14))
        start = rng.randint(0, len(words) - length)
        question = []
        for word in words[start : start + length]:
            chance = rng.random()
            if chance < _KEPT:
                question.append(word)
            elif chance < _KEPT + _OTHER:
                question.append("⁇" if rng.random() < _UNKNOWN else rng.choices(known, counts)[0])
        if len(question) >= 2:
            yield question, int(index.owner[at])


def _logistic(rows: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method, drawn towards the usual weights: a base of three passages teaches little."""
    design = np.column_stack([rows, np.ones(len(rows))])
    ridge = np.diag([*(_DRAWN * (rows.std(0) + 1e-3) ** 2), _DRAWN])
    weights = _USUAL.copy()
    for _step in range(15):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        gradient = design.T @ (p - targets) + ridge @ (weights - _USUAL)
        weights -= np.linalg.solve((design * (p * (1 - p) + 1e-6)[:, None]).T @ design + ridge, gradient)
    return weights
