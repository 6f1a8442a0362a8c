"""Questions with a gap, made from a text alone: each quotes its sentence, and the wrong answers stand in the text as well.

A sentence that matters is found as a summary finds it; a date, a number, a name or a term that comes again is left out. Nothing is
learned, nothing is invented, and nothing is understood: a person has to throw the bad questions away.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from ailab.errors import TextError
from ailab.hub.claims import REFERENCE, blank, counted, find_dates, find_numbers
from ailab.i18n import gettext as _
from ailab.results import ClozeKind, ClozeQuestion, ClozeQuiz
from ailab.summary.sentences import FUNCTION_WORDS, pieces_of
from ailab.text import guess_language, normalize, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ailab.results import PersonalData, SummarySentence
    from ailab.summary.sentences import Piece
    from ailab.text import Token

__all__ = ["make_cloze"]

_LENGTHS = range(5, 46)  # syllables of a sentence that makes a question
_LONGEST = 40_000  # characters, some twenty pages
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = r"[^\W\d_a-z]\w*(?:[’'](?!s\b)\w+)*"  # with a capital, or a small letter with an accent, which is sorted out below
_NAME = re.compile(rf"\b{_WORD}(?:[ -]{_WORD})*")
_WORD_BEFORE = re.compile(r"(\w*)\W?$")
_LONGEST_WORD = 60  # characters, with what stands behind it
_AGAIN = 3  # times that a term has to come
_KINDS: tuple[ClozeKind, ...] = get_args(ClozeKind)


@dataclass(frozen=True)
class _Gap:
    """Something that can be left out; only one of the same ``shape`` can stand in its place."""

    start: int
    end: int
    kind: ClozeKind
    shape: str
    text: str
    size: float = 0.0  # of a number
    value: str = ""  # what a number or a date says, however it is written

    @property
    def key(self) -> str:
        return self.value or self.text.casefold()


def make_cloze(text: str, *, n_questions: int = 8, n_options: int = 4) -> ClozeQuiz:
    """Make questions with a gap from a text.

    Parameters
    ----------
    text : str
        In any Unicode form. Dates, numbers and names are found in Vietnamese and English, terms in Vietnamese.
    n_questions : int, default=8
        At most so many, one a sentence.
    n_options : int, default=4
        Answers to choose from, the right one among them. A question for which the text holds fewer than two wrong answers has none:
        the pupil writes.

    Returns
    -------
    ClozeQuiz
        In the order of the text. Sentences with personal data make no questions.

    Raises
    ------
    SecrecyError
        If the text bears a mark of secrecy.
    TextError
        If there is no sentence in it (code ``no_text``), or it is longer than 40,000 characters (code ``too_long``).
    """
    from ailab.privacy import find_personal_data, refuse_secret
    from ailab.summary import Summarizer

    text = normalize(text)
    refuse_secret(text)
    if len(text) > _LONGEST:
        raise TextError(_("The text is too long for a quiz. Take one lesson or one chapter of it."), code="too_long")
    scored = Summarizer().score(text)
    personal = find_personal_data(text)
    pieces = pieces_of(text)
    clean = [piece for piece in pieces if not _holds(personal, piece)]
    words = frozenset(re.findall(r"\w+", text))
    gaps = [gap for piece in clean for gap in _find_gaps(piece, text, words)]  # wrong answers are no personal data either
    gaps += _find_terms(clean, text)
    used: Counter[str] = Counter()
    questions: list[ClozeQuestion] = []
    for sentence in sorted(scored, key=lambda sentence: (-sentence.score, sentence.start)):
        if len(questions) == n_questions:
            break
        if _holds(personal, sentence):
            continue
        if gap := _choose(sentence, gaps, used):
            used.update((gap.kind, gap.text.casefold()))
            wrong = _wrong_answers(gap, sentence, gaps, n_options - 1)
            options = tuple(other.text for other in sorted([gap, *wrong], key=_order)) if len(wrong) > 1 else ()
            place = sum(piece.start <= sentence.start for piece in pieces)
            questions.append(ClozeQuestion(sentence.text, sentence.start, sentence.end, gap.start, gap.end, gap.kind, options, place))
    return ClozeQuiz(tuple(sorted(questions, key=lambda question: question.start)), text, len(pieces), len(pieces) - len(clean))


def _holds(personal: Iterable[PersonalData], sentence: Piece | SummarySentence) -> bool:
    return any(data.start < sentence.end and sentence.start < data.end for data in personal)


def _choose(sentence: SummarySentence, gaps: Sequence[_Gap], used: Counter[str]) -> _Gap | None:
    """Choose what a sentence is asked for: one with wrong answers, of the kinds asked least so far, and rather what the text seldom says."""
    if "?" in sentence.text or len(tokens(sentence.text)) not in _LENGTHS:
        return None
    low = sentence.text.casefold()
    inside = [gap for gap in gaps if sentence.start <= gap.start and gap.end <= sentence.end]
    fit = [gap for gap in inside if low.count(gap.text.casefold()) == 1 and not used[gap.text.casefold()]]  # else the sentence, or a question, tells
    often = Counter(gap.text for gap in gaps)

    def rank(gap: _Gap) -> tuple[bool, int, int, bool, int, int]:
        open_end = len(_wrong_answers(gap, sentence, gaps, 2)) < 2
        return open_end, used[gap.kind], _KINDS.index(gap.kind), gap.kind == "name" and gap.shape != "words", often[gap.text], gap.start

    return min(fit, key=rank, default=None)


def _wrong_answers(gap: _Gap, sentence: SummarySentence, gaps: Sequence[_Gap], most: int) -> list[_Gap]:
    """Others of the same kind that stand elsewhere in the text, the most alike first."""
    low, right = sentence.text.casefold(), gap.text.casefold()
    found: dict[str, _Gap] = {}
    for other in gaps:
        text = other.text.casefold()
        alike = other.kind == gap.kind and (gap.kind == "number" or other.shape == gap.shape) and other.key != gap.key
        if alike and text not in low and (gap.kind == "number" or (text not in right and right not in text)):
            found.setdefault(other.key, other)
    return sorted(found.values(), key=lambda other: _unlike(gap, other))[:most]


def _unlike(gap: _Gap, other: _Gap) -> tuple[bool, float, int]:
    far = abs(math.log((1 + other.size) / (1 + gap.size)))
    return other.shape != gap.shape, far, abs(other.start - gap.start)


def _order(gap: _Gap) -> tuple[float, str]:
    """Numbers by size, the rest by the alphabet: so the place of an answer tells nothing."""
    return gap.size, gap.text.casefold()


# --- what can be left out ---


def _find_gaps(sentence: Piece, text: str, words: Collection[str]) -> Iterator[_Gap]:
    """Dates, numbers and names of one sentence."""
    part, at = text[sentence.start : sentence.end], sentence.start
    dates = find_dates(part)
    for start, end, date in dates:
        yield _Gap(at + start, at + end, "date", re.sub(r"\d+", "0", part[start:end]), part[start:end], value=str(date))
    rest = blank(part, [*(date[:2] for date in dates), *(found.span() for found in REFERENCE.finditer(part))])
    for start, end, (value, unit) in find_numbers(rest):
        figures = _FIGURES.match(part, start)
        if figures is None or not _stands_alone(part, start, figures.end()):
            continue
        if unit == "time":
            yield _Gap(at + start, at + end, "date", "time", part[start:end], value=value)
        elif unit is None and re.fullmatch(r"1\d{3}|20\d\d", figures[0]) and not counted(rest, end):
            yield _Gap(at + start, at + figures.end(), "date", "year", figures[0], float(figures[0]))
        elif unit != "phone":
            yield _Gap(at + start, at + figures.end(), "number", unit or counted(rest, end), figures[0], _size(value), value)
    for start, end in _find_names(rest, words):
        name = " ".join(part[start:end].split())
        yield _Gap(at + start, at + end, "name", "code" if any(map(str.isdigit, name)) else "words" if " " in name else "word", name)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a number is no part of a range, a name or a word: 25–40, Eliane 2, 50th."""
    before = _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start)
    named = before is not None and before[1][:1].isupper() and before.start() > 0
    return not named and text[max(0, start - 1) : start] not in {"-", "–"} and not re.match(r"[-–\w]", text[end : end + 1])


