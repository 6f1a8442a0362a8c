"""The bank of questions, and two tests of equal weight drawn from it."""

from __future__ import annotations

import functools
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DONT_KNOW", "QUESTIONS", "Bank", "Pair", "Question", "draw_pairs", "load_bank"]

#: In one test.
QUESTIONS = 8
#: What is chosen by whoever does not guess.
DONT_KNOW = "?"
_BUNDLED = Path(__file__).parents[1] / "assets" / "questions" / "bank.json"
_LEAST_USE = 2  # pairs in which the careful answer is wrong, so that mere caution does not pass for knowledge
_TRIES = 500
_OPTIONS = {"a", "b", "c", "d"}

Text = dict[str, str]


class Pair(TypedDict):
    """Two questions that ask for the same: one for each form."""

    competency: str
    a: str
    b: str


@dataclass(frozen=True)
class Question:
    """One question; texts by language.

    Attributes
    ----------
    id, competency, pair : str
        ``pair`` is the id of its partner, or a name that both share.
    sectors : frozenset of str
        Empty: for every course.
    text : dict
    options : dict
        ``a`` to ``d``.
    answer : str
    stance : str
        ``use`` where the right answer is to go on with the machine.
    why : dict
        What the answer teaches.
    """

    id: str
    competency: str
    pair: str
    sectors: frozenset[str]
    text: Text
    options: Mapping[str, Text]
    answer: str
    stance: str
    why: Text


@dataclass(frozen=True)
class Bank:
    """What can be asked.

    Attributes
    ----------
    competencies : dict
        Code to name by language.
    questions : dict
        Id to :class:`Question`.
    pairs : tuple of Pair
    """

    competencies: Mapping[str, Text]
    questions: Mapping[str, Question]
    pairs: tuple[Pair, ...]


@functools.lru_cache(maxsize=4)
def load_bank(path: Path = _BUNDLED) -> Bank:
    """Read a bank.

    Parameters
    ----------
    path : Path, optional
        Default: the bundled one.

    Raises
    ------
    AilabError
        If there is none, or if it contradicts itself.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        questions = {item["id"]: _question(item) for item in data["questions"]}
        competencies = {code: {language: told["name"][language] for language in ("vi", "en")} for code, told in data["competencies"].items()}
        return Bank(competencies, questions, _pairs(questions, len(data["questions"]), competencies))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = _("The questions in %(path)s cannot be used (%(detail)s). Install ailab again, or mend the file.")
        raise AilabError(message % {"path": path, "detail": error}, code="bank") from error


def draw_pairs(bank: Bank, sector: str, seed: str, count: int = QUESTIONS) -> list[Pair]:
    """Draw the pairs of a course, from as many competencies as there are, each as often as the others or once more.

    Parameters
    ----------
    bank : Bank
    sector : str
    seed : str
        The same seed draws the same, on any laptop.
    count : int

    Returns
    -------
    list of Pair
        One question of each makes a form; both forms thus have equal competencies.

    Raises
    ------
    AilabError
        If the bank has too few for the sector.
    """
    draw = random.Random(f"{seed} {sector}")  # noqa: S311 - nothing secret
    fitting = []
    for pair in bank.pairs:
        wanted = bank.questions[pair["a"]].sectors, bank.questions[pair["b"]].sectors
        if all(not sectors or sector in sectors for sectors in wanted):
            fitting.append(pair)
    if len(fitting) < count:
        message = _("There are %(present)d pairs of questions for this sector, and a test needs %(count)d. Add some to the bank.")
        raise AilabError(message % {"present": len(fitting), "count": count}, code="bank")
    for _try in range(_TRIES):
        drawn = _evenly(fitting, count, draw)
        if sum(bank.questions[pair["a"]].stance == "use" for pair in drawn) >= _LEAST_USE:
            break
    return drawn


def _evenly(pairs: Sequence[Pair], count: int, draw: random.Random) -> list[Pair]:
    """Draw from one competency after the other."""
    shelves: dict[str, list[Pair]] = defaultdict(list)
    for pair in draw.sample(pairs, len(pairs)):
        shelves[pair["competency"]].append(pair)
    order = draw.sample(sorted(shelves), len(shelves))
    drawn: list[Pair] = []
    while len(drawn) < count:
        for code in order:
            if shelves[code] and len(drawn) < count:
                pair = shelves[code].pop()
                drawn.append(pair if draw.random() < 0.5 else {"competency": code, "a": pair["b"], "b": pair["a"]})
    return draw.sample(drawn, count)


def _question(item: Mapping[str, Any]) -> Question:
    if set(item["options"]) != _OPTIONS or item["answer"] not in _OPTIONS:
        raise ValueError(f"options of {item['id']}")
    if not all(text["vi"] and text["en"] for text in (item["text"], item["why"], *item["options"].values())):
        raise ValueError(f"texts of {item['id']}")
    sectors = item.get("sectors") or []
    return Question(
        id=str(item["id"]),
        competency=str(item["competency"]),
        pair=str(item["pair"]),
        sectors=frozenset() if "all" in sectors else frozenset(sectors),
        text=item["text"],
        options=item["options"],
        answer=item["answer"],
        stance=item.get("stance", ""),
        why=item["why"],
    )


def _pairs(questions: Mapping[str, Question], count: int, competencies: Mapping[str, Text]) -> tuple[Pair, ...]:
    if len(questions) != count:
        raise ValueError("an id twice")
    groups: dict[frozenset[str] | str, list[Question]] = defaultdict(list)
    for _id, question in sorted(questions.items()):
        groups[frozenset((question.id, question.pair)) if question.pair in questions else question.pair].append(question)
    for group in groups.values():
        if len(group) != 2 or len({question.competency for question in group}) != 1 or group[0].competency not in competencies:
            raise ValueError(f"the pair of {group[0].id}")
    return tuple({"competency": first.competency, "a": first.id, "b": second.id} for first, second in groups.values())
