"""Who may come in, and what browsers may do with what they are given.

Both in one place, around whole tornado applications, so that no handler can forget them: :class:`Guard` asks for the PIN of the
class before anything else is reachable, :class:`Headers` marks every answer.
"""

from __future__ import annotations

import hmac
import math
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import tornado.routing
import tornado.web

from ailab.classroom.static import OwnFiles
from ailab.i18n import LANGUAGES, get_language, using
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest

__all__ = ["RUN", "Guard", "Headers", "PinHandler", "WrongTries", "large"]

#: Name of this run of the classroom, on every answer: a page notices that it was started again, or that a proxy answers in its place.
RUN = secrets.token_hex(4)

_COOKIE = "ailab_class"
_TRIES = 10  # wrong ones a minute from one address,
_TRIES_TOGETHER = 100  # and from all addresses
_MINUTE = 60.0
_COOKIE_DAYS = 36_500  # the secret is of this run; a clock that is set right must send nobody out
_FORM_BYTES = 4096  # strangers send a PIN and nothing larger
# Three columns and five rows a digit.
_DIGITS = (
    *("111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001"),
    *("111100111001111", "111100111101111", "111001001001001", "111101111101111", "111101111001111"),
)


class Headers(tornado.web.OutputTransform):
    """Mark every answer of an application, also errors and static files."""

    def __init__(self, request: HTTPServerRequest) -> None:
        # Older iPhones do not count a websocket to the same host as 'self'.
        self._policy = (
            f"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
            f"connect-src 'self' data: blob: wss://{request.host} ws://{request.host}; "
            f"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )

    def transform_first_chunk(self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool) -> tuple[int, HTTPHeaders, bytes]:  # noqa: ARG002
        """Set the headers."""
        headers["Content-Security-Policy"] = self._policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "SAMEORIGIN"
        # Not no-referrer: with it, the request that stops the kernel of a page that is left would come from the origin "null".
        headers["Referrer-Policy"] = "same-origin"
        headers["X-Ailab-Run"] = RUN
        headers.pop("Server", None)
        return status_code, headers, chunk


class WrongTries:
    """The wrong PINs of the last minute.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: deque[tuple[float, str]] = deque()

    def add(self, address: str) -> None:
        """Remember one."""
        self._tries.append((self._clock(), address))

    def wait(self, address: str) -> int:
        """Seconds until an address may try again; 0 is now."""
        now = self._clock()
        while self._tries and self._tries[0][0] <= now - _MINUTE:
            self._tries.popleft()
        everyone = [when for when, _address in self._tries]
        own = [when for when, who in self._tries if who == address]
        waits = [times[-limit] + _MINUTE - now for times, limit in ((own, _TRIES), (everyone, _TRIES_TOGETHER)) if len(times) >= limit]
        return math.ceil(max(waits, default=0))


class Guard(tornado.routing.Router):
    """Lets requests through to an application once their sender has typed the PIN; the others reach the page that asks for it.

    Parameters
    ----------
    app : tornado.web.Application
        The classroom.
    pin : str
    """

    def __init__(self, app: tornado.web.Application, pin: str) -> None:
        self._app = app
        self._pin = pin
        self._secret = secrets.token_bytes(32)  # of this run: cookies of another are worth nothing
        self.wrong_tries = WrongTries()
        own = {name: app.settings[name] for name in ("base_url", "classroom_templates", "gzip_cache")}
        self._door = tornado.web.Application(
            [(rf"{own['base_url']}classroom/static/(theme\.css|landing\.css)", OwnFiles, {"path": str(OwnFiles.FOLDER)})],
            default_handler_class=PinHandler,
            default_handler_args={"guard": self},
            cookie_secret=self._secret,
            xsrf_cookies=True,
            xsrf_cookie_name="ailab_class_xsrf",  # "_xsrf" belongs to Jupyter, whose scripts have to read it
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax"},
            log_function=lambda _handler: None,  # that somebody was asked for the PIN is no news to the trainer
            **own,
        )
        self._door.add_transform(Headers)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        """Choose what answers a request."""
        cookie = request.cookies.get(_COOKIE)
        if cookie and tornado.web.decode_signed_value(self._secret, _COOKIE, cookie.value, max_age_days=_COOKIE_DAYS):
            return self._app.find_handler(request, **kwargs)
        request.connection.set_max_body_size(_FORM_BYTES)  # type: ignore[union-attr]
        return self._door.find_handler(request, **kwargs)

    def accepts(self, pin: str) -> bool:
        """Tell whether it is the PIN, in a time that says nothing about it."""
        return hmac.compare_digest(pin.encode(), self._pin.encode())


class PinHandler(tornado.web.RequestHandler):
    """The page that asks for the PIN: the answer to every address, so that the form goes back to where the visitor wanted to go."""

    def initialize(self, guard: Guard) -> None:
        """Take what tornado hands to each request."""
        self.guard = guard

    def get(self) -> None:
        """Ask."""
        self._ask(403)

    head = get

    def post(self) -> None:
        """Let in whoever types the PIN."""
        address = self.request.remote_ip or ""
        with using(self._language()):
            if wait := self.guard.wrong_tries.wait(address):
                self.set_header("Retry-After", str(wait))
                self._ask(429, _("There were too many wrong PINs. Wait %(seconds)d seconds, then try again.") % {"seconds": wait})
            elif self.guard.accepts(self.get_body_argument("pin", "")):
                self.set_signed_cookie(_COOKIE, "in", expires_days=None, httponly=True, samesite="Lax")
                # "//elsewhere" and "http://elsewhere" would be addresses of others.
                self.redirect("/" + (self.request.uri or "").lstrip("/\\"), status=303)
            else:
                self.guard.wrong_tries.add(address)
                self._ask(403, _("That is not the PIN. Ask the trainer, then type it again."))

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Ask again: most likely the page was old, and its form without the token that tornado asks for."""
        with using(self._language()):
            self._ask(status_code, _("That did not work. Type the PIN again."))

    def _language(self) -> str:
        asked = self.get_query_argument("lang", "")
        return asked if asked in LANGUAGES else get_language()

    def _ask(self, status: int, problem: str = "") -> None:
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        language = self._language()
        with using(language):
            page = self.settings["classroom_templates"].get_template("pin.html.j2")
            self.finish(page.render(language=language, problem=problem, xsrf=self.xsrf_form_html()))


def large(pin: str) -> str:
    """A PIN as text for a terminal that can be read from the last row."""
    rows = ("   ".join(_DIGITS[int(digit)][start : start + 3] for digit in pin) for start in range(0, 15, 3))
    return "\n".join("   " + row.replace(" ", "  ").replace("0", "  ").replace("1", "██") for row in rows)
