"""Arithmetic on square pictures: noise, soft steps, backgrounds, and putting a leaf on a background."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Field: TypeAlias = NDArray[np.float32]


def colour(code: str) -> Field:
    """``'#rrggbb'`` as three numbers from 0 to 1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)


def smoothstep(x: NDArray[np.floating[Any]], low: float, high: float) -> Field:
    """0 below ``low``, 1 above ``high``, smooth between."""
    u = np.clip((x - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(u * u * (3 - 2 * u), dtype=np.float32)


def noise(rng: np.random.Generator, n: int, cells: int, octaves: int = 1) -> Field:
    """Smooth noise around 0, shape (n, n); the same pattern at every ``n``."""
    total = np.zeros((n, n), dtype=np.float32)
    for octave in range(octaves):
        k = cells * 2**octave
        grid = Image.fromarray(rng.standard_normal((k + 2, k + 2), dtype=np.float32))
        total += np.asarray(grid.resize((n, n), Image.Resampling.BICUBIC, box=(1, 1, k + 1, k + 1))) / np.float32(2**octave)
    return total


def tinted(level: Field, to: Field) -> Field:
    """Return a colour at every brightness of ``level``, shape (n, n, 3)."""
    # Channel by channel: numpy is several times slower when it broadcasts over a last axis of 3.
    return np.stack([level * part for part in to], axis=-1).astype(np.float32, copy=False)


def blend(rgb: Field, alpha: Field, to: Field, texture: Field | None = None) -> None:
    """Lay a colour, or a picture of the same size, over ``rgb`` in place, as far as ``alpha`` says."""
    for channel in range(3):
        below, above = rgb[..., channel], to[..., channel]
        if texture is not None:
            above = above * texture
        below += alpha * (above - below)


def dim(rgb: Field, level: Field) -> None:
    """Multiply every channel of ``rgb`` in place."""
    for channel in range(3):
        rgb[..., channel] *= level


def grid(n: int) -> tuple[Field, Field]:
    """Column and row of every pixel centre, from -0.5 to 0.5."""
    line = ((np.arange(n, dtype=np.float32) + np.float32(0.5)) / n - np.float32(0.5)).astype(np.float32)
    return np.broadcast_to(line[None, :], (n, n)), np.broadcast_to(line[:, None], (n, n))


def background(rng: np.random.Generator, n: int, kind: str) -> Field:
    """Plain paper, cloth, soil or boards, shape (n, n, 3)."""
    x, y = grid(n)
    tint = rng.uniform(-0.02, 0.02, 3).astype(np.float32)
    if kind == "paper":
        level = 1 + 0.012 * noise(rng, n, 90) + 0.015 * noise(rng, n, 3)
        base = colour("#e9e6dd")
    elif kind == "cloth":
        weave = 0.5 * np.sin(x * 480 + 0.3 * noise(rng, n, 6)) + 0.5 * np.sin(y * 480 + 0.3 * noise(rng, n, 6))
        level = 1 + 0.05 * weave + 0.05 * noise(rng, n, 3, 2)
        base = colour("#9b9c9a") - tint / np.float32(2)
    elif kind == "soil":
        clods = noise(rng, n, 14, 4)
        level = 0.95 + 0.16 * clods + 0.10 * (clods - np.roll(clods, (3, 3), (0, 1)))
        base = colour("#7b5d43")
    else:
        plank = np.floor(y * 4 + 0.5)
        grain = np.sin((y * 150 + 5 * noise(rng, n, 4) + 40 * plank).astype(np.float32))
        seam = np.abs(y * 4 + 0.5 - np.round(y * 4 + 0.5))
        level = (0.97 + 0.05 * grain + 0.04 * np.sin(plank * 2.3)) * (0.6 + 0.4 * smoothstep(seam, 0.0, 0.03))
        base = colour("#b08d63")
    return tinted(np.asarray(level, dtype=np.float32), base + tint)


def light_fall(rng: np.random.Generator, n: int) -> Field:
    """Brightness over the picture, from a lamp or a window to one side, shape (n, n)."""
    x, y = grid(n)
    angle = rng.uniform(0, 2 * np.pi)
    return np.asarray(1 + rng.uniform(0.05, 0.16) * (x * math.cos(angle) + y * math.sin(angle)), dtype=np.float32)


def shadow(mask: Field, dx: float, dy: float, blur: float) -> Field:
    """Soft shadow of a mask; shifts and blur are shares of the width."""
    n = mask.shape[0]
    image = Image.fromarray((mask * 255).astype(np.uint8))
    image = image.transform((n, n), Image.Transform.AFFINE, (1, 0, -dx * n, 0, 1, -dy * n), Image.Resampling.BILINEAR)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(blur * n)), dtype=np.float32) / np.float32(255)


def to_image(rgb: Field) -> Image.Image:
    """Numbers from 0 to 1 as an RGB picture."""
    return Image.fromarray((np.clip(rgb, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8))
