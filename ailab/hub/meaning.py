"""Questions answered by quoting, where the passage is found by its meaning instead of its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.asking import EMPTY, clean_question
from ailab.hub.encoder import Encoder
from ailab.language_model import SyllableModel
from ailab.passages import load_passages
from ailab.qa import nothing_asked
from ailab.results import Answer, Citation
from ailab.text import sentences, syllables, unaccent

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ailab.passages import Passage, PassageSource
    from ailab.results import NoAnswer

__all__ = ["EmbeddingAnswerer"]

_HITS = 5
_MOST_PSEUDO_QUESTIONS = 300  # enough for three numbers; more only takes time on a slow laptop


class EmbeddingAnswerer:
    """Answer questions by quoting a sentence, found by meaning. Works like :class:`~ailab.QuestionAnswerer`.

    Each passage and each sentence is a vector. The passage whose vector is nearest to the question's is quoted, by its
    nearest sentence. Only passages in the language of the question are looked at, if there are any.

    Confidence is learned from the base alone. Each sentence, with every third word left out, is asked twice: with its passage in
    the base, and with its passage taken away. A logistic regression tells the two apart by how near the nearest passage is and
    how far it leads. Such questions use the words of the passages, so people's questions fare worse than the figure says.

    Parameters
    ----------
    model : str or path
        Folder of an encoder, or its name; see :class:`~ailab.hub.Encoder`. Tried with the layout of ``intfloat/multilingual-e5-small``.
    caution : float, default=0.6
        Confidence below which no answer is given, 0..1.
    download : bool, default=False
        Fetch the model if it is given by its name and does not lie on this machine.
    device : str, optional
        Where the network runs.
    query_prefix, passage_prefix : str
        What the model wants before a question and before a text. The defaults are those of the E5 models; most others want ``""``.
    batch_size : int, default=16

    Attributes
    ----------
    passages_ : list of Passage
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        caution: float = 0.6,
        download: bool = False,
        device: str | None = None,
        query_prefix: str = "query: ",
        passage_prefix: str = "passage: ",
        batch_size: int = 16,
    ) -> None:
        self.model = model
        self.caution = caution
        self.download = download
        self.device = device
        self.query_prefix = query_prefix
        self.passage_prefix = passage_prefix
        self.batch_size = batch_size

    def fit(self, passages: PassageSource) -> EmbeddingAnswerer:
        """Read the passages and load the model.

        Parameters
        ----------
        passages : str, path or iterable
            Anything that :func:`~ailab.load_passages` takes.

        Returns
        -------
        EmbeddingAnswerer
            Itself.

        Raises
        ------
        ModelError, PassageError, TextError
        """
        found = load_passages(passages)
        self._encoder = Encoder(self.model, download=self.download, device=self.device, batch_size=self.batch_size)
        self._shelves = {
            lang: self._shelf([passage for passage in found if passage.lang == lang], lang) for lang in sorted({p.lang for p in found}, reverse=True)
        }
        self.passages_ = found
        return self

    def search(self, question: str, k: int = 3) -> tuple[tuple[Passage, float], ...]:
        """Find the passages that are nearest to a question.

        Parameters
        ----------
        question : str
        k : int, default=3

        Returns
        -------
        tuple of (Passage, float)
            Best first, with the cosine, 0..1. Nothing for a question without letters.
        """
        lang, text = clean_question(question)
        if nothing_asked(question):
            return ()
        shelf = self._shelf_for(lang)
        return shelf.hits(shelf.vectors @ self._question_vector(shelf, text)[0], k)

    def ask(self, question: str) -> Answer:
        """Answer one question.

        Parameters
        ----------
        question : str

        Returns
        -------
        Answer
        """
        lang, text = clean_question(question)
        if nothing := nothing_asked(question):
            return nothing
        shelf = self._shelf_for(lang)
        vector, understood = self._question_vector(shelf, text)
        if EMPTY[shelf.lang].issuperset(understood.split()) and understood not in {" ".join(syllables(passage.title)) for passage in shelf.passages}:
            return Answer(question, understood, "", (), 0.0, "not_in_base", lang, ())
        scores = shelf.vectors @ vector
        best = int(scores.argmax())
        sentence = int(np.where(shelf.owner == best, shelf.sentence_vectors @ vector, -np.inf).argmax())
        citation = Citation(shelf.passages[best], *shelf.spans[sentence])
        confidence = shelf.confidence.of(scores)
        reason: NoAnswer | None = "not_in_base" if confidence < self.caution else None
        return Answer(question, understood, "" if reason else citation.quote, (citation,), confidence, reason, lang, shelf.hits(scores, _HITS))

    def _shelf_for(self, lang: str) -> _Shelf:
        return self._shelves.get(lang) or next(iter(self._shelves.values()))

    def _shelf(self, passages: list[Passage], lang: str) -> _Shelf:
        spans = [[(start, end) for start, end in sentences(passage.text)] for passage in passages]
        owner = np.repeat(np.arange(len(passages)), [len(found) for found in spans])
        flat = [span for found in spans for span in found]
        quotes = [passages[at].text[start:end] for at, (start, end) in zip(owner, flat, strict=True)]
        vectors = self._encoder.encode([f"{self.passage_prefix}{p.title}. {p.text}" if p.title else self.passage_prefix + p.text for p in passages])
        sentence_vectors = self._encoder.encode([self.passage_prefix + quote for quote in quotes])
        chosen = np.unique(np.linspace(0, len(quotes) - 1, min(len(quotes), _MOST_PSEUDO_QUESTIONS)).astype(int))
        asked = self._encoder.encode([self.query_prefix + _thinned(quotes[at]) for at in chosen])
        reader = SyllableModel(lang=lang).fit([text for passage in passages for text in (passage.title, passage.text, *passage.places)])
        return _Shelf(lang, passages, vectors, sentence_vectors, owner, flat, reader, _Confidence.learn(asked @ vectors.T, owner[chosen]))

    def _question_vector(self, shelf: _Shelf, text: str) -> tuple[NDArray[np.float32], str]:
        """Vector of a question, and how it is understood.

        An encoder copes with slips and other words, but it needs the accents. So these are put back, and nothing else is changed.
        """
        bare = shelf.lang == "vi" and text == unaccent(text)
        text = shelf.reader.restore(text) if bare else text
        return self._encoder.encode([self.query_prefix + text])[0], " ".join(syllables(text))


