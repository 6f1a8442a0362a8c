"""What each address of the classroom answers."""

from __future__ import annotations

import errno
import gzip
import secrets
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import psutil
import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import split_host_and_port
from tornado.iostream import StreamBufferFullError
from tornado.websocket import WebSocketClosedError
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from ailab.classroom.access import RUN
from ailab.classroom.dashboards import Dashboard, find_dashboards, original, resolve, same_lesson, sector_name
from ailab.classroom.network import is_loopback, lan_addresses, qr_svg
from ailab.i18n import LANGUAGES, get_language, using
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from ailab.classroom.pool import ReadyPage

__all__ = ["MEMORY_LOW", "DashboardHandler", "KernelHandler", "KernelSocketHandler", "LandingHandler", "NotFoundHandler", "Page", "ShutdownHandler"]

_PROTOCOL = "v1.kernel.websocket.jupyter.org"
_MOST_PARTS = 256  # of a message: seven, and one more for each buffer
_TICKET = "ailab_ticket"
_KIOSK_SECONDS = 90  # untouched for so long, a kiosk forgets everything
_UNREAD = 64 * 2**20  # bytes that wait for a page that does not read; then it is cut off, and takes up its state when it joins again
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk is full, or what this user may fill of it
#: Bytes free below which no further kernel is started: the learners who are there must not suffer.
MEMORY_LOW = 300 * 2**20


class Page(JupyterHandler):
    """A page for people: in their language, with no address outside this laptop."""

    @property
    def language(self) -> str:
        """Language of the visitor."""
        asked = self.get_query_argument("lang", "")
        return asked if asked in LANGUAGES else get_language()

    def page(self, template: str, **names: Any) -> str:
        """Fill one of our own templates."""
        switch = {code: (name, f"?lang={code}") for code, name in LANGUAGES.items()}
        filled = self.settings["classroom_templates"].get_template(template)
        return str(filled.render(language=self.language, switch=switch, home=f"{self.base_url}?lang={self.language}", base_url=self.base_url, **names))

    def phone_addresses(self) -> list[str]:
        """Where phones find this classroom, the likeliest first."""
        host, port = split_host_and_port(self.request.host)
        if self.settings["classroom"].hosted:
            return []
        if not is_loopback(host):
            return [f"http://{self.request.host}/"]  # it brought this visitor here, so it works
        if is_loopback(self.settings["classroom"].ip):
            return []
        return [f"http://{address}:{port or 80}/" for address in lan_addresses()]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a sentence."""
        if self._headers_written:
            self.finish()
            return
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        with using(self.language):
            if status_code == 404:
                title, message = _("There is no such page"), _("The address may be mistyped. Go back to the start page and choose a lesson.")
            elif status_code == 403:
                title, message = _("This lesson is closed for now"), _("The trainer opens it when it is time. Then reload this page.")
            elif isinstance(error := kwargs.get("exc_info", (None, None))[1], OSError) and error.errno in _NO_ROOM:
                title = _("The disk is full")
                message = _("No lesson can be opened until there is room. Tell the trainer: delete what is not needed. Then try again.")
            else:
                title, message = _("Something went wrong"), _("It is not your fault. Tell the trainer, then try again.")
            self.finish(self.page("message.html.j2", title=title, message=message))


class LandingHandler(Page):
    """The start page: a tile for each dashboard, and the address for phones."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Answer with the page; a kiosk has no start page but its lesson."""
        root = Path(self.settings["classroom"].root_dir)
        if kiosk := self.settings["classroom"].kiosk:
            self.redirect(self._address(kiosk))
            return
        with using(self.language):
            dashboards = [d for d in find_dashboards(self.language, root) if original(d.path) not in self.settings["classroom"].closed]
            sectors = [(sector, sector_name(sector), list(group)) for sector, group in groupby(dashboards, key=lambda d: d.sector)]
            phones = self.phone_addresses()
            self.set_header("Cache-Control", "no-store")
            self.finish(
                self.page("landing.html.j2", sectors=sectors, address=self._address, phones=phones, qr=qr_svg(phones[0]) if phones else None),
            )

    def _address(self, dashboard: Dashboard) -> str:
        return f"{self.base_url}voila/render/{quote(dashboard.path)}?lang={self.language}"


