"""What the AI looked at, for its guess and for the guesses that it rejected."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from ailab import cards
from ailab.i18n import gettext as _
from ailab.show import evidence_html, style
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.widgets.leaf_clinic import LeafClinic

__all__ = ["EvidenceView"]


class EvidenceView(Demo):
    """The photo beside the map of the evidence for one label.

    Parameters
    ----------
    clinic : LeafClinic
        Whose last photo is shown.
    """

    def __init__(self, clinic: LeafClinic) -> None:
        self.clinic = clinic
        self.label = ipywidgets.Dropdown(description=_("Evidence for"), options=[])
        self.label.layout.display = "none"
        super().__init__([self.label])
        self.say(_("Try a photo in part 1 first. It appears here."))
        self.label.observe(self._show, "value")
        clinic.attach(self, self._new_diagnosis)

    @answered
    def _new_diagnosis(self, _change: Any) -> None:
        diagnosis = self.clinic.value
        assert diagnosis is not None
        labels = [diagnosis.label, *(label for label, _p in diagnosis.alternatives[:3])]
        self.label.layout.display = None
        self.label.options = [(cards.with_crop(label), label) for label in labels]
        self.label.value = diagnosis.label
        self._show(None)

    @answered
    def _show(self, _change: Any) -> None:
        diagnosis = self.clinic.value
        if diagnosis is None or self.label.value is None:
            return
        evidence = diagnosis.evidence
        if self.label.value != diagnosis.label:
            evidence = self.clinic.classifier.explain(diagnosis.photo, label=self.label.value)
        shown = evidence_html(diagnosis.photo, evidence, self.label.value)
        self.output.value = f'{style()}<div class="ailab-result">{shown}{self._tried()}</div>'

    def _tried(self) -> str:
        """Whether the map is worth believing, where that has been measured."""
        tried = getattr(self.clinic.classifier, "card_", {}).get("heat_map", {}).get("known")
        if not tried:
            return ""
        text = _("We hid what the map marks, and in turn the middle of the photo. The map mattered more to the guess on %(wins)d of %(photos)d photos.")
        return f'<p class="ailab-small">{escape(text % {"wins": tried["beats_centre"], "photos": tried["photos"]})}</p>'
