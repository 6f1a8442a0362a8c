"""Fictional messages, for lessons that may not show anyone's real ones: to a commune, and scams among genuine ones.

>>> from ailab.samples.messages import sample_messages
>>> sample_messages("citizens")[0].label
'onestop'
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ailab.i18n import choose
from ailab.i18n import gettext as _

__all__ = ["Message", "Office", "label_names", "offices", "sample_messages", "sign_names", "villages"]

_FOLDER = Path(__file__).parent.parent / "assets" / "messages"
_HELD_OUT = 4  # one of so many is kept for the test


@dataclass(frozen=True)
class Office:
    """An office of a commune.

    Attributes
    ----------
    code : str
    names, duties : dict of str to str
        Language code -> its name, and the matters it deals with in this lesson; ``vi`` and ``en``.
    """

    code: str
    names: dict[str, str] = field(hash=False)
    duties: dict[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        """Its name, in the language in force."""
        return choose(self.names)

    @property
    def does(self) -> str:
        """The matters it deals with in this lesson, in the language in force."""
        return choose(self.duties)


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes
    ----------
    id, text : str
    label : str
        The code of an office; or ``'scam'`` or ``'genuine'``.
    gloss : str
        What it says, in English.
    style : str
        ``'plain'``, ``'no_accents'``, ``'slips'``, ``'indirect'``, ``'ironic'`` or ``'two_topics'``; empty for scams.
    signs : tuple of str
        By what a scam is known: ``'link'`` for example.
    held_out : bool
        Kept for the test: nothing is taught with it, and no setting was chosen by it.
    """

    id: str
    text: str
    label: str
    gloss: str
    style: str = ""
    signs: tuple[str, ...] = ()
    held_out: bool = False


@functools.cache
def sample_messages(kind: Literal["citizens", "scams"] = "citizens") -> tuple[Message, ...]:
    """List the messages, in mixed order; one in four of each style and label is held out.

    Parameters
    ----------
    kind : {'citizens', 'scams'}
    """
    lines = (_FOLDER / f"{kind}.jsonl").read_text("utf-8").splitlines()
    records = sorted((_record(line) for line in lines if line.strip()), key=lambda r: (r["style"], r["label"], r["id"]))
    messages = [Message(**record, held_out=at % _HELD_OUT == 1) for at, record in enumerate(records)]
    return tuple(sorted(messages, key=lambda message: message.id))


def _record(line: str) -> dict[str, Any]:
    record = json.loads(line)
    label = record["office"] if "office" in record else record["label"]
    style, signs = record.get("style", ""), tuple(record.get("signs", ()))
    return {"id": record["id"], "text": record["text"], "label": label, "gloss": record["en_gloss"], "style": style, "signs": signs}


@functools.cache
def offices() -> tuple[Office, ...]:
    """List the six offices of the lesson."""
    return tuple(Office(code, {"vi": office["vi"], "en": office["en"]}, office["does"]) for code, office in _offices().items() if code[0] != "_")


def label_names(kind: Literal["citizens", "scams"] = "citizens") -> dict[str, str]:
    """Label -> what a person calls it, in the language in force."""
    return {office.code: office.name for office in offices()} if kind == "citizens" else {"genuine": _("Genuine"), "scam": _("Scam")}


def sign_names() -> dict[str, str]:
    """Sign of a scam -> what it is, in the language in force."""
    return {
        "transfer_first": _("You should pay first"),
        "impersonation": _("Somebody says they are an office, a company or a relative"),
        "urgent": _("You are hurried or threatened"),
        "too_good": _("The gain is too large or too easy"),
        "unknown_sender": _("A stranger who does not say who they are"),
        "link": _("There is a link to press"),
        "otp": _("You are asked for a code or a password"),
        "secrecy": _("You should tell nobody"),
    }


@functools.cache
def villages() -> tuple[str, ...]:
    """List the invented villages that the messages name."""
    return tuple(_offices()["_villages"])


def _offices() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((_FOLDER / "offices.json").read_text("utf-8"))
    return data