class DashboardHandler(Page, TornadoVoilaHandler):
    """A notebook as a page; only those that are offered."""

    dashboard: Dashboard
    #: Whether the notebook ran to its end.
    finished = True
    _kernel: str | None = None
    _left = False

    async def get(self, path: str = "") -> None:
        """Answer with the page, piece by piece while the notebook runs."""
        room = self.settings["classroom"]
        dashboard = resolve(path, self.language, Path(room.root_dir))
        if dashboard is None:
            raise tornado.web.HTTPError(404)
        if original(dashboard.path) in room.closed or (room.kiosk and not same_lesson(dashboard.path, room.kiosk.path)):
            raise tornado.web.HTTPError(403)
        if place := self._place(room):
            self._wait(place)
            return
        self.dashboard = dashboard
        room.learners.arriving += 1
        room.learners.starting += 1
        try:
            if page := await room.pool.take(dashboard.path, self.language):
                self._hand_over(page)
                return
            if room.learners.arriving > 1:  # for one, who waits for the page, it is not worth it
                await room.pool.share(dashboard)
            with using(self.language):
                await TornadoVoilaHandler.get(self, dashboard.path)
        finally:
            room.learners.arriving -= 1
            room.learners.starting -= self._kernel is None
            if self._left and self._kernel in self.kernel_manager:  # nobody will ever connect to it
                await ensure_async(self.kernel_manager.shutdown_kernel(self._kernel, now=True))  # type: ignore[no-untyped-call]

    def _hand_over(self, page: ReadyPage) -> None:
        """Answer with a page that was ready."""
        self.arrived(page.kernel_id)
        self.set_header("Content-Type", "text/html")
        self.set_header("Cache-Control", "no-cache, no-store, must-revalidate")
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(page.html)
        else:
            self.finish(gzip.decompress(page.html))

    def on_connection_close(self) -> None:
        """Remember that the visitor did not wait."""
        super().on_connection_close()
        self._left = True

    def _place(self, room: Any) -> int:
        """Place in the line of those who wait; 0 lets in."""
        ticket = self.get_cookie(_TICKET)
        if not ticket:
            ticket = secrets.token_urlsafe(12)
            self.set_cookie(_TICKET, ticket, httponly=True, samesite="Lax")
        memory = psutil.virtual_memory().available
        learners = len(self.kernel_manager.list_kernel_ids()) - room.pool.size
        free = room.limit - learners - room.learners.starting if memory > MEMORY_LOW else 0
        return int(room.line.ask(ticket, free))

    def _wait(self, place: int) -> None:
        """Answer with a page that asks again by itself."""
        self.log.warning("The laptop is full; a visitor waits.")
        self.set_status(503)
        self.set_header("Retry-After", "4")
        self.set_header("Cache-Control", "no-store")
        with using(self.language):
            self.finish(self.page("waiting.html.j2", place=place))

    def arrived(self, kernel_id: str | None) -> None:
        """The page has a kernel."""
        self._kernel = kernel_id
        if kernel_id:
            learners = self.settings["classroom"].learners
            learners.starting -= 1
            learners.enter(kernel_id, self.dashboard.path, self.dashboard.title, self.language)

    def chrome(self) -> dict[str, Any]:
        """What the template shows around the notebook."""
        address = f"{self.base_url}voila/render/{quote(self.dashboard.path)}"
        return {
            "title": self.dashboard.title,
            "sector": sector_name(self.dashboard.sector),
            "prose": self.dashboard.language,
            "language": self.language,
            "home": f"{self.base_url}?lang={self.language}",
            "switch": {code: (name, f"{address}?lang={code}") for code, name in LANGUAGES.items()},
            "kernels": f"{self.base_url}classroom/kernels/",
            "run": RUN,
            "asset": self.settings["asset"],
            "hosted": self.settings["classroom"].hosted,
            "kiosk": _KIOSK_SECONDS if self.settings["classroom"].kiosk else 0,
        }


class NotFoundHandler(Page):
    """Any other address."""

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """Answer every method alike."""
        raise tornado.web.HTTPError(404)


