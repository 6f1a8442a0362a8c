"""The hand-written texts of the sample documents, and what they look like to a reader.

A source starts with ``key: value`` lines and an empty line. Then come blocks, each below a line that starts with ``@``:

- ``@head``, ``@sign``: two columns, the left one above ``||``;
- ``@center``, ``@text``: centred lines, paragraphs;
- ``@table 7 35 20``: the width of each column, then a row a line, its cells between ``|``; the first row is the heading;
- ``@landscape``: what follows stands on a page turned on its side.

``**bold**`` and ``*italic*`` frame a whole stretch of a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["FOLDER", "Block", "Source", "plain", "read_source", "runs"]

#: Where the documents lie; their sources are in ``source``.
FOLDER = Path(__file__).parent.parent / "assets" / "documents"

_MARK = re.compile(r"(\*{1,3})(.+?)\1")


@dataclass(frozen=True)
class Block:
    """A stretch of a document.

    Attributes
    ----------
    kind : {'head', 'sign', 'center', 'text', 'table', 'landscape'}
    rows : tuple of tuple of str
        Two columns: the lines of each. A table: the cells of each row. Otherwise: one line a row.
    widths : tuple of int
        Of the columns of a table.
    """

    kind: Literal["head", "sign", "center", "text", "table", "landscape"]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """What a source says: ``about`` holds its ``key: value`` lines."""

    name: str
    about: dict[str, str]
    blocks: tuple[Block, ...]

    @property
    def file_name(self) -> str:
        """Of the document made from it."""
        return f"{self.name}.{self.about['format']}"

    def lines(self) -> list[str]:
        """Return every line in reading order, without bold and italic; a row of a table as ``a | b``."""
        return [plain(line) for block in self.blocks for line in _lines(block) if line]


def read_source(path: Path) -> Source:
    """Read one source.

    Parameters
    ----------
    path : Path
    """
    head, _empty, body = path.read_text("utf-8").partition("\n\n")
    about = {key: value.strip() for key, _colon, value in (line.partition(":") for line in head.splitlines())}
    parts = re.split(r"^@", body, flags=re.MULTILINE)
    return Source(path.stem, about, tuple(_block(part) for part in parts if part.strip()))


def plain(line: str) -> str:
    """Return a line without the marks of bold and italic."""
    return "".join(text for text, _style in runs(line))


def runs(line: str) -> list[tuple[str, str]]:
    """Return the stretches of a line, each with its style: ``''``, ``'I'``, ``'B'`` or ``'BI'``."""
    found: list[tuple[str, str]] = []
    end = 0
    for match in _MARK.finditer(line):
        found.append((line[end : match.start()], ""))
        found.append((match[2], ("", "I", "B", "BI")[len(match[1])]))
        end = match.end()
    found.append((line[end:], ""))
    return [(text, style) for text, style in found if text]


def _block(part: str) -> Block:
    first, *lines = part.rstrip("\n").split("\n")
    kind, *widths = first.split()
    if kind in {"head", "sign"}:
        at = lines.index("||")
        rows: tuple[tuple[str, ...], ...] = (tuple(lines[:at]), tuple(lines[at + 1 :]))
    elif kind == "table":
        rows = tuple(tuple(cell.strip() for cell in line.split("|")) for line in lines)
    else:
        rows = tuple((line,) for line in lines)
    return Block(kind, rows, tuple(map(int, widths)))  # type: ignore[arg-type]  # a wrong kind is met by whoever draws it


def _lines(block: Block) -> list[str]:
    if block.kind == "table":
        return [" | ".join(row) for row in block.rows]
    return [line for row in block.rows for line in row]
