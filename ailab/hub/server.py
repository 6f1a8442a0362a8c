"""A language model on a server that speaks the protocol of OpenAI: where it is, what goes there, what comes back.

Whatever comes back is a text to be checked, or a :class:`ServerFailure`; it never follows a server elsewhere, and never waits for ever.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from ailab.errors import ModelError
from ailab.i18n import gettext as _
from ailab.text import normalize

__all__ = ["ChatServer", "Reply", "ServerFailure", "ServerProblem", "failure_message"]

#: Why there are no words of the language model.
ServerProblem = Literal["no_server", "timeout", "http_error", "not_json", "no_reply"]

_MOST_BYTES = 1 << 20


class Reply(NamedTuple):
    """What a language model wrote, and whether it was cut off before it was done."""

    text: str
    cut_off: bool


class ServerFailure(Exception):  # noqa: N818 - what happened, not a mistake of ours
    """Nothing usable came back.

    Parameters
    ----------
    problem : {'no_server', 'timeout', 'http_error', 'not_json', 'no_reply'}
    status : int, optional
        What an HTTP server says of an error, for example 404.
    sent : bool, default=True
        Whether anything may have left this process.
    """

    def __init__(self, problem: ServerProblem, status: int | None = None, *, sent: bool = True) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status
        self.sent = sent


class ChatServer:
    """A server that is asked for one reply at a time. Making one sends nothing.

    Parameters
    ----------
    url : str
        ``http://127.0.0.1:8080`` for example, with or without ``/v1``.
    model : str, default=""
        Name of the model, where the server has several.
    timeout : float, default=30
        Seconds to wait for a reply.
    api_key : str, optional
        Sent in the header ``Authorization``, and nowhere else.
    allow_network : bool, default=False
        Allow a server that is not this machine.

    Attributes
    ----------
    address : str
        Where requests go.

    Raises
    ------
    ModelError
        With ``code`` ``'bad_url'``, ``'not_this_machine'`` or ``'bad_key'``.
    """

    def __init__(self, url: str, model: str = "", *, timeout: float = 30, api_key: str | None = None, allow_network: bool = False) -> None:
        self.model = model
        self.timeout = timeout
        self.address, here = _address(url)
        if not (here or allow_network):
            message = _("“%(url)s” is not on this machine: the texts that it works on would leave it. If that is what you want, pass allow_network=True.")
            raise ModelError(message % {"url": self.address}, code="not_this_machine")
        if api_key and not (api_key.isascii() and api_key.isprintable()):
            raise ModelError(_("The api_key holds a line break or a letter that no key has. Copy it again."), code="bad_key")
        self._api_key = api_key
        # An address on this machine is never asked for through a proxy, which would be another machine.
        proxies = [urllib.request.ProxyHandler({})] if here else []
        self._opener = urllib.request.build_opener(_NoRedirects, *proxies)

    def request(self, instructions: str, data: str, most_tokens: int) -> dict[str, Any]:
        """Put a request together; nothing is sent.

        Parameters
        ----------
        instructions : str
            What the language model is to do.
        data : str
            What it is to do it with.
        most_tokens : int
            Longest reply.

        Returns
        -------
        dict
            Ready for JSON.
        """
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": data}]
        body = {"messages": messages, "temperature": 0, "max_tokens": most_tokens, "stream": False}
        return {"model": self.model, **body} if self.model else body

    def ask(self, body: str) -> Reply:
        """Send a request, and wait for the reply.

        Parameters
        ----------
        body : str
            JSON.

        Returns
        -------
        Reply
            Its text is empty only where it was cut off before it began.

        Raises
        ------
        ServerFailure
        """
        return _reply(self._post(body.encode("utf-8", "replace")))

    def _post(self, data: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(self.address, data, headers, method="POST")  # noqa: S310 - _address lets only http and https through
        latest = time.monotonic() + self.timeout
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                return _read(response, latest)
        except urllib.error.HTTPError as error:
            error.close()
            raise ServerFailure("http_error", error.code) from error
        except TimeoutError as error:
            raise ServerFailure("timeout") from error
        except urllib.error.URLError as error:
            reached = not isinstance(error.reason, (ConnectionRefusedError, socket.gaierror, ssl.SSLError))
            raise ServerFailure("timeout" if isinstance(error.reason, TimeoutError) else "no_server", sent=reached) from error
        except (OSError, http.client.HTTPException) as error:
            raise ServerFailure("no_server") from error


def failure_message(problem: ServerProblem, status: int | None = None) -> str:
    """What happened and what to do, for a person, in the language in force."""
    texts = {
        "no_server": _("The server of the language model does not answer. Start it and check its address."),
        "timeout": _("The language model took too long. Try a smaller model or a longer timeout."),
        "http_error": _("The server of the language model answered with error %(status)s. Check the address, the name of the model and the key."),
        "not_json": _("What came back is not from a language model. Check the address of the server."),
        "no_reply": _("The language model wrote nothing. Try again, or try another model."),
    }
    return texts[problem] % {"status": status}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A server on this machine must not hand a text on to another one."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


def _address(url: str) -> tuple[str, bool]:
    """Where to send requests, and whether that is on this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in {"http", "https"} or not host or not plain or parts.username is not None or parts.query or parts.fragment:
        message = _("“%(url)s” is no address of a server. An address looks like this: http://127.0.0.1:8080")
        raise ModelError(message % {"url": re.sub(r"//[^/]*@", "//…@", url)}, code="bad_url")
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    path = path if path.endswith("/v1") else path + "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}/chat/completions", _is_here(host)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(response: http.client.HTTPResponse, latest: float) -> bytes:
    data = b""
    while piece := response.read1(1 << 16):
        data += piece
        if len(data) > _MOST_BYTES:
            raise ServerFailure("not_json")
        if time.monotonic() > latest:  # a server that sends a letter a second
            raise ServerFailure("timeout")
    return data


def _reply(data: bytes) -> Reply:
    """What the language model wrote, without the thoughts that some put first."""
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ServerFailure("not_json") from error
    try:
        choice = parsed["choices"][0]
        content, reason = choice["message"]["content"], choice.get("finish_reason")
    except (LookupError, TypeError, AttributeError) as error:
        raise ServerFailure("no_reply") from error
    if not isinstance(content, str):
        raise ServerFailure("no_reply")
    content = content.encode("utf-8", "replace").decode("utf-8")  # JSON can hold half a character
    text = normalize(re.sub(r"^\s*<think>.*?(</think>|\Z)", "", content, flags=re.DOTALL)).strip()
    cut_off = reason == "length"
    if not cut_off and not any(map(str.isalnum, text)):
        raise ServerFailure("no_reply")
    return Reply(text, cut_off)
