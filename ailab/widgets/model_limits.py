"""What the model has learned, what it has not, and how often it was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show import limits_html, style
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.widgets.leaf_clinic import LeafClinic

__all__ = ["ModelLimits"]


class ModelLimits(Demo):
    """The model's own record, crop by crop. Nothing is computed: the figures lie beside the model.

    Parameters
    ----------
    clinic : LeafClinic
        Whose model is described: its ``card_``.
    """

    def __init__(self, clinic: LeafClinic) -> None:
        self.clinic = clinic
        self.reveal = ipywidgets.Button(description=_("Show the AI's record"), button_style="primary")
        super().__init__([self.reveal])
        self.reveal.on_click(self._show)
        clinic.observe(self._forget, "classifier")

    def _forget(self, _change: Any) -> None:
        self.output.value = ""

    @answered
    def _show(self, _button: Any) -> None:
        if not hasattr(self.clinic.classifier, "card_"):
            names = ", ".join(str(name) for name in self.clinic.classifier.classes_)
            text = _("You taught this machine yourself: %(names)s. How often it is right, only your own test photos can say.")
            self.say(text % {"names": names})
            return
        self.output.value = f'{style()}<div class="ailab-result" lang="{get_language()}">{limits_html(self.clinic.classifier.card_)}</div>'
