"""Which kernels are stopped because nobody uses them: by time that was lived through, not by the clock on the wall."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import TraitError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Kernels"]

_NOBODY_CAME = 300.0  # seconds after which a page that nobody ever connected to is given up: it takes the place of somebody
_STOP_SECONDS = 10.0  # Jupyter gives a kernel that was killed five to be gone


class Kernels(AsyncMappingKernelManager):
    """Jupyter's manager, which reckons idleness by the wall clock.

    A laptop that sleeps through a break, or whose clock is set right in the middle of a lesson, would stop the work of everybody who
    is not connected at that moment. Here the time between two looks counts once at most, and a page that is connected is in use: a
    phone that is locked after half an hour of reading gets all of its minutes. So is a page that waits for somebody in the pool.
    """

    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._looked = self.clock()
        self._idle: dict[str, tuple[Any, float]] = {}  # what was seen last, and seconds without a change
        self.waiting: set[str] = set()  # kernels of pages that are ready for whoever comes
        self._met: set[str] = set()  # kernels to which somebody has connected

    def kernel_model(self, kernel_id: str) -> dict[str, Any]:
        """Describe a kernel; KeyError for one that is only just starting, of which Jupyter has nothing to say and its list would fail."""
        if kernel_id in self._kernels and _last_activity(self._kernels[kernel_id]) is None:
            raise KeyError(kernel_id)
        model: dict[str, Any] = super().kernel_model(kernel_id)  # type: ignore[no-untyped-call]
        return model

    async def shutdown_all(self, now: bool = False) -> None:  # type: ignore[override]
        """Stop those that run. Jupyter's own way fails at one that is only just starting, or never did; such a one ends with this process."""
        stopping = [ensure_async(self.shutdown_kernel(kernel_id, now=now)) for kernel_id in self.list_kernel_ids()]  # type: ignore[no-untyped-call]
        for problem in await asyncio.gather(*(asyncio.wait_for(stopped, _STOP_SECONDS) for stopped in stopping), return_exceptions=True):
            if isinstance(problem, Exception):
                self.log.error("A kernel could not be stopped", exc_info=problem)

    def notify_connect(self, kernel_id: str) -> None:
        """Remember that somebody came."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self._met.add(kernel_id)

    def has_connection(self, kernel_id: str) -> bool:
        """Whether a page is connected to a kernel now."""
        return bool(self._kernel_connections.get(kernel_id))

    async def cull_kernels(self) -> None:
        """Look at all kernels, and stop those that have been left alone for too long."""
        now = self.clock()
        step, self._looked = min(now - self._looked, 2.0 * self.cull_interval), now
        idle = {}
        for kernel_id, kernel in self._kernels.items():
            activity = _last_activity(kernel)
            seen, seconds = self._idle.get(kernel_id, (None, 0.0))
            if activity is None:  # it is only just starting
                continue
            seconds = 0.0 if activity != seen or self.has_connection(kernel_id) or kernel_id in self.waiting else seconds + step
            nobody = kernel_id not in self._met and seconds >= _NOBODY_CAME
            kernel.last_activity = utcnow() - timedelta(seconds=max(seconds, self.cull_idle_timeout + 1.0) if nobody else seconds)
            idle[kernel_id] = kernel.last_activity, seconds
        self._idle = idle
        self._met &= set(self._kernels)
        await super().cull_kernels()  # type: ignore[no-untyped-call]


def _last_activity(kernel: Any) -> Any:
    """When a kernel did something, or None while it is only just starting."""
    try:
        return kernel.last_activity
    except (AttributeError, TraitError):
        return None
