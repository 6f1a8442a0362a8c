"""Try it: say which crop it is, give a photo, read what the AI makes of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab import cards, samples
from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.results import Diagnosis
from ailab.show import advice_html, crop_limits_html, notice_html, photo_uri, style, verdict_html
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.photo_input import PhotoInput
from ailab.widgets.sample_strip import SampleStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from ailab.images import PhotoSource
    from ailab.vision import CropClassifier

__all__ = ["LeafClinic"]

_NOT_KNOWN, _OTHER = "", "other"


class LeafClinic(Demo):
    """Photograph a leaf and see what the AI thinks, how sure it is, and when it should not be believed.

    Parameters
    ----------
    classifier : CropClassifier, optional
        A model of your own: anything with ``crops_`` and ``diagnose(image, crop=)`` that returns a
        :class:`~ailab.Diagnosis`. The views of a clinic also ask it for ``explain(image, label=)``, ``classes_`` and
        ``predict_proba(images)``. Default: the bundled model. Set the trait to put another in its place.
    """

    classifier = traitlets.Any(help="the model at work")
    value = traitlets.Instance(Diagnosis, allow_none=True, help="last diagnosis")

    def __init__(self, classifier: CropClassifier | None = None) -> None:
        if classifier is None:
            from ailab.vision import CropClassifier

            classifier = CropClassifier()
        self.classifier = classifier
        self._image: PhotoSource | None = None
        self._drawn = ""
        self.which = heading(_("Which crop is it?"))
        self.crop = ipywidgets.ToggleButtons(options=self._crops(), value=None)
        self.seen = ipywidgets.HTML(self._seen())
        self.photo = PhotoInput()
        self._samples = _gallery()
        self.samples = SampleStrip(items=[{"src": src, "name": sample.name} for src, sample in zip(warm(), self._samples, strict=True)])
        no_photo = heading(_("No photo at hand? Try a picture drawn by a program"))
        for part in (no_photo, self.samples):
            part.add_class("ailab-samples")
        super().__init__(
            [
                self.which,
                self.crop,
                self.seen,
                heading(_("A photo of one leaf")),
                self.photo,
                no_photo,
                self.samples,
            ]
        )
        self.say(_("The answer appears here. The photo goes only to the machine that runs this lesson, and is not kept."))
        self._ask_for_crop()
        self.observe(self._model_changed, "classifier")
        self.crop.observe(self._crop_chosen, "value")
        self.photo.observe(self._photo_taken, "count")
        self.samples.observe(self._sample_chosen, "count")

    def _crops(self) -> list[tuple[str, str]]:
        known = [(cards.crop_name(crop), crop) for crop in self.classifier.crops_]
        return [*known, (_("Another crop"), _OTHER), (_("I don't know"), _NOT_KNOWN)]

    def _ask_for_crop(self) -> None:
        """A model that knows no crops is told none."""
        self.which.layout.display = self.crop.layout.display = None if self.classifier.crops_ else "none"

    @answered
    def _model_changed(self, _change: Any) -> None:
        self.crop.unobserve(self._crop_chosen, "value")  # other options choose the first of them
        self.crop.options = self._crops()
        self.crop.value = None
        self.crop.observe(self._crop_chosen, "value")
        self._ask_for_crop()
        self.seen.value = self._seen()
        if self._image is not None:
            self._diagnose(self._image, self._drawn)

    @answered
    def _crop_chosen(self, _change: Any) -> None:
        self.seen.value = self._seen()
        if self._image is not None:
            self._diagnose(self._image, self._drawn)

    @answered
    def _photo_taken(self, _change: Any) -> None:
        self.samples.index = -1
        self.photo.busy = True
        try:
            self._diagnose(self.photo.photo)
        finally:
            self.photo.busy = False

    @answered
    def _sample_chosen(self, _change: Any) -> None:
        sample = self._samples[self.samples.index]
        before, self._image = self._image, None  # or the next line would diagnose the photo before this one
        self.crop.value = sample.crop if sample.crop in [crop for _name, crop in self._crops()] else None
        self._image = before
        self._diagnose(sample.draw(size=512), sample.name)

    @property
    def _told(self) -> str | None:
        """The crop, if it was told and the model knows it."""
        return self.crop.value if self.crop.value in self.classifier.crops_ else None

    def _seen(self) -> str:
        """What the model has learned of the chosen crop; which crops it has not, as long as none is chosen."""
        text = f'<p class="ailab-small">{escape(cards.unseen())}</p>'
        if not self.classifier.crops_:
            own = _("This machine was taught by you. It knows no crops, so it does not ask for one.")
            text = f'<p class="ailab-box ailab-note">{escape(own)}</p>'
        elif self._told:
            card = getattr(self.classifier, "card_", {"crops": {}})  # a model of one's own may have none
            text = crop_limits_html(self._told, card)
        elif self.crop.value == _OTHER:
            text = f'<p class="ailab-box ailab-doubt">{escape(cards.unseen())} {escape(_no_guess())}</p>'
        return f'{style()}<div class="ailab-result" lang="{get_language()}">{text}</div>'

    def _diagnose(self, image: PhotoSource, drawn: str = "") -> None:
        diagnosis = self.classifier.diagnose(image, crop=self._told)
        self._image, self._drawn = image, drawn  # a photo that failed has not come this far: the last good one stays
        self.output.value = self._answer(diagnosis)
        self.value = diagnosis

    def _answer(self, diagnosis: Diagnosis) -> str:
        hints = []
        if self.crop.value is None and self.classifier.crops_:
            hints.append(_("You have not said which crop it is. Choose it above: the AI is right more often when it knows."))
        if self.crop.value == _OTHER and self.classifier.crops_:
            hints.append(_no_guess())
        if self._drawn:
            text = _("A program drew this picture: %(name)s. The AI has learned from real photos only and may be wrong about drawings.")
            if not self.classifier.crops_:
                text = _("A program drew this picture: %(name)s.")
            hints.append(text % {"name": self._drawn})
        notes = "".join(f'<p class="ailab-box ailab-doubt">{escape(hint)}</p>' for hint in hints)
        return f'{style()}<div class="ailab-result" lang="{get_language()}">{verdict_html(diagnosis)}{notes}{advice_html(diagnosis)}{notice_html()}</div>'


def _no_guess() -> str:
    return _("You said that it is another crop. Whatever disease the AI names is then wrong. Take a leaf to the commune agricultural officer.")


@dataclass(frozen=True)
class _Sample:
    name: str
    crop: str
    draw: Callable[..., Image.Image]


@functools.cache
def warm() -> tuple[str, ...]:
    """The small pictures of the gallery; drawn once, in a classroom before the class comes."""
    return tuple(photo_uri(sample.draw(size=96), 96) for sample in _gallery())


def _gallery() -> list[_Sample]:
    """Drawn leaves, and two things that are none."""
    leaves = [
        _Sample(cards.with_crop(f"{crop}__{condition}"), crop, partial(samples.draw_leaf, crop, condition, seed, label=False))
        for crop, condition, seed in samples.SAMPLES
    ]
    objects = [_Sample(name, _NOT_KNOWN, partial(samples.draw_object, kind, label=False)) for kind, name in (("cup", _("A cup")), ("house", _("A house")))]
    return leaves + objects
