"""Leaves drawn apart from what they lie on, so that the very same leaf can be photographed on one team's table and on another's.

Three tables have the same cloth in three tones that are easy to overlook. Each photo has a tone and a light of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.samples._fields import background, blend, colour, dim, light_fall, shadow, to_image
from ailab.samples._leaves import Leaf, generator
from ailab.samples._lesions import PAINTERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GARDEN", "MARGIN", "SIZE", "TABLES", "DrawnLeaf", "Photo"]

#: Pixels along each side of a photo.
SIZE = 96
#: Pixels along the border of a photo that no leaf ever reaches.
MARGIN = 12
#: The tables of three teams.
TABLES = ("team_1", "team_2", "team_3")
#: Bare soil, where no team worked.
GARDEN = "garden"

_CROP = "coffee"
_CLOTH = {"team_1": "#99a1a8", "team_2": "#a59c8c", "team_3": "#97a290"}
_PLAIN = colour("#9b9c9a")  # of the cloth that `background` draws
_LIGHT = 0.12  # how far the light of a photo is above or below the usual


@dataclass(frozen=True)
class Photo:
    """One photo, and what only the program that drew it can know for certain: where the leaf is.

    Attributes
    ----------
    picture : ndarray of shape (SIZE, SIZE, 3), uint8
    leaf : ndarray of shape (SIZE, SIZE), bool
    condition, place : str
    """

    picture: NDArray[np.uint8]
    leaf: NDArray[np.bool_]
    condition: str
    place: str


class DrawnLeaf:
    """A coffee leaf that can be photographed anywhere; the leaf and its light stay the same.

    Parameters
    ----------
    condition : str
        One of ``samples.CONDITIONS["coffee"]``.
    seed : int
        Zero or more; each seed is another leaf.
    """

    def __init__(self, condition: str, seed: int) -> None:
        self.condition, self.seed = condition, seed
        leaf = Leaf(_CROP, condition, seed, SIZE - 2 * MARGIN)
        PAINTERS[_CROP][condition](leaf)
        rng = generator(seed, _CROP, "table")
        lift = rng.uniform(0.008, 0.022)
        mask = np.pad(leaf.mask, MARGIN)
        lit = np.pad(leaf.lit(), ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)))
        shade = 1 - np.float32(0.55) * shadow(mask, leaf.light[0] * lift, leaf.light[1] * lift, lift * 0.6)
        light = light_fall(rng, SIZE) * np.float32(rng.uniform(1 - _LIGHT, 1 + _LIGHT))
        # Half precision: a collection holds many leaves, and a laptop may hold forty collections.
        self._parts = np.dstack([lit, mask, shade, light]).astype(np.float16)

    def photograph(self, place: str) -> Photo:
        """Photograph it on one of ``TABLES`` or in the ``GARDEN``: the same bytes on every run."""
        parts = self._parts.astype(np.float32)
        leaf, mask, shade, light = parts[..., :3], parts[..., 3], parts[..., 4], parts[..., 5]
        scene = background(generator(self.seed, place), SIZE, "soil" if place == GARDEN else "cloth")
        if place != GARDEN:
            scene *= colour(_CLOTH[place]) / _PLAIN
        dim(scene, shade)
        blend(scene, mask, leaf)
        dim(scene, light)
        return Photo(np.asarray(to_image(scene)), mask == 1, self.condition, place)
