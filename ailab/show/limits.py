"""What a crop model has learned from and how it fared on photos that it has not, as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ailab import cards
from ailab.i18n import choose
from ailab.i18n import gettext as _
from ailab.show.common import bar_html, list_html

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["crop_limits_html", "limits_html"]


def crop_limits_html(crop: str, card: Mapping[str, Any], *, folded: bool = False) -> str:
    """What the model has seen of one crop and how often it was right when told the crop.

    Parameters
    ----------
    crop : str
    card : mapping
        From :attr:`ailab.CropClassifier.card_`.
    folded : bool, default=False
        Show the figures only when asked for.
    """
    known = card["crops"].get(crop, {})
    text = cards.load()["crops"].get(crop)
    seen = f'<p class="ailab-small">{escape(choose(text["seen"]))}</p>' if text else ""
    figures = _bars(known)
    if "photos" in known:
        counts = _("Photos learned: %(photos)d. Collections: %(sources)d.") % {"photos": known["photos"], "sources": len(known["sources"])}
        figures = f'<p class="ailab-small">{escape(counts)}</p>{figures}'
    if folded and figures:
        question = _("How often is it right?")
        figures = f"<details><summary>{escape(question)}</summary>{figures}</details>"
    return f'<section class="ailab-limits" data-crop="{escape(crop)}">{seen}{figures}</section>'


def _bars(known: Mapping[str, Any]) -> str:
    rows = []
    for part, name in (("known", _("Photos like those it learned")), ("new", _("Photos from elsewhere"))):
        counts = known.get(part, {})
        if counts.get("photos"):
            rows.append(bar_html(f"{name}: {_ratio(counts['right'], counts['photos'])}", counts["right"] / counts["photos"]))
    if not rows:
        return ""
    untested = "" if known.get("new", {}).get("photos") else _("Photos from elsewhere: none to try it on. Expect it to be wrong more often.")
    intro = _("Told the crop, its first guess was right for:")
    return f'<p class="ailab-small">{escape(intro)}</p><ul class="ailab-bars">{"".join(rows)}</ul>' + (
        f'<p class="ailab-small">{escape(untested)}</p>' if untested else ""
    )


def _ratio(part: int, whole: int) -> str:
    return _("%(part)d of %(whole)d") % {"part": part, "whole": whole}


def limits_html(card: Mapping[str, Any]) -> str:
    """Every crop, then photos from elsewhere, drawings, and what was never learned."""
    parts = [f"<h4>{escape(cards.crop_name(crop))}</h4>{crop_limits_html(crop, card)}" for crop in card["crops"]]
    facts = [cards.unseen()]
    new = [known["new"] for known in card["crops"].values() if known.get("new", {}).get("photos")]
    if new:
        total = sum(counts["photos"] for counts in new)
        text = _("Of photos from elsewhere it guessed %(told)s right when told the crop, %(untold)s when not told.")
        told, untold = (_ratio(sum(counts[name] for counts in new), total) for name in ("right", "right_not_told"))
        facts.append(text % {"told": told, "untold": untold})
        answered, right = (sum(counts[name] for counts in new) for name in ("answered", "right_answers"))
        facts.append(
            _("Told the crop, it dared to answer %(answered)d of them. %(right)d of these answers were right.") % {"answered": answered, "right": right}
        )
    if "drawn" in card:
        facts.append(
            _("Of leaves drawn by a program it guessed %(ratio)s right, told the crop.") % {"ratio": _ratio(card["drawn"]["right"], card["drawn"]["photos"])}
        )
    return f"{''.join(parts)}{list_html(_('What it does not know'), facts)}"
