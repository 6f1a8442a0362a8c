"""Marks of secrecy that stand as marks; words of a sentence that speak of secrets are none.

A missed secret is worse than a false alarm: wherever a line could be a mark that a scanner has damaged, it is taken for one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NoReturn

from ailab.errors import SecrecyError
from ailab.i18n import gettext as _
from ailab.privacy._view import View
from ailab.privacy._words import one_line
from ailab.results import SecrecyMark
from ailab.text import unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    Kind = Literal["mat", "toi_mat", "tuyet_mat", "internal"]

__all__ = ["find_secrecy_marks", "refuse_secret"]

_HEAD_LINES = 30
#: Words of a mark without their spaces, with accents in capitals.
_EXACT: dict[str, Kind] = {"MẬT": "mat", "TỐIMẬT": "toi_mat", "TUYỆTMẬT": "tuyet_mat"}
#: The same as a scanner or an old typewriter leaves them. The short one counts only in the head.
_BARE: dict[str, Kind] = {"toimat": "toi_mat", "t0imat": "toi_mat", "tuyetmat": "tuyet_mat", "topsecret": "tuyet_mat"}
_BARE_IN_HEAD: dict[str, Kind] = {"mat": "mat", "secret": "toi_mat", "confidential": "mat"}
#: What a mark may have before it: TÀI LIỆU MẬT, ĐỘ MẬT: MẬT.
_PREFIX = re.compile(
    r"(?:(?:tai lieu|van ban|ho so|cong van|dien|ban) ?(?:co )?(?:do )?|(?:muc )?do(?: bao)? mat ?[:.–-]? ?|dau (?:chi )?(?:do )?mat ?: ?|loai ?: ?)"
    r"(?=(?:toi|tuyet|mat|m a t|t o i|t u y e t)\b)"
)
_LEVEL = re.compile(
    r"(?:\b(?:muc |dau chi )?do(?: bao)? mat(?: cua (?:van ban|tai lieu))?|\bclassification|\bsecurity level) ?[:=–-]{1,2} ?"
    r"(?P<mark>tuyet mat|toi mat|mat|top secret|secret|confidential|[abc])\b(?! ?(?:/|,|hoac|hay|;) ?(?:tuyet|toi|mat))"
)
_INTERNAL = re.compile(
    r"(?:(?:tai lieu|van ban|ban|cong van|chi|pham vi(?: luu hanh)?)(?: ?: ?| {0,2}))*(?:luu hanh(?: trong)? noi bo|noi bo)(?: (?:co quan|nganh|don vi))?"
    r"(?:[ ,–-]{1,3}(?:khong|cam) [a-z ]{2,30})?|xem xong tra lai|xem xong thu hoi|internal use only|for internal use only|for official use only"
)
_JOINED_INTERNAL = frozenset({"luuhanhnoibo", "tailieuluuhanhnoibo", "chiluuhanhnoibo", "tailieunoibo", "xemxongtralai", "vanbanluuhanhnoibo"})
#: A number of a mark. Only one part of the pattern can match a space; else a line of them would be tried in thousands of ways.
_COPY = r"(?:(?: ?: ?| {0,2})\d+)?"
#: What can stand beside a mark on its line.
_BESIDE = re.compile(
    rf"[\W_]*(?:(?:hoa toc|thuong khan|khan|hoa toc hen gio|ban so{_COPY}|so ban{_COPY}|ban thu \d+|du thao(?: lan \d+)?|so{_COPY}|trang \d+)[\W_]*)*"
)
_DECORATION = " \t.,:;*_-–—=~'\"“”‘’«»()[]{}<>|│★☆•#!/\\"
_NARROW = re.compile(r"[^\s|│]+(?: [^\s|│]+)*")
_SPLIT = re.compile(r" ?[-–—,;/+&] ?")
#: On one line with the mark, where a scanner has read two columns as one.
_OFFICIAL = re.compile(
    r"^(?:cong hoa|dang cong san|doc lap|so ?:|ubnd|hdnd|uy ban|hoi dong|tinh uy|huyen uy|dang uy|thanh uy|dang bo|bo |so |cong an|van phong|phong |chi cuc"
    r"|ban |bo chi huy|quan khu|truong |trung tam|cuc |mat tran|hoi )"
)
_MARKS = "(?:TUYỆT |TỐI )?MẬT|TUYET MAT|TOI MAT|MAT|T U Y Ệ T +M Ậ T|T Ố I +M Ậ T|M Ậ T"
_MARK_FIRST = re.compile(rf"^[\W_]*(?P<mark>{_MARKS})[\W_]+(?=(?:CỘNG|CONG|ĐẢNG|DANG|Độc|ĐỘC|Doc|DOC|UBND|HĐND|ỦY BAN|UỶ BAN|UY BAN|Số|SỐ|So)\b)")
_MARK_LAST = re.compile(rf"(?P<before>^.*?\S)[\W_]+(?P<mark>{_MARKS}|(?<=[(\[])(?:[Tt]uyệt |[Tt]ối )?[Mm]ật)[\W_]*$")
#: Words that go together with mật, or with what they stand before: bí mật, tài liệu mật.
_WORDS_WITH_MARK = one_line("""
    bi|bao|co|do|tai lieu|van ban|ho so|tin|loai|dau|muc|lo|giu|lam|nuoc|hoa|truong|mat|thong tin|cong tac|toi|tuyet|giai|mo|dong|cac|va|hoac|hay
