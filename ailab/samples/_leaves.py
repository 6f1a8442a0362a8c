"""The healthy leaf: outline, veins, colour and light.

A pixel is described by where it lies on the leaf: ``s`` runs along the midrib from base (0) to tip (1), ``t`` across it
in the same unit, ``v`` across it from margin (-1) to margin (1).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, replace

import numpy as np

from ailab.samples._fields import Field, blend, colour, grid, noise, smoothstep, tinted

_STEPS = 4096
_LOW = -0.3  # s of the end of the stalk


@dataclass(frozen=True)
class Shape:
    """How the leaf of a crop is built; lengths are shares of the leaf's length unless said otherwise."""

    length: float  # share of the picture's width
    half_width: float
    tip_at: float  # distance of the tip from the picture's centre, share of the picture's width
    veins: int  # side veins on each side (pinnate), or lines across (parallel)
    green: str
    slope: float = 0.5  # how far a side vein runs forward
    curve: float = 0.5  # how it bends further forward
    base: float = 0.6  # exponents of the outline: below 1 is round, above 1 is drawn out
    tip: float = 0.9
    lobe: float = 0.0  # depth of the lobes between side veins
    teeth: float = 0.0
    wave: float = 0.0  # wavy margin
    tail: float = 0.0  # drip tip
    stalk: float = 0.012
    wing: float = 0.0  # winged stalk (citrus)
    gloss: float = 0.1
    fold: float = 0.10  # difference of light between the two halves
    quilt: float = 0.10  # how the blade bulges between veins
    parallel: bool = False
    cup: float = 0.0  # margins rolled up
    offset: float = 0.0  # of the midrib from the picture's centre, share of the picture's width
    cuts: tuple[tuple[float, float, float, float], ...] = ()  # side, s, depth, breadth


SHAPES = {
    "rice": Shape(1.55, 0.075, 0.56, 13, "#66903f", base=0.02, tip=0.62, parallel=True, stalk=0, gloss=0.06, quilt=0.05, fold=0.12),
    "maize": Shape(2.0, 0.135, 0.78, 23, "#55833c", base=0.05, tip=0.75, parallel=True, stalk=0, gloss=0.07, quilt=0.05, fold=0.12, wave=0.02),
    "banana": Shape(2.3, 0.20, 1.1, 60, "#62934a", slope=0.12, curve=0.5, base=0.1, tip=0.3, stalk=0, gloss=0.10, quilt=0.06, wave=0.012, offset=0.09),
    "coffee": Shape(0.92, 0.24, 0.48, 9, "#38633a", slope=0.55, curve=1.0, base=0.85, tip=1.0, wave=0.035, tail=0.016, gloss=0.34, quilt=0.14),
    "citrus": Shape(0.80, 0.255, 0.47, 11, "#44703a", slope=0.55, curve=0.6, base=0.75, tip=0.75, wing=0.055, gloss=0.22, quilt=0.05, teeth=0.012),
    "potato": Shape(0.84, 0.32, 0.45, 7, "#55803f", slope=0.5, curve=0.9, base=0.5, tip=0.85, gloss=0.05, quilt=0.14, wave=0.012),
    "tomato": Shape(0.86, 0.35, 0.46, 5, "#527c42", slope=0.5, curve=0.3, base=0.5, tip=0.85, lobe=0.3, teeth=0.045, gloss=0.05, quilt=0.14),
}


def generator(seed: int, *words: str) -> np.random.Generator:
    """Random numbers that depend on the seed and the words, and on nothing else."""
    return np.random.default_rng([seed, *(zlib.crc32(word.encode()) for word in words)])


def shape_of(crop: str, condition: str, seed: int) -> Shape:
    """Outline of this plant's leaf; some diseases change it."""
    rng = generator(seed, crop, "shape")
    shape = SHAPES[crop]
    shape = replace(
        shape,
        length=shape.length * rng.uniform(0.95, 1.04),
        half_width=shape.half_width * rng.uniform(0.9, 1.1),
        offset=shape.offset * float(rng.choice([-1, 1])) * rng.uniform(0.7, 1.3),
        veins=shape.veins + int(rng.integers(0, 2)),
    )
    if crop == "banana":  # wind tears the blade along its side veins
        tears = [(float(rng.choice([-1, 1])), rng.uniform(0.38, 0.68), rng.uniform(0.3, 0.75), rng.uniform(0.003, 0.009)) for _ in range(rng.integers(1, 4))]
        shape = replace(shape, cuts=tuple(tears))
    sick = generator(seed, crop, condition, "shape")
    if condition == "yellow_leaf_curl_virus":
        shape = replace(
            shape, length=shape.length * 0.78, half_width=shape.half_width * 0.86, tip_at=shape.tip_at * 0.82, cup=1.0, lobe=0.10, teeth=0.02, quilt=0.34
        )
    elif condition == "mosaic_virus":
        shape = replace(shape, half_width=shape.half_width * 0.72, lobe=0.4, quilt=0.3, wave=0.05)
    elif condition == "phoma":
        cuts = ((float(sick.choice([-1, 1])), sick.uniform(0.5, 0.7), sick.uniform(0.25, 0.4), 0.07),)
        shape = replace(shape, cuts=cuts, wave=0.06)
    elif condition == "greening":
        shape = replace(shape, half_width=shape.half_width * 0.9)
    return shape


