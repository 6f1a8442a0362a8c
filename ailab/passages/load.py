"""Knowledge bases: loaded and saved."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.errors import PassageError
from ailab.i18n import gettext as _
from ailab.passages._documents import cut_file, cut_up, prefix_of
from ailab.passages._files import files_of, parse_data, parse_file
from ailab.passages._passage import Passage, clean
from ailab.passages._records import FLAT, given, no_passage, passages_of, places_of, used_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    PassageSource: TypeAlias = str | os.PathLike[str] | Iterable[Passage | Mapping[str, Any]]

__all__ = ["load_passages", "read_passages", "save_passages"]


def load_passages(source: PassageSource) -> list[Passage]:
    """Load a knowledge base.

    Parameters
    ----------
    source : str, path, or list of Passage and dict
        Name of a bundled base (``'dien_bien'``); a folder of ``.toml``, ``.txt``, ``.docx`` and ``.pdf`` files; one such file; or the
        passages themselves, where a dict has the fields of :class:`Passage` and at least ``id`` and ``text``. Where a record names
        no language, it is guessed.

    Returns
    -------
    list of Passage
        In the order of the file names. A TOML passage in two languages becomes ``<id>.vi`` and ``<id>.en``; the places that it names
        are written out with all their other names.

    Raises
    ------
    PassageError
        With ``code`` one of ``'no_such_base'``, ``'bad_toml'``, ``'unknown_field'``, ``'missing_field'``, ``'wrong_type'``,
        ``'empty_text'``, ``'duplicate_id'``, ``'empty'``.
    TextError
        If a document of the folder cannot be read.
    """
    if isinstance(source, (str, os.PathLike)):
        passages = _from_files(files_of(source))
    else:
        passages = [passage for entry in given(source) for passage in passages_of(entry, {})]
    return _checked(passages)


def read_passages(data: bytes, name: str) -> list[Passage]:
    """Load the passages of one file that is not in a folder, for example one that was uploaded.

    Parameters
    ----------
    data : bytes
        What is in the file: TOML, or a document to be cut.
    name : str
        Name of the file. Ending in ``.toml`` it is TOML, else a document.

    Returns
    -------
    list of Passage

    Raises
    ------
    PassageError, TextError
        As :func:`load_passages`.
    SecrecyError
        If it bears a mark of secrecy.
    """
    from ailab.privacy import refuse_secret
    from ailab.readers import decode, read_document

    path = Path(name)
    if path.suffix.lower() != ".toml":
        text = read_document(data, name=path.name)
        refuse_secret(text)
        return _checked(cut_up(text, clean(path.stem), path.name, path.stem))
    refuse_secret(decode(data))
    parsed = parse_data(data, path.name)
    places = places_of(parsed.places)
    return _checked([passage for entry in parsed.passages for passage in passages_of(entry, places)])


def _from_files(files: list[Path]) -> list[Passage]:
    parsed = {path: parse_file(path) for path in files if path.suffix.lower() == ".toml"}
    places = places_of(entry for found in parsed.values() for entry in found.places)
    passages: list[Passage] = []
    for path in files:
        if path in parsed:
            passages += [passage for entry in parsed[path].passages for passage in passages_of(entry, places)]
        else:
            passages += cut_file(path, prefix_of(path, files))
    return passages


def _checked(passages: list[Passage]) -> list[Passage]:
    """The same passages if they can be used together."""
    if not passages:
        raise PassageError(no_passage(), code="empty")
    for name, count in Counter(passage.id for passage in passages).items():
        if count > 1:
            raise PassageError(used_twice(name), code="duplicate_id")
    return passages


def save_passages(passages: PassageSource, path: str | os.PathLike[str] | None = None) -> str:
    """Write passages as TOML that :func:`load_passages` reads back, equal.

    Parameters
    ----------
    passages : list of Passage and dict
        Or anything else that :func:`load_passages` takes.
    path : path, optional
        A ``.toml`` file to write.

    Returns
    -------
    str
        The TOML text.

    Raises
    ------
    PassageError
        As :func:`load_passages`, and with ``code`` ``'not_written'``.
    """
    text = "\n".join(map(_toml, load_passages(passages)))
    if path is not None:
        if Path(path).suffix.lower() != ".toml":
            raise PassageError(_("Passages are saved as .toml. Choose a file name that ends in .toml."), code="wrong_type")
        try:
            Path(path).write_text(text, "utf-8", newline="\n")
        except OSError as error:
            message = _("“%(name)s” cannot be written. Choose another folder, or close the file where it is open.")
            raise PassageError(message % {"name": os.fspath(path)}, code="not_written") from error
    return text


def _toml(passage: Passage) -> str:
    fields = {field: getattr(passage, field) for field in FLAT}
    written = {field: value for field, value in fields.items() if value not in ("", None, False, ())}
    lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f") for field, value in written.items()]
    return "\n".join(["[[passage]]", *lines, ""])
