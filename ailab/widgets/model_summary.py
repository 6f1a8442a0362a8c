"""What a language model would get to read, to the letter; and, after a second click, what it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.hub.abstractive import AbstractiveSummarizer, Draft
    from ailab.widgets.document_summary import DocumentSummary

__all__ = ["ModelSummary"]

_SERVER = "http://127.0.0.1:8080"


class ModelSummary(Demo):
    """Let a language model of one's own summarise the document of a demo. It sees nothing before the second button is pressed.

    Parameters
    ----------
    demo : DocumentSummary
        Whose document it is.
    model : ServerSummarizer or Seq2SeqSummarizer, optional
        A model of :mod:`ailab.hub`. Default: a server on this computer, at port 8080.
    """

    value = traitlets.Any(allow_none=True, help="last AbstractiveSummary")

    def __init__(self, demo: DocumentSummary, model: AbstractiveSummarizer | None = None) -> None:
        self.demo = demo
        self._model = model
        self._draft: Draft | None = None
        self.preview = ipywidgets.Button(description=_("Show what would be sent"))
        self.send = ipywidgets.Button(description=_("Send it"), button_style="primary", disabled=True)
        super().__init__([ipywidgets.HBox([self.preview, self.send])])
        self.say(_("Choose a document in part 1 first. Then press the first button: nothing is sent yet."))
        self.preview.on_click(self._show_draft)
        self.send.on_click(self._send_draft)
        demo.documents.observe(self._outdated, "value")

    @property
    def model(self) -> AbstractiveSummarizer:
        """The model; the one on this computer is made when it is first needed."""
        if self._model is None:
            from ailab.hub import ServerSummarizer

            self._model = ServerSummarizer(_SERVER)
        return self._model

    def _source(self) -> str:
        return "\n\n".join(text for _name, text in self.demo.documents.value)

    def _outdated(self, _change: Any) -> None:
        self._draft, self.send.disabled = None, True
        self.say(_("Press the first button to see what would be sent. Nothing is sent yet."))

    @answered
    def _show_draft(self, _button: Any) -> None:
        if not self.demo.documents.value:
            self.say(_("Choose a document in part 1 first. Then press the first button: nothing is sent yet."))
            return
        self._draft = self.model.preview(self._source())
        self.output.value = self._draft._repr_html_()
        self.send.disabled = False

    @answered
    def _send_draft(self, _button: Any) -> None:
        draft, self._draft, self.send.disabled = self._draft, None, True
        if draft is None:
            return
        self.say(_("The model is reading and writing. This can take a minute…"))
        result = self.model.send(draft, self._source())
        self.output.value = result._repr_html_()
        self.value = result
