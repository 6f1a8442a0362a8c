"""Pages that are ready before anybody asks: with a classroom that pretends, and with a real one."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import re
import signal
import time
import types
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from serving import connect, get, send, started, write_notebook

from ailab.classroom import pool as pool_module
from ailab.classroom.app import Classroom
from ailab.classroom.learners import Learners
from ailab.classroom.pool import Lesson, Pool, ReadyPage
from ailab.errors import AilabError
from ailab.i18n import using
from ailab.kernels.provisioner import can_fork

WIDGET = "import os\nimport ipywidgets as w\nw.Label('pid %d' % os.getpid())"
LEAF, OTHER = "agriculture/01_leaf.ipynb", "agriculture/02_other.ipynb"
SHARED = "import sys\nimport ipywidgets as w\nw.Label('pid %d' % ('colorsys' in sys.modules))"  # 1 if it was there before the kernel


class Manager(dict):
    """Kernels by id, each with its state."""

    waiting = ()

    def list_kernel_ids(self):
        return list(self)

    def list_kernels(self):
        return [{"id": kernel, "execution_state": state} for kernel, state in self.items()]

    def is_alive(self, kernel):
        return self[kernel] != "dead"

    def shutdown_kernel(self, kernel, now):
        del self[kernel]


class Room(Pool):
    """A pool whose pages cost nothing, in a classroom without a server."""

    def __init__(self, root, *, limit=100, expected=5):
        self.now, self.made = 1000.0, []
        self.broken = {}  # how often each lesson was tried of which no page can be made
        learners = Learners(clock=lambda: self.now)
        self.manager = Manager()
        log = logging.getLogger("room")
        room = types.SimpleNamespace(learners=learners, log=log, kernel_manager=self.manager, limit=limit, expected=expected, closed=set(), root_dir=root)
        super().__init__(room, clock=lambda: self.now)
        self.room = room

    async def _run(self, lesson):
        if lesson.path in self.broken:
            self.broken[lesson.path] += 1
            raise RuntimeError
        self.made.append(lesson)
        kernel = f"k{len(self.made)}"
        self.manager[kernel] = "idle"
        return ReadyPage(kernel, b"", self._written(lesson.path))

    def looks(self, times=30):
        for _ in range(times):
            asyncio.run(self.look())
            self.now += 0.2

    def visit(self, path=LEAF, language="vi"):
        page = asyncio.run(self.take(path, language))
        kernel = page.kernel_id if page else f"own{len(self.manager)}"
        self.manager[kernel] = "idle"
        self.room.learners.enter(kernel, path, "", language)
        return page


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(pool_module.psutil, "virtual_memory", lambda: types.SimpleNamespace(available=8 << 30))
    for path in (LEAF, OTHER):
        write_notebook(tmp_path / path, "1", title="t", minutes=1, learn=[])
    return Room(tmp_path)


def test_a_lesson_is_prepared_for_those_who_are_expected(room):
    room.looks()
    assert room.size == 0
    room.prepare(LEAF, language="vi")
    room.looks()
    assert (room.ready(LEAF), room.size, room.all_wanted) == (5, 5, 5)
    assert room.manager.waiting == room.kernel_ids == set(room.manager)


def test_who_enters_takes_a_page_and_another_is_made_only_when_it_is_calm(room):
    room.prepare(LEAF, language="vi")
    room.looks()
    taken = {room.visit().kernel_id for _ in range(3)}
    assert len(taken) == 3
    room.looks(times=5)  # a second: somebody has only just come
    assert len(room.made) == 5
    room.looks()
    assert (room.ready(LEAF), len(room.made)) == (2, 5)  # three are here, and five are expected
    for _ in range(2):
        room.visit()
    room.looks()
    assert room.ready(LEAF) == pool_module._SPARE  # for those who come late, or load the page again


def test_a_kernel_that_never_ends_does_not_keep_the_pool_for_ever(room):
    room.prepare(LEAF, language="vi")
    room.visit()
    room.manager[next(iter(room.manager))] = "busy"
    room.now += 60
    room.looks()
    assert room.made == []
    room.now += 61
    room.looks()
    assert room.made


@pytest.mark.parametrize("why", ["arriving", "busy", "memory"])
def test_nothing_is_made_while_the_laptop_has_better_things_to_do(room, monkeypatch, why):
    room.prepare(LEAF, language="vi")
    room.visit()
    room.now += 60
    if why == "arriving":
        room.room.learners.arriving = 1
    elif why == "busy":
        room.manager[next(iter(room.manager))] = "busy"
    else:
        low = types.SimpleNamespace(available=pool_module.MEMORY_LOW * 1.5)
        monkeypatch.setattr(pool_module.psutil, "virtual_memory", lambda: low)
    room.looks()
    assert room.made == []


def test_a_lesson_of_which_no_page_can_be_made_is_left_alone_for_a_while_and_the_others_are_not(room, caplog, monkeypatch):
    monkeypatch.setattr(pool_module.os, "cpu_count", lambda: 1)  # one page at once
    room.broken[LEAF] = 0
    for path in (LEAF, OTHER):
        room.prepare(path, language="vi")
    room.looks()
    assert (room.ready(LEAF), room.ready(OTHER), room.broken[LEAF]) == (0, 5, 1)
    assert LEAF in caplog.text
    room.now += pool_module._PAUSE
    del room.broken[LEAF]
    room.looks()
    assert room.ready(LEAF) == 5


def test_what_is_made_at_once_with_somebody_here_is_one_page(room, monkeypatch):
    monkeypatch.setattr(pool_module.os, "cpu_count", lambda: 4)
    room.prepare(LEAF, language="vi")
    asyncio.run(room.look())
    assert len(room.made) == 4
    room.visit(OTHER)
    room.now += 60
    asyncio.run(room.look())
    assert len(room.made) == 5


def test_pages_are_given_up_for_want_of_interest(room):
    room.prepare(LEAF, language="vi")
    room.looks()
    room.leave(LEAF)
    room.looks(times=1)
    assert (room.size, len(room.manager)) == (0, 0)
    room.visit(OTHER)
    room.looks()
    assert room.ready(OTHER) == pool_module._SPARE
    room.manager.pop("own0")  # the only visitor leaves
    room.looks()
    assert room.ready(OTHER) == pool_module._SPARE  # perhaps they only load the page again
    room.looks(times=int(pool_module._IN_USE_SECONDS / 0.2))
    assert room.size == 0


def test_pages_are_given_up_for_learners_in_another_lesson(room):
    room.room.limit = 6
    room.prepare(LEAF, language="vi")
    room.looks()
    for _ in range(3):
        room.visit(OTHER)
    room.looks()
    assert len(room.manager) == 6
    assert room.ready(LEAF) == 3


def test_no_page_is_made_in_a_room_that_is_over_full(room):
    room.room.limit = 2
    for _ in range(3):
        room.visit()
    room.prepare(LEAF, language="vi")
    room.looks()
    assert room.made == []


def test_pages_are_given_up_one_by_one_when_memory_is_low(room, monkeypatch):
    room.prepare(LEAF, language="vi")
    room.looks()
    low = types.SimpleNamespace(available=pool_module.MEMORY_LOW - 1)
    monkeypatch.setattr(pool_module.psutil, "virtual_memory", lambda: low)
    room.looks(times=2)
    assert room.size == 3


def test_a_closed_lesson_is_not_kept_ready(room):
    room.prepare(LEAF, language="vi")
    room.looks()
    room.room.closed.add(LEAF)
    room.looks(times=1)
    assert room.size == 0
    room.room.closed.clear()
    room.looks()
    assert room.size == 5


def test_a_page_whose_kernel_died_or_whose_notebook_changed_is_nobodys(room):
    room.prepare(LEAF, language="vi")
    room.looks()
    room.manager["k1"] = "dead"
    assert room.visit().kernel_id == "k2"
    notebook = write_notebook(room.room.root_dir / LEAF, "2", title="t", minutes=1, learn=[])
    os.utime(notebook, ns=(1, 1))
    assert room.visit() is None
    assert set(room.manager) == {"k2", "own1"}


def test_another_language_is_another_page(room):
    room.prepare(LEAF, language="vi")
    room.looks()
    assert room.visit(language="en") is None
    assert room._target(Lesson(LEAF, "vi"), Counter()) == 5


def _state(server):
    token = re.search(r"/trainer/([\w-]+)", server.log.read_text("utf-8")).group(1)
    status, _headers, answer = get(f"{server.url}trainer/{token}/state")
    assert status == 200, server.log.with_name("ailab.log").read_text("utf-8")
    return f"{server.url}trainer/{token}", json.loads(answer)


def _until(server, ready, path):
    deadline = time.monotonic() + 60
    while True:
        lesson = next(lesson for lesson in _state(server)[1]["lessons"] if lesson["path"] == path)
        if lesson["ready"] == ready:
            return lesson
        assert time.monotonic() < deadline, (lesson, server.log.read_text("utf-8"))
        time.sleep(0.1)


def _until_said(server, text):
    deadline = time.monotonic() + 30
    while text not in server.log.read_text("utf-8"):
        assert time.monotonic() < deadline, server.log.read_text("utf-8")
        time.sleep(0.1)


async def _label(server, kernel):
    """What the widget of a page shows."""
    socket = await connect(server.url, kernel)
    try:
        await send(socket, "comm_open", {"comm_id": "c", "target_name": "jupyter.widget.control", "data": {}}, {"version": "1.0.0"})
        await send(socket, "comm_msg", {"comm_id": "c", "data": {"method": "request_states"}})
        while True:
            message = await asyncio.wait_for(socket.read_message(), 20)
            if found := re.search(rb"pid (\d+)", message):
                return int(found.group(1))
    finally:
        socket.close()


def _press(address, **what):
    request = urllib.request.Request(f"{address}/do?lang=vi", data=json.dumps(what).encode(), method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10).close()


@pytest.mark.skipif(not can_fork(), reason="is about forked kernels")
def test_what_a_lesson_needs_is_imported_once_for_its_pages(tmp_path):
    root = tmp_path / "lessons"
    write_notebook(root / LEAF, "# Lá", SHARED, title="Lá", minutes=1, learn=[], shared=["colorsys", "no_such_module"])
    with started(root, tmp_path / "log", "vi") as server:
        url = f"{server.url}voila/render/{LEAF}"
        first = server.kernel_of(get(url)[2].decode())
        assert asyncio.run(_label(server, first)) == 0  # who comes alone does not wait for it
        _until(server, 1, LEAF)
        second = server.kernel_of(get(url)[2].decode())
        assert asyncio.run(_label(server, second)) == 1


@pytest.mark.skipif(not can_fork(), reason="is about forked kernels")
def test_those_who_come_together_wait_for_what_the_lesson_needs(tmp_path):
    root = tmp_path / "lessons"
    write_notebook(root / LEAF, "# Lá", SHARED, title="Lá", minutes=1, learn=[], shared=["colorsys"])
    with started(root, tmp_path / "log", "vi") as server, ThreadPoolExecutor(4) as phones:
        pages = list(phones.map(get, [f"{server.url}voila/render/{LEAF}"] * 4))
        found = [asyncio.run(_label(server, server.kernel_of(page[2].decode()))) for page in pages]
        assert sum(found) >= 2  # all but the first


@pytest.mark.skipif(not can_fork(), reason="looks for forked kernels")
def test_a_real_class_finds_its_pages_ready(tmp_path):
    root = tmp_path / "lessons"
    for path, title in ((LEAF, "Lá"), (OTHER, "Khác")):
        write_notebook(root / path, f"# {title}", WIDGET, title=title, minutes=1, learn=[])
    with started(root, tmp_path / "log", "vi", arguments=["--learners", "3", "--prepare", LEAF]) as server:
        assert _until(server, 3, LEAF)["prepared"]
        _until_said(server, "Đã chuẩn bị xong các trang cho lớp: 3 trang.")
        url = f"{server.url}voila/render/{LEAF}"
        status, headers, packed = get(url, **{"Accept-Encoding": "gzip"})
        plain = get(url)[2].decode()
        assert (status, headers["Content-Encoding"], headers["X-Content-Type-Options"]) == (200, "gzip", "nosniff")
        kernels = {server.kernel_of(page) for page in (gzip.decompress(packed).decode(), plain)}
        pids = {asyncio.run(_label(server, kernel)) for kernel in kernels}
        assert len(kernels) == len(pids) == 2
        assert plain.count("window.voila_finish()") == 1
        state = _state(server)[1]
        assert [lesson["ready"] for lesson in state["lessons"]] == [1, 0]
        assert len(state["learners"]) == 2
        # A third comes, whose page was made and whose kernel has died since.
        waiting = {pid for pid in _kernels_below(server.process.pid) if pid not in pids}
        assert len(waiting) == 1
        os.kill(waiting.pop(), signal.SIGKILL)
        time.sleep(0.5)
        page = get(f"{url}?lang=vi")[2].decode()
        assert asyncio.run(_label(server, server.kernel_of(page))) not in pids
        address, state = _state(server)
        assert len(state["learners"]) == 3
        _press(address, do="leave", path=LEAF)
        assert not next(lesson for lesson in _state(server)[1]["lessons"] if lesson["path"] == LEAF)["prepared"]


def test_the_trainer_prepares_a_lesson(tmp_path):
    root = tmp_path / "lessons"
    write_notebook(root / LEAF, "# Lá", WIDGET, title="Lá", minutes=1, learn=[])
    with started(root, tmp_path / "log", "vi", arguments=["--learners", "2"]) as server:
        address, state = _state(server)
        assert state["lessons"][0]["ready"] == 0
        _press(address, do="prepare", path=LEAF)
        _until(server, 2, LEAF)
        _press(address, do="prepare", path="../../etc/passwd")  # no such lesson: nothing happens
        time.sleep(1)
        assert _state(server)[1]["lessons"][0]["ready"] == 2
        assert "Traceback" not in server.log.read_text("utf-8")


def test_a_page_that_is_ready_is_for_those_with_the_pin_only(tmp_path):
    root = tmp_path / "lessons"
    write_notebook(root / LEAF, "# Lá", WIDGET, title="Lá", minutes=1, learn=[])
    with started(root, tmp_path / "log", "vi", arguments=["--learners", "1", "--prepare", LEAF, "--pin", "4711"]) as server:
        _until_said(server, "Đã chuẩn bị xong các trang cho lớp: 1 trang.")
        assert b"kernelId" not in get(f"{server.url}voila/render/{LEAF}")[2]


def test_a_lesson_that_is_not_there_is_said_at_the_start(tmp_path):
    with using("en"), pytest.raises(AilabError, match=r"There is no lesson agriculture/99\.ipynb"):
        Classroom(notebooks=tmp_path, browser=False, prepare=["agriculture/99.ipynb"])


def _kernels_below(pid):
    """Process ids of the forked kernels."""
    server = next(child for child in psutil.Process(pid).children() if "ailab.kernels.forkserver" in child.cmdline())
    return [child.pid for child in server.children()]
