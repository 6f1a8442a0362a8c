"""What the drills share: a small lesson, a learner without a browser, a cable that can be cut, and who is still there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from classroom_visitors import Visitor

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "classroom"))
from serving import Served, free_port, get, started, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

__all__ = ["LARGE", "LESSON", "Learner", "Room", "Wire", "family", "finish", "go", "heading", "lessons", "room", "until", "words"]

LESSON, LARGE = "agriculture/01_drill.ipynb", "agriculture/02_large.ipynb"
WIDGETS = """
import os, time
import ipywidgets as w
label = w.Label("pid %d" % os.getpid())
times = 0
def press(_button):
    global times
    times += 1
    label.value = "pressed %d" % times
def slow(_button):
    time.sleep(2)
    label.value = "slow result"
buttons = [w.Button(description="press"), w.Button(description="slow")]
for button, do in zip(buttons, (press, slow)): button.on_click(do)
w.VBox([label, *buttons, w.Textarea(placeholder="write")])
"""
HEAVY = "import ipywidgets as w\nw.HTML('x' * 2**20)"


def lessons(folder: Path) -> Path:
    """Write the lessons of a drill."""
    write_notebook(folder / LESSON, "# Bài thử", WIDGETS, title="Bài thử", minutes=5, learn=["Thử"])
    write_notebook(folder / LARGE, "# Bài nặng", HEAVY, title="Bài nặng", minutes=5, learn=["Thử"])
    return folder


@dataclass
class Room:
    """A classroom that serves, and where its temporary files are."""

    served: Served
    work: Path
    folder: Path
    temporary: Path

    @property
    def url(self) -> str:
        return self.served.url

    @property
    def port(self) -> int:
        return int(self.url.rstrip("/").rpartition(":")[2])

    @property
    def log(self) -> str:
        """What the trainer saw."""
        return self.served.log.read_text("utf-8")

    def lesson(self, path: str = LESSON) -> str:
        return f"{self.url}voila/render/{path}?lang=vi"

    def processes(self) -> dict[str, list[psutil.Process]]:
        """The processes of the classroom, by what they do."""
        server = psutil.Process(self.served.process.pid)
        found: dict[str, list[psutil.Process]] = {"server": [server], "fork parent": [], "models": [], "kernel": []}
        for child in server.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                command = " ".join(child.cmdline())
                kind = "models" if "ailab.inference" in command else "fork parent" if "forkserver" in command and child.ppid() == server.pid else "kernel"
                found[kind].append(child)
        return found


@contextlib.contextmanager
def room(work: Path, *, port: int | None = None, arguments: tuple[str, ...] = (), before: str = "pass", **environment: str) -> Iterator[Room]:
    """``ailab serve`` in Vietnamese on the lessons of the drills."""
    folder = work / "lessons"
    if not folder.exists():
        lessons(folder)
    # Short, because the path of a Unix socket must be.
    with tempfile.TemporaryDirectory(prefix="drill-", dir="/tmp" if sys.platform != "win32" else None) as temporary:  # noqa: S108
        log = work / f"server-{time.monotonic_ns()}.log"
        with started(folder, log, "vi", before, port=port, arguments=arguments, TMPDIR=temporary, **environment) as served:
            yield Room(served, work, folder, Path(temporary))


@dataclass
class Learner(Visitor):
    """A learner on the lesson of the drills."""

    photo: bytes = b""
    _models: dict[str, Any] = field(default_factory=dict)
    _times: int = 0

    async def open(self) -> Learner:
        self._models = await self.join()
        return self

    async def again(self) -> Learner:
        """Connect again, as a page does."""
        self._models = await self.connect()
        return self

    @property
    def label(self) -> str:
        """What the lesson shows."""
        return str(next(model["state"]["value"] for model in self._models.values() if model["model_name"] == "LabelModel"))

    @property
    def pid(self) -> int:
        return int(re.findall(r"pid (\d+)", self.label)[0])

    async def press(self, button: str) -> None:
        name = next(name for name, model in self._models.items() if model["state"].get("description") == button)
        await self._send("comm_msg", {"comm_id": name, "data": {"method": "custom", "content": {"event": "click"}}})

    async def sees(self, text: str, seconds: float = 60) -> None:
        """Wait until the lesson shows a text."""
        await asyncio.wait_for(self._until(lambda message: message["content"]["data"].get("state", {}).get("value") == text, kind="comm_msg"), seconds)

    async def works(self) -> None:
        self._times += 1
        await self.press("press")
        await self.sees(f"pressed {self._times}")


def go(drill: Coroutine[Any, Any, Any], seconds: float = 600) -> Any:
    """Run a drill that is a coroutine."""
    return asyncio.run(asyncio.wait_for(drill, seconds))


def until(condition: Callable[[], Any], seconds: float = 60, every: float = 0.1) -> Any:
    """First true value of a condition; raises AssertionError."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(every)
    return found


