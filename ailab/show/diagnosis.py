"""A diagnosis as HTML."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab import cards
from ailab.i18n import choose, get_language
from ailab.i18n import gettext as _
from ailab.show.common import bar_html, list_html, style

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ailab.results import Diagnosis

__all__ = ["advice_html", "diagnosis_html", "evidence_html", "notice_html", "photo_uri", "verdict_html"]

_SHOWN_SIDE = 480


def photo_uri(photo: Image.Image, side: int = _SHOWN_SIDE) -> str:
    """Photo as a ``data:`` address, at most ``side`` pixels wide and high."""
    small = photo.copy()
    small.thumbnail((side, side))
    return _uri(small, "JPEG", quality=82)


def _uri(image: Image.Image, kind: str, **options: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def diagnosis_html(diagnosis: Diagnosis) -> str:
    """Whole answer: photo, verdict, bars and heat map; of the bundled model the advice and the standing notice, too."""
    own = "__" not in diagnosis.label  # it may know cups, about which no officer can be asked
    advice, notice = ("", "") if own else (advice_html(diagnosis), notice_html())
    parts = [verdict_html(diagnosis), advice, evidence_html(diagnosis.photo, diagnosis.evidence, diagnosis.label), notice]
    return f'{style()}<div class="ailab-result" lang="{get_language()}">{"".join(parts)}</div>'


def verdict_html(diagnosis: Diagnosis) -> str:
    """Photo, verdict and bars."""
    photo = _photo_html(photo_uri(diagnosis.photo))
    return (
        f'<section class="ailab-verdict" data-reason="{diagnosis.reason or ""}" data-label="{escape(diagnosis.label)}">'
        f"{photo}<div>{_headline(diagnosis)}{_bars(diagnosis)}</div></section>"
    )


def _photo_html(source: str) -> str:
    name = _("The photo")
    return f'<img class="ailab-photo" src="{source}" alt="{escape(name)}">'


def _headline(diagnosis: Diagnosis) -> str:
    own = "__" not in diagnosis.label
    if diagnosis.reason:
        text = _own_abstention(diagnosis.reason) if own else cards.abstention(diagnosis.reason)
        kicker, title, why = _("The AI does not answer"), text["title"], text["why"]
    else:
        card = cards.load()["cards"].get(diagnosis.label)  # a model of one's own may know what has no card
        kicker, title, why = _("The AI guesses"), cards.with_crop(diagnosis.label), choose(card["summary"]) if card else ""
    strange = _("This photo is stranger to the AI than 95 in 100 of the leaves that it knows. So it trusts itself less.")
    note = f'<p class="ailab-small">{escape(strange)}</p>' if diagnosis.novelty > 1 and diagnosis.reason in {None, "unfamiliar"} else ""
    return f'<p class="ailab-kicker">{escape(kicker)}</p><h3 class="ailab-title">{escape(title)}</h3><p>{escape(why)}</p>{note}'


def _own_abstention(reason: str) -> dict[str, str]:
    """Words of a model that a person taught, which may know cups instead of leaves."""
    title, why = {
        "poor_photo": (_("The photo is not clear enough"), _("It is too dark, too bright, blurred or without detail. So I do not guess.")),
        "unfamiliar": (
            _("This photo is unlike those you taught me"),
            _("It may be something else, or other light. With such photos I am often wrong, so I name no class."),
        ),
    }.get(reason, (_("I am not sure"), _("Two of your classes fit about equally. So I name none.")))
    return {"title": title, "why": why}


def _bars(diagnosis: Diagnosis) -> str:
    """Probabilities of the first few labels; the ones left out are summed up, so that the bars add to one."""
    if diagnosis.reason == "poor_photo":
        return ""
    ranked = [(diagnosis.label, diagnosis.confidence), *diagnosis.alternatives]
    shown, rest = (ranked, []) if len(ranked) <= 5 else (ranked[:4], ranked[4:])
    rows = [(cards.label_name(label, diagnosis.told_crop), p) for label, p in shown]
    if rest:
        rows.append((_("all %(n)d others") % {"n": len(rest)}, sum(p for _label, p in rest)))
    intro = _("How sure is it? If it is one of the leaves it has learned:")
    if "__" not in diagnosis.label:
        intro = _("How sure is it? If it is one of your classes:")
    if diagnosis.told_crop:
        intro = _("How sure is it? Among what it has learned of %(crop)s:") % {"crop": cards.crop_name(diagnosis.told_crop).lower()}
    items = "".join(bar_html(name, p) for name, p in rows)
    return f'<p class="ailab-small">{escape(intro)}</p><ul class="ailab-bars{" ailab-faint" if diagnosis.abstained else ""}">{items}</ul>'


def evidence_html(photo: Image.Image, evidence: NDArray[np.float32], label: str) -> str:
    """Photo, and beside it the same photo under the map ``evidence`` (h, w) of what speaks for ``label``."""
    source, title = photo_uri(photo), _("What the AI looked at")
    caption = _("Orange: here the AI found the most for “%(name)s”. It shows a region, not the exact spot.") % {"name": cards.with_crop(label)}
    return (
        f'<section class="ailab-evidence"><h4>{escape(title)}</h4><div class="ailab-pair">{_photo_html(source)}'
        f'<div class="ailab-heat"><img src="{source}" alt=""><img class="ailab-map" src="{_heat_uri(evidence)}" alt="{escape(caption)}"></div></div>'
        f'<p class="ailab-small">{escape(caption)}</p></section>'
    )


def _heat_uri(evidence: NDArray[np.float32]) -> str:
    """Transparent to orange, smooth, as a small PNG that the browser stretches over the photo."""
    from ailab.explain import upsample

    strength = upsample(evidence, (96, 96))
    rgba = np.empty((96, 96, 4), np.uint8)
    rgba[..., :3] = (255, 120, 0)
    rgba[..., 3] = (strength**1.5 * 190).astype(np.uint8)
    return _uri(Image.fromarray(rgba), "PNG")


def advice_html(diagnosis: Diagnosis) -> str:
    """Card of the condition, or what to do when the model does not answer."""
    if diagnosis.reason:
        steps = list(cards.abstention(diagnosis.reason)["do"])
        extra = [*cards.general("first_steps")] if diagnosis.reason in {"unsure", "unfamiliar"} else []
        body = list_html(_("What to do now"), steps) + (list_html(_("Safe whatever it is"), extra) if extra else "")
        return f'<section class="ailab-card">{body}{_ask()}</section>'
    card = cards.load()["cards"].get(diagnosis.label)
    if card is None:
        return f'<section class="ailab-card">{list_html(_("Safe whatever it is"), cards.general("first_steps"))}{_ask()}</section>'
    crop = cards.load()["crops"][diagnosis.crop]
    hurry = _("If it is this, it can spread fast. Tell the agricultural officer today.")
    urgent = f'<p class="ailab-box ailab-doubt">{escape(hurry)}</p>' if card["urgent"] else ""
    notes = "".join(f'<p class="ailab-small">{escape(choose(text))}</p>' for text in (card["note"], crop["seen"]) if text)
    titles = {"look_for": _("Look for yourself"), "look_alikes": _("Easily mistaken for"), "first_steps": _("First safe steps")}
    lists = "".join(list_html(title, [choose(text) for text in card[part]]) for part, title in titles.items())
    return f'<section class="ailab-card">{urgent}{lists}{_ask()}{notes}</section>'


def _ask() -> str:
    more = "".join(f"<p>{escape(cards.general(key))}</p>" for key in ("pesticide", "poisoning", "not_diseases"))
    whom, safety = list_html(_("Whom to ask"), cards.general("ask")), _("About pesticides and safety")
    return f"{whom}<details><summary>{escape(safety)}</summary>{more}</details>"


def notice_html() -> str:
    """The standing notice: a photo guess is no diagnosis."""
    return f'<p class="ailab-box ailab-note">{escape(cards.general("notice"))}</p>'
