"""The report for the province: a page to print, a workbook and pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from ailab.course import charts
from ailab.course.analysis import ENOUGH, ENOUGH_COURSES, OVERALL, CourseFigures, Gain, Item, Overview, course_figures, gains, items, overview, unknown_shares
from ailab.course.look import percent, render
from ailab.course.workbook import report_xlsx
from ailab.errors import AilabError
from ailab.i18n import choose, get_language
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from ailab.course.bank import Bank
    from ailab.course.merge import Results

__all__ = ["Findings", "find", "write_report"]


@dataclass(frozen=True)
class Findings:
    """Everything that the report says, in the language in force.

    Attributes
    ----------
    overview : Overview
    courses : list of CourseFigures
    gains : list of tuple
        Name of the competency, :class:`~ailab.course.analysis.Gain`.
    items : list of tuple
        :class:`~ailab.course.analysis.Item`, name of its competency, its text.
    flags : dict
        What the flags of items mean.
    caveats, problems : list of str
    sources : int
    """

    overview: Overview
    courses: list[CourseFigures]
    gains: list[tuple[str, Gain]]
    items: list[tuple[Item, str, str]]
    flags: dict[str, str]
    caveats: Sequence[str]
    problems: list[str]
    sources: int


def find(results: Results, bank: Bank) -> Findings:
    """Work out the figures.

    Parameters
    ----------
    results : Results
    bank : Bank
        For the words of questions and competencies.
    """
    names = {code: choose(text) for code, text in bank.competencies.items()} | {OVERALL: _("All questions together")}
    texts = {question.id: choose(question.text) for question in bank.questions.values()}
    courses = course_figures(results)
    problems = list(results.problems)
    asked = items(results)
    if unknown := sum(item.question not in texts for item in asked):
        problems.append(_("%(count)d questions are not in this version of the bank; they are shown by their ids.") % {"count": unknown})
    return Findings(
        overview=overview(courses),
        courses=courses,
        gains=[(names.get(gain.competency, gain.competency), gain) for gain in gains(results)],
        items=[(item, names.get(item.competency, item.competency), texts.get(item.question, item.question)) for item in asked],
        flags={
            "easy": _("nearly everybody was right before the course already"),
            "hard": _("even after the course, no more were right than by guessing"),
        },
        caveats=[*_caveats(), *_guessing(*unknown_shares(results))],
        problems=problems,
        sources=results.sources,
    )


def write_report(results: Results, bank: Bank, folder: Path, *, today: dt.date, plan: tuple[int, int]) -> list[Path]:
    """Write the report into a folder.

    Parameters
    ----------
    results : Results
    bank : Bank
    folder : Path
        Made if it is not there; files of an earlier report are replaced.
    today : date
    plan : tuple of int
        Courses and learners that the province wants.

    Returns
    -------
    list of Path
        The page first.

    Raises
    ------
    AilabError
        If the folder cannot be written to.
    """
    findings = find(results, bank)
    pictures = {
        "plan": charts.plan_chart(
            [(_("Courses held"), findings.overview.courses, plan[0]), (_("Learners reached"), findings.overview.learners, plan[1])],
        ),
        "gains": charts.gains_chart(findings.gains),
        "courses": charts.courses_chart(findings.courses),
    }
    page = render(
        "report.html.j2",
        language=get_language(),
        findings=findings,
        today=today,
        latest=results.latest,
        pictures={name: Markup(picture) for name, picture in pictures.items()},  # noqa: S704 - charts escape
        enough=ENOUGH,
    )
    files = {"report.html": page.encode(), "report.xlsx": report_xlsx(findings)} | {f"{name}.svg": picture.encode() for name, picture in pictures.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        message = _("The report cannot be written to %(folder)s. Close its files if they are open, or choose another folder with --out.")
        raise AilabError(message % {"folder": folder}, code="report") from error
    return [folder / name for name in files]


def _caveats() -> Sequence[str]:
    return [
        _("Compared are the learners who took both tests. Whoever missed one is not in the gain; they may differ from the others."),
        _("There is no group without a course. A gain shows that answers became better, not what made them better."),
        _("Half of the learners got form A first, the others form B. Thus a harder form does not look like a gain or a loss."),
        _("The interval tells how far chance could shift the gain: who came, and what they happened to know."),
        _("Courses differ, too. The last column tells how far other courses of this kind could be from these; it needs at least %(count)d courses.")
        % {"count": ENOUGH_COURSES},
        _("The tests hold only codes. No names are kept."),
    ]


def _guessing(before: float, after: float) -> Sequence[str]:
    """What those who guess instead of saying that they do not know do to the gain: one guess in four is right."""
    if math.isnan(before):
        return []
    message = _(
        "“I do not know”: %(before)s of the answers before, %(after)s after. Whoever guesses instead is right one time in four: %(points)s points of gain."
    )
    return [message % {"before": percent(before), "after": percent(after), "points": f"{25 * (before - after):+.0f}"}]
