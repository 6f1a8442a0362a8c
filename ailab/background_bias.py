"""Can a model name the disease of a leaf without seeing the leaf? It can, where each condition was photographed on a table of its own.

After M. A. Noyan, "Uncovering bias in the PlantVillage dataset" (arXiv:2206.04374, 2022): with eight pixels of the background of each photo a
random forest named 49.0 % of the held-out photos right, in 38 classes, where guessing gives 2.6 %. Here the same is done with drawn leaves, whose
tables we chose on purpose, so that the effect can be switched on and off. scikit-learn is imported when a model learns, not before.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.samples.tables import GARDEN, SIZE, TABLES, DrawnLeaf, Photo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["CONDITIONS", "DOTS", "HELD_OUT", "TURNS", "VIEWS", "Collections", "ViewClassifier"]

#: What was photographed: by team 1 the first, by team 2 the second, by team 3 the third.
CONDITIONS = ("healthy", "leaf_miner", "rust")
#: Row and column of the eight pixels: corners, and middles of the edges.
DOTS = tuple(dot for dot in itertools.product((0, SIZE // 2, SIZE - 1), repeat=2) if dot != (SIZE // 2, SIZE // 2))
#: Leaves that a model is tested on and has not learned from, and how often that can be done with other ones.
HELD_OUT, TURNS = 36, 3

_LEAVES = 144
_LOTS = np.random.default_rng(0).integers(len(TABLES), size=_LEAVES)
_SHRUNK = 12  # pixels along each side
_SHADES = 6  # of each of red, green and blue


def _dots(photo: Photo) -> NDArray[Any]:
    """The eight pixels, as 24 numbers."""
    return photo.picture[tuple(zip(*DOTS, strict=True))].ravel()


def _whole(photo: Photo) -> NDArray[Any]:
    """The whole photo, shrunk to 12 x 12 pixels."""
    return np.asarray(Image.fromarray(photo.picture).resize((_SHRUNK, _SHRUNK), Image.Resampling.BOX)).ravel()


def _leaf(photo: Photo) -> NDArray[Any]:
    """How often each of 216 colours occurs on the leaf, and nothing from around it."""
    shades = photo.picture[photo.leaf].astype(np.intp) * _SHADES // 256
    return np.bincount(shades @ (_SHADES**2, _SHADES, 1), minlength=_SHADES**3) / len(shades)


#: What a model gets to see of a photo.
VIEWS: dict[str, Callable[[Photo], NDArray[Any]]] = {"dots": _dots, "whole": _whole, "leaf": _leaf}


class ViewClassifier:
    """A random forest, with the settings that scikit-learn gives it, that sees one view of each photo.

    Parameters
    ----------
    view : {'dots', 'whole', 'leaf'}
        Eight pixels of the background, the shrunk photo, or the colours of the cut-out leaf.
    seed : int, default=0
        The same seed and photos give the same forest.
    """

    def __init__(self, view: str, *, seed: int = 0) -> None:
        self.view = view
        self.seed = seed

    def fit(self, photos: Sequence[Photo]) -> ViewClassifier:
        """Learn from photos, whose conditions are known."""
        from sklearn.ensemble import RandomForestClassifier

        self._forest = RandomForestClassifier(random_state=self.seed).fit(self._seen(photos), [photo.condition for photo in photos])
        return self

    def predict(self, photos: Sequence[Photo]) -> list[str]:
        """Return a condition for each photo."""
        guessed: list[str] = self._forest.predict(self._seen(photos)).tolist()
        return guessed

    def _seen(self, photos: Sequence[Photo]) -> NDArray[Any]:
        return np.stack([VIEWS[self.view](photo) for photo in photos])


class Collections:
    """The same leaves, photographed in several ways; models learn from some of the leaves and are tested on the others.

    The way ``"own"``: each team has one condition, on its own table. ``"mixed"``: every leaf on a table drawn by lot.
    ``"moved"``: every leaf on the table of another team than in ``"own"``. ``"garden"``: every leaf on bare soil.
    Leaves are drawn, and models learn, when they are first asked for.

    Parameters
    ----------
    turn : int, default=0
        From 0 to ``TURNS`` - 1: which leaves are held out.
    like : Collections, optional
        Whose drawings are used again.
    """

    def __init__(self, turn: int = 0, *, like: Collections | None = None) -> None:
        self.turn = turn
        self._leaves: dict[int, DrawnLeaf] = like._leaves if like else {}  # noqa: SLF001 - one of us
        self._models: dict[tuple[str, str], ViewClassifier] = {}
        self._counts: dict[tuple[str, str, str], int] = {}

    def draw(self, progress: Callable[[int, int], Any] | None = None) -> None:
        """Draw all the leaves.

        Parameters
        ----------
        progress : callable, optional
            Called after each leaf with how many there are, and how many there will be.
        """
        for at in range(_LEAVES):
            self._leaf(at)
            if progress is not None:
                progress(at + 1, _LEAVES)

    def photo(self, at: int, way: str) -> Photo:
        """Return the photo of one leaf.

        Parameters
        ----------
        at : int
            Number of the leaf. Leaf 0 is of the first condition, leaf 1 of the second, and so on in turn.
        way : str
            ``"own"``, ``"mixed"``, ``"moved"`` or ``"garden"``; or the name of one of the ``TABLES``.
        """
        return self._leaf(at).photograph(_place(at, way))

    def training(self, way: str) -> list[Photo]:
        """Return the photos to learn from."""
        return [self.photo(at, way) for at in range(_LEAVES) if at not in self.held_numbers]

    def held_out(self, way: str) -> list[Photo]:
        """Return the photos of the leaves that no model of this turn has learned from."""
        return [self.photo(at, way) for at in self.held_numbers]

    @property
    def held_numbers(self) -> range:
        """Numbers of the leaves that are held out; the first turn takes the last ones."""
        end = _LEAVES - self.turn * HELD_OUT
        return range(end - HELD_OUT, end)

    def model(self, view: str, way: str) -> ViewClassifier:
        """Return the model that sees one view and has learned from one collection."""
        if (view, way) not in self._models:
            self._models[view, way] = ViewClassifier(view).fit(self.training(way))
        return self._models[view, way]

    def count_right(self, view: str, way: str, tested: str) -> int:
        """Count the held-out leaves that a model names right: it learned from the collection ``way`` and is asked about the photos of ``tested``."""
        if (view, way, tested) not in self._counts:
            photos = self.held_out(tested)
            guessed = self.model(view, way).predict(photos)
            self._counts[view, way, tested] = sum(name == photo.condition for name, photo in zip(guessed, photos, strict=True))
        return self._counts[view, way, tested]

    def _leaf(self, at: int) -> DrawnLeaf:
        if at not in self._leaves:
            self._leaves[at] = DrawnLeaf(CONDITIONS[at % len(CONDITIONS)], at)
        return self._leaves[at]


def _place(at: int, way: str) -> str:
    """Where a leaf lies in a collection."""
    if way in {GARDEN, *TABLES}:
        return way
    if way == "mixed":
        return TABLES[_LOTS[at]]
    further = {"own": 0, "moved": 1 + at // len(TABLES) % 2}[way]
    return TABLES[(at + further) % len(TABLES)]
