"""Courses, participants and answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "course",
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(8), nullable=False, unique=True),
        sa.Column("sector", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("planned_learners", sa.Integer, nullable=False),
        sa.Column("planned_on", sa.Date),
        sa.Column("started_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("attended", sa.Integer),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("pairs", sa.JSON, nullable=False),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course_uuid", sa.String(36), sa.ForeignKey("course.uuid"), nullable=False),
        sa.Column("code", sa.String(6), nullable=False),
        sa.UniqueConstraint("course_uuid", "code"),
    )
    op.create_table(
        "answer",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("participant_id", sa.Integer, sa.ForeignKey("participant.id"), nullable=False),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("chosen", sa.String(1), nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("answered_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("participant_id", "phase", "question"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Nothing goes back: the answers would be lost."""
    raise NotImplementedError
