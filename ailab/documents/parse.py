"""From a text to an :class:`~ailab.results.AdministrativeDocument`, or to several."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.documents._body import read_body
from ailab.documents._foot import read_foot
from ailab.documents._head import is_basis, read_head
from ailab.documents._layout import lines
from ailab.results import AdministrativeDocument, Deadline, Task
from ailab.text import fold

if TYPE_CHECKING:
    from ailab.documents._body import FoundDeadline, FoundTask
    from ailab.documents._foot import Foot
    from ailab.documents._layout import Line
    from ailab.text import Folded

__all__ = ["parse_document", "parse_documents"]

_MOST_BASES = 40  # lines
_LONGEST_AUTHORITY = 120  # characters of “CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ …”, which stands above the bases


def parse_document(text: str) -> AdministrativeDocument:
    """Read the parts, tasks and deadlines of one administrative document.

    Parameters
    ----------
    text : str
        From :func:`~ailab.read_document`, or typed; any Unicode form, with or without accents. Where it holds several documents, head and
        foot are those of the first, tasks and deadlines those of all; see :func:`parse_documents`.

    Returns
    -------
    AdministrativeDocument
        ``type`` is None where the text is no administrative document. Nothing is guessed but the year of a date without one, which is marked.
    """
    found = parse_documents(text)
    if len(found) == 1:
        return found[0]
    offsets = [0]
    for document in found:
        offsets.append(offsets[-1] + len(document.text))
    moved = [_moved(document, offset) for document, offset in zip(found, offsets, strict=False)]
    return replace(
        moved[0],
        text=text,
        tasks=tuple(task for document in moved for task in document.tasks),
        deadlines=tuple(deadline for document in moved for deadline in document.deadlines),
        parts=tuple(part for document in moved for part in document.parts),
    )


@functools.lru_cache(maxsize=4)  # a summary and a list of tasks of one text ask for the same
def parse_documents(text: str) -> tuple[AdministrativeDocument, ...]:
    """Read the documents of a file that holds several.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of AdministrativeDocument
        At least one. Each has its own piece of the text, and offsets into that piece; the pieces one after the other are the text.
    """
    folded = fold(text)
    found = lines(folded)
    starts = _starts(found)
    bounds = [0, *(folded.at[found[at].start] for at in starts[1:]), len(text)]
    if len(bounds) == 2:
        return (_parse(text, folded, found),)
    return tuple(_parse_piece(text[start:end]) for start, end in itertools.pairwise(bounds))


def _parse_piece(text: str) -> AdministrativeDocument:
    folded = fold(text)
    return _parse(text, folded, lines(folded))


def _starts(found: list[Line]) -> list[int]:
    """Lines at which a document starts: the nation's name, and what of the left column stands above it."""
    starts: list[int] = []
    for at, line in enumerate(found):
        if not re.search(r"cong\s+hoa\s+xa\s+hoi\s+chu\s+nghia|dang\s+cong\s+san\s+viet\s+nam$", line.flat) or len(line.flat) > 140 or not _is_head_line(line):
            continue
        first = at
        while first > 0 and at - first < 8 and _is_left_column(found[first - 1]):
            first -= 1
        if not starts or first > starts[-1] + 3:
            starts.append(first)
    return starts or [0]


def _is_head_line(line: Line) -> bool:
    return line.plain.isupper() or line.plain.islower() or re.match(r"cong\s+hoa\s+xa\s+hoi\s+chu\s+nghia", line.flat) is not None or "|" in line.plain


def _is_left_column(line: Line) -> bool:
    if re.match(r"\s*[-–•+]|\(|noi nhan|t\s?m\.|k\s?t\.|chu tich|pho chu tich|giam doc", line.flat):
        return line.plain.startswith("(Văn bản")
    return line.plain.isupper() or re.match(r"so\s*:|v/v", line.flat) is not None


