"""The copy button: a text into the clipboard of the visitor's device."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["Copy"]

_HERE = Path(__file__).parent


class Copy(anywidget.AnyWidget):
    """A button that copies a text. Works on phones that reach the classroom without encryption, too.

    Parameters
    ----------
    label, done, failed : str
        On the button: before, after, and where the browser does not let it copy.
    """

    _esm = _HERE / "copy.js"
    _css = _HERE / "download.css"
    content = traitlets.Unicode(help="What is copied; without it the button is off.").tag(sync=True)
    label = traitlets.Unicode(help="On the button.").tag(sync=True)
    done = traitlets.Unicode(help="On the button, after it was copied.").tag(sync=True)

    failed = traitlets.Unicode(help="On the button, where the browser does not let it copy.").tag(sync=True)

    def __init__(self, *, label: str, done: str, failed: str = "") -> None:
        super().__init__(label=label, done=done, failed=failed)
