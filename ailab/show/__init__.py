"""Results as HTML for a notebook or a dashboard, in the language in force. Everything is escaped. Imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ailab.show.answer import answer_html, hits_html
    from ailab.show.common import bar_html, line_chart, list_html, message_html, percent, style
    from ailab.show.diagnosis import advice_html, diagnosis_html, evidence_html, notice_html, photo_uri, verdict_html
    from ailab.show.document import calendar_html, date_words, document_html, head_html, tasks_html
    from ailab.show.limits import crop_limits_html, limits_html
    from ailab.show.marked import Mark, marked_html
    from ailab.show.privacy import kind_name, personal_data_html, secrecy_drawing
    from ailab.show.summary import summary_html

_HOME = {
    "Mark": "marked",
    "advice_html": "diagnosis",
    "answer_html": "answer",
    "bar_html": "common",
    "calendar_html": "document",
    "crop_limits_html": "limits",
    "date_words": "document",
    "diagnosis_html": "diagnosis",
    "document_html": "document",
    "evidence_html": "diagnosis",
    "head_html": "document",
    "hits_html": "answer",
    "kind_name": "privacy",
    "limits_html": "limits",
    "line_chart": "common",
    "list_html": "common",
    "marked_html": "marked",
    "message_html": "common",
    "notice_html": "diagnosis",
    "percent": "common",
    "personal_data_html": "privacy",
    "photo_uri": "diagnosis",
    "secrecy_drawing": "privacy",
    "style": "common",
    "summary_html": "summary",
    "tasks_html": "document",
    "verdict_html": "diagnosis",
}

__all__ = [
    "Mark",
    "advice_html",
    "answer_html",
    "bar_html",
    "calendar_html",
    "crop_limits_html",
    "date_words",
    "diagnosis_html",
    "document_html",
    "evidence_html",
    "head_html",
    "hits_html",
    "kind_name",
    "limits_html",
    "line_chart",
    "list_html",
    "marked_html",
    "message_html",
    "notice_html",
    "percent",
    "personal_data_html",
    "photo_uri",
    "secrecy_drawing",
    "style",
    "summary_html",
    "tasks_html",
    "verdict_html",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'ailab.show' has no attribute {name!r}")
    return getattr(importlib.import_module(f"ailab.show.{_HOME[name]}"), name)