def _size(value: str) -> float:
    return float(value) if re.fullmatch(r"\d+(?:\.\d+)?", value) else 0.0


def _find_names(part: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Words with a capital, where the capital is not the sentence's own."""
    if part.isupper():
        return
    for found in _NAME.finditer(part):
        words = [(found.start() + word.start(), found.start() + word.end()) for word in re.finditer(r"[^ -]+", found[0])]
        count = next((at for at, (start, _end) in enumerate(words) if not part[start].isupper()), len(words))
        words = words[:count]
        first = not any(char.isalnum() for char in part[: found.start()])
        if words and (len(words) == 1 or first) and _is_common(part[slice(*words[0])], known):
            words.pop(0)
        alone = len(words) == 1 and (first or re.match(r"-| [^\W\d_]", part[words[0][1] :]) is not None)  # half of a word: Hiệp định, Sở chỉ huy
        if words and not alone and words[-1][1] - words[0][0] > 1:
            yield words[0][0], words[-1][1]


def _is_common(word: str, known: Collection[str]) -> bool:
    """Tell whether a word with a capital is an ordinary one: the text has it in small letters too."""
    return word.lower() in FUNCTION_WORDS or word.lower() in known


def _find_terms(sentences: Sequence[Piece], text: str) -> Iterator[_Gap]:
    """Pairs of syllables that come again and again, as most Vietnamese words are written; of two that overlap the one that holds together better."""
    if guess_language(text) != "vi":
        return
    found = [tokens(sentence.text) for sentence in sentences]
    single = Counter(token.text for row in found for token in row)
    pairs = Counter((first.text, second.text) for row in found for first, second in pairwise(row))

    def worth(first: Token, second: Token) -> float:
        count = pairs[first.text, second.text]
        return count * count / (single[first.text] * single[second.text])

    for sentence, row in zip(sentences, found, strict=True):
        worths = [0.0, *(worth(first, second) for first, second in pairwise(row)), 0.0]
        for at, (first, second) in enumerate(pairwise(row), 1):
            words = sentence.text[first.start : second.end]
            content = words.islower() and re.fullmatch(r"[^\W\d_]+ [^\W\d_]+", words) and not {first.text, second.text} & FUNCTION_WORDS
            if content and pairs[first.text, second.text] >= _AGAIN and worths[at] >= max(worths[at - 1], worths[at + 1]):
                yield _Gap(sentence.start + first.start, sentence.start + second.end, "term", "", words)
