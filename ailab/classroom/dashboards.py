"""Which notebooks are offered as dashboards, and in which language."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ailab.i18n import DEFAULT, LANGUAGES, get_language
from ailab.i18n import gettext as _

__all__ = ["Dashboard", "find_dashboards", "notebooks_dir", "original", "resolve", "same_lesson", "sector_name"]

#: The sectors that have a name of their own, in the order of the landing page.
SECTORS = ("agriculture", "tourism", "admin", "education")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dashboard:
    """A notebook that is offered as a dashboard.

    Parameters
    ----------
    path : str
        The notebook, relative to the folder of notebooks, with ``/`` between the parts.
    sector : str
        Name of its folder, such as ``"agriculture"``.
    title : str
    minutes : int
        How long a lesson with it takes.
    learn : tuple of str
        What a learner takes home, a line each.
    language : str
        Language of its prose: the one asked for, or the original's where there is no translation.
    shared : tuple of str
        Modules that its kernels come to need, which a classroom imports once for all of them.
    """

    path: str
    sector: str
    title: str
    minutes: int
    learn: tuple[str, ...]
    language: str = DEFAULT
    shared: tuple[str, ...] = ()


def notebooks_dir() -> Path:
    """Folder of the notebooks: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "notebooks"
    return installed if installed.is_dir() else package.parent / "notebooks"


def find_dashboards(language: str | None = None, root: Path | None = None) -> list[Dashboard]:
    """List the notebooks that are offered, grouped by sector.

    A notebook is offered if its metadata hold ``"ailab": {"title": ..., "minutes": ..., "learn": [...]}``, and perhaps
    ``"shared": [...]``. The translation of ``name.ipynb`` lies beside it as ``name.en.ipynb``, with metadata of its own.

    Parameters
    ----------
    language : {'vi', 'en'}, optional
        Language wanted. Default: the language in force.
    root : Path, optional
        Folder with one folder a sector. Default: :func:`notebooks_dir`.

    Returns
    -------
    list of Dashboard
    """
    language = language or get_language()
    root = root or notebooks_dir()
    found = []
    for notebook in sorted(root.glob("*/*.ipynb")):
        if notebook.parent.name.startswith(".") or _is_translation(notebook):
            continue
        path, offer = notebook, _offer(notebook)
        if offer is None:
            continue
        spoken = DEFAULT
        translation = notebook.with_suffix(f".{language}.ipynb")
        if language != DEFAULT and (translated := _offer(translation)) is not None:
            path, offer, spoken = translation, translated, language
        name, learn, shared = path.relative_to(root).as_posix(), tuple(offer["learn"]), tuple(offer.get("shared", ()))
        found.append(Dashboard(name, notebook.parent.name, offer["title"], offer["minutes"], learn, spoken, shared))
    rank = {sector: i for i, sector in enumerate(SECTORS)}
    return sorted(found, key=lambda d: (rank.get(d.sector, len(rank)), d.sector, PurePosixPath(d.path).name))


def resolve(path: str, language: str, root: Path) -> Dashboard | None:
    """Find the dashboard that answers an address, or None if no such notebook is offered.

    Parameters
    ----------
    path : str
        The original or one of its translations, as in :attr:`Dashboard.path`.
    language : {'vi', 'en'}
        Language wanted; it wins over the language of `path`.
    root : Path
        Folder of the notebooks.
    """
    wanted = original(path)
    return next((d for d in find_dashboards(language, root) if original(d.path) == wanted), None)


def same_lesson(path: str, other: str) -> bool:
    """Whether two notebooks are one lesson, perhaps in two languages."""
    return original(path) == original(other)


def sector_name(sector: str) -> str:
    """Name of a sector in the language in force."""
    names = {"agriculture": _("Agriculture"), "tourism": _("Tourism"), "admin": _("Public administration"), "education": _("Education")}
    return names.get(sector, sector.replace("_", " ").capitalize())


def _is_translation(path: Path) -> bool:
    return path.name != PurePosixPath(original(path.name)).name


def original(path: str) -> str:
    """Path of the notebook that a notebook is a translation of, or its own."""
    for language in LANGUAGES:
        path = path.removesuffix(f".{language}.ipynb") + ".ipynb" if path.endswith(f".{language}.ipynb") else path
    return path


def _offer(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        offer = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("ailab")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        _log.warning("Left out, not a readable notebook: %s", path)
        return None
    if offer is None:
        return None
    match offer:
        case {"title": str() as title, "minutes": int(), "learn": [*learn]} if title and all(isinstance(line, str) for line in learn):
            shared = offer.get("shared", [])
            if isinstance(shared, list) and all(isinstance(name, str) for name in shared):
                return offer  # type: ignore[no-any-return]
    _log.warning(
        'Left out, its metadata "ailab" need a title, minutes (a number) and learn (a list of lines); shared, if there, is a list of modules: %s', path
    )
    return None
