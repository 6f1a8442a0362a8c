"""What can be seen in a photo, as numbers: the ground on which a person teaches a machine something of their own.

Four parts: two feature maps of the bundled network, averaged over the picture; colours; textures. The network alone does not do: it has learned
to tell leaf diseases apart in any light, and of other things it sees too little (``benchmarks/teach.py`` measures it). Each photo is looked at
several times, in another light and a little nearer, so that what is learned from it holds for the next photo, too.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from PIL import Image, ImageOps

from ailab.colour_texture import N_COLOURS, code_maps, histograms
from ailab.errors import PhotoError
from ailab.estimator import Estimator
from ailab.i18n import gettext as _
from ailab.images import open_photo
from ailab.vision import BUNDLED, OTHER_THINGS, WORKING_SIDE, shared_backbone, verified_file

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from ailab.images import PhotoSource
    from ailab.vision import Backbone

__all__ = ["Look", "PhotoFeatures", "forget", "look_at", "near_duplicates", "other_things"]

_KEPT_SIDE = 240  # pixels; of the small photo that travels with a model
#: Photos of which is remembered what was seen in them.
REMEMBERED = 500
# Correlation of the edges from which on two photos count as the same: all copies (smaller, other light, saved again) of real photos were found and
# every third one that was taken again with the camera moved a little; of 10,000 pairs of different photos of one class none was called the same.
_ALIKE = 0.9
#: Gain of red, green and blue, contrast; left and upper edge and side of the part that is seen, as shares.
_OTHER_VIEWS = (
    (0.72, 0.66, 0.58, 1.1, 0.0, 0.1, 0.88),
    (1.15, 1.22, 1.32, 0.9, 0.14, 0.0, 0.84),
    (0.92, 0.84, 0.74, 0.8, 0.1, 0.14, 0.8),
)
_VIEW = (160, 160)
_seen: OrderedDict[tuple[str, str], Look] = OrderedDict()


class Look(NamedTuple):
    """What one photo gives.

    ``features`` (n_views, d): of the photo as it is, then in other lights; ``parts``: how many of the d belong together; a small ``jpeg``; its
    ``edges`` (2 · 3 · 12 · 11,) to compare.
    """

    features: NDArray[np.float32]
    parts: tuple[int, ...]
    jpeg: bytes
    edges: NDArray[np.float32]


def look_at(images: Iterable[PhotoSource], backbone: Backbone, progress: Callable[[int, int], Any] | None = None) -> list[Look]:
    """Look at photos; what was looked at before is remembered.

    Parameters
    ----------
    images : iterable of path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
    backbone : Backbone
    progress : callable, optional
        Called as ``progress(done, total)`` after each photo; what it raises ends the work.

    Raises
    ------
    PhotoError
        If a photo cannot be opened; its message says which.
    """
    images = list(images)
    found = []
    for i, image in enumerate(images):
        try:
            key = (str(backbone.folder), _digest(image))
            look = _seen.pop(key, None)  # taken out and put back: teaching and testing may go on in two threads
            if look is None:
                look = _look(open_photo(image, max_side=WORKING_SIDE), backbone)
        except PhotoError as error:
            message = _("Photo %(number)d of %(total)d: %(problem)s")
            raise PhotoError(message % {"number": i + 1, "total": len(images), "problem": error}, code=error.code) from error
        _seen[key] = look
        if len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
        found.append(look)
        if progress:
            progress(i + 1, len(images))
    return found


def forget() -> None:
    """Let go of everything that is remembered of photos, their small copies too."""
    _seen.clear()


def _look(photo: Image.Image, backbone: Backbone) -> Look:
    views = [view.resize((backbone.size, backbone.size), Image.Resampling.BILINEAR) for view in _views(photo)]
    seen = backbone.features(np.stack([backbone.prepare(view) for view in views]))
    counted = np.stack([histograms(code_maps(np.asarray(view))) for view in views])
    parts = [*(maps.mean((2, 3)) for maps in seen), *np.split(counted, [N_COLOURS], 1)]
    buffer = io.BytesIO()
    small = ImageOps.contain(photo, (_KEPT_SIDE, _KEPT_SIDE)) if max(photo.size) > _KEPT_SIDE else photo
    small.save(buffer, "JPEG", quality=85)
    grid = np.asarray(photo.resize((12, 12), Image.Resampling.BOX), np.float32)
    edges = np.concatenate([np.diff(grid, axis=axis).ravel() for axis in (0, 1)])
    features = np.concatenate(parts, 1).astype(np.float32)
    return Look(features, tuple(part.shape[1] for part in parts), buffer.getvalue(), edges / (np.linalg.norm(edges) + 1e-6))


def _views(photo: Image.Image) -> Iterator[Image.Image]:
    """The photo, and the same by other light and from a little nearer, every second one mirrored."""
    yield photo
    for i, (red, green, blue, contrast, left, top, side) in enumerate(_OTHER_VIEWS):
        width, height = photo.size
        box = (left * width, top * height, (left + side) * width, (top + side) * height)
        nearer = np.asarray(photo.resize(_VIEW, Image.Resampling.BILINEAR, box), np.float32) * (red, green, blue)
        nearer = (nearer - nearer.mean()) * contrast + nearer.mean()
        yield Image.fromarray(nearer[:, :: 1 if i % 2 else -1].clip(0, 255).astype(np.uint8))


def _digest(image: PhotoSource) -> str:
    if isinstance(image, (bytes, bytearray, memoryview)):
        data = bytes(image)
    elif isinstance(image, np.ndarray):
        data = f"{image.dtype}{image.shape}".encode() + image.tobytes()
    else:
        photo = open_photo(image, max_side=WORKING_SIDE)  # a file may change under its name; a palette is not in the bytes of a PIL image
        data = f"{photo.size}".encode() + photo.tobytes()
    return hashlib.sha256(data).hexdigest()


def near_duplicates(looks: Sequence[Look]) -> list[tuple[int, int]]:
    """Pairs (i, j), i < j, of photos that show the same, scaled or in a slightly other light."""
    if not looks:
        return []
    edges = np.stack([look.edges for look in looks])
    alike = np.triu(edges @ edges.T > _ALIKE, 1)
    return [(int(i), int(j)) for i, j in np.argwhere(alike)]


@functools.lru_cache(maxsize=4)
def other_things(folder: str) -> NDArray[np.float32]:
    """Features (n, d) of photos of many things, from the folder of a network; n is 0 where there are none."""
    if not (Path(folder) / OTHER_THINGS).exists():
        return np.empty((0, 0), np.float32)
    from safetensors.numpy import load

    return load(verified_file(folder, OTHER_THINGS))["features"].astype(np.float32)


class PhotoFeatures(Estimator):
    """Photos to rows of numbers, for a Pipeline of scikit-learn.

    Parameters
    ----------
    model : path, optional
        Folder of another model that was made by ``python -m ailab.training.crops``. Default: the bundled one.

    Examples
    --------
    >>> from ailab import samples
    >>> from ailab.photo_features import PhotoFeatures
    >>> PhotoFeatures().fit_transform([samples.draw_leaf("coffee", "rust")]).shape
    (1, 1208)
    """

    def __init__(self, model: str | os.PathLike[str] | None = None) -> None:
        self.model = model

    def fit(self, images: Iterable[PhotoSource], labels: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Nothing is learned here; returns self."""
        return self

    def transform(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """Features of photos, shape (n_images, n_features), float32.

        Raises
        ------
        PhotoError
            If a photo cannot be opened.
        """
        looks = look_at(images, shared_backbone(str(self.model or BUNDLED)))
        return np.stack([look.features[0] for look in looks])

    def fit_transform(self, images: Iterable[PhotoSource], labels: Any = None) -> NDArray[np.float32]:
        """The same as :meth:`transform`."""
        return self.fit(images, labels).transform(images)

    def __sklearn_is_fitted__(self) -> bool:
        return True
