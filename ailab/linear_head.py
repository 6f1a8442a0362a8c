"""The step that a person teaches: a linear one, from what is seen in a photo to a score for each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["LinearHead"]

_C_OTHER = 3.0


@dataclass(frozen=True)
class LinearHead:
    """A linear step: ``((features - mean) / spread) @ weights.T + bias``."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def against(self, features: NDArray[np.float32], others: NDArray[np.float32]) -> LinearHead:
        """A step of one score on the same scales: how much a photo looks like one of ``features`` (n, views, d), and not like ``others`` (m, d)."""
        n, views, d = features.shape
        rows = np.asarray((np.concatenate([features.reshape(n * views, d), others]) - self.mean) / self.spread, np.float32)
        weights, bias = _logistic(rows, np.arange(len(rows)) < n * views, _C_OTHER)
        return LinearHead(self.mean, self.spread, weights, bias)

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (n, n_classes) of features (n, d)."""
        return np.asarray((features - self.mean) / self.spread @ self.weights.T + self.bias, np.float32)

    @classmethod
    def fit(cls, features: NDArray[np.float32], parts: Sequence[int], targets: NDArray[np.intp], n_classes: int, c: float) -> LinearHead:
        """Learn from features (n, views, d), d = sum of ``parts``, which count alike, and targets (n,) of 0..n_classes - 1.

        Classes without a photo are never chosen.
        """
        n, views, d = features.shape
        mean, spread = features.mean((0, 1)), features.std((0, 1))
        level = np.add.reduceat(spread, np.cumsum([0, *parts[:-1]])) / parts  # what hardly ever changes must not count like the rest
        scale = np.asarray((spread + np.repeat(0.05 * level, parts) + 1e-6) * np.sqrt(np.repeat(parts, parts)), np.float32)
        rows = ((features - mean) / scale).reshape(n * views, d)
        found, offset = _logistic(rows, np.repeat(targets, views), c)
        if len(found) == 1:  # of two classes only the second one's scores are learned
            found, offset = (np.concatenate([-part, part]) * np.float32(0.5) for part in (found, offset))
        weights, bias, present = np.zeros((n_classes, d), np.float32), np.full(n_classes, -30.0, np.float32), np.unique(targets)
        weights[present], bias[present] = found, offset
        return cls(mean, scale, weights, bias)

    @classmethod
    def restored(cls, arrays: dict[str, NDArray[Any]], prefix: str, n_scores: int) -> LinearHead:
        """A linear step from the arrays of a file; raises ValueError or KeyError where they make none."""
        head = cls(arrays["mean"], arrays["spread"], arrays[f"{prefix}weights"], arrays[f"{prefix}bias"])
        d = len(head.mean)
        if [part.shape for part in vars(head).values()] != [(d,), (d,), (n_scores, d), (n_scores,)] or not (head.spread > 0).all():
            raise ValueError("shapes")
        return head


def _logistic(rows: NDArray[np.float32], targets: NDArray[Any], c: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and offsets of a logistic regression in which rare classes count as much as common ones."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):  # in a class many learn at once
        turned, back = _turned(rows)
        model = LogisticRegression(C=c, class_weight="balanced", max_iter=300).fit(turned, targets)
    return np.asarray(model.coef_ @ back, np.float32), np.asarray(model.intercept_, np.float32)


def _turned(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same rows in as many directions as they span, and those directions: with few photos the rest is zero anyway."""
    n, d = rows.shape
    if n >= d:
        return rows, np.eye(d, dtype=np.float32)
    values, vectors = np.linalg.eigh(rows @ rows.T)
    kept = values > values[-1] * 1e-6
    lengths = np.sqrt(values[kept])
    return vectors[:, kept] * lengths, (vectors[:, kept] / lengths).T @ rows
