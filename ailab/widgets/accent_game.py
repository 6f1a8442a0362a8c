"""Guess the accents: a sentence without them, you against a machine that has counted pairs of syllables."""

from __future__ import annotations

import difflib
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.errors import TextError
from ailab.generate import bundled_texts
from ailab.i18n import gettext as _
from ailab.language_model import Reading, SyllableModel
from ailab.show import percent, style
from ailab.text import normalize, sentences, syllables, tokens, unaccent
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["AccentGame"]

_HELD_OUT = 5  # of so many sentences that suit the game one is kept for it
_LENGTHS = range(5, 17)  # syllables of a sentence in the game
_LONGEST = 40
_SURE, _FAIRLY = 0.9, 0.6
#: Everyday sentences, of which texts about a province say nothing.
_HARD = ("Cô giáo dạy trẻ con học bài.", "Mẹ tôi bán rau ở chợ mỗi sáng.", "Con bò của nhà bạn đang ăn cỏ.")


class AccentGame(Demo):
    """Put the accents back, and see how a machine does it, how sure it is, and why.

    Parameters
    ----------
    texts : iterable of str, optional
        Vietnamese texts. One in five of the sentences that suit the game is kept for it; the machine learns from all
        the others. Default: the bundled texts about Dien Bien.
    """

    value = traitlets.Instance(Reading, allow_none=True, help="how the machine read the last sentence")

    def __init__(self, texts: Iterable[str] | None = None) -> None:
        self._learned, self._asked = _split(bundled_texts() if texts is None else texts)
        self._model: SyllableModel | None = None
        self._round, self._rounds = 0, list[tuple[int, int, int]]()
        self.question = ipywidgets.HTML()
        wide = {"layout": {"width": "100%", "max_width": "44rem"}, "continuous_update": False}
        self.typed = ipywidgets.Text(placeholder=_("Write the sentence with its accents"), **wide)
        self.guess = ipywidgets.Button(description=_("Let the machine guess"), button_style="primary")
        self.another = ipywidgets.Button(description=_("Another sentence"))
        self.chips = SyllableChips()
        self.own = ipywidgets.Text(placeholder=_("Write any sentence, with or without accents"), **wide)
        self.challenge = ipywidgets.Button(description=_("Challenge the machine"), button_style="primary")
        self.hard = ipywidgets.Button(description=_("A sentence that is hard for it"))
        self.own_chips = SyllableChips()
        self._hards = 0
        super().__init__(
            [
                self.question,
                self.typed,
                ipywidgets.HBox([self.guess, self.another]),
                self.chips,
                heading(_("Challenge it with a sentence of your own")),
                self.own,
                ipywidgets.HBox([self.challenge, self.hard]),
                self.own_chips,
            ]
        )
        self.add_class("ailab-lm-demo")
        self._ask()
        self.typed.observe(self._written, "value")
        self.guess.on_click(self._reveal)
        self.another.on_click(self._next)
        self.own.observe(self._challenged, "value")
        self.challenge.on_click(self._challenged)
        self.hard.on_click(self._try_hard)

    @property
    def model(self) -> SyllableModel:
        """The machine; it learns at first use."""
        if self._model is None:
            self._model = _Accents().fit(self._learned)
        return self._model

    @property
    def sentence(self) -> str:
        """The sentence of this round, with its accents."""
        return self._asked[self._round % len(self._asked)]

    def forget(self) -> None:
        """Empty the fields."""
        self.typed.value = self.own.value = ""

    def _ask(self) -> None:
        count = _("Sentence %(n)s of %(all)s. The machine has not learned from this sentence.")
        count %= {"n": self._round % len(self._asked) + 1, "all": len(self._asked)}
        text = f'<p class="ailab-small">{escape(count)}</p><p class="ailab-lm-sentence">{escape(unaccent(self.sentence))}</p>'
        self.question.value = f'{style()}<div class="ailab-result">{text}</div>'

    @answered
    def _written(self, _change: Any) -> None:
        if self.typed.value.strip() and not self.guess.disabled:
            self._reveal(None)

    @answered
    def _next(self, _button: Any) -> None:
        self._round += 1
        if self._round % len(self._asked) == 0:
            self._rounds.clear()
        self.guess.disabled = True  # or emptying the field would count as an answer
        self.typed.value = ""
        self.typed.disabled = self.guess.disabled = False
        self.chips.clear()
        self.output.value = ""
        self._ask()

    @answered
    def _reveal(self, _button: Any) -> None:
        if self.guess.disabled:
            return
        _refuse_secret(self.typed.value)
        self.guess.disabled = self.typed.disabled = True
        truth = syllables(self.sentence)
        reading = self.model.read([unaccent(word) for word in truth])
        self.chips.show(self.model, reading, truth, self._verdict(truth, reading.best, self.typed.value))
        self.value = reading

    def _verdict(self, truth: Sequence[str], best: Sequence[str], typed: str) -> str:
        """Right sentence, both guesses, and the score so far."""
        lines = [_line(_("Right"), escape(self.sentence))]
        machine = sum(a == b for a, b in zip(truth, best, strict=True))
        if typed.strip():
            yours, mine = _compared(truth, typed)
            self._rounds.append((mine, machine, len(truth)))
            lines.append(_line(_("You"), yours, f"{mine}/{len(truth)}"))
        lines.append(_line(_("Machine"), _marked(truth, best), f"{machine}/{len(truth)}"))
        if self._rounds:
            mine, theirs, of = (sum(column) for column in zip(*self._rounds, strict=True))
            text = _("After %(rounds)s sentences: you have %(mine)s of %(of)s syllables right, the machine %(theirs)s.")
            text %= {"rounds": len(self._rounds), "mine": mine, "of": of, "theirs": theirs}
        else:
            text = _("You have not written anything, so this sentence does not count. Write the next one with its accents.")
        return f'<div class="ailab-lm-lines">{"".join(lines)}</div><p class="ailab-box ailab-note">{escape(text)}</p>'

    @answered
    def _try_hard(self, _button: Any) -> None:
        self.own.value = _HARD[self._hards % len(_HARD)]
        self._hards += 1

    @answered
    def _challenged(self, _change: Any) -> None:
        given = [token.text for token in tokens(normalize(self.own.value))]
        if not given:
            self.own_chips.say(_("Write a sentence first."))
            return
        _refuse_secret(self.own.value)
        if len(given) > _LONGEST:
            self.own_chips.say(_("This is too long. Write one sentence of at most %(n)s syllables.") % {"n": _LONGEST})
            return
        bare = [unaccent(word) for word in given]
        reading = self.model.read(bare)
        truth = given if bare != given else None
        lines = [_line(_("It was given"), escape(" ".join(bare)))]
        if truth is None:
            lines.append(_line(_("Machine"), escape(" ".join(reading.best))))
        else:
            right = sum(a == b for a, b in zip(truth, reading.best, strict=True))
            lines.append(_line(_("Machine"), _marked(truth, reading.best), f"{right}/{len(truth)}"))
        self.own_chips.show(self.model, reading, truth, f'<div class="ailab-lm-lines">{"".join(lines)}</div>')
        self.value = reading


