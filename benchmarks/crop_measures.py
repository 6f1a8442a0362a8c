"""Measures of the crop benchmark: calibration, separation, degraded photos, and whether a heat map is worth believing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.explain import class_evidence, upsample
from ailab.perturb import blur, leaf_mask, relight, swap_background

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ailab.vision import Backbone

__all__ = ["DEGRADATIONS", "auroc", "expected_calibration_error", "heat_map_curves", "mass_on_leaf", "share"]


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal-width bins, weighted by their size (Naeini et al. 2015)."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[index == b].mean() - right[index == b].mean()) * (index == b).mean() for b in range(bins) if (index == b).any()))


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Probability that a positive scores higher than a negative (ties count half)."""
    ordered = np.sort(negative)
    below, up_to = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / (2 * len(negative)))


def share(values: np.ndarray) -> str:
    """Share of the true ones, with the counts."""
    return f"{values.mean():.3f} ({int(values.sum())}/{len(values)})" if len(values) else "-"


def _jpeg(photo: Image.Image) -> Image.Image:
    """As a messenger sends it: 320 pixels, quality 30."""
    small = photo.copy()
    small.thumbnail((320, 320))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=30)
    return Image.open(buffer).convert("RGB")


def _turn(photo: Image.Image) -> Image.Image:
    return photo.rotate(37, Image.Resampling.BILINEAR, expand=True, fillcolor=_border(photo))


def _border(photo: Image.Image) -> tuple[int, ...]:
    pixels = np.asarray(photo)
    ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return tuple(int(v) for v in np.median(ring, axis=0))


def _shrink(photo: Image.Image) -> Image.Image:
    """The whole photo in the middle of a frame of twice its sides, in the colour of its border."""
    width, height = photo.size
    frame = Image.new("RGB", (2 * width, 2 * height), _border(photo))
    frame.paste(photo, (width // 2, height // 2))
    return frame


#: What happens to a photo on the way, by name.
DEGRADATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda photo: photo,
    "out of focus (Gaussian of 0.8 % of the longer side)": lambda photo: blur(photo, 8),
    "dark (a third of the light)": lambda photo: relight(photo, 0.33),
    "bright (1.6 times the light)": lambda photo: relight(photo, 1.6),
    "sent by a messenger (320 pixels, JPEG quality 30)": _jpeg,
    "turned by 37 degrees": _turn,
    "turned upside down": lambda photo: photo.transpose(Image.Transpose.ROTATE_180),
    "on soil": lambda photo: swap_background(photo, "soil"),
    "on grass": lambda photo: swap_background(photo, "grass"),
    "on white": lambda photo: swap_background(photo, "white"),
    "small in the frame (half its sides)": _shrink,
}

_CELLS = 12  # cells to a side that are hidden or shown


def _orders(heat: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Cells from first to last: by the map, at random (in patches as large as the map's own), from the centre."""
    y, x = np.mgrid[-1 : 1 : _CELLS * 1j, -1 : 1 : _CELLS * 1j]
    patches = upsample(rng.random((5, 5)).astype(np.float32), (_CELLS, _CELLS))
    return {name: np.argsort(-grid, axis=None, kind="stable") for name, grid in (("heat map", heat), ("random", patches), ("centre", -(x**2 + y**2)))}


def heat_map_curves(backbone: Backbone, photos: Sequence[Image.Image], columns: Sequence[np.ndarray], *, seed: int = 0) -> dict[str, dict[str, np.ndarray]]:
    """Deletion and insertion (Petsiuk et al. 2018, "RISE"): the probability of the first guess while the photo is hidden, or shown.

    Parameters
    ----------
    backbone : Backbone
    photos : sequence of PIL images
    columns : sequence of ndarray
        Outputs that compete for each photo: the conditions of its crop.
    seed : int, default=0

    Returns
    -------
    dict
        ``deletion`` and ``insertion`` -> name of the order -> area under the curve of each photo, 0..1. What is hidden is blurred
        beyond recognition, not black: black is news to a network.
    """
    rng = np.random.default_rng(seed)
    areas: dict[str, dict[str, list[float]]] = {"deletion": {}, "insertion": {}}
    steps = np.linspace(0, _CELLS**2, 13).astype(int)
    for photo, few in zip(photos, columns, strict=True):
        whole = backbone.prepare(photo)
        hidden = backbone.prepare(blur(photo, 80))
        logits, evidence, _novelty = (output[0] for output in backbone.run(whole[None]))
        guess = int(few[logits[few].argmax()])
        heat = upsample(class_evidence(evidence, guess), (_CELLS, _CELLS))
        for name, order in _orders(heat, rng).items():
            batch = []
            for count in steps:
                shown = np.zeros(_CELLS**2, bool)
                shown[order[:count]] = True
                mask = Image.fromarray(shown.reshape(_CELLS, _CELLS)).resize((backbone.size, backbone.size), Image.Resampling.NEAREST)
                part = np.asarray(mask)[None]
                batch += [np.where(part, hidden, whole), np.where(part, whole, hidden)]
            scores = backbone.run(np.stack(batch).astype(np.float32))[0][:, few]
            scores = np.exp(scores - scores.max(1, keepdims=True))
            probability = (scores / scores.sum(1, keepdims=True))[:, list(few).index(guess)]
            for kind, curve in (("deletion", probability[::2]), ("insertion", probability[1::2])):
                areas[kind].setdefault(name, []).append(float(((curve[1:] + curve[:-1]) / 2).mean()))
    return {kind: {name: np.array(values) for name, values in by_name.items()} for kind, by_name in areas.items()}


def mass_on_leaf(backbone: Backbone, photos: Sequence[Image.Image], columns: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Share of the heat map that lies on the leaf, and share of the photo that is leaf; of photos whose leaf can be cut out."""
    mass, area = [], []
    for photo, few in zip(photos, columns, strict=True):
        mask = leaf_mask(np.asarray(photo.resize((192, 192), Image.Resampling.BILINEAR)))
        if mask is None:
            continue
        logits, evidence, _novelty = (output[0] for output in backbone.run(backbone.prepare(photo)[None]))
        heat = upsample(class_evidence(evidence, int(few[logits[few].argmax()])), (192, 192))
        mass.append(float((heat * mask).sum() / max(heat.sum(), 1e-9)))
        area.append(float(mask.mean()))
    return np.array(mass), np.array(area)
