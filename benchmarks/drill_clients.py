"""Drills in which visitors, or what stands between, behave badly. Each returns what happened and what the learner saw."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
from typing import TYPE_CHECKING

from drill_kit import LARGE, Learner, Room, get, go, heading, room, until
from serving import connect, post, send
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["arrivals", "foreign_requests", "hasty", "stops_reading", "two_tabs", "uploads"]

_MB = 2**20


def arrivals(work: Path, *, count: int = 16, places: int = 4) -> tuple[str, str]:
    """A crowd opens the lesson in the same moment, and there is room for some of them."""
    waited, served, said = set(), [], set()

    async def visit(place: Room, number: int) -> None:
        ticket = {"Cookie": f"ailab_ticket=t{number}"}
        while True:
            answer = await AsyncHTTPClient().fetch(HTTPRequest(place.lesson(), headers=ticket, request_timeout=300, connect_timeout=300), raise_error=False)
            if answer.code == 200:
                break
            assert answer.code == 503, answer.code
            said.add(heading(answer.body))
            waited.add(number)
            await asyncio.sleep(1)
        learner = Learner(place.lesson(), kernel=place.served.kernel_of(answer.body.decode()))
        await learner.again()
        await learner.works()
        learner.leave()
        served.append(number)
        status = await asyncio.to_thread(post, f"{place.url}voila/api/shutdown/{learner.kernel}", Origin=place.url.rstrip("/"))
        assert status == 204

    async def crowd(place: Room) -> None:
        await asyncio.gather(*(visit(place, number) for number in range(count)))

    with room(work / "arrivals", arguments=("--learners", str(places))) as place:
        go(crowd(place))
        assert sorted(served) == list(range(count))
        assert waited, "there was room for all"
        (sentence,) = said
        until(lambda: not place.processes()["kernel"])
    happened = f"{count} at once, room for {places}: {len(waited)} waited in line, all {len(served)} had their lesson, no answer but 200 and 503"
    return happened, f"“{sentence}”, and the place in the line"


def hasty(place: Room, *, count: int = 5) -> tuple[str, str]:
    """Visitors who go before their page has come leave nothing behind."""
    before = {process.pid for process in place.processes()["kernel"]}
    for _visitor in range(count):
        with socket.create_connection(("127.0.0.1", place.port)) as visitor:
            visitor.sendall(f"GET /voila/render/agriculture/01_drill.ipynb HTTP/1.1\r\nHost: 127.0.0.1:{place.port}\r\n\r\n".encode())
            visitor.recv(100)
    until(lambda: not {process.pid for process in place.processes()["kernel"]} - before)
    return f"{count} went while their page was loading: their kernels are stopped at once", "nothing"


def stops_reading(place: Room) -> tuple[str, str]:
    """A page asks for much, and takes nothing of it."""
    server = place.processes()["server"][0]

    async def drill() -> None:
        other = await Learner(place.lesson()).open()
        lazy = await Learner(place.lesson(LARGE)).open()
        lazy.leave()
        key = uuid.uuid4().hex
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port, limit=1024)
        upgrade = (
            f"GET /api/kernels/{lazy.kernel}/channels?session_id={key} HTTP/1.1\r\nHost: 127.0.0.1:{place.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Protocol: v1.kernel.websocket.jupyter.org\r\n\r\n"
        )
        writer.write(upgrade.encode())
        assert b"101" in await reader.readline()
        quiet = _Frames(writer)
        comm = uuid.uuid4().hex
        await send(quiet, "comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}, {"version": "1.0.0"})
        before = server.memory_info().rss
        for _request in range(150):
            await send(quiet, "comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        await other.works()
        await asyncio.to_thread(until, lambda: "does not read" in place.log)
        await other.works()
        assert server.memory_info().rss - before < 300 * _MB
        writer.transport.abort()
        await lazy.again()  # the page joins again, and has its state

    go(drill())
    return "cut off when 64 MB wait for it; nobody else notices; when it joins again, it has its state", "the lesson as it was, when its page joins again"


class _Frames:
    """Writes websocket messages as a browser does, and reads nothing."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def write_message(self, data: bytes, binary: bool = True) -> None:
        assert binary
        size = len(data).to_bytes(2, "big") if len(data) < 65536 else None
        assert size is not None
        self._writer.write(bytes([0x82, 0x80 | 126]) + size + bytes(4) + data)  # masked by zeros
        await self._writer.drain()