class _OwnPages(JupyterHandler):
    """Takes requests of our own pages as they are: without the XSRF token that tornado and JupyterHub ask for.

    The random kernel id is secret enough; pages of other sites are refused by their origin.
    """

    def check_xsrf_cookie(self) -> None:
        """Accept any page of our own. JupyterHub asks before it knows the user, so Jupyter's ``check_origin`` cannot be asked."""
        origin = self.request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != self.request.host:
            raise tornado.web.HTTPError(403)


class KernelHandler(_OwnPages):
    """Whether the kernel behind a page still lives; the page asks every few seconds."""

    @tornado.web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Answer ``{"alive": bool}``."""
        manager: Any = self.kernel_manager
        alive = kernel_id in manager and await ensure_async(manager.is_alive(kernel_id))
        if kernel_id in manager and not alive:
            self.log.warning("A kernel died; its page has been told. Kernel %s", kernel_id)
            await ensure_async(manager.shutdown_kernel(kernel_id, now=True))
        self.set_header("Cache-Control", "no-store")
        self.finish({"alive": bool(alive)})


class KernelSocketHandler(VoilaKernelWebsocketHandler):
    """The connection of the widgets to their kernel.

    Only version 1 of the protocol is spoken, as by every page. Voila reads what it sends as that version whatever was agreed on, and a
    message of the older one would keep the whole classroom busy for ever; so would a message from a visitor that claims to have
    billions of parts.
    """

    _agreed = False

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Agree on the protocol."""
        self._agreed = _PROTOCOL in subprotocols
        return _PROTOCOL if self._agreed else None

    def get_compression_options(self) -> dict[str, Any]:
        """Compress what is sent, with little work and memory: the widgets of a lesson come down to a third."""
        return {"compression_level": 1, "mem_level": 6}

    async def open(self, kernel_id: str) -> None:
        """Open it without Nagle's algorithm, which adds 25 to 30 ms to every click."""
        if not self._agreed:
            self.close(1002, f"the protocol must be {_PROTOCOL}")
            return
        self.set_nodelay(True)
        self.ws_connection.stream.max_write_buffer_size = _UNREAD
        await super().open(kernel_id)

    def on_message(self, ws_message: Any) -> None:
        """Hand a message on; what is none is dropped."""
        if self._agreed and _well_formed(ws_message):
            super().on_message(ws_message)
        else:
            self.log.warning("A message that no page sends was dropped.")

    def on_close(self) -> None:
        """Disconnect, if it was ever connected."""
        if self._agreed:
            super().on_close()

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send a message; to a page that has just been left it is lost, and the trainer's log stays quiet about it."""
        try:
            sending = super().write_message(message, binary)
        except WebSocketClosedError:
            return None
        except StreamBufferFullError:
            self.log.warning("A page does not read what it is sent; it was cut off.")
            self.ws_connection.stream.close()
            return None
        if sending is not None:
            sending.add_done_callback(lambda done: done.cancelled() or done.exception())
        return sending


def _well_formed(message: Any) -> bool:
    """Whether a message has the parts that it says it has, in version 1 of the protocol."""
    if not isinstance(message, bytes):
        return False
    count = int.from_bytes(message[:8], "little")
    if not 6 <= count <= _MOST_PARTS or len(message) < 8 * (count + 1):
        return False
    places = [int.from_bytes(message[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    return places == sorted(places) and places[-1] <= len(message)


class ShutdownHandler(_OwnPages, VoilaShutdownKernelHandler):
    """A page that is left stops its kernel.

    The browser sends this request while it throws the page away, so no script can add the XSRF token; Voila answers 403 and kernels pile up.
    """

    @tornado.web.authenticated
    async def post(self, kernel_id: str) -> None:
        """Stop it, unless it has ended: most browsers ask twice, and a page of an earlier run asks for what is no more.

        With ``?left``, only if nobody is connected: a page that was copied with its tab still lives.
        """
        in_use = self.get_query_argument("left", None) is not None and self.kernel_manager.has_connection(kernel_id)
        if kernel_id in self.kernel_manager and not in_use:
            await ensure_async(super().post(kernel_id))
        else:
            self.set_status(204)
