"""Drawn photos side by side, what a model sees of them, and counts of right answers, as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.background_bias import DOTS
from ailab.i18n import gettext as _
from ailab.samples.tables import SIZE
from ailab.show.diagnosis import photo_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ailab.samples.tables import Photo

__all__ = ["count_bars", "count_table", "dots_svg", "photo_strip", "ringed_svg"]

_RADIUS = 5


def photo_strip(caption: str, photos: Sequence[Photo]) -> str:
    """Photos in one row, with a caption."""
    row = Image.fromarray(np.concatenate([photo.picture for photo in photos], axis=1))
    source = photo_uri(row, row.width)
    return f'<figure class="ailab-strip-of-photos"><figcaption>{escape(caption)}</figcaption><img src="{source}" alt="{escape(caption)}"></figure>'


def dots_svg(photo: Photo, label: str) -> str:
    """The eight dots of a photo and nothing else, larger than they are; ``label`` is for those who cannot see them."""
    circles = [(x, y, "rgb({},{},{})".format(*photo.picture[row, column])) for row, column, x, y in _centres()]
    marks = "".join(f'<circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="{colour}"/>' for x, y, colour in circles)
    return f'{_open(label)}<rect width="{SIZE}" height="{SIZE}" fill="#1d2b24"/>{marks}</svg>'


def ringed_svg(photo: Photo, label: str) -> str:
    """A photo with a ring around each of the eight dots."""
    marks = "".join(f'<circle cx="{x}" cy="{y}" r="{_RADIUS - 1}" fill="none" stroke="#fff" stroke-width="2"/>' for _row, _column, x, y in _centres())
    source = photo_uri(Image.fromarray(photo.picture), SIZE)
    return f'{_open(label)}<image href="{source}" width="{SIZE}" height="{SIZE}"/>{marks}</svg>'


def count_bars(rows: Iterable[tuple[str, int]], total: int) -> str:
    """Names, each with a count out of ``total`` and a bar."""
    share = _("%(n)d of %(total)d")
    lines = "".join(
        f'<li><span class="ailab-name">{escape(name)}</span><span class="ailab-value">{escape(share % {"n": n, "total": total})}</span>'
        f'<span class="ailab-bar"><span style="width:{100 * n / total:.1f}%"></span></span></li>'
        for name, n in rows
    )
    return f'<ul class="ailab-bars ailab-counts">{lines}</ul>'


def count_table(title: str, groups: Sequence[tuple[str, int]], columns: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]) -> str:
    """Counts of several models in several tests.

    Parameters
    ----------
    title : str
    groups : sequence of (str, int)
        Headings above the columns, and how many columns each spans; may be empty.
    columns : sequence of str
    rows : iterable of (str, sequence of int)
    """
    spans = "".join(f'<th colspan="{span}">{escape(name)}</th>' for name, span in groups)
    above = f"<tr><td></td>{spans}</tr>" if groups else ""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{n}</td>" for n in counts)}</tr>' for name, counts in rows)
    return f'<h4>{escape(title)}</h4><table class="ailab-scores"><thead>{above}<tr><td></td>{names}</tr></thead><tbody>{body}</tbody></table>'


def _open(label: str) -> str:
    return f'<svg class="ailab-seen" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{escape(label)}">'


def _centres() -> list[tuple[int, int, int, int]]:
    """Row and column of each dot, and x and y where all of it is in the picture."""

    def inside(at: int) -> int:
        return min(max(at, _RADIUS), SIZE - _RADIUS)

    return [(row, column, inside(column), inside(row)) for row, column in DOTS]
