"""The advice cards: what a person should know about each crop and condition, in every language, as data.

The texts lie in ``assets/cards/crops.json`` with a card of their own that says who reviewed them.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from ailab.i18n import choose

__all__ = ["abstention", "condition_name", "crop_name", "general", "label_name", "load", "unseen", "with_crop"]

_FILE = Path(__file__).parent / "assets" / "cards" / "crops.json"


@functools.cache
def load() -> dict[str, Any]:
    """All cards as they lie in the file: ``crops``, ``cards``, ``general``, ``abstentions``, ``unseen``."""
    data: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return data


def crop_name(crop: str) -> str:
    """Name of a crop in the language in force; the code itself where there is no card."""
    card = load()["crops"].get(crop)
    return choose(card["name"]) if card else crop


def condition_name(label: str) -> str:
    """Name of a condition in the language in force; its code where there is no card; a label of a model of one's own as it is."""
    card = load()["cards"].get(label)
    if card:
        return choose(card["name"])
    return label.rsplit("__", 1)[-1].replace("_", " ") if "__" in label else label


def with_crop(label: str) -> str:
    """Crop and condition, as in ``'Rice: leaf blast'``; a label of a model of one's own, which has no ``__``, as it is."""
    if "__" not in label:
        return label
    return f"{crop_name(label.split('__', 1)[0])}: {condition_name(label)}"


def label_name(label: str, crop: str | None) -> str:
    """Name of a label, without its crop where the crop is known anyway."""
    return condition_name(label) if crop else with_crop(label)


def general(key: str) -> Any:
    """General text under ``key`` in the language in force: a string, or a list of strings."""
    return _texts(load()["general"][key])


def abstention(reason: str) -> dict[str, Any]:
    """What to say and do when the model does not answer: ``title``, ``why`` and ``do`` (a list)."""
    return {key: _texts(value) for key, value in load()["abstentions"][reason].items()}


def unseen() -> str:
    """Which crops the model has never learned."""
    return choose(load()["unseen"]["crops"])


def _texts(value: Any) -> Any:
    return [choose(item) for item in value] if isinstance(value, list) else choose(value)
