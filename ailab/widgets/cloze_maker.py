"""Make a quiz from a text, with its sources: the machine proposes, the teacher keeps, mends and throws away."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.results import ClozeQuiz
from ailab.show import cloze_origin_html, cloze_source_html, cloze_text, style
from ailab.text import normalize
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.document_input import DocumentInput
from ailab.widgets.download import Download

if TYPE_CHECKING:
    from ailab.results import ClozeQuestion

__all__ = ["ClozeMaker"]

_WIDE = 26  # characters in a line of a phone


class ClozeMaker(Demo):
    """Propose questions with a gap from a text; each shows the sentence that it comes from. Those that are kept become a text file.

    Parameters
    ----------
    make : callable, optional
        A maker of your own: takes a text and returns a :class:`~ailab.ClozeQuiz`. Default: :func:`ailab.make_cloze`.
    """

    value = traitlets.Instance(ClozeQuiz, allow_none=True, help="what the machine proposed")

    def __init__(self, make: Any = None) -> None:
        from ailab.samples.texts import lesson_texts

        self._make = make
        self.documents = DocumentInput(samples=lesson_texts(), title=_("A text for the lesson"))
        self.cards = ipywidgets.VBox()
        self.save = Download(label=_("Save the quiz and its answers (.txt)"))
        self.save.filename = _("quiz") + ".txt"
        self.sheet = ipywidgets.HTML()
        self.source = ipywidgets.HTML()
        self.rest = ipywidgets.VBox([self.cards, heading(_("Take it along")), self.sheet, self.save, self.source])
        title = heading(_("What the machine proposes"))
        super().__init__([self.documents, title])
        self.children = (self.documents, title, self.output, self.rest)
        self.rest.layout.display = "none"
        self.say(_("Choose a text or paste one. The questions appear here."))
        self.documents.observe(self._read, "value")

    @property
    def kept(self) -> tuple[_Card, ...]:
        """The questions that are ticked, as they are worded now."""
        return tuple(card for card in self.cards.children if card.keep.value)

    @answered
    def _read(self, _change: Any) -> None:
        self._clear()
        if not self.documents.value:
            self.say(_("There is no text. Choose a sample, or paste one."))
            return
        if self._make is None:
            from ailab.cloze import make_cloze

            self._make = make_cloze
        self.say(_("Reading, and looking for what can be left out…"))
        name, text = self.documents.value[0]
        quiz = self._make(text)
        self.output.value = f'{style()}<div class="ailab-result">{_counted(quiz)}</div>'
        self.value = quiz
        if not quiz.questions:
            return
        self._name = name
        self.cards.children = tuple(_Card(number, question, quiz) for number, question in enumerate(quiz.questions, 1))
        for card in self.cards.children:
            for part in (card.keep, card.text, card.answer):
                part.observe(self._write, "value")
        self.source.value = f'{style()}<div class="ailab-result ailab-wide">{cloze_source_html(quiz)}</div>'
        self.rest.layout.display = None
        self._write(None)

    def _clear(self) -> None:
        old, self.cards.children = self.cards.children, ()
        for card in old:
            card.close_all()
        self.value, self.save.content, self.source.value, self.sheet.value = None, "", "", ""
        self.rest.layout.display = "none"

    @answered
    def _write(self, _change: Any) -> None:
        kept = self.kept
        total = len(self.cards.children)
        said = _("%(n)d of %(total)d questions are kept.") % {"n": len(kept), "total": total} if kept else _("No question is kept. Tick at least one.")
        self.sheet.value = f'{style()}<p class="ailab-result" role="status">{escape(said)}</p>'
        self.save.content = self._sheet(kept) if kept else ""

    def _sheet(self, kept: tuple[_Card, ...]) -> str:
        """Questions first, for the pupils; then the answers and where they stand, for the teacher."""
        lines = [_("QUIZ"), _("Text: %(name)s") % {"name": self._name}, ""]
        for number, card in enumerate(kept, 1):
            lines += [f"{number}. {normalize(card.text.value).strip()}", ""]
        lines += ["-" * 40, _("ANSWERS AND SOURCES (for the teacher)"), ""]
        where = _("   Sentence %(place)d of the text: “%(sentence)s”")
        for number, card in enumerate(kept, 1):
            source = where % {"place": card.question.place, "sentence": " ".join(card.question.sentence.split())}
            lines += [f"{number}. {normalize(card.answer.value).strip()}", source]
        lines += ["", _("Proposed by a machine from the text alone; read, chosen and changed by a teacher.")]
        return "\n".join(lines) + "\n"


class _Card(ipywidgets.VBox):
    """One question: where it comes from, whether it is kept, and its words, to be changed."""

    def __init__(self, number: int, question: ClozeQuestion, quiz: ClozeQuiz) -> None:
        self.question = question
        self.keep = ipywidgets.Checkbox(value=True, indent=False, description=_("Keep question %(n)d") % {"n": number})
        rows = 2 + len(question.options) + len(question.gapped) // _WIDE
        self.text = ipywidgets.Textarea(value=cloze_text(question), rows=rows, continuous_update=False, layout={"width": "100%"})
        self.answer = ipywidgets.Text(value=question.answer, description=_("Answer"), continuous_update=False, layout={"width": "100%"})
        self.origin = ipywidgets.HTML(f'{style()}<div class="ailab-result">{cloze_origin_html(question, quiz)}</div>')
        super().__init__([self.keep, self.text, self.answer, self.origin])
        self.add_class("ailab-cloze-card")
        self.keep.observe(self._dim, "value")

    def close_all(self) -> None:
        """Let go of the card and its parts."""
        for part in (*self.children, self):
            part.close()

    def _dim(self, _change: Any) -> None:
        (self.remove_class if self.keep.value else self.add_class)("ailab-cloze-dropped")
        self.text.disabled = self.answer.disabled = not self.keep.value


def _counted(quiz: ClozeQuiz) -> str:
    """How many questions there are, and what has to be said before anybody uses them."""
    boxes = []
    if quiz.questions:
        text = _("%(n)d questions from %(total)d sentences. The machine has not understood the text. Read each one: untick the bad ones, mend the others.")
        boxes.append(("note", text % {"n": len(quiz.questions), "total": quiz.n_sentences}))
    else:
        text = _("The machine found nothing that it could ask. It needs whole sentences with numbers, dates, names, or words that come again.")
        boxes.append(("doubt", text))
    if quiz.n_personal:
        text = _("Sentences that seem to hold personal data: %(n)d. The machine made no questions from them. It can miss some: use no text about a pupil.")
        boxes.append(("danger", text % {"n": quiz.n_personal}))
    return "".join(f'<p class="ailab-box ailab-{kind}" role="status">{escape(text)}</p>' for kind, text in boxes)
