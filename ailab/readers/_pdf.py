"""A PDF to lines, page after page."""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from ailab.errors import TextError
from ailab.i18n import gettext as _
from ailab.readers._columns import is_column_line
from ailab.readers._pdf_tables import page_lines
from ailab.readers._refusals import locked

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["pdf_lines"]

_ROW = " | "
_EDGE = 3  # lines at the top and at the bottom of a page that may be repeated on others
_NUMBER = re.compile(r"[-–—\s]*(?:(?:trang|page)\s*)?#\s*(?:(?:/|of|trên)\s*#)?[-–—\s]*", re.IGNORECASE)


def pdf_lines(data: bytes, name: str, *, pages: int, seconds: float) -> list[str]:
    """Lines of a PDF without the numbers of its pages and its running heads.

    Parameters
    ----------
    data : bytes
    name : str
        For messages.
    pages : int
        Most pages.
    seconds : float
        Most time.

    Raises
    ------
    TimeoutError
        If it takes longer.
    """
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what is wrong inside a PDF means nothing to the reader
    try:
        return _read(data, name, pages, seconds)
    finally:
        logger.setLevel(level)


def _read(data: bytes, name: str, most: int, seconds: float) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    deadline = time.monotonic() + seconds

    def look_at_the_clock(*_operation: object) -> None:
        if time.monotonic() > deadline:
            raise TimeoutError

    try:
        reader = PdfReader(io.BytesIO(data))
        count = len(reader.pages)
        if count > most:
            message = _("The PDF “%(name)s” has %(count)d pages; at most %(limit)d can be read. Print only the pages that you need into a new PDF.")
            raise TextError(message % {"name": name, "count": count, "limit": most}, code="too_many_pages")
        found = [_page(page, look_at_the_clock) for page in reader.pages]
    except (FileNotDecryptedError, DependencyError) as error:
        raise locked(name) from error
    lines = [line for page in _without_headings(_without_repeats(found)) for line in page]
    letters = sum(map(str.isalpha, "".join(lines)))
    if letters < 20 * count and any(map(_has_picture, reader.pages)):
        message = _("The PDF “%(name)s” is a scan: a picture of pages, without text. Scan it again with text recognition (OCR), or type the text.")
        raise TextError(message % {"name": name}, code="no_text")
    return lines


def _page(page: Any, look_at_the_clock: Callable[..., None]) -> list[str]:
    look_at_the_clock()
    return [line for line in page_lines(page, look_at_the_clock) if line.strip()]


def _without_repeats(pages: list[list[str]]) -> list[list[str]]:
    """Pages without their numbers, and with a line that most of them have at the same edge only where it comes first."""
    for place in (0, -1):
        for _step in range(_EDGE):
            ends = [_numbered(page[place], number, len(pages)) if len(page) > 1 else "" for number, page in enumerate(pages, 1)]
            often = {line for line, times in Counter(ends).items() if times >= max(3, 0.6 * len(pages)) and any(map(str.isalpha, line))}
            often = {line for line in often if not is_column_line(line)}
            met: set[str] = set()
            for page, end in zip(pages, ends, strict=True):
                if _NUMBER.fullmatch(end) or (end in often and ("#" in end or end in met)):
                    del page[place]
                met.add(end)
    return pages


def _without_headings(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the first row of a table that goes on from the page before."""
    heading = ""
    for page in pages:
        if heading and page and page[0] == heading:
            del page[0]
        rows = 0
        while rows < len(page) and _ROW in page[-1 - rows]:
            rows += 1
        if rows < len(page) or not heading:
            heading = page[-rows] if rows else ""
    return pages


def _numbered(line: str, number: int, count: int) -> str:
    """A line with ``#`` for the number of its page, and for the number of pages after it."""
    line = re.sub(rf"\b{number}\b", "#", " ".join(line.split()))
    return re.sub(rf"#(\s*(?:/|of|trên)\s*)(?:{count}\b|#)", r"#\1#", line)


def _has_picture(page: Any) -> bool:
    resources = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources else None
    return bool(objects) and any(thing.get_object().get("/Subtype") == "/Image" for thing in objects.get_object().values())
