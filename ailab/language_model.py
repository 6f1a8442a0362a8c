"""A small language model: how likely a syllable is after another, learned by counting pairs in a few texts.

It reads a question as a person would: given what the texts talk about, ``ham do cat`` can only be ``hầm đờ cát``. The typed
syllables are what is seen, the meant ones are hidden, and the forward-backward algorithm gives the probability of each
meant syllable at each place (Rabiner 1989, "A tutorial on hidden Markov models", section III).
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ailab.text import TEEN, expand, is_syllable, syllables, tokens, unaccent, untelex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Reading", "SyllableModel", "stem"]

# What each way of mistyping costs, as minus the logarithm of a probability. Chosen by hand on the public questions that
# benchmarks/qa.py names.
_COST_ACCENT = 1.0  # some accents left out
_COST_LATE = 3.0  # the same, in a text that has most of its accents
_ACCENTED = 0.6  # this share of syllables with accents means most
_COST_KEYBOARD = 0.5  # Telex or VNI keys left in the text
_COST_STEM = 1.5  # another form of the same English word
_COST_WRONG_ACCENT = 5.0
_COST_SLIP = 6.0  # one letter too many, too few, wrong, or two swapped
_COST_UNKNOWN = 14.0  # a word that the texts do not have, although they have similar ones
_COST_PLAUSIBLE = 10.0  # the same, where it is typed with all the accents of a Vietnamese syllable
_MOST_CANDIDATES = 16
_LEAST_PROBABILITY = 0.01


class Reading(NamedTuple):
    """How a typed text is understood.

    Attributes
    ----------
    typed : tuple of str
        Syllables as typed, short forms written out.
    best : tuple of str
        The most probable syllable at each place; as typed where the texts have nothing like it.
    choices : tuple of tuple of (str, float)
        At each place the known syllables that may be meant, and their probabilities, most probable first. What is missing
        to one is the probability of a word that the texts do not have.
    pairs : tuple of dict
        At each place but the last, the probability of a pair of known neighbours.
    """

    typed: tuple[str, ...]
    best: tuple[str, ...]
    choices: tuple[tuple[tuple[str, float], ...], ...]
    pairs: tuple[dict[tuple[str, str], float], ...]


class SyllableModel:
    """Bigram model over syllables, interpolated with the frequencies of single ones.

    Parameters
    ----------
    lang : {'vi', 'en'}, default='vi'
        English words may be meant in another form (``opens``, ``opening``); Vietnamese ones have none.
    pair_weight : float, default=0.45
        Share of the pair in the probability of a syllable, from 0 to less than 1.

    Attributes
    ----------
    counts_ : Counter of str
    pair_counts_ : Counter of (str, str)

    Examples
    --------
    >>> model = SyllableModel().fit(["Hầm Đờ Cát ở giữa cánh đồng Mường Thanh.", "Cát ở ven sông."])
    >>> model.restore("ham do cat")
    'hầm đờ cát'
    """

    def __init__(self, *, lang: str = "vi", pair_weight: float = 0.45) -> None:
        self.lang = lang
        self.pair_weight = pair_weight

    def fit(self, texts: Iterable[str | Sequence[str]]) -> SyllableModel:
        """Count.

        Parameters
        ----------
        texts : iterable of str, or of sequence of str
            Texts, or their syllables.

        Returns
        -------
        SyllableModel
            Itself.
        """
        lists = [syllables(text) if isinstance(text, str) else list(text) for text in texts]
        self.counts_: Counter[str] = Counter()
        self.pair_counts_: Counter[tuple[str, str]] = Counter()
        self._firsts: Counter[str] = Counter()
        for words in lists:
            self.counts_.update(words)
            self.pair_counts_.update(itertools.pairwise(words))
            self._firsts.update(words[:-1])
        self._total = sum(self.counts_.values())
        self._bare: defaultdict[str, list[str]] = defaultdict(list)
        self._stems: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.counts_:
            self._bare[unaccent(word)].append(word)
            if self.lang == "en":
                self._stems[stem(word)].append(word)
        self._shortened: defaultdict[str, set[str]] = defaultdict(set)  # SymSpell: words by what is left without a letter
        for bare in self._bare:
            if not bare.isdigit():
                for short in _without_a_letter(bare):
                    self._shortened[short].add(bare)
        self._candidates = functools.lru_cache(maxsize=4096)(self._find_candidates)
        return self

    def probability(self, syllable: str, before: str | None = None) -> float:
        """Probability of a syllable, after another one if that is given."""
        alone = (self.counts_.get(syllable, 0) + 0.1) / (self._total + 0.1 * (len(self.counts_) + 1))
        first = self._firsts.get(before, 0) if before is not None else 0
        if before is None or not first:
            return alone
        return (1 - self.pair_weight) * alone + self.pair_weight * self.pair_counts_.get((before, syllable), 0) / first

    def following(self, before: str, k: int = 5) -> list[tuple[str, float]]:
        """Return the ``k`` most probable next syllables and their probabilities."""
        ranked = sorted(((self.probability(word, before), word) for word in self.counts_), reverse=True)
        return [(word, p) for p, word in ranked[:k]]

    def read(self, text: str | Sequence[str]) -> Reading:
        """Find out which known syllables are meant.

        Parameters
        ----------
        text : str, or sequence of str
            A question as typed, or its syllables.
        """
        typed = self._write_out(syllables(text) if isinstance(text, str) else list(text))
        if not typed:
            return Reading((), (), (), ())
        columns = [self._candidates(word) for word in typed]
        # Who writes most syllables with accents means the others as they stand.
        accented = sum(word != unaccent(word) for word in typed) > _ACCENTED * sum(word.isalpha() for word in typed)
        emissions = [np.array([-cost - _COST_LATE * (accented and cost == _COST_ACCENT) for _word, cost in column]) for column in columns]
        steps = [self._transitions(left, right) for left, right in itertools.pairwise(columns)]
        forward = [emissions[0] + self._transitions([(None, 0.0)], columns[0])[0]]
        for step, emission in zip(steps, emissions[1:], strict=True):
            forward.append(_log_sum(forward[-1][:, None] + step, 0) + emission)
        backward = [np.zeros(len(columns[-1]))]
        for step, emission in zip(reversed(steps), reversed(emissions[1:]), strict=True):
            backward.insert(0, _log_sum(step + (backward[0] + emission)[None, :], 1))
        whole = _log_sum(forward[-1], 0)
        choices, pairs, best = [], [], []
        for at, column in enumerate(columns):
            found = np.exp(forward[at] + backward[at] - whole).tolist()
            likely = ((word, p) for (word, _cost), p in zip(column, found, strict=True) if word is not None and p > _LEAST_PROBABILITY)
            known = sorted(likely, key=_second, reverse=True)
            choices.append(tuple(known))
            best.append(known[0][0] if known and known[0][1] > found[-1] else typed[at])
            if at:
                joint = np.exp(forward[at - 1][:, None] + steps[at - 1] + (backward[at] + emissions[at])[None, :] - whole)
                left = columns[at - 1]
                both = [(left[i][0], column[j][0], float(joint[i, j])) for i, j in np.argwhere(joint > _LEAST_PROBABILITY)]
                pairs.append({(a, b): p for a, b, p in both if a is not None and b is not None})
        return Reading(tuple(typed), tuple(best), tuple(choices), tuple(pairs))

    def restore(self, text: str) -> str:
        """Write a text with the accents that it most likely should have; capitals and punctuation stay, unless short forms are written out."""
        text = unicodedata.normalize("NFC", text)
        found = tokens(text)
        best = self.read([token.text for token in found]).best
        if len(best) != len(found):  # short forms were written out
            return " ".join(best)
        pieces, end = [], 0
        for token, word in zip(found, best, strict=True):
            typed = text[token.start : token.end]
            cased = word.upper() if typed.isupper() and len(typed) > 1 else word[:1].upper() + word[1:] if typed[:1].isupper() else word
            pieces += [text[end : token.start], cased]
            end = token.end
        return "".join(pieces) + text[end:]

    def _write_out(self, words: list[str]) -> list[str]:
        out: list[str] = []
        for word in words:
            if self.lang == "vi" and (word in TEEN or (word not in self.counts_ and re.search(r"\D\d|(.)\1\1", word))):
                out += expand([word])
            elif word in self.counts_ or word in self._bare:
                out.append(word)
            else:
                out += self._split(word)
        return out

    def _split(self, word: str) -> list[str]:
        """Two known words written as one."""
        if self.lang == "vi" and len(word) >= 6 and word.isalpha() and unaccent(word) not in self._bare and len(self._candidates(word)) == 1:
            bare = unaccent(word)
            for at in range(2, len(word) - 1):
                if bare[:at] in self._bare and bare[at:] in self._bare:
                    return [word[:at], word[at:]]
        return [word]

    def _find_candidates(self, word: str) -> list[tuple[str | None, float]]:
        """Known words that may be meant, and what each would cost; last the unknown word."""
        bare = unaccent(word)
        costs: dict[str, float] = {word: 0.0} if word in self.counts_ else {}
        for known in self._bare.get(bare, ()):
            costs.setdefault(known, _COST_ACCENT if _leaves_out_accents(word, known) else _COST_WRONG_ACCENT)
        if self.lang == "en":
            for known in self._stems.get(stem(word), ()):
                costs.setdefault(known, _COST_STEM)
        elif (mended := untelex(word)) is not None:
            for known in self._bare.get(unaccent(mended), ()):
                cost = _COST_KEYBOARD + (0 if known == mended else _COST_ACCENT if _leaves_out_accents(mended, known) else _COST_WRONG_ACCENT)
                costs[known] = min(costs.get(known, math.inf), cost)
        if len(bare) >= 3 and not any(letter.isdigit() for letter in bare):
            near = set().union(*(self._shortened.get(short, ()) for short in _without_a_letter(bare)))
            for other in near:
                if other != bare and _one_slip_apart(other, bare):
                    for known in self._bare[other]:
                        costs.setdefault(known, _COST_SLIP + (0 if word == bare or _accents(word) <= _accents(known) else _COST_WRONG_ACCENT))
        ranked = sorted(costs.items(), key=lambda item: item[1] - math.log(self.counts_[item[0]]))[:_MOST_CANDIDATES]
        plausible = self.lang == "vi" and word != bare and is_syllable(word)
        return [*ranked, (None, (_COST_PLAUSIBLE if plausible else _COST_UNKNOWN) if ranked else 0.0)]

    def _transitions(self, left: Sequence[tuple[str | None, float]], right: Sequence[tuple[str | None, float]]) -> np.ndarray:
        """Log probabilities of each candidate of ``right`` after each of ``left``; an unknown word costs nothing here."""
        alone = [0.0 if word is None else math.log(self.probability(word)) for word, _cost in right]
        rows = []
        for before, _cost in left:
            row = alone
            if before is not None and (first := self._firsts.get(before, 0)):
                found = {j: pair for j, (word, _c) in enumerate(right) if word is not None and (pair := self.pair_counts_.get((before, word), 0))}
                less = math.log(1 - self.pair_weight)
                row = [value + less if word is not None else 0.0 for value, (word, _c) in zip(alone, right, strict=True)]
                for j, pair in found.items():
                    row[j] = math.log(math.exp(row[j]) + self.pair_weight * pair / first)
            rows.append(row)
        return np.array(rows)


def stem(word: str) -> str:
    """Cut the commonest endings off an English word."""
    for ending in ("ies", "es", "s", "ing", "ed", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


def _log_sum(values: np.ndarray, axis: int) -> np.ndarray:
    top = values.max(axis=axis)
    total: np.ndarray = top + np.log(np.exp(values - np.expand_dims(top, axis)).sum(axis=axis))
    return total


def _without_a_letter(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))} if len(word) <= 24 else {word}


@functools.lru_cache(maxsize=4096)
def _accents(word: str) -> frozenset[str]:
    return frozenset(char for char in unicodedata.normalize("NFD", word.replace("đ", "d\u0335")) if unicodedata.combining(char))


def _leaves_out_accents(typed: str, meant: str) -> bool:
    """Whether every mark that was typed is in the meant word too."""
    whole = iter(unicodedata.normalize("NFD", meant.replace("đ", "d\u0335")))
    return all(char in whole for char in unicodedata.normalize("NFD", typed.replace("đ", "d\u0335")))


def _one_slip_apart(a: str, b: str) -> bool:
    """Whether one letter more, less, other, or two swapped neighbours make ``b`` of ``a`` (Damerau 1964)."""
    if abs(len(a) - len(b)) > 1:
        return False
    same = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) != len(b):
        return a[same + 1 :] == b[same:] if len(a) > len(b) else a[same:] == b[same + 1 :]
    if a[same + 1 :] == b[same + 1 :]:
        return True
    return a[same : same + 2] == b[same : same + 2][::-1] and a[same + 2 :] == b[same + 2 :]
