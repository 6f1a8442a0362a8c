"""A look at the photos that a person teaches from, as HTML: how many, how often right for whom, what is taken for what."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import gettext as _
from ailab.images import open_photo
from ailab.show.common import list_html
from ailab.show.diagnosis import photo_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.results import PhotoReview

__all__ = ["confusion_html", "counts_html", "groups_html", "thumbnail_html"]

_IN_A_CELL = 12  # pictures behind one number
_FEW = 10


def thumbnail_html(data: bytes, side: int = 96) -> str:
    """A small picture of a photo."""
    name = _("The photo")
    return f'<img class="ailab-teach-thumb" src="{photo_uri(open_photo(data), side)}" alt="{escape(name)}">'


def counts_html(review: PhotoReview) -> str:
    """How many photos each class has, and a word where that is few or unequal."""
    counts = review.counts
    most, least = max(counts, key=lambda name: counts[name]), min(counts, key=lambda name: counts[name])
    words = []
    if counts[most] >= 2 * counts[least]:
        text = _("“%(most)s” has %(many)d photos, “%(least)s” only %(few)d. A machine knows best what it has seen most. Add photos of “%(least)s”.")
        words.append(text % {"most": most, "many": counts[most], "least": least, "few": counts[least]})
    if counts[least] < _FEW:
        words.append(_("With fewer than ten photos a class, the machine learns the single photos rather than the class."))
    total = max(counts.values())
    bars = "".join(
        f'<li><span class="ailab-name">{escape(name)}</span><span class="ailab-value">{n}</span>'
        f'<span class="ailab-bar"><span style="width:{100 * n / total:.0f}%"></span></span></li>'
        for name, n in counts.items()
    )
    notes = "".join(f'<p class="ailab-box ailab-doubt">{escape(word)}</p>' for word in words)
    title = _("Photos of each class")
    return f'<h4>{escape(title)}</h4><ul class="ailab-bars">{bars}</ul>{notes}'


def groups_html(review: PhotoReview) -> str:
    """How often it is right for each group that the person marked."""
    groups = {name: counts for name, counts in review.group_accuracy.items() if name}
    if len(groups) < 2:
        return ""
    line = _("%(name)s: %(right)d of %(n)d right")
    lines = [line % {"name": name, "right": right, "n": n} for name, (right, n) in groups.items()]
    shares = [right / n for right, n in groups.values()]
    word = _("Small numbers: a difference of one or two photos may be chance.")
    if max(shares) - min(shares) >= 0.15:
        word = _("The machine is right less often for one group. Whoever belongs to it gets worse answers. Add photos of that group.")
    title = _("Your two groups of photos")
    return f'{list_html(title, lines)}<p class="ailab-small">{escape(word)}</p>'


def confusion_html(review: PhotoReview, photos: Sequence[bytes], number: int) -> str:
    """Table of what is taken for what; a tap on a number shows the photos behind it.

    Parameters
    ----------
    review : PhotoReview
    photos : sequence of bytes
        As they were reviewed.
    number : int
        Of this table: addresses inside a page must differ.
    """
    columns = "".join(f'<th scope="col" title="{escape(name)}"><span>{escape(name)}</span></th>' for name in review.classes)
    rows, behind = [], []
    for i, label in enumerate(review.classes):
        cells = []
        for j, guess in enumerate(review.classes):
            n, place = int(review.confusion[i, j]), f"ailab-cell-{number}-{i}-{j}"
            kind = "ailab-hit" if i == j else "ailab-miss"
            cells.append(f'<td class="{kind}"><a href="#{place}">{n}</a></td>' if n else "<td>·</td>")
            if n:
                behind.append(_photos_behind(review, photos, label, guess, place))
        rows.append(f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>')
    title, corner = _("What it takes for what"), _("really ↓ said →")
    how = _("Each photo was judged by a machine that had not learned it. Tap a number to see the photos.")
    head = f"<thead><tr><th>{escape(corner)}</th>{columns}</tr></thead>"
    table = f'<div class="ailab-confusion"><table>{head}<tbody>{"".join(rows)}</tbody></table></div>'
    return f'<h4>{escape(title)}</h4><p class="ailab-small">{escape(how)}</p>{table}{"".join(behind)}'


def _photos_behind(review: PhotoReview, photos: Sequence[bytes], label: str, guess: str, place: str) -> str:
    found = [data for data, is_, says in zip(photos, review.labels, review.predicted, strict=True) if (is_, says) == (label, guess)]
    words = _("Really “%(label)s”, said “%(guess)s”: %(n)d") % {"label": label, "guess": guess, "n": len(found)}
    pictures = "".join(thumbnail_html(data, 72) for data in found[:_IN_A_CELL])
    more = "" if len(found) <= _IN_A_CELL else " …"
    return f'<section class="ailab-behind" id="{place}" tabindex="-1"><p>{escape(words)}</p>{pictures}{more}</section>'
