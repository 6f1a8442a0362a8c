"""Ask a model that runs in another process."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ailab.errors import ModelError
from ailab.i18n import gettext as _
from ailab.inference.protocol import HEADER_LENGTH, ProtocolError, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["RemoteModel"]

_TIMEOUT = 20.0
_PAUSE = 1.0
_RESTART = 6.0  # a process that died refuses connections until it is running again: so long on an old laptop


class RemoteModel:
    """A model on a server that speaks the Open Inference Protocol.

    Parameters
    ----------
    url : str
        Address of the server, ``http://host:port``.
    name : str
        Name of the model there.
    timeout : float, default=20
        Seconds to wait for an answer.
    """

    def __init__(self, url: str, name: str, *, timeout: float = _TIMEOUT) -> None:
        self.url, self.name, self.timeout = url, name, timeout
        self._local = threading.local()

    def run(self, outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Run the model; the same call as ``onnxruntime.InferenceSession.run``.

        Raises
        ------
        ModelError
            If the server cannot be reached, is too busy or refuses. A request is tried twice, and more often while connections are refused.
        """
        head = {"outputs": [{"name": name, "parameters": {"binary_data": True}} for name in outputs]}
        body, length = pack(head, "inputs", inputs, binary=True)
        tries, end = 0, time.monotonic() + _RESTART
        while True:
            try:
                return self._ask(body, length, outputs)
            except (OSError, http.client.HTTPException, ProtocolError, KeyError) as error:
                self._forget()
                tries += 1
                if tries > 1 and not (isinstance(error, ConnectionRefusedError) and time.monotonic() < end):
                    message = _("The AI is too busy, or has just been started again. Wait a moment and press once more.")
                    raise ModelError(message, code="model_unreachable") from error
            time.sleep(_PAUSE)

    def _ask(self, body: bytes, length: int, outputs: Sequence[str]) -> list[NDArray[Any]]:
        connection = self._connection()
        connection.request(
            "POST", f"/v2/models/{quote(self.name, safe='')}/infer", body, {"Content-Type": "application/octet-stream", HEADER_LENGTH: str(length)}
        )
        response = connection.getresponse()
        data = response.read()
        if response.status != http.client.OK:
            raise ProtocolError(f"status {response.status}: {_error(data)}")
        header = response.getheader(HEADER_LENGTH)
        tensors = unpack(data, int(header) if header else None, "outputs")[1]
        return [tensors[name] for name in outputs]

    def _connection(self) -> http.client.HTTPConnection:
        """One connection a thread, kept open."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            address = urlsplit(self.url)
            connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=self.timeout)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._local.connection = connection
        return connection

    def _forget(self) -> None:
        with contextlib.suppress(AttributeError):
            self._local.connection.close()
            del self._local.connection


def _error(data: bytes) -> str:
    try:
        return str(json.loads(data)["error"])
    except (KeyError, TypeError, ValueError):
        return data[:200].decode("utf-8", "replace")