""")
_NOT_LAST = re.compile(rf"(?:\b(?:{_WORDS_WITH_MARK})|,)$")
_IN_BRACKETS = re.compile(r"[(\[“\"] ?(?P<mark>(?:tuyet |toi )?mat|luu hanh noi bo) ?[)\]”\"]")
_NUMBER_LINE = re.compile(r"^[\W_]*(?:.{0,60}\s)?so ?:? ?[\d….]{0,12}[^\n]{0,40}$")


def find_secrecy_marks(text: str) -> tuple[SecrecyMark, ...]:
    """Find marks of secrecy, and marks that forbid to pass a document on.

    Parameters
    ----------
    text : str
        In any Unicode form.

    Returns
    -------
    tuple of SecrecyMark
        In reading order. A mark stands alone: on its line, in its cell, in brackets behind the number, or beside the other column
        of the head. “Bảo vệ bí mật nhà nước”, “mật ong” and a lesson on marks in running text are none.
    """
    view = View(text)
    found: dict[tuple[int, int], Kind] = {}
    seen = 0
    lines = view.lines
    for at, (start, end) in enumerate(lines):
        if not view.text[start:end].strip():
            continue
        seen += 1
        in_head = seen <= _HEAD_LINES
        below = next((line for line in lines[at + 1 : at + 3] if view.text[slice(*line)].strip()), None)
        for first, last, kind in _in_line(view, start, end, below, in_head=in_head):
            found.setdefault((first, last), kind)
    out: list[SecrecyMark] = []
    for (first, last), kind in sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])):
        begin, finish = view.span(first, last)
        if not out or begin >= out[-1].end:
            out.append(SecrecyMark(begin, finish, kind, text[begin:finish]))
    return tuple(out)


def refuse_secret(text: str) -> None:
    """Refuse a text that bears a mark of secrecy.

    Raises
    ------
    SecrecyError
        With code ``"secret"`` or ``"internal"``, if :func:`find_secrecy_marks` finds any; secret goes before internal.
    """
    marks = find_secrecy_marks(text)
    secret = [mark for mark in marks if mark.kind != "internal"]
    if secret:
        _refuse_state_secret(" ".join(secret[0].text.split()))
    if marks:
        mark = " ".join(marks[0].text.split())
        message = _(
            "The document bears the mark “%(mark)s”. ailab does not work on it and has stored nothing; running without internet is no permission. "
            "Close it, and use it only as the office that issued it allows."
        )
        raise SecrecyError(message % {"mark": mark}, code="internal")


def _refuse_state_secret(mark: str) -> NoReturn:
    message = _(
        "The document bears the mark “%(mark)s”. ailab does not work on it and has stored nothing; running without internet is no permission. "
        "Close it, and follow the rules for secret documents (Law on Protection of State Secrets 117/2025/QH15, in force since 1 March 2026)."
    )
    raise SecrecyError(message % {"mark": mark}, code="secret")


# --- one line --------------------------------------------------------------------------------------------------------------------


def _in_line(view: View, start: int, end: int, below: tuple[int, int] | None, *, in_head: bool) -> Iterator[tuple[int, int, Kind]]:
    if end - start > 400 and not in_head:
        return
    cells = [*view.cells(start, end)]
    whole = _stripped(view, start, end)
    narrow = [found.span() for found in _NARROW.finditer(view.text, start, end)] if in_head else []
    for cell in {whole, *(_stripped(view, *cell) for cell in (*cells, *narrow))}:
        first, last = cell
        if last > first and last - first <= 80:
            yield from _in_cell(view, first, last, in_head=in_head or len(cells) <= 2, alone=len(cells) == 1, head=in_head)
            yield from _over_lines(view, first, last, below)
    line = view.bare[start:end]
    for found in _LEVEL.finditer(line):
        if found.start() == 0 or line[: found.start()].rstrip(" ")[-1:] in "|│.;,:-([\t" or line[: found.start()].endswith("   ") or in_head:
            yield start + found.start("mark"), start + found.end("mark"), _kind(found["mark"])
    if in_head:
        yield from _beside(view, start, end)


def _stripped(view: View, start: int, end: int) -> tuple[int, int]:
    piece = view.text[start:end]
    left = len(piece) - len(piece.lstrip(_DECORATION))
    return start + left, start + left + len(piece.strip(_DECORATION))


def _kind(mark: str) -> Kind:
    plain = mark.replace(" ", "")
    return {"a": "tuyet_mat", "b": "toi_mat", "c": "mat"}.get(plain) or _BARE.get(plain) or _BARE_IN_HEAD.get(plain) or "mat"  # type: ignore[return-value]


def _in_cell(view: View, start: int, end: int, *, in_head: bool, alone: bool, head: bool) -> Iterator[tuple[int, int, Kind]]:
    """Marks of a cell that holds nothing else."""
    bare = view.bare[start:end]
    if _INTERNAL.fullmatch(bare) and not (bare == "noi bo" and not view.text[start:end].isupper()):
        yield start, end, "internal"
        return
    if bare.replace(" ", "") in _JOINED_INTERNAL:
        yield start, end, "internal"
        return
    at = start
    for piece in [*_SPLIT.split(bare), bare] if _SPLIT.search(bare) else [bare]:
        where = view.bare.find(piece, at if piece != bare else start, end)
        if where < 0:
            continue
        rest = bare[: where - start] + bare[where - start + len(piece) :]
        if _BESIDE.fullmatch(rest):
            kind = _level(view, where, where + len(piece), in_head=in_head, alone=alone, head=head)
            if kind:
                yield where, where + len(piece), kind
                return
    extra = re.compile(
        r"(?P<mark>(?:tuyet |toi )?mat)[ (]+(?:ban so|so ban|hoa toc|khan|thuong khan|sao y|sao luc|trich sao|ban sao|khong sao|chi nguoi)\b"
    ).match(bare)
    if extra and view.text[start : start + extra.end("mark")].isupper():
        yield start, start + extra.end("mark"), _kind(extra["mark"])


def _level(view: View, start: int, end: int, *, in_head: bool, alone: bool, head: bool) -> Kind | None:
    """Which mark the characters are, if they are one."""
    prefix = _PREFIX.match(view.bare, start, end)
    begin = prefix.end() if prefix else start
    begin, end = _stripped(view, begin, end)
    raw = view.text[begin:end]
    joined = "".join(char for char in raw if char.isalnum())
    upper = raw.isupper()
    exact = _EXACT.get(unify_tone(joined.upper()) if len(joined) == 3 else joined.upper())
    if exact:
        if upper or (prefix and ":" in view.text[start:begin]):
            return exact if head or in_head or alone else None
        return exact if head and (alone or raw[:1].isupper() or view.flat) else None
    bare = view.bare[begin:end].translate({ord(char): None for char in " .-_*'"})
    if bare in _BARE and (upper or raw.isascii()) and (upper or head):
        return _BARE[bare]
    if bare in _BARE_IN_HEAD and head and (upper or (view.flat and alone and raw.isascii())):
        return _BARE_IN_HEAD[bare]
    return None


def _over_lines(view: View, start: int, end: int, below: tuple[int, int] | None) -> Iterator[tuple[int, int, Kind]]:
    """Marks that a scanner has broken over two lines."""
    if not below or end - start > 24:
        return
    word = view.bare[start:end].replace(" ", "")
    if word not in {"toi", "tuyet", "luuhanh", "tailieuluuhanh", "top"} or not (view.text[start:end].isupper() or word.endswith("luuhanh")):
        return
    for cell in view.cells(*below):
        first, last = _stripped(view, *cell)
        other = view.bare[first:last].replace(" ", "")
        if word + other in _BARE:
            yield start, last, _BARE[word + other]
        elif word.endswith("luuhanh") and other == "noibo":
            yield start, last, "internal"


def _beside(view: View, start: int, end: int) -> Iterator[tuple[int, int, Kind]]:
    """Marks beside something else on a line of the head: the other column, or the number."""
    line, bare = view.text[start:end], view.bare[start:end]
    first = _MARK_FIRST.match(line)
    if first:
        yield start + first.start("mark"), start + first.end("mark"), _kind("".join(bare[first.start("mark") : first.end("mark")].split()))
    last = _MARK_LAST.match(line) if len(line) <= 300 else None
    if last:
        before = bare[: last.end("before")].strip()
        fits = _OFFICIAL.match(before.lstrip(_DECORATION)) and (last["before"].isupper() or _NUMBER_LINE.match(before) or "doc lap" in before)
        if fits and not _NOT_LAST.search(before.rstrip(" (–-[")):
            yield start + last.start("mark"), start + last.end("mark"), _kind("".join(bare[last.start("mark") : last.end("mark")].split()))
    for found in _IN_BRACKETS.finditer(bare):
        raw = line[found.start("mark") : found.end("mark")]
        if (raw.isupper() or _NUMBER_LINE.match(bare[: found.start()])) and not re.search(r"\b(?:dau|do|muc|chu|ky hieu|dong)[ :]*$", bare[: found.start()]):
            kind: Kind = "internal" if "luu" in found["mark"] else _kind(found["mark"])
            yield start + found.start("mark"), start + found.end("mark"), kind
