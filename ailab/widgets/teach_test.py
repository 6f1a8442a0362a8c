"""Test a machine that was taught: a photo, what it says, whether that was right, and the score on photos kept apart."""

from __future__ import annotations

import io
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.images import open_photo
from ailab.results import Diagnosis
from ailab.show import evidence_html, style, verdict_html
from ailab.show.review import thumbnail_html
from ailab.widgets.base import Demo, answered
from ailab.widgets.photo_collection import drawn_test
from ailab.widgets.photo_input import PhotoInput

if TYPE_CHECKING:
    from ailab.images import PhotoSource
    from ailab.widgets.teach import Teach

__all__ = ["TeachTest", "kept_jpeg"]

_SIDE = 320  # as in a collection: the machine is tested with what it is taught with


class TeachTest(Demo):
    """Photos that the machine has not learned from, and how many of them it gets right.

    Parameters
    ----------
    teach : Teach
    """

    value = traitlets.Instance(Diagnosis, allow_none=True, help="last answer")

    def __init__(self, teach: Teach) -> None:
        self.teach = teach
        self.photo = PhotoInput(max_side=_SIDE)
        self.drawn = ipywidgets.Button(description=_("No camera? Test with a drawn leaf"))
        self.question = ipywidgets.HTML()
        self.answers = ipywidgets.HBox()
        self.evidence, self.score = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__([self.photo, self.drawn])
        self.children = (self.photo, self.drawn, self.output, self.question, self.answers, self.evidence, self.score)
        self._data: bytes | None = None
        self._truth = ""  # of a drawing: its class is known
        self._drawings = 0
        self.photo.observe(self._photo_taken, "count")
        self.drawn.on_click(self._draw)
        teach.observe(self._taught, "value")
        teach.observe(self._show_score, "guesses")
        self._taught(None)

    @answered
    def _taught(self, _change: Any) -> None:
        self.photo.disabled = self.drawn.disabled = self.teach.value is None
        if self.teach.value is None:
            self._untaught()
        elif self._data is None:
            self.say(_("Now take a photo that the machine has not learned."))
        else:
            self._look(self._data, self._truth)

    @answered
    def _photo_taken(self, _change: Any) -> None:
        self.photo.busy = True
        try:
            self._look(kept_jpeg(self.photo.photo))
        finally:
            self.photo.busy = False

    @answered
    def _draw(self, _button: Any) -> None:
        data, truth = drawn_test(self._drawings)
        self._drawings += 1
        self._look(data, truth)

    def _untaught(self) -> None:
        self._clear()
        self.say(_("Teach the machine in part 2 first. Then take a photo that it has not learned."))

    def _look(self, data: bytes, truth: str = "") -> None:
        if self.teach.value is None:  # it was untaught while the photo was on its way
            self._untaught()
            return
        self._clear()
        diagnosis = self.teach.value.diagnose(data)
        self._data, self._truth = data, truth
        shown = evidence_html(diagnosis.photo, diagnosis.evidence, diagnosis.label)
        drawn = _("A program drew this. It is: %(name)s.") % {"name": truth} if truth else ""
        note = f'<p class="ailab-box ailab-note">{escape(drawn)}</p>' if drawn else ""
        self.output.value = f'{style()}<div class="ailab-result" lang="{get_language()}">{verdict_html(diagnosis)}{note}</div>'
        self.evidence.value = f'<div class="ailab-result">{shown}</div>'
        self._ask(diagnosis)
        self.value = diagnosis

    def _clear(self) -> None:
        self._data, self.question.value, self.evidence.value = None, "", ""
        self._replace([])

    def _ask(self, diagnosis: Diagnosis) -> None:
        text = _("What is it really? Your answer makes this a test photo. The machine never learns from test photos.")
        self.question.value = f'{style()}<div class="ailab-result"><h4>{escape(text)}</h4></div>'
        buttons = []
        for label in (diagnosis.label, *(label for label, _p in diagnosis.alternatives)):
            words = _("Right, it is: %(name)s") if label == diagnosis.label else _("No, it is: %(name)s")
            button = ipywidgets.Button(description=words % {"name": label})
            button.on_click(partial(self._told, label))
            buttons.append(button)
        leave = ipywidgets.Button(description=_("Something else: do not keep it"))
        leave.on_click(partial(self._told, ""))
        self._replace([*buttons, leave])

    def _replace(self, buttons: list[ipywidgets.Button]) -> None:
        old, self.answers.children = self.answers.children, tuple(buttons)
        for button in old:
            button.close()

    @answered
    def _told(self, label: str, _button: Any) -> None:
        if self._data is None:  # the second tap of two
            return
        data = self._data
        self._clear()
        if label:
            self.teach.collection.add([(data, label)], test=True)
        self.say(_("Kept as a test photo. Take the next one.") if label else _("Not kept. Take the next one."))

    @answered
    def _show_score(self, _change: Any) -> None:
        right, tested = self.teach.score()
        if not tested:
            self.score.value = ""
            return
        title = _("Score on your test photos")
        text = _("%(right)d of %(tested)d right") % {"right": right, "tested": tested}
        few = _("With fewer than ten test photos the score says little.") if tested < 10 else ""
        self.score.value = (
            f'{style()}<div class="ailab-result" role="status"><h4>{escape(title)}</h4><h3 class="ailab-title">{escape(text)}</h3>'
            f'<p class="ailab-small">{escape(few)}</p>{self._wrong()}</div>'
        )

    def _wrong(self) -> str:
        """The test photos that it gets wrong."""
        guesses = self.teach.guesses
        wrong = [photo for photo in self.teach.collection.tests if guesses.get(photo.key, photo.label) != photo.label]
        words = _("Really %(label)s, taken for %(guess)s")
        named = [(photo, words % {"label": photo.label, "guess": guesses[photo.key]}) for photo in wrong]
        items = "".join(f"<li>{thumbnail_html(photo.data)}<span>{escape(text)}</span></li>" for photo, text in named)
        return f'<ul class="ailab-teach-photos">{items}</ul>' if items else ""


def kept_jpeg(photo: PhotoSource) -> bytes:
    """A photo as a collection keeps it: a small JPEG without metadata."""
    buffer = io.BytesIO()
    open_photo(photo, max_side=_SIDE).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
