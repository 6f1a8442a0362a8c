"""The scripts of Voila and of the widgets as one file.

They come in seventy pieces, which a page asks for one after another once its notebook has run. As one file they are on their way while the
kernel works, cost the server a fifth, and are kept by browsers for good. Each piece registers itself when it is run; one that is not in the file,
because Voila or the widgets are of another version, is fetched by Voila as ever. ``python benchmarks/air.py`` shows which ones were.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from pathlib import Path

from voila.paths import collect_static_paths
from voila.utils import get_voila_labextensions_path

__all__ = ["NAME", "WIDGETS", "compressed", "version"]

#: Name of the file among those of the classroom.
NAME = "scripts.js"

_VOILA = (
    "73 143 225 431 457 614 630 1187 1601 1621 1670 1996 2121 2296 2772 2829 2930 3144 3249 3307 3311 3459 3649 3916 3989 3992 4041 4135 4173"
    " 4222 4371 4486 4653 4729 4875 4972 5044 5312 5688 5764 5767 5992 6008 6049 6074 6305 6382 6468 6573 7155 7245 7259 7393 7483 7556 7598 7770"
    " 7883 8017 8135 8487 8766 8773 8862 8925 9081 9151 9212 9582 9684 9890"
)
#: The extensions that a page needs, and their pieces.
WIDGETS = {
    "@jupyter-widgets/jupyterlab-manager": "7 32 84 121 160 170 452 704 718 967",
    "@voila-dashboards/widgets-manager8": "496 883",
    "anywidget": "2 528",
}


@functools.cache
def _pieces() -> list[Path]:
    """The files of this installation, in an order that does not change."""
    wanted = [(Path(folder), f"{number}.voila.js") for number in _VOILA.split() for folder in collect_static_paths(["voila"], "lab")]
    extensions = get_voila_labextensions_path()
    for name, numbers in WIDGETS.items():
        wanted += [(Path(folder) / name / "static", f"{number}.*.js") for number in numbers.split() for folder in extensions]
    found: dict[str, Path] = {}  # as Voila does, the first folder that has a file wins
    for folder, pattern in wanted:
        for path in sorted(folder.glob(pattern)):
            found.setdefault(f"{pattern}{path.name}", path)
    return list(found.values())


@functools.cache
def version() -> str:
    """Text that changes when a piece changes."""
    facts = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _pieces()]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


@functools.cache
def compressed() -> bytes:
    """The file, compressed. Takes half a second the first time."""
    return gzip.compress(b"\n;\n".join(path.read_bytes() for path in _pieces()), 9, mtime=0)
