"""Who is in the room: numbers, no names. And who waits at the door, because the laptop is full."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil

from ailab.kernels.provisioner import can_fork

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Learner", "Learners", "WaitingLine", "room_for"]

_MB = 2**20
_RESERVE = 600 * _MB  # for the system and the browser of the trainer
_LEARNER_FORKED, _LEARNER = 45 * _MB, 90 * _MB  # what one adds, with a margin; benchmarks/classroom.py measures it
_AWAY_SECONDS = 20.0  # a waiting page that has not asked for so long was closed


def room_for() -> int:
    """How many learners fit into the memory that is free now, at least one."""
    free = psutil.virtual_memory().available - _RESERVE
    return max(1, int(free // (_LEARNER_FORKED if can_fork() else _LEARNER)))


@dataclass(frozen=True)
class Learner:
    """One page that is open.

    Parameters
    ----------
    number : int
        Counts up from 1 over the life of the classroom.
    path, title : str
        The dashboard.
    since : float
        When it was opened, by the monotonic clock.
    language : str
        Of the page around the notebook.
    """

    number: int
    path: str
    title: str
    since: float
    language: str = ""


@dataclass
class Learners:
    """The pages that are open, by the id of their kernel; those that are being made, of which some have no kernel yet."""

    clock: Callable[[], float] = time.monotonic
    present: dict[str, Learner] = field(default_factory=dict)
    arriving: int = 0
    starting: int = 0
    last_arrival: float = float("-inf")
    _last: int = 0

    def enter(self, kernel_id: str, path: str, title: str, language: str = "") -> Learner:
        """A page got its kernel."""
        self._last += 1
        self.last_arrival = self.clock()
        self.present[kernel_id] = learner = Learner(self._last, path, title, self.last_arrival, language)
        return learner

    def by_lesson(self, manager: Any) -> Counter[tuple[str, str]]:
        """How many have each lesson open, by path and language; whose kernel has ended is forgotten."""
        self.present = {kernel_id: learner for kernel_id, learner in self.present.items() if kernel_id in manager}
        return Counter((learner.path, learner.language) for learner in self.present.values())

    def list(self, manager: Any) -> list[dict[str, Any]]:
        """Those whose kernel is still there, ready for JSON: number, lesson, minutes, whether connected and busy."""
        kernels = {kernel["id"]: kernel for kernel in manager.list_kernels()}
        self.present = {kernel_id: learner for kernel_id, learner in self.present.items() if kernel_id in kernels}
        return [
            {
                "number": learner.number, "path": learner.path, "title": learner.title, "minutes": int((self.clock() - learner.since) / 60),
                "connected": bool(kernels[kernel_id]["connections"]), "busy": kernels[kernel_id]["execution_state"] == "busy",
            }
            for kernel_id, learner in self.present.items()
        ]  # fmt: skip

    def kernel_of(self, number: int) -> str | None:
        """Id of the kernel of a learner."""
        return next((kernel_id for kernel_id, learner in self.present.items() if learner.number == number), None)


class WaitingLine:
    """First come, first served.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, float] = {}  # in the order in which they came

    def ask(self, ticket: str, free: int) -> int:
        """Place in the line, or 0: come in.

        Parameters
        ----------
        ticket : str
            What a visitor keeps while waiting.
        free : int
            Places in the room.
        """
        now = self._clock()
        self._seen[ticket] = now
        self._forget(now)
        place = list(self._seen).index(ticket)
        if place < free:
            del self._seen[ticket]
            return 0
        return place - max(free, 0) + 1

    @property
    def waiting(self) -> int:
        """How many wait."""
        self._forget(self._clock())
        return len(self._seen)

    def _forget(self, now: float) -> None:
        self._seen = {ticket: seen for ticket, seen in self._seen.items() if now - seen <= _AWAY_SECONDS}