@dataclass(frozen=True)
class _Shelf:
    """Passages of one language and their vectors."""

    lang: str
    passages: list[Passage]
    vectors: NDArray[np.float32]
    sentence_vectors: NDArray[np.float32]
    owner: NDArray[np.int64]
    spans: list[tuple[int, int]]
    reader: SyllableModel
    confidence: _Confidence

    def hits(self, scores: NDArray[np.float32], k: int) -> tuple[tuple[Passage, float], ...]:
        return tuple((self.passages[at], float(np.clip(scores[at], 0, 1))) for at in np.argsort(-scores, kind="stable")[: max(k, 0)])


@dataclass(frozen=True)
class _Confidence:
    """Logistic regression over two features of the scores: the best one, and its lead over the second."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]  # of both features and of a constant; empty where there was nothing to learn from

    @classmethod
    def learn(cls, scores: NDArray[np.float32], owner: NDArray[np.int64]) -> _Confidence:
        """Learn from the scores of pseudo-questions, shape (n_questions, n_passages), and the passages that they come from."""
        if scores.shape[1] < 2:
            return cls(np.zeros(2), np.ones(2), np.zeros(0))
        here = scores[np.arange(len(owner)), owner]
        without = np.where(np.arange(scores.shape[1]) == owner[:, None], -np.inf, scores)
        found = here >= without.max(1)
        features = np.array([*map(_features, scores), *map(_features, without)])
        mean, scale = features.mean(0), np.maximum(features.std(0), 1e-6)
        given = np.column_stack([(features - mean) / scale, np.ones(len(features))])
        return cls(mean, scale, _logistic(given, np.concatenate([found, np.zeros(len(found))])))

    def of(self, scores: NDArray[np.float32]) -> float:
        """Probability that the nearest passage answers."""
        features = _features(scores)
        if not self.weights.size:  # a base of one passage: nothing to compare with, so the bare cosine
            return float(np.clip(features[0], 0, 1))
        logit = float(np.append((features - self.mean) / self.scale, 1) @ self.weights)
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def _features(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    best = np.sort(scores[np.isfinite(scores)])[::-1].astype(float)
    return np.array([best[0], best[0] - best[1] if len(best) > 1 else 0.0])


def _logistic(given: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by Newton's method; a small penalty keeps them finite where both kinds lie apart."""
    weights = np.zeros(given.shape[1])
    penalty = np.diag([1.0, 1.0, 1e-3])
    for _step in range(30):
        p = 1 / (1 + np.exp(-np.clip(given @ weights, -30, 30)))
        slope = given.T @ (p - target) + penalty @ weights
        weights -= np.linalg.solve((given.T * (p * (1 - p))) @ given + penalty, slope)
    return weights


def _thinned(sentence: str) -> str:
    """Sentence without every third word and without its end, as somebody who half remembers it."""
    words: Sequence[str] = sentence.rstrip(" .!?…").split()
    return " ".join(word for at, word in enumerate(words) if at % 3 != 2 or len(words) < 4)
