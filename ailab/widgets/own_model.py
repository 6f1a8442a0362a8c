"""Put a machine that one has taught oneself in the place of a demo's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab.errors import ModelError
from ailab.i18n import gettext as _
from ailab.widgets.base import Demo, answered
from ailab.widgets.file_input import FileInput
from ailab.widgets.keep_model import MODEL_FILES, read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.image_classifier import ImageClassifier
    from ailab.widgets.leaf_clinic import LeafClinic

__all__ = ["OwnModel"]


class OwnModel(Demo):
    """Load a file ``*.ailab`` into a clinic, and go back.

    Parameters
    ----------
    clinic : LeafClinic
    load : callable, optional
        Bytes to a classifier. Default: :meth:`ailab.ImageClassifier.load`.
    """

    def __init__(self, clinic: LeafClinic, load: Callable[[bytes], ImageClassifier] | None = None) -> None:
        self.clinic = clinic
        self._bundled = clinic.classifier
        self._load = load or read_model
        self.file = FileInput(self._chosen, label=_("Load my machine (.ailab)"), accept=MODEL_FILES)
        self.back = ipywidgets.Button(description=_("Back to the bundled AI"))
        super().__init__([self.file, self.back])
        self.back.layout.display = "none"
        self.back.on_click(self._back)
        self.say(_("Now the bundled AI is at work in part 1."))

    def _chosen(self, name: str, data: bytes, _first: bool, problem: str) -> None:
        self._use(name, data, problem)

    @answered
    def _use(self, name: str, data: bytes, problem: str) -> None:
        if problem:
            raise ModelError(problem, code="unreadable")
        model = self._load(data)
        self.clinic.classifier = model
        self.back.layout.display = None
        text = _("Now “%(name)s” is at work in part 1. It tells apart: %(names)s. It knows nothing else, and gives no advice of its own. Try a photo there.")
        self.say(text % {"name": name, "names": ", ".join(str(label) for label in model.classes_)})

    @answered
    def _back(self, _button: Any) -> None:
        self.clinic.classifier = self._bundled
        self.back.layout.display = "none"
        self.say(_("Now the bundled AI is at work in part 1."))
