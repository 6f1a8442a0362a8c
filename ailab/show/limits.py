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


def crop_limits_html(crop: str, card: Mapping[str, Any]) -> str:
    """What the model has seen of one crop and, folded away, how often it was right.

    Parameters
    ----------
    crop : str
    card : mapping
        From :attr:`ailab.CropClassifier.card_`.
    """
    text = cards.load()["crops"].get(crop)
    seen = f'<p class="ailab-small">{escape(choose(text["seen"]))}</p>' if text else ""
    figures, question = _figures(card["crops"].get(crop, {})), _("How often is it right?")
    if figures:
        figures = f'<details><summary>{escape(question)}</summary><p class="ailab-small">{escape(_told())}</p>{figures}</details>'
    return f'<section class="ailab-limits" data-crop="{escape(crop)}">{seen}{figures}</section>'


def limits_html(card: Mapping[str, Any]) -> str:
    """What was never learned, photos from elsewhere and drawings, then every crop."""
    facts = [cards.unseen(), *_elsewhere([known["new"] for known in card["crops"].values() if known.get("new", {}).get("photos")])]
    if "drawn" in card:
        facts.append(
            _("Of leaves drawn by a program it guessed %(ratio)s right, told the crop.") % {"ratio": _ratio(card["drawn"]["right"], card["drawn"]["photos"])}
        )
    crops = [
        f'<section data-crop="{escape(crop)}"><h4>{escape(cards.crop_name(crop))}</h4>{_figures(known)}</section>' for crop, known in card["crops"].items()
    ]
    return f"{list_html(_dont_know(), facts)}<p>{escape(_told())}</p>{''.join(crops)}"


def _dont_know() -> str:
    return _("What it does not know")


def _told() -> str:
    return _("Told the crop, its first guess was right for:")


def _elsewhere(new: list[Mapping[str, int]]) -> list[str]:
    """How it did on photos from elsewhere, all crops together."""
    if not new:
        return []
    total, told, untold, answered, right = (sum(counts[name] for counts in new) for name in ("photos", "right", "right_not_told", "answered", "right_answers"))
    guessed = _("Of photos from elsewhere it guessed %(told)s right when told the crop, %(untold)s when not told.")
    dared = _("Told the crop, it dared to answer %(answered)d of them. %(right)d of these answers were right.")
    return [guessed % {"told": _ratio(told, total), "untold": _ratio(untold, total)}, dared % {"answered": answered, "right": right}]


def _figures(known: Mapping[str, Any]) -> str:
    """Bars for known photos and for photos from elsewhere, and how many photos were learned."""
    bars, notes = [], []
    for part, name in (("known", _("Photos like those it learned")), ("new", _("Photos from elsewhere"))):
        counts = known.get(part, {})
        if counts.get("photos"):
            bars.append(bar_html(f"{name}: {_ratio(counts['right'], counts['photos'])}", counts["right"] / counts["photos"]))
    if bars and not known.get("new", {}).get("photos"):
        notes.append(_("Photos from elsewhere: none to try it on. Expect it to be wrong more often."))
    if "photos" in known:
        notes.append(_("Photos learned: %(photos)d. Collections: %(sources)d.") % {"photos": known["photos"], "sources": len(known["sources"])})
    lines = "".join(f'<p class="ailab-small">{escape(note)}</p>' for note in notes)
    return (f'<ul class="ailab-bars">{"".join(bars)}</ul>' if bars else "") + lines


def _ratio(part: int, whole: int) -> str:
    return _("%(part)d of %(whole)d") % {"part": part, "whole": whole}
