"""Lines of one page of a PDF; tables that are drawn with lines become rows ``a | b``.

A PDF knows no tables: it draws lines and sets words between them. The lines are found first. Then the program that paints the
page is read again with a mark wherever its words go on in another cell, so that each word is known by the cell it stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.readers._pdf_drawing import MOVES, Position, Table, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    Cell: TypeAlias = tuple[int, float, float]  # table, left edge, upper edge

__all__ = ["page_lines"]

_MARK = b"%cell"  # no operator of PDF


def page_lines(page: Any, look_at_the_clock: Callable[..., None]) -> list[str]:
    """Lines of a page, as its program paints them.

    Parameters
    ----------
    page : pypdf.PageObject
        Cannot be read again.
    look_at_the_clock : callable
        Called at every step.
    """
    from pypdf.generic import ContentStream, NameObject

    if "/Contents" not in page:
        return []
    content = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    page[NameObject("/Contents")] = content
    try:
        found = [] if page.rotation else tables(content.operations)
        if found:
            content.operations = list(_marked(content.operations, found))
    except (ValueError, TypeError):  # a damaged drawing does no harm to the words
        found = []
    pieces: list[tuple[Cell | None, list[str]]] = [(None, [])]

    def look(operator: bytes, operands: Any, *_matrices: object) -> None:
        look_at_the_clock()
        if operator == _MARK:
            pieces.append((operands[0], []))

    def keep(text: str, *_state: object) -> None:
        pieces[-1][1].append(text)

    whole = page.extract_text(visitor_operand_before=look, visitor_text=keep if found else None)
    del page["/Contents"]  # what has been parsed takes a hundred times its size
    return [line for part in _in_order(pieces, found) for line in part] if found else whole.splitlines()


def _marked(operations: Iterable[tuple[Any, bytes]], found: list[Table]) -> Iterator[tuple[Any, bytes]]:
    """The program of a page with a mark wherever its words go on in another cell, or outside of all."""
    position = Position()
    inside: Cell | None = None
    for operands, operator in operations:
        position.follow(operands, operator)
        if operator == b"Do" and inside:
            inside = None
            yield [None], _MARK
        cell = _cell(position, found) if operator in MOVES else inside
        if cell == inside:
            yield operands, operator
            continue
        inside = cell
        # Words are handed over where a text ends: end it, and begin another at the same place.
        yield from (([], b"ET"), ([cell], _MARK), ([], b"BT"), ([position.leading], b"TL"), (list(position.line), b"Tm"))
        if operator in {b"'", b'"'}:
            yield operands[-1:], b"Tj"


def _cell(position: Position, found: list[Table]) -> Cell | None:
    place = position.place()
    return next(((number, *cell) for number, table in enumerate(found) if (cell := table.cell(*place))), None)


def _in_order(pieces: list[tuple[Cell | None, list[str]]], found: list[Table]) -> Iterator[list[str]]:
    """Lines of the text around the tables, and the rows of each table where it begins."""
    words: dict[Cell, str] = {}
    for cell, texts in pieces:
        if cell:
            words[cell] = f"{words.get(cell, '')} {''.join(texts)}"
    done: set[int] = set()
    for cell, texts in pieces:
        if cell is None:
            yield "".join(texts).splitlines()
        elif cell[0] not in done and "".join(texts).strip():
            done.add(cell[0])
            yield [_row([" ".join(words.get((cell[0], *key), "").split()) for key in row]) for row in found[cell[0]].grid()]


def _row(texts: list[str]) -> str:
    return " | ".join(texts) if sum(map(bool, texts)) > 1 else "".join(texts)
