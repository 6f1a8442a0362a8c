"""The file button: one or several files, sent one after the other, so that a big one stops nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FileInput"]

_MEGABYTE = 2**20


class FileInput(anywidget.AnyWidget):
    """A button that gives files to a function. Nothing of a file stays in the widget.

    Parameters
    ----------
    take : callable
        Called with the name of a file, its bytes, and whether it is the first of those that were chosen together. A
        file that cannot be sent has no bytes but a sentence: ``take(name, data, first, problem)``.
    label : str
        On the button.
    accept : str, default=""
        Kinds that the device offers, for example ``".txt,.pdf"``. Empty: all.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")
    accept = traitlets.Unicode(help="Kinds of file that the device offers.").tag(sync=True)
    limit = traitlets.Int(20 * _MEGABYTE, help="Largest file that is sent, in bytes.").tag(sync=True)
    labels = traitlets.Dict(help="The texts, in the language of the visitor.").tag(sync=True)

    def __init__(self, take: Callable[[str, bytes, bool, str], None], *, label: str, accept: str = "") -> None:
        self._take = take
        super().__init__(accept=accept)
        no_answer = _("The computer has not answered for a long time. Reload the page and try again.")
        self.labels = {"choose": label, "busy": _("Reading %(name)s…"), "no_answer": no_answer}
        self.on_msg(self._file_sent)

    def _file_sent(self, _widget: Any, content: dict[str, Any], buffers: list[memoryview]) -> None:
        name = str(content.get("name") or _("no name"))
        problem = self._problem(str(content.get("problem", "")), name)
        try:
            self._take(name, bytes(buffers[0]) if buffers and not problem else b"", bool(content.get("first")), problem)
        finally:
            self.send({"received": content.get("number")})

    def _problem(self, code: str, name: str) -> str:
        if code == "too_big":
            message = _("“%(name)s” is too big: at most %(limit)d MB can be sent. Split it, or save only the text.")
            return message % {"name": name, "limit": self.limit // _MEGABYTE}
        return _("“%(name)s” could not be read from your device. Choose it again.") % {"name": name} if code else ""
