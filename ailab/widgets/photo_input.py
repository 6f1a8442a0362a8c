"""The photo button: a photo from a phone's camera, a file, drag and drop or the clipboard, shrunk before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ailab.i18n import gettext as _

__all__ = ["PHOTO_BUTTON", "PhotoInput"]

#: What every script of a photo button begins with.
PHOTO_BUTTON = Path(__file__).with_name("photo_button.js").read_text("utf-8")


class _Photo(traitlets.Bytes):
    """Bytes, also as the memoryview that a browser's message holds. Not CBytes: for it the number 2000000000 means so many zeros."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, bytes(value) if isinstance(value, (memoryview, bytearray)) else value)


class PhotoInput(anywidget.AnyWidget):
    """Two buttons, "take a photo" and "choose a photo".

    Observe ``count``, then read ``photo`` and give it to :func:`ailab.open_photo`. Set ``busy`` while working on it, and
    ``error`` to show a sentence.

    Parameters
    ----------
    **kwargs
        Traits, by name.

    Examples
    --------
    >>> button = PhotoInput()
    >>> button.observe(lambda change: print(len(button.photo)), "count")
    >>> button.set_state({"photo": memoryview(b"..."), "count": 1})  # what the browser does
    3
    """

    _esm = PHOTO_BUTTON + Path(__file__).with_suffix(".js").read_text("utf-8")
    _css = Path(__file__).with_suffix(".css")

    photo = _Photo(help="The last photo: a JPEG without metadata, or the file as it was if the browser cannot read it.").tag(sync=True, echo_update=False)
    filename = traitlets.Unicode(help="Its name on the visitor's device.").tag(sync=True)
    count = traitlets.Int(help="Photos given so far: rises even if the same photo is given again.").tag(sync=True)
    received = traitlets.Int(help="The last count that has arrived: tells the browser that the sending is over.").tag(sync=True)
    busy = traitlets.Bool(help="Whether a photo is being worked on: nothing can be given meanwhile.").tag(sync=True)
    disabled = traitlets.Bool(help="Whether no photo can be given.").tag(sync=True)
    error = traitlets.Unicode(help="A sentence to show below the buttons; a new photo removes it.").tag(sync=True)
    max_side = traitlets.Int(1024, min=16, help="Longer side of the photo that is sent, in pixels.").tag(sync=True)
    labels = traitlets.Dict(help="The texts, in the language of the visitor.").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.labels = _labels() | self.labels

    @traitlets.observe("count")
    def _acknowledge(self, change: Any) -> None:
        self.received = change.new


def _labels() -> dict[str, str]:
    return {
        "camera": _("Take a photo"),
        "choose": _("Choose a photo"),
        "hint": _("You can also drag a photo here, or paste it (Ctrl+V)."),
        "drop": _("Drop the photo here"),
        "sending": _("Sending the photo…"),
        "busy": _("Looking at the photo…"),
        "empty": _("The photo is empty. Take it or choose it again."),
        "not_a_photo": _("This file is not a photo, or it is damaged. Choose another photo."),
        "too_big": _("This photo is too big to send, and the browser cannot shrink it. Choose a JPEG photo or a smaller one."),
        "failed": _("The photo could not be read from your device. Choose it again."),
        "no_answer": _("The computer has not answered for a long time. Reload the page and try again."),
    }
