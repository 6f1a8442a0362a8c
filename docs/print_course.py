"""Print the pages for trainers as one PDF: ``python docs/print_course.py``, or some of them: ``python docs/print_course.py to_phat_tay.md``.

Chromium prints, since it breaks tables over pages and needs no font of ours; the tests and the pictures of the README need it anyway. Wants the
``docs`` and ``test`` extras.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from html import escape
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import markdown
import yaml
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
ROOT = DOCS.parent
_TITLE = "ailab: sổ tay giảng viên"
_NUMBER = '<p style="width:100%;text-align:center;font:8px sans-serif"><span class="pageNumber"></span> / <span class="totalPages"></span></p>'
_QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


def pages() -> list[str]:
    """The pages in the order of ``mkdocs.yml``."""

    def walk(entry: Any) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        return [page for part in (entry.values() if isinstance(entry, dict) else entry) for page in walk(part)]

    return walk(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])


def one_page(names: list[str]) -> str:
    """All these pages as one HTML document; links between them lead inside it."""
    css = (DOCS / "print.css").read_text("utf-8")
    body = "".join(_section(name, names) for name in names)
    cover = f'<section class="cover"><h1>{escape(_TITLE)}</h1></section>' if len(names) > 1 else ""
    head = f'<meta charset="utf-8"><title>{escape(_TITLE)}</title><style>{css}</style>'
    return f'<!doctype html><html lang="vi"><head>{head}</head><body>{cover}{body}</body></html>'


def _section(name: str, names: list[str]) -> str:
    html = markdown.markdown((DOCS / name).read_text("utf-8"), extensions=["tables", "fenced_code", "sane_lists", "md_in_html", "toc"])
    html = re.sub(r'<(h\d) id="([^"]+)"', rf'<\1 id="{name}/\2"', html)  # headings have the same names on many pages

    def link(found: re.Match[str]) -> str:
        target = normpath(str(PurePosixPath(name).parent / found[1])) if found[1] else name
        return f'href="#{target}{found[2].replace("#", "/")}"' if target in names else ""

    html = re.sub(r'href="([^"#:]+\.md|)(#[^"]*|)"', link, html)
    html = re.sub(r'src="([^"]+)"', lambda found: f'src="{(DOCS / name).parent.joinpath(found[1]).as_uri()}"', html)
    kind = "handout" if name == "to_phat_tay.md" else "page"
    return f'<section id="{escape(name)}" class="{kind}" lang="{"en" if name.endswith(".en.md") else "vi"}">{html}</section>'


def print_pdf(names: list[str], out: Path) -> None:
    """Print these pages into ``out``."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        source = Path(folder) / "course.html"
        source.write_text(one_page(names), "utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_QUIET.split())
        page = browser.new_page()
        page.goto(source.as_uri())
        page.pdf(
            path=out,
            prefer_css_page_size=True,
            outline=True,
            tagged=True,
            display_header_footer=len(names) > 1,
            header_template="<span></span>",
            footer_template=_NUMBER,
        )
        browser.close()


def main() -> None:
    """Print what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="pages, relative to docs/ (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "so_tay_giang_vien.pdf")
    arguments = parser.parse_args()
    print_pdf(arguments.pages or pages(), arguments.out)
    print(arguments.out)


if __name__ == "__main__":
    main()
