"""The photos of a training run in memory, and how they are split."""

from __future__ import annotations

import csv
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from ailab.perturb import leaf_mask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BACKGROUND", "Photos", "belongs_to", "class_name", "describe", "list_classes", "load_photos", "read_rows", "split_of"]

BACKGROUND = "background_or_other"
STORED = 192  # side in pixels at which the photos are kept in memory


@dataclass
class Photos:
    """Photos in memory: ``pixels`` (N, 3, S, S) uint8, ``masks`` (N, 1, S, S) uint8, ``rows`` of the manifest."""

    pixels: torch.Tensor
    masks: torch.Tensor
    labels: torch.Tensor
    aspects: torch.Tensor
    rows: list[dict[str, str]]


def class_name(row: dict[str, str]) -> str:
    """Class of a row of the manifest: ``<crop>__<condition>``, or the background class."""
    return row["file"].split("/")[0]


def belongs_to(row: dict[str, str], names: Sequence[str]) -> bool:
    """Whether the source or the class of a row begins with one of the names."""
    return class_name(row).startswith(tuple(names)) or row.get("source_dataset", "").startswith(tuple(names))


def split_of(row: dict[str, str]) -> str:
    """``train``, ``calib`` (a twelfth of the training photos, by group) or ``val``."""
    if row["split"] == "train" and hashlib.sha256(row["group"].encode()).digest()[0] % 12 == 0:
        return "calib"
    return row["split"]


def read_rows(data: Path, splits: tuple[str, ...], *, without: Sequence[str] = ()) -> list[dict[str, str]]:
    """Rows of the manifest of some splits, but for those whose source or class begins with a name in ``without``."""
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if split_of(row) in splits and not belongs_to(row, without)]


def load_photos(
    data: Path, splits: tuple[str, ...], classes: list[str], *, masks: bool, size: int = STORED, without: Sequence[str] = (), only: Sequence[str] = ()
) -> Photos:
    """Read the photos of some splits, squeezed into a square of ``size`` pixels.

    Parameters
    ----------
    data : Path
        Folder with ``manifest.csv`` and the photos.
    splits : tuple of str
        Of ``train``, ``calib`` and ``val``.
    classes : list of str
        Class names in the order of the labels; photos of other classes are left out.
    masks : bool
        Cut out the leaves, too; slow.
    size : int, default=192
        Side in pixels.
    without, only : sequence of str, default=()
        Beginnings of the names of sources or classes to leave out; or to keep, if there are any.
    """
    rows = [row for row in read_rows(data, splits, without=without) if class_name(row) in classes and (not only or belongs_to(row, only))]
    pixels = np.empty((len(rows), size, size, 3), np.uint8)
    cut = np.zeros((len(rows) if masks else 0, 1, size, size), np.uint8)

    def read(i: int) -> None:
        with Image.open(data / rows[i]["file"]) as image:
            pixels[i] = np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
        if masks and (mask := leaf_mask(pixels[i])) is not None:
            cut[i, 0] = mask * 255

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(read, range(len(rows))))  # also raises what went wrong
    return Photos(
        torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(cut),
        torch.tensor([classes.index(class_name(row)) for row in rows]),
        torch.tensor([int(row["width"]) / int(row["height"]) for row in rows]),
        rows,
    )


def describe(photos: Photos) -> dict[str, dict[str, Any]]:
    """For each crop the number of ``photos`` and the names of their ``sources``."""
    found: dict[str, dict[str, Any]] = {}
    for row in photos.rows:
        if (name := class_name(row)) != BACKGROUND:
            crop = found.setdefault(name.split("__")[0], {"photos": 0, "sources": set()})
            crop["photos"] += 1
            crop["sources"].add(row.get("source_dataset", "").split(" (")[0].split(" as merged")[0])
    return {crop: known | {"sources": sorted(known["sources"])} for crop, known in sorted(found.items())}


def list_classes(data: Path, without: Sequence[str] = ()) -> list[str]:
    """Classes of a manifest in alphabetical order, the background class last; those that begin with a name in ``without`` are left out."""
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        names = {class_name(row) for row in csv.DictReader(file)}
    return [*sorted(name for name in names - {BACKGROUND} if not name.startswith(tuple(without))), BACKGROUND]