def uploads(place: Room, *, size: int = 50 * _MB) -> tuple[str, str]:
    """Fifty megabytes, and half a message, by both ways in."""
    server = place.processes()["server"][0]
    before = server.memory_info().rss

    def half(head: str, body: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", place.port), timeout=30) as visitor, contextlib.suppress(OSError):
            visitor.sendall(head.replace("\n", "\r\n").encode() + body)
            visitor.shutdown(socket.SHUT_WR)
            return visitor.recv(100)
        return b""

    async def drill() -> None:
        one = await Learner(place.lesson()).open()
        kernel = f"voila/api/shutdown/{one.kernel}"
        big = f"POST /{kernel} HTTP/1.1\nHost: 127.0.0.1:{place.port}\nContent-Length: {size}\n\n"
        answer = await asyncio.to_thread(half, big, bytes(size))
        assert not answer or answer.split()[1] in {b"400", b"413"}, answer
        await asyncio.to_thread(half, big.replace(str(size), "1000"), bytes(10))
        message = await connect(place.url, one.kernel)
        with contextlib.suppress(Exception):
            await message.write_message(bytes(size), binary=True)
        while await asyncio.wait_for(message.read_message(), 30) is not None:
            pass
        upgrade = f"GET /api/kernels/{one.kernel}/channels HTTP/1.1\nHost: 127.0.0.1:{place.port}\nUpgrade: websocket\nConnection: Upgrade\n"
        upgrade += "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Protocol: v1.kernel.websocket.jupyter.org\n\n"
        await asyncio.to_thread(half, upgrade, bytes([0x82, 0xFF]) + (10 * _MB).to_bytes(8, "big") + bytes(1000))
        await one.works()

    go(drill())
    assert server.memory_info().rss - before < 200 * _MB
    return "refused or cut off, nothing kept of it; the learner works on", "nothing: the page makes photos smaller, and tells who chooses a file over 20 MB"


def two_tabs(place: Room) -> tuple[str, str]:
    """One learner, the same browser, the lesson twice."""

    async def drill() -> None:
        one, two = await Learner(place.lesson()).open(), await Learner(place.lesson()).open()
        assert one.pid != two.pid
        await one.works()
        await two.again()
        assert two.label == f"pid {two.pid}", "what is done in one tab is not done in the other"
        assert await asyncio.to_thread(post, f"{place.url}voila/api/shutdown/{one.kernel}", Origin=place.url.rstrip("/")) == 204
        await two.works()

    go(drill())
    return "each tab is a lesson of its own; closing one leaves the other", "nothing"


def foreign_requests(place: Room) -> tuple[str, str]:
    """What proxies, portals and foreign names send."""

    def ask(text: str) -> tuple[int, bytes]:
        with socket.create_connection(("127.0.0.1", place.port), timeout=30) as visitor:
            visitor.sendall(text.replace("\n", "\r\n").encode())
            answer = visitor.makefile("rb").read()
        return int(answer.split()[1]), answer

    own = f"127.0.0.1:{place.port}"
    close = "Connection: close\n\n"
    status, body = ask(f"GET http://{own}/ HTTP/1.1\nHost: {own}\n{close}")
    assert status == 404
    sentence = heading(body)
    assert ask(f"GET http://evil.example/ HTTP/1.1\nHost: evil.example\n{close}")[0] == 404
    assert ask(f"CONNECT evil.example:443 HTTP/1.1\nHost: {own}\n{close}")[0] in {400, 404, 405}
    assert ask(f"GET / HTTP/1.1\nHost: evil.example\n{close}")[0] == 404
    assert ask("GET / HTTP/1.0\n\n")[0] in {200, 400, 404}
    through = get(place.url, Via="1.1 proxy", **{"X-Forwarded-For": "10.0.0.9", "X-Forwarded-Host": "evil.example"})
    assert through[0] == 200
    assert b"evil.example" not in through[2]
    assert get(place.url)[0] == 200
    return "a full address, CONNECT and foreign names are refused, nothing is passed on; headers of a proxy change nothing", f"“{sentence}”"
