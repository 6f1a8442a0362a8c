"""A Word file (.docx) to paragraphs and rows of tables."""

from __future__ import annotations

import io
import re
import time
import zipfile
from typing import TYPE_CHECKING, Any

from ailab.readers._columns import is_column_line
from ailab.readers._refusals import wrong_kind
from ailab.readers._word_lists import Lists

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["word_paragraphs"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {  # deleted or moved text, formatting (its tab is a tab stop), and the second copy of a text box for old programs
    f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
_SIGNS = {f"{_W}tab": " ", f"{_W}ptab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote"}
_SIGNED = re.compile(r"(?:TM|KT|TL|TUQ)\.\s|\((?:đã )?ký\b", re.IGNORECASE)
_MOST_PARTS = 10_000


def word_paragraphs(data: bytes, name: str, *, unpacked: int, seconds: float) -> list[str]:
    """Paragraphs and table rows of a Word file, in reading order.

    Parameters
    ----------
    data : bytes
    name : str
        For messages.
    unpacked : int
        Most bytes once unpacked, and most characters of text.
    seconds : float
        Most time.

    Raises
    ------
    MemoryError, TimeoutError
        If it is bigger, or takes longer.
    """
    import docx

    archive = zipfile.ZipFile(io.BytesIO(data))
    members = {member.filename: member for member in archive.infolist()}
    if not any(filename.startswith("word/") for filename in members):
        raise wrong_kind(name)
    if len(members) > _MOST_PARTS or sum(member.file_size for member in members.values()) > unpacked:
        raise MemoryError
    try:
        document = docx.Document(_repacked(archive, members))
    except ValueError as error:  # a template, or a document with macros
        raise wrong_kind(name) from error
    paragraphs: list[str] = []
    size = 0
    for paragraph in _Body(document, time.monotonic() + seconds).blocks(document.element.body):
        size += len(paragraph)
        if size > unpacked:  # rows that repeat a long cell from above
            raise MemoryError
        paragraphs.append(paragraph)
    return paragraphs


def _repacked(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> io.BytesIO:
    """The same Word file without its pictures and programs, unpacked in small steps: a size that lies cannot fill the memory."""
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as copy:
        for filename, member in members.items():
            content = io.BytesIO()
            if filename.endswith((".xml", ".rels")):
                if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # other packings may ask for any amount of memory
                    raise zipfile.BadZipFile
                with archive.open(member) as packed:
                    while chunk := packed.read(2**16):
                        content.write(chunk)
            copy.writestr(filename, content.getvalue())
    return clean


class _Body:
    """Walks through a document; knows its lists and its notes."""

    def __init__(self, document: Any, deadline: float) -> None:
        self._deadline = deadline
        self._lists = Lists(document.part)
        self._notes = {key: note for kind in ("footnote", "endnote") for key, note in _notes(document.part, kind)}

    def blocks(self, parent: Any) -> Iterator[str]:
        """Paragraphs and table rows inside an element, in their order."""
        for child in parent:
            if time.monotonic() > self._deadline:
                raise TimeoutError
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._rows(child)
            elif child.tag not in _SKIPPED:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        pieces: list[str] = []
        after: list[str] = []  # text boxes and notes hang on a paragraph and come after it

        def collect(parent: Any) -> None:
            for child in parent:
                if child.tag == f"{_W}t":
                    pieces.append(child.text or "")
                elif child.tag in _SIGNS:
                    pieces.append(_SIGNS[child.tag])
                elif child.tag == f"{_W}txbxContent":
                    after.extend(self.blocks(child))
                elif child.tag in _NOTES:
                    note = self._notes.pop((_NOTES[child.tag], child.get(f"{_W}id")), None)
                    after.extend(self.blocks(note) if note is not None else ())
                elif child.tag not in _SKIPPED:
                    collect(child)

        mark = self._lists.mark(paragraph)
        collect(paragraph)
        text = "".join(pieces)
        yield f"{mark} {text}" if mark and (text.strip() or mark[:1].isalnum()) else text
        yield from after

    def _rows(self, table: Any) -> Iterator[str]:
        rows = [list(self._cells(row)) for row in _inside(table, "tr")]
        if _stands_in_columns([[blocks for _column, _goes_on, blocks in row] for row in rows]):
            for place in sorted({column for row in rows for column, _goes_on, _blocks in row}):
                for row in rows:
                    yield from (block for column, goes_on, blocks in row if column == place and not goes_on for block in blocks)
            return
        above: dict[int, str] = {}  # column -> text, for cells that go on from the row above
        for row in rows:
            texts: list[str] = []
            alone: list[str] = []
            for column, goes_on, blocks in row:
                text = above.get(column, "") if goes_on else " ".join(filter(None, blocks))
                above[column] = text
                texts.append(text)
                if text:
                    alone = [text] if goes_on else blocks
            if sum(map(bool, texts)) <= 1:  # a frame around ordinary paragraphs
                yield from alone
            else:
                yield " | ".join(texts)

    def _cells(self, row: Any) -> Iterator[tuple[int, bool, list[str]]]:
        """Of a row: the column of each cell, whether it goes on from the row above, and what is in it."""
        column = 0
        for cell in _inside(row, "tc"):
            blocks = [" ".join(line.split()) for block in self.blocks(cell) for line in block.splitlines()]
            merge, span = cell.find(f"{_W}tcPr/{_W}vMerge"), cell.find(f"{_W}tcPr/{_W}gridSpan")
            yield column, merge is not None and merge.get(f"{_W}val") != "restart", blocks
            column += int(span.get(f"{_W}val", 1)) if span is not None else 1


def _stands_in_columns(rows: list[list[list[str]]]) -> bool:
    """Tell whether a table only puts texts side by side, as the head and the signature of a document do."""
    cells = [[block for block in blocks if block] for row in rows for blocks in row]
    cells = [blocks for blocks in cells if blocks]
    if len(rows) > 8 or not 2 <= max((sum(map(any, row)) for row in rows), default=0) <= 3:
        return False
    if any(is_column_line(block) for blocks in cells for block in blocks):
        return True
    signed = any(_SIGNED.match(block) for blocks in cells for block in blocks)
    titled = len(rows) == 1 and all(blocks[0].isupper() and len(blocks) > 1 for blocks in cells)
    return titled or (signed and any(len(blocks) > 1 for blocks in cells))


def _inside(parent: Any, kind: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those in a content control or inserted later."""
    for child in parent:
        if child.tag == f"{_W}{kind}":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"}:
            yield from _inside(child, kind)


def _notes(part: Any, kind: str) -> Iterator[tuple[tuple[str, str], Any]]:
    from docx.oxml import parse_xml

    try:
        blob = part.part_related_by(f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s").blob
    except KeyError:
        return
    for note in parse_xml(blob):
        if note.get(f"{_W}type", "normal") == "normal":  # others are lines above the notes
            yield (kind, note.get(f"{_W}id")), note
