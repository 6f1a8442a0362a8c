"""The knowledge that questions are answered from: short passages with their source, year and places.

A base is a folder that a person can edit in Notepad. Its ``.toml`` files hold passages in Vietnamese and English and the names of
places; ``.txt``, ``.docx`` and ``.pdf`` files are cut into passages of 40 to 120 syllables.

>>> from ailab.passages import load_passages
>>> passages = load_passages([{"id": "a1", "text": "Đồi A1 nằm ở phường Điện Biên Phủ."}])
>>> passages[0].lang
'vi'
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.errors import AilabError, PassageError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    PassageSource: TypeAlias = str | os.PathLike[str] | Iterable["Passage | Mapping[str, Any]"]

__all__ = ["LONG_SENTENCE", "Passage", "bundled", "check_passages", "cut_text", "load_passages", "read_passages", "save_passages"]

#: More syllables than this cannot be read aloud in ten seconds.
LONG_SENTENCE = 45

_KNOWLEDGE = Path(__file__).parent / "assets" / "knowledge"
_SHORTEST, _LONGEST = 40, 120  # syllables of a passage that is cut from a document
_DOCUMENTS = {".txt", ".docx", ".pdf", ".doc", ".docm", ".odt", ".rtf"}  # the last four only to be told what to do with them
_LANGUAGES = ("vi", "en")
_TEXT_FIELDS = ("id", "lang", "title", "text", "source", "confidence")
_SECTION = ("title", "text", "asks")
_FLAT = (*_TEXT_FIELDS, "year", "volatile", "places", "asks")
_TWO_LANGUAGES = ("id", "places", "source", "year", "confidence", "volatile", *_LANGUAGES)
_PLACE = ("name", "en", "aliases")


@dataclass(frozen=True)
class Passage:
    """A short text that can be quoted as an answer.

    Attributes
    ----------
    id : str
        Unique in its base.
    text : str
        In NFC; each sentence can be understood alone.
    title : str, default=""
    source : str, default=""
        Who says so.
    lang : {'vi', 'en'}, default='vi'
    year : int, optional
        As of when.
    volatile : bool, default=False
        True for what changes often: prices, opening hours, flights.
    confidence : {'', 'high', 'medium'}, default=''
        How well the sources agree.
    places : tuple of str, default=()
        Names and other names of the places that it is about.
    asks : tuple of str, default=()
        How people ask for it, where they use other words than the text. Never quoted.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    lang: str = "vi"
    year: int | None = None
    volatile: bool = False
    confidence: str = ""
    places: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in _TEXT_FIELDS:
            object.__setattr__(self, field, _clean(getattr(self, field)))
        for field in ("places", "asks"):
            given: Any = getattr(self, field)
            names: dict[str, str] = {}
            for name in map(_clean, (given,) if isinstance(given, str) else given):
                names.setdefault(name.casefold(), name)
            object.__setattr__(self, field, tuple(filter(None, names.values())))

    def to_dict(self) -> dict[str, Any]:
        """All fields, ready for JSON."""
        return dataclasses.asdict(self) | {"places": list(self.places), "asks": list(self.asks)}


def bundled() -> list[str]:
    """Names of the bases that come with ailab."""
    return sorted(folder.name for folder in _KNOWLEDGE.glob("*/"))


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
        passages = _from_files(_files(source))
    else:
        passages = [passage for entry in _given(source) for passage in _passages(entry, {})]
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
        return _checked(_cut_text(text, _clean(path.stem), path.name, path.stem))
    refuse_secret(decode(data))
    parsed = _parsed_data(data, path.name)
    places = _places(parsed.places)
    return _checked([passage for entry in parsed.passages for passage in _passages(entry, places)])


def cut_text(text: str, *, prefix: str, title: str = "", source: str = "") -> list[Passage]:
    """Cut a text into passages of 40 to 120 syllables, at the ends of paragraphs and sentences.

    Parameters
    ----------
    text : str
        For example pasted from a document.
    prefix : str
        What the ids begin with: ``<prefix>-1``, ``<prefix>-2`` and so on.
    title : str, default=""
        Of all passages. Where none is given, a short first line is the title.
    source : str, default=""
        Who says so.

    Returns
    -------
    list of Passage

    Raises
    ------
    TextError
        If there is no text in it.
    SecrecyError
        If it bears a mark of secrecy.
    """
    from ailab.privacy import refuse_secret
    from ailab.readers import read_document

    refuse_secret(text)
    text = read_document(text.encode("utf-8", "ignore"))
    return _cut_text(f"{title}\n{text}" if title else text, prefix, source, "", titled=bool(title))


