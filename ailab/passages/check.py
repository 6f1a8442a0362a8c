"""Mistakes in a base, and what is still not good, in words."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ailab.errors import AilabError
from ailab.i18n import gettext as _
from ailab.passages._documents import cut_file, prefix_of
from ailab.passages._files import Parsed, files_of, parse_file
from ailab.passages._passage import LANGUAGES, Passage, clean
from ailab.passages._records import Entry, faults_of, ids_of, no_passage, passages_of, place_faults, text_of, used_twice

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

__all__ = ["LONG_SENTENCE", "check_passages"]

#: More syllables than this cannot be read aloud in ten seconds.
LONG_SENTENCE = 45


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
    parsed: list[Parsed] = []
    files = files_of(folder)
    for path in files:
        try:
            if path.suffix.lower() == ".toml":
                parsed.append(parse_file(path))
                continue
            for passage in cut_file(path, prefix_of(path, files)):
                ids.setdefault(passage.id, []).append(path.name)
        except AilabError as error:
            problems.append(str(error))
    declared: set[str] = set()
    for place in [entry for found in parsed for entry in found.places]:
        problems += _place_remarks(place, declared)
        declared.add(text_of(place.record, "name"))
    for entry in [entry for found in parsed for entry in found.passages]:
        problems += [f"{entry.where}: {message}" for message in _remarks(entry, declared)]
        for name in ids_of(entry.record):
            ids.setdefault(name, []).append(entry.file)
    problems += [f"{', '.join(dict.fromkeys(homes))}: {used_twice(name)}" for name, homes in ids.items() if len(homes) > 1]
    return problems if ids or problems else [no_passage()]


def _place_remarks(place: Entry, declared: set[str]) -> Iterator[str]:
    for _code, message in place_faults(place.record):
        yield f"{place.where}: {message}"
    name = text_of(place.record, "name")
    if name and name in declared:
        yield _("%(file)s: the place “%(name)s” is declared a second time. Keep one of the two.") % {"file": place.file, "name": name}


def _remarks(entry: Entry, declared: set[str]) -> list[str]:
    faults = [message for _code, message in faults_of(entry.record)]
    if faults:
        return faults
    record = entry.record
    remarks = [*_record_remarks(record, declared)]
    for passage in passages_of(entry, {}):
        at = f"[{passage.lang}] " if passage.lang in record else ""
        remarks += [at + message for message in _text_remarks(passage)]
    return remarks


def _record_remarks(record: Mapping[str, Any], declared: set[str]) -> Iterator[str]:
    sections = [language for language in LANGUAGES if language in record]
    for name in record.get("places", []) if sections else []:
        if clean(name) not in declared:
            near = difflib.get_close_matches(clean(name), sorted(declared), 1)
            if near:
                yield _("no file declares the place “%(name)s”. Did you mean “%(near)s”?") % {"name": name, "near": near[0]}
            else:
                yield _("no file declares the place “%(name)s”. Add a [[place]] with this name.") % {"name": name}
    if not text_of(record, "source"):
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
