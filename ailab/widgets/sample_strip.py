"""A row of small pictures to choose from."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["SampleStrip"]

_HERE = Path(__file__).parent


class SampleStrip(anywidget.AnyWidget):
    """A row of small pictures that scrolls sideways.

    Parameters
    ----------
    items : list of dict
        ``src`` (a ``data:`` address) and ``name`` (shown beneath) of each picture.
    """

    _esm = _HERE / "sample_strip.js"
    _css = _HERE / "sample_strip.css"
    items = traitlets.List(traitlets.Dict(), help="pictures to choose from").tag(sync=True)
    index = traitlets.Int(-1, help="the picture that is chosen; -1: none").tag(sync=True)
    count = traitlets.Int(0, help="goes up by one with each choice, also of the same picture").tag(sync=True)