def _checked(passages: list[Passage]) -> list[Passage]:
    """The same passages if they can be used together."""
    if not passages:
        raise PassageError(_no_passage(), code="empty")
    for name, count in Counter(passage.id for passage in passages).items():
        if count > 1:
            raise PassageError(_used_twice(name), code="duplicate_id")
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


def check_passages(folder: str | os.PathLike[str]) -> list[str]:
    """Look for mistakes in a base.

    Parameters
    ----------
    folder : str or path
        Anything with a name that :func:`load_passages` takes.

    Returns
    -------
    list of str
        One problem each, with its file and passage, in the language in force; empty when all is fine.
    """
    problems: list[str] = []
    ids: dict[str, list[str]] = {}  # id -> files
    parsed: list[_Parsed] = []
    files = _files(folder)
    for path in files:
        try:
            if path.suffix.lower() == ".toml":
                parsed.append(_parsed(path))
                continue
            for passage in _cut(path, _prefix(path, files)):
                ids.setdefault(passage.id, []).append(path.name)
        except AilabError as error:
            problems.append(str(error))
    declared: set[str] = set()
    for place in [entry for found in parsed for entry in found.places]:
        problems += _place_remarks(place, declared)
        declared.add(_text_of(place.record, "name"))
    for entry in [entry for found in parsed for entry in found.passages]:
        problems += [f"{entry.where}: {message}" for message in _remarks(entry, declared)]
        for name in _ids(entry.record):
            ids.setdefault(name, []).append(entry.file)
    problems += [f"{', '.join(dict.fromkeys(homes))}: {_used_twice(name)}" for name, homes in ids.items() if len(homes) > 1]
    return problems if ids or problems else [_no_passage()]


def _no_passage() -> str:
    return _("There is no passage here. Give at least one, with “id” and “text”.")


def _used_twice(name: str) -> str:
    return _("The id “%(id)s” is used more than once. Give every passage an id of its own.") % {"id": name}


@dataclass(frozen=True)
class _Entry:
    """A passage or place as somebody wrote it, and where."""

    file: str
    called: str
    record: Any

    @property
    def where(self) -> str:
        return f"{self.file}, {self.called}" if self.file else self.called


@dataclass(frozen=True)
class _Parsed:
    passages: list[_Entry]
    places: list[_Entry]


# Files


def _files(source: str | os.PathLike[str]) -> list[Path]:
    """Files of a base in the order of their names."""
    if not os.fspath(source):  # Path("") would be the folder that the program happens to run in
        raise _no_such_base(source)
    path = _KNOWLEDGE / source if isinstance(source, str) and source in bundled() else Path(source)
    try:
        if path.is_file():
            return [path]
        files = [file for file in path.iterdir() if file.suffix.lower() in {".toml", *_DOCUMENTS} and file.is_file()]
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _no_such_base(source) from error
    return sorted((file for file in files if not file.name.startswith((".", "~$"))), key=lambda file: _clean(file.name))


def _no_such_base(source: str | os.PathLike[str]) -> PassageError:
    message = _("There is no folder, file or bundled base called “%(name)s”. Check the name. The bundled bases are: %(known)s.")
    return PassageError(message % {"name": os.fspath(source), "known": ", ".join(bundled()) or "–"}, code="no_such_base")


def _from_files(files: list[Path]) -> list[Passage]:
    parsed = {path: _parsed(path) for path in files if path.suffix.lower() == ".toml"}
    places = _places(entry for found in parsed.values() for entry in found.places)
    passages: list[Passage] = []
    for path in files:
        if path in parsed:
            passages += [passage for entry in parsed[path].passages for passage in _passages(entry, places)]
        else:
            passages += _cut(path, _prefix(path, files))
    return passages


def _parsed(path: Path) -> _Parsed:
    """Records of a TOML file."""
    from ailab.readers import MAX_BYTES

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PassageError(_("%(file)s: the file cannot be read. Close it where it is open.") % {"file": path.name}, code="no_such_base") from error
    return _parsed_data(data, path.name)


