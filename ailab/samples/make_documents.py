"""Make the sample documents from their texts: ``python -m ailab.samples.make_documents --font PATH``.

The PDFs need fpdf2 (``pip install ailab[documents]``) and a TrueType font that covers Vietnamese, Noto Serif for example; the font is
embedded, only the letters that are used.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ailab.samples._document_source import FOLDER, Source, read_source

__all__ = ["main", "make"]


def make(source: Source, font: Path) -> bytes:
    """Make one document in the format that its source names.

    Parameters
    ----------
    source : Source
    font : Path
        A TrueType font, ``<name>-Regular.ttf``, with its bold and italic beside it. Only a PDF needs it.
    """
    if source.about["format"] == "docx":
        from ailab.samples._make_word import word_file

        return word_file(source)
    if source.about["format"] == "pdf":
        from ailab.samples._make_pdf import pdf_file

        return pdf_file(source, font)
    return "".join(f"{line}\n" for line in source.lines()).encode()


def main(arguments: list[str] | None = None) -> None:
    """Make them all.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line.
    """
    parser = argparse.ArgumentParser(prog="python -m ailab.samples.make_documents", description="Make the sample documents from their texts.")
    parser.add_argument("--font", type=Path, required=True, help="a TrueType font that covers Vietnamese, NAME-Regular.ttf")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the documents")
    options = parser.parse_args(arguments)
    for path in sorted((FOLDER / "source").glob("*.txt")):
        source = read_source(path)
        data = make(source, options.font)
        (options.out / source.file_name).write_bytes(data)
        print(f"{source.file_name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
