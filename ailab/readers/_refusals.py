"""What the readers say of a document that several of them refuse."""

from __future__ import annotations

from ailab.errors import TextError
from ailab.i18n import gettext as _

__all__ = ["locked", "wrong_kind"]


def locked(name: str) -> TextError:
    """Return the error for a document behind a password."""
    message = _("The document “%(name)s” is protected with a password. Open it with its password and save a copy without one.")
    return TextError(message % {"name": name}, code="locked")


def wrong_kind(name: str) -> TextError:
    """Return the error for a file that is no document, or another kind of one."""
    message = _("“%(name)s” is not a text (.txt), Word (.docx) or PDF document. Open it in the program that made it and save it as one of these.")
    return TextError(message % {"name": name}, code="wrong_kind")
