"""The trainer's book in the classroom: the same Markdown files as the site and the printed book."""

from __future__ import annotations

import re
from pathlib import Path

import tornado.web

from ailab.classroom.trainer import TrainerPage

__all__ = ["BookHandler", "book_dir"]


def book_dir() -> Path:
    """Folder of the book: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "docs"
    return installed if installed.is_dir() else package.parent / "docs"


class BookHandler(TrainerPage):
    """A page of the book, or a picture in it; with answers to the quizzes, so for the trainer only."""

    def get(self, token: str, name: str) -> None:
        """Answer with the page."""
        import mistune

        folder = book_dir()
        path = (folder / (name or "index.md")).resolve()
        if not path.is_relative_to(folder) or path.suffix not in {".md", ".svg"} or not path.is_file():
            raise tornado.web.HTTPError(404)
        text = path.read_text("utf-8")
        if path.suffix == ".svg":
            self.set_header("Content-Type", "image/svg+xml")
            self.finish(text)
            return
        content = mistune.create_markdown(escape=False, plugins=["table"])(text)  # our own files: they hold HTML comments and a picture
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        spoken = "en" if path.stem.endswith(".en") else "vi"
        self.finish(self.page("book.html.j2", token=token, title=title[1] if title else path.stem, content=content, spoken=spoken, cover=path.stem == "index"))
