"""The demos as widgets: one file each, no AI inside. Imported on first use."""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "AccentGame": "accent_game",
    "Ask": "ask",
    "BreakIt": "break_it",
    "Caution": "caution",
    "ClozeMaker": "cloze_maker",
    "CompareSummary": "compare_summary",
    "Copy": "copy",
    "DocumentInput": "document_input",
    "DocumentSummary": "document_summary",
    "Download": "download",
    "EightDots": "eight_dots",
    "EvidenceView": "evidence_view",
    "FileInput": "file_input",
    "FruitExamples": "fruit_examples",
    "FruitRules": "fruit_rules",
    "Inventor": "inventor",
    "KeepModel": "keep_model",
    "KnowledgeBuilder": "knowledge_builder",
    "LeafClinic": "leaf_clinic",
    "MixedTables": "mixed_tables",
    "MessageExam": "message_exam",
    "MessageSorter": "message_sorter",
    "MessageWords": "message_words",
    "ModelLimits": "model_limits",
    "ModelSummary": "model_summary",
    "NearHits": "near_hits",
    "NextSyllable": "next_syllable",
    "OtherTable": "other_table",
    "OwnModel": "own_model",
    "PersonalDataCheck": "personal_data_check",
    "PhotoCollection": "photo_collection",
    "PhotoInput": "photo_input",
    "Quiz": "quiz",
    "SampleStrip": "sample_strip",
    "TaskBoard": "task_board",
    "Teach": "teach",
    "TeachHistory": "teach_history",
    "TeachReview": "teach_review",
    "TeachTest": "teach_test",
    "WhatIf": "what_if",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'ailab.widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(f"ailab.widgets.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
