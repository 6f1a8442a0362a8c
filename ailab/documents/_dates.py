"""Phrases of a text that say when: where they stand, what they mean, and how they bound a task.

Patterns run over text in lower case without accents (see :func:`ailab.text.fold`), so that any spelling is found. First come the plain
dates, months, quarters and years; then the words right before each of them say how it bounds. What a phrase means is a convention of ours:

- the value of a range or a period is its last day: “trong quý III/2026” is 2026-09-30;
- a date without a year takes the year of the document, or the next one where that day was past by more than a month, and is marked as inferred;
  where the document has no date either, there is no value;
- “định kỳ” and “hằng tháng” are recurring, “trong vòng 05 ngày kể từ …” and “ngay sau khi …” relative: they have no value.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ailab.documents._layout import digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.results import DeadlineOp

__all__ = ["When", "find_when"]

_LOOK_BACK = 70  # characters that a cue and an hour can take before a date

_WEEKDAY = r"\(?(?:thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])|chu\s+nhat)\)?"
_HOUR = r"(?P<h>[01]?\d|2[0-4])\s?(?:gio|h|g|:(?=\d\d))\s?(?P<min>[0-5]\d)?\s?(?:phut|p\b|'|’)?"
_DATE = re.compile(
    rf"(?:(?:sang|chieu)\s+)?(?:(?:ngay\s+)?{_WEEKDAY}[\s,]*)?(?:ngay\s*(?:m[uo]ng\s+)?)?(?<![\d/.,])"
    r"(?:(?P<d>[0-3]?\d)\s?(?P<sep>[/.-])\s?(?P<m>[01]?\d)\s?(?P=sep)\s?(?P<y>20\d\d)(?![\d/])"
    r"|(?P<d2>[0-3]?\d)\s+thang\s+(?P<m2>[01]?\d)(?!\d)(?:[\s,]*(?:nam\s+|/\s?)(?P<y2>20\d\d))?"
    r"|(?P<d3>[0-3]?\d)\s?[/-]\s?(?P<m3>1[0-2]|0?[1-9])(?![\d/.-]*\d)(?!\s?%))"
)
_HOUR_BEFORE = re.compile(
    rf"(?:(?:vao\s+)?(?:luc|hoi)\s+)?(?<![\d/.,-]){_HOUR}[\s,]*(?:(?:sang|trua|chieu|toi)[\s,]*)?(?:{_WEEKDAY}[\s,]*)?(?:(?:cua|cac)\s+)?[\s,]*$"
)
_HOUR_AFTER = re.compile(rf"[\s,]*+(?:{_WEEKDAY}[\s,]*+)?(?:tu\s+|(?:vao\s+)?(?:luc|hoi)\s+|truoc\s+)?{_HOUR}(?!\s?[-–]|\s*den)")
_PERIOD = re.compile(
    r"(?:0?6|sau)\s+thang\s+(?P<half>dau|cuoi)\s+nam(?:\s+(?P<hy>20\d\d))?"
    r"|(?:0?9|chin)\s+thang\s+dau\s+nam(?:\s+(?P<ny>20\d\d))?"
    r"|quy\s+(?P<q>iv|i{1,3}|[1-4])\b(?:(?:\s?[/-]\s?|\s+nam\s+)(?P<qy>20\d\d))?"
    r"|(?<!\d )thang\s+(?P<m>1[0-2]|0?[1-9])(?!\d)(?:(?:\s?[/-]\s?|\s+nam\s+)(?P<my>20\d\d))?(?!\s?/\s?\d)"
    r"|nam\s+(?:hoc\s+)?(?P<yy>20\d\d)(?!\s?[-–]\s?20)"
)
#: What stands before the year of a date, or of a month or quarter that there is not.
_DAY_AND_MONTH = re.compile(r"(?:(?:thang|quy)\s+|ngay\s+\d{1,2}\s?/\s?)\d{1,2}[\s,]*$")

#: Words right before a date that bound it.
_BY = re.compile(
    r"(?:(?:(?:cham|muon|tre)\s+nhat|han\s+(?:cuoi|chot|nop|gui|hoan\s+thanh|tra loi)(?:\s+cung)?|thoi\s+han(?:\s+(?:hoan\s+thanh|nop|gui|bao\s+cao|"
    r"thuc\s+hien))?"
    r"|khong\s+(?:qua|muon\s+hon|cham\s+hon)|xong(?:\s+trong)?|hoan\s+(?:thanh|tat)(?:\s+(?:xong|trong))*|den\s+het|het|den|cho\s+den)"
    r"(?:\s*:)?(?:\s+(?:la|vao|den|trong|het|truoc))*\s*)$"
)
_BEFORE = re.compile(r"(?:(?:den|xong)\s+)?truoc\s+(?:thoi\s+diem\s+)?$")
_WITHIN = re.compile(r"(?:xong[^.;:]{0,20}:|trong)\s+$")
_ON = re.compile(r"(?:vao|vao\s+(?:luc|hoi|dip)|luc)\s+(?:(?:sang|chieu|toi)\s+)?$")
_FROM = re.compile(r"tu\s+$")
_BETWEEN = re.compile(r"[\s,]*(?:den\s+het|den|toi|[-–])\s*(?:het\s+)?(?:thang\s+)?$")
#: What is left of the first half of a range: “từ ngày 01 đến”, “từ 8h00 đến”, “12 -”.
_HALF_RANGE = re.compile(
    r"(?:(?P<tu>tu\s+)?(?:(?P<ngay>(?:cac\s+)?ngay\s+)?(?<![\d/.,-])[0-3]?\d(?:\s?/\s?[01]?\d)?)\s*(?P<link>den\s+het|den|[-–]|va|,)\s*(?:het\s+)?"
    r"|(?P<hours>(?:tu\s+)?(?<![\d/.,-])(?:[01]?\d|2[0-4])\s?(?:gio|h|g|:)\s?\d{0,2}\s?(?:phut|')?)\s*(?:den|[-–])\s*)$"
)
_IN = re.compile(
    r"(?:trong|vao|giua|dau|cuoi|het|den|den\s+het|den\s+(?:cuoi|dau|giua)|vao\s+(?:cuoi|dau|giua)|truoc|xong|xong\s+trong|hoan\s+thanh\s+trong|"
    r"trong\s+thoi\s+gian)\s+(?:tuan\s+(?:dau|cuoi|thu\s+\w+)\s+(?:cua\s+)?)?$"
)

_EVERY = r"(?:hang|moi)"
_SPAN = r"(?:ngay|tuan|thang|quy|nam|(?:0?[2369]|01|mot|hai|ba|sau)\s+(?:thang|nam|tuan)|hoc\s+ky)"
_DAY = r"\d{1,2}(?:(?:\s?/\s?|\s+thang\s+)[01]?\d)?(?!\d|\s?/\s?\d)"
_DAY_IN = rf"(?:cac\s+)?ngay\s+(?:m[uo]ng\s+)?{_DAY}(?:\s*(?:,|va|-)\s*(?:(?:truoc\s+)?ngay\s+)?{_DAY}){{0,30}}"  # a month has no more
_FIRST = r"(?:(?:cham|muon)\s+nhat\s+(?:la\s+)?|(?:xong\s+|den\s+)?truoc\s+|vao\s+)"
_RECURRING = re.compile(
    rf"{_FIRST}?(?:\d{{1,2}}\s?(?:gio|h)\s?\d{{0,2}}[\s,]*)?{_DAY_IN}\s+(?:cua\s+)?(?:{_EVERY}\s+(?:thang|quy|nam|tuan)|cac\s+thang|thang\s+(?:dau|"
    rf"cuoi|lien\s+ke|sau|ke\s+tiep)"
    r"(?:\s+cua)?(?:\s+(?:moi\s+|hang\s+)?quy(?:\s+(?:sau|tiep\s+theo|ke\s+tiep))?)?)"
    rf"|{_FIRST}?(?:\d{{1,2}}\s?(?:gio|h)\s?\d{{0,2}}(?:\s?phut)?[\s,]*)?(?:{_WEEKDAY}|cuoi\s+tuan|dau\s+tuan|cuoi\s+ngay)\s+{_EVERY}\s+(?:tuan|thang)"
    rf"|{_FIRST}\d{{1,2}}\s?(?:gio|h)\s?\d{{0,2}}(?:\s?phut)?(?:\s+va\s+{_FIRST}?\d{{1,2}}\s?(?:gio|h)\s?\d{{0,2}})?[\s,]*{_EVERY}\s+(?:ngay|tuan)"
    rf"|(?:vao\s+)?(?:cuoi|dau|giua)\s+{_EVERY}\s+(?:tuan|thang|quy|nam)|moi\s+ngay\b(?!\s+(?:cong|\d))"
    rf"|dinh\s+ky\s+(?:{_DAY_IN}\s+{_EVERY}\s+(?:thang|quy)|\d{{1,2}}\s+(?:gio|ngay|tuan|thang)\s?/\s?lan)"
    rf"|dinh\s+ky\s*+(?:\(\s*+)?(?:(?:{_EVERY}\s+)?{_SPAN}\b(?:\s*(?:,|va|hoac)\s*(?:{_EVERY}\s+)?(?:\d+\s+)?(?:tuan|thang|quy|"
    rf"nam)\b(?!\s+20))*)(?:[\s,(]*{_FIRST}{_DAY_IN})?"
    rf"|\d{{1,2}}\s+(?:gio|ngay|tuan|thang|nam|quy)\s*(?:/\s?lan\b|(?:mot|01|1)\s+lan\b)"
    rf"|(?:0?[1-9]|mot|hai|ba|bon)\s+lan\s*(?:/\s?|mot\s+|moi\s+)(?:ngay|tuan|thang|quy|nam|hoc\s+ky|vu)"
    rf"|(?<![a-z])hang\s+(?:ngay|tuan|thang|quy|nam)\b(?:\s*+(?:,\s*+)?{_FIRST}(?:{_WEEKDAY}|{_DAY_IN}))?"
    rf"|moi\s+(?:quy|thang|tuan|nam|ngay)\s+(?:mot|01|1|hai|02|2)\s+lan|(?:01|1|mot|hai|02|2)\s+lan\s*/\s*(?:ngay|tuan|thang|quy|nam)"
)
_OFTEN = re.compile(r"thuong\s+xuyen")
_COUNT = r"(?:\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)(?:\s*\([\w\s]{1,14}\))?"
_RELATIVE = re.compile(
    rf"(?:(?:cham\s+nhat|muon\s+nhat|toi\s+da|khong\s+qua)\s+(?:la\s+|sau\s+|trong\s+(?:vong\s+|thoi\s+han\s+)?)?"
    rf"|trong\s+(?:(?:vong|thoi\s+han|thoi\s+gian)\s+)?(?:khong\s+qua\s+|toi\s+da\s+)?|sau\s+|truoc\s+)"
    rf"{_COUNT}\s+(?:ngay|gio(?![\s,]*(?:\d|thu\b|ngay|sang|chieu|phut))|tuan|thang(?!\s+(?:dau|cuoi)\s+nam|\s*/?\d)|"
    rf"phut)\b(?:\s+lam\s+viec)?(?P<from>[\s,]*(?:(?:ke|tinh)\s+tu|tu\s+(?=khi|ngay|thoi\s+diem|luc)|sau\s+(?=khi|ngay)|truoc\s+(?=khi|ngay|mua|"
    rf"thoi\s+diem))[^.;,|\n()]{{0,80}})?"
    r"|ngay\s+(?:sau\s+khi|khi|sau|trong\s+(?:ngay|buoi|ca|dem))\b[^.;,|\n()]{2,60}|khi\s+co\s+yeu\s+cau"
    rf"|truoc\s+(?:do|khi\s+hop|phien\s+hop)\s+{_COUNT}\s+(?:ngay|gio|tuan)(?:\s+lam\s+viec)?"
    rf"|(?:it\s+nhat|toi\s+thieu|truoc\s+it\s+nhat)\s+{_COUNT}\s+(?:ngay|gio|tuan|phut)(?:\s+lam\s+viec)?(?:\s+truoc\s+(?:khi\b|ngay\b|phien|cuoc|"
    rf"buoi|gio)[^.;,|\n()]{{0,50}})"
    rf"|truoc\s+it\s+nhat\s+{_COUNT}\s+(?:ngay|gio|tuan|phut)(?:\s+lam\s+viec)?"
    rf"|truoc\s+(?:cuoc\s+hop|phien\s+hop|buoi\s+hop|hoi\s+nghi|ngay\s+hop)\s+{_COUNT}\s+(?:ngay|gio|tuan)(?:\s+lam\s+viec)?"
    r"|truoc\s+khi\s+(?:ket\s+thuc|bat\s+dau|khai\s+mac|khai\s+giang|be\s+giang|vao\s+vu|trong\b|gieo|mua)[^.;,|\n()]{0,40}"
    r"|trong\s+(?:cac|nhung)\s+ngay\s+(?:dien\s+ra|le|hoi|tet)[^.;,|\n()]{0,30}"
    rf"|truoc\s{{1,9}}[^.;,|\n()]{{3,40}}\s++(?:it\s+nhat|toi\s+thieu)\s+{_COUNT}\s+(?:ngay|gio|tuan)(?:\s+lam\s+viec)?"
)


#: Without one of these a text says nothing of when.
_HINT = re.compile(r"\d|ngay|tuan|thang|quy\b|thuong xuyen|truoc khi|khi co|dinh ky|hang|lan")


@dataclass(frozen=True)
class When:
    """A phrase that says when.

    Attributes
    ----------
    start, end : int
        Where it stands.
    op : str
        See :data:`ailab.results.DeadlineOp`.
    value : date, datetime or None
    cued : bool
        Whether words such as “trước” or “chậm nhất”, or an hour, stand with it. A bare date may be of anything.
    inferred : bool
        Whether the year is not written.
    """

    start: int
    end: int
    op: DeadlineOp
    value: dt.date | None
    cued: bool
    inferred: bool = False


def find_when(flat: str, issued: dt.date | None, year: int | None) -> list[When]:
    """Phrases that say when, in reading order, none over another.

    Parameters
    ----------
    flat : str
        Text in lower case without accents.
    issued : date or None
        Date of the document, for dates without a year.
    year : int or None
        Year of the document, where its day is blank.
    """
    flat = digits(flat)
    if not _HINT.search(flat):
        return []
    again = [When(*found.span(), "recurring", None, cued=True) for found in _RECURRING.finditer(flat)]
    relative = [When(found.start(), found.start() + len(found[0].rstrip()), "relative", None, cued=True) for found in _RELATIVE.finditer(flat)]
    often = [When(*found.span(), "recurring", None, cued=False) for found in _OFTEN.finditer(flat)]
    dated = list(_ranges(flat, list(_moments(flat, issued, year))))
    kept: list[When] = []
    for group in (again, dated, relative, _periods(flat, issued, year), often):
        taken = sorted((when.start, when.end) for when in kept)
        kept += [when for when in group if not _overlaps(taken, when)]
    return sorted(kept, key=lambda when: when.start)


def _overlaps(taken: list[tuple[int, int]], when: When) -> bool:
    import bisect

    at = bisect.bisect_left(taken, (when.start, when.end))
    return any(start < when.end and when.start < end for start, end in taken[max(0, at - 1) : at + 1])


def _moments(flat: str, issued: dt.date | None, year: int | None) -> Iterator[When]:
    """Dates, with the hour beside them and the words before them."""
    for found in _DATE.finditer(flat):
        day, inferred = _read(found, issued, year)
        if (day is None and not (inferred and year is None)) or (found["d3"] and not _is_short_date(found, flat)):
            continue
        start, end = found.span()
        before = flat[max(0, start - _LOOK_BACK) : start]
        hour = _HOUR_BEFORE.search(before)
        if hour:
            start -= len(before) - hour.start()
        elif hour := _HOUR_AFTER.match(flat, end):
            end = hour.end()
        value = _at(day, hour["h"], hour["min"]) if hour and day else day
        yield _bounded(flat, When(start, end, "on", value, cued=hour is not None, inferred=inferred))


def _is_short_date(found: re.Match[str], flat: str) -> bool:
    """Tell whether “15/8” is a date: not 15-8, which may be anything, and not a number such as 24/7 or a share."""
    if re.match(r"ngay|sang|chieu|thu|chu|\(", found[0]):
        return True
    before = flat[max(0, found.start() - 20) : found.start()]
    sure = _BEFORE.search(before) or re.search(
        r"(?:cham nhat|han cuoi|han chot|han|den|het|vao|sang|chieu|toi|tu|dot \d|ngay [0-3]?\d(?:/[01]?\d)?\s?(?:[-–,]|va))\s*$", before
    )
    alone = not before.strip() and len(flat) < 24  # the cell of a table
    return "/" in found[0] and bool(sure or alone or re.search(r"\|\s*$", before[-4:]))


def _bounded(flat: str, when: When) -> When:
    """The same with the words before it."""
    before = flat[max(0, when.start - _LOOK_BACK) : when.start]
    bounds: tuple[tuple[re.Pattern[str], DeadlineOp], ...] = ((_BEFORE, "before"), (_BY, "by"), (_WITHIN, "by"), (_ON, "on"))
    for pattern, op in bounds:
        found = pattern.search(before)
        if found is None:
            continue
        ahead = before[: found.start()]
        late = _BY.search(ahead) if op == "before" and not ahead.rstrip().endswith(("den", "xong", "thanh")) else None  # chậm nhất trước ngày
        start = late.start() if late else found.start()
        return replace(when, start=when.start - len(before) + start, op="by" if late else op, cued=True)
    return when


def _ranges(flat: str, moments: list[When]) -> Iterator[When]:
    """Join two dates that bound a range; leave out dates that only begin one."""
    skip = False
    for at, when in enumerate(moments):
        if skip:
            skip = False
            continue
        before = flat[max(0, when.start - _LOOK_BACK) : when.start]
        begins = _FROM.search(before)
        after = moments[at + 1] if at + 1 < len(moments) else None
        gap = flat[when.end : after.start] if after and after.start - when.end < 25 else "?"
        if after and (_BETWEEN.fullmatch(gap) or (begins and not gap.strip(" ,") and after.op == "by")):
            start = when.start - len(before) + begins.start() if begins else when.start
            yield replace(after, start=start, op="range", cued=True)
            skip = True
            continue
        last = moments[at - 1].end if at else 0
        half = None if when.op == "before" else _HALF_RANGE.search(flat[max(last, _without_cue(flat, when) - 40) : _without_cue(flat, when)])
        if half and (half["tu"] or half["hours"] or (half["ngay"] and half["link"] != ",") or re.match(r"\d+\s?/\s?\d+\s*[-–]", half[0])):
            begin = _without_cue(flat, when) - len(half[0])
            yield replace(when, start=begin, op="range", cued=True)
        elif begins and when.op == "on":
            continue  # a start without an end
        else:
            yield when


def _without_cue(flat: str, when: When) -> int:
    """Where the date of a phrase starts, after words such as “đến”: these belong to the range."""
    found = re.compile(r"(?:den\s+het|den|toi|het)\s+").match(flat, when.start, when.end)
    return found.end() if found and when.op == "by" else when.start


def _periods(flat: str, issued: dt.date | None, year: int | None) -> Iterator[When]:
    """Months, quarters, halves and years."""
    found_all = [found for found in _PERIOD.finditer(flat) if not (found["yy"] and _ends_date(flat, found.start()))]
    for at, found in enumerate(found_all):
        written = next((found[name] for name in ("hy", "ny", "qy", "my", "yy") if found[name]), None)
        chosen = int(written) if written else year
        if chosen is None:
            continue
        if found["m"] and not written and issued and int(found["m"]) < issued.month - 1:
            chosen += 1
        first, last = _period(found, chosen)
        before = flat[max(0, found.start() - _LOOK_BACK) : found.start()]
        following = found_all[at + 1] if at + 1 < len(found_all) else None
        if following and re.fullmatch(r"\s*(?:den\s+het|den|[-–]|va|,)\s*(?:het\s+)?", flat[found.end() : following.start()][:20]):
            continue  # the first half of a range
        if found["m"] and re.search(r"nua\s+dau\s+$", before):
            last = last.replace(day=15)
        base = When(*found.span(), "period", last, cued=False, inferred=not written)
        if found["m"] and (
            half := re.search(r"tu\s+(?:ngay\s+\d{1,2}\s+)?thang\s+\d{1,2}(?:\s?/\s?20\d\d|\s+nam\s+20\d\d)?\s*(?:den\s+het|den|[-–])\s*(?:het\s+)?$", before)
        ):
            yield replace(base, start=base.start - len(half[0]), op="range", cued=True)
        elif cue := _BEFORE.search(before):
            yield replace(base, start=base.start - len(before) + cue.start(), op="before", value=first, cued=True)
        elif cue := _IN.search(before):
            lead = cue.start()
            late = _BY.search(before)
            op: DeadlineOp = "by" if late and late[0].startswith(("den het", "cham", "muon", "tre", "han", "thoi", "khong")) else "period"
            yield replace(base, start=base.start - len(before) + (late.start() if op == "by" and late else lead), op=op, cued=True)
        elif (late := _BY.search(before)) and not (found["yy"] and late[0].startswith("hoan thanh") and ":" not in late[0]):
            yield replace(base, start=base.start - len(before) + late.start(), op="by", cued=True)
        else:
            yield base


def _ends_date(flat: str, year: int) -> bool:
    """Tell whether a year belongs to a day. Those that there are have been read as dates, so that only “31 tháng 9 năm 2026” is left."""
    return _DAY_AND_MONTH.search(flat, max(0, year - _LOOK_BACK), year) is not None


def _period(found: re.Match[str], year: int) -> tuple[dt.date, dt.date]:
    """First and last day."""
    first, last = 1, 12
    if found["half"]:
        first, last = (1, 6) if found["half"] == "dau" else (7, 12)
    elif found["q"]:
        quarter = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(found["q"]) or int(found["q"])
        first, last = 3 * quarter - 2, 3 * quarter
    elif found["m"]:
        first = last = int(found["m"])
    elif not found["yy"]:
        last = 9
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _read(found: re.Match[str], issued: dt.date | None, year: int | None) -> tuple[dt.date | None, bool]:
    """Date that a pattern found, and whether its year is not written; None where nothing tells the year, or where there is no such date."""
    day, month = (found["d"] or found["d2"] or found["d3"], found["m"] or found["m2"] or found["m3"])
    written = found["y"] or found["y2"]
    chosen = int(written) if written else year
    if chosen is None:  # a date all the same, if it is one in some year
        return None, 1 <= int(day) <= 31 and 1 <= int(month) <= 12
    try:
        value = dt.date(chosen, int(month), int(day))
        if not written and issued and value < issued - dt.timedelta(days=31):
            value = dt.date(chosen + 1, int(month), int(day))
    except ValueError:
        return None, False
    return value, not written


def _at(day: dt.date, hour: str, minute: str | None) -> dt.datetime:
    whole = (23, 59) if int(hour) == 24 else (int(hour), int(minute or 0))
    return dt.datetime(day.year, day.month, day.day, *whole)  # noqa: DTZ001 - documents speak of local time
