"""Does a text say only what passages say? A check of words, numbers, dates, names and negations; it does not understand.

It refuses too much rather than too little. What it cannot see: a claim made of the passage's own words in another order, and a
passage that is wrong itself.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ailab.hub.claims import CODE, EMPTY, NEGATIONS, NUMBER_WORDS, UNITS, Date, Evidence, blank, find_dates, find_numbers
from ailab.text import normalize, sentences, syllables, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ailab.passages import Passage

__all__ = ["SupportChecker"]


@dataclass(frozen=True)
class _Claims:
    """What a text says that can be compared letter by letter."""

    words: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    dates: frozenset[Date]
    numbers: frozenset[tuple[str, str | None]]


class SupportChecker:
    """Find the sentences of a text that passages do not bear out.

    A sentence is borne out if one single passage holds each of its numbers (with the same unit), dates, written-out numbers and names,
    enough of its other words, weighted by how rare they are among all passages, and says "not" where the sentence does.

    Parameters
    ----------
    passages : iterable of Passage
        The whole base: tells which words are rare.
    enough : float, default=0.7
        Share of the weight of a sentence's words that has to occur in the passage. Chosen by hand: below two thirds, a sentence of
        six words could have two of its own.
    """

    def __init__(self, passages: Iterable[Passage], *, enough: float = 0.7) -> None:
        self.enough = enough
        documents = [_whole(passage) for passage in passages]
        self._size = len(documents)
        self._counts = Counter(word for text in documents for word in set(syllables(text)))
        self._ordinary = {found.text for text in documents for found in tokens(text) if text[found.start].islower()} | EMPTY

    def unsupported(self, text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
        """Sentences that no passage bears out.

        Parameters
        ----------
        text : str
        passages : sequence of Passage
            Those that the text was written from.

        Returns
        -------
        tuple of str
            As they stand in the text; empty if all is borne out.
        """
        text = normalize(text)
        sources = [_Source.read(passage) for passage in passages]
        pieces = [text[start:end] for start, end in sentences(text)]
        return tuple(piece for piece in pieces if any(map(str.isalnum, piece)) and not any(self._bears(source, piece) for source in sources))

    def _bears(self, source: _Source, sentence: str) -> bool:
        claims = self._claims(sentence)
        return (
            self._share(claims.words, source.vocabulary) >= self.enough
            and all(source.evidence.has_name(name) for name in claims.names)
            and all(source.evidence.has_number(number) for number in claims.numbers)
            and all(source.evidence.has_date(date) for date in claims.dates)
            and _denies(claims.words) == self._denied(source, claims.words)
        )

    def _share(self, words: Iterable[str], vocabulary: Iterable[str]) -> float:
        """Share of the weight of words that occur; 0 where a sentence has no words of its own, such as “Yes.” or “32.” alone."""
        weights = {word: math.log(1 + (self._size + 1) / (self._counts[word] + 0.5)) for word in words if word not in EMPTY}
        return sum(weight for word, weight in weights.items() if word in vocabulary) / (sum(weights.values()) or 1)

    def _denied(self, source: _Source, words: tuple[str, ...]) -> bool:
        """Tell whether the sentence of a passage that is most like these words says “not”."""
        return _denies(max(source.sentences, key=lambda other: self._share(words, other), default=()))

    def _claims(self, sentence: str) -> _Claims:
        dates = find_dates(sentence)
        rest = blank(sentence, [(start, end) for start, end, _date in dates])
        found = tokens(rest)
        names: list[tuple[str, ...]] = []
        end = -1
        for at, token in enumerate(found):
            if not (rest[token.start].isupper() or CODE.fullmatch(token.text)) or token.text in UNITS or (at == 0 and token.text in self._ordinary):
                continue
            joined = end >= 0 and not rest[end : token.start].strip() and found[at - 1].end == end
            names = [*names[:-1], (*names[-1], token.text)] if joined else [*names, (token.text,)]
            end = token.end
        words = tuple(token.text for token in found if not token.text[0].isdigit())
        written = [(word,) for word in words if word in NUMBER_WORDS]
        numbers = frozenset(number for _start, _end, number in find_numbers(rest))
        return _Claims(words, (*names, *written), frozenset(date for _start, _end, date in dates), numbers)


@dataclass(frozen=True)
class _Source:
    """A passage, ready to be compared with."""

    evidence: Evidence  # of the text, the title and each place
    sentences: tuple[tuple[str, ...], ...]
    vocabulary: frozenset[str]

    @classmethod
    def read(cls, passage: Passage) -> _Source:
        parts = (passage.text, passage.title, *passage.places)
        pieces = tuple(tuple(syllables(passage.text[start:end])) for start, end in sentences(passage.text))
        return cls(Evidence.read(*parts), pieces, frozenset(word for part in parts for word in syllables(part)))


def _whole(passage: Passage) -> str:
    return "\n".join((passage.title, passage.text, *passage.places))


def _denies(words: Iterable[str]) -> bool:
    return not NEGATIONS.isdisjoint(words)
