"""Judge an answer to a task of an exercise, and say what is wrong with it. Nothing of an answer is ever run."""

from __future__ import annotations

import inspect
import math
import numbers
import re
import unicodedata
from collections import Counter
from string import Template
from typing import TYPE_CHECKING, Any

from ailab.errors import AilabError
from ailab.exercises import trials
from ailab.exercises.source import lesson_names, read_exercise
from ailab.i18n import choose
from ailab.i18n import gettext as _
from ailab.results import CheckResult
from ailab.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.exercises.source import Case, Item
    from ailab.results import CheckCode

__all__ = ["check"]

_LONGEST = 1000  # characters of an answer
_DOTS = {"", "...", "…"}
_QUOTES = "\"'“”‘’"
_SHOWN = 60  # characters of an answer that are said back
#: How often a task was answered wrongly since it was last right, in this process.
_wrong: Counter[tuple[str, int]] = Counter()


class _Unusable(Exception):  # noqa: N818 - no error: a sentence for the learner
    """An answer that is no answer of the kind asked for."""


def check(lesson: str, number: int, answer: Any) -> CheckResult:
    """Check an answer to a task of an exercise.

    Parameters
    ----------
    lesson : str
        Sector and number of the lesson: ``"agriculture/01"``.
    number : int
        Which task, from 1.
    answer : object
        Whatever the task asks for. It is looked at, never run.

    Returns
    -------
    CheckResult
        Whether it is right, and why. After the second wrong attempt there is a hint.

    Raises
    ------
    AilabError
        If there is no such lesson or task (code ``unknown_exercise``).
    """
    item = _find(lesson, number)
    code, message = _judge(item, answer)
    key = (lesson, number)
    if code == "right":
        _wrong.pop(key, None)
    elif code == "wrong":
        _wrong[key] += 1
    return CheckResult(lesson, number, code, message, choose(item.hint) if code == "wrong" and _wrong[key] >= 2 else "")


def _find(lesson: str, number: int) -> Item:
    known = lesson_names()
    if lesson not in known:
        message = _("There is no exercise “%(lesson)s”. There are: %(known)s.")
        raise AilabError(message % {"lesson": lesson, "known": ", ".join(known)}, code="unknown_exercise")
    items = read_exercise(lesson).items
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(items):
        message = _("The exercise %(lesson)s has no task %(number)s. Its tasks are: %(known)s.")
        names = ", ".join(map(str, range(1, len(items) + 1)))
        raise AilabError(message % {"lesson": lesson, "number": number, "known": names}, code="unknown_exercise")
    return items[number - 1]


def _judge(item: Item, answer: Any) -> tuple[CheckCode, str]:
    """Code and message."""
    if _is_blank(answer):
        return "blank", _blank_message(answer)
    try:
        value = _USABLE[item.kind](answer, item)
        facts = {"answer": value, **(getattr(trials, item.trial)(value) if item.trial else {})}
        case = next(case for case in item.cases if all(_holds(_value(name, facts), test) for name, test in case.when.items()))
    except _Unusable as problem:
        return "type", str(problem)
    except AilabError as error:
        return "wrong", str(error)
    except Exception:  # noqa: BLE001 - whatever was given, the learner reads a sentence
        return "type", _("This answer cannot be tried out. Read the task once more, and compare it with what you wrote.")
    return "right" if case.right else "wrong", _said(case, facts)


def _said(case: Case, facts: dict[str, Any]) -> str:
    return Template(choose(case.say)).safe_substitute({name: _shown(value) for name, value in facts.items()})


def _shown(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 4 * _SHOWN else text[: 4 * _SHOWN] + "…"


# --- blanks ----------------------------------------------------------------------------------------------------------


def _is_blank(answer: Any) -> bool:
    parts = answer if isinstance(answer, (list, tuple)) else [answer]
    return any(part is None or part is Ellipsis or (isinstance(part, str) and part.strip() in _DOTS) for part in parts)


def _blank_message(answer: Any) -> str:
    if answer is None:
        return _("There is no answer yet: the name holds nothing (None). Write your answer behind the sign =, then run the cell again.")
    if isinstance(answer, str):
        return _("The blank is still there. Replace the three dots between the quotation marks by your answer, then run the cell again.")
    return _("The blank is still there. Replace the three dots ... by your answer, then run the cell again.")


# --- is it usable at all? --------------------------------------------------------------------------------------------


def _number(answer: Any, _item: Item) -> float:
    if getattr(answer, "size", None) == 1 and hasattr(answer, "item"):
        answer = answer.item()  # a number of numpy
    if isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(part, int) for part in answer):
        message = _("Python writes decimals with a point. Write %(right)s, not %(wrong)s.")
        raise _Unusable(message % {"right": f"{answer[0]}.{answer[1]}", "wrong": f"{answer[0]},{answer[1]}"})
    if isinstance(answer, str):
        if re.fullmatch(r"\s*-?\d+(?:[.,]\d+)?\s*%?\s*", answer):
            plain = answer.replace(",", ".").replace("%", "").strip()
            raise _Unusable(_("Take the quotation marks away: they make a text of the number. Write %(number)s.") % {"number": plain})
        raise _Unusable(_("The answer has to be a number. You gave a text: “%(text)s”.") % {"text": _short(answer)})
    if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
        raise _Unusable(_("The answer has to be a number. You gave: %(what)s.") % {"what": _what(answer)})
    value = float(answer)
    if not math.isfinite(value):
        raise _Unusable(_("The answer has to be a number that can be written down. Yours is infinite or none."))
    return value