def _refuse_secret(text: str) -> None:
    """Refuse a text with a mark of secrecy. A word or two alone are no text: “mật” is honey as well."""
    from ailab.privacy import refuse_secret

    if len(syllables(text)) > 2:
        refuse_secret(text)


class SyllableChips(ipywidgets.VBox):
    """A sentence as the machine reads it: each syllable a button, and behind it the others that it thought of."""

    def __init__(self) -> None:
        self.verdict = ipywidgets.HTML()
        self.row = ipywidgets.HBox(layout={"flex_flow": "row wrap"})
        self.row.add_class("ailab-lm-chips")
        self.detail = ipywidgets.HTML()
        super().__init__([self.verdict, self.row, self.detail])

    def clear(self) -> None:
        """Show nothing."""
        old, self.row.children = self.row.children, ()
        for chip in old:
            chip.close()
        self.verdict.value = self.detail.value = ""

    def say(self, text: str) -> None:
        """Show one sentence instead of a reading."""
        self.clear()
        self.verdict.value = f'{style()}<div class="ailab-result"><p class="ailab-box ailab-doubt" role="status">{escape(text)}</p></div>'

    def show(self, model: SyllableModel, reading: Reading, truth: Sequence[str] | None, verdict: str) -> None:
        """Show a reading; ``verdict`` is HTML above it."""
        self.clear()
        self._model, self._reading, self._truth = model, reading, truth
        legend = _("How sure is the machine of each syllable? Dark green: sure. Light green: fairly sure. Yellow: in doubt. Tap one to see why.")
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in self._reasons())
        title = _("Where it is wrong, and why")
        why = f"<h4>{escape(title)}</h4><ul>{reasons}</ul>" if reasons else ""
        self.verdict.value = f'{style()}<div class="ailab-result">{verdict}{why}<p class="ailab-small">{escape(legend)}</p></div>'
        self.row.children = [self._chip(at) for at in range(len(reading.best))]
        wrong = [at for at in range(len(reading.best)) if truth is not None and truth[at] != reading.best[at]]
        self._choose(min(wrong or range(len(reading.best)), key=self._sureness))

    def _sureness(self, at: int) -> float:
        return dict(self._reading.choices[at]).get(self._reading.best[at], 0.0)

    def _chip(self, at: int) -> ipywidgets.Button:
        p, word = self._sureness(at), self._reading.best[at]
        chip = ipywidgets.Button(description=word if p >= _SURE else f"{word} {percent(p)}" if p else f"{word} ?")
        chip.add_class("ailab-lm-chip")
        chip.add_class("ailab-lm-sure" if p >= _SURE else "ailab-lm-fairly" if p >= _FAIRLY else "ailab-lm-doubtful")
        if self._truth is not None and self._truth[at] != word:
            chip.add_class("ailab-lm-wrong")
            chip.description += " ✗"
        chip.on_click(lambda _button, at=at: self._choose(at))
        return chip

    def _choose(self, at: int) -> None:
        for other, chip in enumerate(self.row.children):
            (chip.add_class if other == at else chip.remove_class)("ailab-lm-chosen")
        reading, model = self._reading, self._model
        before = reading.best[at - 1] if at else None
        after = reading.best[at + 1] if at + 1 < len(reading.best) else None
        rows, rest = [], 1.0
        for word, p in reading.choices[at][:6]:
            rest -= p
            facts = [_("Seen in its texts: %(n)s times.") % {"n": model.counts_[word]}]
            if before is not None:
                facts.append(_("Right after “%(word)s”: %(n)s times.") % {"word": before, "n": model.pair_counts_.get((before, word), 0)})
            if after is not None:
                facts.append(_("Right before “%(word)s”: %(n)s times.") % {"word": after, "n": model.pair_counts_.get((word, after), 0)})
            rows.append(_bar(word, p, " ".join(facts)))
        if rest > 0.005 and rows:
            rows.append(_bar(_("another word, which its texts do not have"), rest, ""))
        title = _("What can “%(typed)s” be?") % {"typed": reading.typed[at]}
        bars = f'<ul class="ailab-bars">{"".join(rows)}</ul>'
        if not rows:
            text = _("The machine has never met “%(typed)s”, with any accents. It has no idea and leaves it as it is.") % {"typed": reading.typed[at]}
            bars = f"<p>{escape(text)}</p>"
        self.detail.value = f'{style()}<div class="ailab-result ailab-lm-why"><h4>{escape(title)}</h4>{bars}</div>'

    def _reasons(self) -> list[str]:
        """Say in words why each wrong syllable is wrong."""
        if self._truth is None:
            return []
        model, never, out = self._model, list[str](), list[str]()
        wrong = [(at, pair) for at, pair in enumerate(zip(self._truth, self._reading.best, strict=True)) if pair[0] != pair[1]]
        for at, (right, guessed) in wrong:
            words = {"right": right, "guessed": guessed}
            if right not in model.counts_:
                never.append(f"“{right}”")
            elif not model.pair_counts_.get((self._truth[at - 1] if at else "", right), 0) and not self._before_next(at, right):
                out.append(_("“%(right)s”: it knows this syllable, but has never seen it beside these neighbors. So it took “%(guessed)s”.") % words)
            else:
                out.append(_("“%(right)s”: in its texts “%(guessed)s” is more usual in such a place.") % words)
        if never:
            out.insert(0, _("Not in the texts that it learned from: %(words)s.") % {"words": ", ".join(never)})
        if sure := [f"“{guessed}”" for at, (_right, guessed) in wrong if self._sureness(at) >= _SURE]:
            out.append(_("Sure of itself, and still wrong: %(words)s. It only knows its own texts.") % {"words": ", ".join(sure)})
        return out

    def _before_next(self, at: int, right: str) -> int:
        assert self._truth is not None
        return self._model.pair_counts_.get((right, self._truth[at + 1]), 0) if at + 1 < len(self._truth) else 0


