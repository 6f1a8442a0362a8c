"""What a text says that its source does not: numbers, dates and names, and where they stand.

It compares letters and figures; it does not understand. What it cannot see: a figure of the source given to the wrong thing, an
invented name made of words that stand side by side in the source, and a name without capitals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from ailab.hub.claims import CODE, EMPTY, REFERENCE, UNITS, Evidence, blank, counted, find_dates, find_numbers, number_words, sign, words
from ailab.text import guess_language, is_syllable, normalize, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ailab.text import Token

__all__ = ["Claim", "ClaimKind", "unsupported_claims"]

ClaimKind = Literal["number", "date", "name"]

#: Words that sentences of officials begin with; the name begins after them: Giao Sở Nội vụ, Ông Lò Văn An.
_OPENERS = EMPTY | words("""
    giao yêu đề nghị chỉ đạo phân công cử mời gửi báo cáo thông căn thực trước sau ngày tháng năm quý nhân riêng ngoài cùng sáng chiều tối hôm bên
    ông bà anh chị đồng chí cô chú em thầy bác mr mrs ms dr president chairman director
    xã phường bản thôn tổ huyện tỉnh thành sở phòng ban trường trạm chủ phó trưởng giám hiệu bí cán văn hội đoàn công cơ đơn đường quốc dự
""")
_TITLES = words("ông bà anh chị chí cô chú em thầy bác cụ cháu mr mrs ms")
#: After these a capital begins a word of two syllables: Sở Tài chính, Phòng Kinh tế.
_HEADS = words("sở bộ cục vụ phòng ban viện hội đoàn trường trạm tâm cấp")
_OPENING = tuple(".!?…:;-–—•*+)/\n")


class Claim(NamedTuple):
    """A number, a date or a name: characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str
    kind: ClaimKind


def unsupported_claims(text: str, source: str) -> tuple[Claim, ...]:
    """Numbers, dates and names of a text that its source does not have, in whichever way either writes them.

    Parameters
    ----------
    text : str
        In NFC, as :func:`ailab.text.normalize` makes it.
    source : str
        All that may be said.

    Returns
    -------
    tuple of Claim
        In reading order; they do not overlap.
    """
    evidence = Evidence.read(normalize(source))
    claims: list[Claim] = []

    def claim(start: int, end: int, kind: ClaimKind, *, supported: bool) -> None:
        if not supported:
            claims.append(Claim(start, end, text[start:end], kind))

    references = [(match.start(), match.start() + len(match[0].rstrip(".-&")), match[1]) for match in REFERENCE.finditer(text)]
    for start, end, reference in references:
        claim(start, end, "number", supported=sign(reference) in evidence.references)
    rest = blank(text, [span[:2] for span in references])
    dates = find_dates(rest)
    for start, end, date in dates:
        claim(start, end, "date", supported=evidence.has_date(date))
    rest = blank(rest, [span[:2] for span in dates])
    numbers = find_numbers(rest)
    for start, end, number in numbers:
        there = evidence.has_number(number) or evidence.has_number_in_words(number)
        claim(start, end, "number", supported=there and (number[1] is not None or evidence.has_count(number[0], counted(text, end))))
    found = tokens(rest)
    for run, after in number_words(found):
        start, end = run[0].start, run[-1].end
        told = any(start < e and s < end for s, e, _number in numbers)  # 20 nghìn
        claim(start, end, "number", supported=told or evidence.has_written([token.text for token in run], after))
    for start, run in _names(rest, found):
        name = [token.text for token in run]
        supported = evidence.has_name_in_short(name)
        if len(run) == 1 and supported and _titled(rest, found, run[0]):
            supported = name[0] in evidence.capitalised
        claim(start, run[-1].end, "name", supported=supported)
    return _apart(claims)


def _apart(claims: list[Claim]) -> tuple[Claim, ...]:
    """Claims in reading order, without those that begin inside another."""
    apart: list[Claim] = []
    for claim in sorted(claims, key=lambda each: (each.start, -each.end)):
        if not apart or claim.start >= apart[-1].end:
            apart.append(claim)
    return tuple(apart)


def _names(text: str, found: list[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Runs of words with a capital or a digit that are names, as far as that can be told, and where to mark each from."""
    vietnamese = guess_language(text) == "vi"
    at = 0
    while at < len(found):
        first = at
        while at < len(found) and _is_name(text, found[at]) and (at == first or not text[found[at - 1].end : found[at].start].strip(" ")):
            at += 1
        run = found[first:at]
        at = max(at, first + 1)
        if not run:
            continue
        opens, start = _opens(text, run[0].start), run[0].start
        if opens and len(run) > 1 and run[0].text in _OPENERS:
            start = start if run[0].text in _HEADS else run[1].start
            run, opens = run[1:], False
        word = text[run[0].start : run[0].end]
        if len(run) == 1 and (run[0].text in UNITS or (opens and not _stands_out(word, vietnamese=vietnamese))):
            continue
        yield start, _with_second_syllable(text, found, run, at)


def _is_name(text: str, token: Token) -> bool:
    return text[token.start].isupper() or (token.text[0].isalpha() and CODE.fullmatch(token.text) is not None and token.text not in UNITS)


def _opens(text: str, at: int) -> bool:
    """Tell whether a word begins a sentence or a line, where any word has a capital."""
    before = text[max(0, at - 12) : at].rstrip("\"“‘'(« ")
    return not before or before.endswith(_OPENING)


def _stands_out(word: str, *, vietnamese: bool) -> bool:
    """Tell whether a word that begins a sentence is a name for all that."""
    return (len(word) > 1 and word.isupper()) or not word.isalpha() or (vietnamese and not is_syllable(word, accents=False))


def _with_second_syllable(text: str, found: list[Token], run: list[Token], after: int) -> list[Token]:
    """Sở Tài chính and not Sở Tài alone, which Sở Tài nguyên begins with as well."""
    first = after - len(run)
    named = run[1:] if run[0].text in _HEADS else run if first > 0 and found[first - 1].text in _HEADS else []
    if len(named) == 1 and after < len(found) and text[run[-1].end : found[after].start] == " " and found[after].text.isalpha():
        return [*run, found[after]]
    return run


def _titled(text: str, found: list[Token], token: Token) -> bool:
    """Tell whether a word is somebody's name: ông An, đồng chí Bình."""
    at = found.index(token)
    return at > 0 and found[at - 1].text in _TITLES and text[found[at - 1].end : token.start] == " "
