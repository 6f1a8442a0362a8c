"""The marks of Word's automatic lists (``1.``, ``a)``, ``-``), which stand in no text: counted as Word counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Lists"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_BULLETS = "-–—+*•"
_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
_LONGEST = 40  # characters of a mark


@dataclass(frozen=True)
class _Level:
    start: int
    kind: str
    pattern: str


@dataclass
class _List:
    """The counters of one list; several runs of numbers share them."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Lists:
    """The lists of a document.

    Parameters
    ----------
    part : docx.parts.document.DocumentPart
    """

    def __init__(self, part: Any) -> None:
        numbering, styles = _element(part, "numbering"), _element(part, "styles")
        lists = {one.get(f"{_W}abstractNumId"): _List(dict(map(_level, one.findall(f"{_W}lvl")))) for one in numbering.findall(f"{_W}abstractNum")}
        self._lists: dict[str, tuple[_List, dict[int, int]]] = {}  # number of a run -> its list, and where its levels start anew
        for run in numbering.findall(f"{_W}num"):
            one = lists.get(_value(run, "abstractNumId"))
            if one is not None:
                anew = {int(o.get(f"{_W}ilvl")): int(_value(o, "startOverride")) for o in run.findall(f"{_W}lvlOverride") if _value(o, "startOverride")}
                self._lists[run.get(f"{_W}numId")] = one, anew
        self._styles = {style.get(f"{_W}styleId"): (_value(style, "basedOn"), style.find(f"{_W}pPr/{_W}numPr")) for style in styles.findall(f"{_W}style")}
        self._begun: set[str] = set()

    def mark(self, paragraph: Any) -> str:
        """Count a paragraph, and return its mark; empty for one in no list.

        Parameters
        ----------
        paragraph : lxml element
            ``w:p``; each once, in the order of the document.
        """
        run, level = self._place(paragraph)
        if run not in self._lists:
            return ""
        one, anew = self._lists[run]
        if run not in self._begun:
            self._begun.add(run)
            one.counts.update({at: start - 1 for at, start in anew.items()})
        if level not in one.levels:
            return ""
        counts = one.counts
        counts[level] = counts.get(level, one.levels[level].start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        kind, pattern = one.levels[level].kind, one.levels[level].pattern
        if kind == "bullet":
            return pattern if pattern and pattern in _BULLETS else "-"
        mark = re.sub(r"%([1-9])", lambda found: self._figure(one, int(found[1]) - 1), pattern[:_LONGEST])
        return "" if kind == "none" and not mark.strip() else mark[:_LONGEST].strip()

    def _figure(self, one: _List, at: int) -> str:
        level = one.levels.get(at)
        return _written(one.counts.get(at, level.start), level.kind) if level else ""

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """Run of numbers and level of a paragraph: its own, or those of its style."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        run, level = _value(own, "numId"), _value(own, "ilvl")
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle") or "Normal"
        for _step in range(20):  # styles may be based on each other in a circle
            if run or style not in self._styles:
                break
            style, numbers = self._styles[style]
            run, level = _value(numbers, "numId"), level or _value(numbers, "ilvl")
        return run, int(level or 0)


def _element(part: Any, name: str) -> Any:
    from docx.oxml import parse_xml

    try:
        return parse_xml(part.part_related_by(_RELATED + name).blob)
    except KeyError:
        return parse_xml(b"<nothing/>")


def _value(parent: Any, name: str) -> str:
    child = parent.find(f"{_W}{name}") if parent is not None else None
    return (child.get(f"{_W}val") or "") if child is not None else ""


def _level(element: Any) -> tuple[int, _Level]:
    return int(element.get(f"{_W}ilvl")), _Level(int(_value(element, "start") or 0), _value(element, "numFmt") or "decimal", _value(element, "lvlText"))


def _written(number: int, kind: str) -> str:
    """A number in letters, in Roman figures, or in figures."""
    if kind in {"lowerLetter", "upperLetter"} and 1 <= number <= 260:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind in {"lowerRoman", "upperRoman"} and 1 <= number <= 3999:
        text = ""
        for worth, letters in _ROMAN:
            text += letters * (number // worth)
            number %= worth
    elif kind == "none":
        return ""
    else:
        return f"{number:02d}" if kind == "decimalZero" else str(number)
    return text.upper() if kind.startswith("upper") else text