def _share(answer: Any, item: Item) -> float:
    value = _number(answer, item)
    if 2 <= value <= 100:
        example = f"{value / 100:g}"
        raise _Unusable(
            _("You wrote a percentage. Here the number is from 0 to 1: %(percent)s%% is written %(share)s.") % {"percent": answer, "share": example}
        )
    if not 0 <= value <= 1:
        raise _Unusable(_("The number has to be from 0 to 1. You gave %(number)s.") % {"number": answer})
    return value


def _letters(answer: Any, item: Item) -> str:
    known = ", ".join(item.options)
    if isinstance(answer, (list, tuple, set, frozenset)) and all(isinstance(part, str) for part in answer):
        answer = " ".join(answer)
    if not isinstance(answer, str):
        message = _("The answer has to be in letters, in quotation marks: one or more of %(known)s. You gave: %(what)s.")
        raise _Unusable(message % {"known": known, "what": _what(answer)})
    words = [word for word in re.findall(r"\w+", fold(answer).flat) if word not in {"va", "and"}]
    letters = sorted(set("".join(words)))
    if not letters or not set(letters) <= set(item.options):
        raise _Unusable(_("There is no option “%(given)s”. The options are: %(known)s.") % {"given": _short(answer), "known": known})
    return " ".join(letters)


def _letter(answer: Any, item: Item) -> str:
    with_text = re.match(r"\W*(\w)\s*[).:–-]", answer) if isinstance(answer, str) else None  # “b) The rice …”
    letters = _letters(with_text[1] if with_text else answer, item)
    if " " in letters:
        raise _Unusable(_("Choose one option only. You gave: %(given)s.") % {"given": letters.replace(" ", ", ")})
    return letters


def _text(answer: Any, _item: Item) -> str:
    if not isinstance(answer, str):
        raise _Unusable(_("The answer has to be a text between quotation marks. You gave: %(what)s.") % {"what": _what(answer)})
    if len(answer) > _LONGEST:
        raise _Unusable(_("The answer is too long: %(count)d characters. A few sentences are enough.") % {"count": len(answer)})
    return " ".join(unicodedata.normalize("NFC", answer).split()).strip(_QUOTES)


def _object(answer: Any, _item: Item) -> Any:
    return answer


_USABLE: dict[str, Callable[[Any, Item], Any]] = {
    "number": _number,
    "share": _share,
    "letter": _letter,
    "letters": _letters,
    "text": _text,
    "object": _object,
}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _what(answer: Any) -> str:
    """What was given, in plain words."""
    if isinstance(answer, bool):
        return _("yes or no (%(value)s)") % {"value": answer}
    if isinstance(answer, str):
        return _("a text (“%(text)s”)") % {"text": _short(answer)}
    if isinstance(answer, numbers.Number):
        return _("a number (%(number)s)") % {"number": answer}
    if inspect.isroutine(answer) or inspect.isclass(answer):
        return _("a command that has not been run (%(name)s). Write brackets () behind it") % {"name": answer.__name__}
    if hasattr(answer, "__len__"):
        return _("a list of %(count)d values, where one is asked for") % {"count": len(answer)}
    return _("something else (%(name)s)") % {"name": type(answer).__name__}


# --- does a case fit? ------------------------------------------------------------------------------------------------


def _value(name: str, facts: dict[str, Any]) -> Any:
    """A fact of a trial, or an attribute of the answer."""
    return facts[name] if name in facts else getattr(facts["answer"], name)


def _holds(value: Any, test: Any) -> bool:
    if not isinstance(test, dict):
        return _same(value, test)
    return all(_TESTS[name](value, wanted) for name, wanted in test.items())


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str):
        return str("" if value is None else value).casefold() == wanted.casefold()
    if isinstance(wanted, bool) or isinstance(value, bool):
        return value is wanted
    return isinstance(value, numbers.Real) and math.isclose(value, wanted, rel_tol=1e-6, abs_tol=1e-9)


def _has(value: Any, wanted: str | list[str]) -> bool:
    """Whether any of these words stands in it, with or without accents."""
    words = [wanted] if isinstance(wanted, str) else wanted
    text = fold(str(value)).flat
    return any(re.search(rf"(?<!\w){re.escape(fold(word).flat)}(?!\w)", text) for word in words)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "above": lambda value, least: value > least,
    "below": lambda value, most: value < most,
    "near": lambda value, wanted: abs(value - wanted[0]) <= wanted[1],
    "has": _has,
    "lacks": lambda value, wanted: not _has(value, wanted),
    "one_of": lambda value, wanted: any(_same(value, one) for one in wanted),
}