def _parse(text: str, folded: Folded, found: list[Line]) -> AdministrativeDocument:
    head = read_head(found)
    foot = read_foot(found, head.end)
    bases = _bases(found, head.end, foot.start)
    body = [line for at, line in enumerate(found) if at >= head.end and at not in bases and not foot.start <= at < foot.end]
    deadlines, tasks = read_body(body, head)
    spans = {name: folded.span(*span) for name, span in head.spans.items()}
    if foot.signer_span:
        spans["signer"] = folded.span(*foot.signer_span)
    made = {id(found): _deadline(text, folded, found) for found in deadlines}
    return AdministrativeDocument(
        text=text,
        number=head.number, type=head.type, issuer=head.issuer, place=head.place, date=head.date, subject=head.subject,
        signer=foot.signer, recipients=foot.recipients,
        tasks=tuple(_task(text, folded, task, made) for task in tasks),
        deadlines=tuple(made[id(found)] for found in deadlines),
        spans=spans,
        parts=tuple(_parts(folded, found, head.end, bases, foot)),
    )  # fmt: skip


def _words(text: str) -> str:
    return " ".join(text.split())


def _deadline(text: str, folded: Folded, found: FoundDeadline) -> Deadline:
    when = found.when
    start, end = folded.span(when.start, when.end)
    return Deadline(
        raw=text[start:end], start=start, end=end, value=_iso(when.value), op=when.op, inferred=when.inferred and when.value is not None,
        task=text[slice(*folded.span(*found.task))], owner=_words(folded.plain[slice(*found.owner)]) if found.owner else None,
    )  # fmt: skip


def _iso(value: dt.date | None) -> str | None:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if value else None


def _task(text: str, folded: Folded, task: FoundTask, made: dict[int, Deadline]) -> Task:
    start, end = folded.span(*task.place)
    return Task(
        text=text[start:end], start=start, end=end, owner=_words(folded.plain[slice(*task.owner)]) if task.owner else None,
        co_owners=tuple(_words(folded.plain[slice(*helper)]) for helper in task.helpers), deadline=made.get(id(task.deadline)) if task.deadline else None,
    )  # fmt: skip


def _bases(found: list[Line], head: int, foot: int) -> set[int]:
    """Lines of the legal bases: the first run of them after the head. Later, “Căn cứ …” only starts a sentence."""
    bases: set[int] = set()
    for at in range(head, min(foot, head + _MOST_BASES)):
        if is_basis(found[at]):
            bases.add(at)
        elif (bases and not found[at - 1].plain.endswith((",", "-"))) or len(found[at].plain) > _LONGEST_AUTHORITY or at > head + 4:
            break
    return bases


def _parts(folded: Folded, found: list[Line], head: int, bases: set[int], foot: Foot) -> list[tuple[str, int, int]]:
    """Parts in reading order; each holds whole lines."""
    names = ["head" if at < head else "basis" if at in bases else "body" for at in range(len(found))]
    for name, block in (("signature", foot.signature), ("recipients", foot.listed)):
        for at in range(*(block or (0, 0))):
            names[at] = name
    parts: list[tuple[str, int, int]] = []
    for name, line in zip(names, found, strict=True):
        start, end = folded.span(line.start, line.end)
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1], end)
        else:
            parts.append((name, start, end))
    return parts


def _moved(document: AdministrativeDocument, by: int) -> AdministrativeDocument:
    """The same with other offsets."""
    deadlines = {id(deadline): replace(deadline, start=deadline.start + by, end=deadline.end + by) for deadline in document.deadlines}
    return replace(
        document,
        deadlines=tuple(deadlines.values()),
        tasks=tuple(replace(task, start=task.start + by, end=task.end + by, deadline=deadlines.get(id(task.deadline))) for task in document.tasks),
        spans={name: (start + by, end + by) for name, (start, end) in document.spans.items()},
        parts=tuple((name, start + by, end + by) for name, start, end in document.parts),
    )
