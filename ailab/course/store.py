"""Courses, learners and answers in a database. Every answer is a transaction of its own: a power cut loses the one that is being typed."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import uuid
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from ailab.course.bank import draw_pairs
from ailab.course.codes import first_form, new_code, read_code
from ailab.course.database import READING, data_folder, default_database, open_engine, path_of
from ailab.course.tables import Answer, Course, Participant, Verifier
from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from ailab.course.bank import Bank

__all__ = ["PHASES", "Store", "questions_of", "uuid_of"]

PHASES = ("before", "after")
_NAMESPACE = uuid.UUID("6f1d7a52-5c0e-4e0b-9a55-3f6c1f0b7d21")
_MOST = 3  # times as many codes as planned learners, so that nobody fills the disk;
_LEAST = 500  # in a small course
_TRIES = 20


def uuid_of(code: str) -> str:
    """Identifier of the course with a code."""
    return str(uuid.uuid5(_NAMESPACE, code))


class Store:
    """The results on this laptop, or on a server.

    Parameters
    ----------
    database : str, optional
        File or address. Default: as ``AILAB_DATABASE`` says, or a file in the folder of the user.

    Raises
    ------
    AilabError
        If it cannot be opened.
    """

    def __init__(self, database: str | None = None) -> None:
        self.database = database or default_database()
        self.engine = open_engine(self.database)
        self.session = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(**{READING: True}), expire_on_commit=False)

    @property
    def folder(self) -> Path:
        """Where the secret of the completion pages is: beside the file."""
        path = path_of(self.database)
        return path.parent if path else data_folder()

    def close(self) -> None:
        """Close it; what was written stays."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def new_course(
        self, bank: Bank, *, sector: str, title: str, learners: int, place: str = "", planned_on: dt.date | None = None, code: str | None = None
    ) -> Course:
        """Enter a course.

        Parameters
        ----------
        bank : Bank
            Its tests are drawn from it now, once and for all.
        sector, title, place : str
        learners : int
            Planned.
        planned_on : date, optional
        code : str, optional
            Code of the same course on another laptop.

        Raises
        ------
        AilabError
            If the course is there, or the bank is too small.
        """
        code = code or new_code()
        uid = uuid_of(code)
        course = Course(
            uuid=uid, code=code, sector=sector, title=title[:200], place=place[:200], planned_learners=learners, planned_on=planned_on, phase="new",
            pairs=[dict(pair) for pair in draw_pairs(bank, sector, uid)],
        )  # fmt: skip
        try:
            with self.session.begin() as session:
                session.add(course)
        except IntegrityError as error:
            raise AilabError(_("The course %(code)s is on this laptop already.") % {"code": code}, code="course_exists") from error
        return course

    def courses(self) -> list[Course]:
        """All courses, the earliest first."""
        with self._reading() as session:
            day = func.coalesce(Course.started_on, Course.planned_on)
            return list(session.scalars(select(Course).order_by(day.is_(None), day, Course.code)))

    def course(self, code: str) -> Course:
        """One course.

        Raises
        ------
        AilabError
            If it is not here.
        """
        with self._reading() as session:
            return _course(session, code)

    def open_courses(self) -> list[Course]:
        """Courses whose test is open now, the one that was started last first."""
        with self._reading() as session:
            return list(session.scalars(select(Course).where(Course.phase.in_(PHASES)).order_by(Course.started_on.desc(), Course.code)))

    def open_test(self, code: str, phase: str, on: dt.date) -> Course:
        """Open the test before or after the course; the first opening is its start. A laptop has one test open at a time.

        Parameters
        ----------
        code : str
        phase : {'before', 'after'}
        on : date
        """
        with self.session.begin() as session:
            course = _course(session, code)
            if path_of(self.database):  # not on a server, where others teach at the same time
                session.execute(update(Course).where(Course.phase.in_(PHASES)).values(phase="paused"))
            course.started_on = course.started_on or on
            course.ended_on, course.phase = None, phase
        if path_of(self.database) is None:
            with contextlib.suppress(OSError):  # then it is open all the same
                self._here.parent.mkdir(parents=True, exist_ok=True)
                self._here.write_text(course.code, encoding="utf-8")
        return course

    @property
    def _here(self) -> Path:
        return self.folder / "opened-here.txt"

    def opened_here(self) -> str | None:
        """Code of the course whose test was opened last on this machine, where other rooms keep their results on the same server."""
        if path_of(self.database):
            return None
        try:
            code = self._here.read_text("utf-8")
        except (OSError, ValueError):
            return None
        with self._reading() as session:  # it may be of another server
            return session.scalar(select(Course.code).where(Course.code == code))

    def end_course(self, code: str, on: dt.date, attended: int | None = None) -> Course:
        """Close the tests and note the end.

        Parameters
        ----------
        code : str
        on : date
        attended : int, optional
            How many learners the trainer counted.
        """
        with self.session.begin() as session:
            course = _course(session, code)
            course.started_on, course.ended_on, course.phase = course.started_on or on, on, "ended"
            if attended is not None:
                course.attended = attended
        return course

    def enrol(self, course: Course) -> str:
        """Make a code for a learner, so that both forms come first equally often.

        Raises
        ------
        AilabError
            If there are far more codes than learners.
        """
        for _try in range(_TRIES):
            with contextlib.suppress(IntegrityError), self.session.begin() as session:
                firsts = Counter(map(first_form, _codes(session, course)))
                code = new_code(None if firsts["a"] == firsts["b"] else min("ab", key=lambda form: firsts[form]))
                session.add(Participant(course_uuid=course.uuid, code=code))
                session.commit()
                return code
        raise AilabError(_("No code could be made. Try again."), code="codes")

    def join(self, course: Course, code: str) -> None:
        """Let a learner go on whose code may be from another laptop of the same course.

        Raises
        ------
        AilabError
            If there are far more codes than learners.
        """
        with contextlib.suppress(IntegrityError), self.session.begin() as session:
            if not _participant(session, course, code):
                _codes(session, course)
                session.add(Participant(course_uuid=course.uuid, code=code))

    def knows(self, course: Course, code: str) -> bool:
        """Whether a code is one of this course on this laptop."""
        with self._reading() as session:
            return _participant(session, course, code) is not None

    def answers(self, course: Course, code: str, phase: str) -> dict[str, bool]:
        """What a learner has answered: question to whether it was right."""
        with self._reading() as session:
            query = select(Answer.question, Answer.right).join(Participant, Answer.participant_id == Participant.id)
            rows = session.execute(query.where(Participant.course_uuid == course.uuid, Participant.code == code, Answer.phase == phase))
            return {question: right for question, right in rows}  # noqa: C416 - rows are no pairs for mypy

    def answer(self, course: Course, code: str, phase: str, question: str, chosen: str, *, right: bool) -> bool:
        """Keep an answer. When the method returns, it is on the disk.

        Returns
        -------
        bool
            False if there was one before, which stays.
        """
        try:
            with self.session.begin() as session:
                participant = _participant(session, course, code)
                if participant is None:
                    return False
                now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
                session.add(Answer(participant_id=participant.id, phase=phase, question=question, chosen=chosen, right=right, answered_at=now))
        except IntegrityError:
            return False
        return True

    def finished(self, course: Course) -> list[str]:
        """Codes of the learners who answered all of the test after the course."""
        with self._reading() as session:
            query = select(Participant.code).join(Answer, Answer.participant_id == Participant.id)
            query = query.where(Participant.course_uuid == course.uuid, Answer.phase == "after").group_by(Participant.code)
            return list(session.scalars(query.having(func.count() >= len(course.pairs)).order_by(Participant.code)))

    def tested(self) -> dict[str, int]:
        """How many learners have a code, by uuid of the course."""
        with self._reading() as session:
            rows = session.execute(select(Participant.course_uuid, func.count()).group_by(Participant.course_uuid))
            return {course: count for course, count in rows}  # noqa: C416 - rows are no pairs for mypy

    def keep_verifiers(self, make: Callable[[str, str], str]) -> None:
        """Keep what recognises the pages of completion of all who finished. Older ones stay: they are of an older key.

        Parameters
        ----------
        make : callable
            From the codes of course and learner.
        """
        made = {(course.uuid, code, make(course.code, code)) for course in self.courses() for code in self.finished(course)}
        with self.session.begin() as session:
            known = {(row.course_uuid, row.code, row.digest) for row in session.scalars(select(Verifier))}
            session.add_all(Verifier(course_uuid=course, code=code, digest=digest) for course, code, digest in sorted(made - known))

    def copy_to(self, path: Path) -> None:
        """Write one complete file with all results, to take away.

        Raises
        ------
        AilabError
            If that cannot be written, or the results are on a server.
        """
        if path_of(self.database) is None:
            raise AilabError(_("The results are on a server; there is no file to copy."), code="server")
        partial = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            with contextlib.closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("VACUUM INTO ?", (str(partial),))  # not inside a transaction
            partial.replace(path)
        except (OSError, sqlite3.Error) as error:
            message = _("The results could not be copied to %(path)s. Check that there is room, then try again.")
            raise AilabError(message % {"path": path}, code="copy") from error


def questions_of(course: Course, code: str, phase: str) -> Sequence[str]:
    """Ids of the questions that a learner gets, in order."""
    first = first_form(code)
    form = first if phase == "before" else "ba"["ab".index(first)]
    return [pair[form] for pair in course.pairs]


def _course(session: Session, code: str) -> Course:
    course = session.scalar(select(Course).where(Course.code == (read_code(code) or code)))
    if course is None:
        message = _("There is no course %(code)s on this laptop. The command “ailab course list” shows those that are here.")
        raise AilabError(message % {"code": code}, code="no_course")
    return course


def _participant(session: Session, course: Course, code: str) -> Participant | None:
    return session.scalar(select(Participant).where(Participant.course_uuid == course.uuid, Participant.code == code))


def _codes(session: Session, course: Course) -> Sequence[str]:
    """Codes that were given, unless there are too many."""
    codes = session.scalars(select(Participant.code).where(Participant.course_uuid == course.uuid)).all()
    if len(codes) >= max(_LEAST, _MOST * course.planned_learners):
        raise AilabError(_("There are more codes than learners. Ask the trainer."), code="too_many")
    return codes
