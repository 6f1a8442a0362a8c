"""The save button: a text or a workbook as a file on the visitor's device, made in the browser."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

__all__ = ["Download"]


class Download(anywidget.AnyWidget):
    """A button that saves a text, or bytes, as a file. It still works when the connection is gone.

    Parameters
    ----------
    label : str
        On the button.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")
    content = traitlets.Union([traitlets.Unicode(), traitlets.Bytes()], default_value="", help="What is in the file; the button is off without.").tag(sync=True)
    filename = traitlets.Unicode(help="Name that the file gets.").tag(sync=True)
    label = traitlets.Unicode(help="On the button.").tag(sync=True)
    count = traitlets.Int(help="How often it was saved.").tag(sync=True)

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label)
