"""Ask: a question in, a quotation out, or a plain "the base does not hold this"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import gettext as _
from ailab.results import Answer
from ailab.show import answer_html
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from ailab.qa import QuestionAnswerer

__all__ = ["Ask"]


class Ask(Demo):
    """Ask the knowledge base a question.

    Parameters
    ----------
    qa : QuestionAnswerer, optional
        A model of your own: anything with ``ask(question)`` that returns an :class:`~ailab.Answer`, and with ``caution``. Default: one over the
        bundled texts about Dien Bien, which is made when the first question comes.
    examples : sequence of str, optional
        Questions to choose from. Default: some about Dien Bien.
    whom : str, default=""
        Whom to ask where the base has no answer.
    """

    value = traitlets.Instance(Answer, allow_none=True, help="last answer")

    def __init__(self, qa: QuestionAnswerer | None = None, *, examples: tuple[str, ...] | None = None, whom: str = "") -> None:
        self._qa = qa
        self.whom = whom
        self.question = ipywidgets.Text(placeholder=_("Type a question, with or without accents"), continuous_update=False)
        self.question.layout.width = "100%"
        self.send = ipywidgets.Button(description=_("Ask"), button_style="primary")
        row = ipywidgets.HBox([self.question, self.send])
        row.add_class("ailab-ask-row")
        self.examples = [ipywidgets.Button(description=text) for text in (_examples() if examples is None else examples)]
        chips = ipywidgets.HBox(self.examples)
        chips.add_class("ailab-chips")
        super().__init__([heading(_("Your question")), row, heading(_("Or tap one of these")), chips])
        self.say(_("The answer appears here. Every word of it is quoted from the knowledge base."))
        self.question.observe(self._typed, "value")
        self.send.on_click(self._sent)
        for button in self.examples:
            button.on_click(self._chosen)

    @property
    def qa(self) -> QuestionAnswerer:
        """The model; the bundled one is made when it is first needed."""
        if self._qa is None:
            from ailab.qa import bundled_answerer

            self._qa = bundled_answerer()
        return self._qa

    def ask(self, question: str) -> None:
        """Ask a question and show the answer; a text with a mark of secrecy is refused."""
        from ailab.privacy import refuse_secret

        refuse_secret(question)
        if self._qa is None:
            self.say(_("Reading the knowledge base…"))
        answer = self.qa.ask(question)
        self.output.value = answer_html(answer, whom=self.whom)
        self.value = answer

    def forget(self) -> None:
        """Empty the field."""
        self.question.value = ""

    @answered
    def _typed(self, _change: Any) -> None:
        """Enter was pressed, or the field was left after a change."""
        if self.question.value.strip():
            self.ask(self.question.value)

    @answered
    def _sent(self, _button: Any) -> None:
        self.ask(self.question.value)

    @answered
    def _chosen(self, button: ipywidgets.Button) -> None:
        if self.question.value == button.description:
            self.ask(button.description)
        else:
            self.question.value = button.description


def _examples() -> tuple[str, ...]:
    return (
        _("Where is the De Castries bunker?"),
        _("when do ban flowrs bloom"),
        _("How long is the panorama painting?"),
        _("How far is A Pa Chai from Dien Bien Phu?"),
        _("Should I take off my shoes in a stilt house?"),
        _("What can I see in Sa Pa?"),
    )
