"""Memory that is free is given back to the system."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["TRIM_SECONDS", "one_heap", "trim"]

#: How often processes of a class do so.
TRIM_SECONDS = 5.0
_ARENA_MAX = -8  # M_ARENA_MAX of glibc


def trim() -> None:
    """Return to the system what was needed for a photo and is free again: the allocator of Linux keeps it, 12 MB a process and more."""
    _call("malloc_trim", 0)


def one_heap() -> None:
    """Let the threads of this process share one heap, which can be trimmed: Linux gives each thread another. To be called before there are threads."""
    _call("mallopt", _ARENA_MAX, 1)


def _call(name: str, *arguments: int) -> None:
    """Call a function of the C library of Linux; where there is none of that name, nothing happens."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*arguments)
