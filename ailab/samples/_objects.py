"""Things that are no leaf, drawn for the lesson on what a model says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ailab.samples._fields import background, dim, light_fall, to_image

if TYPE_CHECKING:
    from collections.abc import Callable

_OVERSAMPLE = 3
Box = tuple[float, float, float, float]


class Sheet:
    """A drawing surface whose corners are (0, 0) and (1, 1)."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self.n = image.width
        self.draw = ImageDraw.Draw(image)

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * self.n, y * self.n) for x, y in points], fill=fill)

    def ellipse(self, box: Box, fill: str) -> None:
        self.draw.ellipse([c * self.n for c in box], fill=fill)

    def ring(self, box: Box, colour: str, width: float) -> None:
        self.draw.ellipse([c * self.n for c in box], outline=colour, width=round(width * self.n))

    def box(self, box: Box, fill: str, radius: float = 0.0) -> None:
        self.draw.rounded_rectangle([c * self.n for c in box], radius * self.n, fill=fill)

    def line(self, points: list[tuple[float, float]], fill: str, width: float) -> None:
        self.draw.line([(x * self.n, y * self.n) for x, y in points], fill=fill, width=max(1, round(width * self.n)), joint="curve")

    def shade(self, points: list[tuple[float, float]], blur: float, strength: float) -> None:
        """Soft dark patch."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon([(x * self.n, y * self.n) for x, y in points], fill=round(255 * strength))
        self.image.paste("#1a1a1a", mask=mask.filter(ImageFilter.GaussianBlur(blur * self.n)))


def cup(sheet: Sheet, rng: np.random.Generator) -> None:
    """A cup of tea on a saucer."""
    body, dark, band = [("#f4f1e8", "#d9d3c4", "#2f6f9f"), ("#2f7f86", "#22626a", "#f4f1e8"), ("#d9694a", "#b04f35", "#f7e4c8")][int(rng.integers(3))]
    x, y, r = 0.46 + rng.uniform(-0.04, 0.04), 0.34 + rng.uniform(-0.03, 0.03), rng.uniform(0.19, 0.23)
    sheet.shade([(x - r * 1.5, y + 2.0 * r), (x + 2.1 * r, y + 1.9 * r), (x + 2.0 * r, y + 2.5 * r), (x - r * 1.1, y + 2.5 * r)], 0.03, 0.5)
    sheet.ellipse((x - 1.6 * r, y + 1.55 * r, x + 1.6 * r, y + 2.3 * r), dark)
    sheet.ellipse((x - 1.6 * r, y + 1.5 * r, x + 1.6 * r, y + 2.22 * r), body)
    sheet.ellipse((x - 0.8 * r, y + 1.68 * r, x + 0.8 * r, y + 2.08 * r), dark)
    sheet.ring((x + 0.55 * r, y + 0.25 * r, x + 1.55 * r, y + 1.25 * r), dark, 0.19 * r)
    curve = np.linspace(0, 1, 30)
    side = [(x - r * (1 - 0.45 * u**2.6), y + 1.85 * r * u) for u in curve]
    sheet.polygon([(float(a), float(b)) for a, b in side + [(2 * x - a, b) for a, b in reversed(side)]], body)
    sheet.ellipse((x - 0.55 * r, y + 1.72 * r, x + 0.55 * r, y + 1.98 * r), body)
    stripe = [(float(x - r * (1 - 0.45 * u**2.6)), float(y + 1.85 * r * u)) for u in curve[9:13]]
    sheet.polygon([*stripe, *[(2 * x - a, b) for a, b in reversed(stripe)]], band)
    sheet.shade([(x + 0.45 * r, y + 0.1 * r), (x + 0.95 * r, y + 0.1 * r), (x + 0.75 * r, y + 1.5 * r), (x + 0.4 * r, y + 1.8 * r)], 0.02, 0.3)
    sheet.ellipse((x - r, y - 0.26 * r, x + r, y + 0.26 * r), dark)
    sheet.ellipse((x - 0.93 * r, y - 0.22 * r, x + 0.93 * r, y + 0.22 * r), "#8d5a1e")
    sheet.ellipse((x - 0.75 * r, y - 0.13 * r, x + 0.2 * r, y + 0.10 * r), "#a97329")


def house(sheet: Sheet, rng: np.random.Generator) -> None:
    """A house on stilts before a hill."""
    sheet.box((0, 0, 1, 0.66), "#bcd8e8")
    hill = [(float(u), float(0.42 + 0.10 * np.sin(4 * u + rng.uniform(0, 0.2)) + 0.03 * np.sin(11 * u))) for u in np.linspace(0, 1, 50)]
    sheet.polygon([*hill, (1, 1), (0, 1)], "#7da07a")
    sheet.polygon([(0, 0.72), (1, 0.68), (1, 1), (0, 1)], "#a98d64")
    x, y, w = 0.5 + rng.uniform(-0.05, 0.05), 0.42 + rng.uniform(-0.02, 0.02), rng.uniform(0.28, 0.33)
    roof, light, wall = [("#7b4a2c", "#96603c", "#c79a62"), ("#5d6a72", "#7a8890", "#d2b27c")][int(rng.integers(2))]
    floor = y + 0.26
    sheet.shade([(x - w, floor + 0.12), (x + w * 1.2, floor + 0.12), (x + w * 1.3, floor + 0.2), (x - w * 0.8, floor + 0.2)], 0.02, 0.45)
    for k in range(5):
        post = x - w * 0.9 + k * w * 0.45
        sheet.box((post - 0.012, floor - 0.02, post + 0.012, floor + 0.16), "#5b3c22")
    sheet.box((x - 0.95 * w, y, x + 0.95 * w, floor), wall)
    for k in range(24):
        board = x - 0.95 * w + k * 1.9 * w / 24
        sheet.line([(board, y), (board, floor)], "#a67c48", 0.003)
    sheet.box((x - 1.05 * w, floor - 0.015, x + 1.05 * w, floor + 0.012), "#6d4a2b")
    sheet.box((x - 0.09, y + 0.07, x + 0.03, floor - 0.015), "#4a2f1b")
    for left in (x - 0.75 * w, x + 0.4 * w):
        sheet.box((left, y + 0.09, left + 0.09, y + 0.17), "#3b2a1e")
        sheet.line([(left + 0.045, y + 0.09), (left + 0.045, y + 0.17)], "#e6d3a5", 0.006)
    sheet.polygon([(x - 1.2 * w, y + 0.05), (x - 0.62 * w, y - 0.2), (x + 0.62 * w, y - 0.2), (x + 1.2 * w, y + 0.05)], roof)
    for k in range(9):
        height = y + 0.05 - k * 0.028
        inset = (0.05 - k * 0.028) / 0.25
        half = w * (1.2 - 0.58 * (0.2 - inset))
        sheet.line([(x - half, height), (x + half, height)], light, 0.004)
    for k in range(7):  # ladder
        step = floor + 0.02 * k
        sheet.line([(x - 0.07 - 0.012 * k, step), (x + 0.01 - 0.012 * k, step)], "#4a2f1b", 0.008)


def paper(sheet: Sheet, rng: np.random.Generator) -> None:
    """A sheet of paper with lines of scribble."""
    turn = rng.uniform(-0.12, 0.12)

    def at(u: float, v: float) -> tuple[float, float]:
        a, b = (u - 0.5) * 0.62, (v - 0.5) * 0.82
        return float(0.5 + a * np.cos(turn) - b * np.sin(turn)), float(0.5 + a * np.sin(turn) + b * np.cos(turn))

    sheet.shade([at(0.03, 0.03), at(1.04, 0.03), at(1.04, 1.03), at(0.03, 1.03)], 0.015, 0.55)
    sheet.polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)], "#fbfaf4")
    ink = ["#22377a", "#2b2b2b"][int(rng.integers(2))]
    for row in range(12):
        height, u = 0.1 + row * 0.07, 0.1
        sheet.line([at(0.06, height + 0.015), at(0.94, height + 0.015)], "#c9d6e2", 0.002)
        end = rng.uniform(0.55, 0.92) if row % 4 == 3 else 0.9
        while u < end - 0.05:
            length = rng.uniform(0.05, 0.14)
            steps = np.arange(0, length, 0.004)
            wobble = 0.011 * np.sin(steps * 330 + rng.uniform(0, 6)) * rng.uniform(0.5, 1.2, steps.size)
            sheet.line([at(float(u + s), float(height + w)) for s, w in zip(steps, wobble, strict=True)], ink, 0.0032)
            u += length + 0.03


OBJECTS: dict[str, Callable[[Sheet, np.random.Generator], None]] = {"cup": cup, "house": house, "paper": paper}


def render(kind: str, rng: np.random.Generator, size: int) -> Image.Image:
    """Draw one object on a table or out of doors."""
    table = str(rng.choice(["cloth", "boards"]))
    ground = background(rng, size, table)
    dim(ground, light_fall(rng, size))
    sheet = Sheet(to_image(ground).resize((size * _OVERSAMPLE, size * _OVERSAMPLE), Image.Resampling.BICUBIC))
    OBJECTS[kind](sheet, rng)
    return sheet.image.resize((size, size), Image.Resampling.BOX)
