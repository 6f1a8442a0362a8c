"""The results of many laptops, put together. Reading the same file twice, or an older copy of it, changes nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from ailab.course.database import open_engine
from ailab.course.tables import Answer, Course, Participant, Verifier
from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Engine

__all__ = ["CourseRecord", "Given", "Results", "find_completion", "merge"]

_ENDINGS = {".sqlite3", ".sqlite", ".db"}
_EARLIEST = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - answers carry UTC without saying so; before, there was no ailab
_BACKWARD = dt.timedelta(minutes=10)


@dataclass(frozen=True, order=True)
class Given:
    """An answer; the smallest of several is the first."""

    answered_at: dt.datetime
    number: int
    chosen: str
    right: bool


@dataclass
class CourseRecord:
    """A course, as all laptops know it together."""

    uuid: str
    code: str
    sector: str
    title: str
    place: str
    planned_learners: int
    planned_on: dt.date | None
    started_on: dt.date | None
    ended_on: dt.date | None
    attended: int | None
    questions: int  # in a test
    competencies: dict[str, str]  # of questions


@dataclass
class Results:
    """Everything that was found.

    Attributes
    ----------
    courses : dict
        By uuid.
    learners : dict
        ``(uuid of the course, code)`` to the answers: phase and question to :class:`Given`.
    sources : int
        How many databases were read.
    problems : list of str
        Sentences for the reader of the report.
    """

    courses: dict[str, CourseRecord] = field(default_factory=dict)
    learners: dict[tuple[str, str], dict[tuple[str, str], Given]] = field(default_factory=dict)
    sources: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def latest(self) -> dt.date | None:
        """Day of the last answer, by the clocks."""
        days = (given.answered_at.date() for answers in self.learners.values() for given in answers.values())
        return max(days, default=None)


def merge(sources: Sequence[str | Path], *, now: dt.datetime | None = None) -> Results:
    """Read the databases of many laptops.

    Parameters
    ----------
    sources : sequence of str or Path
        Files, folders with files in them, or addresses of servers.
    now : datetime, optional
        In UTC, without a time zone. Default: the present, by the clock of this computer.

    Returns
    -------
    Results
        What cannot be read is left out and told in ``problems``. The order of the files plays no part.
    """
    now = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    results = Results()
    twice: set[tuple[str, str, str]] = set()
    for source in _files(sources, results.problems):
        try:
            with _opened(source) as engine:
                courses, rows, codes = _select(engine)
        except AilabError as error:
            results.problems.append(_left_out(source, error))
            continue
        results.sources += 1
        for course in courses:
            _add_course(results, course)
        for course_uuid, code in codes:
            results.learners.setdefault((course_uuid, code), {})
        for course_uuid, code, phase, question, given in rows:
            answers = results.learners[course_uuid, code]
            known = answers.get((phase, question))
            if known is not None and (known.answered_at, known.chosen) != (given.answered_at, given.chosen):
                twice.add((course_uuid, code, phase))
            answers[phase, question] = min(known or given, given)
        _check_clock(_name(source), [row[-1] for row in rows], now, results.problems)
    if twice:
        message = _("%(count)d tests were answered twice, on two laptops. The answers that came first, by the clocks, count.")
        results.problems.append(message % {"count": len(twice)})
    return results


def find_completion(sources: Iterable[str | Path], course: str, learner: str, digest: str) -> tuple[Course | None, list[str]]:
    """Look for the page of completion of a learner in copies of other laptops.

    Parameters
    ----------
    sources : iterable of str or Path
        As in :func:`merge`.
    course, learner : str
        Codes.
    digest : str
        What :func:`ailab.course.completion.verifier` makes of the code on the page.

    Returns
    -------
    course : Course or None
        None if no copy knows this code.
    problems : list of str
        What could not be read.
    """
    problems: list[str] = []
    query = select(Course).join(Verifier, Verifier.course_uuid == Course.uuid)
    query = query.where(Course.code == course, Verifier.code == learner, Verifier.digest == digest)
    for source in _files(sources, problems):
        try:
            with _opened(source) as engine, Session(engine, expire_on_commit=False) as session:
                if found := session.scalar(query):
                    return found, problems
        except AilabError as error:
            problems.append(_left_out(source, error))
    return None, problems


_Row = tuple[str, str, str, str, Given]


def _files(sources: Iterable[str | Path], problems: list[str]) -> list[str | Path]:
    found: set[str | Path] = set()
    for source in sources:
        path = Path(source)
        if "://" in str(source):
            found.add(str(source))
        elif path.is_dir():
            found.update(child.resolve() for child in path.rglob("*") if child.suffix.lower() in _ENDINGS and not child.name.startswith("."))
        elif path.is_file():
            found.add(path.resolve())
        else:
            problems.append(_("There is no file or folder %(path)s.") % {"path": source})
    return sorted(found, key=str)


def _name(source: str | Path) -> str:
    return "PostgreSQL" if "://" in str(source) else Path(source).name


def _left_out(source: str | Path, error: AilabError) -> str:
    return _("%(file)s was left out. %(reason)s") % {"file": _name(source), "reason": error}


@contextlib.contextmanager
def _opened(source: str | Path) -> Iterator[Engine]:
    with contextlib.ExitStack() as closing:
        database = source if isinstance(source, str) else str(closing.enter_context(_copied(source)))
        engine = open_engine(database)
        closing.callback(engine.dispose)
        yield engine


@contextlib.contextmanager
def _copied(source: Path) -> Iterator[Path]:
    """A copy is read: the original may lie on a stick that nobody may write to, and older tables are brought up to date."""
    with tempfile.TemporaryDirectory(prefix="ailab-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        try:
            shutil.copyfile(source, copy)
            if (log := source.with_name(f"{source.name}-wal")).is_file():
                shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))  # what was written last, after a power cut
            _check_file(copy)
        except (OSError, sqlite3.Error) as error:
            raise AilabError(_("The file is damaged or cannot be read. Copy it once more from its laptop."), code="damaged") from error
        yield copy


def _check_file(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'answer'").fetchone():
            raise AilabError(_("It does not hold results of ailab."), code="foreign")
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")


def _select(engine: Engine) -> tuple[list[Course], list[_Row], list[tuple[str, str]]]:
    with Session(engine, expire_on_commit=False) as session:
        courses = list(session.scalars(select(Course)))
        codes = [(course, code) for course, code in session.execute(select(Participant.course_uuid, Participant.code))]
        query = select(Participant.course_uuid, Participant.code, Answer).join(Participant, Answer.participant_id == Participant.id).order_by(Answer.number)
        rows = [(course, code, a.phase, a.question, Given(a.answered_at, a.number, a.chosen, a.right)) for course, code, a in session.execute(query)]
    return courses, rows, codes


def _add_course(results: Results, row: Course) -> None:
    competencies = {pair[side]: pair["competency"] for pair in row.pairs for side in "ab"}
    known = results.courses.get(row.uuid)
    if known is None:
        names = ("uuid", "code", "sector", "title", "place", "planned_learners", "planned_on", "started_on", "ended_on", "attended")
        told = {name: getattr(row, name) for name in names}
        results.courses[row.uuid] = CourseRecord(**told, questions=len(row.pairs), competencies=competencies)
        return
    if (known.title, known.sector) != (row.title, row.sector):
        message = _("The course %(code)s has two titles or sectors: “%(first)s” and “%(second)s”. The one that comes first in the alphabet is used.")
        results.problems.append(message % {"code": row.code, "first": known.title, "second": row.title})
    known.title, known.sector = min((known.title, known.sector), (row.title, row.sector))
    known.place = min(filter(None, (known.place, row.place)), default="")
    known.planned_learners = max(known.planned_learners, row.planned_learners)
    known.planned_on = min(filter(None, (known.planned_on, row.planned_on)), default=None)
    known.started_on = min(filter(None, (known.started_on, row.started_on)), default=None)
    known.ended_on = max(filter(None, (known.ended_on, row.ended_on)), default=None)
    known.attended = max((heads for heads in (known.attended, row.attended) if heads is not None), default=None)
    known.questions = min(known.questions, len(row.pairs))
    if known.competencies != competencies:
        message = _(
            "The course %(code)s has different questions on two laptops: another version of ailab, or another sector. "
            "All answers count, but whoever changed the laptop between the tests was not asked for quite the same."
        ) % {"code": row.code}
        if message not in results.problems:  # once, however many laptops there are
            results.problems.append(message)
    known.competencies |= competencies


def _check_clock(name: str, answers: Sequence[Given], now: dt.datetime, problems: list[str]) -> None:
    """Say when the clock of a laptop cannot have been right. Dates then are not to be trusted; which answer came first, within a laptop, is."""
    wrong = sum(not _EARLIEST <= given.answered_at <= now + dt.timedelta(days=1) for given in answers)
    back = sum(later.answered_at < earlier.answered_at - _BACKWARD for earlier, later in itertools.pairwise(answers))
    if wrong:
        problems.append(_("%(file)s: the clock was wrong for %(count)d answers. They count; their dates do not.") % {"file": name, "count": wrong})
    if back:
        problems.append(_("%(file)s: the clock was set back %(count)d times. The answers count; their dates are doubtful.") % {"file": name, "count": back})
