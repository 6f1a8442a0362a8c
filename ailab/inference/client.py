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
_REFUSALS = (400, 404, 422)  # an unknown model, names or shapes that do not fit


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
        tries, end = 0, time.monotonic() + _RESTART
        while True:
            kept = hasattr(self._local, "connection")
            try:
                return self._ask(outputs, inputs)
            except (OSError, http.client.HTTPException, ProtocolError, KeyError) as error:
                self._forget()
                if kept and isinstance(error, ConnectionError):  # most servers close a connection that has been quiet for a while
                    continue
                tries += 1
                if tries > 1 and not (isinstance(error, ConnectionRefusedError) and time.monotonic() < end):
                    raise _sorry(error) from error
            time.sleep(_PAUSE)

    def _ask(self, outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        connection = self._connection()
        binary: bool = self._local.binary
        wanted = [{"name": name} | ({"parameters": {"binary_data": True}} if binary else {}) for name in outputs]
        body, length = pack({"outputs": wanted}, "inputs", inputs, binary=binary)
        headers = {"Content-Type": "application/octet-stream", HEADER_LENGTH: str(length)} if binary else {"Content-Type": "application/json"}
        connection.request("POST", f"/v2/models/{quote(self.name, safe='')}/infer", body, headers)
        response = connection.getresponse()
        data = response.read()
        if response.status != http.client.OK:
            raise (_RefusedError if response.status in _REFUSALS else ProtocolError)(f"status {response.status}: {_error(data)}")
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
            self._local.connection = connection
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._local.binary = _takes_raw_bytes(connection)
        return connection

    def _forget(self) -> None:
        with contextlib.suppress(AttributeError):
            self._local.connection.close()
            del self._local.connection


class _RefusedError(ProtocolError):
    """The server understood, and said no."""


def _takes_raw_bytes(connection: http.client.HTTPConnection) -> bool:
    """Whether the server has the binary data extension; every server takes numbers written as JSON."""
    connection.request("GET", "/v2")
    data = connection.getresponse().read()
    try:
        return "binary_tensor_data" in json.loads(data)["extensions"]
    except (KeyError, TypeError, ValueError):
        return False


def _sorry(error: Exception) -> ModelError:
    if isinstance(error, _RefusedError):
        return ModelError(_("The AI server does not accept this request. Pressing once more does not help: tell the trainer."), code="model_refused")
    return ModelError(_("The AI is too busy, or has just been started again. Wait a moment and press once more."), code="model_unreachable")


def _error(data: bytes) -> str:
    try:
        return str(json.loads(data)["error"])
    except (KeyError, TypeError, ValueError):
        return data[:200].decode("utf-8", "replace")
