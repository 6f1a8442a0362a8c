"""What is personal in a text, the text with placeholders instead, and the way back that stays here."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.results import MaskedText
from ailab.show import personal_data_html, style
from ailab.text import normalize
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.copy import Copy
from ailab.widgets.document_input import DocumentInput
from ailab.widgets.download import Download

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.samples.documents import SampleDocument

__all__ = ["PersonalDataCheck"]


class PersonalDataCheck(Demo):
    """Find personal data in a text and mask it; what the AI misses is masked by hand.

    Parameters
    ----------
    mask : callable, optional
        A masker of your own: takes a text and ``keep``, and returns a :class:`~ailab.results.MaskedText`. Default: :func:`ailab.mask_personal_data`.
    samples : sequence of SampleDocument, optional
        To choose from. Default: the invented administrative documents.
    """

    value = traitlets.Instance(MaskedText, allow_none=True, help="the masked text")

    def __init__(self, mask: Any = None, *, samples: Sequence[SampleDocument] | None = None) -> None:
        self._mask = mask
        self._by_hand: list[str] = []
        self._changed = False  # by the person, in the field of the masked text
        self.documents = DocumentInput(samples=samples)
        self.signer = ipywidgets.Checkbox(value=True, indent=False, description=_("Leave the name of the official who signed"))
        self.masked = ipywidgets.Textarea(rows=10, disabled=False, layout={"width": "100%"})
        failed = _("This browser does not allow it: press the text for long and choose Copy")
        self.copy = Copy(label=_("Copy the masked text"), done=_("Copied"), failed=failed)
        self.save = Download(label=_("Save the masked text"))
        self.save.filename = _("masked-text") + ".txt"
        self.word = ipywidgets.Text(placeholder=_("A name or number that the AI missed"), continuous_update=False, layout={"width": "100%"})
        self.add = ipywidgets.Button(description=_("Mask this too"))
        self.said = ipywidgets.HTML()
        self.map = ipywidgets.HTML()
        adding = ipywidgets.HBox([self.word, self.add])
        adding.add_class("ailab-add-row")
        self.rest = ipywidgets.VBox(
            [
                *(heading(_("The masked text")), self.signer, self.masked, ipywidgets.HBox([self.copy, self.save])),
                *(heading(_("Did the AI miss something?")), adding, self.said),
                self.map,
            ]
        )
        question = heading(_("What is personal in it?"))
        super().__init__([self.documents, question])
        self.children = (self.documents, question, self.output, self.rest)
        self.rest.layout.display = "none"
        self.say(_("Choose a sample or paste a text. What is personal is marked here."))
        self.documents.observe(self._read, "value")
        self.signer.observe(self._again, "value")
        self.masked.observe(self._edited, "value")
        self.add.on_click(self._add)

    @answered
    def _read(self, _change: Any) -> None:
        self._by_hand, self.word.value, self.said.value = [], "", ""
        self._work()

    @answered
    def _again(self, _change: Any) -> None:
        if self.value is None:
            return
        changed = self._changed
        self._work()
        self._note(_("The text was masked anew. What you had changed in it yourself is undone: change it again.") if changed else "")

    def _work(self) -> None:
        documents = self.documents.value
        self.rest.layout.display = None if documents else "none"
        if not documents:
            self.value, self.masked.value, self.map.value = None, "", ""
            self.say(_("There is no text. Choose a sample, or paste one."))
            return
        if self._mask is None:
            from ailab.privacy import mask_personal_data

            self._mask = mask_personal_data
        text = documents[0][1]
        masked = self._mask(text, keep=("signer",) if self.signer.value else ())
        for word in self._by_hand:
            masked = _also(masked, word)
        self.output.value = f'{style()}<div class="ailab-result ailab-wide" lang="{get_language()}">{personal_data_html(text, masked.found)}{_warning()}</div>'
        self._keep(masked)
        self._changed = False

    def _keep(self, masked: MaskedText) -> None:
        self.map.value = _map_html(masked)
        self.value = masked
        self.masked.value = masked.text

    @answered
    def _edited(self, _change: Any) -> None:
        self.copy.content = self.save.content = self.masked.value
        self._changed |= self.value is not None and self.masked.value != self.value.text

    @answered
    def _add(self, _button: Any) -> None:
        word = " ".join(normalize(self.word.value).split())
        if self.value is None or not word:
            self._note(_("Write the name or number first, then press the button."))
            return
        now = replace(self.value, text=self.masked.value)  # with what was changed in the field by hand
        masked = _also(now, word)
        if masked is now:
            self._note(_("“%(word)s” does not stand in the masked text. Copy it from there, letter by letter.") % {"word": word})
            return
        self._by_hand.append(word)
        self._keep(masked)
        self._note(_("“%(word)s” is masked now, in every place.") % {"word": word})
        self.word.value = ""

    def _note(self, text: str) -> None:
        self.said.value = f'{style()}<p class="ailab-result ailab-small" role="status">{escape(text)}</p>' if text else ""


def _also(masked: MaskedText, word: str) -> MaskedText:
    """Mask one word more, wherever it stands outside placeholders: ours, and those that the text came with."""
    from ailab.privacy import LABELS

    label = _("BY HAND")
    there = {*masked.originals, *re.findall(rf"\[(?:{'|'.join([*LABELS.values(), label])}) \d{{1,9}}\]", masked.text)}
    placeholder = next(free for number in itertools.count(1) if (free := f"[{label} {number}]") not in there)
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, word.split())) + r"(?!\w)", re.IGNORECASE)
    known = "|".join(map(re.escape, sorted(there, key=len, reverse=True)))
    pieces = re.split(f"({known})", masked.text) if known else [masked.text]
    text = "".join(piece if at % 2 else pattern.sub(lambda _found: placeholder, piece) for at, piece in enumerate(pieces))
    return masked if text == masked.text else replace(masked, text=text, originals={**masked.originals, placeholder: word})


def _warning() -> str:
    text = _("Read the masked text yourself before you share it. The AI finds patterns; it does not know who can be recognised from a story.")
    return f'<p class="ailab-box ailab-doubt">{escape(text)}</p>'


def _map_html(masked: MaskedText) -> str:
    if not masked.originals:
        return ""
    title = _("The way back: which placeholder stands for what (never share this)")
    rows = "".join(f"<li><code>{escape(key)}</code> → {escape(value)}</li>" for key, value in masked.originals.items())
    return f'{style()}<div class="ailab-result"><details class="ailab-near"><summary>{escape(title)}</summary><ul>{rows}</ul></details></div>'
