"""What to quote from an administrative document: who has to do what and by when, one thing from each section, no formulas."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ailab.summary._concepts import SINGLE, Concepts
from ailab.summary.sentences import FUNCTION_WORDS, ITEM, pieces_of
from ailab.text import fold, syllables, unaccent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ailab.results import AdministrativeDocument
    from ailab.summary.sentences import Piece

__all__ = ["WEIGHTS", "Candidates", "body_pieces", "candidates", "pick"]

#: Of what a sentence holds. Set by hand, looked at on benchmarks/documents/dev.
WEIGHTS = {
    "deadline": 1.0, "task": 0.5, "amount": 0.3, "order": 0.2, "opening": 1.0, "subject": 0.5, "centrality": 0.5, "length": 0.5, "formula": -1.0,
    "appendix": -2.0,
}  # fmt: skip
_SAME_ITEM, _SAME_SECTION, _REPETITION = 0.1, 0.1, 1.0  # what another sentence of the same item or section costs; one that says nothing new
_NO_DATE = 0.6  # of the weight of a deadline, if it recurs or counts from an event
_LONGEST = 60  # syllables of a line or list that is quoted as a whole; longer ones sentence by sentence

_SECTION = re.compile(r"\s*(?:(?:[IVX]{1,5}|[A-H])[.)]\s|(?i:điều|dieu)\s+\d)")
_ARTICLE = re.compile(r"\W*dieu \d")
_ANNOUNCES = re.compile(r"(?:nhu sau|sau day|sau|cu the|gom|quyet dinh|quyet nghi|chi thi|yeu cau|giao|thong bao) ?:$")
_NUMBER = re.compile(r"\s*\d{1,2}[.)](?!\d)")
_BULLET = re.compile(r"\s*(?:[-–+*•]|[a-zđ][)])")
_COMPLETE = re.compile(r"[.;!?:/][\s\"”')]*$")  # for the last few characters
# Patterns are written without accents, because a document may be.
_FORMULA = re.compile(
    r"tran trong|nghiem tuc|nghiem chinh|vuong mac|xin cam on|mong nhan duoc|nhan duoc (?:cong van|van ban|ke hoach)|thi hanh (?:quyet dinh|nghi quyet) nay"
    r"|(?:quyet dinh|nghi quyet) nay co hieu luc|^\W*tren day la"
)
_BASIS = re.compile(r"\W*(?:can cu|xet|thuc hien|tiep theo|theo)\b[^.]{0,40}\b(?:so|luat|nghi dinh|du bao|nhan dinh)\b")
_SOFT = re.compile(r"tuyen truyen|quan triet|nang cao|day manh|tang cuong|phat huy|vai tro|theo doi, don doc")
_ORDER = re.compile(r"nghiem cam|khong duoc|khong de|khong cho|\bphai\b|tuyet doi|bat buoc|khong qua|chi duoc|\bgiao\b|phe binh|giai quyet|hoan thanh")
_AMOUNT = re.compile(
    r"\d[\d.,]{0,20}\s{0,2}(?:%|(?:trieu|ty|dong|ho|nguoi|con|lieu|km|ha|em|hoc sinh|cong trinh|ho so|luot|nhan khau|m2|chi tieu|suat|tre|vu|nha|ban)\b)"
)


@dataclass(frozen=True)
class Candidates:
    """The pieces of one document that may be quoted, and what speaks for each.

    Attributes
    ----------
    pieces : list of Piece
    parts : dict of str to ndarray of shape (n_pieces,)
        Their sum is the worth of each piece.
    sections : list of (int, int)
        In which section, and in which numbered item of it, each piece stands.
    flourish : ndarray of shape (n_pieces,), bool
        Formulas that set no date.
    binding : ndarray of shape (n_pieces,), bool
        What sets a date or gives a task.
    """

    pieces: list[Piece]
    parts: dict[str, NDArray[np.float64]]
    sections: list[tuple[int, int]]
    flourish: NDArray[np.bool_]
    binding: NDArray[np.bool_]

    def at(self, piece: int) -> dict[str, float]:
        """What the worth of one piece is made of."""
        return {name: float(values[piece]) for name, values in self.parts.items()}


def body_pieces(document: AdministrativeDocument, number: int) -> list[Piece]:
    """Return the pieces of the body: sentences, whole lines and short lists; neither headings nor what stands around the body."""
    text = document.text
    found = pieces_of(text, number, [(start, end) for name, start, end in document.parts if name == "body"])
    lines: list[Piece] = []
    for piece in found:
        before = lines[-1] if lines else None
        if before and len(before.words) + len(piece.words) <= _LONGEST and "|" not in piece.text and _one_line(text[before.end : piece.start]):
            lines[-1] = _join(text, before, piece)
        else:
            lines.append(piece)
    return [replace(piece, position=at) for at, piece in enumerate(_with_lists(text, lines))]


def _one_line(gap: str) -> bool:
    return len(f"{gap}.".splitlines()) == 1


def _join(text: str, first: Piece, last: Piece) -> Piece:
    return replace(first, text=text[first.start : last.end], end=last.end, words=first.words + last.words)


def _with_lists(text: str, lines: list[Piece]) -> list[Piece]:
    """Put a line that ends with a colon and its items together where that stays short."""
    out: list[Piece] = []
    at = 0
    while at < len(lines):
        whole, after = lines[at], at + 1
        if whole.text.endswith(":") and "|" not in whole.text:
            while after < len(lines) and len(whole.words) <= _LONGEST and _BULLET.match(lines[after].text):
                whole, after = _join(text, whole, lines[after]), after + 1
        if len(whole.words) > _LONGEST:
            whole, after = lines[at], at + 1
        out.append(whole)
        at = after
    return out


def candidates(document: AdministrativeDocument, number: int) -> Candidates:
    """Find and weigh the pieces of a document.

    Parameters
    ----------
    document : AdministrativeDocument
    number : int
        Which of the sources it is.
    """
    found = body_pieces(document, number)
    flats = [fold(piece.text).flat for piece in found]
    sections = _sections(found)
    deadline = _marked(found, [(when.start, when.end, _NO_DATE if when.op in {"recurring", "relative"} else 1.0) for when in document.deadlines])
    task = _marked(found, [(task.start, task.end, 1.0) for task in document.tasks])
    courtesy = np.array([bool(_FORMULA.search(flat)) for flat in flats], bool)
    basis = np.array([bool(_BASIS.match(flat)) for flat in flats], bool)
    formula = ((courtesy | basis) + 0.3 * np.array([bool(_SOFT.search(flat)) for flat in flats])) * (deadline == 0)
    formula = np.maximum(formula, [0.5 * (bool(_ANNOUNCES.search(flat)) and not _ARTICLE.match(flat)) for flat in flats])
    cut = max((start for name, start, _end in document.parts if name in {"signature", "recipients"}), default=len(document.text))
    parts = {
        "deadline": deadline,
        "task": task,
        "amount": np.array([bool(_AMOUNT.search(flat)) for flat in flats], float),
        "order": np.array([bool(_ORDER.search(flat)) for flat in flats], float),
        "opening": _opening(found, sections, formula),
        "subject": _shares(found, document.subject or ""),
        "centrality": _centrality(found),
        "length": np.array([min(len(piece.words), 40) / 40 for piece in found]),
        "formula": formula,
        "appendix": np.array([piece.start > cut for piece in found], float),
    }
    keep = [at for at, (piece, flat) in enumerate(zip(found, flats, strict=True)) if not _is_heading(piece, flat)]
    flourish = (courtesy | (basis & (task == 0))) & (deadline == 0)
    return Candidates(
        [found[at] for at in keep],
        {name: WEIGHTS[name] * values[keep] for name, values in parts.items()},
        [sections[at] for at in keep],
        flourish[keep],
        ((deadline > 0) | (task > 0))[keep],
    )


def _marked(found: Sequence[Piece], spans: Sequence[tuple[int, int, float]]) -> NDArray[np.float64]:
    """Return the highest value of the spans that each piece touches, or 0."""
    out = np.zeros(len(found))
    ends = [piece.end for piece in found]
    for start, end, value in spans:
        at = bisect.bisect_right(ends, start)
        while at < len(found) and found[at].start < end:
            out[at] = max(out[at], value)
            at += 1
    return out


def _sections(found: Sequence[Piece]) -> list[tuple[int, int]]:
    section = item = 0
    out = []
    for piece in found:
        if _SECTION.match(piece.text):
            section, item = section + 1, 0
        elif _NUMBER.match(piece.text):
            item += 1
        out.append((section, item))
    return out


def _is_heading(piece: Piece, flat: str) -> bool:
    """Tell whether a line only says what comes below it."""
    if "|" in piece.text:
        return not any(char.isdigit() for char in flat)
    if len(piece.words) > 14 or _COMPLETE.search(piece.text[-8:]):
        return len(piece.words) < 4
    return len(piece.words) < 4 or bool(ITEM.match(piece.text)) or (piece.text.isupper() and ":" not in piece.text)


def _opening(found: Sequence[Piece], sections: Sequence[tuple[int, int]], formula: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mark the first thing that a document says in its first section, and before it."""
    out = np.zeros(len(found))
    usable = [at for at, piece in enumerate(found) if not formula[at] and not _is_heading(piece, fold(piece.text).flat)]
    numbered = [at for at in usable if sections[at] != (0, 0)]
    out[numbered[:1]] = 1.0
    if not numbered:
        out[usable[:1]] = 1.0
    return out