def _parsed_data(data: bytes, name: str) -> _Parsed:
    from ailab.readers import MAX_BYTES, decode

    if len(data) > MAX_BYTES:
        message = _("%(file)s: the file is too big. At most %(limit)d MB can be read; split it.")
        raise PassageError(message % {"file": name, "limit": MAX_BYTES // 2**20}, code="bad_toml")
    text = decode(data)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        message = _(
            "%(file)s, line %(line)d: the file cannot be understood here. Look for a missing quotation mark, equals sign or bracket, or a field given twice."
        )
        raise PassageError(message % {"file": name, "line": number}, code="bad_toml") from error
    for code, message in _unknown(tables, ("passage", "place")):
        raise PassageError(f"{name}: {message}", code=code)
    found: dict[str, list[_Entry]] = {}
    for kind in ("passage", "place"):
        records = tables.get(kind, [])
        if not isinstance(records, list):
            message = _("%(file)s: write [[%(kind)s]] with two brackets on each side.")
            raise PassageError(message % {"file": name, "kind": kind}, code="bad_toml")
        found[kind] = [_Entry(name, _called(record, number, kind), record) for number, record in enumerate(records, 1)]
    return _Parsed(found["passage"], found["place"])


def _called(record: Any, number: int, kind: str) -> str:
    """How a record is called in a message."""
    if kind == "place":
        name = _text_of(record, "name")
        return _("place “%(name)s”") % {"name": name} if name else _("place number %(number)d") % {"number": number}
    name = _text_of(record, "id")
    return _("passage “%(id)s”") % {"id": name} if name else _("passage number %(number)d") % {"number": number}


def _text_of(record: Any, field: str) -> str:
    value = record.get(field) if isinstance(record, dict) else None
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """NFC, without spaces at the ends and without halves of characters, which no file can hold."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8")).strip()


def _toml(passage: Passage) -> str:
    fields = {field: getattr(passage, field) for field in _FLAT}
    written = {field: value for field, value in fields.items() if value not in ("", None, False, ())}
    lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f") for field, value in written.items()]
    return "\n".join(["[[passage]]", *lines, ""])


# Records


def _given(source: Iterable[Any]) -> Iterator[_Entry]:
    try:
        records = list(source)
    except TypeError as error:
        message = _("Give the name of a base, a folder, a file, or a list of passages.")
        raise PassageError(message, code="wrong_type") from error
    if isinstance(source, dict):
        records = [source]  # one passage
    for number, record in enumerate(records, 1):
        entry = record.to_dict() if isinstance(record, Passage) else record
        yield _Entry("", _called(entry, number, "passage"), entry)


def _places(entries: Iterable[_Entry]) -> dict[str, tuple[str, ...]]:
    """Name of each place -> all its names."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        for code, message in _place_faults(entry.record):
            raise PassageError(f"{entry.where}: {message}", code=code)
        name = _clean(entry.record["name"])
        names[name] = (*names.get(name, ()), name, entry.record.get("en", ""), *entry.record.get("aliases", []))
    return names


def _passages(entry: _Entry, places: dict[str, tuple[str, ...]]) -> list[Passage]:
    """The passages of one record: one, or one a language."""
    for code, message in _faults(entry.record):
        raise PassageError(f"{entry.where}: {message}", code=code)
    common = dict(entry.record)
    common["places"] = [alias for name in common.get("places", []) for alias in places.get(_clean(name), (name,))]
    sections = {language: common.pop(language) for language in _LANGUAGES if language in common}
    if sections:
        name = _clean(common.pop("id"))
        return [Passage(**common, **section, id=f"{name}.{language}", lang=language) for language, section in sections.items()]
    if "lang" not in common:
        from ailab.text import guess_language

        common["lang"] = guess_language(common["text"])
    return [Passage(**common)]


def _ids(record: Any) -> list[str]:
    """Ids that a record takes, as far as it can be read."""
    name = _text_of(record, "id")
    languages = [language for language in _LANGUAGES if language in record] if name else []
    return [f"{name}.{language}" for language in languages] or [name] * bool(name)


_Fault = tuple[str, str]  # code, message


def _faults(record: Any) -> Iterator[_Fault]:
    """What keeps a record from being used."""
    if not isinstance(record, dict):
        yield "wrong_type", _("this is not a passage. Write its fields below [[passage]], or give a Passage or a dict.")
        return
    sections = [language for language in _LANGUAGES if language in record]
    yield from _unknown(record, _TWO_LANGUAGES if sections else (*_FLAT, *_LANGUAGES))
    yield from _text_fault(record, "id")
    yield from (fault for field in ("lang", "title", "source", "confidence") for fault in _string_fault(record, field))
    if not sections:
        yield from _text_fault(record, "text")
    for language in sections:
        yield from _section_faults(record[language], language)
    if record.get("year") is not None and (type(record["year"]) is not int or not 1000 <= record["year"] <= 9999):
        yield "wrong_type", _("“year” must be a year of four digits without quotation marks, for example 2026.")
    if not isinstance(record.get("volatile", False), bool):
        yield "wrong_type", _("“volatile” must be true or false, without quotation marks.")
    for field in ("places", "asks"):
        if not _is_texts(record.get(field, [])):
            yield "wrong_type", _('“%(field)s” must be a list of texts: ["…", "…"].') % {"field": field}
    if isinstance(record.get("confidence"), str) and record["confidence"] not in {"", "high", "medium"}:
        yield "wrong_type", _('“confidence” must be "high" or "medium".')
    if isinstance(record.get("lang"), str) and record["lang"] not in _LANGUAGES:
        yield "wrong_type", _('“lang” must be "vi" or "en".')


def _section_faults(section: Any, language: str) -> Iterator[_Fault]:
    if not isinstance(section, dict):
        yield "wrong_type", _("write [passage.%(lang)s] on a line of its own, and “title” and “text” below it.") % {"lang": language}
        return
    for field in section:
        if field in _TWO_LANGUAGES:
            message = _("“%(field)s” stands below [passage.%(lang)s]. Move it up, above that line.")
            yield "unknown_field", message % {"field": field, "lang": language}
    yield from _unknown(section, (*_SECTION, *_TWO_LANGUAGES))
    yield from _string_fault(section, "title")
    yield from _text_fault(section, "text")
    if not _is_texts(section.get("asks", [])):
        yield "wrong_type", _('“%(field)s” must be a list of texts: ["…", "…"].') % {"field": "asks"}


def _place_faults(record: Any) -> Iterator[_Fault]:
    if not isinstance(record, dict):
        yield "wrong_type", _("this is not a place. Write its fields below [[place]].")
        return
    yield from _unknown(record, _PLACE)
    yield from _text_fault(record, "name")
    yield from _string_fault(record, "en")
    if not _is_texts(record.get("aliases", [])):
        yield "wrong_type", _('“%(field)s” must be a list of texts: ["…", "…"].') % {"field": "aliases"}


def _unknown(record: Mapping[Any, Any], known: tuple[str, ...]) -> Iterator[_Fault]:
    for field in record:
        if field in known:
            continue
        near = difflib.get_close_matches(str(field).lower(), known, 1)
        if near:
            yield "unknown_field", _("the field “%(field)s” is not known. Did you mean “%(near)s”?") % {"field": field, "near": near[0]}
        else:
            message = _("the field “%(field)s” is not known. The fields are: %(known)s.")
            yield "unknown_field", message % {"field": field, "known": ", ".join(known)}


def _text_fault(record: Mapping[str, Any], field: str) -> Iterator[_Fault]:
    """Fault of a field that must be there and hold text."""
    if record.get(field) is None:
        yield "missing_field", _("the field “%(field)s” is missing.") % {"field": field}
    elif isinstance(record[field], str) and not _clean(record[field]):
        yield "empty_text", _("the field “%(field)s” is empty.") % {"field": field}
    else:
        yield from _string_fault(record, field)


def _string_fault(record: Mapping[str, Any], field: str) -> Iterator[_Fault]:
    if not isinstance(record.get(field, ""), str):
        yield "wrong_type", _("“%(field)s” must be a text in quotation marks.") % {"field": field}


def _is_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


# Documents


def _prefix(path: Path, files: list[Path]) -> str:
    """What the ids of a document's passages begin with."""
    alone = sum(other.stem == path.stem and other.suffix.lower() in _DOCUMENTS for other in files) == 1
    return _clean(path.stem if alone else path.name)


def _cut(path: Path, prefix: str) -> list[Passage]:
    """Cut a document into passages at the ends of paragraphs and sentences."""
    from ailab.readers import read_document

    return _cut_text(read_document(path), prefix, path.name, path.stem)


def _cut_text(text: str, prefix: str, source: str, name: str, *, titled: bool = False) -> list[Passage]:
    """Cut a text; its title is its first line, where that reads like one, else ``name``."""
    from ailab.text import guess_language, syllables

    language = guess_language(text)
    first, _newline, rest = text.partition("\n")
    titled = titled or (bool(rest) and len(syllables(first)) <= 20 and " | " not in first and not first.endswith((".", ";", ",")))
    texts = _chunks(rest if titled else text)
    return [Passage(f"{prefix}-{number}", chunk, first if titled else name, source, language) for number, chunk in enumerate(texts, 1)]


def _chunks(text: str) -> list[str]:
    chunks: list[str] = []
    sizes: list[int] = []
    closed = True
    for paragraph in text.split("\n"):
        for at, (piece, size) in enumerate(_pieces(paragraph)):
            if closed or sizes[-1] + size > _LONGEST:
                chunks.append(piece)
                sizes.append(size)
            else:
                chunks[-1] += (" " if at else "\n") + piece
                sizes[-1] += size
            closed = False
        closed = not sizes or sizes[-1] >= _SHORTEST
    if len(sizes) > 1 and sizes[-1] < _SHORTEST and sum(sizes[-2:]) <= _LONGEST:
        chunks[-2:] = ["\n".join(chunks[-2:])]
    return chunks


def _pieces(paragraph: str) -> Iterator[tuple[str, int]]:
    """Sentences and how many syllables they have; an endless one in slices."""
    from ailab.text import sentences, syllables

    for start, end in sentences(paragraph):
        words = paragraph[start:end].split(" ")
        step = len(words) if len(syllables(paragraph[start:end])) <= _LONGEST else _LONGEST
        for at in range(0, len(words), step):
            piece = " ".join(words[at : at + step])
            yield piece, len(syllables(piece))


# Remarks on what can be used and is still not good


def _place_remarks(place: _Entry, declared: set[str]) -> Iterator[str]:
    for _code, message in _place_faults(place.record):
        yield f"{place.where}: {message}"
    name = _text_of(place.record, "name")
    if name and name in declared:
        yield _("%(file)s: the place “%(name)s” is declared a second time. Keep one of the two.") % {"file": place.file, "name": name}


def _remarks(entry: _Entry, declared: set[str]) -> list[str]:
    faults = [message for _code, message in _faults(entry.record)]
    if faults:
        return faults
    record = entry.record
    remarks = [*_record_remarks(record, declared)]
    for passage in _passages(entry, {}):
        at = f"[{passage.lang}] " if passage.lang in record else ""
        remarks += [at + message for message in _text_remarks(passage)]
    return remarks


def _record_remarks(record: Mapping[str, Any], declared: set[str]) -> Iterator[str]:
    sections = [language for language in _LANGUAGES if language in record]
    for name in record.get("places", []) if sections else []:
        if _clean(name) not in declared:
            near = difflib.get_close_matches(_clean(name), sorted(declared), 1)
            if near:
                yield _("no file declares the place “%(name)s”. Did you mean “%(near)s”?") % {"name": name, "near": near[0]}
            else:
                yield _("no file declares the place “%(name)s”. Add a [[place]] with this name.") % {"name": name}
    if not _text_of(record, "source"):
        yield _("“source” is missing: say who says so.")
    year = record.get("year")
    if year and year > datetime.now(UTC).year:
        yield _("the year %(year)d lies in the future.") % {"year": year}
    if record.get("volatile") and not year:
        yield _("this changes often, and “year” is missing: say as of when.")
    if sections == ["vi"]:
        yield _("note: the English text, [passage.en], is missing.")
    if sections == ["en"]:
        yield _("note: the Vietnamese text, [passage.vi], is missing.")
    texts = [value for part in (record, *(record[language] for language in sections)) for value in part.values() if isinstance(value, str)]
    if not all(unicodedata.is_normalized("NFC", text) for text in [*texts, *record.get("places", [])]):
        yield _("some letters are stored in two pieces (not in NFC). Type the words again with a Vietnamese keyboard set to Unicode.")


def _text_remarks(passage: Passage) -> Iterator[str]:
    from ailab.text import sentences, syllables, unaccent

    for start, end in sentences(passage.text):
        count = len(syllables(passage.text[start:end]))
        if count > LONG_SENTENCE:
            begin = " ".join(passage.text[start:end].split()[:6])
            message = _("the sentence “%(begin)s…” has %(count)d syllables; at most %(limit)d can be read aloud in ten seconds. Make two of it.")
            yield message % {"begin": begin, "count": count, "limit": LONG_SENTENCE}
    if passage.lang == "vi" and len(syllables(passage.text)) >= 5 and unaccent(passage.text) == passage.text:
        yield _("the Vietnamese text has no accents.")
    if passage.volatile and not re.search(r"\b(19|20)\d\d\b", passage.text):
        yield _("this changes often, and the text names no year.")
    for text in (passage.title, passage.text):
        if any(text.count(left) != text.count(right) for left, right in ("“”", "«»")) or text.count('"') % 2:
            yield _("a quotation mark is left open.")
        if "\ufffd" in text:
            yield _("some letters are damaged. Save the file again as UTF-8.")
