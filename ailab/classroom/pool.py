"""Pages that are ready before anybody asks: for each, a kernel that has run its notebook, and what a browser gets of it.

The pool is filled for a lesson that the trainer prepares, keeps one page of every lesson that is in use, and works only while
nobody arrives or computes: forty people who come at once never fight it.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import psutil
from jupyter_core.utils import ensure_async
from tornado.httputil import HTTPHeaders, HTTPServerRequest

from ailab.classroom.dashboards import original, resolve
from ailab.classroom.handlers import MEMORY_LOW, DashboardHandler
from ailab.i18n import get_language, using
from ailab.kernels.provisioner import ForkServerClient, can_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ailab.classroom.app import Classroom
    from ailab.classroom.dashboards import Dashboard

__all__ = ["Lesson", "Pool", "ReadyPage"]

_CLASS = 40  # pages of a lesson that is prepared, unless the trainer has said how many will come
_SPARE = 1  # page of a lesson that is in use: for whoever comes late, or loads it again
_IN_USE_SECONDS = 60.0  # a lesson counts as in use for so long after somebody left
_CALM_SECONDS = 2.0  # without an arrival
_LOOK_SECONDS = 0.2
_LONG = 60.0  # a kernel that has computed for so many seconds keeps nobody waiting any more: perhaps it never ends
_PAUSE = 30.0  # before a lesson is tried again of which no page could be made


class Lesson(NamedTuple):
    """A notebook, and the language of the page around it."""

    path: str
    language: str


@dataclass(frozen=True)
class ReadyPage:
    """A page that waits for somebody.

    Parameters
    ----------
    kernel_id : str
    html : bytes
        Compressed with gzip.
    written : int
        When its notebook was changed last, in nanoseconds.
    """

    kernel_id: str
    html: bytes
    written: int


class Pool:
    """The pages that are ready.

    Parameters
    ----------
    classroom : Classroom
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, classroom: Classroom, clock: Callable[[], float] = time.monotonic) -> None:
        self._classroom = classroom
        self._clock = clock
        self._ready: defaultdict[Lesson, deque[ReadyPage]] = defaultdict(deque)
        self._prepared: set[Lesson] = set()
        self._used: dict[Lesson, float] = {}  # when a lesson was seen in use
        self._making = 0
        self._sharing = asyncio.Lock()
        self._failed: dict[Lesson, float] = {}  # when no page of a lesson could be made
        self._busy: dict[str, float] = {}  # since when a kernel computes

    @property
    def size(self) -> int:
        """Kernels that wait for somebody, and those that are being made."""
        return self._making + sum(map(len, self._ready.values()))

    @property
    def all_wanted(self) -> int:
        """How many pages of all prepared lessons there are to be, with those that are open; no more than fit into the memory."""
        return min(int(self._classroom.limit), sum(self.wanted(path) for path in {lesson.path for lesson in self._prepared}))

    @property
    def kernel_ids(self) -> set[str]:
        """The kernels of the pages that are ready."""
        return {page.kernel_id for pages in self._ready.values() for page in pages}

    def ready(self, path: str) -> int:
        """How many pages of a lesson are ready."""
        return sum(len(pages) for lesson, pages in self._ready.items() if lesson.path == path)

    def wanted(self, path: str) -> int:
        """How many pages of a lesson there are to be, with those that are open; 0 if it is not prepared."""
        classroom = self._classroom
        return min(classroom.expected or _CLASS, classroom.limit) if any(lesson.path == path for lesson in self._prepared) else 0

    def prepare(self, path: str, *, language: str | None = None) -> None:
        """Have pages of a lesson ready for the whole class, in the language of the classroom unless another is asked for."""
        self._prepared.add(Lesson(path, language or get_language()))

    def leave(self, path: str) -> None:
        """Prepare a lesson no longer."""
        self._prepared = {lesson for lesson in self._prepared if lesson.path != path}

    async def take(self, path: str, language: str) -> ReadyPage | None:
        """A page for somebody who is here, or None if there is none. Its kernel lives, and the notebook is as it was."""
        pages = self._ready[Lesson(path, language)]
        while pages:
            page = pages.popleft()
            if page.written == self._written(path) and await self._alive(page):
                return page
            await self._stop(page)
        return None

    async def share(self, dashboard: Dashboard) -> None:
        """Have what a lesson comes to need imported once, for all kernels that are forked from now on."""
        if dashboard.shared and can_fork():
            async with self._sharing:
                try:
                    await asyncio.to_thread(ForkServerClient.shared().share, dashboard.shared)
                except (OSError, ValueError) as error:
                    self._classroom.log.warning("Each kernel of %s imports what it needs (%s).", dashboard.path, error)

    async def keep(self) -> None:
        """Fill the pool whenever there is time, for as long as the classroom is open."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.look()
            except Exception:
                self._classroom.log.exception("The pool of pages could not be looked after")
                await asyncio.sleep(_PAUSE)

    async def look(self) -> None:
        """Give up what is too much, and if the laptop has nothing else to do, make what is missing."""
        here = self._classroom.learners.by_lesson(self._classroom.kernel_manager)
        self._used |= dict.fromkeys((Lesson(*lesson) for lesson in here), self._clock())
        for lesson in self._too_many(here):
            if pages := self._ready[lesson]:
                await self._stop(pages.popleft())
        self._classroom.kernel_manager.waiting = self.kernel_ids
        if not self._calm():
            return
        at_once = 1 if here else os.cpu_count() or 1
        lessons = [lesson for lesson in {*self._prepared, *self._used} if self._clock() - self._failed.get(lesson, float("-inf")) >= _PAUSE]
        missing = [lesson for lesson in lessons for _ in range(self._target(lesson, here) - len(self._ready[lesson]))]
        await asyncio.gather(*(self._make(lesson) for lesson in missing[: max(0, min(at_once, self._room()))]))

    def _target(self, lesson: Lesson, here: Counter[tuple[str, str]]) -> int:
        """How many pages of a lesson are to be ready now."""
        if original(lesson.path) in self._classroom.closed:
            return 0
        in_use = self._clock() - self._used.get(lesson, float("-inf")) < _IN_USE_SECONDS
        return max(self.wanted(lesson.path) - here[lesson] if lesson in self._prepared else 0, _SPARE if in_use else 0)

    def _too_many(self, here: Counter[tuple[str, str]]) -> Iterator[Lesson]:
        """A lesson for each page to give up: for want of interest, places or memory."""
        for lesson, pages in list(self._ready.items()):
            yield from [lesson] * (len(pages) - self._target(lesson, here))
        if self._room() < 0 or psutil.virtual_memory().available < MEMORY_LOW:
            yield from sorted(self._ready, key=lambda lesson: len(self._ready[lesson]))[-1:]

    def _room(self) -> int:
        """How many more kernels there may be."""
        return int(self._classroom.limit) - len(self._classroom.kernel_manager.list_kernel_ids())

    def _calm(self) -> bool:
        """Whether nobody arrives, nobody computes, and there is memory to spare."""
        classroom, now = self._classroom, self._clock()
        if classroom.learners.arriving or now - classroom.learners.last_arrival < _CALM_SECONDS:
            return False
        busy = {kernel["id"] for kernel in classroom.kernel_manager.list_kernels() if kernel["execution_state"] == "busy"} - self.kernel_ids
        self._busy = {kernel_id: self._busy.get(kernel_id, now) for kernel_id in busy}
        return all(now - since > _LONG for since in self._busy.values()) and psutil.virtual_memory().available > 2 * MEMORY_LOW

    async def _make(self, lesson: Lesson) -> None:
        """Add a page of a lesson; if that cannot be done, leave the lesson alone for a while."""
        try:
            page = await self._run(lesson)
        except Exception:
            self._classroom.log.exception("No page of %s could be made ready", lesson.path)
            page = None
        if page:
            self._ready[lesson].append(page)
        else:
            self._failed[lesson] = self._clock()

    async def _run(self, lesson: Lesson) -> ReadyPage | None:
        """Run a notebook, and return the page; None if it is no longer there, or did not run to its end."""
        classroom = self._classroom
        dashboard = resolve(lesson.path, lesson.language, Path(classroom.root_dir))
        if dashboard is None:  # it is no longer there
            self.leave(lesson.path)
            self._used.pop(lesson, None)
            return None
        address = f"{classroom.base_url}voila/render/{quote(lesson.path)}?lang={lesson.language}"
        request = HTTPServerRequest("GET", address, headers=HTTPHeaders(Host=f"localhost:{classroom.port}"), connection=_Nobody())  # type: ignore[arg-type]
        written = self._written(lesson.path)
        handler = _Preparation(classroom.app, request, **classroom.page_options)
        handler.dashboard = dashboard
        self._making += 1
        try:
            await self.share(dashboard)
            with using(lesson.language):
                html = "".join([piece async for piece in handler.get_generator(dashboard.path)])
        finally:
            self._making -= 1
        if handler.kernel_id and handler.finished:
            return ReadyPage(handler.kernel_id, await asyncio.to_thread(gzip.compress, html.encode(), 6), written)
        if handler.kernel_id in classroom.kernel_manager:
            await ensure_async(classroom.kernel_manager.shutdown_kernel(handler.kernel_id, now=True))
        return None

    async def _alive(self, page: ReadyPage) -> bool:
        manager = self._classroom.kernel_manager
        return page.kernel_id in manager and bool(await ensure_async(manager.is_alive(page.kernel_id)))

    async def _stop(self, page: ReadyPage) -> None:
        manager = self._classroom.kernel_manager
        if page.kernel_id in manager:
            await ensure_async(manager.shutdown_kernel(page.kernel_id, now=True))

    def _written(self, path: str) -> int:
        try:
            return (Path(self._classroom.root_dir) / path).stat().st_mtime_ns
        except OSError:
            return 0


class _Nobody:
    """The connection of a visitor who is not here yet."""

    context = None

    def set_close_callback(self, callback: Any) -> None:
        """Nobody goes away."""


class _Preparation(DashboardHandler):
    """Makes a page as for a visitor, and counts nobody."""

    kernel_id: str = ""

    def arrived(self, kernel_id: str | None) -> None:
        """The page has a kernel."""
        self.kernel_id = kernel_id or ""
