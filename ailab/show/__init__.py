"""Results as HTML for a notebook or a dashboard, in the language in force. Everything is escaped. Imported on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ailab.show.answer import answer_html, hits_html
    from ailab.show.background_bias import count_bars, count_table, dots_svg, photo_strip, ringed_svg
    from ailab.show.check import check_html, check_text
    from ailab.show.cloze import cloze_html, cloze_origin_html, cloze_source_html, cloze_text
    from ailab.show.common import bar_html, line_chart, list_html, message_html, percent, style
    from ailab.show.diagnosis import advice_html, diagnosis_html, evidence_html, notice_html, photo_uri, verdict_html
    from ailab.show.document import calendar_html, date_words, document_html, head_html, tasks_html
    from ailab.show.fruit import fruit_measures, fruit_svg, fruit_table
    from ailab.show.limits import crop_limits_html, limits_html
    from ailab.show.marked import Mark, marked_html
    from ailab.show.privacy import kind_name, personal_data_html, secrecy_drawing
    from ailab.show.summary import summary_html
    from ailab.show.text_verdict import text_verdict_html

_HOME = {
    "Mark": "marked",
    "advice_html": "diagnosis",
    "answer_html": "answer",
    "bar_html": "common",
    "calendar_html": "document",
    "check_html": "check",
    "check_text": "check",
    "count_bars": "background_bias",
    "count_table": "background_bias",
    "cloze_html": "cloze",
    "cloze_origin_html": "cloze",
    "cloze_source_html": "cloze",
    "cloze_text": "cloze",
    "crop_limits_html": "limits",
    "date_words": "document",
    "diagnosis_html": "diagnosis",
    "document_html": "document",
    "dots_svg": "background_bias",
    "evidence_html": "diagnosis",
    "fruit_measures": "fruit",
    "fruit_svg": "fruit",
    "fruit_table": "fruit",
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
    "photo_strip": "background_bias",
    "photo_uri": "diagnosis",
    "ringed_svg": "background_bias",
    "secrecy_drawing": "privacy",
    "style": "common",
    "summary_html": "summary",
    "tasks_html": "document",
    "text_verdict_html": "text_verdict",
    "verdict_html": "diagnosis",
}

__all__ = [
    "Mark",
    "advice_html",
    "answer_html",
    "bar_html",
    "calendar_html",
    "check_html",
    "check_text",
    "cloze_html",
    "cloze_origin_html",
    "cloze_source_html",
    "cloze_text",
    "count_bars",
    "count_table",
    "crop_limits_html",
    "date_words",
    "diagnosis_html",
    "document_html",
    "dots_svg",
    "evidence_html",
    "fruit_measures",
    "fruit_svg",
    "fruit_table",
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
    "photo_strip",
    "photo_uri",
    "ringed_svg",
    "secrecy_drawing",
    "style",
    "summary_html",
    "tasks_html",
    "text_verdict_html",
    "verdict_html",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'ailab.show' has no attribute {name!r}")
    return getattr(importlib.import_module(f"ailab.show.{_HOME[name]}"), name)
