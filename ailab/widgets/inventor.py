"""Teach a small network to write, let it invent, and put beside it what a machine that only quotes says."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.generate import NeuralSyllableModel, bundled_texts
from ailab.i18n import get_language, using
from ailab.i18n import gettext as _
from ailab.show import answer_html, style
from ailab.text import syllables
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ailab.qa import QuestionAnswerer

__all__ = ["Inventor"]

_TRIES = 30
_KEPT = 4
_SAMPLED = (1, 3, 6)  # readings after which it shows how it writes, and the last one


class Inventor(Demo):
    """A small network learns to write before your eyes. All that it writes is made up, and says so.

    Parameters
    ----------
    ask_model : QuestionAnswerer, optional
        Answers beside the inventions, by quoting. Default: one over the bundled texts about Dien Bien.
    texts : iterable of str, optional
        What the network learns from. Default: the bundled texts about Dien Bien, in the language in force.
    model : NeuralSyllableModel, optional
        A network of your own, to be taught here.
    """

    value = traitlets.Unicode(help="last invented sentence, with the label that says so")

    def __init__(self, ask_model: QuestionAnswerer | None = None, *, texts: Iterable[str] | None = None, model: NeuralSyllableModel | None = None) -> None:
        self.ask_model = ask_model
        self.model = model or NeuralSyllableModel()
        self._lang = get_language()
        self._texts = bundled_texts(self._lang) if texts is None else list(texts)
        self._read = f" {' '.join(word for text in self._texts for word in [*syllables(text), '|'])} "
        self._learning: threading.Thread | None = None
        self._halt = threading.Event()
        self._ready, self._count = False, 0
        self._made: list[str] = []
        self._build()
        self.teach.on_click(self._teach)
        self.halt.on_click(self._stop)
        self.beginning.observe(self._begin, "value")
        self.invent.on_click(self._invent)

    def _build(self) -> None:
        self.teach = ipywidgets.Button(description=_("Teach the machine"), button_style="primary")
        self.halt = ipywidgets.Button(description=_("Stop"), disabled=True)
        self.bar = ipywidgets.IntProgress(min=0, max=self.model.epochs, layout={"width": "100%", "max_width": "34rem"})
        self.lesson = ipywidgets.HTML()
        starts = [_("Museum"), _("Ban flower festival"), _("A1 Hill")]
        self.beginning = ipywidgets.ToggleButtons(options=starts)
        wide = {"layout": {"width": "100%", "max_width": "34rem"}}
        self.start = ipywidgets.Text(value=starts[0], placeholder=_("The first words"), **wide)
        moods = [(_("serious"), 0.4), (_("calm"), 0.7), (_("lively"), 1.0), (_("bold"), 1.4), (_("wild"), 2.0)]
        self.temperature = ipywidgets.SelectionSlider(options=moods, value=1.0, **wide)
        self.invent = ipywidgets.Button(description=_("Make up a sentence"), button_style="primary", disabled=True)
        self.invented, self.quoted = ipywidgets.HTML(), ipywidgets.HTML()
        pair = ipywidgets.HBox([self.invented, self.quoted], layout={"flex_flow": "row wrap"})
        pair.add_class("ailab-lm-pair")
        mood = _("Mood, from “%(first)s” to “%(last)s”") % {"first": moods[0][0], "last": moods[-1][0]}
        controls = [_small(_("Begin with")), self.beginning, self.start, _small(mood), self.temperature, ipywidgets.HBox([self.invent])]
        first, second = heading(_("First it reads")), heading(_("Then it makes things up"))
        super().__init__([first, ipywidgets.HBox([self.teach, self.halt]), self.bar, self.lesson, second, *controls, pair])
        self.add_class("ailab-lm-demo")
        self._tell(_("It knows nothing yet. It will read the texts about Dien Bien %(n)s times.") % {"n": self.model.epochs})
        self.say(_("First teach the machine. Then it can make things up."))

    def _tell(self, text: str, more: str = "") -> None:
        self.lesson.value = f'{style()}<div class="ailab-result" role="status"><p>{escape(text)}</p>{more}</div>'

    # --- learning: in a thread of its own, so that the page stays alive ---

    @answered
    def _teach(self, _button: Any) -> None:
        if self._learning is not None and self._learning.is_alive():
            return
        self.teach.disabled = self.invent.disabled = True
        self.halt.disabled, self.bar.value = False, 0
        self._halt.clear()
        self._samples: list[tuple[int, str]] = []
        self._losses: list[float] = []
        self._tell(_("Getting ready…"))
        self.output.value = ""
        self._learning = threading.Thread(target=self._learn, daemon=True)
        self._learning.start()

    @answered
    def _stop(self, _button: Any) -> None:
        self._halt.set()
        self.halt.disabled = True

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has learned.

        Parameters
        ----------
        timeout : float, optional
            In seconds.
        """
        if self._learning is not None:
            self._learning.join(timeout)

    def _learn(self) -> None:
        with using(self._lang):
            self._learn_all()
            self.teach.disabled, self.halt.disabled = False, True
            self.invent.disabled = not self._ready

    @answered
    def _learn_all(self) -> None:
        self.model.fit(self._texts, self._progress)
        self._ready = True
        self.teach.description = _("Teach it from the start again")
        self.say(_("It has learned. Press “Make up a sentence”. What it writes will sound right. That does not make it true."))

    def _progress(self, done: int, total: int, loss: float) -> bool:
        self._losses.append(loss)
        stopped = self._halt.is_set()
        if done in _SAMPLED or done == total or stopped:
            sample = self._new_sentence("", 0.7)
            self._samples += [(done, sample)] if sample else []
        self.bar.value = done
        text = _("It has read the texts %(done)s of %(total)s times. At each place it guesses the next syllable, and mends itself where it was wrong.")
        if stopped:
            text = _("Stopped after %(done)s of %(total)s times. It has learned as much as it has.")
        self._tell(text % {"done": done, "total": total}, _curve(self._losses, total) + self._lines())
        return not stopped

    def _lines(self) -> str:
        title = _("How it writes after reading the texts so many times")
        rows = "".join(f"<li><b>{done}</b>{_invention(text)}</li>" for done, text in self._samples)
        return f'<h4>{escape(title)}</h4><ul class="ailab-lm-samples">{rows}</ul>'

    # --- inventing ---

    def forget(self) -> None:
        """Empty the field."""
        self.start.value = ""

    def _begin(self, _change: Any) -> None:
        self.start.value = self.beginning.value

    @answered
    def _invent(self, _button: Any) -> None:
        from ailab.privacy import refuse_secret

        if not self._ready or (self._learning is not None and self._learning.is_alive()):
            return
        refuse_secret(self.start.value)
        self.invent.disabled = True
        try:
            self._show(" ".join(self.start.value.split())[:80])
        finally:
            self.invent.disabled = False

    def _show(self, start: str) -> None:
        sentence = self._new_sentence(start, self.temperature.value)
        if sentence is None:
            text = _("With this beginning and mood it only repeats what it has read. Move the mood towards “wild”, or begin with something else.")
            self.say(text, kind="doubt")
        else:
            self.value = f"{_label()}: “{sentence}”"
            self._made = [sentence, *self._made][:_KEPT]
            self.say(_("By chance something in it may be true. The machine cannot tell, and neither can you from the sound of it."))
        title, note = _("The machine that makes things up"), _("It has no source to show.")
        lines = "".join(map(_invention, self._made))
        self.invented.value = f'{style()}<div class="ailab-result"><h4>{escape(title)}</h4>{lines}<p class="ailab-small">{escape(note)}</p></div>'
        self._quote(start)

    def _new_sentence(self, start: str, temperature: float) -> str | None:
        """One that does not stand in the texts."""
        for _try in range(_TRIES):
            self._count += 1
            sentence = self.model.generate(start, temperature=temperature, seed=self._count)
            words = syllables(sentence)
            if len(words) > len(syllables(start)) + 2 and f" {' '.join(words)} " not in self._read:
                return sentence
        return None

    def _quote(self, start: str) -> None:
        if self.ask_model is None:
            from ailab.qa import bundled_answerer

            self.ask_model = bundled_answerer()
        questions = {
            _("Museum"): _("What does the Dien Bien Phu museum show?"),
            _("Ban flower festival"): _("When is the Ban flower festival?"),
            _("A1 Hill"): _("What is there to see on A1 hill?"),
        }
        question = questions.get(start, start)
        asked = _("Asked: %(question)s") % {"question": question}
        title = _("The machine that only quotes")
        answer = answer_html(self.ask_model.ask(question))
        self.quoted.value = f'{style()}<div class="ailab-result"><h4>{escape(title)}</h4><p class="ailab-small">{escape(asked)}</p></div>{answer}'


