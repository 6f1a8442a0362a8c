"""Drawings of fruit as SVG, whole and cut open, and the table on which a class sorts them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.samples.fruit import Fruit

__all__ = ["fruit_measures", "fruit_svg", "fruit_table"]

#: Colours of the skin, from unripe to dark red, at these rednesses.
_SKIN = ((0, (96, 152, 48)), (25, (160, 178, 58)), (48, (226, 192, 60)), (64, (233, 150, 52)), (80, (214, 68, 43)), (100, (150, 26, 38)))
_LARGEST = 66  # mm


def fruit_measures(fruit: Fruit) -> str:
    """The two numbers that a machine sees, in words."""
    return _("red %(redness)d, %(size)d mm") % {"redness": fruit.redness, "size": fruit.size}


def fruit_svg(fruit: Fruit, *, cut: bool = False) -> str:
    """Draw a fruit from outside or cut open; larger ones fill more of the picture."""
    look = _inside(fruit) if cut else _outside(fruit)
    scale = fruit.size / _LARGEST
    name = _("A drawn fruit, cut open") if cut else _("A drawn fruit")
    return (
        f'<svg class="ailab-fruit" viewBox="0 0 100 100" role="img" aria-label="{escape(name)}">'
        f'<ellipse cx="50" cy="{50 + 41 * scale:.1f}" rx="{34 * scale:.1f}" ry="4" fill="#1d2b24" opacity=".12"/>'
        f'<g transform="translate(50 50) scale({scale:.2f})">{look}</g></svg>'
    )


def _outside(fruit: Fruit) -> str:
    skin, shade = _colour(fruit.redness), _colour(fruit.redness, 0.8)
    hole = '<circle cx="14" cy="10" r="4.6" fill="#3a2412"/><circle cx="13" cy="9" r="2" fill="#140b04"/>' if fruit.wormy else ""
    return (
        f'<path d="M0 -33 C22 -46 46 -24 43 6 C40 32 20 43 0 41 C-20 43 -40 32 -43 6 C-46 -24 -22 -46 0 -33Z" fill="{skin}"/>'
        f'<path d="M43 6 C40 32 20 43 0 41 C-14 42 -28 37 -36 25 C-14 36 26 28 37 -22 C42 -14 44 -4 43 6Z" fill="{shade}" opacity=".6"/>'
        '<ellipse cx="-19" cy="-13" rx="8" ry="12" fill="#fff" opacity=".4" transform="rotate(24 -19 -13)"/>'
        '<path d="M0 -31 C-1 -38 2 -43 6 -47" fill="none" stroke="#5b3a1e" stroke-width="4" stroke-linecap="round"/>'
        f'<path d="M3 -42 C12 -54 28 -50 31 -45 C24 -36 11 -35 3 -42Z" fill="#2f7d43"/>{hole}'
    )


def _inside(fruit: Fruit) -> str:
    flesh, seeds = ("#ffd774", "#4a2a12") if fruit.ripe else ("#e9f0cf", "#f7f5e6")
    tunnel = (
        '<path d="M33 18 C20 8 22 -6 8 -4 C-4 -2 0 14 -12 12" fill="none" stroke="#5a3413" stroke-width="7" stroke-linecap="round"/>' if fruit.wormy else ""
    )
    pips = "".join(
        f'<ellipse cx="{x}" cy="{y}" rx="4" ry="7" fill="{seeds}" stroke="#8a7a50" stroke-width=".8"/>' for x, y in ((-9, -6), (9, -6), (-9, 12), (9, 12))
    )
    return (
        f'<path d="M0 -33 C22 -46 46 -24 43 6 C40 32 20 43 0 41 C-20 43 -40 32 -43 6 C-46 -24 -22 -46 0 -33Z" fill="{_colour(fruit.redness)}"/>'
        f'<path d="M0 -26 C18 -38 38 -20 36 6 C33 27 17 36 0 34 C-17 36 -33 27 -36 6 C-38 -20 -18 -38 0 -26Z" fill="{flesh}"/>{pips}{tunnel}'
    )


def _colour(redness: int, light: float = 1.0) -> str:
    right = next(at for at, (place, _rgb) in enumerate(_SKIN) if place >= redness and at)
    (start, before), (end, after) = _SKIN[right - 1], _SKIN[right]
    share = (redness - start) / (end - start)
    return "#" + "".join(f"{round(light * (a + (b - a) * share)):02x}" for a, b in zip(before, after, strict=True))


def fruit_table(fruits: Sequence[Fruit], guesses: Sequence[bool], notes: Sequence[str] = ()) -> str:
    """Fruit on a table, each cut open, with what was guessed of it and whether that was right.

    Parameters
    ----------
    fruits : sequence of Fruit
    guesses : sequence of bool
        True for “good”.
    notes : sequence of str, default=()
        A line beneath each.
    """
    rows = []
    for at, (fruit, guess) in enumerate(zip(fruits, guesses, strict=True)):
        right = guess == fruit.good
        said = _("says: good") if guess else _("says: not good")
        verdict = _("✓ right") if right else _("✗ wrong")
        note = f'<span class="ailab-small">{escape(notes[at])}</span>' if notes else ""
        rows.append(
            f'<li class="ailab-fruit-{"right" if right else "wrong"}"><span class="ailab-fruit-pair">{fruit_svg(fruit)}{fruit_svg(fruit, cut=True)}</span>'
            f'<span class="ailab-small">{escape(fruit_measures(fruit))}</span><span>{escape(said)}</span><b>{escape(verdict)}</b>{note}</li>'
        )
    return f'<ol class="ailab-fruits">{"".join(rows)}</ol>'