def _shares(found: Sequence[Piece], subject: str) -> NDArray[np.float64]:
    """Return which share of the words of the subject each piece has."""
    asked = {unaccent(word) for word in syllables(subject) if word not in FUNCTION_WORDS}
    return np.array([len(asked.intersection(map(unaccent, piece.words))) / max(len(asked), 1) for piece in found])


def _centrality(found: Sequence[Piece]) -> NDArray[np.float64]:
    cosine = Concepts(found, SINGLE).cosine if found else np.zeros(0)
    return np.asarray(cosine / max(float(cosine.max(initial=0.0)), 1e-9))


def pick(sources: Sequence[Candidates], n_sentences: int, max_syllables: int | None) -> list[tuple[int, int, dict[str, float]]]:
    """Choose what to quote.

    Returns
    -------
    list of (int, int, dict of str to float)
        Number among the sources, number of the piece, and what its score was made of when it was chosen.
    """
    where = [(source, at) for source, group in enumerate(sources) for at in range(len(group.pieces))]
    pieces = [sources[source].pieces[at] for source, at in where]
    worth = np.array([sum(sources[source].at(at).values()) for source, at in where])
    flourish = np.array([sources[source].flourish[at] for source, at in where], bool)
    binding = np.array([sources[source].binding[at] for source, at in where], bool)
    section = [(source, *sources[source].sections[at]) for source, at in where]
    units = [set(piece.words) | set(zip(piece.words, piece.words[1:], strict=False)) for piece in pieces]
    same = np.zeros(len(where))
    repeated = np.zeros(len(where))
    free = np.ones(len(where), bool)
    said: set[object] = set()
    chosen: list[tuple[int, int, dict[str, float]]] = []
    length = 0
    while free.any() and (len(chosen) < n_sentences if max_syllables is None else length < max_syllables):
        allowed = free & ~flourish if (free & binding & ~flourish).any() else free
        best = int(np.argmax(np.where(allowed, worth - same - repeated, -np.inf)))
        source, at = where[best]
        extra = {"section": -float(same[best]), "repetition": -float(repeated[best])}
        chosen.append((source, at, sources[source].at(at) | extra))
        free[best] = False
        length += len(pieces[best].words)
        said |= units[best]
        same += [_SAME_SECTION * (other[:2] == section[best][:2]) + _SAME_ITEM * (other == section[best]) for other in section]
        repeated = np.array([_REPETITION * len(said & own) / len(own) for own in units])
    return sorted(chosen, key=lambda entry: entry[:2])
