"""Which part of the picture decided.

The network averages its last feature map and takes a weighted sum, so each place has added a known amount to each
score: the class activation map (Zhou et al. 2016, "Learning Deep Features for Discriminative Localization"). It costs
nothing beyond the prediction itself, and it is not an approximation of what the network did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["class_evidence", "upsample"]


def class_evidence(evidence: NDArray[np.float32], index: int) -> NDArray[np.float32]:
    """What each place says for one output, against the average output.

    Parameters
    ----------
    evidence : ndarray of shape (n_outputs, h, w)
        What each place adds to each score.
    index : int
        Output that is explained.

    Returns
    -------
    ndarray of shape (h, w), float32
        0..1; what speaks against the output is 0. A number added to every score changes no probability, so only the
        difference from the mean counts.
    """
    positive = np.clip(evidence[index] - evidence.mean(0), 0, None)
    top = positive.max()
    return np.asarray(positive / top if top > 0 else positive, np.float32)


def upsample(grid: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Spread a coarse grid (h, w) smoothly over a picture of ``size`` (width, height); returns (height, width) in 0..1."""
    image = Image.fromarray(np.asarray(grid, np.float32))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC), np.float32).clip(0, 1)
