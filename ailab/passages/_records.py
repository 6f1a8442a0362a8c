"""What a person wrote, checked field by field and made into passages."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ailab.errors import PassageError
from ailab.i18n import gettext as _
from ailab.passages._passage import LANGUAGES, TEXT_FIELDS, Passage, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "FLAT",
    "Entry",
    "called",
    "faults_of",
    "given",
    "ids_of",
    "no_passage",
    "passages_of",
    "place_faults",
    "places_of",
    "text_of",
    "unknown_fields",
    "used_twice",
]

_SECTION = ("title", "text", "asks")
FLAT = (*TEXT_FIELDS, "year", "volatile", "places", "asks")
_TWO_LANGUAGES = ("id", "places", "source", "year", "confidence", "volatile", *LANGUAGES)
_PLACE = ("name", "en", "aliases")


@dataclass(frozen=True)
class Entry:
    """A passage or place as somebody wrote it, and where."""

    file: str
    called: str
    record: Any

    @property
    def where(self) -> str:
        return f"{self.file}, {self.called}" if self.file else self.called


def called(record: Any, number: int, kind: str) -> str:
    """How a record is called in a message."""
    if kind == "place":
        name = text_of(record, "name")
        return _("place “%(name)s”") % {"name": name} if name else _("place number %(number)d") % {"number": number}
    name = text_of(record, "id")
    return _("passage “%(id)s”") % {"id": name} if name else _("passage number %(number)d") % {"number": number}


def text_of(record: Any, field: str) -> str:
    """The text of a field; empty where there is none."""
    value = record.get(field) if isinstance(record, dict) else None
    return clean(value) if isinstance(value, str) else ""


def given(source: Iterable[Any]) -> Iterator[Entry]:
    """Passages that were given as a list."""
    try:
        records = list(source)
    except TypeError as error:
        message = _("Give the name of a base, a folder, a file, or a list of passages.")
        raise PassageError(message, code="wrong_type") from error
    if isinstance(source, dict):
        records = [source]  # one passage
    for number, record in enumerate(records, 1):
        entry = record.to_dict() if isinstance(record, Passage) else record
        yield Entry("", called(entry, number, "passage"), entry)


def places_of(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Name of each place -> all its names."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        for code, message in place_faults(entry.record):
            raise PassageError(f"{entry.where}: {message}", code=code)
        name = clean(entry.record["name"])
        names[name] = (*names.get(name, ()), name, entry.record.get("en", ""), *entry.record.get("aliases", []))
    return names


def passages_of(entry: Entry, places: dict[str, tuple[str, ...]]) -> list[Passage]:
    """The passages of one record: one, or one a language."""
    for code, message in faults_of(entry.record):
        raise PassageError(f"{entry.where}: {message}", code=code)
    common = dict(entry.record)
    common["places"] = [alias for name in common.get("places", []) for alias in places.get(clean(name), (name,))]
    sections = {language: common.pop(language) for language in LANGUAGES if language in common}
    if sections:
        name = clean(common.pop("id"))
        return [Passage(**common, **section, id=f"{name}.{language}", lang=language) for language, section in sections.items()]
    if "lang" not in common:
        from ailab.text import guess_language

        common["lang"] = guess_language(common["text"])
    return [Passage(**common)]


def ids_of(record: Any) -> list[str]:
    """Ids that a record takes, as far as it can be read."""
    name = text_of(record, "id")
    languages = [language for language in LANGUAGES if language in record] if name else []
    return [f"{name}.{language}" for language in languages] or [name] * bool(name)


_Fault = tuple[str, str]  # code, message


def faults_of(record: Any) -> Iterator[_Fault]:
    """What keeps a record from being used."""
    if not isinstance(record, dict):
        yield "wrong_type", _("this is not a passage. Write its fields below [[passage]], or give a Passage or a dict.")
        return
    sections = [language for language in LANGUAGES if language in record]
    yield from unknown_fields(record, _TWO_LANGUAGES if sections else (*FLAT, *LANGUAGES))
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
    if isinstance(record.get("lang"), str) and record["lang"] not in LANGUAGES:
        yield "wrong_type", _('“lang” must be "vi" or "en".')


def _section_faults(section: Any, language: str) -> Iterator[_Fault]:
    if not isinstance(section, dict):
        yield "wrong_type", _("write [passage.%(lang)s] on a line of its own, and “title” and “text” below it.") % {"lang": language}
        return
    for field in section:
        if field in _TWO_LANGUAGES:
            message = _("“%(field)s” stands below [passage.%(lang)s]. Move it up, above that line.")
            yield "unknown_field", message % {"field": field, "lang": language}
    yield from unknown_fields(section, (*_SECTION, *_TWO_LANGUAGES))
    yield from _string_fault(section, "title")
    yield from _text_fault(section, "text")
    if not _is_texts(section.get("asks", [])):
        yield "wrong_type", _('“%(field)s” must be a list of texts: ["…", "…"].') % {"field": "asks"}


def place_faults(record: Any) -> Iterator[_Fault]:
    """What keeps a place from being used."""
    if not isinstance(record, dict):
        yield "wrong_type", _("this is not a place. Write its fields below [[place]].")
        return
    yield from unknown_fields(record, _PLACE)
    yield from _text_fault(record, "name")
    yield from _string_fault(record, "en")
    if not _is_texts(record.get("aliases", [])):
        yield "wrong_type", _('“%(field)s” must be a list of texts: ["…", "…"].') % {"field": "aliases"}


def unknown_fields(record: Mapping[Any, Any], known: tuple[str, ...]) -> Iterator[_Fault]:
    """Fields that nobody knows, with the one that was perhaps meant."""
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
    elif isinstance(record[field], str) and not clean(record[field]):
        yield "empty_text", _("the field “%(field)s” is empty.") % {"field": field}
    else:
        yield from _string_fault(record, field)


def _string_fault(record: Mapping[str, Any], field: str) -> Iterator[_Fault]:
    if not isinstance(record.get(field, ""), str):
        yield "wrong_type", _("“%(field)s” must be a text in quotation marks.") % {"field": field}


def _is_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def no_passage() -> str:
    """Message for a base without a passage."""
    return _("There is no passage here. Give at least one, with “id” and “text”.")


def used_twice(name: str) -> str:
    """Message for an id that two passages bear."""
    return _("The id “%(id)s” is used more than once. Give every passage an id of its own.") % {"id": name}
