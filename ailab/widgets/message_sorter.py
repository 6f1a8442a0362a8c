"""Teach a machine to sort messages: a person sorts, the machine learns after each one and guesses the next."""

from __future__ import annotations

import io
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import ipywidgets
import traitlets

from ailab.errors import ModelError
from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.samples.messages import label_names, offices, sample_messages
from ailab.show import percent, style
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.download import Download
from ailab.widgets.file_input import FileInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ailab.results import TextVerdict
    from ailab.samples.messages import Message

__all__ = ["MessageSorter"]

_HELP = (10, 40)  # messages that a colleague sorts at once
_EASY = 2  # plain messages of each label that come first
_LONGEST = 2000  # characters of a text that is taught
_MOST = 2000  # texts that can be taught


class MessageSorter(Demo):
    """Sort messages one after the other; the machine learns from each.

    Parameters
    ----------
    kind : {'citizens', 'scams'}, default='citizens'
        The bundled messages that are sorted: to offices of a commune, or scams from genuine ones.
    model : TextClassifier, optional
        A model of your own: anything with its methods. It is copied before it is taught.
    """

    value = traitlets.Any(None, allow_none=True, help="the taught model, or None before two kinds have been taught")

    def __init__(self, kind: Literal["citizens", "scams"] = "citizens", model: Any = None) -> None:
        self.kind = kind
        self.names = label_names(kind)
        self.messages = _in_turn([message for message in sample_messages(kind) if not message.held_out], list(self.names))
        self._model = model
        self.examples: dict[str, str] = {}  # text -> label
        self._before: tuple[dict[str, str], Any, dict[str, bool]] | None = None
        self._message: Message | None = None
        self._guess: TextVerdict | None = None
        self._scores: dict[str, bool] = {}  # text -> was the guess right
        self._build()
        self._next(None)

    def _build(self) -> None:
        self.question = ipywidgets.HTML()
        self.labels = ipywidgets.HBox([self._label_button(code, name) for code, name in self.names.items()])
        self.labels.add_class("ailab-sorter-labels")
        self.next = ipywidgets.Button(description=_("Next message"), button_style="primary")
        self.skip = ipywidgets.Button(description=_("Skip this one"))
        self.helps = [ipywidgets.Button(description=_("A colleague sorts %(n)d more") % {"n": n}) for n in _HELP]
        self.state = ipywidgets.HTML()
        self.save = Download(label=_("Save my machine"))
        self.save.filename = ("message-sorter" if self.kind == "citizens" else "scam-finder") + ".ailab"
        self.load = FileInput(self._take, label=_("Load a saved machine"))
        self.forget_all = ipywidgets.Button(description=_("Forget everything"))
        self.undo = ipywidgets.Button(description=_("Put it back"))
        self.kept = ipywidgets.HTML()
        duties = ipywidgets.HTML(_duties_html() if self.kind == "citizens" else "")
        super().__init__([])
        self.add_class("ailab-sorter")
        helping, keeping = heading(_("Let somebody help")), heading(_("Keep what you have taught"))
        self.children = (
            self.question, self.labels, self.output, ipywidgets.HBox([self.next, self.skip]), duties, helping, ipywidgets.HBox(self.helps), self.state,
            keeping, ipywidgets.HBox([self.save, self.load, self.forget_all]), self.kept, self.undo,
        )  # fmt: skip
        self.undo.layout.display = "none"
        self.next.on_click(self._next)
        self.skip.on_click(self._next)
        for n, button in zip(_HELP, self.helps, strict=True):
            button.on_click(partial(self._help, n))
        self.forget_all.on_click(self._forget_all)
        self.undo.on_click(self._put_back)
        self.save.observe(self._saved, "count")

    def _label_button(self, code: str, name: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name)
        button.on_click(partial(self._sorted, code))
        return button

    # --- teaching ---

    def teach(self, examples: Iterable[tuple[str, str]]) -> None:
        """Add examples, each a text and a label, and learn from all of them; a text that is there already gets the new label.

        Parameters
        ----------
        examples : iterable of (str, str)
        """
        self._learn(self.examples | dict(examples))

    def _learn(self, examples: dict[str, str]) -> None:
        """Learn anew; what was taught before stays if it cannot be learned."""
        model = None
        if len(set(examples.values())) > 1:
            from ailab.text_classifier import TextClassifier

            model = TextClassifier() if self._model is None else type(self._model)(**self._model.get_params())
            model.fit(list(examples), list(examples.values()))
        self._replace(examples, model)

    def _replace(self, examples: dict[str, str], model: Any) -> None:
        self.examples, self.value = examples, model
        self._before, self.undo.layout.display = None, "none"
        self._show_state()

    def _waiting(self) -> list[Message]:
        return [message for message in self.messages if message.text not in self.examples]

    @answered
    def _next(self, _button: Any) -> None:
        """Show the next message; the machine guesses before the person does."""
        waiting = self._waiting()
        if self._message in waiting and len(waiting) > 1:  # skipped: it comes again at the end
            self.messages.remove(self._message)
            self.messages.append(self._message)
            waiting = self._waiting()
        self._message = waiting[0] if waiting else None
        self._guess = self.value.classify(self._message.text) if self.value is not None and self._message else None
        self.output.value = ""
        self._calm()
        self._show_question()

    def _show_question(self) -> None:
        message = self._message
        self.labels.layout.display = self.skip.layout.display = None if message else "none"
        self.next.layout.display = "none"
        if message is None:
            done = _("All messages for teaching are sorted. Go on to the test below.")
            self.question.value = _html(f'<p class="ailab-box ailab-note">{escape(done)}</p>')
            self._show_state()
            return
        asks = _("Which office has to act?") if self.kind == "citizens" else _("A scam, or a genuine message?")
        if self._guess is None:
            thinks = _("The machine does not know anything yet. It can guess once you have sorted messages of two kinds.")
        else:
            thinks = _("The machine has made its guess. You see it after yours.")
        gloss = f'<p class="ailab-small">{escape(message.gloss)}</p>' if get_language() != "vi" else ""
        self.question.value = _html(
            f'<p class="ailab-message" lang="vi">{escape(message.text)}</p>{gloss}<h4>{escape(asks)}</h4><p class="ailab-small">{escape(thinks)}</p>'
        )
        self._show_state()

    def _calm(self) -> None:
        for button in self.labels.children:
            button.button_style = ""

    @answered
    def _sorted(self, code: str, button: ipywidgets.Button) -> None:
        message = self._message
        if message is None or self.examples.get(message.text) == code:  # the second tap of two
            return
        self._calm()
        button.button_style = "success"
        self.say(_("The machine is learning…"))
        if self._guess is not None:
            self._scores[message.text] = self._guess.label == code
        self.teach([(message.text, code)])
        self._reveal(message, code)
        self.skip.layout.display, self.next.layout.display = "none", None

    def _reveal(self, message: Message, code: str) -> None:
        rows = [(_("You"), self.names[code])]
        if self._guess is not None:
            guess = self.names.get(self._guess.label, str(self._guess.label))
            told = _("%(label)s, %(sure)s sure") % {"label": guess, "sure": percent(self._guess.confidence)}
            mark = "✓" if self._guess.label == code else "✗"
            rows.append((_("Machine"), f"{told} {mark}" if not self._guess.abstained else _("not sure; it would have said: %(guess)s") % {"guess": told}))
        table = "".join(f"<dt>{escape(who)}</dt><dd>{escape(what)}</dd>" for who, what in rows)
        notes = []
        if code != message.label:
            text = _("In this lesson the message belongs to: %(label)s. Your commune may divide the work differently. The machine learns what you tapped.")
            if self.kind == "scams":
                text = _("In this lesson the message counts as: %(label)s. The machine learns what you tapped.")
            notes.append((text % {"label": self.names[message.label]}, "doubt"))
            notes.append((_("Tapped wrong? Tap another one: it replaces the first."), "note"))
        boxes = "".join(f'<p class="ailab-box ailab-{kind}">{escape(text)}</p>' for text, kind in notes)
        self.output.value = _html(f'<div role="status"><dl class="ailab-sorter-guess">{table}</dl>{boxes}</div>')

    @answered
    def _help(self, n: int, _button: Any) -> None:
        more = [message for message in self._waiting() if message is not self._message][:n] or self._waiting()
        if not more:
            return
        self.kept.value = ""
        self._tell(self.state, _("The machine is learning…"))
        self.teach([(message.text, message.label) for message in more])
        if self.next.layout.display != "none":  # a message has just been sorted, and its answer stands there
            return
        if self._message is None or self._message.text in self.examples:
            self._next(None)
        elif self.value is not None:
            self._guess = self.value.classify(self._message.text)
            self._show_question()

    # --- what it has been taught ---

    def _show_state(self) -> None:
        left = len(self._waiting())
        for button in self.helps:
            button.disabled = not left
        counts = {code: sum(label == code for label in self.examples.values()) for code in self.names}
        rows = "".join(f"<li><span>{escape(name)}</span><b>{counts[code]}</b></li>" for code, name in self.names.items())
        texts = [_("Taught so far: %(n)d messages. Waiting: %(left)d.") % {"n": len(self.examples), "left": left}]
        if self._scores:
            score = _("It guessed before you %(n)d times, and meant the same as you %(right)d times.")
            texts.append(score % {"n": len(self._scores), "right": sum(self._scores.values())})
        missing = [name for code, name in self.names.items() if not counts[code]]
        if self.examples and missing:
            texts.append(_("It will never choose what it was not taught: %(names)s.") % {"names": ", ".join(missing)})
        if getattr(self.value, "conflicts_", ()):
            text = _("This message was given twice, with different labels: “%(text)s”. The machine cannot follow both. Decide.")
            texts += [text % {"text": conflict[:80]} for conflict, _labels in self.value.conflicts_[:3]]
        lines = "".join(f"<p>{escape(text)}</p>" for text in texts)
        self.state.value = _html(f'<div role="status">{lines}<ul class="ailab-sorter-counts">{rows}</ul></div>')
        self.save.content = self._file()
        self.forget_all.disabled = not self.examples and self.value is None

    def _file(self) -> bytes:
        if self.value is None:
            return b""
        buffer = io.BytesIO()
        self.value.save(buffer, texts=True)
        return buffer.getvalue()

    def _tell(self, place: ipywidgets.HTML, text: str, kind: str = "note") -> None:
        place.value = _html(f'<p class="ailab-box ailab-{kind}" role="status">{escape(text)}</p>')

    @answered
    def _saved(self, _change: Any) -> None:
        text = _("Your browser saves %(name)s among your downloads. It holds the machine and the messages that it was taught. Load it here next time.")
        self._tell(self.kept, text % {"name": self.save.filename})

    @answered
    def _take(self, name: str, data: bytes, first: bool, problem: str) -> None:
        del first
        if problem:
            self._tell(self.kept, problem, "doubt")
            return
        try:
            self._restore(name, data)
        except ModelError as error:
            self._tell(self.kept, str(error), "doubt")

    def _restore(self, name: str, data: bytes) -> None:
        from ailab.text_classifier import TextClassifier

        model = (TextClassifier if self._model is None else type(self._model)).load(data)
        if not set(model.classes_.tolist()) <= set(self.names):
            raise ModelError(_("This machine was taught to sort into other kinds. Load it where it was made."), code="other_kind")
        if len(model.texts_) > _MOST or any(len(text) > _LONGEST for text, _label in model.texts_):
            raise ModelError(_("This machine was taught too much for this lesson: at most %(n)d messages.") % {"n": _MOST}, code="too_many")
        before = (self.examples, self.value, self._scores)
        self._scores = {}
        self._replace(dict(model.texts_), model)
        self._offer_undo(before)
        self._next(None)
        text = _("%(name)s is loaded. It was taught %(n)d messages. What was here before can be put back.")
        if not model.texts_:
            text = _("%(name)s is loaded. It holds no messages: you can test it, but when you sort a message the teaching starts anew.")
        self._tell(self.kept, text % {"name": name, "n": len(model.texts_)})

    def _offer_undo(self, before: tuple[dict[str, str], Any, dict[str, bool]]) -> None:
        self._before = before if before[0] or before[1] is not None else None
        self.undo.layout.display = None if self._before else "none"

    @answered
    def _forget_all(self, _button: Any) -> None:
        if not self.examples and self.value is None:
            return
        before = (self.examples, self.value, self._scores)
        self._scores = {}
        self._replace({}, None)
        self._offer_undo(before)
        self._next(None)
        self._tell(self.kept, _("The machine has forgotten everything."))

    @answered
    def _put_back(self, _button: Any) -> None:
        if self._before is None:
            return
        examples, model, self._scores = self._before
        self._replace(examples, model)
        self._next(None)
        self._tell(self.kept, _("It is back."))


def _in_turn(messages: list[Message], labels: list[str]) -> list[Message]:
    """The same messages, so that every label comes early, and plain ones first; within a round in the order of their ids."""
    queues = []
    for label in labels:
        queue = [message for message in messages if message.label == label]
        easy = [message for message in queue if message.style in {"", "plain"}][:_EASY]
        queues.append(easy + [message for message in queue if message not in easy])
    rounds = [[queue[at] for queue in queues if at < len(queue)] for at in range(len(messages))]
    return [message for turn in rounds for message in sorted(turn, key=lambda message: message.id)]


def _duties_html() -> str:
    title = _("What does each office do?")
    note = _("This is the rule of the lesson. No office has reviewed it yet.")
    rows = "".join(f"<li><b>{escape(office.name)}</b>: {escape(office.does)}</li>" for office in offices())
    more = f"<ul>{rows}</ul><p>{escape(note)}</p>"
    return _html(f'<details class="ailab-near"><summary>{escape(title)}</summary>{more}</details>')


def _html(body: str) -> str:
    return f'{style()}<div class="ailab-result">{body}</div>'
