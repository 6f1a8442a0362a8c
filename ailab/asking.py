"""How people ask: the words and phrases of questions, and the kind of thing that a question asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.language_model import stem
from ailab.text import guess_language, normalize, syllables, unify_tone

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EMPTY", "PHRASES", "WORDS", "asked_for", "clean_question", "holds"]

_LONGEST_QUESTION = 2000  # characters that are read; nobody asks more in one question

_WORDS = {
    "vi": """gì nào ai đâu sao mấy thế là có của và được các những cho bao nhiêu đã hãy kể tên ở này gọi ra loại
        vậy ạ à ơi nhỉ nhé hả ad mình bạn em anh chị tôi xin hỏi biết với thì không mà nếu phải nên cần muốn mọi""",
    "en": """what which who whom whose how why when where many much did does do is are was were the a an of in to for by kind type name
        i you me my we can could should would please tell""",
}
#: Words that only make a text a question.
WORDS = {lang: frozenset(unify_tone(word) for word in words.split()) for lang, words in _WORDS.items()}
_HALVES = {"vi": "khi lúc giờ lâu xa tại vì như cái chào cảm ơn", "en": "it this that there time long far hello hi thanks thank"}
#: The same, the halves of “mấy giờ”, “how far” and the like, and greetings: a question with no other word names nothing.
EMPTY = {lang: WORDS[lang].union(unify_tone(word) for word in words.split()) for lang, words in _HALVES.items()}

_PHRASES = {
    "vi": """là gì; ở đâu; ở đâu vậy ạ; nằm ở đâu; bao nhiêu; bao nhiêu tiền; giá bao nhiêu; bao lâu; bao xa; mất bao lâu; mấy giờ; lúc mấy giờ; tháng mấy;
        mùa nào; ngày nào; năm nào; khi nào; bao giờ; hôm nào; hôm nay; ngày mai; bây giờ; cuối tuần này; cái gì; con gì; cây gì; món gì; có gì; có gì chơi;
        có gì hay; ăn gì ngon; chơi ở đâu; đi đâu; đi thế nào; đi bằng gì; như thế nào; thế nào; ra sao; làm sao; tại sao; vì sao; có phải không;
        có được không; được không ạ; phải không; có nên; có cần; cần gì; có không; còn không; hay không; ai xây; do ai; của ai; là ai; người nào; mấy người;
        mấy ngày; mấy cái; mấy tầng; mấy mét; cao mấy mét; dài mấy mét; rộng mấy; có mấy; cho hỏi; cho mình hỏi; cho em hỏi; cho tôi hỏi; xin hỏi;
        mọi người ơi; mình muốn; em muốn; tôi muốn; muốn đi; muốn xem; muốn biết; kể tên; tên là gì; gọi là gì; nghĩa là gì; thì sao; thì phải; thế ạ;
        vậy ạ; nhỉ; nhé; với ạ; đi ạ; hả; à; ơi; ad ơi; mà; nếu; gọi ai; gọi số nào; xin chào; chào bạn;
        cảm ơn; xin cảm ơn""",
    "en": """what is; what are; what was; which; which one; who is; who was; who built; where is; where are; where can i; when is; when was; when does;
        how do i; how to get; how many; how much; how long; how far; how tall; how high; how big; how old; how deep; why; is there; are there; can i; can you;
        can we; do i need; should i; does it; is it; tell me about; what time; what year; what should; what to see; what to do""",
}
#: How questions begin and end, so that a language model knows such words although no passage has them.
PHRASES = {lang: tuple(phrase.strip() for phrase in phrases.split(";")) for lang, phrases in _PHRASES.items()}

# The first kind that fits counts.
_ASKS = {
    "vi": {
        "phone": r"số điện thoại|đường dây nóng|số máy|hotline",
        "hour": r"mấy giờ|giờ nào|giờ mở cửa|giờ đóng cửa",
        "date": r"khi nào|bao giờ|lúc nào|hôm nào|(năm|ngày|tháng|mùa|dịp|thời gian|thế kỷ|thập kỷ|thời kỳ) (nào|bao nhiêu|mấy)|(ngày|tháng|năm) mấy",
        "number": r"bao nhiêu|mấy|bao xa|bao lâu|tỷ lệ|phần trăm",
        "name": r"ai|người nào|tên (gì|là gì)",
        "place": r"ở đâu|đến đâu|đi đâu|chỗ nào|nơi nào|xã nào|địa chỉ",
    },
    "en": {
        "phone": r"phone number|telephone|hotline|phone of",
        "hour": r"what time|opening hours|closing time",
        "date": r"when (is|are|was|were|did|does|do|will|should|can)|(what|which) (year|date|day|month|century|decade|season)",
        "number": r"how (many|much|long|far|old|large|big|tall|high|deep|wide)|percent\w*",
        "name": r"who|whom|whose|(which|what) person",
        "place": r"where|address|(which|what) (commune|village|province|place)",
    },
}
_ASKS_FOR = {lang: [(kind, re.compile(rf"\b(?:{pattern})\b")) for kind, pattern in kinds.items()] for lang, kinds in _ASKS.items()}
_SHOWS = {
    "phone": re.compile(r"\d[\d .]{7,}\d|\b1\d\d\b"),
    "hour": re.compile(r"\d+ ?(giờ|h\b|:\d\d|am\b|pm\b|a\.m|p\.m)|\d+:\d\d", re.IGNORECASE),
    "place": re.compile(r"\b(ở|nằm|tại|thuộc|cách|bên|giữa|trên|dưới|đối diện|gần|in|at|on|near|lies?|stands?|located|from|between)\b", re.IGNORECASE),
    "date": re.compile(
        r"\d|\b(tháng|ngày|mùa|thế kỷ|sáng|chiều|tối|hằng năm)\b|\b(month|century|season|spring|summer|autumn|winter|morning|evening|daytime|year)s?\b"
        r"|\b(January|February|March|April|May|June|July|August|September|October|November|December)\b",
        re.IGNORECASE,
    ),
}
_MEASURES = {
    "vi": {word: re.compile(rf"\b{word} (?:\w+ ){{0,3}}\d", re.IGNORECASE) for word in ("cao", "dài", "rộng", "sâu", "nặng", "cách", "giá")},
    "en": {
        "tall": re.compile(r"\d\S* ?\w+ (?:high|tall)"),
        "high": re.compile(r"\d\S* ?\w+ (?:high|tall)|\baltitude\b.*\d", re.IGNORECASE),
        "long": re.compile(r"\d\S* ?\w+ (?:long|around)|\d\S* (?:hours?|days?)", re.IGNORECASE),
        "deep": re.compile(r"\d\S* ?\w+ deep"),
        "wide": re.compile(r"\d\S* ?\w+ wide"),
        "far": re.compile(r"\d\S* ?(?:km|m|kilomet)"),
    },
}
# Not "năm", which is five and year.
_NUMBERS = """một hai ba bốn sáu bảy tám chín mười trăm nghìn triệu tỷ nửa vài one two three four five six seven eight nine ten eleven twelve
    twenty thirty forty fifty hundred thousand million billion half dozen twice"""
_NUMBER_WORDS = frozenset(_NUMBERS.split())
_YEAR_OR_DATE = re.compile(r"(1\d|20)\d\d|\d+/.*")
_COUNTED = {"vi": re.compile(r"(?<!tháng )(?<!thứ )\b(?:bao nhiêu|mấy) (\w+)"), "en": re.compile(r"\bhow many (\w+)")}
_NOT_COUNTED = """là của có thì trong ở được để và cho vậy ạ z từ với so một các những đến tại theo về đi nếu
    of different other more are is do did"""
_NO_UNIT = frozenset(_NOT_COUNTED.split())
_UNITS = {
    "mét": {"m", "m²", "m2"},
    "m2": {"m²", "m"},
    "cây": {"km"},
    "km": {"cây"},
    "tiếng": {"giờ"},
    "giờ": {"tiếng"},
    "tiền": {"đồng", "usd", "đô"},
    "tấn": {"kg"},
    "cân": {"kg"},
    "độ": {"c"},
    "phần": {"%"},
    "metres": {"m"},
    "meters": {"m"},
    "kilometres": {"km"},
    "kilometers": {"km"},
    "people": {"inhabitant", "person"},
}
_AFTER_NUMBERS = "m m² m2 km km2 ha kg mét tấn tạ người đồng bậc hiện hộ con cây khách people metres meters kilometres households steps visitors"
_COUNTABLE = frozenset(_AFTER_NUMBERS.split())
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[^\W\d_]\w+")


def clean_question(question: str) -> tuple[str, str]:
    """Return the language of a question, and the question in NFC, on one line, and not endless."""
    text = " ".join(normalize(question)[:_LONGEST_QUESTION].split())
    return guess_language(text), text


def asked_for(words: Sequence[str], lang: str) -> str:
    """Tell which kind of thing a question asks for.

    Parameters
    ----------
    words : sequence of str
        Syllables of the question, with accents.
    lang : {'vi', 'en'}

    Returns
    -------
    {'phone', 'hour', 'date', 'number', 'name', 'place', ''}
        The last where its words do not tell.
    """
    text = " ".join(words)
    return next((kind for kind, pattern in _ASKS_FOR[lang] if pattern.search(text)), "")


def holds(kind: str, text: str, question: Sequence[str], lang: str) -> float:
    """Tell how well a text holds what a question asks for. Numbers and names that the question has itself do not count.

    Parameters
    ----------
    kind : str
        See :func:`asked_for`.
    text : str
        For example a sentence.
    question : sequence of str
        Syllables of the question, with accents.
    lang : {'vi', 'en'}

    Returns
    -------
    float
        0 not at all; 0.5 a number, but not of what is asked for; 1 one of its kind; 2 the very measure that is asked for (how
        many days, and a number of days).
    """
    if kind in _SHOWS:
        return float(bool(_SHOWS[kind].search(text)))
    words = syllables(text)
    if kind == "name":
        return float(any(name[0].isupper() and name.lower() not in question for name in _NAME.findall(text)))
    if any(word in question and pattern.search(text) for word, pattern in _MEASURES[lang].items()):
        return 2.0
    numbers = [at for at, word in enumerate(words) if _is_number(word, words[at + 1 : at + 2]) and word not in question]
    if not numbers:
        return 0.0
    units = _units(question, lang)
    if not units:
        return 1.0
    marks = ["%"] if "%" in text and "%" in units else []
    near = [word for at in numbers for word in words[max(at - 1, 0) : at + 6]]
    return 2.0 if marks or any(_stem(word, lang) in units for word in near) else 0.5


def _is_number(word: str, after: Sequence[str]) -> bool:
    """Tell a number from a year or a date by what follows: 1954 is a year, 1954 mét are not."""
    return word in _NUMBER_WORDS or (word[0].isdigit() and (not _YEAR_OR_DATE.fullmatch(word) or not _COUNTABLE.isdisjoint(after)))


def _units(question: Sequence[str], lang: str) -> set[str]:
    """What is counted: the word after "how many", and other names of it."""
    found = _COUNTED[lang].search(" ".join(question))
    if found is None or found[1] in _NO_UNIT:
        return set()
    return {_stem(found[1], lang), *_UNITS.get(found[1], ())}


def _stem(word: str, lang: str) -> str:
    return stem(word) if lang == "en" else word
