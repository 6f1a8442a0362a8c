"""Pages of ours that need no other file: templates filled, with the colours of the classroom inside."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from ailab.i18n import gettext as _

__all__ = ["colours", "percent", "printable", "render", "sector_label"]

_TEMPLATES = Path(__file__).parent / "templates"
_THEME = Path(__file__).parents[1] / "classroom" / "static" / "theme.css"
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")


def render(template: str, **names: Any) -> str:
    """Fill a template. What is put in is escaped.

    Parameters
    ----------
    template : str
    **names
    """
    return _environment().get_template(template).render(**names)


@functools.cache
def colours() -> dict[str, str]:
    """Colours of the classroom, by the names that its style sheet gives them."""
    return dict(_COLOUR.findall(_THEME.read_text("utf-8")))


def percent(share: float) -> str:
    """A share as a whole number of percent."""
    return f"{100 * share:.0f} %"


def printable(text: str) -> str:
    """A text without the control characters that SVG and workbooks refuse."""
    return "".join(character if character.isprintable() else " " for character in text)


def sector_label(sector: str) -> str:
    """Name of a sector."""
    from ailab.classroom.dashboards import sector_name

    return sector_name(sector)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, auto_reload=False)
    styles = (_THEME, _TEMPLATES / "course.css")
    environment.globals.update(_=_, style=Markup("\n".join(path.read_text("utf-8") for path in styles)))  # noqa: S704 - our own
    environment.filters.update(percent=percent, sector=sector_label)
    return environment
