"""Short forms of chats and of offices."""

from __future__ import annotations

import re

from ailab.text._syllables import unify_tone

__all__ = ["TEEN", "expand"]

_SHORT = {
    "không": "ko k kh hok hk khg khum",
    "được": "dc đc",
    "bao nhiêu": "bn bnh bnhiu bnhiêu bnhieu bnhju",
    "nhiêu": "nhiu nhju",
    "gì": "j ji",
    "vậy": "z zậy vj zay",
    "mình": "mik mk mìk mjnh",
    "bao giờ": "bh bjo bgio bgiờ",
    "giờ": "h jo jờ",
    "như thế nào": "ntn ntnao",
    "thế nào": "tnao",
    "với": "vs",
    "cũng": "cx cg cug",
    "rồi": "r rùi",
    "nữa": "nx",
    "chưa": "chx",
    "làm": "lm",
    "muốn": "mún",
    "biết": "bik bt",
    "thích": "thik",
    "qua": "wa",
    "quá": "wá qá",
    "yêu": "iu",
    "vui": "zui dzui",
    "đang": "đag dag",
    "trước": "trc trk",
    "người": "ng",
    "người ta": "nta ngta",
    "mọi người": "mn mng",
    "anh em": "ae",
    "nhưng": "nhg nhưg",
    "phải": "fai fải",
    "ừ": "uh uhm",
    "thời gian": "tgian",
    "ví dụ": "vd",
    "học sinh": "hs",
    "giáo viên": "gv",
    "công ty": "cty",
    "bệnh viện": "bv",
    "điện thoại": "đt",
    "số điện thoại": "sđt sdt",
    "ủy ban nhân dân": "ubnd",
    "hội đồng nhân dân": "hđnd hdnd",
    "thành phố": "tp",
    "thị xã": "tx",
    "thị trấn": "ttr",
    "quốc lộ": "ql",
    "tỉnh lộ": "tl",
    "khách sạn": "ks",
    "du lịch": "dulich dlich dlịch",
    "lịch sử": "lsử lsu",
    "đồng": "vnđ vnd",
    "điện biên": "đb db dienbien",
    "điện biên phủ": "đbp dbp dienbienphu",
    "hà nội": "hn hanoi",
    "thành phố hồ chí minh": "tphcm hcm",
    "việt nam": "vn",
    "mường thanh": "muongthanh",
    "mường phăng": "muongphang",
    "mường nhé": "muongnhe",
    "mường lay": "muonglay",
}
#: Short forms of chats and of offices, and what they stand for.
TEEN: dict[str, str] = {short: full for full, shorts in _SHORT.items() for short in shorts.split()}
_ROAD = re.compile(r"(ql|tl)(\d+\w*)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = frozenset("ivx")
#: After these a short form is something else: km/h, 50 k.
_UNITS = {"h": frozenset({"km", "m", "kw"})}


def expand(tokens: list[str]) -> list[str]:
    """Write out short forms: ``ks ở dbp ntn`` becomes khách sạn ở điện biên phủ như thế nào.

    Parameters
    ----------
    tokens : list of str
        In lower case, see :func:`syllables`.

    Returns
    -------
    list of str
        One short form can become several tokens. ``50k`` and ``50 k`` stay.
    """
    return [full for before, short in zip(["", *tokens], tokens, strict=False) for full in _expand(short, before)]


def _expand(short: str, before: str) -> list[str]:
    if short in TEEN:
        amount = short == "k" and before[-1:].isdigit()
        return [short] if amount or before in _UNITS.get(short, ()) else TEEN[short].split()
    road = _ROAD.fullmatch(short)
    if road:
        return [*TEEN[road[1]].split(), road[2]]
    return [short] if _ROMAN.issuperset(short) else [unify_tone(_DRAWN_OUT.sub(r"\1", short))]
