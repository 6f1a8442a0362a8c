"""Larger models for those who have them. Nothing in here is needed, and nothing is fetched or sent unless it is asked for.

:class:`EmbeddingAnswerer` finds passages by meaning, with an encoder in the Hugging Face format. :class:`PhrasedAnswerer` lets a
language model on a server of one's own put an answer into words, and shows them only where the passages bear them out.
:class:`Seq2SeqSummarizer` and :class:`ServerSummarizer` write summaries in words of their own, beside one in the words of the document.

All are imported without torch and transformers; these are loaded when a model is.
"""

from __future__ import annotations

from ailab.hub.abstractive import AbstractiveSummary, Draft
from ailab.hub.encoder import Encoder
from ailab.hub.meaning import EmbeddingAnswerer
from ailab.hub.phrasing import PhrasedAnswer, PhrasedAnswerer
from ailab.hub.seq2seq import Seq2SeqSummarizer
from ailab.hub.server_summary import ServerSummarizer
from ailab.hub.support import SupportChecker
from ailab.hub.unsupported import Claim, unsupported_claims

__all__ = [
    "AbstractiveSummary",
    "Claim",
    "Draft",
    "EmbeddingAnswerer",
    "Encoder",
    "PhrasedAnswer",
    "PhrasedAnswerer",
    "Seq2SeqSummarizer",
    "ServerSummarizer",
    "SupportChecker",
    "unsupported_claims",
]
