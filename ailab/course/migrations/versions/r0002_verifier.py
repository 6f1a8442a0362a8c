"""What checks pages of completion on another laptop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "verifier",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("course_uuid", sa.String(36), sa.ForeignKey("course.uuid"), nullable=False),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.UniqueConstraint("course_uuid", "code", "digest"),
    )