def family(place: Room) -> list[psutil.Process]:
    """Every process of a classroom."""
    return [process for processes in place.processes().values() for process in processes]


def finish(processes: list[psutil.Process], seconds: float = 30) -> list[psutil.Process]:
    """Wait for the end of processes; those that are still there."""

    def there() -> list[psutil.Process]:
        found = []
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    with contextlib.suppress(AssertionError):
        until(lambda: not there(), seconds)
    return there()


def heading(body: bytes) -> str:
    """The first heading of a page."""
    return re.findall(r"<h1[^>]*>(.*?)</h1>", body.decode(), re.DOTALL)[0].strip()


def words(place: Room, which: str) -> str:
    """What the page of a lesson would say."""
    body = get(place.lesson())[2].decode()
    found = json.loads(re.findall(r'id="classroom-words">(.*?)</script>', body, re.DOTALL)[0])
    return str(found[which][0])


class Wire:
    """A cable between the browser and the classroom, which a drill may cut.

    ``mode`` says what becomes of new connections: they go ``through``, are ``cut``, wait in ``silence``, are answered by a ``portal``,
    or have to do without websockets (``no websockets``). ``received`` counts the bytes that browsers were sent.
    """

    def __init__(self, target: int) -> None:
        self.target, self.mode, self.portal, self.received = target, "through", b"", 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._pairs: list[tuple[socket.socket, socket.socket | None]] = []
        self._abandoned: set[socket.socket] = set()  # half cut: their other end is left as it is
        self._flowing = threading.Event()
        self._flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, mode: str = "cut", *, half: bool = False) -> None:
        """Break what is connected; ``half``: the classroom does not hear of it."""
        self.mode = mode
        if half:
            self._abandoned |= {near for near, _far in self._pairs}
        for near, far in self._pairs:
            for end in [near] if half or far is None else [near, far]:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        if not half:
            self._pairs.clear()

    def hold(self) -> None:
        """Let nothing through, and break nothing."""
        self.mode = "silence"
        self._flowing.clear()

    def mend(self) -> None:
        """Let everything through again."""
        self.mode = "through"
        self._flowing.set()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near:
            self._pairs.append((near, None))
            first = near.recv(65536)
            if self.mode == "portal":
                near.sendall(self.portal)
            if self.mode in {"cut", "portal"} or (self.mode == "no websockets" and b"upgrade: websocket" in first.lower()):
                return
            self._flowing.wait()
            far = socket.create_connection(("127.0.0.1", self.target))
            self._pairs[:] = [pair for pair in self._pairs if pair[0] is not near]
            self._pairs.append((near, far))
            far.sendall(first)
            threading.Thread(target=self._pump, args=(far, near), kwargs={"count": True}, daemon=True).start()
            self._pump(near, far)

    def _pump(self, source: socket.socket, sink: socket.socket, *, count: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                self.received += len(data) if count else 0
                sink.sendall(data)
        if source in self._abandoned:
            return
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


__all__ += ["free_port", "get"]
