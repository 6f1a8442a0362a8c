"""What MkDocs cannot be told in ``mkdocs.yml``: its themes speak no Vietnamese, so they say that every page is English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

_LABELS = {"Navigation menu": "Mục lục", "Mobile navigation menu": "Mục lục", "breadcrumbs navigation": "Đường dẫn", "Docs": "Trang đầu"}


def on_post_page(output: str, *, page: Page, **_more: Any) -> str:
    """Name the language of a page, and translate the labels that a screen reader speaks."""
    if page.file.src_uri.endswith(".en.md"):
        return output
    output = output.replace('lang="en"', 'lang="vi"', 1)
    for english, vietnamese in _LABELS.items():
        output = output.replace(f'aria-label="{english}"', f'aria-label="{vietnamese}"')
    return output