class _Accents(SyllableModel):
    """Puts accents on letters and leaves the letters alone: in this game they are right."""

    def _write_out(self, words: list[str]) -> list[str]:
        return words

    def _find_candidates(self, word: str) -> list[tuple[str | None, float]]:
        return [(known, cost) for known, cost in super()._find_candidates(word) if known is None or unaccent(known) == unaccent(word)]


def _split(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sentences to learn from, and sentences for the game."""
    found = [text[start:end] for text in map(normalize, texts) for start, end in sentences(text)]
    found = list(dict.fromkeys(found))
    suitable = [text for text in found if len(syllables(text)) in _LENGTHS and not any(map(str.isdigit, text)) and unaccent(text) != text]
    held = suitable[_HELD_OUT - 1 :: _HELD_OUT] or found[-1:]
    learned = [text for text in found if text not in held]
    if not learned:
        raise TextError(_("There is no text to learn from. Give at least two different sentences."), code="no_text")
    return learned, held


def _line(name: str, text: str, score: str = "") -> str:
    return f'<div><b>{escape(name)}</b><span>{text}</span><span class="ailab-value">{score}</span></div>'


def _marked(truth: Sequence[str], guess: Sequence[str]) -> str:
    """Syllables with the wrong ones marked, as HTML."""
    return " ".join(escape(b) if a == b else f"<mark>{escape(b)}</mark>" for a, b in zip(truth, guess, strict=True))


def _compared(truth: Sequence[str], typed: str) -> tuple[str, int]:
    """What a learner wrote, what is not right in it marked, and how many syllables are right."""
    given = syllables(typed)[: 2 * _LONGEST]
    blocks = difflib.SequenceMatcher(None, truth, given, autojunk=False).get_matching_blocks()
    right = {at for block in blocks for at in range(block.b, block.b + block.size)}
    return " ".join(escape(word) if at in right else f"<mark>{escape(word)}</mark>" for at, word in enumerate(given)), len(right)


def _bar(name: str, p: float, fact: str) -> str:
    small = f'<span class="ailab-small ailab-lm-fact">{escape(fact)}</span>' if fact else ""
    return (
        f'<li><span class="ailab-name">{escape(name)}</span><span class="ailab-value">{escape(percent(p))}</span>'
        f'<span class="ailab-bar"><span style="width:{100 * min(max(p, 0), 1):.1f}%"></span></span>{small}</li>'
    )
