"""The log file: what is needed to find a defect, and nothing about the people in the room.

A text from a visitor can turn up anywhere in a message of a library, so only what stands in the source of a program is written:
the messages of our own code (which name no person and no file of one), those of libraries as they are in the source, before anything
is put into them, and of an error its kind and where it happened. Addresses, query strings and ids are blotted out of all of it.
"""

from __future__ import annotations

import contextlib
import linecache
import logging
import os
import re
import sys
import time
import traceback
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["VARIABLE", "LogFile", "default_path", "write_to"]

#: Environment variable with the path of the log file; kernels inherit it.
VARIABLE = "AILAB_LOG"

_PACKAGE = Path(__file__).parent
_ERROR = re.compile(r"([\d-]{10} [\d:]{8}) (ERROR|CRITICAL) ")
_BLOTTED = (
    (re.compile(r"\?\S*"), "?…"),
    (re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])[0-9a-f]{1,4}:(?::|[0-9a-f]{1,4}:)[0-9a-f:.]*", re.IGNORECASE), "<address>"),
)
# Errors of programming: Python makes their texts from names in the source.
_SPEAK_OF_CODE = (AttributeError, ImportError, NameError, TypeError)
# Lines of a traceback of IPython that hold code: no values and no text of the error.
_FRAME = re.compile(r"(File |Cell |\s*-+> ?\d+ |\s+\d+ )")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


class LogFile(RotatingFileHandler):
    """A log file that several processes write to: it is open only while a line is written.

    Parameters
    ----------
    path : Path
    quiet : bool
        Whether to be silent if it cannot be written.
    """

    def __init__(self, path: Path, *, quiet: bool = False) -> None:
        super().__init__(path, maxBytes=10**6, backupCount=2, encoding="utf-8", errors="replace", delay=True)
        self.setLevel(logging.WARNING)
        self.addFilter(lambda record: record.name != "tornado.access")  # who asked for what
        self.setFormatter(_Formatter())
        self.path = Path(self.baseFilename)
        self._quiet = quiet
        self._started = _clock(time.time())

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)
            if self.stream:
                self.stream.close()
        except OSError:
            self.handleError(record)
        finally:
            self.stream = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802
        """Say once that it cannot be written, and go on without."""
        if not self._quiet:
            self._quiet = True
            print(_("The log file cannot be written: %(path)s. The classroom works without it.") % {"path": self.path}, file=sys.stderr)

    def has_errors(self) -> bool:
        """Tell whether any process has written an error since this one started."""
        with contextlib.suppress(OSError), self.path.open(encoding="utf-8", errors="replace") as lines:
            return any((found := _ERROR.match(line)) and found[1] >= self._started for line in lines)
        return False


def default_path() -> Path:
    """Where the log file is: as the environment says, or in the folder of the user for what programs leave behind."""
    import platformdirs

    return Path(os.environ.get(VARIABLE) or platformdirs.user_state_path("ailab", appauthor=False) / "ailab.log")


def write_to(path: Path, *loggers: logging.Logger, quiet: bool = False) -> LogFile:
    """Write warnings and errors of some loggers to a file, too."""
    handler = next((h for log in loggers for h in log.handlers if isinstance(h, LogFile) and h.path == path.absolute()), None) or LogFile(path, quiet=quiet)
    for log in loggers:
        if log is logging.root and not log.handlers and logging.lastResort:
            log.addHandler(logging.lastResort)  # which prints to the terminal, but only while there is no other
        log.addHandler(handler)
    return handler


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = f"{record.levelname} {_place(record)}: {_message(record)}"
        error = record.exc_info[1] if record.exc_info else None
        for known in (error, record.msg, *(record.args if isinstance(record.args, tuple) else ())):
            if isinstance(known, BaseException):
                text += "".join(_told(known))
                break
        text = text.replace(str(Path.home()), "~")
        for pattern, blot in _BLOTTED:
            text = pattern.sub(blot, text)
        return f"{_clock(record.created)} {text}"


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _place(record: logging.LogRecord) -> str:
    return f"{'/'.join(Path(record.pathname).parts[-3:])}:{record.lineno}"


def _message(record: logging.LogRecord) -> str:
    if Path(record.pathname).is_relative_to(_PACKAGE):
        return record.getMessage()
    source, text = "".join(linecache.getlines(record.pathname)), str(record.msg)
    written = text.replace("\n", "\\n")
    return text if any(f"{quote}{written}{quote}" in source for quote in "\"'") else "(text left out)"


def _told(error: BaseException) -> Iterator[str]:
    """The kind of an error and where it happened, then those that led to it."""
    seen: list[BaseException | None] = [None]
    link: BaseException | None = error
    while link not in seen:
        assert link is not None
        seen.append(link)
        yield f"\n{_kind(link)}\n{''.join(traceback.format_tb(link.__traceback__))}".rstrip()
        if hasattr(link, "ename") and isinstance(text := getattr(link, "traceback", None), str):  # a cell failed in its kernel
            yield "\n".join(["", *filter(_FRAME.match, _COLOUR.sub("", text).splitlines())])
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, AilabError):
        return f"{name} ({error.code})"
    if isinstance(error, OSError):
        return f"{name}: {error.strerror}"  # without the name of the file
    if isinstance(error, _SPEAK_OF_CODE):
        return f"{name}: {error}"
    return f"{name}: {error.ename}" if hasattr(error, "ename") else name
