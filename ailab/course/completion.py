"""The page that a learner takes home: a code in place of a name, which a trainer's laptop can check without the internet.

The key of a laptop makes codes, for whoever finished and for anybody else. So it stays where it is: a copy that goes to the province on a stick passes
through many hands, and whoever had the key could print pages for people who never came. A copy takes a verifier for each learner who finished instead
(:func:`verifier`). With the copy, any laptop recognises a genuine code; nobody can make one for somebody who did not finish.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ailab.course.codes import authentication_code, read_code
from ailab.errors import AilabError
from ailab.i18n import get_language
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ailab.course.tables import Course

__all__ = ["Completion", "check_completion", "completion_code", "completion_pages", "read_completion", "secret_in", "verifier"]

_SECRET = "completion.key"  # noqa: S105 - the name of its file
_BYTES = 32
_SLOW = {"n": 2**12, "r": 8, "p": 1, "dklen": 16}  # of scrypt: a class is done in seconds, all codes that one learner could have in many years


@dataclass(frozen=True)
class Completion:
    """What a genuine code says.

    Attributes
    ----------
    course, learner : str
        Codes.
    """

    course: str
    learner: str


def secret_in(folder: Path) -> bytes:
    """Secret of this laptop, made on first use. Whoever has it can make codes; it never leaves the folder, not even in a copy.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    AilabError
        If it cannot be read or made, or is damaged.
    """
    path = folder / _SECRET
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        message = _("The key of the completion pages cannot be used: %(path)s. Check that the folder can be written to.")
        raise AilabError(message % {"path": path}, code="key") from error
    if len(secret) != _BYTES:
        message = _("The key of the completion pages is damaged: %(path)s. Restore a copy, or delete it; then pages printed before cannot be checked.")
        raise AilabError(message % {"path": path}, code="key")
    return secret


def completion_code(secret: bytes, course: str, learner: str) -> str:
    """Code on the page of a learner who has finished.

    Parameters
    ----------
    secret : bytes
    course, learner : str
        Their codes.
    """
    return "-".join((course, learner, authentication_code(secret, "completion", course, learner)))


def read_completion(typed: str) -> Completion | None:
    """Read the codes of course and learner in a code, genuine or not; None if one of them has a slip."""
    plain = _plain(typed)
    course, learner = read_code(plain[:6]), read_code(plain[6:12])
    return Completion(course, learner) if course and learner else None


def check_completion(secret: bytes, typed: str) -> Completion | None:
    """Tell whether a code was made on this laptop.

    Returns
    -------
    Completion or None
        None if it was not: a slip of the pen, another laptop, or invented.
    """
    found = read_completion(typed)
    if found is None:
        return None
    genuine = _plain(completion_code(secret, found.course, found.learner))
    return found if hmac.compare_digest(_plain(typed).encode(), genuine.encode()) else None


def verifier(code: str) -> str:
    """Compute what recognises a code but does not contain it.

    Eight characters could be found by trying them all. So each try is slow (scrypt, salted with the codes of course and learner), and all that
    somebody would gain is the code of a learner who has finished, not the key.

    Parameters
    ----------
    code : str
        As :func:`completion_code` makes it, or as somebody typed it.
    """
    plain = _plain(code)
    return hashlib.scrypt(plain[12:].encode(), salt=plain[:12].encode(), **_SLOW).hex()


def completion_pages(secret: bytes, course: Course, learners: Sequence[str]) -> str:
    """Fill the pages of some learners, one a sheet.

    Parameters
    ----------
    secret : bytes
    course : Course
    learners : sequence of str
        Codes.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    from ailab.course.look import render

    sheets = [(learner, completion_code(secret, course.code, learner)) for learner in learners]
    return render("completion.html.j2", language=get_language(), course=course, sheets=sheets)


def _plain(typed: str) -> str:
    return "".join(typed.upper().split()).replace("-", "")


def _make(path: Path) -> None:
    """Write a secret all or nothing; of two processes that do so at once, the first wins."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:  # Path.open sets no rights
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # a stick with FAT knows no links
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
