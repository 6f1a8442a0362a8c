"""The pencil box of the lesions: where they may lie, one lesion, many tiny ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ailab.samples._fields import Field, blend, colour, smoothstep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.samples._leaves import Leaf

Place = tuple[float, float]


@dataclass(frozen=True)
class Ring:
    """One colour of a lesion, out to ``radius`` (1 is the lesion's size)."""

    radius: float
    code: str
    opacity: float = 1.0
    soft: float = 0.12


def places(leaf: Leaf, count: int, *, s: Place = (0.1, 0.9), v: Place = (0.08, 0.85), gap: float = 0.0) -> list[Place]:
    """Up to ``count`` random places (s, t) on the part of the leaf that the picture shows, ``gap`` picture widths apart."""
    rng = leaf.rng
    found: list[Place] = []
    pixels: list[Place] = []
    widest = max(leaf.half_width(x) for x in np.linspace(*s, 20))
    for _ in range(count * 40):
        if len(found) == count:
            break
        at, across, side, luck = rng.uniform(*s), rng.uniform(*v), 1 if rng.random() < 0.5 else -1, rng.random()
        width = leaf.half_width(at)
        place = (at, side * across * width)
        x, y = leaf.to_xy(*place)
        seen = 0.03 * leaf.n < min(x, y) and max(x, y) < 0.97 * leaf.n
        if not seen or luck * widest > width or (gap and any(math.hypot(x - a, y - b) < gap * leaf.n for a, b in pixels)):
            continue
        if v[1] < 0.95 and leaf.edge[int(y), int(x)] < 0:  # between two lobes
            continue
        found.append(place)
        pixels.append((x, y))
    return found


def stamp(
    leaf: Leaf,
    place: Place,
    size: tuple[float, float],
    rings: Sequence[Ring],
    *,
    form: str = "ellipse",
    turn: float = 0.0,
    rough: float = 0.12,
    parts: int = 1,
    raised: float = 0.0,
) -> None:
    """Draw one lesion.

    Parameters
    ----------
    leaf : Leaf
    place : tuple of float
        ``(s, t)``.
    size : tuple of float
        Half length along the midrib and half breadth across it, shares of the picture's width.
    rings : sequence of Ring
        From the outermost to the innermost.
    form : {'ellipse', 'spindle', 'cigar', 'box', 'angular'}
    turn : float, default=0
        Angle to the midrib, in radians.
    rough : float, default=0.12
        How uneven the border is.
    parts : int, default=1
        Patches that run together.
    raised : float, default=0
        Height of the lesion: light on one side and shade on the other.
    """
    rng, n = leaf.rng, leaf.n
    x, y = leaf.to_xy(*place)
    long, broad = size[0] * n, size[1] * n
    reach = max(long, broad) * max(ring.radius + ring.soft for ring in rings) * (1.05 + 1.5 * rough + 0.55 * (parts > 1))
    left, right = max(int(x - reach), leaf.bounds[0]), min(int(x + reach + 2), leaf.bounds[2])
    top, bottom = max(int(y - reach), leaf.bounds[1]), min(int(y + reach + 2), leaf.bounds[3])
    if left >= right or top >= bottom:
        return
    window = np.s_[top:bottom, left:right]
    dx = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(x)
    dy = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y)
    angle = leaf.axis(place[0]) + turn
    a = (dx * np.cos(angle) + dy * np.sin(angle)) / np.float32(long)
    b = (dy * np.cos(angle) - dx * np.sin(angle)) / np.float32(broad)
    d = _distance(a, b, form, rng)
    for _ in range(parts - 1):
        away, move, part = rng.uniform(0.5, 0.85), rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 0.85)
        d = np.minimum(d, _distance((a - away * np.cos(move)) / part, (b - away * np.sin(move)) / part, form, rng))
    d = np.asarray(d * (1 + np.float32(rough) * leaf.grain[window]), dtype=np.float32)
    pixel = 1.2 / min(long, broad)
    texture = 1 + np.float32(0.06) * leaf.fine[window]
    for ring in rings:
        half = max(ring.soft, pixel) / 2
        alpha = np.float32(ring.opacity) * (1 - smoothstep(d, ring.radius - half, ring.radius + half))
        blend(leaf.rgb[window], alpha, colour(ring.code), texture)
    body = 1 - smoothstep(d, 0.7, 1.1)
    leaf.gloss[window] *= 1 - 0.85 * body
    if raised:
        leaf.shade[window] += np.float32(raised) * body * np.clip(-(dx * leaf.light[0] + dy * leaf.light[1]) / np.float32(max(long, broad)), -1, 1)


def _distance(a: Field, b: Field, form: str, rng: np.random.Generator) -> Field:
    if form == "spindle":
        return np.asarray(a * a + np.abs(b), dtype=np.float32)
    if form == "cigar":
        return np.asarray(a**4 + np.abs(b) ** 1.4, dtype=np.float32)
    if form == "box":
        return np.maximum(np.abs(a), np.abs(b))
    if form == "angular":
        corners = rng.uniform(0, 2 * np.pi) + np.arange(5) * 2 * np.pi / 5 + rng.uniform(-0.35, 0.35, 5)
        sides = [(a * np.cos(c) + b * np.sin(c)) / rng.uniform(0.65, 1.0) for c in corners]
        return np.asarray(np.maximum.reduce(sides), dtype=np.float32)
    return np.asarray(np.hypot(a, b), dtype=np.float32)


def speckle(leaf: Leaf, spots: Sequence[Place], size: tuple[float, float], *, spread: float = 0.35, blur: float = 0.5) -> Field:
    """Coverage (0 to 1) by many small ovals that lie along the midrib; sizes are shares of the picture's width."""
    n = 2 * leaf.n
    image = Image.new("L", (n, n))
    draw = ImageDraw.Draw(image)
    ring = [(size[0] * n * math.cos(k * math.pi / 4), size[1] * n * math.sin(k * math.pi / 4)) for k in range(8)]
    for place in spots:
        x, y = leaf.to_xy(*place)
        scale, angle = leaf.rng.uniform(1 - spread, 1 + spread), leaf.axis(place[0])
        cos, sin = scale * math.cos(angle), scale * math.sin(angle)
        draw.polygon([(2 * x + a * cos - b * sin, 2 * y + a * sin + b * cos) for a, b in ring], fill=255)
    image = image.reduce(2).filter(ImageFilter.GaussianBlur(blur * size[1] * leaf.n))
    return np.asarray(image, dtype=np.float32) / np.float32(255)
