"""Deadlines and tasks of the body: sentences, bullets under a heading that names a unit, rows of a table of tasks."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ailab.documents._dates import find_when
from ailab.documents._layout import Line, Piece, cells
from ailab.documents._units import find_agent, find_assignment, last_unit, named_first, only_unit
from ailab.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.documents._dates import When
    from ailab.documents._head import Head

__all__ = ["FoundDeadline", "FoundTask", "read_body"]

Place = tuple[int, int]

_MARK = re.compile(
    r"\s*(?:(?P<roman>[ivx]{1,5})[.)]\s|(?P<article>dieu|chuong|muc|phan)\s+\w+\s*[.:]?|(?P<number>\d{1,2})[.)]\s|"
    r"(?P<deep>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s|(?P<letter>\(?[a-zđ][.)])\s|"
    r"(?P<dash>[-–—•▪*])\s*(?=\S)|(?P<plus>\+)\s*)"
)
_LEVELS = {"article": 1, "roman": 1, "number": 2, "deep": 3, "letter": 4, "dash": 5, "plus": 6}
_COLUMNS = {
    "when": re.compile(r"thoi han|thoi gian|han\b|han (?:chot|nop|hoan)|tien do|hoan thanh|ngay (?:thuc|hoan)|lich|moc"),
    "owner": re.compile(
        r"chu tri|(?:don vi|co quan|bo phan|nguoi|can bo)\s*(?:thuc hien|phu trach|chu tri|dau moi|chiu trach nhiem|duoc giao|dam nhan)?$|phu trach|"
        r"trach nhiem|thuc hien$|dau moi|phan cong"
    ),
    "help": re.compile(r"phoi hop"),
    "what": re.compile(r"noi dung|nhiem vu|cong viec|viec|hoat dong|hang muc"),
}
_SENT_TO = re.compile(r"(?:.{0,120}\b)?(?:kinh gui|kinh moi|tran trong moi)\s*:?\s*")
_BARE_DATE = re.compile(r"(?<!\S)\d{1,2}/\d{1,2}\W*$")
_WHEN_LINE = re.compile(r"^\W*(?:\d+[.)]\s*|[a-z][.)]\s*)?(?:thoi gian|thoi han|han |tien do|lich|ngay gio|thoi diem)[^:]{0,40}:")

# What a date is that nobody has to keep.
_OTHER_DOCUMENT = re.compile(
    r"(?:/[a-z0-9][\w&.-]*|(?:quyet dinh|nghi dinh|thong tu|cong van|ke hoach|to trinh|bien ban|thong bao|chi thi|nghi quyet|hop dong|bao cao|luat|"
    r"van ban|don|cong dien|giay|ho so|phieu|giay phep)(?:\s+so\s*\S+)?)"
    r"[\s,(]*(?:de\s+|ky\s+|ban hanh\s+|cap\s+|lap\s+)?$"
)
_OF_BODY = re.compile(
    r"\s*+(?:,\s*+)?cua\s+(?:chinh phu|thu tuong|bo |ubnd|uy ban|hdnd|hoi dong|quoc hoi|tinh|so |ban |xa|phuong|chu tich|ong|ba|dang uy|trung tam|phong|"
    r"truong|chi cuc|van phong|benh vien|cong an)"
)
_NOT_DUE = re.compile(
    r"\b(?:sinh|cap|ky|ban hanh|lap|hieu luc|ke tu|tinh tu|thi hanh|ap dung|tu|nhan duoc|nhan don|de|gui|tiep nhan|het han|thanh lap|su kien|ky niem|"
    r"hom|sau khi|tinh den|den ngay|den thoi diem|ghi|phieu hen)"
    r"(?:\s+ngay)?\s*+(?::\s*+)?$"
)
_IN_FORCE = re.compile(
    r"hieu luc|thi hanh (?:ke )?tu|ap dung (?:ke )?tu|sinh ngay|cap ngay|so lieu (?:tinh |chot )?den|luy ke|nien han|con gia tri|con han|han (?:su )?dung|"
    r"chot den|bao hanh|\b(?:so lieu|chot)\s*$|(?:^|[,(;]|so lieu|ket qua)\s*tinh\s*(?:den\b.*)?$"  # not “báo cáo tỉnh đến hết ngày …”
)
_PAST = re.compile(r"\bda\b(?! nang)|\bvua qua\b|\btrong thang qua\b|\bso voi\b|\bxay ra\b|\bcung ky\b|\bket qua dat\b")
_HABIT = re.compile(r"(?:tro cap|luong|phu cap|huong|chi|kinh phi|nhiem vu|quy|ngan sach|tai khoan|thu nhap|thuoc|uong)(?:\s+\w+){0,2}\s*$")
_AHEAD = re.compile(
    r"phuong huong|nhiem vu|thoi gian toi|(?:0?6|sau) thang cuoi|thang toi|quy toi|tuan toi|giai phap|kien nghi|de xuat|cong tac (?:trong tam )?thang|"
    r"ke hoach thang"
)
_BEHIND = re.compile(r"ket qua|tinh hinh|danh gia|ton tai|han che|nguyen nhan|khai quat|dac diem")
#: Sentences that lead up to tasks, or close them, and name none.
_NO_TASK = re.compile(
    r":\s*$|^\W*(?:thuc hien|can cu|theo|trien khai thuc hien|thi hanh) (?:cong van|cong dien|ke hoach|quyet dinh|nghi quyet|chi thi|thong bao|luat|"
    r"nghi dinh|thong tu|chuong trinh)\b[^;]*;?$|"
    r"chiu trach nhiem thi hanh|nghiem tuc (?:to chuc )?(?:trien khai )?(?:to chuc )?thuc hien\W*$|khan truong (?:trien khai )?thuc hien\W*$"
)
_FORECAST = re.compile(r"kha nang|du bao|du kien xuat hien")
_ACTION = re.compile(
    r"hoan thanh|hoan tat|\bxong\b|to chuc|trien khai|thuc hien|xay dung|phan dau|dat\b|bao cao|gui|nop|ra soat|lap\b|dua vao|khoi cong|nghiem thu|"
    r"ban hanh|trinh|kiem tra|cap|trong|giai ngan|thanh toan|tap huan|mo\b|tiem|chi tra|ban giao|tham muu|tong ket|danh gia"
)


@dataclass(frozen=True)
class FoundDeadline:
    """A deadline, its task and its owner: places in the document."""

    when: When
    task: Place
    owner: Place | None


@dataclass(frozen=True)
class FoundTask:
    """A task: places in the document."""

    place: Place
    owner: Place | None
    helpers: tuple[Place, ...]
    deadline: FoundDeadline | None


@dataclass
class _Context:
    """What the lines above say: headings that name a unit, the columns of a table, the addressee."""

    headings: list[tuple[float, Place | None]]
    bare_table: bool = False  # inside a table that has lost its bars
    columns: dict[str, int] | None = None
    width: int = 0
    due: str = ""  # the column of dates is a deadline: 'hour', or 'day' where an hour in it means an event
    ahead: bool = False  # the section speaks of what is to come
    sent_to: Place | None = None
    addressees: bool = False  # the lines that follow list them
    last_owner: Place | None = None  # of the clause before, where only a semicolon parts them


def read_body(body: Sequence[Line], head: Head) -> tuple[list[FoundDeadline], list[FoundTask]]:
    """Find deadlines and tasks.

    Parameters
    ----------
    body : sequence of Line
        Without head, legal bases, signature and recipients.
    head : Head
        For the year of dates, and the addressee.
    """
    context = _Context([])
    deadlines: list[FoundDeadline] = []
    tasks: list[FoundTask] = []
    for at, line in enumerate(body):
        if (found := _SENT_TO.match(line.flat)) is not None:
            context.sent_to = _addressee(line, found.end(), body[at + 1 : at + 12])
            context.addressees = context.sent_to is not None and context.sent_to[0] >= line.end
            if not re.search(r"\d{1,2}\s?[/.]\s?\d|\bngay\b", line.flat):
                continue
        if context.addressees and re.match(r"\s*[-–•+]", line.flat):
            continue
        context.addressees = context.addressees and found is not None
        row = _row(line, context)
        if row is None and _plain_row(line, context):
            rows = _read_plain_row(line, head)
        elif row is not None:
            rows = _read_row(row, line, context, head)
        else:
            rows = _read_line(line, context, head)
        for task in rows:
            tasks.append(task[0])
            deadlines += task[1]
    return sorted(deadlines, key=lambda found: found.when.start), [task for task in tasks if task.owner or task.deadline]


def _addressee(line: Line, start: int, following: Sequence[Line]) -> Place | None:
    end = len(line.flat.rstrip(" .;:"))
    if end - start > 2:
        start += len(line.flat[start:end]) - len(line.flat[start:end].lstrip(" -–•+"))
        person = re.match(r"(?:ong|ba)(?:\s*\(ba\))?\s*:?\s+[^-–,(]{3,40}", line.flat[start:end])
        end = start + len(person[0].rstrip()) if person else end
        return line.start + start, line.start + end
    entries = []
    for other in following:
        if not re.match(r"\s*[-–•+]", other.flat):
            break
        entries.append(other)
    if not entries:
        return None
    first = entries[0]
    lead = len(first.flat) - len(first.flat.lstrip(" -–•+"))
    return first.start + lead, first.start + len(first.flat.rstrip(" ;.,"))


# --- tables -----------------------------------------------------------------------------------------------------------


def _row(line: Line, context: _Context) -> list[Piece] | None:
    """Cells of a row of a table of tasks; reads its heading on the way."""
    if "|" not in line.plain:
        if context.columns is not None and len(line.plain) > 3:
            context.columns = None
        return None
    row = cells(line)
    columns: dict[str, int] = {}
    for at, cell in enumerate(row):
        for name, pattern in _COLUMNS.items():
            if name not in columns and len(cell.flat) < 45 and not re.search(r"\d", cell.flat) and pattern.search(cell.flat) and at not in columns.values():
                columns[name] = at
                break
    if len(columns) >= 2 and len(row) >= 3:
        context.columns, context.width = columns, len(row)
        head_of_dates = row[columns["when"]].flat if "when" in columns else ""
        context.due = "hour" if re.search(r"\bhan\b|tien do|hoan thanh", head_of_dates) else "day" if "owner" in columns else ""
        return []
    if context.columns is None or abs(len(row) - context.width) > 1:
        return None
    return row


def _read_row(row: list[Piece], line: Line, context: _Context, head: Head) -> Iterator[tuple[FoundTask, list[FoundDeadline]]]:
    columns = context.columns or {}

    def cell(name: str) -> Piece | None:
        at = columns.get(name)
        found = row[at] if at is not None and at < len(row) else None
        return found if found is not None and any(map(str.isalnum, found.plain)) else None

    if not row:
        return
    what, owner, helpers, when = cell("what"), cell("owner"), cell("help"), cell("when")
    place = (what.start, what.end) if what else (line.start, line.end)
    lead = (owner.start, owner.end) if owner else None
    found: list[FoundDeadline] = []
    for piece in row:
        for phrase in find_when(piece.flat, head.date, head.year):
            if piece is when or (phrase.cued and phrase.op != "period" and _is_due(phrase, piece.flat, head, table=True)):
                due = piece is when and _is_due_cell(phrase, piece.flat, context)
                shifted = _shift(_as_by(phrase) if due else phrase, piece.start)
                if not (shifted.value and head.date and _day(shifted.value) < head.date):
                    found.append(FoundDeadline(shifted, place, lead))
    helped = ((helpers.start, helpers.end),) if helpers else ()
    yield FoundTask(place, lead, helped, found[0] if found else None), found


def _is_due_cell(phrase: When, flat: str, context: _Context) -> bool:
    """Tell whether a date in the column of dates is a deadline, and no event."""
    if phrase.op != "on" or not context.due:
        return False
    return context.due == "hour" or (not phrase.cued and not re.match(r"sang|chieu|toi", flat[phrase.start :]))


def _plain_row(line: Line, context: _Context) -> bool:
    """Tell whether a line is a row of a table that has lost its bars: a number, words, and a date at its end."""
    if re.match(r"(?:stt|tt)\s", line.flat):
        context.bare_table = sum(pattern.search(line.flat) is not None for pattern in _COLUMNS.values()) >= 2
        return False
    if context.bare_table and not re.match(r"\d{1,2}\s", line.flat):
        context.bare_table = False
    return context.bare_table


def _read_plain_row(line: Line, head: Head) -> Iterator[tuple[FoundTask, list[FoundDeadline]]]:
    number = re.match(r"\d{1,2}\s+", line.flat)
    start = number.end() if number else 0
    ends = [when for when in find_when(line.flat, head.date, head.year) if when.end >= len(line.flat.rstrip(" .;"))]
    bare = _BARE_DATE.search(line.flat)
    if not ends and bare:
        padded = find_when(f"truoc {bare[0]}", head.date, head.year)
        ends = [replace(padded[0], start=bare.start(), end=bare.end(), op="by")] if padded else []
    found = []
    owner = None
    until = ends[-1].start if ends else len(line.flat)
    unit = last_unit(line.plain, until)
    if unit:
        owner, until = (line.start + unit[0], line.start + unit[1]), unit[0]
    place = (line.start + start, line.start + max(len(line.plain[:until].rstrip()), start + 1))
    for when in ends[-1:]:
        due = _shift(_as_by(when) if when.op == "on" and not when.cued else when, line.start)
        found.append(FoundDeadline(due, place, owner))
    yield FoundTask(place, owner, (), found[0] if found else None), found


# --- sentences --------------------------------------------------------------------------------------------------------


def _read_line(line: Line, context: _Context, head: Head) -> Iterator[tuple[FoundTask, list[FoundDeadline]]]:
    level = _level(line)
    if (level <= 2 or line.plain.isupper()) and len(line.plain) < 160:
        context.ahead = bool(_AHEAD.search(line.flat)) or (context.ahead and not _BEHIND.search(line.flat))
    while context.headings and context.headings[-1][0] >= level:
        context.headings.pop()
    alone = only_unit(line.plain)
    if alone is not None and len(line.flat) < 160:
        context.headings.append((level, (line.start + alone[0], line.start + alone[1])))
        context.last_owner = None
        return
    opening = named_first(line.plain)
    colon = line.flat[opening[1] :].lstrip().startswith(":") if opening else False
    if opening is not None and colon:
        context.headings.append((level, (line.start + opening[0], line.start + opening[1])))
    elif line.flat.endswith(":") and (order := find_assignment(line.plain)).owner:
        context.headings.append((min(level, 4.4), (line.start + order.owner[0], line.start + order.owner[1])))
    elif level < 5:
        context.headings.append((level, None))
    context.last_owner = None
    for start, end in _clauses(line):
        yield from _read_clause(Piece(line.start + start, line.start + end, line.plain[start:end], line.flat[start:end]), line, context, head)


def _level(line: Line) -> float:
    found = _MARK.match(line.flat)
    if found is None or found.lastgroup is None:
        return 4.5 if not line.plain.isupper() else 0
    return _LEVELS[found.lastgroup]


def _clauses(line: Line) -> Iterator[tuple[int, int]]:
    for start, end in sentences(line.plain):
        last = start
        for stop in re.finditer(r";\s", line.flat[start:end]):
            yield last, start + stop.start() + 1
            last = start + stop.end()
        if last < end:
            yield last, end


def _read_clause(clause: Piece, line: Line, context: _Context, head: Head) -> Iterator[tuple[FoundTask, list[FoundDeadline]]]:
    phrases = [when for when in find_when(clause.flat, head.date, head.year) if _is_due(when, clause.flat, head, line=line.flat, ahead=context.ahead)]
    assignment = find_assignment(clause.plain, phrases[0].start if phrases else None)
    own = (clause.start + assignment.owner[0], clause.start + assignment.owner[1]) if assignment.owner else None
    above = next((owner for _level, owner in reversed(context.headings) if owner), None)
    heading_here = above is not None and line.start <= above[0] < line.end
    owner = (above if heading_here and not assignment.ordered else own) or context.last_owner
    if owner is None and phrases:
        owner = _agent(clause, line, phrases[0], above)
    owner = owner or above or _sent_to(clause.flat, context, head)
    context.last_owner = (own or context.last_owner) if clause.plain.endswith(";") else None
    place = (clause.start, clause.end)
    found = [FoundDeadline(_shift(when, clause.start), place, owner) for when in phrases]
    helpers = tuple((clause.start + start, clause.start + end) for start, end in assignment.helpers)
    listed = own is not None and _MARK.match(line.flat) is not None and not _PAST.search(clause.flat) and (head.type != "Báo cáo" or context.ahead)
    is_task = assignment.ordered or listed or (above is not None and bool(_ACTION.search(clause.flat)))
    if found or (is_task and not _NO_TASK.search(clause.flat)):
        yield FoundTask(place, owner, helpers, found[0] if found else None), found


def _agent(clause: Piece, line: Line, when: When, above: Place | None) -> Place | None:
    """Who is named behind the task, in its clause or later in its line."""
    found = find_agent(clause.plain, until=None if above else when.start, end=when.end)
    if found is not None:
        return clause.start + found[0], clause.start + found[1]
    found = find_agent(line.plain)
    return (line.start + found[0], line.start + found[1]) if found is not None else None


def _sent_to(flat: str, context: _Context, head: Head) -> Place | None:
    asks = head.type in {"Công văn", "Công điện", "Giấy mời"} or re.search(r"de nghi|yeu cau|kinh moi", flat)
    return context.sent_to if asks else None


# --- which phrases bind -----------------------------------------------------------------------------------------------


def _is_due(when: When, flat: str, head: Head, *, line: str = "", table: bool = False, ahead: bool = False) -> bool:  # noqa: PLR0911 - one line a reason
    """Tell whether a phrase says when something has to be done or takes place."""
    before, after = flat[: when.start], flat[when.end :]
    if when.value is not None and head.date and _day(when.value) < head.date:
        return False
    if (_NOT_DUE.search(before[-90:]) and when.op in {"on", "range"}) or (_IN_FORCE.search(before[-60:]) and when.op in {"on", "range", "by"}):
        return False
    if when.op in {"on", "range"} and (_OTHER_DOCUMENT.search(before[-90:]) or _OF_BODY.match(after)):
        return False
    if when.op in {"before", "by"}:
        return not _OF_BODY.match(after)
    if when.op == "on":
        return _event_binds(when, flat[when.start : when.end], before, head)
    if when.op == "period":
        return table or _period_binds(when, flat, before, line, head, ahead=ahead)
    if when.op == "recurring":
        return not (flat.startswith("hang", when.start) and _HABIT.search(before[-90:])) and not before.rstrip().endswith("nhiem vu")
    if when.op == "relative":
        return _relative_binds(flat[when.start : when.end], after)
    return True


def _event_binds(when: When, phrase: str, before: str, head: Head) -> bool:
    """Tell whether an event is still to come: not “hồi 15 giờ ngày …” of the day of issue, not “1930 - 18/11/2026”."""
    if when.value is None:
        return when.cued
    same_day = head.date == _day(when.value)
    if (same_day and re.search(r"hoi|luc", phrase)) or re.search(r"\d{4}\s*[-–]\s*$", before):
        return False
    return when.cued or not _PAST.search(before[-80:])


def _period_binds(when: When, flat: str, before: str, line: str, head: Head, *, ahead: bool) -> bool:
    if _WHEN_LINE.match(line):
        return True
    if not when.cued or _PAST.search(before) or _FORECAST.search(flat):
        return False
    if head.type == "Báo cáo" and not ahead:
        return False
    whole_year = re.search(r"thang|quy", flat[when.start : when.end]) is None
    return not whole_year or bool(_ACTION.search(flat))


def _relative_binds(phrase: str, after: str) -> bool:
    if re.match(r"truoc\s+(?:it nhat\s+)?\d+\s+(?:ngay|gio)(?: lam viec)?$", phrase):
        return True
    if re.match(r"(?:trong|sau|truoc)\s+(?:\d|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)", phrase) and not re.search(
        r"\b(?:ke|tinh)\s+tu|\btu\s|\bsau\s|\btruoc\s.*\b(?:khi|ngay|mua)", phrase[4:]
    ):
        return False
    if re.search(r"\d+ phut$|phut$", phrase):
        return False
    return not re.match(r"\s*(?:qua\b|gan day|vua|toi\b)", after)


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _shift(when: When, by: int) -> When:
    return replace(when, start=when.start + by, end=when.end + by)


def _as_by(when: When) -> When:
    return replace(when, op="by")
