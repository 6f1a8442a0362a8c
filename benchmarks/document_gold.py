"""Documents with gold beside them: ``python benchmarks/document_gold.py FOLDER`` checks a folder of them.

What the fields mean stands in ``documents/README.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

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
    gold, found = document.gold, []

    def once(quotation: object, where: str) -> None:
        words = quotation if isinstance(quotation, str) else quotation.get("quote", "")
        count = len(places(text, words))
        if not count:
            found.append(f"{where}: not in the text: {words!r}")
        elif isinstance(quotation, str) and count > 1:
            found.append(f"{where}: stands {count} times in the text, say which: {{'quote': {words!r}, 'nth': 1}}")
        elif not isinstance(quotation, str) and not 1 <= quotation.get("nth", 0) <= count:
            found.append(f"{where}: nth is not 1 to {count}: {words!r}")

    missing = {"mess", "head", "deadlines", "personal_data", "key_points"} - set(gold)
    if missing:
        return [f"fields are missing: {sorted(missing)}"]
    head = gold["head"]
    if set(head) != HEAD:
        found.append(f"head: fields differ: {sorted(set(head) ^ HEAD)}")
        return found
    for field in ("number", "issuer", "place", "signer", "subject"):
        if head[field] and not places(text, head[field]) and "ocr" not in gold["mess"]:
            found.append(f"head.{field}: not in the text: {head[field]!r}")
    for recipient in head["recipients"]:
        if not places(text, recipient) and "ocr" not in gold["mess"]:
            found.append(f"head.recipients: not in the text: {recipient!r}")
    if head["date"]:
        datetime.date.fromisoformat(head["date"])
    last = -1
    for at, deadline in enumerate(gold["deadlines"], 1):
        where = f"deadline {at}"
        if set(deadline) != {"raw", "value", "op", "inferred", "owner"}:
            found.append(f"{where}: fields differ: {sorted(deadline)}")
            continue
        once(deadline["raw"], where)
        if deadline["op"] not in OPS:
            found.append(f"{where}: no such op: {deadline['op']}")
        if (deadline["value"] is None) != (deadline["op"] in {"recurring", "relative"}):
            found.append(f"{where}: op {deadline['op']} and value {deadline['value']} do not fit")
        if deadline["value"]:
            datetime.datetime.fromisoformat(deadline["value"])
        if not isinstance(deadline["owner"], list):
            found.append(f"{where}: owner is a list")
        else:
            found += [f"{where}: owner not in the text: {name!r}" for name in deadline["owner"] if not places(text, name)]
        if not found:
            start = place(text, deadline["raw"])[0]
            if start < last:
                found.append(f"{where}: not in reading order")
            last = start
    for item in gold["personal_data"]:
        if item["kind"] not in KINDS:
            found.append(f"personal_data: no such kind: {item['kind']}")
        if not places(text, item["text"]):
            found.append(f"personal_data: not in the text: {item['text']!r}")
    if not 4 <= len(gold["key_points"]) <= 6:
        found.append("key_points: four to six")
    for at, point in enumerate(gold["key_points"], 1):
        for quotation in point:
            once(quotation, f"key point {at}")
    return found


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
