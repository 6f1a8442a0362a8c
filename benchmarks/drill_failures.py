"""Drills in which something of the classroom dies, sleeps or has no room. Each returns what happened and what the learner saw."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
from classroom_visitors import Visitor
from drill_kit import LARGE, Learner, Room, family, finish, free_port, get, go, heading, room, until, words

from ailab import samples
from ailab.classroom import notebooks_dir
from ailab.i18n import gettext as _
from ailab.i18n import using

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

__all__ = ["disk", "endings", "fork_parent", "kernel", "models", "port_in_use", "server", "sleep"]

PIN = "2468"


def kernel(place: Room) -> tuple[str, str]:
    """``kill -9`` of the kernel of one learner."""

    async def drill() -> None:
        one, two = await Learner(place.lesson()).open(), await Learner(place.lesson()).open()
        os.kill(one.pid, signal.SIGKILL)
        await asyncio.to_thread(until, lambda: not place.served.alive(one.kernel))
        await two.works()

    go(drill())
    return "the page is told within one check; the other learner works on", f"“{words(place, 'stopped')}”"


def fork_parent(place: Room) -> tuple[str, str]:
    """``kill -9`` of the process that forks kernels."""

    async def drill() -> None:
        one = await Learner(place.lesson()).open()
        (parent,) = place.processes()["fork parent"]
        parent.kill()
        await one.works()
        two = await Learner(place.lesson()).open()
        await two.works()
        (other,) = place.processes()["fork parent"]
        assert other.pid != parent.pid
        assert psutil.Process(two.pid).ppid() == other.pid, "the next kernel is forked again"

    go(drill())
    return "open lessons work on; the next learner's kernel comes from a new fork parent", "nothing"


def models(work: Path, *, photos: int = 2) -> tuple[str, str]:
    """``kill -9`` of the process with the models, while photos are sent to it."""
    import io

    photo = io.BytesIO()
    samples.draw_leaf("coffee", "rust", 1).resize((320, 240)).save(photo, "JPEG")

    with using("vi"):
        busy = _("The AI is too busy, or has just been started again. Wait a moment and press once more.")
    waits, sentences = [], 0

    async def drill(place: Room) -> None:
        nonlocal sentences
        visitor = Visitor(f"{place.url}voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi", photo.getvalue())
        await visitor.arrive()
        assert not visitor.error, visitor.error
        for _photo in range(photos):
            for process in until(lambda: place.processes()["models"]):
                process.kill()
            began = time.monotonic()
            await visitor.send_photo()
            shown = await visitor.answered()
            waits.append(time.monotonic() - began)
            assert busy in shown or "ailab-verdict" in shown, shown
            sentences += busy in shown
        for _time in range(60):  # and all is well again
            await visitor.send_photo()
            if busy not in (shown := await visitor.answered()):
                break
        assert busy not in shown
        assert "ailab-verdict" in shown

    with room(work / "models", arguments=("--notebooks", str(notebooks_dir()))) as place:
        go(drill(place))
        assert "started again" in place.log
    return (
        f"killed before each of {photos} photos: {photos - sentences} had their verdict, {sentences} a sentence; it is started again on its port",
        f"the verdict{f', or “{busy}”' if sentences else ''}, after {max(waits):.0f} s at most",
    )


def server(work: Path) -> tuple[str, str]:
    """``kill -9`` of the server: nothing of it is left, it starts again on its port, and the old cookie lets nobody in."""
    port = free_port()

    def start() -> contextlib.AbstractContextManager[Room]:
        return room(work / "server", port=port, arguments=("--pin", PIN))

    with start() as place:
        cookie = _cookie(place)
        assert get(place.lesson(), Cookie=cookie)[0] == 200
        processes = until(lambda: family(place) if all(place.processes().values()) else None)
        place.served.process.kill()
        left = finish(processes)
        assert not left, left
        until(lambda: not list(place.temporary.glob("ailab-*")))
        with start() as again:
            status, headers, body = get(again.lesson(), Cookie=cookie)
            assert status == 403
            assert heading(body) in heading(get(again.url)[2])
            assert headers["X-Ailab-Run"]
            assert get(again.lesson(), Cookie=_cookie(again))[0] == 200
    return "kernels, fork parent and models end with it; the same port is free at once; a cookie of before opens nothing", f"“{heading(body)}”"


def _cookie(place: Room) -> str:
    """The cookie of somebody who typed the PIN."""
    import http.client
    import re
    from urllib.parse import urlencode

    _status, headers, body = get(place.url)
    form = urlencode({"_xsrf": re.findall(r'name="_xsrf" value="([^"]+)"', body.decode())[0], "pin": PIN})
    sent = {"Cookie": headers["Set-Cookie"].partition(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    connection.request("POST", "/", form, sent)
    answer = connection.getresponse()
    assert answer.status == 303
    connection.close()
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def endings(work: Path, *, names: tuple[str, ...] = ("SIGTERM",)) -> tuple[str, str]:
    """Every way to end the classroom, also while it starts: nothing is left of it."""
    told = ""
    for name in names:
        with room(work / "endings") as place:
            told = words(place, "lost")
            processes = until(lambda at=place: family(at) if all(at.processes().values()) else None)
            place.served.process.send_signal(getattr(signal, name))
            assert place.served.process.wait(60) == 0, place.log
            left = finish(processes)
            assert not left, (name, left)
            assert not list(place.temporary.iterdir()), (name, list(place.temporary.iterdir()))
    with room(work / "endings") as place:  # it listens, and prepares what the first visitor needs
        processes = family(place)
        place.served.process.send_signal(signal.SIGHUP)
        assert place.served.process.wait(60) == 0, place.log
        assert not finish(processes)
        assert not list(place.temporary.iterdir())
    return f"{', '.join(names)}, and SIGHUP while it starts: exit status 0, no process and no temporary file left", f"“{told}”"


def port_in_use(place: Room) -> tuple[str, str]:
    """A second classroom on the same port: a sentence, and nothing left behind."""
    temporary = place.work / "t"
    temporary.mkdir()
    command = [sys.executable, "-m", "ailab", "serve", "--host", "127.0.0.1", "--no-browser", "--lang", "vi", "--port", str(place.port)]
    environment = dict(os.environ) | {"TMPDIR": str(temporary), "PYTHONIOENCODING": "utf-8", "AILAB_LOG": str(place.work / "second.log")}
    second = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)  # noqa: S603 - all of it is written above
    assert second.returncode == 1
    assert "Traceback" not in second.stderr
    said = second.stderr.strip().splitlines()[-1]
    assert str(place.port) in said
    assert not list(temporary.iterdir())
    assert get(place.url)[0] == 200
    return "the second one ends with exit status 1 and a sentence; the first works on", f"(giảng viên) “{said}”"


def disk(work: Path) -> tuple[str, str]:
    """Not a byte can be written any more: neither the log, nor what a kernel or a compressed script needs."""
    no_limit = resource_limit()

    def limit(place: Room, size: int) -> None:
        for process in family(place):
            process.rlimit(psutil.RLIMIT_FSIZE, (size, no_limit))

    async def drill(place: Room) -> bytes:
        one = await Learner(place.lesson()).open()
        limit(place, 0)
        await one.works()
        status, _headers, script = get(f"{place.url}voila/static/voila.js", **{"Accept-Encoding": "gzip"})
        assert status == 200
        status, _headers, body = get(place.lesson(LARGE))
        assert status == 500
        limit(place, no_limit)
        assert get(place.lesson(LARGE))[0] == 200
        packed = get(f"{place.url}voila/static/voila.js", **{"Accept-Encoding": "gzip"})
        assert packed[1]["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed[2]) == gzip.decompress(script)
        await one.works()
        return body

    with room(work / "disk") as place:
        until(lambda: place.processes()["fork parent"])
        body = go(drill(place))
    return "open lessons work on, scripts are served, a new lesson is refused in words; all is well once there is room", f"“{heading(body)}”"


def resource_limit() -> int:
    """How large a file may be here."""
    import resource

    return resource.getrlimit(resource.RLIMIT_FSIZE)[1]


def sleep(place: Room, *, seconds: float = 3) -> tuple[str, str]:
    """The laptop is closed and opened again: every process stops, and goes on."""

    async def drill() -> None:
        learners = [await Learner(place.lesson()).open() for _learner in range(3)]
        everybody = family(place)
        for process in everybody:
            process.suspend()
        try:
            await learners[0].press("press")  # somebody presses meanwhile
            await asyncio.sleep(seconds)
        finally:
            for process in everybody:
                process.resume()
        await learners[0].sees("pressed 1")
        for learner in learners[1:]:
            await learner.works()
        assert all([await asyncio.to_thread(place.served.alive, learner.kernel) for learner in learners])

    go(drill())
    return f"asleep for {seconds:g} s: no kernel and no press of a button is lost", "the result, after waking"
