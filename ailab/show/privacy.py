"""Personal data of a text, marked by kind, as HTML."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import gettext as _
from ailab.show.marked import Mark, marked_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.results import PersonalData

__all__ = ["kind_name", "personal_data_html", "secrecy_drawing"]

#: Kinds that the law calls sensitive, and numbers that open doors, are shown in red.
_GRAVE = frozenset({"sensitive", "sensitive_health", "national_id", "old_id", "passport", "bank_account", "social_insurance"})


def kind_name(kind: str) -> str:
    """A kind of personal data in words."""
    names = {
        "national_id": _("identity number"),
        "old_id": _("old identity number"),
        "passport": _("passport"),
        "phone": _("phone number"),
        "email": _("email address"),
        "dob": _("date of birth"),
        "address": _("address"),
        "bank_account": _("bank account"),
        "tax_code": _("tax code"),
        "social_insurance": _("social insurance"),
        "plate": _("number plate"),
        "person_name": _("name of a person"),
        "sensitive_health": _("health"),
        "sensitive": _("sensitive data"),
    }
    return names[kind]


def personal_data_html(text: str, found: Sequence[PersonalData]) -> str:
    """What was found, counted, and the text with its places marked."""
    counts, label = Counter(item.kind for item in found), _("The text")
    if not counts:
        nothing = _("The AI found no personal data here. It can miss some: read the text yourself before you share it.")
        return f'<p class="ailab-box ailab-doubt">{escape(nothing)}</p>{marked_html(text, [], label=label)}'
    items = "".join(f'<li class="ailab-mark-{_class(kind)}"><b>{count}</b> {escape(kind_name(kind))}</li>' for kind, count in counts.most_common())
    title = _("Found: %(n)d places") % {"n": len(found)}
    marks = [Mark(item.start, item.end, _class(item.kind), kind_name(item.kind)) for item in found]
    return f'<h4>{escape(title)}</h4><ul class="ailab-kinds">{items}</ul>{marked_html(text, marks, label=label)}'


def _class(kind: str) -> str:
    return "grave" if kind in _GRAVE else "personal"


def secrecy_drawing() -> str:
    """A page with a frame around “MẬT” as an SVG: a drawing, so that no real mark stands on any sample."""
    label = _("Drawing of a page with a secrecy mark")
    lines = "".join(f'<rect x="24" y="{y}" width="{width}" height="6" rx="3" fill="#d9ddd3"/>' for y, width in ((70, 152), (84, 140), (98, 150), (112, 96)))
    return (
        f'<svg class="ailab-drawing" viewBox="0 0 200 140" role="img" aria-label="{escape(label)}">'
        '<rect x="8" y="4" width="184" height="132" rx="6" fill="#fff" stroke="#b9c1b5" stroke-dasharray="6 4"/>'
        f'{lines}<g transform="rotate(-4 62 38)"><rect x="28" y="20" width="68" height="34" fill="none" stroke="#a61b1b" stroke-width="3"/>'
        '<text x="62" y="44" text-anchor="middle" font-size="20" font-weight="700" fill="#a61b1b">MẬT</text></g></svg>'
    )
