"""Any untrusted document -> clean text, or one :class:`~ailab.errors.TextError` that says what to do.

Text files, Word (.docx) and PDF are read here, on this computer. Nothing in a document is ever run or fetched: no macro, no
link, no external entity.

>>> from ailab.readers import read_document
>>> text = read_document("quy_che.docx")  # doctest: +SKIP
"""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import time
import unicodedata
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.errors import TextError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    DocumentSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview

__all__ = ["MAX_BYTES", "MAX_PAGES", "MAX_SECONDS", "MAX_UNPACKED", "decode", "read_document"]

#: Largest file, in bytes.
MAX_BYTES = 20 * 1024 * 1024
#: Largest Word file once unpacked, in bytes.
MAX_UNPACKED = 50 * 1024 * 1024
#: Longest PDF, in pages.
MAX_PAGES = 500
#: Longest time that a PDF may take, in seconds.
MAX_SECONDS = 120.0

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {  # deleted or moved text, formatting (its tab is a tab stop), and the second copy of a text box for old programs
    f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
_SIGNS = {f"{_W}tab": " ", f"{_W}ptab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_ENDS = tuple(".!?…:;")
_LIST_ITEM = re.compile(r"[-–—•*+·▪●✓]|\(?(?:\d{1,3}|[a-zđ]|[ivx]+)[.)]\s|(?:điều|chương|mục|phần|khoản|article|chapter|section)\s+[\divxlc]+\b", re.IGNORECASE)
_LETTERS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}  # printers' ligatures, as PDFs keep them
_INVISIBLE = dict.fromkeys([*range(9), *range(14, 28), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF])


def read_document(source: DocumentSource, *, name: str = "") -> str:
    """Read the text of a document, in reading order.

    Parameters
    ----------
    source : path or bytes
        A .txt, .docx or .pdf file, or what is in it. A web address is never fetched.
    name : str, default=""
        What to call the document in messages. Default: the name of the file.

    Returns
    -------
    str
        In NFC, one paragraph a line; a row of a table is a line ``a | b``. Never empty.

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
    except MemoryError as error:
        raise _too_big(name) from error
    except TextError:
        raise
    except Exception as error:  # parsers meet damaged data with a dozen exception types
        message = _("The document “%(name)s” is damaged or incomplete. Copy it again, or open it in its own program and save it again.")
        raise TextError(message % {"name": name}, code="broken") from error


def decode(data: bytes) -> str:
    """Turn the bytes of a text file into characters: UTF-8, UTF-16, or an old Windows code page. Changes nothing else.

    Parameters
    ----------
    data : bytes
    """
    for bom, encoding in _BOMS.items():
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # without its mark: every other byte of Latin letters is 0
        if len(data) > 3 and data[start::2].count(0) > len(data) / 5 > 5 * data[1 - start :: 2].count(0):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 10 < sum(character > "\x7f" for character in text):
        return text  # UTF-8 with a few damaged places, which stay visible
    return _vietnamese_windows(data) or data.decode("cp1252", "replace")


def _vietnamese_windows(data: bytes) -> str | None:
    """Text from code page 1258, where tone marks follow their vowels; None if they follow anything else."""
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError:
        return None
    after = [unicodedata.normalize("NFD", before)[0] for before, mark in pairwise(text) if unicodedata.combining(mark)]
    return text if all(letter in "aeiouyAEIOUY" for letter in after) else None


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
        text = _unwrap(_pdf_lines(data, name))
    elif data.startswith(b"PK\x03\x04"):
        text = "\n".join(_docx_paragraphs(data, name))
    elif data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _ole(data, name)
    elif _is_text(data, name):
        text = _unwrap(decode(data).splitlines())
    else:
        raise _wrong_kind(name)
    text = "\n".join(filter(None, map(_tidy, text.splitlines())))
    if not text:
        message = _("The document “%(name)s” holds no text that a program can read. Type the text, or scan it again with text recognition (OCR).")
        raise TextError(message % {"name": name}, code="no_text")
    return text


def _tidy(line: str) -> str:
    """One line in NFC, without what nobody sees."""
    for ligature, letters in _LETTERS.items():
        line = line.replace(ligature, letters)
    return unicodedata.normalize("NFC", " ".join(line.translate(_INVISIBLE).split()))


def _is_text(data: bytes, name: str) -> bool:
    if data.startswith(rb"{\rtf") or Path(name).suffix.lower() not in {".txt", ""}:
        return False
    text = decode(data)
    strange = sum(unicodedata.category(character) in {"Cc", "Cn", "Co"} and not character.isspace() for character in text)
    return strange <= max(2, len(text) / 50)


def _unwrap(lines: Iterable[str]) -> str:
    """Paragraphs from lines: joins what a program broke at the right margin."""
    tidy = [_tidy(line) for line in lines]
    pairs = [(line, after) for line, after in pairwise(tidy) if line and after]
    widths = sorted(map(len, filter(None, tidy)))
    width = widths[len(widths) * 9 // 10] if widths else 0
    wrapped = 40 <= width <= 140 and sum(after[0].islower() for _line, after in pairs) >= 0.3 * len(pairs)
    paragraphs: list[str] = []
    before = ""  # the line before this one; empty after an empty line
    for line in tidy:
        if before and line and _goes_on(before, line, full=wrapped and len(before) >= 0.8 * width):
            paragraphs[-1] = _joined(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        before = line
    return "\n".join(paragraphs)


def _goes_on(line: str, after: str, *, full: bool) -> bool:
    if _LIST_ITEM.match(after):
        return False
    return full or (after[0].islower() and not line.endswith(_ENDS))


def _joined(line: str, after: str) -> str:
    if line.endswith("-") and after[0].islower() and line[-2:-1].isalpha():
        hyphenated = re.search(r"[a-z]+-$", line) and re.match(r"[a-z]+\b", after)  # English; Vietnamese is never hyphenated
        return (line[:-1] if hyphenated else line) + after
    return f"{line} {after}"


def _pdf_lines(data: bytes, name: str) -> list[str]:
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what is wrong inside a PDF means nothing to the reader
    try:
        return _pages(data, name)
    finally:
        logger.setLevel(level)


def _pages(data: bytes, name: str) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    deadline = time.monotonic() + MAX_SECONDS

    def look_at_the_clock(*_operation: object) -> None:
        if time.monotonic() > deadline:
            message = _("The PDF “%(name)s” takes too long to read. Print only the pages that you need into a new PDF, or save it as .txt.")
            raise TextError(message % {"name": name}, code="too_slow")

    try:
        reader = PdfReader(io.BytesIO(data))
        count = len(reader.pages)
        if count > MAX_PAGES:
            message = _("The PDF “%(name)s” has %(count)d pages; at most %(limit)d can be read. Print only the pages that you need into a new PDF.")
            raise TextError(message % {"name": name, "count": count, "limit": MAX_PAGES}, code="too_many_pages")
        lines: list[str] = []
        for number, page in enumerate(reader.pages, 1):
            look_at_the_clock()
            found = page.extract_text(visitor_operand_before=look_at_the_clock).splitlines()
            lines += _without_number(found, number)
    except (FileNotDecryptedError, DependencyError) as error:
        raise _locked(name) from error
    letters = sum(map(str.isalpha, "".join(lines)))
    if letters < 20 * count and any(map(_has_picture, reader.pages)):
        message = _("The PDF “%(name)s” is a scan: a picture of pages, without text. Scan it again with text recognition (OCR), or type the text.")
        raise TextError(message % {"name": name}, code="no_text")
    return lines


def _without_number(lines: list[str], number: int) -> list[str]:
    """Lines of a page without its number at the top or at the bottom."""
    kept = [line for line in lines if line.strip()]
    for place in (-1, 0):
        if len(kept) > 1 and kept[place].strip(" -–—") == str(number):
            del kept[place]
    return kept


def _has_picture(page: Any) -> bool:
    resources = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources else None
    return bool(objects) and any(thing.get_object().get("/Subtype") == "/Image" for thing in objects.get_object().values())


def _docx_paragraphs(data: bytes, name: str) -> Iterator[str]:
    import docx

    archive = zipfile.ZipFile(io.BytesIO(data))
    members = {member.filename: member for member in archive.infolist()}
    if not any(filename.startswith("word/") for filename in members):
        raise _wrong_kind(name)
    if sum(member.file_size for member in members.values()) > MAX_UNPACKED:
        raise _too_big(name)
    try:
        document = docx.Document(_repacked(archive, members))
    except ValueError as error:  # a template, or a document with macros
        raise _wrong_kind(name) from error
    return _blocks(document.element.body)


def _repacked(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> io.BytesIO:
    """The same Word file without its pictures, unpacked in small steps: a size that lies cannot fill the memory."""
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as copy:
        for filename, member in members.items():
            content = io.BytesIO()
            if filename.endswith((".xml", ".rels")):
                with archive.open(member) as packed:
                    while chunk := packed.read(2**16):
                        content.write(chunk)
            copy.writestr(filename, content.getvalue())
    return clean


def _blocks(parent: Any) -> Iterator[str]:
    """Paragraphs and table rows inside an element, in their order."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif child.tag not in _SKIPPED:
            yield from _blocks(child)


def _paragraph(paragraph: Any) -> Iterator[str]:
    pieces: list[str] = []
    boxes: list[str] = []  # text boxes hang on a paragraph and come after it

    def collect(parent: Any) -> None:
        for child in parent:
            if child.tag == f"{_W}t":
                pieces.append(child.text or "")
            elif child.tag in _SIGNS:
                pieces.append(_SIGNS[child.tag])
            elif child.tag == f"{_W}txbxContent":
                boxes.extend(_blocks(child))
            elif child.tag not in _SKIPPED:
                collect(child)

    collect(paragraph)
    yield "".join(pieces)
    yield from boxes


def _rows(table: Any) -> Iterator[str]:
    above: dict[int, str] = {}  # column -> text, for cells that go on from the row above
    for row in _inside(table, "tr"):
        column = 0
        texts: list[str] = []
        alone: list[str] = []
        for cell in _inside(row, "tc"):
            blocks = [" ".join(block.split()) for block in _blocks(cell)]
            merge, span = cell.find(f"{_W}tcPr/{_W}vMerge"), cell.find(f"{_W}tcPr/{_W}gridSpan")
            goes_on = merge is not None and merge.get(f"{_W}val") != "restart"
            text = above.get(column, "") if goes_on else " ".join(filter(None, blocks))
            above[column] = text
            texts.append(text)
            if text:
                alone = [text] if goes_on else blocks
            column += int(span.get(f"{_W}val", 1)) if span is not None else 1
        if sum(map(bool, texts)) <= 1:  # a frame around ordinary paragraphs
            yield from alone
        else:
            yield " | ".join(texts)


def _inside(parent: Any, kind: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those in a content control or inserted later."""
    for child in parent:
        if child.tag == f"{_W}{kind}":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"}:
            yield from _inside(child, kind)


def _ole(data: bytes, name: str) -> TextError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _locked(name)
    if "WordDocument".encode("utf-16-le") in data:
        message = _("“%(name)s” is an old Word document (.doc). Open it in Word or LibreOffice and save it as .docx.")
        return TextError(message % {"name": name}, code="old_word")
    return _wrong_kind(name)


def _too_big(name: str) -> TextError:
    message = _("The document “%(name)s” is too big: at most %(limit)d MB, or %(unpacked)d MB once unpacked. Save only the text, or split it.")
    return TextError(message % {"name": name, "limit": MAX_BYTES // 2**20, "unpacked": MAX_UNPACKED // 2**20}, code="too_big")


def _locked(name: str) -> TextError:
    message = _("The document “%(name)s” is protected with a password. Open it with its password and save a copy without one.")
    return TextError(message % {"name": name}, code="locked")


def _wrong_kind(name: str) -> TextError:
    message = _("“%(name)s” is not a text (.txt), Word (.docx) or PDF document. Open it in the program that made it and save it as one of these.")
    return TextError(message % {"name": name}, code="wrong_kind")
