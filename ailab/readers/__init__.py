"""Any untrusted document -> clean text, or one :class:`~ailab.errors.TextError` that says what to do.

Text files, Word (.docx) and PDF are read here, on this computer. Nothing in a document is ever run or fetched: no macro, no
link, no external entity.

>>> from ailab.readers import read_document
>>> text = read_document("quy_che.docx")  # doctest: +SKIP
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.errors import TextError
from ailab.i18n import gettext as _
from ailab.readers._lines import tidy, unwrap, without_page_numbers
from ailab.readers._plain import decode, is_text
from ailab.readers._refusals import locked, wrong_kind

if TYPE_CHECKING:
    from typing import TypeAlias

    DocumentSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview

__all__ = ["MAX_BYTES", "MAX_PAGES", "MAX_SECONDS", "MAX_UNPACKED", "decode", "read_document"]

#: Largest file, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Largest Word file once unpacked, in bytes; and longest text, in characters.
MAX_UNPACKED = 50 * 1024 * 1024
#: Longest PDF, in pages.
MAX_PAGES = 500
#: Longest time that a PDF or a Word file may take, in seconds.
MAX_SECONDS = 120.0


def read_document(source: DocumentSource, *, name: str = "") -> str:
    """Read the text of a document, in reading order.

    The two columns in which an administrative document begins and ends come one after the other, line by line. The marks of Word's
    automatic lists are written out. Numbers of pages and running heads, comments and deleted text are left out.

    Parameters
    ----------
    source : path or bytes
        A .txt, .docx or .pdf file, or what is in it. A web address is never fetched.
    name : str, default=""
        What to call the document in messages. Default: the name of the file.

    Returns
    -------
    str
        In NFC, one paragraph a line; a row of a table is a line ``a | b`` (in a PDF, where the table is drawn with lines). Never empty.

    Raises
    ------
    TextError
        With ``code`` one of ``'no_such_file'``, ``'empty'``, ``'too_big'``, ``'too_many_pages'``, ``'too_slow'``, ``'old_word'``,
        ``'locked'``, ``'wrong_kind'``, ``'broken'``, ``'no_text'``.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        size = source.nbytes if isinstance(source, memoryview) else len(source)
        name = name or _("no name")
        if size > MAX_BYTES:
            raise _too_big(name)
        data = bytes(source)
    else:
        path = os.fsdecode(source)
        name = name or Path(path).name or path
        data = _read(path, name)
    if not data:
        raise TextError(_("The document “%(name)s” is empty. Choose another one.") % {"name": name}, code="empty")
    try:
        return _text(data, name)
    except MemoryError as error:  # also raised here, by parts that turn out too big
        raise _too_big(name) from error
    except TimeoutError as error:
        message = _("The document “%(name)s” takes too long to read. Save only the pages that you need as a new document, or save it as .txt.")
        raise TextError(message % {"name": name}, code="too_slow") from error
    except TextError:
        raise
    except Exception as error:  # parsers meet damaged data with a dozen exception types
        message = _("The document “%(name)s” is damaged or incomplete. Copy it again, or open it in its own program and save it again.")
        raise TextError(message % {"name": name}, code="broken") from error


def _read(path: str, name: str) -> bytes:
    if re.match(r"(?i)([a-z][a-z0-9+.-]+://|data:)", path):
        raise TextError(_("This is a web address, and ailab never goes online. Save the document on this computer and open the file."), code="no_such_file")
    try:
        status = Path(path).stat()
        regular = stat.S_ISREG(status.st_mode)
        data = Path(path).read_bytes() if regular and status.st_size <= MAX_BYTES else None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        message = _("The document “%(name)s” cannot be found or read. Check the name, or choose the file again.")
        raise TextError(message % {"name": name}, code="no_such_file") from error
    if not regular:
        raise TextError(_("“%(name)s” is not a file. Choose one document.") % {"name": name}, code="no_such_file")
    if data is None:
        raise _too_big(name)
    return data


def _text(data: bytes, name: str) -> str:
    """Text by what is in the file, whatever its name says."""
    if b"%PDF-" in data[:1024]:
        from ailab.readers._pdf import pdf_lines

        text = unwrap(pdf_lines(data, name, pages=MAX_PAGES, seconds=MAX_SECONDS))
    elif data.startswith(b"PK\x03\x04"):
        from ailab.readers._word import word_paragraphs

        text = "\n".join(word_paragraphs(data, name, unpacked=MAX_UNPACKED, seconds=MAX_SECONDS))
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _ole(data, name)
    elif is_text(data, name):
        text = unwrap(without_page_numbers(decode(data).splitlines()))
    else:
        raise wrong_kind(name)
    text = "\n".join(filter(None, map(tidy, text.splitlines())))
    if not text:
        message = _("The document “%(name)s” holds no text that a program can read. Type the text, or scan it again with text recognition (OCR).")
        raise TextError(message % {"name": name}, code="no_text")
    return text


def _ole(data: bytes, name: str) -> TextError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return locked(name)
    if "WordDocument".encode("utf-16-le") in data:
        message = _("“%(name)s” is an old Word document (.doc). Open it in Word or LibreOffice and save it as .docx.")
        return TextError(message % {"name": name}, code="old_word")
    return wrong_kind(name)


def _too_big(name: str) -> TextError:
    message = _("The document “%(name)s” is too big: at most %(limit)d MB, or %(unpacked)d MB once unpacked. Save only the text, or split it.")
    return TextError(message % {"name": name, "limit": MAX_BYTES // 2**20, "unpacked": MAX_UNPACKED // 2**20}, code="too_big")
