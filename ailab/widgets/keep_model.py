"""Save a taught machine as a file, and bring it back with its photos."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab.errors import ModelError
from ailab.i18n import gettext as _
from ailab.show import style
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.download import Download
from ailab.widgets.file_input import FileInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.image_classifier import ImageClassifier
    from ailab.widgets.teach import Teach

__all__ = ["MODEL_FILES", "KeepModel", "read_model"]

#: What a device offers to choose from. Some phones know no such ending, and would offer nothing.
MODEL_FILES = ".ailab,application/octet-stream,application/zip"


class KeepModel(Demo):
    """A taught machine as a file ``<name>.ailab``, with or without its photos, and back.

    Parameters
    ----------
    teach : Teach
    load : callable, optional
        Bytes to a classifier. Default: :meth:`ailab.ImageClassifier.load`.
    """

    def __init__(self, teach: Teach, load: Callable[[bytes], ImageClassifier] | None = None) -> None:
        self.teach = teach
        self._load = load or read_model
        self._waiting: ImageClassifier | None = None
        self.name = ipywidgets.Text(value=_("my_machine"), description=_("Name"), layout={"width": "100%", "max_width": "34rem"})
        self.photos = ipywidgets.Checkbox(value=True, description=_("Put the photos in: needed to go on teaching"), indent=False)
        self.pack = ipywidgets.Button(description=_("Make the file"), button_style="primary")
        self.download = Download(label=_("Save the file on this device"))
        self.file = FileInput(self._chosen, label=_("Load a machine (.ailab)"), accept=MODEL_FILES)
        self.replace = ipywidgets.Button(description=_("Replace my photos"), button_style="danger")
        self.leave = ipywidgets.Button(description=_("Keep my photos"))
        self.sure = ipywidgets.HBox([self.replace, self.leave])
        self.size = ipywidgets.HTML()
        parts = [heading(_("Save")), self.name, self.photos, ipywidgets.HBox([self.pack, self.download]), self.size, heading(_("Bring back")), self.file]
        super().__init__(parts)
        self.children = (*parts, self.output, self.sure)
        self.sure.layout.display = "none"
        self.pack.on_click(self._pack)
        self.replace.on_click(self._replace)
        self.leave.on_click(self._leave)
        self.name.observe(self._renamed, "value")
        self.photos.observe(self._changed, "value")
        teach.observe(self._changed, "value")
        self._changed(None)

    @answered
    def _changed(self, _change: Any) -> None:
        self.download.content = b""  # the file is no longer what the machine knows
        self.pack.disabled = self.teach.value is None
        text = _("Teach the machine first. Then it can be saved.") if self.teach.value is None else _("First make the file, then save it.")
        self._about(text)

    def _about(self, text: str) -> None:
        self.size.value = f'{style()}<div class="ailab-result"><p class="ailab-small" role="status">{escape(text)}</p></div>'

    @answered
    def _renamed(self, _change: Any) -> None:
        self.download.filename = f"{_clean(self.name.value)}.ailab"

    @answered
    def _pack(self, _button: Any) -> None:
        buffer = io.BytesIO()
        self.teach.value.save(buffer, photos=self.photos.value)
        self._renamed(None)
        self.download.content = buffer.getvalue()
        with_photos = _("“%(name)s”, %(kilobytes)d KB. The photos are in it: give it only to people who may see them.")
        without = _("“%(name)s”, %(kilobytes)d KB. There are no photos in it.")
        values = {"name": self.download.filename, "kilobytes": -(-len(self.download.content) // 1024)}
        self._about((with_photos if self.photos.value else without) % values)

    def _chosen(self, _name: str, data: bytes, _first: bool, problem: str) -> None:
        self._read(data, problem)

    @answered
    def _read(self, data: bytes, problem: str) -> None:
        self.sure.layout.display = "none"
        if problem:
            raise ModelError(problem, code="unreadable")
        model = self._load(data)
        if self.teach.collection.learned and model.photos_:
            self._waiting = model
            self.sure.layout.display = None
            text = _("This file brings its own photos. Replace the %(n)d photos that you have here?")
            self.say(text % {"n": len(self.teach.collection.learned)}, kind="doubt")
            return
        self._take(model)

    @answered
    def _replace(self, _button: Any) -> None:
        if self._waiting is not None:  # not at the second tap of two
            self._take(self._waiting)

    @answered
    def _leave(self, _button: Any) -> None:
        self._waiting, self.sure.layout.display = None, "none"
        self.say(_("Nothing was changed."))

    def _take(self, model: ImageClassifier) -> None:
        self._waiting, self.sure.layout.display = None, "none"
        photos = tuple((data, str(label)) for data, label in model.photos_)
        self.teach.use(model, photos)
        if photos:
            self.teach.collection.replace([str(name) for name in model.classes_], photos)
            self.say(_("The machine and its photos are here again."))
        else:
            self.say(_("The machine is here. The file holds no photos: it can be tested, not taught further. Photos that you add teach a new one."))


def read_model(data: bytes) -> ImageClassifier:
    """A classifier from the bytes of a file; raises ModelError with a sentence."""
    from ailab.image_classifier import ImageClassifier

    return ImageClassifier.load(data)


def _clean(name: str) -> str:
    """A name that every device takes for a file."""
    return " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name).split()).strip(" .")[:60] or "ailab"
