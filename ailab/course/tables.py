"""The tables: numbers and codes, no names of people.

A change here comes with a migration in ``migrations/versions`` and a new :data:`REVISION`.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy reads the annotations
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["REVISION", "Answer", "Base", "Course", "Participant", "Verifier"]

#: The newest migration.
REVISION = "0002"


class Base(DeclarativeBase):
    """All tables."""


class Course(Base):
    """A course. Its uuid follows from its code, so that two laptops in the same room mean the same course."""

    __tablename__ = "course"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    sector: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")
    planned_learners: Mapped[int]
    planned_on: Mapped[dt.date | None]
    started_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    attended: Mapped[int | None]  # heads counted by the trainer
    phase: Mapped[str] = mapped_column(String(8), default="new")  # new, before, after, paused, ended
    pairs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # bank.Pair


class Participant(Base):
    """A learner, known by a code."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("course_uuid", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_uuid: Mapped[str] = mapped_column(ForeignKey("course.uuid"))
    code: Mapped[str] = mapped_column(String(6))


class Answer(Base):
    """An answer. ``number`` only grows, whatever the clock says."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("participant_id", "phase", "question"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    phase: Mapped[str] = mapped_column(String(8))  # before, after
    question: Mapped[str] = mapped_column(String(64))
    chosen: Mapped[str] = mapped_column(String(1))  # a to d, or ? for "I do not know"
    right: Mapped[bool]
    answered_at: Mapped[dt.datetime]  # UTC, by the clock of the laptop


class Verifier(Base):
    """What recognises the code on a page of completion but cannot make one; travels with a copy, where the key does not."""

    __tablename__ = "verifier"
    __table_args__ = (UniqueConstraint("course_uuid", "code", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_uuid: Mapped[str] = mapped_column(ForeignKey("course.uuid"))
    code: Mapped[str] = mapped_column(String(6))
    digest: Mapped[str] = mapped_column(String(32))
