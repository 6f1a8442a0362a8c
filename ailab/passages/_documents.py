"""Documents and other texts, cut into passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.passages._passage import Passage, clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DOCUMENTS", "cut_file", "cut_text", "cut_up", "prefix_of"]

_SHORTEST, _LONGEST = 40, 120  # syllables of a passage that is cut from a document
DOCUMENTS = {".txt", ".docx", ".pdf", ".doc", ".docm", ".odt", ".rtf"}  # the last four only to be told what to do with them


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
    return cut_up(f"{title}\n{text}" if title else text, prefix, source, "", titled=bool(title))


def prefix_of(path: Path, files: list[Path]) -> str:
    """What the ids of a document's passages begin with."""
    alone = sum(other.stem == path.stem and other.suffix.lower() in DOCUMENTS for other in files) == 1
    return clean(path.stem if alone else path.name)


def cut_file(path: Path, prefix: str) -> list[Passage]:
    """Cut a document into passages at the ends of paragraphs and sentences."""
    from ailab.readers import read_document

    return cut_up(read_document(path), prefix, path.name, path.stem)


def cut_up(text: str, prefix: str, source: str, name: str, *, titled: bool = False) -> list[Passage]:
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
