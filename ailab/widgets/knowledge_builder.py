"""Build a knowledge base, ask it, see what is missing, add that, ask again, and keep the base as a file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.errors import AilabError, PassageError
from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.passages import Passage, cut_text, load_passages, read_passages, save_passages
from ailab.show import answer_html, message_html, style
from ailab.widgets.base import Demo, answered, heading
from ailab.widgets.download import Download
from ailab.widgets.file_input import FileInput

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from ailab.passages import PassageSource
    from ailab.qa import QuestionAnswerer
    from ailab.results import Answer

__all__ = ["MOST", "KnowledgeBuilder"]

#: Passages that a base can hold.
MOST = 500

_EXAMPLE = Path(__file__).parent.parent / "assets" / "knowledge" / "example_commune.toml"
_WIDE = {"width": "auto"}
_FIRST_WORDS = 16


class KnowledgeBuilder(Demo):
    """A base of passages that grows with the questions that it cannot answer yet.

    Parameters
    ----------
    passages : str, path or iterable, default=()
        What the base holds at first: anything that :func:`~ailab.load_passages` takes.
    answerer : QuestionAnswerer, optional
        A model of your own: anything with ``fit(passages)`` and ``ask(question)`` that returns an :class:`~ailab.Answer`.
    """

    value = traitlets.Tuple(help="the passages of the base")

    def __init__(self, passages: PassageSource = (), answerer: QuestionAnswerer | None = None) -> None:
        self._answerer = answerer
        self._read: tuple[Passage, ...] = ()  # what the answerer has read
        self.adding, self.listing, self.missing, self.keeping = _Adding(self), _Listing(self), _Missing(self), _Keeping(self)
        self.asking = _Asking(self)
        reminder = _(
            "Paste no personal data: no citizen ID numbers, no phone numbers, nothing about health. Paste no document marked as secret (MẬT). "
            "The text stays in the memory of the machine that runs this lesson and is gone when you close this page. Save it at the bottom to keep it."
        )
        super().__init__(
            [
                ipywidgets.HTML(message_html(reminder, kind="doubt")),
                *(heading(_("1. Add a text")), self.adding),
                *(heading(_("2. What is in the base")), self.listing),
                *(heading(_("3. Ask the base")), self.asking),
                *(heading(_("4. Questions that are still missing")), self.missing),
                *(heading(_("5. Keep the base")), self.keeping),
            ]
        )
        if passages:
            self.value = tuple(load_passages(passages))

    @traitlets.validate("value")
    def _usable(self, proposal: Any) -> tuple[Passage, ...]:
        passages = tuple(load_passages(proposal.value)) if proposal.value else ()
        if len(passages) > MOST:
            message = _("The base would have %(count)d passages; at most %(most)d fit. Add less, or remove what nobody asks for.")
            raise PassageError(message % {"count": len(passages), "most": MOST}, code="too_many")
        return passages

    def take(self, passages: Iterable[Passage]) -> tuple[int, int]:
        """Add passages; those that are in the base already are skipped, and an id that is taken gets a number.

        Parameters
        ----------
        passages : iterable of Passage

        Returns
        -------
        tuple of int
            How many are new, and how many were there already.
        """
        base = list(self.value)
        ids = {passage.id for passage in base}
        there = {(mark, passage.text) for passage in base for mark in (passage.id, passage.title)}
        known = 0
        for passage in passages:
            if {(passage.id, passage.text), (passage.title, passage.text)} & there:
                known += 1
                continue
            fresh = replace(passage, id=_free(passage.id, ids))
            ids.add(fresh.id)
            there |= {(fresh.id, fresh.text), (fresh.title, fresh.text)}
            base.append(fresh)
        new = len(base) - len(self.value)
        if new:
            self.value = tuple(base)
        return new, known

    def ask(self, question: str) -> Answer:
        """Ask the base as it is now.

        Parameters
        ----------
        question : str

        Returns
        -------
        Answer

        Raises
        ------
        PassageError
            If the base is empty.
        SecrecyError
            If the question is a text with a mark of secrecy.
        """
        from ailab.privacy import refuse_secret

        refuse_secret(question)
        if not self.value:
            raise PassageError(_("The base is still empty. Add a text in step 1, or the example in step 2."), code="empty")
        if self._answerer is None:
            from ailab.qa import QuestionAnswerer

            self._answerer = QuestionAnswerer()
        if self._read is not self.value:
            self._answerer.fit(self.value)
            self._read = self.value
        return self._answerer.ask(question)


class _Part(Demo):
    """A step of the builder, which answers where the hand is."""

    def __init__(self, builder: KnowledgeBuilder, children: list[ipywidgets.Widget], below: ipywidgets.Widget | None = None) -> None:
        self.builder = builder
        self._told: list[tuple[str, str]] = []
        super().__init__(children)
        self.add_class("ailab-kb-part")
        if below is not None:
            self.children = (*children, self.output, below)

    def tell(self, sentences: Sequence[tuple[str, str]]) -> None:
        """Show several sentences, each with its kind."""
        boxes = "".join(f'<p class="ailab-box ailab-{kind}">{escape(text)}</p>' for text, kind in sentences)
        self.output.value = f'{style()}<div class="ailab-result" role="status">{boxes}</div>' if sentences else ""

    def _added(self, counts: tuple[int, int], name: str = "") -> tuple[str, str]:
        """What to say after adding."""
        new, known = counts
        place = {"new": new, "known": known, "total": len(self.builder.value), "name": name or _("Your text")}
        if not new:
            return _("%(name)s: all of it is in the base already. Nothing was added.") % place, "doubt"
        if known:
            return _("%(name)s: %(new)d passages added, %(known)d were there already. The base now has %(total)d.") % place, "note"
        return _("%(name)s: %(new)d passages added. The base now has %(total)d.") % place, "note"

    def _file(self, name: str, data: bytes, first: bool, problem: str) -> None:
        """Take one of the files that were chosen together; what one of them says stays when the next comes."""
        self._told = [] if first else self._told
        try:
            sentence = (problem, "doubt") if problem else self._added(self.builder.take(read_passages(data, name)), name)
        except AilabError as error:
            sentence = (str(error), "doubt")
            if name not in str(error):
                sentence = (f"{name}: {error}", "doubt")
        self._told.append(sentence)
        self.tell(self._told)


class _Adding(_Part):
    """Step 1: paste a text, or give documents."""

    def __init__(self, builder: KnowledgeBuilder) -> None:
        options = {"continuous_update": False, "layout": _WIDE}
        self.headline = ipywidgets.Text(description=_("Title"), placeholder=_("May stay empty"), **options)
        self.text = ipywidgets.Textarea(description=_("Text"), placeholder=_("Paste the text here"), rows=6, **options)
        self.source = ipywidgets.Text(description=_("Source"), placeholder=_("Who wrote it, and when? May stay empty"), **options)
        self.button = ipywidgets.Button(description=_("Add to the base"), button_style="primary")
        self.files = FileInput(self._take, label=_("Add documents (.txt, .docx, .pdf)"), accept=".txt,.docx,.pdf,.toml")
        super().__init__(
            builder, [self.headline, self.text, self.source, self.button, ipywidgets.HTML(_line_html(_("Or from this device, several at once:"))), self.files]
        )
        self.button.on_click(self._add)

    def prepare(self, question: str) -> None:
        """Make the form ready for the answer to a question."""
        if self.text.value.strip():
            self.say(_("There is a text here that is not in the base yet. Add it first, then choose the question again."), kind="doubt")
        else:
            self.headline.value = question
            message = _(
                "Write the answer to “%(question)s” in the text field. Write whole sentences that can be understood alone. Then press “Add to the base”."
            )
            self.say(message % {"question": question})
        self.text.focus()

    def forget(self) -> None:
        """Empty the form."""
        self.text.value = self.headline.value = self.source.value = ""

    @answered
    def _add(self, _button: Any) -> None:
        text, title = self.text.value, self.headline.value.strip()
        if not text.strip():
            self.say(_("The text field is empty. Paste or type a text, then press the button."), kind="doubt")
            self.text.focus()
            return
        passages = cut_text(text, prefix=_slug(title or text), title=title, source=self.source.value.strip())
        sentences = [self._added(self.builder.take(passages))]
        if self.builder.missing.waiting:
            sentences.append((_("Some questions had no answer. Press “Ask all of them again” in step 4."), "note"))
        self.text.value = self.headline.value = ""
        self.tell(sentences)

    @answered
    def _take(self, name: str, data: bytes, first: bool, problem: str) -> None:
        self._file(name, data, first, problem)


class _Listing(_Part):
    """Step 2: what is in the base; remove what is wrong."""

    def __init__(self, builder: KnowledgeBuilder) -> None:
        self.count = ipywidgets.HTML()
        self.example = ipywidgets.Button(description=_("Add the example (a commune that does not exist)"))
        self.pages = _Pages(self._row)
        self.clear = ipywidgets.Button(description=_("Remove all"))
        self.spare = ipywidgets.Button(description=_("No, keep all"))
        self.undo = ipywidgets.Button(description=_("Put it back"))
        buttons = ipywidgets.HBox([self.example, self.clear, self.spare])
        super().__init__(builder, [self.count, self.pages, buttons], self.undo)  # undo stands below the sentence that says what is gone
        self._before: tuple[Passage, ...] = ()
        self._sure = False
        self.example.on_click(self._add_example)
        self.clear.on_click(self._remove_all)
        self.spare.on_click(lambda _button: self._calm())
        self.undo.on_click(self._put_back)
        builder.observe(self._show, "value")
        self._show(None)

    def _show(self, _change: Any) -> None:
        base = self.builder.value
        self._calm()
        self.output.value = ""
        _visible(self.undo, on=False)
        _visible(self.clear, on=bool(base))
        text = _("The base is still empty. Add a text above, or start with the example.")
        if base:
            text = _("Passages in the base: %(count)d. Touch one to read all of it.") % {"count": len(base)}
        self.count.value = _line_html(text)
        self.pages.show(base[::-1])

    def _row(self, passage: Passage) -> ipywidgets.Widget:
        button = ipywidgets.Button(description=_("Remove"), tooltip=_("Remove this passage"))
        button.on_click(partial(self._remove, passage))
        return _beside(_passage_html(passage), button)

    @answered
    def _remove(self, passage: Passage, _button: Any) -> None:
        before = self.builder.value
        self.builder.value = tuple(other for other in before if other.id != passage.id)
        if len(self.builder.value) < len(before):  # not at the second tap on the same button
            self._gone(before, _("Removed: %(title)s.") % {"title": _called(passage).rstrip(".?!…")})

    def _gone(self, before: tuple[Passage, ...], text: str) -> None:
        self._before = before
        self.say(text)
        _visible(self.undo, on=True)

    @answered
    def _put_back(self, _button: Any) -> None:
        self.builder.value = self._before
        self.say(_("It is back."))

    @answered
    def _add_example(self, _button: Any) -> None:
        passages = load_passages(_EXAMPLE)
        self.tell([self._added(self.builder.take(p for p in passages if p.lang == get_language()), _("Example"))])

    @answered
    def _remove_all(self, _button: Any) -> None:
        before = self.builder.value
        if self._sure:
            self.builder.value = ()
            self._gone(before, _("The base is empty now."))
        elif before:
            self._sure = True
            self.clear.description = _("Press again to remove all %(count)d") % {"count": len(before)}
            self.clear.button_style = "danger"
            _visible(self.spare, on=True)

    def _calm(self) -> None:
        self._sure = False
        self.clear.description, self.clear.button_style = _("Remove all"), ""
        _visible(self.spare, on=False)


class _Asking(_Part):
    """Step 3: ask."""

    def __init__(self, builder: KnowledgeBuilder) -> None:
        self.question = ipywidgets.Text(placeholder=_("Type a question"), continuous_update=False, layout=_WIDE)
        self.button = ipywidgets.Button(description=_("Ask"), button_style="primary")
        super().__init__(builder, [self.question, self.button])
        self.question.observe(self._ask, "value")  # Enter, or leaving the field after a change
        self.button.on_click(self._ask)
        builder.observe(self._outdated, "value")

    def forget(self) -> None:
        """Empty the field."""
        self.question.value = ""

    @answered
    def _ask(self, _cause: Any) -> None:
        self.say(_("Looking in the base…"))
        answer = self.builder.ask(self.question.value)
        self.output.value = answer_html(answer, whom=_("Ask the person who wrote the document."))
        self.builder.missing.note(answer)

    def _outdated(self, _change: Any) -> None:
        self.output.value = ""  # another base may answer otherwise


class _Missing(_Part):
    """Step 4: what was asked and had no answer."""

    def __init__(self, builder: KnowledgeBuilder) -> None:
        self.waiting: dict[str, str] = {}  # question, as it is compared -> as it was typed
        self.solved: dict[str, Answer] = {}
        self.intro = ipywidgets.HTML()
        self.pages = _Pages(self._row)
        self.again = ipywidgets.Button(description=_("Ask all of them again"), button_style="primary")
        self.found = ipywidgets.HTML()
        super().__init__(builder, [self.intro, self.pages, self.again], self.found)
        self.again.on_click(self._ask_again)
        self._show()

    def note(self, answer: Answer) -> None:
        """Remember whether a question has an answer; one that was never without is not remembered."""
        key = " ".join(answer.question.casefold().split())
        if answer.reason == "not_in_base":
            self.waiting[key] = answer.question
            self.solved.pop(key, None)
        elif self.waiting.pop(key, None) or key in self.solved:
            self.solved[key] = answer
        self._show()

    def _show(self) -> None:
        text = _("A question without an answer is collected here.")
        if self.waiting:
            text = _("Without an answer: %(count)d. Write the answers, add them, then ask again.") % {"count": len(self.waiting)}
        elif self.solved:
            text = _("Every question that was collected has an answer now.")
        self.intro.value = _line_html(text)
        self.pages.show([*self.waiting.values()][::-1])
        _visible(self.again, on=bool(self.waiting or self.solved))
        self.found.value = self._found_html()

    def _found_html(self) -> str:
        if not self.solved:
            return ""
        items = "".join(
            f'<li class="ailab-kb-found"><strong>{escape(answer.question)}</strong><q>{escape(answer.text)}</q>'
            f'<span class="ailab-small">{escape(_called(answer.passage))}</span></li>'
            for answer in self.solved.values()
            if answer.passage
        )
        title = _("Has an answer now")
        return f'{style()}<div class="ailab-result"><h4>{escape(title)}</h4><ul class="ailab-kb-list">{items}</ul></div>'

    def _row(self, question: str) -> ipywidgets.Widget:
        write = ipywidgets.Button(description=_("Write the answer"))
        drop = ipywidgets.Button(description=_("Drop it"), tooltip=_("Take this question off the list"))
        write.on_click(lambda _button: self.builder.adding.prepare(question))
        drop.on_click(partial(self._drop, question))
        return _beside(f'{style()}<div class="ailab-result ailab-kb-row"><strong>{escape(question)}</strong></div>', write, drop)

    @answered
    def _drop(self, question: str, _button: Any) -> None:
        self.waiting = {key: kept for key, kept in self.waiting.items() if kept != question}
        self._show()

    @answered
    def _ask_again(self, _button: Any) -> None:
        questions = [*self.waiting.values(), *(answer.question for answer in self.solved.values())]
        self.say(_("Looking in the base…"))
        before = len(self.waiting)
        for question in questions:
            self.note(self.builder.ask(question))
        text = _("Asked again: %(count)d. Without an answer: %(before)d before, %(now)d now.")
        self.say(text % {"count": len(questions), "before": before, "now": len(self.waiting)})


class _Keeping(_Part):
    """Step 5: the base as a file, and back."""

    def __init__(self, builder: KnowledgeBuilder) -> None:
        self.download = Download(label=_("Save the base as a file"))
        self.files = FileInput(self._take, label=_("Load a saved base"))  # phones do not know .toml and would offer nothing
        super().__init__(builder, [self.download, self.files])
        self.download.observe(self._saved, "count")
        builder.observe(self._show, "value")
        self._show(None)

    def _show(self, _change: Any) -> None:
        base = self.builder.value
        self.download.content = save_passages(base) if base else ""
        name = _("knowledge-base")
        self.download.filename = f"{name}-{datetime.now().astimezone():%Y-%m-%d}.toml"
        if not base:
            self.say(_("There is nothing to save yet. A base that you load is added to what is here."))
        else:
            self.say(_("Save before you close the page. A base that you load is added to what is here."))

    @answered
    def _saved(self, _change: Any) -> None:
        text = _("Your browser saves %(name)s among your downloads. Load it here next time, or open it in Notepad to correct it.")
        self.say(text % {"name": self.download.filename})

    @answered
    def _take(self, name: str, data: bytes, first: bool, problem: str) -> None:
        known = re.search(r"\.(toml|txt|docx?|pdf)$", name.removesuffix(".toml.txt"), re.IGNORECASE)
        self._file(name if known else f"{name.removesuffix('.txt').removesuffix('.toml')}.toml", data, first, problem)


class _Pages(ipywidgets.VBox):
    """A list that shows a few rows at a time: hundreds of widgets are too much for a phone.

    A row belongs to one item for ever, so that the second tap of two cannot hit the next item.

    Parameters
    ----------
    make : callable
        Row of an item.
    size : int, default=6
        Rows of a page.
    """

    def __init__(self, make: Callable[[Any], ipywidgets.Widget], size: int = 6) -> None:
        self._make, self._size, self._page = make, size, 0
        self._items: list[Hashable] = []
        self._made: dict[Hashable, ipywidgets.Widget] = {}
        self.rows = ipywidgets.VBox()
        self.back, self.forward = ipywidgets.Button(description=_("Previous page")), ipywidgets.Button(description=_("Next page"))
        self.where = ipywidgets.HTML()
        self.turning = ipywidgets.HBox([self.back, self.where, self.forward])
        self.turning.add_class("ailab-kb-pages")
        super().__init__([self.rows, self.turning])
        self.back.on_click(lambda _button: self._turn(-1))
        self.forward.on_click(lambda _button: self._turn(1))

    def show(self, items: Iterable[Hashable]) -> None:
        """Show other items, newest first; the page stays, or becomes the first one if new items came."""
        before, self._items = len(self._items), list(items)
        self._turn(-len(self._items) if len(self._items) > before else 0)

    def _turn(self, pages: int) -> None:
        last = max(0, len(self._items) - 1) // self._size
        self._page = min(max(self._page + pages, 0), last)
        shown = self._items[self._page * self._size : (self._page + 1) * self._size]
        old, self._made = self._made, {item: self._made.get(item) or self._make(item) for item in shown}
        self.rows.children = tuple(self._made.values())
        for item in old.keys() - self._made.keys():
            _close(old[item])
        self.back.disabled, self.forward.disabled = self._page == 0, self._page == last
        place = {"first": self._page * self._size + 1, "last": self._page * self._size + len(shown), "total": len(self._items)}
        where = _("%(first)d–%(last)d of %(total)d")
        self.where.value = escape(where % place)
        _visible(self.turning, on=bool(last))


def _beside(html: str, *buttons: ipywidgets.Button) -> ipywidgets.HBox:
    """A row: text, and buttons at its right or below."""
    row = ipywidgets.HBox([ipywidgets.HTML(html), *buttons])
    row.add_class("ailab-kb-item")
    return row


def _close(widget: ipywidgets.Widget) -> None:
    for child in getattr(widget, "children", ()):
        child.close()
    widget.close()


def _visible(widget: ipywidgets.Widget, *, on: bool) -> None:
    widget.layout.display = None if on else "none"


def _line_html(text: str) -> str:
    return f'{style()}<p class="ailab-result ailab-kb-line">{escape(text)}</p>'


def _called(passage: Passage | None) -> str:
    """A passage in few words."""
    return (passage.title or _first_words(passage.text)) if passage else ""


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:_FIRST_WORDS]) + ("…" if len(words) > _FIRST_WORDS else "")


def _passage_html(passage: Passage) -> str:
    title = f"<strong>{escape(passage.title)}</strong>" if passage.title else ""
    source = _("Source: %(source)s") % {"source": passage.source}
    below = f'<p class="ailab-small">{escape(source)}</p>' if passage.source else ""
    text = "<br>".join(map(escape, passage.text.splitlines()))
    more = f"<details><summary>{escape(_first_words(passage.text))}</summary><p>{text}</p></details>"
    return f'{style()}<div class="ailab-result ailab-kb-row" lang="{escape(passage.lang)}">{title}{more}{below}</div>'


def _slug(text: str) -> str:
    """A short id of letters that every program can show."""
    from ailab.text import unaccent

    return "-".join(re.findall(r"[a-z0-9]+", unaccent(text.lower()))[:6])[:48].strip("-") or "p"


def _free(name: str, taken: set[str]) -> str:
    """The same id, with a number if it is taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-v{number}"
    return found
