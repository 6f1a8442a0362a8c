"""Find the passage and the sentence that a question is about, by the words and the pieces of words that they share.

BM25 (Robertson and Zaragoza 2009, "The probabilistic relevance framework") over the syllables that the question most
likely means, over pairs of neighbours, and over single sentences; and the cosine of TF-IDF vectors of letter sequences,
which a slip of the finger hardly moves.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from ailab.asking import EMPTY, PHRASES, WORDS, asked_for, holds
from ailab.language_model import SyllableModel
from ailab.text import sentences, syllables, unaccent

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ailab.language_model import Reading
    from ailab.passages import Passage

    T = TypeVar("T", bound=Hashable)

__all__ = ["Evidence", "Index"]

_K1, _B = 1.2, 0.5  # BM25: how fast repeated words lose weight; how much long passages are held back
_B_SENTENCE = 0.3
_IMAGINED = 10  # passages that have none of the words, see _idf
_ASKING = 0.15  # weight of words that only make a text a question
_BEST_SENTENCE, _PAIRS_IN_SENTENCE, _LETTERS = 0.4, 2.0, 30.0  # weights of the parts of a score
_KIND = 8.0  # what a sentence gains that holds the kind of thing that is asked for
_NEIGHBOUR = 0.5  # a neighbour with this share of the score of the best sentence is quoted too,
_TEN_SECONDS = {"vi": 36, "en": 24}  # if both together have no more syllables (words) than this


@dataclass(frozen=True)
class Evidence:
    """What speaks for each passage and sentence.

    Attributes
    ----------
    reading : Reading
        How the question is understood.
    words : dict of str to float
        The words that are probably meant, each with its probability and less if it only makes a text a question.
    passages : ndarray of shape (n_passages,)
        Score of each passage, 0 and up.
    sentences : ndarray of shape (n_sentences,)
        BM25 of the words in each sentence, 0 and up.
    """

    reading: Reading
    words: dict[str, float]
    passages: NDArray[np.float64]
    sentences: NDArray[np.float64]


class Index:
    """Passages of one language, ready to be searched.

    Parameters
    ----------
    passages : sequence of Passage
    lang : {'vi', 'en'}

    Attributes
    ----------
    spans : list of (int, int)
        Where each sentence lies in the text of its passage.
    owner : ndarray of shape (n_sentences,)
        Number of the passage of each sentence.
    model : SyllableModel
        Learned from the passages.
    """

    def __init__(self, passages: Sequence[Passage], lang: str) -> None:
        self.passages = list(passages)
        self.lang = lang
        self.spans: list[tuple[int, int]] = []
        self.words: list[list[str]] = []  # of each sentence
        owner: list[int] = []
        for at, passage in enumerate(self.passages):
            found = sentences(passage.text)
            self.spans += found
            self.words += [syllables(passage.text[start:end]) for start, end in found]
            owner += [at] * len(found)
        self.owner = np.array(owner, int)
        bodies: list[list[str]] = [[] for _passage in self.passages]
        for at, words in zip(owner, self.words, strict=True):
            bodies[at] += words
        # A title, the names of places and phrases of visitors can be asked for like the text, but do not make a passage long.
        names = [[syllables(name) for name in (passage.title, *passage.places, *passage.asks)] for passage in self.passages]
        self.model = SyllableModel(lang=lang).fit([*self.words, *(name for group in names for name in group), *PHRASES[lang]])
        self._called = {tuple(name) for group in names for name in group}
        more = [sorted({word for name in group for word in name}) for group in names]
        pairs_more = [sorted({pair for name in group for pair in _pairs(name)}) for group in names]
        lengths = np.array([len(body) for body in bodies], float)
        short = np.array([len(words) for words in self.words], float)
        self._has = [set(body).union(extra) for body, extra in zip(bodies, more, strict=True)]
        whole = [body + extra for body, extra in zip(bodies, more, strict=True)]
        self._words = _bm25(whole, lengths, _B)
        self._pairs = _bm25([_pairs(body) + extra for body, extra in zip(bodies, pairs_more, strict=True)], lengths, _B)
        self._sentence_words = _bm25(self.words, short, _B_SENTENCE, idf=self._words)
        self._sentence_pairs = _bm25([list(dict.fromkeys(_pairs(words))) for words in self.words], None, 0, idf=self._pairs)
        self._letters = _tf_idf([[piece for word in words for piece in _letter_sequences(word)] for words in whole])

    def idf(self, word: str | None) -> float:
        """How much a word tells, 0 and up; one that no passage has (or None) tells most."""
        return self._words[word].idf if word in self._words else float(_idf(0, len(self.passages)))

    def search(self, question: str | Sequence[str]) -> Evidence:
        """Weigh every passage and sentence for a question, or for its syllables."""
        reading = self.model.read(question)
        asking = WORDS[self.lang]
        words: defaultdict[str, float] = defaultdict(float)
        for choices in reading.choices:
            for word, p in choices:
                words[word] += p * (_ASKING if word in asking else 1)
        pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
        for joint in reading.pairs:
            for pair, p in joint.items():
                pairs[pair] += p * (_ASKING if asking.issuperset(pair) else 1)
        in_sentence = _sum(words, self._sentence_words, len(self.spans), 1)
        best_sentence = np.zeros(len(self.passages))
        np.maximum.at(best_sentence, self.owner, in_sentence + _PAIRS_IN_SENTENCE * _sum(pairs, self._sentence_pairs, len(self.spans), 1))
        score = _sum(words, self._words, len(self.passages), 2) + _BEST_SENTENCE * best_sentence + _LETTERS * self._cosine(reading.typed)
        if self.lang == "vi":  # where two syllables make a word
            score += _sum(pairs, self._pairs, len(self.passages), 1)
        return Evidence(reading, dict(words), score, in_sentence)

    def names_nothing(self, reading: Reading, lang: str) -> bool:
        """Tell whether a question is made only of words of asking, such as “bạn tên là gì”, and no passage is called so."""
        bare = EMPTY[lang].issuperset(reading.best) or EMPTY[lang].issuperset(reading.typed)
        return bare and self._called.isdisjoint((reading.best, reading.typed))

    def signals(self, evidence: Evidence, without: int | None = None) -> tuple[float, float]:
        """How well the best passage fits, for what the question tells altogether.

        Parameters
        ----------
        evidence : Evidence
        without : int, optional
            A passage that is left out, as if the base did not have it.

        Returns
        -------
        (float, float)
            The score and the share of the words found, each over the total idf of the question.
        """
        scores = evidence.passages
        if without is not None:
            if len(scores) == 1:
                return 0.0, 0.0
            scores = scores.copy()
            scores[without] = -1
        best = int(scores.argmax())
        asking = WORDS[self.lang]
        total = found = 0.0
        for typed, choices in zip(evidence.reading.typed, evidence.reading.choices, strict=True):
            weight = _ASKING if (choices[0][0] if choices else typed) in asking else 1
            total += weight * self.idf(None) * (1 - sum(p for _word, p in choices))
            for word, p in choices:
                tells = weight * p * self.idf(word)
                total += tells
                found += tells if word in self._has[best] else 0
        total = max(total, 1e-9)
        return max(float(scores[best]), 0) / total, found / total

    def quote(self, evidence: Evidence, passage: int) -> tuple[int, int]:
        """Choose the words of a passage that are most likely to hold the answer: a sentence, or two neighbours.

        Words that stand in few sentences of the passage decide, because the others only say what all of it is about. A
        sentence with a number is preferred where a number is asked for, one with a new name where a name is. A neighbour
        that fits nearly as well is quoted too if both can be read aloud in ten seconds.

        Returns
        -------
        (int, int)
            Start and end in the text of the passage.
        """
        candidates = np.flatnonzero(self.owner == passage)
        scores = self._sentence_scores(evidence, passage, candidates)
        first = last = int(np.argmax(scores))
        near = [at for at in (first - 1, first + 1) if 0 <= at < len(candidates) and scores[at] >= _NEIGHBOUR * scores[first] > 0]
        if near:
            second = max(near, key=lambda at: scores[at])
            if len(self.words[candidates[first]]) + len(self.words[candidates[second]]) <= _TEN_SECONDS[self.lang]:
                first, last = min(first, second), max(first, second)
        return self.spans[candidates[first]][0], self.spans[candidates[last]][1]

    def _sentence_scores(self, evidence: Evidence, passage: int, candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        spread = Counter(word for at in candidates for word in set(self.words[at]))
        kind = asked_for(evidence.reading.best, self.lang)
        beginnings = {unaccent(word)[:5]: p * self.idf(word) for word, p in evidence.words.items() if len(word) >= 5}
        scores = np.zeros(len(candidates))
        scores[0] = 0.5
        for number, at in enumerate(candidates):
            words = set(self.words[at])
            scores[number] += 0.5 * evidence.sentences[at]
            here = {word: p for word, p in evidence.words.items() if word in words}
            scores[number] += sum(p * math.log(1 + len(candidates) / spread[word]) * min(self.idf(word), 3) for word, p in here.items())
            forms = {unaccent(word)[:5] for word in words if len(word) >= 5 and word not in evidence.words}
            scores[number] += 0.6 * sum(weight for beginning, weight in beginnings.items() if beginning in forms)
            if kind:
                start, end = self.spans[at]
                scores[number] += _KIND * holds(kind, self.passages[passage].text[start:end], evidence.reading.best, self.lang)
        return scores

    def _cosine(self, typed: Iterable[str]) -> NDArray[np.float64]:
        asking = WORDS[self.lang]
        counts: defaultdict[str, float] = defaultdict(float)
        for word in typed:
            for piece in _letter_sequences(word):
                if piece in self._letters:
                    counts[piece] += _ASKING if word in asking else 1
        weights = {piece: count * self._letters[piece].idf for piece, count in counts.items()}
        return _sum(weights, self._letters, len(self.passages), math.inf) / (math.hypot(*weights.values()) or 1)


class _Posting(NamedTuple):
    """Where a term occurs, with what weight, and how much it tells."""

    at: NDArray[np.int64]
    weight: NDArray[np.float64]
    idf: float


class _Counts(NamedTuple):
    """How often each term stands in each document that has it, one after the other."""

    terms: dict[Any, int]  # term -> its number
    term: NDArray[np.int64]
    at: NDArray[np.int64]
    tf: NDArray[np.float64]
    df: NDArray[np.int64]

    def postings(self, weight: NDArray[np.float64], idf: NDArray[np.float64]) -> dict[Any, _Posting]:
        ends = np.cumsum(self.df).tolist()
        starts = [0, *ends][: len(ends)]  # no term, no posting
        tells = idf.tolist()
        return {term: _Posting(self.at[start:end], weight[start:end], tell) for term, start, end, tell in zip(self.terms, starts, ends, tells, strict=True)}


def _idf(df: NDArray[np.int64] | int, n: int) -> NDArray[np.float64]:
    """How much a term tells that ``df`` of ``n`` passages have; a few more are imagined, which have none, for the smallest bases."""
    return np.log(1 + (n + _IMAGINED - df + 0.5) / (np.asarray(df) + 0.5))


def _count(documents: Sequence[Sequence[Hashable]]) -> _Counts:
    terms: dict[Any, int] = {}
    numbers = np.fromiter((terms.setdefault(term, len(terms)) for document in documents for term in document), int)
    at = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
    cells, tf = np.unique(numbers * len(documents) + at, return_counts=True)
    term, at = np.divmod(cells, max(len(documents), 1))
    return _Counts(terms, term, at, tf.astype(float), np.bincount(term, minlength=len(terms)))


def _bm25(documents: Sequence[Sequence[T]], lengths: NDArray[np.float64] | None, b: float, idf: Mapping[T, _Posting] | None = None) -> dict[T, _Posting]:
    """Weigh each term in each document; ``idf`` of other documents can be given."""
    n, counts = len(documents), _count(documents)
    norm = np.ones(n) if lengths is None else 1 - b + b * lengths / max(lengths.mean(), 1)
    tells = _idf(counts.df, n) if idf is None else np.array([idf[term].idf for term in counts.terms])
    weight = counts.tf * (_K1 + 1) / (counts.tf + _K1 * norm[counts.at]) * tells[counts.term]
    return counts.postings(weight, tells)


def _tf_idf(documents: Sequence[Sequence[str]]) -> dict[str, _Posting]:
    """TF-IDF weights of documents brought to length one."""
    n, counts = len(documents), _count(documents)
    tells = np.log((1 + n) / (1 + counts.df))
    weight = (1 + np.log(counts.tf)) * tells[counts.term]
    length = np.sqrt(np.bincount(counts.at, weight**2, minlength=n))
    return counts.postings(weight / np.where(length, length, 1)[counts.at], tells)


def _sum(weights: Mapping[T, float], postings: Mapping[T, _Posting], n: int, most: float) -> NDArray[np.float64]:
    total = np.zeros(n)
    for term, weight in weights.items():
        if posting := postings.get(term):
            total[posting.at] += min(weight, most) * posting.weight
    return total


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(itertools.pairwise(words))


@functools.lru_cache(maxsize=8192)
def _letter_sequences(word: str) -> tuple[str, ...]:
    framed = f"^{unaccent(word)}$"
    return tuple(framed[at : at + length] for length in (3, 4) for at in range(len(framed) - length + 1))
