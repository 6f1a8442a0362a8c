"""Give a document: a sample, a file, or a text that is pasted. A secret one is refused and not kept."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets
from traitlets import Bunch

from ailab.errors import AilabError, SecrecyError
from ailab.i18n import gettext as _
from ailab.show import style
from ailab.text import normalize
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.file_input import FileInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.samples.documents import SampleDocument

__all__ = ["DocumentInput"]

_MOST = 5  # documents that are read together


class DocumentInput(Demo):
    """Choose a sample document, send files of one's own, or paste a text.

    Parameters
    ----------
    several : bool, default=False
        Whether documents on one matter can be given together.
    samples : sequence of SampleDocument, optional
        To choose from. Default: the invented administrative documents.
    title : str, optional
        Above the samples.
    """

    value = traitlets.Tuple(help="the documents: (name, text) of each")

    def __init__(self, *, several: bool = False, samples: Sequence[SampleDocument] | None = None, title: str | None = None) -> None:
        if samples is None:
            from ailab.samples.documents import sample_documents

            samples = sample_documents()
        self.several = several
        options: list[tuple[str, tuple[SampleDocument, ...]]] = [(sample.title, (sample,)) for sample in samples]
        if several:
            options = [*_together(samples), *options]
        self.sample = ipywidgets.Dropdown(options=[(_("Choose one…"), ()), *options], value=())
        self.sample.layout.width = "100%"
        label = _("Send documents (.docx, .pdf, .txt)") if several else _("Send a document (.docx, .pdf, .txt)")
        self.files = FileInput(self._file, label=label, accept=".txt,.docx,.pdf")
        self.text = ipywidgets.Textarea(placeholder=_("Paste a text here"), rows=4, layout={"width": "100%"})
        self.read = ipywidgets.Button(description=_("Read this text"))
        own = ipywidgets.VBox([self.files, self.text, self.read])
        own.add_class("ailab-own-text")
        super().__init__(
            [heading(title or _("A sample: everything in it is invented")), self.sample, heading(_("Or a document of your own")), self._reminder(), own]
        )
        self.add_class("ailab-document-input")
        self._sent: tuple[tuple[str, str], ...] = ()  # read of the files that were chosen together
        self._told: list[str] = []
        self.sample.observe(self._sample_chosen, "value")
        self.read.on_click(self._pasted)

    @staticmethod
    def _reminder() -> ipywidgets.HTML:
        text = _("No secret document, not even here. A text goes only to the machine that runs this lesson, and is gone when you close the page.")
        return ipywidgets.HTML(f'{style()}<p class="ailab-result ailab-small">{escape(text)}</p>')

    def take(self, documents: tuple[tuple[str, str], ...]) -> None:
        """Take documents; nothing of them is kept if one is secret. The same ones once more are read once more.

        Parameters
        ----------
        documents : tuple of (str, str)
            Name and text of each.

        Raises
        ------
        SecrecyError
        """
        from ailab.privacy import refuse_secret

        for _name, text in documents:
            refuse_secret(text)
        self.output.value = ""
        if documents == self.value:
            self.notify_change(Bunch(name="value", old=documents, new=documents, owner=self, type="change"))
        self.value = documents

    def forget(self) -> None:
        """Keep nothing."""
        self.text.value = ""
        self.sample.value = self.value = self._sent = ()

    @answered
    def _sample_chosen(self, _change: Any) -> None:
        from ailab.readers import read_document

        if self.sample.value:
            self.say(_("Reading the document…"))
            self.take(tuple((sample.title, read_document(sample.path)) for sample in self.sample.value))

    @answered
    def _pasted(self, _button: Any) -> None:
        if not self.text.value.strip():
            self.say(_("The text field is empty. Paste or type a text, then press the button."), kind="doubt")
            return
        self.take(((_("Your text"), normalize(self.text.value)),))
        self.sample.value = ()

    @answered
    def _file(self, name: str, data: bytes, first: bool, problem: str) -> None:
        from ailab.readers import read_document

        if first:
            self._sent, self._told = (), []
        try:
            if problem:
                raise AilabError(problem)  # noqa: TRY301 - one way out for all that goes wrong
            if len(self._sent) >= (_MOST if self.several else 1):
                message = _("At most %(most)d documents are read together. “%(name)s” was left out.")
                message = message if self.several else _("Only one document is read at a time. “%(name)s” was left out.")
                raise AilabError(message % {"most": _MOST, "name": name})  # noqa: TRY301
            sent = (*self._sent, (name, read_document(data, name=name)))
            self.take(sent)
            self._sent = sent
            self.sample.value = ()
        except AilabError as error:
            if isinstance(error, SecrecyError):
                self.forget()
            text = str(error) if name in str(error) else f"{name}: {error}"
            self._told.append(text)
        if self._told:
            boxes = "".join(f'<p class="ailab-box ailab-doubt">{escape(text)}</p>' for text in self._told)
            self.output.value = f'{style()}<div class="ailab-result" role="status">{boxes}</div>'


def _together(samples: Sequence[SampleDocument]) -> list[tuple[str, tuple[SampleDocument, ...]]]:
    """Samples on one matter, to be read together."""
    matters = dict.fromkeys(sample.matter for sample in samples if sample.matter)
    groups = [tuple(sample for sample in samples if sample.matter == matter) for matter in matters]
    return [(_("%(n)d documents on one matter: %(title)s") % {"n": len(group), "title": group[-1].title}, group) for group in groups if len(group) > 1]