class Leaf:
    """One leaf in one pose, as arrays of shape (n, n); lesions change ``rgb``, ``shade`` and ``gloss``.

    Parameters
    ----------
    crop, condition : str
    seed : int
    n : int
        Pixels along each side.
    """

    def __init__(self, crop: str, condition: str, seed: int, n: int) -> None:
        self.n = n
        self.shape = shape_of(crop, condition, seed)
        self._rng = generator(seed, crop, "leaf")
        self.rng = generator(seed, crop, condition)
        self._pose()
        self._outline()
        self.grain = noise(self._rng, n, 24, 3)
        self.fine = noise(self._rng, n, 150)
        self._light = self._rng.uniform(0, 2 * np.pi)
        self.light = (float(np.cos(self._light)), float(np.sin(self._light)))
        self._veins()
        self._paint()

    def to_xy(self, s: float, t: float) -> tuple[float, float]:
        """Place on the leaf to pixel column and row."""
        a = (s - 1) * self.shape.length + self._tip_at
        b = (t + self._bend * (2 * s - 1) ** 2) * self.shape.length + self.shape.offset
        x, y = a * self._cos - b * self._sin, a * self._sin + b * self._cos
        return (x + 0.5) * self.n, (y + 0.5) * self.n

    def axis(self, s: float) -> float:
        """Direction of the midrib at ``s`` in the picture, in radians."""
        return self._angle + math.atan(4 * self._bend * (2 * s - 1))

    def half_width(self, s: float) -> float:
        """Distance from midrib to margin at ``s``, without lobes, as a share of the leaf's length."""
        return float(self._table[round(min(max((s - _LOW) / (1 - _LOW), 0), 1) * _STEPS)])

    def _pose(self) -> None:
        rng, shape = self._rng, self.shape
        steep = rng.uniform(0.5, 1.1) if shape.length > 1 else rng.uniform(-0.6, 0.6) + rng.choice([0.0, np.pi / 2])
        self._angle = float(-steep + rng.choice([0.0, np.pi]) * (shape.length > 1))
        self._cos, self._sin = float(np.cos(self._angle)), float(np.sin(self._angle))
        self._bend = float(rng.uniform(-0.035, 0.035))
        self._tip_at = shape.tip_at + float(rng.uniform(-0.02, 0.02))
        x, y = grid(self.n)
        a = x * self._cos + y * self._sin
        b = y * self._cos - x * self._sin
        self.s = (a - self._tip_at) / shape.length + 1
        self.t = (b - shape.offset) / shape.length - self._bend * (2 * self.s - 1) ** 2

    def _profile(self) -> Field:
        shape = self.shape
        s = np.linspace(_LOW, 1, _STEPS + 1)
        end = 0.93 if shape.tail else 1.0
        inside = np.clip(s / end, 0, 1)
        peak = shape.base / (shape.base + shape.tip)
        top = peak**shape.base * (1 - peak) ** shape.tip
        width = shape.half_width * inside**shape.base * (1 - inside) ** shape.tip / top
        if shape.tail:
            width = np.maximum(width, np.where(s > 0.6, shape.tail * np.sqrt(np.clip((1 - s) / 0.15, 0, 1)), 0))
        if shape.wing:
            along = np.clip((s + 0.17) / 0.165, 0, 1)
            width = np.maximum(width, np.where(s < 0, shape.wing * along**0.9 * np.clip((1 - along) * 9, 0, 1) ** 0.5, 0))
        stalk = np.where((s < 0.03) & (s > (_LOW if shape.wing else -0.16)), shape.stalk, 0)
        return np.asarray(np.maximum(width, stalk), dtype=np.float32)

    def _outline(self) -> None:
        shape, side = self.shape, np.where(self.t < 0, np.float32(0.31), np.float32(0))
        self._table = self._profile()
        index = np.clip((self.s - _LOW) * (_STEPS / (1 - _LOW)), 0, _STEPS).astype(np.int32)
        width = self._table[index]
        away = np.abs(self.t)
        root = self.s - shape.slope * away - shape.curve * away * away  # where on the midrib this side vein began
        self.phase = (shape.veins * root + side).astype(np.float32)
        blade = smoothstep(self.s, 0.0, 0.05)
        factor = np.float32(1) + shape.wave * np.sin(self.phase * 2.6 + 8 * side) * blade
        if shape.lobe:
            ripple = 0.5 + 0.5 * np.cos(2 * np.pi * self.phase)
            factor -= shape.lobe * (1 - ripple) ** 1.2 * blade * (1 - smoothstep(root, 0.55, 0.85))
        if shape.teeth:
            factor += shape.teeth * np.cos(2 * np.pi * self.phase * (3 if shape.lobe else 4)) * blade
        for where, at, depth, breadth in shape.cuts:
            factor -= np.where(np.sign(self.t) == where, depth * np.exp(-(np.abs((root - at) / breadth) ** 1.5)), 0).astype(np.float32)
        inner = width * np.maximum(factor, 0.02) - away
        steep = np.gradient(inner)
        reach = np.maximum(np.hypot(steep[0], steep[1]) * self.n * shape.length, 0.4)
        self.edge = np.asarray(inner * shape.length / reach, dtype=np.float32)  # distance to the margin, share of the picture
        self.mask = np.asarray(np.clip(0.5 + self.edge * self.n, 0, 1) * ((self.s < 1) & (width > 0)), dtype=np.float32)
        rows, columns = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        #: Left, top, right, bottom of the leaf in pixels.
        self.bounds = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
        self.v = np.asarray(self.t / np.maximum(width, 1e-4), dtype=np.float32)

    def _veins(self) -> None:
        shape, v = self.shape, np.abs(self.v)
        away = np.abs(self.t)
        thick = 0.011 if not shape.parallel else 0.09 * shape.half_width
        thick = 0.018 if shape.veins > 40 else thick
        self.midrib = 1 - smoothstep(away / np.maximum(1.15 - self.s, 0.2), thick * 0.55, thick * 1.1)
        if shape.parallel:
            wave = np.cos(self.v * np.float32(np.pi * shape.veins))
            self.vein = smoothstep(wave, 0.2, 1.0) * 0.55
            self.relief = -np.sin(self.v * np.float32(np.pi * shape.veins))
        else:
            turn = self.phase - np.round(self.phase)
            line = np.abs(turn) / np.float32(shape.veins)
            breadth = (0.0072 if shape.veins < 40 else 0.004) * (1 - 0.65 * np.minimum(v, 1))
            self.vein = (1 - smoothstep(line / breadth, 0.25, 1.0)) * (1 - smoothstep(v, 0.8, 1.0)) * (0.8 if shape.veins < 40 else 0.45)
            self.relief = np.sin(2 * np.pi * turn)
            if shape.veins < 40:
                net = np.abs(noise(self._rng, self.n, 26))
                self.vein = np.maximum(self.vein, 0.28 * (1 - smoothstep(net, 0.0, 0.11)))
        self.vein = np.asarray(np.where(self.s > 0, self.vein, 0), dtype=np.float32)

    def _paint(self) -> None:
        shape, rng = self.shape, self._rng
        green = colour(shape.green) * rng.uniform(0.92, 1.1) + rng.uniform(-0.025, 0.025, 3).astype(np.float32)
        tone = 1 + 0.05 * self.grain + 0.03 * self.fine + 0.10 * (self.s - 0.5)
        self.rgb = tinted(np.asarray(tone, dtype=np.float32), green)
        pale = green * 0.45 + colour("#d8e6a8") * 0.55
        blend(self.rgb, np.maximum(self.vein * np.float32(0.55), self.midrib * np.float32(0.8)), pale)
        side = np.clip(self.v * 5, -1, 1)
        across = float(np.sin(self._light - self._angle))
        along = float(np.cos(self._light - self._angle))
        lean = across * np.sign(self.t) * 0.6 + along
        swell = shape.quilt * (1 - self.midrib) * np.clip(1.1 - np.abs(self.v), 0, 1)
        shade = 1 + shape.fold * across * side + swell * self.relief * lean + 0.05 * noise(rng, self.n, 4)
        shade -= 0.10 * (1 - smoothstep(self.edge, 0.0, 0.012))
        if shape.cup:
            rolled = smoothstep(np.abs(self.v), 0.45, 0.95)
            shade += rolled * (0.1 + 0.22 * across * side) - 0.30 * np.exp(-(((np.abs(self.v) - 0.52) / 0.12) ** 2))
        self.shade = np.asarray(shade, dtype=np.float32)
        ridge = np.exp(-(((self.v - 0.45 * np.sign(across)) / 0.2) ** 2)) * (0.55 + 0.45 * self.relief) * smoothstep(self.s, 0.02, 0.2)
        self.gloss = np.asarray(shape.gloss * ridge * (1 - smoothstep(self.s, 0.75, 0.98)), dtype=np.float32)

    def lit(self) -> Field:
        """Colour with its light, shape (n, n, 3)."""
        picture = tinted(self.gloss, colour("#eaf3f2"))
        light = np.clip(self.shade, 0.35, 1.6)
        for channel in range(3):
            picture[..., channel] += self.rgb[..., channel] * light
        return picture
