"""Documents with gold beside them: ``python benchmarks/document_gold.py FOLDER`` checks a folder of them.

What the fields mean stands in ``documents/README.md``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OPS = {"before", "by", "on", "range", "period", "recurring", "relative"}
KINDS = {
    "national_id", "old_id", "passport", "phone", "email", "dob", "address", "bank_account", "tax_code", "social_insurance", "plate",
    "person_name", "sensitive_health", "sensitive",
}  # fmt: skip
HEAD = {"number", "type", "issuer", "place", "date", "subject", "signer", "recipients"}


@dataclass(frozen=True)
class GoldDocument:
    """One document: its bytes, and what a person says of it."""

    name: str
    data: bytes
    gold: dict


def load(folder: Path) -> list[GoldDocument]:
    """All pairs of a folder, by name."""
    return [GoldDocument(path.stem, path.read_bytes(), json.loads(path.with_suffix(".json").read_text("utf-8"))) for path in sorted(folder.glob("*.txt"))]


def places(text: str, quotation: str) -> list[tuple[int, int]]:
    """Where a quotation stands; any white space is as good as another."""
    words = [re.escape(word) for word in unicodedata.normalize("NFC", quotation).split()]
    return [found.span() for found in re.finditer(r"\s+".join(words), text)] if words else []


def place(text: str, quotation: str | dict) -> tuple[int, int]:
    """Where the one meant stands."""
    words, nth = (quotation, 1) if isinstance(quotation, str) else (quotation["quote"], quotation.get("nth", 1))
    return places(text, words)[nth - 1]


def problems(document: GoldDocument) -> list[str]:
    """What is wrong with a pair, in words."""
    text = unicodedata.normalize("NFC", document.data.decode("utf-8"))
    gold = document.gold
    missing = {"mess", "head", "deadlines", "personal_data", "key_points"} - set(gold)
    if missing:
        return [f"fields are missing: {sorted(missing)}"]
    found = [*_head(text, gold["head"], messy="ocr" in gold["mess"])]
    for at, deadline in enumerate(gold["deadlines"], 1):
        found += [f"deadline {at}: {problem}" for problem in _deadline(text, deadline)]
    if not found:
        starts = [place(text, deadline["raw"])[0] for deadline in gold["deadlines"]]
        found += [f"deadline {at}: not in reading order" for at in range(1, len(starts)) if starts[at] < starts[at - 1]]
    for item in gold["personal_data"]:
        found += [f"personal_data: no such kind: {item['kind']}"] if item["kind"] not in KINDS else []
        found += [f"personal_data: not in the text: {item['text']!r}"] if not places(text, item["text"]) else []
    found += [] if 4 <= len(gold["key_points"]) <= 6 else ["key_points: four to six"]
    for at, point in enumerate(gold["key_points"], 1):
        found += [f"key point {at}: {problem}" for quotation in point for problem in _once(text, quotation)]
    return found


def _once(text: str, quotation: str | dict) -> list[str]:
    """What is wrong with a quotation that stands for one place."""
    words = quotation if isinstance(quotation, str) else quotation.get("quote", "")
    count = len(places(text, words))
    if not count:
        return [f"not in the text: {words!r}"]
    if isinstance(quotation, str):
        return [f"stands {count} times in the text, say which: {{'quote': {words!r}, 'nth': 1}}"] if count > 1 else []
    return [] if 1 <= quotation.get("nth", 0) <= count else [f"nth is not 1 to {count}: {words!r}"]


def _head(text: str, head: dict, *, messy: bool) -> Iterator[str]:
    if set(head) != HEAD:
        yield f"head: fields differ: {sorted(set(head) ^ HEAD)}"
        return
    if head["date"]:
        dt.date.fromisoformat(head["date"])
    quoted = [(field, head[field]) for field in ("number", "issuer", "place", "signer", "subject")] + [("recipients", entry) for entry in head["recipients"]]
    for field, value in quoted:
        if value and not messy and not places(text, value):
            yield f"head.{field}: not in the text: {value!r}"


def _deadline(text: str, deadline: dict) -> Iterator[str]:
    if set(deadline) != {"raw", "value", "op", "inferred", "owner"}:
        yield f"fields differ: {sorted(deadline)}"
        return
    yield from _once(text, deadline["raw"])
    if deadline["op"] not in OPS:
        yield f"no such op: {deadline['op']}"
    if (deadline["value"] is None) != (deadline["op"] in {"recurring", "relative"}):
        yield f"op {deadline['op']} and value {deadline['value']} do not fit"
    if deadline["value"]:
        dt.datetime.fromisoformat(deadline["value"])
    for name in deadline["owner"]:
        if not places(text, name):
            yield f"owner not in the text: {name!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    bad = 0
    for path in sorted(folder.glob("*.txt")):
        try:
            document = GoldDocument(path.stem, path.read_bytes(), json.loads(path.with_suffix(".json").read_text("utf-8")))
            found = problems(document)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            found = [f"{type(error).__name__}: {error}"]
        for problem in found:
            print(f"{path.name}: {problem}")
        bad += len(found)
    print(f"{len(list(folder.glob('*.txt')))} documents, {bad} problems")


if __name__ == "__main__":
    main()
