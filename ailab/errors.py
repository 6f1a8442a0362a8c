"""What can go wrong, as one small tree.

::

    AilabError
    ├── PhotoError (also ValueError)         a photo that cannot be used
    ├── UnknownCropError (also ValueError)   a crop that the model has never seen
    ├── TextError (also ValueError)          a document that cannot be read
    ├── SecrecyError (also ValueError)       a text that bears a mark of secrecy, which no demo works on
    ├── PassageError (also ValueError)       a knowledge base that cannot be used
    ├── TeachingError (also ValueError)      examples that nothing can be learned from
    └── ModelError (also RuntimeError)       a model file that is missing, damaged or not what its card says

The message of each is one or two sentences for a person, in the language in force when it was raised, and ends with
what to do. ``code`` is for programs.
"""

from __future__ import annotations

__all__ = ["AilabError", "ModelError", "PassageError", "PhotoError", "SecrecyError", "TeachingError", "TextError", "UnknownCropError"]


class AilabError(Exception):
    """Base of every error that ailab raises on purpose.

    Parameters
    ----------
    message : str
        For a person: what is wrong and what to do.
    code : str, default=""
        For a program: does not change with the language.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class PhotoError(AilabError, ValueError):
    """A photo that cannot be opened or used."""


class UnknownCropError(AilabError, ValueError):
    """A crop that the model has never seen."""


class TextError(AilabError, ValueError):
    """A document that cannot be read."""


class SecrecyError(AilabError, ValueError):
    """A text that bears a mark of secrecy. No demo works on it, here or elsewhere."""


class PassageError(AilabError, ValueError):
    """A passage or a knowledge base that cannot be used."""


class TeachingError(AilabError, ValueError):
    """Examples that nothing can be learned from: too few, or all of one kind."""


class ModelError(AilabError, RuntimeError):
    """A model file that is missing, damaged or not what its card says."""
