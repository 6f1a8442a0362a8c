"""Lines of one page of a PDF; tables that are drawn with lines become rows ``a | b``.

A PDF knows no tables: it draws lines and sets words between them. The lines are found first. Then the program that paints the
page is read again with a mark wherever its words go on in another cell, so that each word is known by the cell it stands in.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    Matrix: TypeAlias = tuple[float, float, float, float, float, float]
    Cell: TypeAlias = tuple[int, float, float]  # table, left edge, upper edge

__all__ = ["page_lines"]

_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 2.5  # points: a drawn line is thinner, ends of lines that meet are nearer
_MOST_LINES, _MOST_EDGES = 5000, 120
_MARK = b"%cell"  # no operator of PDF
_PAINT = {b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
_STROKE = _PAINT - {b"f", b"F", b"f*"}


@dataclass
class _Line:
    """An upright or a level line: where it stands, and from where to where it goes."""

    at: float
    start: float
    end: float

    def spans(self, place: float) -> bool:
        return self.start - _THIN <= place <= self.end + _THIN


@dataclass
class _Table:
    upright: list[_Line]
    level: list[_Line]

    def cell(self, x: float, y: float) -> tuple[float, float] | None:
        """Left and upper edge of the cell around a point; None outside of the table."""
        left = [line.at for line in self.upright if line.at <= x + 1 and line.spans(y)]
        right = [line.at for line in self.upright if line.at > x + 1 and line.spans(y)]
        above = [line.at for line in self.level if line.at > y and line.spans(x)]
        below = [line.at for line in self.level if line.at <= y and line.spans(x)]
        return (max(left), min(above)) if left and right and above and below else None


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
        tables = [] if page.rotation else _tables(_drawn(content.operations))
        if tables:
            content.operations = list(_marked(content.operations, tables))
    except (ValueError, TypeError):  # a damaged drawing does no harm to the words
        tables = []
    pieces: list[tuple[Cell | None, list[str]]] = [(None, [])]

    def look(operator: bytes, operands: Any, *_matrices: object) -> None:
        look_at_the_clock()
        if operator == _MARK:
            pieces.append((operands[0], []))

    whole = page.extract_text(visitor_operand_before=look, visitor_text=lambda text, *_state: pieces[-1][1].append(text) if tables else None)
    del page["/Contents"]  # what has been parsed takes a hundred times its size
    return [line for part in _in_order(pieces, tables) for line in part] if tables else whole.splitlines()


def _in_order(pieces: list[tuple[Cell | None, list[str]]], tables: list[_Table]) -> Iterator[list[str]]:
    """Lines of the text around the tables, and the rows of each table where it begins."""
    cells: dict[Cell, list[str]] = {}
    for cell, texts in pieces:
        if cell:
            cells.setdefault(cell, []).append("".join(texts))
    done: set[int] = set()
    for cell, texts in pieces:
        if cell is None:
            yield "".join(texts).splitlines()
        elif cell[0] not in done and "".join(texts).strip():
            done.add(cell[0])
            words = {key[1:]: " ".join(" ".join(parts).split()) for key, parts in cells.items() if key[0] == cell[0]}
            yield list(_rows(tables[cell[0]], words))


def _rows(table: _Table, words: dict[tuple[float, float], str]) -> Iterator[str]:
    """Rows from the top; a cell over several rows stands in each, one over several columns once."""
    for upper, lower in pairwise(sorted((line.at for line in table.level), reverse=True)):
        keys: list[tuple[float, float] | None] = []
        for left, right in pairwise(sorted(line.at for line in table.upright)):
            key = table.cell((left + right) / 2, (upper + lower) / 2)
            if key not in keys:
                keys.append(key)
        texts = [words.get(key, "") for key in keys if key]
        if sum(map(bool, texts)) > 1:
            yield " | ".join(texts)
        else:
            yield "".join(texts)


def _tables(drawn: tuple[list[_Line], list[_Line]]) -> list[_Table]:
    """Groups of lines that meet, where they make at least two columns."""
    upright, level = map(_merged, drawn)
    if len(upright) > _MOST_EDGES or len(level) > _MOST_EDGES:
        return []
    tables = []
    while upright:
        group, rows = [upright.pop()], []
        for line in group:
            met = [row for row in level if line.spans(row.at) and row.spans(line.at)]
            level = [row for row in level if not any(row is other for other in met)]
            rows += met
            near = [other for other in upright if any(other.spans(row.at) and row.spans(other.at) for row in met)]
            upright = [other for other in upright if not any(other is one for one in near)]
            group += near
        if len(group) > 2 and len(rows) > 1:
            tables.append(_Table(group, rows))
    return tables


def _merged(lines: list[_Line]) -> list[_Line]:
    """Lines, each whole: programs draw them in pieces, cell by cell."""
    places: list[float] = []
    for line in sorted(lines, key=lambda line: line.at):
        if not places or line.at - places[-1] > _THIN:
            places.append(line.at)
    whole: dict[float, list[_Line]] = {place: [] for place in places}
    for line in sorted(lines, key=lambda line: line.start):
        place = places[bisect(places, line.at) - 1]
        if whole[place] and line.start <= whole[place][-1].end + _THIN:
            whole[place][-1].end = max(whole[place][-1].end, line.end)
        else:
            whole[place].append(_Line(place, line.start, line.end))
    return [line for place in places for line in whole[place] if line.end - line.start > 2 * _THIN]


def _drawn(operations: Iterable[tuple[Any, bytes]]) -> tuple[list[_Line], list[_Line]]:
    """Upright and level lines of a page, whether they are drawn, or painted as thin boxes."""
    upright: list[_Line] = []
    level: list[_Line] = []
    matrix, stack = _SAME, []
    paths: list[list[tuple[float, float]]] = []
    for operands, operator in operations:
        if operator == b"q":
            stack.append(matrix)
        elif operator == b"Q":
            matrix = stack.pop() if stack else _SAME
        elif operator == b"cm":
            matrix = _times(_numbers(operands, 6), matrix)
        elif operator == b"m":
            paths.append([_point(*_numbers(operands, 2), matrix)])
        elif operator == b"l" and paths:
            paths[-1].append(_point(*_numbers(operands, 2), matrix))
        elif operator == b"h" and paths:
            paths[-1].append(paths[-1][0])
        elif operator == b"re":
            x, y, width, height = _numbers(operands, 4)
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
            paths.append([_point(*corner, matrix) for corner in corners])
        elif operator in _PAINT:
            for path in paths:
                _add_lines(path, upright, level, stroked=operator in _STROKE)
            paths = []
        elif operator == b"n":
            paths = []
        if len(upright) + len(level) + len(paths) > _MOST_LINES:  # a drawing
            return [], []
    return upright, level


def _add_lines(path: list[tuple[float, float]], upright: list[_Line], level: list[_Line], *, stroked: bool) -> None:
    xs, ys = zip(*path, strict=True)
    boxes = [(min(xs), max(xs), min(ys), max(ys))]
    if stroked:
        boxes = [(min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])) for a, b in pairwise(path)]
    for left, right, lower, upper in boxes:
        if right - left <= _THIN < upper - lower:
            upright.append(_Line((left + right) / 2, lower, upper))
        elif upper - lower <= _THIN < right - left:
            level.append(_Line((lower + upper) / 2, left, right))


def _marked(operations: Iterable[tuple[Any, bytes]], tables: list[_Table]) -> Iterator[tuple[Any, bytes]]:
    """The program of a page with a mark wherever its words go on in another cell, or outside of all."""
    matrix, leading, line = _SAME, 0.0, _SAME
    stack: list[tuple[Matrix, float]] = []
    inside: Cell | None = None
    for operands, operator in operations:
        moved = operator in {b"Td", b"TD", b"Tm", b"T*", b"'", b'"'}
        if operator == b"q":
            stack.append((matrix, leading))
        elif operator == b"Q":
            matrix, leading = stack.pop() if stack else (_SAME, leading)
        elif operator == b"cm":
            matrix = _times(_numbers(operands, 6), matrix)
        elif operator == b"BT":
            line = _SAME
        elif operator == b"TL":
            (leading,) = _numbers(operands, 1)
        elif operator == b"Tm":
            line = _numbers(operands, 6)
        elif operator in {b"Td", b"TD"}:
            x, y = _numbers(operands, 2)
            leading = -y if operator == b"TD" else leading
            line = _times((1, 0, 0, 1, x, y), line)
        elif moved:
            line = _times((1, 0, 0, 1, 0, -leading), line)
        elif operator == b"Do" and inside is not None:
            inside = None
            yield [None], _MARK
        if not moved:
            yield operands, operator
            continue
        cell = _cell(_point(0, 0, _times(line, matrix)), tables)
        if cell == inside:
            yield operands, operator
            continue
        inside = cell
        yield from (([], b"ET"), ([cell], _MARK), ([], b"BT"), ([leading], b"TL"), (list(line), b"Tm"))
        if operator in {b"'", b'"'}:
            yield operands[-1:], b"Tj"


def _cell(point: tuple[float, float], tables: list[_Table]) -> Cell | None:
    for number, table in enumerate(tables):
        cell = table.cell(*point)
        if cell:
            return number, *cell
    return None


def _numbers(operands: Any, count: int) -> Any:
    """Return so many numbers; what is no number, or too much for one, breaks the page."""
    numbers = tuple(float(operand) for operand in operands[:count])
    if len(numbers) < count:
        raise ValueError
    return numbers


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
