"""What the courses achieved, with its doubt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.course.bank import DONT_KNOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ailab.course.merge import CourseRecord, Given, Results

__all__ = [
    "ENOUGH",
    "ENOUGH_COURSES",
    "OVERALL",
    "CourseFigures",
    "Gain",
    "Item",
    "Overview",
    "bootstrap_interval",
    "course_figures",
    "gains",
    "items",
    "overview",
]

#: In place of a competency: all questions together.
OVERALL = ""
#: Fewer learners say too little for an interval or a judgement of a question.
ENOUGH = 20
#: Fewer courses say too little about how courses differ.
ENOUGH_COURSES = 10
_DRAWS = 2000
_CHUNK = 100
_NEARLY_ALL, _CHANCE = 0.95, 0.25  # four options: whoever guesses is right one time in four


@dataclass(frozen=True)
class Gain:
    """Paired difference of the shares of right answers.

    Attributes
    ----------
    competency : str
        :data:`OVERALL` for all questions.
    learners : int
        Who answered the same number of questions on it before and after.
    before, after, gain : float
        Shares; ``gain`` is between -1 and 1. NaN without learners.
    low, high : float or None
        Interval of 95 %, bootstrapped by learner; None for too few.
    low_courses, high_courses : float or None
        The same, bootstrapped by course: wider where courses differ. None for too few courses.
    """

    competency: str
    learners: int
    before: float
    after: float
    gain: float
    low: float | None
    high: float | None
    low_courses: float | None = None
    high_courses: float | None = None


@dataclass(frozen=True)
class Item:
    """How a question was answered.

    Attributes
    ----------
    question, competency : str
    before, after : float
        Share of right answers; NaN without any.
    answered_before, answered_after : int
    flag : {'', 'easy', 'hard'}
        Nearly everybody was right before the course; even after it, no more than would be by chance.
    """

    question: str
    competency: str
    before: float
    after: float
    answered_before: int
    answered_after: int
    flag: str


@dataclass(frozen=True)
class CourseFigures:
    """A course in numbers; ``learners`` are the heads that were counted, or else the codes."""

    course: CourseRecord
    held: bool
    learners: int
    tested_before: int
    tested_both: int
    gain: float


@dataclass(frozen=True)
class Overview:
    """The province in numbers."""

    courses: int
    learners: int
    tested_before: int
    tested_both: int


def course_figures(results: Results) -> list[CourseFigures]:
    """Count courses, the earliest first."""
    by_course: dict[str, list[Mapping[tuple[str, str], Given]]] = defaultdict(list)
    for (uuid, _code), answers in results.learners.items():
        by_course[uuid].append(answers)
    figures = []
    for course in sorted(results.courses.values(), key=lambda c: (str(c.started_on or c.planned_on or "9"), c.code)):
        learners = by_course[course.uuid]
        active = [answers for answers in learners if answers]
        differences = [after - before for before, after in filter(None, (_scores(answers, course)[OVERALL] for answers in active))]
        figures.append(
            CourseFigures(
                course=course,
                held=bool(active or course.ended_on),
                learners=course.attended if course.attended is not None else len(active),
                tested_before=sum(any(phase == "before" for phase, _question in answers) for answers in active),
                tested_both=len(differences),
                gain=float(np.mean(differences)) if differences else float("nan"),
            )
        )
    return figures


def overview(figures: list[CourseFigures]) -> Overview:
    """Sum up the courses that were held."""
    held = [figure for figure in figures if figure.held]
    return Overview(len(held), *(sum(getattr(figure, name) for figure in held) for name in ("learners", "tested_before", "tested_both")))


def gains(results: Results, *, seed: int = 0) -> list[Gain]:
    """Compare after with before, learner by learner.

    Parameters
    ----------
    results : Results
    seed : int
        Of the bootstrap: the same results give the same intervals.

    Returns
    -------
    list of Gain
        All questions first, then by competency.
    """
    taken = [(course, _scores(answers, results.courses[course])) for (course, _code), answers in sorted(results.learners.items()) if answers]
    names = sorted({name for _course, scores in taken for name in scores} | {OVERALL})
    table = np.full((len(taken), len(names), 2), np.nan)
    for row, (_course, scores) in enumerate(taken):
        for column, name in enumerate(names):
            if pair := scores.get(name):
                table[row, column] = pair
    difference = table[..., 1] - table[..., 0]
    courses = np.unique([course for course, _scores in taken], return_inverse=True)[1]
    low, high = bootstrap_interval(difference, seed=seed)
    low_courses, high_courses = bootstrap_interval(difference, seed=seed, groups=courses)
    found = []
    for column, name in enumerate(names):
        there = ~np.isnan(difference[:, column])
        count = int(there.sum())
        before, after = table[there, column].mean(axis=0) if count else (np.nan, np.nan)
        interval = (float(low[column]), float(high[column])) if count >= ENOUGH else (None, None)
        many = count >= ENOUGH and len(np.unique(courses[there])) >= ENOUGH_COURSES
        wider = (float(low_courses[column]), float(high_courses[column])) if many else (None, None)
        found.append(Gain(name, count, float(before), float(after), float(after - before), *interval, *wider))
    return found


def bootstrap_interval(
    differences: NDArray[np.float64], *, seed: int, draws: int = _DRAWS, groups: NDArray[np.intp] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds of 95 % of the means of learners drawn with replacement (percentile bootstrap, Efron 1979).

    Parameters
    ----------
    differences : array of shape (n_learners, n_competencies)
        NaN where a learner has none.
    seed, draws : int
    groups : array of shape (n_learners,), optional
        Whole groups are drawn instead, numbered from 0: learners of one course have a trainer and a day in common.

    Returns
    -------
    low, high : array of shape (n_competencies,)
    """
    width = differences.shape[1]
    present = ~np.isnan(differences)
    units = np.hstack([np.where(present, differences, 0), present])
    if groups is not None:
        drawn_from = np.zeros((int(groups.max(initial=-1)) + 1, 2 * width))
        np.add.at(drawn_from, groups, units)
        units = drawn_from
    if not len(units):
        return np.full(width, np.nan), np.full(width, np.nan)
    rng = np.random.default_rng(seed)
    means = np.empty((draws, width))
    for start in range(0, draws, _CHUNK):
        drawn = rng.integers(len(units), size=(min(_CHUNK, draws - start), len(units)))
        sums = np.stack([np.bincount(row, minlength=len(units)) for row in drawn]).astype(float) @ units
        with np.errstate(invalid="ignore"):
            means[start : start + len(drawn)] = sums[:, :width] / sums[:, width:]
    low, high = np.nanpercentile(np.where(present.any(axis=0), means, 0), [2.5, 97.5], axis=0)
    return low, high


