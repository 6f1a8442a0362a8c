"""Summaries in the words of a model, beside one in the words of the document, and what in them the document does not hold.

What a model is to read is shown first, as a :class:`Draft`; it reads when the draft is sent. A text with a mark of secrecy is refused
before anything else. :class:`~ailab.hub.Seq2SeqSummarizer` and :class:`~ailab.hub.ServerSummarizer` are the two that write.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ailab.errors import ModelError, TextError
from ailab.hub.claims import blank
from ailab.hub.server import Reply, ServerFailure, ServerProblem, failure_message
from ailab.hub.unsupported import Claim, unsupported_claims
from ailab.i18n import gettext as _
from ailab.text import normalize, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ailab.results import MaskedText, Summary, SummarySentence

__all__ = ["AbstractiveSummarizer", "AbstractiveSummary", "Draft", "Reading", "read_what_fits"]

#: Why there are no words of the model, or not all of them.
Problem = Literal["cut_off"] | ServerProblem

_MOST_CHARS = 20_000  # of a summary; a server may send anything
_PLACEHOLDER = re.compile(r"\[\s?([^\W\d_][^\[\]\n\d]{0,40}\s\d{1,9})\s?\]")


class Reading(NamedTuple):
    """What of a document a model reads, and which share of it that is."""

    text: str
    share: float


@dataclass(frozen=True)
class Draft:
    """What a model is to read, before it does. Shows itself in a notebook.

    Attributes
    ----------
    source : str
        The document; it stays on this machine.
    text : str
        What of the document the model reads. For a server, with placeholders instead of personal data.
    body : str
        All that is handed over, to the letter: the body of a request in JSON, or the text with its prefix.
    url : str
        Where it would be sent; empty for a model on this machine.
    cut : float
        Share of the document that the model reads, 0..1; 1 where nothing was cut.
    masked : MaskedText or None
        The way back from the placeholders; it stays on this machine.
    """

    source: str = field(repr=False)
    text: str
    body: str
    url: str = ""
    cut: float = 1.0
    masked: MaskedText | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """What would be handed over, ready for JSON; nothing of what stays."""
        return {"url": self.url, "body": self.body, "text": self.text, "cut": self.cut}

    def _repr_html_(self) -> str:
        from ailab.hub._abstractive_html import draft_html

        return draft_html(self)


@dataclass(frozen=True)
class AbstractiveSummary:
    """A summary in the words of the document, and one in the words of a model. Shows itself in a notebook, the two side by side.

    Attributes
    ----------
    summary : Summary
        Sentences of the document, word for word. It is there whatever happens to the other.
    text : str
        What the model wrote, personal data put back; empty where nothing usable came back.
    unsupported : tuple of Claim
        Numbers, dates and names of ``text`` that the document does not have, and placeholders that the model made up:
        ``start``, ``end``, ``text`` and ``kind``, which is ``'number'``, ``'date'`` or ``'name'``.
    problem : {None, 'cut_off', 'no_server', 'timeout', 'http_error', 'not_json', 'no_reply'}
        Why the model wrote nothing, or why its last sentence is left out.
    sent : str
        Body of the request that left this process; empty where nothing did.
    cut : float
        Share of the document that the model read, 0..1; 1 where nothing was cut.
    status : int or None
        What an HTTP server says of an error, for example 404.
    """

    summary: Summary
    text: str = ""
    unsupported: tuple[Claim, ...] = ()
    problem: Problem | None = None
    sent: str = ""
    cut: float = 1.0
    status: int | None = None

    @property
    def message(self) -> str:
        """What went wrong and what to do, for a person, in the language in force; empty where nothing did."""
        if self.problem is None:
            return ""
        if self.problem == "cut_off":
            return _("The language model wrote too much and was cut off: its last sentence is left out. Allow a longer text, or give it a shorter document.")
        stands = _("The extract stands without it.")
        return f"{failure_message(self.problem, self.status)} {stands}"

    def to_dict(self) -> dict[str, Any]:
        """Everything but the sources, ready for JSON."""
        return {
            "summary": self.summary.to_dict(), "text": self.text, "unsupported": [claim._asdict() for claim in self.unsupported],
            "problem": self.problem, "sent": self.sent, "cut": self.cut, "status": self.status,
        }  # fmt: skip

    def _repr_html_(self) -> str:
        from ailab.hub._abstractive_html import abstractive_html

        return abstractive_html(self)


class AbstractiveSummarizer:
    """What the two that write have in common: a draft is made, shown, and sent; what comes back is checked."""

    def preview(self, text: str) -> Draft:
        """Show what the model would read; it reads nothing yet, and nothing is sent.

        Parameters
        ----------
        text : str
            A document.

        Returns
        -------
        Draft

        Raises
        ------
        SecrecyError
            If the text bears a mark of secrecy.
        TextError
            With ``code`` ``'no_text'``, if there is no sentence in it.
        """
        from ailab.privacy import refuse_secret

        source = _clean(text)
        refuse_secret(source)
        if not any(map(str.isalpha, source)):
            raise TextError(_("There is no sentence in the text to summarise. Paste a text of several sentences, or choose another file."), code="no_text")
        return self._draft(source)

    def send(self, draft: Draft, text: str | None = None) -> AbstractiveSummary:
        """Hand a draft to the model, and check what comes back.

        Parameters
        ----------
        draft : Draft
            Of :meth:`preview` of this very object, unaltered.
        text : str, optional
            The document that is meant now. A draft of another one is not sent.

        Returns
        -------
        AbstractiveSummary
            What goes wrong on a server leaves the extract as it is.

        Raises
        ------
        ModelError
            With ``code`` ``'other_draft'``, if the draft is not what :meth:`preview` makes of the document. Nothing is sent then.
        SecrecyError, TextError
            As :meth:`preview`.
        """
        if draft != self.preview(draft.source if text is None else text):
            raise ModelError(_("The text or the settings have changed since the preview, so nothing was sent. Look at the preview again."), code="other_draft")
        summary = _extract(draft.source)
        try:
            reply = self._write(draft)
        except ServerFailure as failure:
            sent = draft.body if draft.url and failure.sent else ""
            return AbstractiveSummary(summary, problem=failure.problem, sent=sent, cut=draft.cut, status=failure.status)
        cut_off = reply.cut_off or len(reply.text) > _MOST_CHARS
        words, unsupported = _checked(_whole_sentences(reply.text[:_MOST_CHARS]) if cut_off else reply.text, draft)
        return AbstractiveSummary(summary, words, unsupported, "cut_off" if cut_off else None, draft.body if draft.url else "", draft.cut)

    def summarize(self, text: str) -> AbstractiveSummary:
        """Preview and send at once.

        Parameters
        ----------
        text : str
            A document.

        Returns
        -------
        AbstractiveSummary

        Raises
        ------
        SecrecyError, TextError
            As :meth:`preview`.
        """
        return self.send(self.preview(text))

    def _draft(self, source: str) -> Draft:
        raise NotImplementedError

    def _write(self, draft: Draft) -> Reply:
        raise NotImplementedError


def read_what_fits(text: str, size: Callable[[str], int], most: int) -> Reading:
    """Choose what of a document a model reads: all of it where it fits, else the sentences that an extract would take first, in their order.

    The beginning alone would not do: what a document of an office asks for, and by when, stands in its second half.

    Parameters
    ----------
    text : str
    size : callable
        How much of the room of the model a text takes.
    most : int
        How much room there is.

    Raises
    ------
    ValueError
        If not even a word fits.
    """
    if size(text) <= most:
        return Reading(text, 1.0)
    around = size("")
    chosen: list[SummarySentence] = []
    room = most - around
    for sentence in _best_first(text):
        need = size(sentence.text) - around + 1  # and the line feed between two
        if need <= room:
            chosen.append(sentence)
            room -= need
    while chosen and size(_joined(chosen)) > most:  # what two pieces take together, a tokenizer decides
        chosen.pop()
    piece = _joined(chosen) or _beginning(text, size, most)
    if not piece:
        raise ValueError(_("Not a word of the document fits. Let the model read more, or shorten the prefix."))
    return Reading(piece, min(len(piece) / len(text), 1.0))


def _best_first(text: str) -> list[SummarySentence]:
    from ailab.summary import Summarizer

    return sorted(Summarizer().score(text), key=lambda sentence: -sentence.score)


def _joined(chosen: Sequence[SummarySentence]) -> str:
    return "\n".join(sentence.text for sentence in sorted(chosen, key=lambda sentence: sentence.start))


def _beginning(text: str, size: Callable[[str], int], most: int) -> str:
    """As many words as fit of a text that has no sentence short enough."""
    ends = [found.end() for found in re.finditer(r"\S+", text[: 20 * most])]
    return text[: ends[at - 1]].strip() if (at := bisect.bisect_right(ends, most, key=lambda end: size(text[:end]))) else ""


def _clean(text: str) -> str:
    return normalize(text.encode("utf-8", "replace").decode("utf-8"))  # half a character cannot be sent


def _extract(text: str) -> Summary:
    from ailab.summary import Summarizer

    return Summarizer().summarize(text)


def _whole_sentences(text: str) -> str:
    """Text without the sentence that it breaks off in."""
    spans = sentences(text)
    if spans and not text[: spans[-1][1]].endswith((".", "!", "?", "…")):
        spans.pop()
    return text[: spans[-1][1]] if spans else ""


def _checked(written: str, draft: Draft) -> tuple[str, tuple[Claim, ...]]:
    """What a model wrote with personal data put back, and the claims in it that the document does not bear out."""
    originals = {_label(name): original for name, original in draft.masked.originals.items()} if draft.masked else {}
    pieces: list[str] = []
    settled: list[tuple[int, int]] = []
    invented: list[Claim] = []
    at = length = 0
    for found in _PLACEHOLDER.finditer(written):
        original = originals.get(_label(found[0]))
        word = found[0] if original is None else original
        pieces += [written[at : found.start()], word]
        start = length + found.start() - at
        at, length = found.end(), start + len(word)
        settled.append((start, length))
        if original is None and word not in draft.source:
            invented.append(Claim(start, length, word, "name"))
    text = "".join([*pieces, written[at:]])
    claims = [*invented, *unsupported_claims(blank(text, settled), draft.source)]
    return text, tuple(sorted(Claim(claim.start, claim.end, text[claim.start : claim.end], claim.kind) for claim in claims))


def _label(placeholder: str) -> str:
    """Placeholder as a model may write it: in small letters, with another space."""
    return " ".join(placeholder.strip("[] ").casefold().split())
