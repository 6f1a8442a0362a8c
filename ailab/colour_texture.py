"""Colours and textures of a photo, counted: what a network that was trained for something else does not look at.

Each place of the picture gets a number for its colour and for the pattern of light and dark around it (rotation invariant local binary
patterns, Ojala et al. 2002); a photo is how often each number occurs. Square roots of the shares make the difference between two photos that of
Hellinger, in which rare colours count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["N_COLOURS", "CodeMap", "code_maps", "histograms"]

_SHADES = 24
#: Of the numbers of :func:`histograms` those that stand for colours; the others stand for textures.
N_COLOURS = 512 + 3 * _SHADES
_NOISE = 3  # grey levels by which a neighbour has to be lighter
_NEIGHBOURS = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))  # once around


def _rotations() -> NDArray[np.uint8]:
    """The number of each pattern of eight bits, the same for all that a turn makes equal: 36 numbers."""
    least = [min(((bits >> k) | (bits << (8 - k))) & 255 for k in range(8)) for bits in range(256)]
    return np.searchsorted(sorted(set(least)), least).astype(np.uint8)


_PATTERN = _rotations()


class CodeMap(NamedTuple):
    """A number below ``n_codes`` for each place of a picture, (h, w)."""

    codes: NDArray[np.integer[Any]]
    n_codes: int


def code_maps(pixels: NDArray[np.uint8]) -> list[CodeMap]:
    """Colours and patterns of an RGB picture of shape (h, w, 3), h and w multiples of four, in a fixed order."""
    red, green, blue = (np.ascontiguousarray(pixels[..., i]).astype(np.int16) for i in range(3))
    total = red + green + blue + 1
    maps = [CodeMap(red >> 5 << 6 | green >> 5 << 3 | blue >> 5, 512)]
    maps += [CodeMap(np.minimum(channel * (_SHADES / 0.8) / total, _SHADES - 1).astype(np.int16), _SHADES) for channel in (red, green)]
    maps.append(CodeMap((total * (_SHADES / 766.001)).astype(np.int16), _SHADES))
    light, contrast = total // 3, red - green
    for _scale in range(3):
        maps += [CodeMap(_patterns(channel), int(_PATTERN.max()) + 1) for channel in (light, contrast)]
        light, contrast = (_halved(channel) for channel in (light, contrast))
    return maps


def _halved(channel: NDArray[np.int16]) -> NDArray[np.int16]:
    return (channel[::2, ::2] + channel[1::2, ::2] + channel[::2, 1::2] + channel[1::2, 1::2]) >> 2


def _patterns(grey: NDArray[np.int16]) -> NDArray[np.uint8]:
    height, width = grey.shape[0] - 2, grey.shape[1] - 2
    limit = grey[1:-1, 1:-1] + _NOISE
    bits = np.zeros((height, width), np.uint8)
    for k, (y, x) in enumerate(_NEIGHBOURS):
        bits |= (grey[y : y + height, x : x + width] > limit).astype(np.uint8) << k
    return _PATTERN[bits]


def histograms(maps: list[CodeMap]) -> NDArray[np.float32]:
    """How often each number occurs: square roots of shares, one map after the other."""
    return np.concatenate([np.sqrt(np.bincount(codes.ravel(), minlength=n) / codes.size) for codes, n in maps]).astype(np.float32)
