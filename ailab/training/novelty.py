"""How unlike the photos of training a photo is: the relative Mahalanobis distance of its features.

Ren et al. 2021, "A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection". The distance to the nearest class is
compared with the distance to all photos together, so that a photo that is odd in every direction does not count as new only for
that. Only the directions count in which all photos, the background ones too, are spread more widely than the leaves of one class:
in the others the two distances cancel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Novelty"]

_DIRECTIONS = 96  # more tell no more


class Novelty(torch.nn.Module):
    """Features -> how new they are; 0 for the middle one of the photos it was scaled on, 1 for their 95th percentile.

    Parameters
    ----------
    n_features : int
    n_classes : int
        Without the background class.
    """

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        n_directions = min(_DIRECTIONS, n_features)
        self.register_buffer("centre", torch.zeros(n_features))
        self.register_buffer("directions", torch.zeros(n_features, n_directions))
        self.register_buffer("means", torch.zeros(n_classes, n_directions))
        self.register_buffer("spread", torch.ones(n_directions))
        self.register_buffer("middle", torch.zeros(()))
        self.register_buffer("scale", torch.ones(()))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Features (N, n_features) -> novelty (N,)."""
        u = (features - self.centre) @ self.directions
        # |u - m|² = u² - 2um + m²: no (N, n_classes, n_classes) block is made.
        nearest = ((u * u).sum(1, keepdim=True) - 2 * u @ self.means.T + (self.means * self.means).sum(1)).amin(1)
        return (nearest - (u * u / self.spread).sum(1) - self.middle) / self.scale

    @classmethod
    def fit(cls, features: torch.Tensor, labels: torch.Tensor, held_out: torch.Tensor, n_classes: int) -> Novelty:
        """Learn the spread of the features.

        Parameters
        ----------
        features : tensor of shape (N, n_features)
            Of photos that the network has learned from, as they are.
        labels : tensor of shape (N,)
            From ``n_classes`` on: background, which counts for the spread of everything only.
        held_out : tensor of shape (M, n_features)
            Of leaves that the network has not learned from: they give the scale.
        n_classes : int
        """
        x, y = features.double().numpy(), labels.numpy()
        centre = x.mean(0)
        means = np.stack([x[y == c].mean(0) for c in np.unique(y)])
        own = means[np.searchsorted(np.unique(y), y)]
        spread, directions = _eigh(_covariance(x - centre), _covariance((x - own)[y < n_classes]))
        novelty = cls(features.shape[1], n_classes)
        kept = slice(None, -novelty.directions.shape[1] - 1, -1)  # the widest first
        found = {"centre": centre, "directions": directions[:, kept], "spread": spread[kept]}
        found["means"] = (means[:n_classes] - centre) @ found["directions"]
        for name, value in found.items():
            getattr(novelty, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))
        low, high = np.quantile(novelty(held_out.float()).numpy(), [0.5, 0.95])
        novelty.middle.fill_(float(low))
        novelty.scale.fill_(float(high - low))
        return novelty


def _covariance(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance around zero."""
    return x.T @ x / len(x)


def _eigh(everything: NDArray[np.float64], within: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions in which ``within`` is the unit matrix and ``everything`` diagonal, the widest last; and that diagonal."""
    from scipy.linalg import eigh

    values, vectors = eigh(*(matrix + 1e-3 * np.trace(matrix) / len(matrix) * np.eye(len(matrix)) for matrix in (everything, within)))
    return values, vectors
