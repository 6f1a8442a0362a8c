"""Simple, honest AI demos in Vietnamese that run on one ordinary laptop without a network.

>>> from ailab import CropClassifier
>>> diagnosis = CropClassifier().diagnose("leaf.jpg", crop="rice")  # doctest: +SKIP

Every public name is imported on first use, so that ``import ailab`` costs nothing.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

# From version 1.32 on, ONNX Runtime would look up a server of its maker as soon as it is imported, and keep a device id in the home folder.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"

_HOME = {
    "AdministrativeDocument": "results",
    "AilabError": "errors",
    "Answer": "results",
    "ClozeQuiz": "results",
    "CropClassifier": "vision",
    "Deadline": "results",
    "Diagnosis": "results",
    "ImageClassifier": "image_classifier",
    "MaskedText": "results",
    "ModelError": "errors",
    "Passage": "passages",
    "PassageError": "errors",
    "PersonalData": "results",
    "PhotoError": "errors",
    "QuestionAnswerer": "qa",
    "Quiz": "widgets",
    "SecrecyError": "errors",
    "SecrecyMark": "results",
    "Summarizer": "summary",
    "Summary": "results",
    "Task": "results",
    "TeachingError": "errors",
    "TextClassifier": "text_classifier",
    "TextError": "errors",
    "TextVerdict": "results",
    "UnknownCropError": "errors",
    "check": "exercises",
    "find_personal_data": "privacy",
    "find_secrecy_marks": "privacy",
    "get_language": "i18n",
    "load_passages": "passages",
    "make_cloze": "cloze",
    "mask_personal_data": "privacy",
    "open_photo": "images",
    "parse_document": "documents",
    "parse_documents": "documents",
    "read_document": "readers",
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
