"""Drawn sample leaves, for lessons that need a picture and may not show anyone's photo.

Every picture is computed from what a plant pathology book says of the leaf and the lesion. None is a photo, none has been
used to train or to choose a model, and each says in a strip below that a program drew it.

>>> from ailab import samples
>>> samples.draw_leaf("rice", "blast", seed=1).save("leaf.png")  # doctest: +SKIP
"""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

from ailab.i18n import gettext as _
from ailab.samples import _objects
from ailab.samples._fields import background, blend, dim, light_fall, shadow, to_image
from ailab.samples._leaves import Leaf, generator
from ailab.samples._lesions import PAINTERS

__all__ = ["CONDITIONS", "LABEL", "OBJECTS", "SAMPLES", "draw_leaf", "draw_object"]

#: Crop to the conditions that can be drawn.
CONDITIONS: dict[str, tuple[str, ...]] = {crop: tuple(conditions) for crop, conditions in PAINTERS.items()}
#: What :func:`draw_object` can draw.
OBJECTS: tuple[str, ...] = tuple(_objects.OBJECTS)
#: Crop, condition and seed of leaves for a gallery: the bundled model names the maize and the banana leaf, and is unsure of the others.
SAMPLES: tuple[tuple[str, str, int], ...] = (
    ("rice", "blast", 12),
    ("maize", "northern_leaf_blight", 19),
    ("coffee", "rust", 7),
    ("coffee", "healthy", 10),
    ("potato", "late_blight", 12),
    ("tomato", "early_blight", 8),
    ("citrus", "canker", 8),
    ("banana", "sigatoka", 14),
)
#: The words in the strip below each picture.
LABEL = "Tranh do máy vẽ · drawn by a program"

_STRIP = 0.06
_SMALLEST = 64
_BACKGROUNDS = ("paper", "cloth", "soil", "boards")


def draw_leaf(crop: str, condition: str, seed: int = 0, *, size: int = 512, label: bool = True) -> Image.Image:
    """Draw a leaf with the lesions of one condition.

    Parameters
    ----------
    crop, condition : str
        One of :data:`CONDITIONS`.
    seed : int, default=0
        Zero or more. Each seed is another leaf; the same seed gives the same leaf of that crop, with any condition.
    size : int, default=512
        Pixels along each side of the picture, 64 or more.
    label : bool, default=True
        Add the strip that says that a program drew the picture, below it (6 % more height).

    Returns
    -------
    PIL.Image.Image
        RGB, the same bytes on every run.

    Raises
    ------
    ValueError
        If there is no such crop or condition, or the size is too small.
    """
    if crop not in CONDITIONS:
        raise ValueError(_("There is no drawing of the crop %(crop)s. Choose one of: %(choices)s.") % {"crop": repr(crop), "choices": ", ".join(CONDITIONS)})
    if condition not in CONDITIONS[crop]:
        message = _("There is no drawing of %(condition)s on %(crop)s. Choose one of: %(choices)s.")
        raise ValueError(message % {"condition": repr(condition), "crop": crop, "choices": ", ".join(CONDITIONS[crop])})
    _check_size(size)
    leaf = Leaf(crop, condition, seed, size)
    PAINTERS[crop][condition](leaf)
    rng = generator(seed, crop, "scene")
    scene = background(rng, size, str(rng.choice(_BACKGROUNDS)))
    lift = rng.uniform(0.008, 0.022)
    dim(scene, 1 - 0.55 * shadow(leaf.mask, leaf.light[0] * lift, leaf.light[1] * lift, lift * 0.6))
    blend(scene, leaf.mask, leaf.lit())
    dim(scene, light_fall(rng, size))
    return _finish(to_image(scene), label=label)


def draw_object(kind: str, seed: int = 0, *, size: int = 512, label: bool = True) -> Image.Image:
    """Draw something that is no leaf.

    Parameters
    ----------
    kind : {'cup', 'house', 'paper'}
    seed : int, default=0
        Zero or more; each seed is another drawing.
    size : int, default=512
        Pixels along each side of the picture, 64 or more.
    label : bool, default=True
        Add the strip that says that a program drew the picture, below it (6 % more height).

    Returns
    -------
    PIL.Image.Image
        RGB, the same bytes on every run.

    Raises
    ------
    ValueError
        If there is no such object, or the size is too small.
    """
    if kind not in OBJECTS:
        raise ValueError(_("There is no drawing of %(kind)s. Choose one of: %(choices)s.") % {"kind": repr(kind), "choices": ", ".join(OBJECTS)})
    _check_size(size)
    return _finish(_objects.render(kind, generator(seed, kind), size), label=label)


def _check_size(size: int) -> None:
    if size < _SMALLEST:
        raise ValueError(_("A drawing needs at least %(least)d pixels on each side, not %(size)d. Ask for a larger one.") % {"least": _SMALLEST, "size": size})


def _finish(picture: Image.Image, *, label: bool) -> Image.Image:
    if not label:
        return picture
    width = picture.width
    strip = _label_strip().resize((width, max(round(width * _STRIP), 1)), Image.Resampling.LANCZOS)
    whole = Image.new("RGB", (width, picture.height + strip.height))
    whole.paste(picture)
    whole.paste(strip, (0, picture.height))
    return whole


def _label_strip() -> Image.Image:
    """Draw the label, 1024 pixels wide."""
    strip = Image.new("RGB", (1024, round(1024 * _STRIP)), "#1d2b24")
    _write(ImageDraw.Draw(strip), LABEL, (20, 8), ImageFont.load_default(size=38))
    return strip


def _write(draw: ImageDraw.ImageDraw, text: str, corner: tuple[int, int], font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:
    """Write text; the font that Pillow brings has no accented letters, so the acute and the tilde are drawn over the plain ones."""
    x, y = float(corner[0]), corner[1]
    for letter in text:
        plain = {"á": "a", "ẽ": "e"}.get(letter, letter)
        draw.text((x, y), plain, fill="#fbfaf5", font=font)
        advance = draw.textlength(plain, font=font)
        middle = x + advance / 2
        if letter == "á":
            draw.line([(middle - 2, y + 10), (middle + 5, y + 2)], fill="#fbfaf5", width=4)
        elif letter == "ẽ":
            wave = [(middle + u, y + 6 + 3 * math.sin(u / 10 * math.pi)) for u in range(-10, 11)]
            draw.line(wave, fill="#fbfaf5", width=3, joint="curve")
        x += advance