def unknown_shares(results: Results) -> tuple[float, float]:
    """Share of answers “I do not know”, before and after, of the learners who took both tests; NaN without any."""
    counts = {"before": [0, 0], "after": [0, 0]}
    for (course, _code), answers in results.learners.items():
        if _scores(answers, results.courses[course])[OVERALL]:
            for (phase, _question), given in answers.items():
                counts[phase][0] += given.chosen == DONT_KNOW
                counts[phase][1] += 1
    before, after = (unknown / asked if asked else float("nan") for unknown, asked in counts.values())
    return before, after


def items(results: Results) -> list[Item]:
    """Look at every question that was asked, by competency."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: {"before": [0, 0], "after": [0, 0]})
    for answers in results.learners.values():
        for (phase, question), given in answers.items():
            counts[question][phase][0] += 1
            counts[question][phase][1] += given.right
    competencies = {question: name for course in results.courses.values() for question, name in course.competencies.items()}
    found = []
    for question, phases in counts.items():
        (asked_before, right_before), (asked_after, right_after) = phases["before"], phases["after"]
        before = right_before / asked_before if asked_before else float("nan")
        after = right_after / asked_after if asked_after else float("nan")
        flag = "easy" if asked_before >= ENOUGH and before >= _NEARLY_ALL else "hard" if asked_after >= ENOUGH and after <= _CHANCE else ""
        found.append(Item(question, competencies.get(question, "?"), before, after, asked_before, asked_after, flag))
    return sorted(found, key=lambda item: (item.competency, item.question))


def _scores(answers: Mapping[tuple[str, str], Given], course: CourseRecord) -> dict[str, tuple[float, float] | None]:
    """Shares of right answers before and after, by competency; only where as many questions were answered after as before."""
    rights: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {"before": [], "after": []})
    for (phase, question), given in answers.items():
        rights[course.competencies.get(question, "?")][phase].append(given.right)
        rights[OVERALL][phase].append(given.right)
    found: dict[str, tuple[float, float] | None] = {OVERALL: None}
    for name, phases in rights.items():
        before, after = phases["before"], phases["after"]
        if len(before) == len(after) > 0 and (name != OVERALL or len(before) >= course.questions):
            found[name] = (sum(before) / len(before), sum(after) / len(after))
    return found
