"""Turn the light down, blur the photo, swap the background, and watch the confidence move."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from ailab import cards
from ailab.i18n import gettext as _
from ailab.perturb import BACKGROUNDS, blur, relight, swap_background
from ailab.show import line_chart, percent, style, verdict_html
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from PIL import Image

    from ailab.widgets.leaf_clinic import LeafClinic

__all__ = ["WhatIf"]

_LIGHTS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0)
_RADII = (0, 4, 8, 12, 16, 24, 32, 40)


class WhatIf(Demo):
    """The last photo of a clinic under other conditions.

    Parameters
    ----------
    clinic : LeafClinic
        Whose last photo and crop are used.
    """

    def __init__(self, clinic: LeafClinic) -> None:
        self.clinic = clinic
        options = {"continuous_update": False, "style": {"description_width": "5em"}, "layout": {"width": "100%", "max_width": "34rem"}}
        self.light = ipywidgets.SelectionSlider(description=_("Light"), options=[(f"{100 * x:.0f}%", x) for x in _LIGHTS], value=1.0, **options)
        self.defocus = ipywidgets.SelectionSlider(description=_("Blur"), options=[(str(x), x) for x in _RADII], value=0, **options)
        names = {"white": _("white"), "black": _("black"), "soil": _("soil"), "grass": _("grass")}
        self.background = ipywidgets.SelectionSlider(
            description=_("Background"), options=[(_("as it is"), ""), *((names[name], name) for name in BACKGROUNDS)], value="", **options
        )
        self.reset = ipywidgets.Button(description=_("Back to the original"))
        self.controls = ipywidgets.VBox([self.light, self.defocus, self.background, self.reset])
        self.controls.layout.display = "none"
        super().__init__([self.controls])
        self.say(_("Try a photo in part 1 first. Then change it here."))
        self._moved = "light"
        self._swapped: dict[str, Image.Image] = {}  # the photo on other backgrounds
        for name in ("light", "defocus", "background"):
            getattr(self, name).observe(lambda change, name=name: self._changed(name, change), "value")
        self.reset.on_click(self._reset)
        clinic.attach(self, self._new_photo)

    def _new_photo(self, _change: Any) -> None:
        self.controls.layout.display = None
        self._swapped.clear()
        self._reset(None)

    def _reset(self, _button: Any) -> None:
        self._moved = ""  # the three changes below are one
        self.light.value, self.defocus.value, self.background.value = 1.0, 0, ""
        self._moved = "light"
        self._show()

    def _changed(self, name: str, _change: Any) -> None:
        if self._moved:
            self._moved = name
            self._show()

    def _photo(self, **changed: Any) -> Image.Image:
        assert self.clinic.value is not None
        now = {"light": self.light.value, "defocus": self.defocus.value, "background": self.background.value} | changed
        photo = self.clinic.value.photo
        if now["background"]:
            # Cutting out the leaf takes longer than everything else here together.
            if now["background"] not in self._swapped:
                self._swapped[now["background"]] = swap_background(photo, now["background"])
            photo = self._swapped[now["background"]]
        return blur(relight(photo, now["light"]), now["defocus"])

    @answered
    def _show(self) -> None:
        before = self.clinic.value
        if before is None:
            return
        photo = self._photo()
        after = self.clinic.classifier.diagnose(photo, crop=before.told_crop)
        self.output.value = f'{style()}<div class="ailab-result">{verdict_html(after)}{self._before_and_now(after)}{self._curve()}</div>'

    def _before_and_now(self, after: Any) -> str:
        before = self.clinic.value
        assert before is not None
        now = dict([(after.label, after.confidence), *after.alternatives])[before.label]
        text = _("Confidence in “%(name)s”: before %(before)s, now %(now)s.")
        text %= {"name": cards.with_crop(before.label), "before": percent(before.confidence), "now": percent(now)}
        return f'<p class="ailab-box ailab-note">{escape(text)}</p>'

    def _curve(self) -> str:
        """How the confidence in the first guess follows the slider that was moved last."""
        before = self.clinic.value
        assert before is not None
        slider = getattr(self, self._moved)
        values = [value for _name, value in slider.options]
        classifier = self.clinic.classifier
        probability = classifier.predict_proba([self._photo(**{self._moved: value}) for value in values])
        labels = list(classifier.classes_)
        if before.told_crop:
            columns = [i for i, label in enumerate(labels) if label.split("__")[0] == before.told_crop]
            probability = probability[:, columns] / np.maximum(probability[:, columns].sum(1, keepdims=True), 1e-9)
            labels = [labels[i] for i in columns]
        first = labels.index(before.label)
        title = _("%(slider)s: how the confidence in the first guess moves") % {"slider": slider.description}
        names = [name for name, _value in slider.options]
        same = [bool(row.argmax() == first) for row in probability]
        return line_chart(title, names, probability[:, first].tolist(), filled=same, here=values.index(slider.value))
