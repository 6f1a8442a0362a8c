"""A visitor without a browser: gets a dashboard, shakes hands with its widgets, and sends photos. Only for servers on this machine."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import struct
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GradioVisitor", "Visitor", "percentile"]

_LARGEST = 64 * 2**20
_SECONDS = 120.0
AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=1000, max_body_size=_LARGEST)


def percentile(values: list[float], share: float) -> float:
    """Value below which that share lies; nan for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


@dataclass
class Visitor:
    """One learner on a dashboard.

    Parameters
    ----------
    url : str
        Address of a dashboard, on this machine.
    photo : bytes
        JPEG that is sent at each click.
    photos : tuple of bytes
        Several, which are sent in turn instead: an answer that is the same again is not sent again.
    cookie : str
        Of somebody who has logged in, where that is asked for.
    shown : tuple of str
        Names of the widgets that the page shows at its top level, once it is there.
    """

    url: str
    photo: bytes
    usable: float = float("nan")
    clicks: list[float] = field(default_factory=list)
    error: str = ""
    kernel: str = ""
    cookie: str = ""
    shown: tuple[str, ...] = ()
    photos: tuple[bytes, ...] = ()
    _socket: WebSocketClientConnection | None = None
    _session: str = field(default_factory=lambda: uuid.uuid4().hex)
    _button: str = ""
    _count: int = 0

    async def arrive(self) -> None:
        """Open the page and wait until its widgets could be pressed; seconds in ``usable``."""
        began = time.perf_counter()
        try:
            states = await self.join()
            self._button = next(name for name, model in states.items() if {"max_side", "count", "filename"} <= set(model["state"]))
            self.usable = time.perf_counter() - began
        except Exception as error:  # noqa: BLE001 - a failed visitor is a figure
            self.error = f"{type(error).__name__}: {error}"

    async def join(self) -> dict[str, Any]:
        """Open the page and shake hands with its widgets; their states."""
        page = await AsyncHTTPClient().fetch(HTTPRequest(self.url, headers={"Cookie": self.cookie}, request_timeout=_SECONDS, connect_timeout=_SECONDS))
        self.kernel = re.findall(rb'"?kernelId"?\s*:\s*"([0-9a-f-]{36})"', page.body)[0].decode()
        self.shown = tuple(found.decode() for found in re.findall(rb'"model_id"\s*:\s*"([0-9a-f]{32})"', page.body))
        return await self.connect()

    async def connect(self) -> dict[str, Any]:
        """Open the connection to the widgets, for the first time or again; their states."""
        base = self.url.partition("voila/render/")[0]
        channels = f"{base.replace('http', 'ws', 1)}api/kernels/{self.kernel}/channels?session_id={self._session}"
        headers = {"Origin": f"http://{urlsplit(self.url).netloc}", "Cookie": self.cookie}
        request = HTTPRequest(channels, headers=headers, connect_timeout=_SECONDS)
        protocol = "v1.kernel.websocket.jupyter.org"
        self._socket = await websocket_connect(request, subprotocols=[protocol], max_message_size=_LARGEST, compression_options={"compression_level": 1})
        await self._send("kernel_info_request", {})
        await self._until(lambda message: message["header"]["msg_type"] == "kernel_info_reply")
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}, metadata={"version": "1.0.0"})
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        found: dict[str, Any] = await self._until(
            lambda message: message["content"].get("comm_id") == control and message["content"]["data"].get("states"), kind="comm_msg"
        )
        return found

    async def click(self) -> None:
        """Send the photo and wait for the verdict; seconds are added to ``clicks``."""
        if self.error or self._socket is None:
            return
        began = time.perf_counter()
        try:
            cause = await self.send_photo()
            await self._until(
                lambda message: (
                    message["parent"].get("msg_id") == cause and "ailab-verdict" in str(message["content"]["data"].get("state", {}).get("value", ""))
                ),
                kind="comm_msg",
            )
            self.clicks.append(time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - as above
            self.error = f"{type(error).__name__}: {error}"

    async def send_photo(self) -> str:
        """Send the photo, and wait for nothing; the id of the message."""
        photo = self.photos[self._count % len(self.photos)] if self.photos else self.photo
        self._count += 1
        data = {"method": "update", "state": {"count": self._count}, "buffer_paths": [["photo"]]}
        return await self._send("comm_msg", {"comm_id": self._button, "data": data}, buffers=[photo])

    async def answered(self) -> str:
        """Wait until the photo that was sent last has been dealt with; all that the page then shows."""
        await self._until(lambda message: message["content"]["data"].get("state", {}).get("received") == self._count, kind="comm_msg")
        self.leave()
        return str([model["state"].get("value") for model in (await self.connect()).values()])

    def leave(self) -> None:
        """Close the connection."""
        if self._socket:
            self._socket.close()

    async def _send(self, kind: str, content: dict[str, Any], *, metadata: dict[str, Any] | None = None, buffers: list[bytes] | None = None) -> str:
        header = {"msg_id": uuid.uuid4().hex, "username": "", "session": self._session, "msg_type": kind, "version": "5.2", "date": ""}
        parts = [b"shell", *(json.dumps(part).encode() for part in (header, {}, metadata or {}, content)), *(buffers or [])]
        places = list(itertools.accumulate(map(len, parts), initial=8 * (len(parts) + 2)))
        assert self._socket is not None
        await self._socket.write_message(struct.pack(f"<{len(places) + 1}Q", len(places), *places) + b"".join(parts), binary=True)
        return header["msg_id"]

    async def _until(self, wanted: Callable[[dict[str, Any]], Any], *, kind: str | None = None) -> Any:
        """First true answer of ``wanted`` to a message (of a kind)."""
        assert self._socket is not None
        end = time.perf_counter() + _SECONDS
        while True:
            data = await asyncio.wait_for(self._socket.read_message(), end - time.perf_counter())
            if data is None:
                raise ConnectionError("the connection was closed")
            message = _read(data)
            if (kind is None or message["header"]["msg_type"] == kind) and (found := wanted(message)):
                return found


def _read(data: bytes) -> dict[str, Any]:
    """Header, header of the cause, and content of a message, version 1 of the protocol."""
    count = struct.unpack_from("<Q", data)[0]
    places = struct.unpack_from(f"<{count}Q", data, 8)
    header, parent, _metadata, content = (json.loads(data[a:b]) for a, b in itertools.pairwise(places[1:6]))
    return {"header": header, "parent": parent, "content": content}


@dataclass
class GradioVisitor:
    """One learner on a Gradio app."""

    url: str
    photo: bytes
    usable: float = float("nan")
    clicks: list[float] = field(default_factory=list)
    error: str = ""

    async def arrive(self) -> None:
        """Get the page and what it needs to draw itself."""
        began = time.perf_counter()
        try:
            client = AsyncHTTPClient()
            await client.fetch(HTTPRequest(self.url, request_timeout=_SECONDS))
            await client.fetch(HTTPRequest(f"{self.url}config", request_timeout=_SECONDS))
            self.usable = time.perf_counter() - began
        except Exception as error:  # noqa: BLE001 - a failed visitor is a figure
            self.error = f"{type(error).__name__}: {error}"

    async def click(self) -> None:
        """Upload the photo and wait for the labels."""
        began = time.perf_counter()
        try:
            client, mark = AsyncHTTPClient(), uuid.uuid4().hex
            form = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode()
            body = form + self.photo + f"\r\n--{mark}--\r\n".encode()
            headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
            path = json.loads((await client.fetch(f"{self.url}gradio_api/upload", method="POST", body=body, headers=headers)).body)[0]
            call = json.dumps({"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}]})
            answer = await client.fetch(f"{self.url}gradio_api/call/predict", method="POST", body=call, headers={"Content-Type": "application/json"})
            event = json.loads(answer.body)["event_id"]
            result = await client.fetch(HTTPRequest(f"{self.url}gradio_api/call/predict/{event}", request_timeout=_SECONDS))
            result.body.index(b"event: complete")
            self.clicks.append(time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - as above
            self.error = f"{type(error).__name__}: {error}"

    def leave(self) -> None:
        """Nothing is held."""
