"""The question bank: pairs that are equal, options that give nothing away, and nothing that lessons have already asked."""

from __future__ import annotations

import json
import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ailab
from ailab.text import syllables

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
ASSETS = Path(ailab.__file__).parent / "assets"
BANK = json.loads((ASSETS / "questions" / "bank.json").read_text("utf-8"))
COMPETENCIES: dict[str, Any] = BANK["competencies"]
QUESTIONS: list[dict[str, Any]] = BANK["questions"]
BY_ID = {question["id"]: question for question in QUESTIONS}
PAIRS = [(question, BY_ID[question["pair"]]) for question in QUESTIONS if question["id"] < question["pair"]]
MAP = json.loads((ROOT / "docs" / "competencies.json").read_text("utf-8"))
SECTORS = ("admin", "agriculture", "education", "tourism")
LETTERS = "abcd"
LANGUAGES = ("vi", "en")
#: Words that only a course teaches.
TECHNICAL = re.compile(
    r"thuật toán|mô hình|dữ liệu huấn luyện|huấn luyện|tập kiểm tra|độ chính xác|ngưỡng|tham số|học máy|nhãn|"
    r"algorithm|\bmodel|training|threshold|accuracy|\blabels?\b|dataset",
    re.IGNORECASE,
)
NEGATED = re.compile(r"KHÔNG|\bNOT\b|nào không|nào chưa|ngoại trừ|[Ww]hich (?:\w+ )*(?:is|are|does|do) not|[Ww]hich .*\bnever\b", re.MULTILINE)
#: Words with a capital that are no names.
PLAIN_CAPITALS = {"AI", "AIs", "English", "I", "Anh", "Bảy", "Saturday", "Thái"}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def texts(question: dict[str, Any]) -> list[dict[str, str]]:
    return [question["text"], question["why"], *question["options"].values()]


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = syllables(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def proper_names(text: str) -> Iterator[str]:
    """Give the words with a capital that stand together, without the first of a sentence."""
    run: list[str] = []
    starts = True
    for word in [*text.replace("'s", "").split(), "."]:
        bare = word.strip("“”.,:;?!")
        if bare[:1].isupper() and not starts and bare not in PLAIN_CAPITALS:
            run.append(bare)
        if run and (not bare[:1].isupper() or word[-1] in "“”.,:;?!"):
            yield " ".join(run)
            run = []
        starts = word[-1] in ".:?!”"


def fits(question: dict[str, Any], sector: str) -> bool:
    taught = any(lesson.startswith(f"{sector}/") for lesson in COMPETENCIES[question["competency"]]["lessons"])
    return taught and (question["sectors"] == "all" or sector in question["sectors"])


def option_lengths(question: dict[str, Any], language: str) -> dict[str, int]:
    return {letter: len(option[language]) for letter, option in question["options"].items()}


def test_every_question_is_complete():
    assert len(QUESTIONS) == len(BY_ID) == 56
    for question in QUESTIONS:
        assert set(question) == {"id", "competency", "pair", "difficulty", "stance", "sectors", "answer", "text", "options", "why"}, question["id"]
        assert "".join(question["options"]) == LETTERS, question["id"]
        assert question["sectors"] == "all" or set(question["sectors"]) < set(SECTORS), question["id"]
        assert question["stance"] in {"use", "hold", "know"}, question["id"]
        for text in texts(question):
            assert tuple(text) == LANGUAGES, question["id"]
            assert all(part == part.strip() and part for part in text.values()), question["id"]
        for language in LANGUAGES:
            assert len({option[language] for option in question["options"].values()}) == len(LETTERS), question["id"]


def test_partners_are_equal_in_all_but_the_surface():
    assert len(PAIRS) == 28
    for one, other in PAIRS:
        assert other["pair"] == one["id"]
        for key in ("competency", "difficulty", "stance", "sectors"):
            assert one[key] == other[key], (one["id"], key)
        assert one["answer"] != other["answer"], one["id"]
        for language in LANGUAGES:
            ours, theirs = one["text"][language].split(), other["text"][language].split()
            assert SequenceMatcher(None, ours, theirs).ratio() < 0.7, one["id"]


def test_competencies_are_equally_covered():
    assert set(COMPETENCIES) == {question["competency"] for question in QUESTIONS}
    for code in COMPETENCIES:
        own = [question for question in QUESTIONS if question["competency"] == code]
        assert Counter(question["answer"] for question in own) == dict.fromkeys(LETTERS, 2), code
        assert Counter(question["difficulty"] for question in own) == {1: 2, 2: 4, 3: 2}, code
        assert any(question["stance"] == "use" for question in own), code  # who always doubts must not have everything right
    assert sum(question["stance"] == "use" for question in QUESTIONS) >= len(QUESTIONS) / 4


def test_competencies_point_at_lessons_and_at_the_map():
    known = {item["code"] for framework in MAP["frameworks"] for item in framework["items"]}
    for code, competency in COMPETENCIES.items():
        assert all(competency["name"][language] for language in LANGUAGES), code
        assert set(competency["codes"]) <= known, code
        for lesson in competency["lessons"]:
            assert (ROOT / "notebooks" / f"{lesson}.ipynb").is_file(), lesson
            assert set(MAP["lessons"][lesson]) & set(competency["codes"]), (code, lesson)


@pytest.mark.parametrize("sector", SECTORS)
def test_a_sector_can_draw_two_tests_of_eight(sector):
    pairs = [one for one, _other in PAIRS if fits(one, sector)]
    assert len(pairs) >= 16
    assert sum(one["stance"] == "use" for one in pairs) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_read_in_twenty_seconds(language):
    for question in QUESTIONS:
        assert len(question["text"][language].split()) <= 45, question["id"]
        assert max(len(option[language].split()) for option in question["options"].values()) <= 14, question["id"]
        assert len(question["why"][language].split()) <= 35, question["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_of_an_option_gives_nothing_away(language):
    longest = shortest = 0
    for question in QUESTIONS:
        lengths = option_lengths(question, language)
        right = lengths.pop(question["answer"])
        assert max(right, *lengths.values()) <= 1.5 * min(right, *lengths.values()), question["id"]
        longest += right >= max(lengths.values())
        shortest += right < min(lengths.values())
    assert longest <= 0.3 * len(QUESTIONS)
    assert shortest <= 0.3 * len(QUESTIONS)


def test_words_are_plain_and_no_stem_is_negated():
    for question in QUESTIONS:
        for text in strings(texts(question)):
            assert not TECHNICAL.search(text), (question["id"], text)
        for stem in question["text"].values():
            assert stem.endswith("?"), question["id"]
            assert not NEGATED.search(re.split(r"[.:]", stem)[-1]), question["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_and_villages_have_the_invented_name(language):
    names = [name for question in QUESTIONS for text in texts(question) for name in proper_names(text[language])]
    assert len(names) >= 20
    assert [name for name in names if not name.endswith("Mẫu")] == []
    assert list(proper_names("Hôm qua, ông Lò Văn Thật gặp bà Lò Thị Mẫu. Ở Nà Thật.")) == ["Lò Văn Thật", "Lò Thị Mẫu", "Nà Thật"]


def test_nothing_is_taken_from_lessons():
    asked = {run for path in (ASSETS / "quizzes").glob("*.json") for text in strings(json.loads(path.read_text("utf-8"))) for run in runs(text)}
    asked |= {run for path in (ASSETS / "exercises").glob("*.toml") for run in runs(path.read_text("utf-8"))}
    for path in (ROOT / "notebooks").glob("*/*.ipynb"):
        asked |= {run for cell in json.loads(path.read_text("utf-8"))["cells"] for run in runs("".join(cell["source"]))}
    assert len(asked) > 1000
    for question in QUESTIONS:
        for text in strings(texts(question)):
            assert not runs(text) & asked, (question["id"], text)


def test_the_card_says_what_is_in_the_file():
    card = (ASSETS / "questions" / "README.md").read_text("utf-8")
    assert f"{len(COMPETENCIES)} competencies, {len(PAIRS)} pairs, {len(QUESTIONS)} questions" in card
    for code, competency in COMPETENCIES.items():
        use = sum(one["stance"] == "use" for one, _other in PAIRS if one["competency"] == code)
        assert f"| `{code}` | {competency['name']['vi']} | 4 | {use} |" in card
    for sector in SECTORS:
        assert re.search(rf"{sum(fits(one, sector) for one, _other in PAIRS)} (?:pairs )?\(`{sector}`\)", card), sector
    for language, form in (("vi", "longest in {} of 56 questions (English"), ("en", "(English {}), the only shortest")):
        longest = sum(max(lengths.values()) == lengths[question["answer"]] for question in QUESTIONS for lengths in (option_lengths(question, language),))
        assert form.format(longest) in card
