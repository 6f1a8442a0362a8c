"""The language of the interface.

Messages are written in English in the code and looked up in gettext catalogs (``locale/<language>/LC_MESSAGES``).
Vietnamese is the default. A process has one language (:func:`set_language`); a server that answers visitors of several
languages wraps each answer in :func:`using`.
"""

from __future__ import annotations

import contextlib
import functools
import gettext as _gettext
import os
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DEFAULT", "LANGUAGES", "choose", "get_language", "gettext", "set_language", "using"]

DEFAULT = "vi"
#: Languages that are complete, with the name that their speakers use. A language joins when a person has reviewed it.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
_LOCALE = Path(__file__).parent / "locale"
_process: str | None = None
_context: ContextVar[str | None] = ContextVar("ailab_language", default=None)


def set_language(language: str) -> None:
    """Set the language of everything that is shown from now on.

    Parameters
    ----------
    language : {'vi', 'en'}

    Raises
    ------
    ValueError
        If there is no such translation.
    """
    global _process  # noqa: PLW0603 - one language a process is what is meant
    _process = _known(language)


def get_language() -> str:
    """Language in force: of this context, else of this process, else as the surroundings say, else Vietnamese.

    The surroundings: ``?lang=`` of the page, ``AILAB_LANG``, or a notebook called ``<name>.<language>.ipynb``.
    """
    return _context.get() or _process or _from_environment()


@contextlib.contextmanager
def using(language: str) -> Iterator[None]:
    """Use another language inside a ``with`` block, in this task or thread only."""
    token = _context.set(_known(language))
    try:
        yield
    finally:
        _context.reset(token)


def gettext(message: str) -> str:
    """Translate a message; what has no translation comes back as it is."""
    return _catalog(get_language()).gettext(message)


def choose(texts: dict[str, str]) -> str:
    """Pick the text in the language in force from a fact card, or else the Vietnamese one.

    Parameters
    ----------
    texts : dict
        Language code to text.
    """
    return texts.get(get_language()) or texts[DEFAULT]


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(
            gettext("There is no translation into %(language)r. Choose one of: %(known)s.") % {"language": language, "known": ", ".join(LANGUAGES)}
        )
    return language


def _from_environment() -> str:
    # Voila gives the query string of the page to the kernel in QUERY_STRING.
    asked = parse_qs(os.environ.get("QUERY_STRING", "")).get("lang", [""])[-1]
    # JupyterLab gives it the path of the notebook; a translation is called <name>.<language>.ipynb.
    session = Path(os.environ.get("JPY_SESSION_NAME", "")).name.removesuffix(".ipynb").rpartition(".")[2]
    for language in (asked, os.environ.get("AILAB_LANG", ""), session):
        if language in LANGUAGES:
            return language
    return DEFAULT


@functools.cache
def _catalog(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("ailab", _LOCALE, [language], fallback=True)
