"""Results as HTML for a notebook or a dashboard, in the language in force. Everything is escaped. Imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ailab.show.answer import answer_html, hits_html
    from ailab.show.common import bar_html, line_chart, list_html, message_html, percent, style
    from ailab.show.diagnosis import advice_html, diagnosis_html, evidence_html, notice_html, photo_uri, verdict_html

_HOME = {
    "advice_html": "diagnosis",
    "answer_html": "answer",
    "bar_html": "common",
    "diagnosis_html": "diagnosis",
    "evidence_html": "diagnosis",
    "hits_html": "answer",
    "line_chart": "common",
    "list_html": "common",
    "message_html": "common",
    "notice_html": "diagnosis",
    "percent": "common",
    "photo_uri": "diagnosis",
    "style": "common",
    "verdict_html": "diagnosis",
}

__all__ = [
    "advice_html",
    "answer_html",
    "bar_html",
    "diagnosis_html",
    "evidence_html",
    "hits_html",
    "line_chart",
    "list_html",
    "message_html",
    "notice_html",
    "percent",
    "photo_uri",
    "style",
    "verdict_html",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'ailab.show' has no attribute {name!r}")
    return getattr(importlib.import_module(f"ailab.show.{_HOME[name]}"), name)
