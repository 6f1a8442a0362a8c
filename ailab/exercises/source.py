"""What an exercise is made of, and how it is read from its file. CONTRIBUTING.md, "An exercise", describes the format."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["KINDS", "TESTS", "Case", "Exercise", "Item", "common_texts", "lesson_names", "read_exercise"]

FOLDER = Path(__file__).parent.parent / "assets" / "exercises"
#: What an answer can be. ``share`` is a number from 0 to 1; ``letter`` and ``letters`` name options; ``object`` is anything.
KINDS = ("number", "share", "letter", "letters", "text", "object")
#: What a case can ask of a value, besides being equal to one.
TESTS = ("above", "below", "near", "has", "lacks", "one_of")
#: In the code of an answer: what stands here in the solution, and is a blank in the exercise.
_BLANK = re.compile("«([^«»\n]+)»")
_LANGUAGES = {"vi", "en"}

Texts = dict[str, str]


@dataclass(frozen=True)
class Case:
    """What is said to one kind of answer.

    Attributes
    ----------
    when : dict
        Name of a value -> what it has to be: a plain value, or a table of :data:`TESTS`. All have to hold; none: any answer.
    say : dict of str to str
        Language -> what is said.
    right : bool
    """

    when: dict[str, Any]
    say: Texts
    right: bool = False


@dataclass(frozen=True)
class Item:
    """One task of an exercise.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    title, task : dict of str to str
        Language -> text; the task in Markdown.
    code : str
        Python that names the answer ``tra_loi``, with a solution in guillemets where the blank will be.
    cases : tuple of Case
        The first that fits decides; the last fits any answer.
    hint : dict of str to str
        Said after the second wrong attempt.
    options : dict of str to dict
        Letter -> text in each language, for letters.
    first : str
        Python to run and to change before the answer; may be empty.
    shows : tuple of str
        What the output of ``first`` holds; a test looks whether it still does.
    trial : str
        Name of a function in :mod:`ailab.exercises.trials`; may be empty.
    """

    kind: str
    title: Texts
    task: Texts
    code: str
    cases: tuple[Case, ...]
    hint: Texts
    options: dict[str, Texts] = field(default_factory=dict)
    first: str = ""
    shows: tuple[str, ...] = ()
    trial: str = ""

    @property
    def starter(self) -> str:
        """The code with blanks."""
        return _BLANK.sub("...", self.code)

    @property
    def solution(self) -> str:
        """The code without blanks."""
        return _BLANK.sub(r"\1", self.code)


@dataclass(frozen=True)
class Exercise:
    """The exercise of one lesson.

    Attributes
    ----------
    lesson : str
        ``"agriculture/01"``.
    notebook : str
        Name of the notebook of the lesson, ``"01_kham_benh_la"``.
    title, intro : dict of str to str
        Language -> text in Markdown.
    setup : str
        Python that the items need.
    items : tuple of Item
    """

    lesson: str
    notebook: str
    title: Texts
    intro: Texts
    setup: str
    items: tuple[Item, ...]


def lesson_names() -> list[str]:
    """Lessons that have an exercise, such as ``"agriculture/01"``."""
    return sorted("/".join(path.stem.rsplit("_", 1)) for path in FOLDER.glob("*_[0-9]*.toml"))


@functools.cache
def read_exercise(lesson: str) -> Exercise:
    """Read an exercise.

    Parameters
    ----------
    lesson : str
        One of :func:`lesson_names`.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If its file does not follow the format; it says where.
    """
    path = FOLDER / f"{lesson.replace('/', '_')}.toml"
    return parse_exercise(lesson, tomllib.loads(path.read_text("utf-8")), path.name)


def common_texts() -> dict[str, Texts]:
    """What every exercise says, in each language."""
    texts: dict[str, Texts] = tomllib.loads((FOLDER / "common.toml").read_text("utf-8"))
    return texts


def parse_exercise(lesson: str, raw: dict[str, Any], name: str) -> Exercise:
    """Make an exercise of what stands in a file; see :func:`read_exercise`."""
    _known(raw, {"notebook", "title", "intro", "setup", "item"}, name)
    items = tuple(_item(item, f"{name}, item {number}") for number, item in enumerate(raw.get("item", ()), 1))
    if not items:
        raise ValueError(f"{name}: there is no [[item]]")
    title, intro = (_texts(raw, key, name) for key in ("title", "intro"))
    return Exercise(lesson, _string(raw, "notebook", name), title, intro, _string(raw, "setup", name), items)


def _item(raw: dict[str, Any], where: str) -> Item:
    _known(raw, {"kind", "title", "task", "code", "case", "hint", "options", "first", "shows", "trial"}, where)
    kind, code = _string(raw, "kind", where), _string(raw, "code", where)
    if kind not in KINDS:
        raise ValueError(f"{where}: the kind {kind!r} is none of {', '.join(KINDS)}")
    if not _BLANK.search(code) or "tra_loi" not in code:
        raise ValueError(f"{where}: code needs the name tra_loi, and a solution in «guillemets»")
    options = {letter: _texts(raw["options"], letter, where) for letter in raw.get("options", {})}
    if (kind in {"letter", "letters"}) != bool(options):
        raise ValueError(f"{where}: options go with the kinds letter and letters, and with no other")
    cases = tuple(_case(case, f"{where}, case {number}") for number, case in enumerate(raw.get("case", ()), 1))
    if len({case.right for case in cases}) < 2 or [case for case in cases if not case.when] != [cases[-1]]:
        raise ValueError(f"{where}: there has to be a right case and a wrong one, and the last one, and no other, has to fit any answer")
    title, task, hint = (_texts(raw, key, where) for key in ("title", "task", "hint"))
    return Item(kind, title, task, code, cases, hint, options, raw.get("first", "").strip(), tuple(raw.get("shows", ())), raw.get("trial", ""))


def _case(raw: dict[str, Any], where: str) -> Case:
    when = {key: value for key, value in raw.items() if key not in {"say", "right"}}
    for test in when.values():
        if isinstance(test, dict):
            _known(test, set(TESTS), where)
    return Case(when, _texts(raw, "say", where), raw.get("right", False))


def _string(raw: dict[str, Any], key: str, where: str) -> str:
    if not isinstance(raw.get(key), str) or not raw[key].strip():
        raise ValueError(f"{where}: {key} is missing")
    return str(raw[key]).strip()


def _texts(raw: dict[str, Any], key: str, where: str) -> Texts:
    texts = raw.get(key)
    if not isinstance(texts, dict) or set(texts) != _LANGUAGES or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise ValueError(f"{where}: {key} needs a text in vi and in en")
    return {language: text.strip() for language, text in texts.items()}


def _known(raw: dict[str, Any], names: set[str], where: str) -> None:
    if unknown := sorted(set(raw) - names):
        raise ValueError(f"{where}: {', '.join(unknown)} has no meaning here; known are {', '.join(sorted(names))}")
