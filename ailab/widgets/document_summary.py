"""Summarise: the sentences that matter, marked in the document itself, and why each was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.results import Summary
from ailab.show import summary_html
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.document_input import DocumentInput

if TYPE_CHECKING:
    from ailab.summary import Summarizer

__all__ = ["DocumentSummary"]


class DocumentSummary(Demo):
    """Summarise a document, or several on one matter.

    Parameters
    ----------
    summarizer : Summarizer, optional
        A model of your own: anything with ``n_sentences`` and ``summarize(texts)`` that returns a :class:`~ailab.Summary`. Default: the one of ailab.
    """

    value = traitlets.Instance(Summary, allow_none=True, help="last summary")

    def __init__(self, summarizer: Summarizer | None = None) -> None:
        if summarizer is None:
            from ailab.summary import Summarizer

            summarizer = Summarizer()
        self.summarizer = summarizer
        self.documents = DocumentInput(several=True)
        self.length = ipywidgets.IntSlider(value=summarizer.n_sentences, min=1, max=12, description=_("Sentences"), continuous_update=False)
        self.length.layout.display = "none"
        super().__init__([self.documents, heading(_("The summary")), self.length])
        self.say(_("Choose a sample above. The summary appears here, and the sentences are marked in the document."))
        self.documents.observe(self._summarize, "value")
        self.length.observe(self._summarize, "value")

    @property
    def names(self) -> list[str]:
        """Of the documents that were summarised."""
        return [name for name, _text in self.documents.value]

    @answered
    def _summarize(self, _change: Any) -> None:
        documents = self.documents.value
        self.length.layout.display = None if documents else "none"
        if not documents:
            self.value = None
            self.say(_("There is no document. Choose a sample above, or send one."))
            return
        texts = [text for _name, text in documents]
        if _change is not None and _change["owner"] is self.documents:
            self.say(_("Reading and weighing every sentence…"))
            if self.value is not None and self.value.sources != tuple(texts):
                self.value = None
        self.summarizer.n_sentences = self.length.value
        summary = self.summarizer.summarize(texts if len(texts) > 1 else texts[0])
        self.output.value = summary_html(summary, self.names)
        self.value = summary
