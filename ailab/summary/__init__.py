"""Summaries by quoting, and a learner's own summary beside them."""

from __future__ import annotations

from ailab.summary._missed import Comparison, OwnSentence, missed_points
from ailab.summary.summarizer import Summarizer

__all__ = ["Comparison", "OwnSentence", "Summarizer", "missed_points"]
