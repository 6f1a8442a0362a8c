"""All rules together: who and what is found in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from typing import TYPE_CHECKING, cast

from ailab.privacy._addresses import find_addresses
from ailab.privacy._details import Named, find_births
from ailab.privacy._flat_names import flat_name
from ailab.privacy._health import find_health
from ailab.privacy._name_parts import is_family, words_from
from ailab.privacy._names import find_again, find_names
from ailab.privacy._numbers import find_numbers
from ailab.privacy._sensitive import find_sensitive
from ailab.privacy._signature import find_signatures
from ailab.privacy._tables import Tables
from ailab.privacy._view import Hit, View, covers
from ailab.privacy._words import NOT_A_NAME
from ailab.results import PersonalData

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ailab.results import PersonalDataKind

__all__ = ["LABELS", "PLACEHOLDER", "find_hits", "find_personal_data"]

#: What stands in a masked text instead of personal data: ``[HỌ TÊN 1]``. Vietnamese in any language of the interface, since the text is.
LABELS: dict[PersonalDataKind, str] = {
    "national_id": "SỐ ĐỊNH DANH",
    "old_id": "SỐ CMND",
    "passport": "SỐ HỘ CHIẾU",
    "phone": "ĐIỆN THOẠI",
    "email": "THƯ ĐIỆN TỬ",
    "dob": "NGÀY SINH",
    "address": "ĐỊA CHỈ",
    "bank_account": "SỐ TÀI KHOẢN",
    "tax_code": "MÃ SỐ THUẾ",
    "social_insurance": "SỐ BẢO HIỂM",
    "plate": "BIỂN SỐ XE",
    "person_name": "HỌ TÊN",
    "sensitive_health": "SỨC KHỎE",
    "sensitive": "THÔNG TIN NHẠY CẢM",
}
PLACEHOLDER = re.compile(rf"\[(?P<label>{'|'.join(LABELS.values())}) (?P<number>\d{{1,9}})\]")
_TITLE_IN_CELL = re.compile(r"(?:\d+[.)]? ?)?(?:(?:ong|ba|anh|chi|em|chau|dong chi|d/c|ho(?: ong| ba)?|[-+*])[ .:]{1,2})*")


def find_personal_data(text: str) -> tuple[PersonalData, ...]:
    """Find personal data in a text.

    Rules and lists of words find them, on this computer; nothing is learned, nothing is stored. They miss some, and take
    something else for some: a person has to read the text before it leaves the house.

    Parameters
    ----------
    text : str
        In any Unicode form, with or without accents, in capitals or not. Rows of tables are lines with ``|`` or tabs between the cells.

    Returns
    -------
    tuple of PersonalData
        In reading order, none overlapping with another; ``text[start:end]`` is its text. Kinds are those of
        :data:`ailab.results.PersonalDataKind`. Some decisions: a driving licence (12 digits) counts as ``national_id``, and so
        does a national number that serves as a tax code; a personal page of a social network counts as ``email``; the name
        of the person who signed for an office has the role ``'signer'`` wherever it stands.
    """
    view = View(text)
    out = []
    for hit in find_hits(view):
        start, end = view.span(hit.start, hit.end)
        out.append(PersonalData(start, end, cast("PersonalDataKind", hit.kind), text[start:end], hit.role))
    return tuple(out)


def find_hits(view: View) -> list[Hit]:
    """All of it as places in a view, sorted, none overlapping with another."""
    tables = Tables(view)
    numbers = find_numbers(view, tables)
    names = _apart([*find_names(view), *_names_in_cells(view, tables), *_names_in_rows(view, tables)])
    names = [hit for hit in names if not (row := tables.row_at(hit.start)) or row.roles]  # none in the head of a table
    names = _apart([*find_signatures(view, names), *names])
    names = _apart([*names, *find_again(view, ((hit.start, hit.end) for hit in names))])
    names = _signers(view, names)
    spans = [(hit.start, hit.end) for hit in names]
    named = Named(view, spans)
    details = [*numbers, *names, *find_births(view, named, spans, tables), *find_sensitive(view, named, tables)]
    details += find_addresses(view, named, tables, details)
    details += find_health(view, named, tables, details)
    held = [found.span() for found in PLACEHOLDER.finditer(view.text)]
    details = [_before(view, hit, held) for hit in details]
    return [hit for hit in _apart(_shorten(view, details)) if not covers(held, hit.start, hit.end)]


_LONG = frozenset({"address", "sensitive_health"})


def _shorten(view: View, hits: list[Hit]) -> list[Hit]:
    """Let an address or an ailment end where something surer begins."""
    others = sorted((hit.start, hit.end) for hit in hits if hit.kind not in _LONG)
    return [_before(view, hit, others) if hit.kind in _LONG else hit for hit in hits]


def _before(view: View, hit: Hit, others: list[tuple[int, int]]) -> Hit:
    """Cut a hit off where one of other places begins inside of it."""
    first = bisect_left(others, (hit.start + 1,))
    if first == len(others) or others[first][0] >= hit.end:
        return hit
    end = hit.start + len(view.text[hit.start : others[first][0]].rstrip(" \n,;:(.–-"))
    return Hit(hit.start, end, hit.kind, hit.sure, hit.role) if end > hit.start + 3 else hit


def _names_in_cells(view: View, tables: Tables) -> Iterator[Hit]:
    for cell in tables.cells:
        if cell.role != "name":
            continue
        title = _TITLE_IN_CELL.match(view.bare, cell.start, cell.end)
        start = title.end() if title else cell.start
        words = [word for word in words_from(view, start) if word.end <= cell.end]
        end = min(flat_name(view, start), cell.end)
        alone = 2 <= len(words) <= 5 and words[-1].end == cell.end and "ten" in cell.head.split()
        if (end == start and alone and all(word.text[0].isupper() and word.low not in NOT_A_NAME for word in words)) or (end > start and alone):
            end = cell.end
        if end > start:
            yield Hit(start, end, "person_name", 5)


_BEFORE_NAME = re.compile(r" *(?:\d{1,4}[.)]? +)?")


def _names_in_rows(view: View, tables: Tables) -> Iterator[Hit]:
    """Names at the beginning of rows without edges, up to the first figure."""
    for row in tables.rows:
        before = _BEFORE_NAME.match(view.text, row.start, row.end)
        words = words_from(view, before.end() if before else row.start)
        named = row.roles and 2 <= len(words) <= 5 and is_family(words[0], loose=not view.accented)
        if named and all(word.low not in NOT_A_NAME for word in words[1:]) and _FIGURE.match(view.text, words[-1].end):
            count = len(words) - (words[-1].low in {"nam", "nữ"} and len(words) > 2)
            yield Hit(words[0].start, words[count - 1].end, "person_name", 5)


_FIGURE = re.compile(r" +(?:(?:nam|nữ|Nam|Nữ) +)?\d")


def _signers(view: View, names: list[Hit]) -> list[Hit]:
    """Give the role of a signer to all places of the same name."""

    def spelled(hit: Hit) -> str:
        return " ".join(view.text[hit.start : hit.end].lower().split())

    signers = {spelled(hit) for hit in names if hit.role == "signer"}
    return [Hit(hit.start, hit.end, hit.kind, hit.sure, "signer") if spelled(hit) in signers else hit for hit in names] if signers else names


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that overlap, the surest, or else the longest; sorted."""
    taken: list[Hit] = []
    for group in _together(sorted(set(hits), key=lambda hit: (hit.start, -hit.end))):
        kept: list[Hit] = []
        spans: list[tuple[int, int]] = []
        for hit in sorted(group, key=lambda hit: (-hit.sure, hit.start - hit.end, not hit.role)):
            if not covers(spans, hit.start, hit.end):
                kept.append(hit)
                insort(spans, (hit.start, hit.end))
        taken += sorted(kept, key=lambda hit: hit.start)
    return taken


def _together(hits: list[Hit]) -> Iterator[list[Hit]]:
    group: list[Hit] = []
    end = -1
    for hit in hits:
        if group and hit.start >= end:
            yield group
            group = []
        group.append(hit)
        end = max(end, hit.end) if len(group) > 1 else hit.end
    if group:
        yield group
