"""The files of a base."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ailab.errors import PassageError
from ailab.i18n import gettext as _
from ailab.passages._documents import DOCUMENTS
from ailab.passages._passage import clean
from ailab.passages._records import Entry, called, unknown_fields

__all__ = ["Parsed", "bundled", "files_of", "parse_data", "parse_file"]

_KNOWLEDGE = Path(__file__).parent.parent / "assets" / "knowledge"


def bundled() -> list[str]:
    """Names of the bases that come with ailab."""
    return sorted(folder.name for folder in _KNOWLEDGE.glob("*/"))


@dataclass(frozen=True)
class Parsed:
    """What a TOML file holds."""

    passages: list[Entry]
    places: list[Entry]


def files_of(source: str | os.PathLike[str]) -> list[Path]:
    """Files of a base in the order of their names."""
    if not os.fspath(source):  # Path("") would be the folder that the program happens to run in
        raise _no_such_base(source)
    path = _KNOWLEDGE / source if isinstance(source, str) and source in bundled() else Path(source)
    try:
        if path.is_file():
            return [path]
        files = [file for file in path.iterdir() if file.suffix.lower() in {".toml", *DOCUMENTS} and file.is_file()]
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _no_such_base(source) from error
    return sorted((file for file in files if not file.name.startswith((".", "~$"))), key=lambda file: clean(file.name))


def _no_such_base(source: str | os.PathLike[str]) -> PassageError:
    message = _("There is no folder, file or bundled base called “%(name)s”. Check the name. The bundled bases are: %(known)s.")
    return PassageError(message % {"name": os.fspath(source), "known": ", ".join(bundled()) or "–"}, code="no_such_base")


def parse_file(path: Path) -> Parsed:
    """Records of a TOML file."""
    from ailab.readers import MAX_BYTES

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PassageError(_("%(file)s: the file cannot be read. Close it where it is open.") % {"file": path.name}, code="no_such_base") from error
    return parse_data(data, path.name)


def parse_data(data: bytes, name: str) -> Parsed:
    """Records of what is in a TOML file."""
    from ailab.readers import MAX_BYTES, decode

    if len(data) > MAX_BYTES:
        message = _("%(file)s: the file is too big. At most %(limit)d MB can be read; split it.")
        raise PassageError(message % {"file": name, "limit": MAX_BYTES // 2**20}, code="bad_toml")
    text = decode(data)
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOMLDecodeError is one, and so is a number too long to read
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        message = _(
            "%(file)s, line %(line)d: the file cannot be understood here. Look for a missing quotation mark, equals sign or bracket, or a field given twice."
        )
        raise PassageError(message % {"file": name, "line": number}, code="bad_toml") from error
    for code, message in unknown_fields(tables, ("passage", "place")):
        raise PassageError(f"{name}: {message}", code=code)
    found: dict[str, list[Entry]] = {}
    for kind in ("passage", "place"):
        records = tables.get(kind, [])
        if not isinstance(records, list):
            message = _("%(file)s: write [[%(kind)s]] with two brackets on each side.")
            raise PassageError(message % {"file": name, "kind": kind}, code="bad_toml")
        found[kind] = [Entry(name, called(record, number, kind), record) for number, record in enumerate(records, 1)]
    return Parsed(found["passage"], found["place"])
