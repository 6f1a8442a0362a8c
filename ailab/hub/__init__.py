"""Larger models for those who have them. Nothing in here is needed, and nothing is fetched or sent unless it is asked for.

:class:`EmbeddingAnswerer` finds passages by meaning, with an encoder in the Hugging Face format. :class:`PhrasedAnswerer` lets a
language model on a server of one's own put an answer into words, and shows them only where the passages bear them out.

Both are imported without torch and transformers; these are loaded when an encoder is.
"""

from __future__ import annotations

from ailab.hub.encoder import Encoder
from ailab.hub.meaning import EmbeddingAnswerer
from ailab.hub.phrasing import PhrasedAnswer, PhrasedAnswerer
from ailab.hub.support import SupportChecker

__all__ = ["EmbeddingAnswerer", "Encoder", "PhrasedAnswer", "PhrasedAnswerer", "SupportChecker"]
