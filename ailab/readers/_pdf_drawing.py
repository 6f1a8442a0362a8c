"""What the program of a PDF page does: where it is, which lines it draws, whether they make tables."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    Matrix: TypeAlias = tuple[float, float, float, float, float, float]
    Point: TypeAlias = tuple[float, float]

__all__ = ["MOVES", "Position", "Table", "tables"]

#: Operators that say where the next words stand.
MOVES = frozenset({b"Td", b"TD", b"Tm", b"T*", b"'", b'"'})
_FILLS = frozenset({b"f", b"F", b"f*"})
_STROKES = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_THIN = 2.5  # points: a drawn line is thinner, ends of lines that meet are nearer
_MOST_PIECES, _MOST_EDGES = 5000, 120  # a page with more is a drawing


@dataclass
class _Line:
    """An upright or a level line: where it stands, and from where to where it goes."""

    at: float
    start: float
    end: float

    def spans(self, place: float) -> bool:
        return self.start - _THIN <= place <= self.end + _THIN


@dataclass(frozen=True)
class Table:
    """Lines that meet, and make at least two columns."""

    upright: list[_Line]
    level: list[_Line]

    def cell(self, x: float, y: float) -> Point | None:
        """Left and upper edge of the cell around a point; None outside of the table."""
        left = [line.at for line in self.upright if line.at <= x + 1 and line.spans(y)]
        right = [line.at for line in self.upright if line.at > x + 1 and line.spans(y)]
        above = [line.at for line in self.level if line.at > y and line.spans(x)]
        below = [line.at for line in self.level if line.at <= y and line.spans(x)]
        return (max(left), min(above)) if left and right and above and below else None

    def grid(self) -> list[list[Point]]:
        """Cells of each row, from the top; one over several rows is in each, one over several columns once."""
        rows = []
        for upper, lower in pairwise(sorted((line.at for line in self.level), reverse=True)):
            places = [(left + right) / 2 for left, right in pairwise(sorted(line.at for line in self.upright))]
            rows.append(list(dict.fromkeys(filter(None, (self.cell(place, (upper + lower) / 2) for place in places)))))
        return rows


class Position:
    """Follows the program of a page and knows where its next words stand."""

    def __init__(self) -> None:
        self.matrix = self.line = _SAME
        self.leading = 0.0
        self._stack: list[tuple[Matrix, float]] = []
        self._steps = {
            b"q": self._save, b"Q": self._restore, b"cm": self._turn, b"BT": self._begin, b"TL": self._lead,
            b"Tm": self._set, b"Td": self._move, b"TD": self._move_and_lead, b"T*": self._next, b"'": self._next, b'"': self._next,
        }  # fmt: skip

    def follow(self, operands: Any, operator: bytes) -> None:
        """Do one step."""
        step = self._steps.get(operator)
        if step:
            step(operands)

    def place(self) -> Point:
        """Where the next words stand on the page."""
        return _point((0, 0), _times(self.line, self.matrix))

    def _save(self, _operands: Any) -> None:
        self._stack.append((self.matrix, self.leading))

    def _restore(self, _operands: Any) -> None:
        self.matrix, self.leading = self._stack.pop() if self._stack else (_SAME, self.leading)

    def _turn(self, operands: Any) -> None:
        self.matrix = _times(_numbers(operands, 6), self.matrix)

    def _begin(self, _operands: Any) -> None:
        self.line = _SAME

    def _lead(self, operands: Any) -> None:
        (self.leading,) = _numbers(operands, 1)

    def _set(self, operands: Any) -> None:
        self.line = _numbers(operands, 6)

    def _move(self, operands: Any) -> None:
        x, y = _numbers(operands, 2)
        self.line = _times((1, 0, 0, 1, x, y), self.line)

    def _move_and_lead(self, operands: Any) -> None:
        self.leading = -_numbers(operands, 2)[1]
        self._move(operands)

    def _next(self, _operands: Any) -> None:
        self.line = _times((1, 0, 0, 1, 0, -self.leading), self.line)


class _Drawing:
    """Collects upright and level lines, whether they are drawn, or painted as thin boxes."""

    def __init__(self) -> None:
        self.upright: list[_Line] = []
        self.level: list[_Line] = []
        self._position = Position()
        self._paths: list[list[Point]] = []
        self._steps = {b"m": self._start, b"l": self._go, b"h": self._close, b"re": self._box, b"n": self._forget}

    def follow(self, operands: Any, operator: bytes) -> None:
        self._position.follow(operands, operator)
        if operator in self._steps:
            self._steps[operator](operands)
        elif operator in _FILLS or operator in _STROKES:
            for path in self._paths:
                self._add(path, stroked=operator in _STROKES)
            self._paths = []

    def too_big(self) -> bool:
        return len(self.upright) + len(self.level) + len(self._paths) > _MOST_PIECES

    def _start(self, operands: Any) -> None:
        self._paths.append([_point(_numbers(operands, 2), self._position.matrix)])

    def _go(self, operands: Any) -> None:
        if self._paths:
            self._paths[-1].append(_point(_numbers(operands, 2), self._position.matrix))

    def _close(self, _operands: Any) -> None:
        if self._paths:
            self._paths[-1].append(self._paths[-1][0])

    def _box(self, operands: Any) -> None:
        x, y, width, height = _numbers(operands, 4)
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        self._paths.append([_point(corner, self._position.matrix) for corner in corners])

    def _forget(self, _operands: Any) -> None:
        self._paths = []

    def _add(self, path: list[Point], *, stroked: bool) -> None:
        for part in pairwise(path) if stroked else [path]:
            xs, ys = zip(*part, strict=True)
            left, right, lower, upper = min(xs), max(xs), min(ys), max(ys)
            if right - left <= _THIN < upper - lower:
                self.upright.append(_Line((left + right) / 2, lower, upper))
            elif upper - lower <= _THIN < right - left:
                self.level.append(_Line((lower + upper) / 2, left, right))


def tables(operations: Iterable[tuple[Any, bytes]]) -> list[Table]:
    """Tables that the program of a page draws.

    Parameters
    ----------
    operations : iterable of (operands, operator)

    Raises
    ------
    ValueError, TypeError
        If an operator lacks its numbers.
    """
    drawing = _Drawing()
    for operands, operator in operations:
        drawing.follow(operands, operator)
        if drawing.too_big():
            return []
    upright, level = _merged(drawing.upright), _merged(drawing.level)
    if len(upright) > _MOST_EDGES or len(level) > _MOST_EDGES:
        return []
    found = []
    while upright:
        group, rows = [upright.pop()], []
        for line in group:  # grows while it is walked through
            met = [row for row in level if line.spans(row.at) and row.spans(line.at)]
            level = [row for row in level if not any(row is other for other in met)]
            rows += met
            near = [other for other in upright if any(other.spans(row.at) and row.spans(other.at) for row in met)]
            upright = [other for other in upright if not any(other is one for one in near)]
            group += near
        if len(group) > 2 and len(rows) > 1:
            found.append(Table(group, rows))
    return found


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


def _numbers(operands: Any, count: int) -> Any:
    numbers = tuple(float(operand) for operand in operands[:count])
    if len(numbers) < count:
        raise ValueError
    return numbers


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _point(point: Point, matrix: Matrix) -> Point:
    x, y = point
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
