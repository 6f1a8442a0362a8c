"""Run by Alembic, on the connection (and inside the transaction) that :mod:`ailab.course.store` hands over."""

from __future__ import annotations

from alembic import context

from ailab.course.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
