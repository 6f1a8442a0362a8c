"""Where the database is, and opening it: SQLite on the laptop, or PostgreSQL by its address. The tables are brought up to date."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from ailab.course.tables import REVISION
from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["READING", "VARIABLE", "data_folder", "default_database", "open_engine", "path_of"]

#: Environment variable with another database: a file, or an address such as ``postgresql://…``.
VARIABLE = "AILAB_DATABASE"
#: Execution option of a connection that only reads.
READING = "ailab_reading"
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 20_110_101  # any number, the same in every process
_SECONDS = 15  # to wait for another process that is writing
_POSTGRESQL = {"postgres", "postgresql"}
_GIVE_UP = {"connect_timeout": 5, "tcp_user_timeout": 10_000}  # seconds, milliseconds: a server that does not answer must not stop the class


def data_folder() -> Path:
    """Folder of the user for what programs keep."""
    import platformdirs

    return Path(platformdirs.user_data_path("ailab", appauthor=False))


def default_database() -> str:
    """Where the results are: as the environment says, or in the folder of the user."""
    return os.environ.get(VARIABLE) or str(data_folder() / "course.sqlite3")


def path_of(database: str) -> Path | None:
    """The file of a database; None if it is on a server."""
    url = _url(database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(database: str) -> Engine:
    """Open a database, make it if it is new, and bring its tables up to date.

    Parameters
    ----------
    database : str
        Path of a file, or an address that SQLAlchemy knows.

    Returns
    -------
    Engine
        With SQLite: a transaction that is over is on the disk, also if the power fails.

    Raises
    ------
    AilabError
        If it cannot be opened, is damaged, or was made by a newer version of ailab.
    """
    url = _url(database)
    path = path_of(database)
    try:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args=_connect_args(url), pool_pre_ping=not path)
        if path:
            event.listen(engine, "connect", _on_connect)
            event.listen(engine, "begin", _on_begin)
        try:
            with engine.begin() as connection:
                _migrate(connection)
        except BaseException:
            engine.dispose()
            raise
    except (DBAPIError, OSError) as error:
        message = _("The results cannot be kept in %(database)s (%(detail)s). Choose another place with --database, or restore a copy of that file.")
        detail = str(getattr(error, "orig", error)).strip().split("\n")[0]
        raise AilabError(message % {"database": _shown(url), "detail": detail}, code="database") from error
    except ModuleNotFoundError as error:
        message = _("For PostgreSQL the package psycopg is needed: pip install 'ailab[postgresql]'.")
        raise AilabError(message, code="driver") from error
    return engine


def _url(database: str) -> URL:
    try:
        if "://" not in database:
            return make_url("sqlite://").set(database=str(Path(database).expanduser().absolute()))
        url = make_url(database)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        message = _("--database is a file, or an address such as postgresql://user@server/ailab. This one cannot be read.")
        raise AilabError(message, code="database_address") from error  # which may hold a password
    return url.set(drivername="postgresql+psycopg") if url.drivername in _POSTGRESQL else url


def _connect_args(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"timeout": _SECONDS}
    if not url.get_driver_name().startswith("psycopg"):  # others call it by other names
        return {}
    return {name: value for name, value in _GIVE_UP.items() if name not in url.query}


def _shown(url: URL) -> str:
    return (url.database or "") if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin when SQLAlchemy says so, also for changes of tables
    end = time.monotonic() + _SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:  # two that make it at once: SQLite does not wait here by itself
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _on_begin(connection: Connection) -> None:
    # Who reads in order to write must not be overtaken; who only reads keeps nobody waiting.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if inspect(connection).has_table("alembic_version") else None
    if found == REVISION:
        return
    if found is not None and found > REVISION:
        raise AilabError(_("These results were written by a newer version of ailab. Install that version to read them."), code="newer")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
