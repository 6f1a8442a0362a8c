"""The trainer's book in the classroom: the same Markdown files as the site and the printed book."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import tornado.web

from ailab.classroom.trainer import TrainerPage

__all__ = ["BookHandler", "book_dir"]

_PICTURES = {".svg": "image/svg+xml", ".webp": "image/webp"}


def book_dir() -> Path:
    """Folder of the book: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "docs"
    return installed if installed.is_dir() else package.parent / "docs"


def _slug(heading: str) -> str:
    """What links to a heading call it: as MkDocs does."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


class BookHandler(TrainerPage):
    """A page of the book, or a picture in it; with answers to the quizzes, so for the trainer only."""

    def get(self, token: str, name: str) -> None:
        """Answer with the page."""
        import mistune
        from mistune.toc import add_toc_hook

        folder = book_dir()
        path = (folder / (name or "index.md")).resolve()
        if not path.is_relative_to(folder) or path.suffix not in {".md", *_PICTURES} or not path.is_file():
            raise tornado.web.HTTPError(404)
        if kind := _PICTURES.get(path.suffix):
            self.set_header("Content-Type", kind)
            self.finish(path.read_bytes())
            return
        text = path.read_text("utf-8")
        render = mistune.create_markdown(escape=False, plugins=["table"])  # our own files: they hold HTML comments and pictures
        add_toc_hook(render, heading_id=lambda token, _index: _slug(token["text"]))
        content = render(text)
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        spoken = "en" if path.stem.endswith(".en") else "vi"
        self.finish(self.page("book.html.j2", token=token, title=title[1] if title else path.stem, content=content, spoken=spoken, cover=path.stem == "index"))
