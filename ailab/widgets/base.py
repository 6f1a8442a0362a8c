"""What the demos share: an answer in words whatever happens, headings, and a quiet place for results."""

from __future__ import annotations

import functools
import logging
import os
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import ipywidgets

from ailab.errors import AilabError, SecrecyError
from ailab.i18n import gettext as _
from ailab.log import VARIABLE, write_to
from ailab.show import message_html, style

if TYPE_CHECKING:
    from collections.abc import Callable

    D = TypeVar("D", bound="Demo")

__all__ = ["Demo", "answered", "heading"]


def _log() -> logging.Logger:
    """The log of the kernel, which reaches the trainer's terminal and the log file of the classroom; what a kernel prints to stderr does not."""
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython.get_ipython(), "kernel", None) if ipython else None
    log: logging.Logger = kernel.log if kernel else logging.getLogger("ailab")
    if path := os.environ.get(VARIABLE):
        write_to(Path(path), log, quiet=True)
    return log


def heading(text: str) -> ipywidgets.HTML:
    """One line above a step."""
    return ipywidgets.HTML(f'{style()}<div class="ailab-result"><h4>{escape(text)}</h4></div>')


def answered(method: Callable[..., None]) -> Callable[..., None]:
    """Decorate a handler of a :class:`Demo`: the learner gets a sentence whatever goes wrong, the log the traceback."""

    @functools.wraps(method)
    def handler(demo: D, *arguments: Any) -> None:
        try:
            method(demo, *arguments)
        except AilabError as error:
            _log().info("%s: %s", type(error).__name__, error.code)
            if isinstance(error, SecrecyError):
                demo.forget()
            demo.say(str(error), kind="doubt")
        except Exception:  # noqa: BLE001 - whatever it is, the learner reads a sentence
            _log().exception("%s failed", type(demo).__name__)
            demo.say(_("Something went wrong inside the program. What you did is kept. Try again; if it happens again, tell the trainer."), kind="danger")

    return handler


class Demo(ipywidgets.VBox):
    """A box with an ``output`` area at its end. What it last answered is its trait ``value``, where it has one."""

    def __init__(self, children: list[ipywidgets.Widget]) -> None:
        self._views: dict[type, Callable[[Any], None]] = {}
        self.output = ipywidgets.HTML()
        super().__init__([*children, self.output])
        self.add_class("ailab-demo")

    def say(self, text: str, *, kind: str = "note") -> None:
        """Show one sentence; ``kind`` is 'note', 'doubt' or 'danger'."""
        self.output.value = message_html(text, kind=kind)

    def forget(self) -> None:
        """Let go of a text that was refused because it is secret."""

    def attach(self, view: Demo, show: Callable[[Any], None]) -> None:
        """Call ``show(None)`` after each new ``value``, and now if there is one; an older view of the same kind is let go.

        Parameters
        ----------
        view : Demo
        show : callable
        """
        if old := self._views.pop(type(view), None):
            self.unobserve(old, "value")
        self._views[type(view)] = show
        self.observe(show, "value")
        if self.value is not None:
            show(None)