def _small(text: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f'{style()}<div class="ailab-result ailab-small">{escape(text)}</div>')


def _label() -> str:
    return _("MADE UP BY A MACHINE – NOT REAL")


def _invention(sentence: str) -> str:
    """One sentence in its box. The label is part of the text, so that it is copied too."""
    return f'<p class="ailab-lm-invented"><strong>{escape(_label())}:</strong> “{escape(sentence)}”</p>'


def _curve(losses: list[float], total: int) -> str:
    """How surprised it is by the next syllable, reading by reading, as SVG."""
    width, height, left, top = 380, 130, 12, 12
    step, most = (width - 2 * left) / max(1, total - 1), max(losses)
    points = [(left + at * step, top + (1 - loss / most) * (height - 2 * top)) for at, loss in enumerate(losses)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    title = _("How surprised it is by each next syllable: lower is better")
    return (
        f'<h4>{escape(title)}</h4><svg class="ailab-chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f'<line x1="{left}" x2="{width - left}" y1="{height - top}" y2="{height - top}" stroke="#d9ddd3"/>'
        f'<polyline points="{path}" fill="none" stroke="#7fae8e" stroke-width="2.5"/><circle class="ailab-same" cx="{x:.1f}" cy="{y:.1f}" r="4"/></svg>'
    )
