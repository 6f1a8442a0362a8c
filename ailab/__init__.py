"""Simple, honest AI demos in Vietnamese that run on one ordinary laptop without a network.

>>> from ailab import CropClassifier
>>> diagnosis = CropClassifier().diagnose("leaf.jpg", crop="rice")  # doctest: +SKIP

Every public name is imported on first use, so that ``import ailab`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "AilabError": "errors",
    "Answer": "results",
    "CropClassifier": "vision",
    "Diagnosis": "results",
    "ModelError": "errors",
    "Passage": "passages",
    "PassageError": "errors",
    "PhotoError": "errors",
    "QuestionAnswerer": "qa",
    "TextError": "errors",
    "UnknownCropError": "errors",
    "get_language": "i18n",
    "load_passages": "passages",
    "open_photo": "images",
    "samples": None,
    "set_language": "i18n",
    "widgets": None,
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'ailab' has no attribute {name!r}")
    home = _HOME[name]
    value = importlib.import_module(f"ailab.{name}") if home is None else getattr(importlib.import_module(f"ailab.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
