"""Change a photo on purpose, to see what the model does: light, focus, background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BACKGROUNDS", "blur", "leaf_mask", "relight", "swap_background"]

#: What can be put behind a leaf: the name of each background and its colour (RGB) and unevenness (0..255).
BACKGROUNDS: dict[str, tuple[tuple[int, int, int], int]] = {
    "white": ((245, 245, 242), 0),
    "black": ((12, 12, 12), 0),
    "soil": ((112, 84, 60), 34),
    "grass": ((86, 122, 52), 44),
}


def relight(photo: Image.Image, factor: float) -> Image.Image:
    """Multiply the light by ``factor`` (1: as it is)."""
    return photo.point([min(255, round(value * factor)) for value in range(256)] * 3)


def blur(photo: Image.Image, radius: float) -> Image.Image:
    """Blur by a Gaussian of ``radius`` thousandths of the longer side (0: as it is)."""
    return photo.filter(ImageFilter.GaussianBlur(radius * max(photo.size) / 1000)) if radius > 0 else photo


def swap_background(photo: Image.Image, background: str) -> Image.Image:
    """Put the leaf on another background.

    Parameters
    ----------
    photo : PIL.Image.Image, mode RGB
    background : str
        One of ``BACKGROUNDS``.

    Returns
    -------
    PIL.Image.Image
        Where the leaf cannot be cut out (its own background is not plain), everything outside an oval in the middle of
        the picture is replaced instead.
    """
    colour, unevenness = BACKGROUNDS[background]
    mask = leaf_mask(np.asarray(photo.resize((192, 192), Image.Resampling.BILINEAR)))
    if mask is None:
        y, x = np.mgrid[-1:1:192j, -1:1:192j]
        mask = x**2 + y**2 < 0.8
    soft = Image.fromarray(np.asarray(mask, np.uint8) * 255).resize(photo.size, Image.Resampling.BICUBIC)
    rough = np.random.default_rng(0).normal(0, unevenness, (48, 48)) if unevenness else np.zeros((48, 48))
    grain = np.asarray(Image.fromarray(rough.astype(np.float32)).resize(photo.size, Image.Resampling.BICUBIC))
    behind = np.clip(np.array(colour) + grain[..., None], 0, 255).astype(np.uint8)
    return Image.composite(photo, Image.fromarray(behind), soft)


def leaf_mask(photo: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Cut a leaf from a plain background.

    Parameters
    ----------
    photo : ndarray of shape (H, W, 3), uint8

    Returns
    -------
    ndarray of shape (H, W), bool, or None
        True on the leaf; None where the border of the photo is not plain, or what is left does not look like one leaf.
    """
    from scipy import ndimage

    rgb = ndimage.gaussian_filter(photo.astype(np.float32), (1.5, 1.5, 0)) / 255
    total = rgb.sum(2, keepdims=True) + 0.15
    # Chromaticity hardly changes in a shadow; lightness is kept at a small weight for black and white backgrounds.
    feature = np.concatenate([rgb / total * 6, rgb.mean(2, keepdims=True)], axis=2)
    ring = np.concatenate([feature[:5].reshape(-1, 4), feature[-5:].reshape(-1, 4), feature[:, :5].reshape(-1, 4), feature[:, -5:].reshape(-1, 4)])
    centre = np.median(ring, axis=0)
    distance = np.linalg.norm((feature - centre) * (1, 1, 1, 0.6), axis=2)
    ring_distance = np.linalg.norm((ring - centre) * (1, 1, 1, 0.6), axis=1)
    if np.percentile(ring_distance, 60) > 0.16:
        return None
    mask = distance > max(0.16, 2.5 * float(np.percentile(ring_distance, 60)))
    mask = ndimage.binary_opening(mask, iterations=2)
    labels, count = ndimage.label(mask)
    if not count:
        return None
    mask = ndimage.binary_fill_holes(labels == 1 + np.argmax(ndimage.sum_labels(mask, labels, range(1, count + 1))))
    return mask if 0.06 < mask.mean() < 0.92 else None
