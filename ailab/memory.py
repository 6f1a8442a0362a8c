"""Memory that is free is given back to the system."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TRIM_SECONDS", "trim"]

#: How often processes of a class do so.
TRIM_SECONDS = 5.0


def trim() -> None:
    """Return to the system what was needed for a photo and is free again: the allocator of Linux keeps it, 12 MB a process and more."""
    if give_back := _malloc_trim():
        give_back(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
