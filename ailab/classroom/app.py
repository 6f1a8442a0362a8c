"""The server of the classroom, a subclass of Voila."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import tornado.httpserver
import tornado.ioloop
import tornado.routing
from jupyter_core.utils import run_sync
from jupyter_server.auth.logout import LogoutHandler
from jupyter_server.base.handlers import FileFindHandler
from traitlets.config import Config
from voila.app import Voila, _kernel_id_regex
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from ailab.classroom import MESSAGE_SIZE, PORT, render, scripts
from ailab.classroom.access import Guard, Headers, large
from ailab.classroom.book import BookHandler
from ailab.classroom.courses import CoursesHandler
from ailab.classroom.dashboards import Dashboard, notebooks_dir, resolve
from ailab.classroom.handlers import DashboardHandler, KernelHandler, KernelSocketHandler, LandingHandler, NotFoundHandler, ShutdownHandler
from ailab.classroom.kernels import Kernels
from ailab.classroom.learners import Learners, WaitingLine, room_for
from ailab.classroom.models import ModelProcess
from ailab.classroom.network import is_loopback, lan_addresses, qr_terminal
from ailab.classroom.pool import Pool
from ailab.classroom.static import ExtensionFiles, GzipCache, OwnFiles, StaticFiles, TemplateFiles
from ailab.classroom.trainer import TrainerActionHandler, TrainerHandler, TrainerStateHandler
from ailab.errors import AilabError
from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.kernels.provisioner import ForkServerClient, can_fork
from ailab.log import VARIABLE, default_path, write_to
from ailab.memory import TRIM_SECONDS, trim

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OFFLINE", "Classroom", "serve"]

#: Environment of the server and of every kernel: libraries that would ask a server on the internet do not try.
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}

_NEXT_PORTS = 20
_BODY_SIZE = 64 * 2**10  # all that is sent by HTTP is a PIN or a press of the trainer: photos and files come over the websocket
_BODY_SECONDS = 60
_CONNECTION_SECONDS = 60  # that a connection is kept for the next request: phones that leave the Wi-Fi do not say so
_START_SECONDS = 300  # for forty kernels that start together on an old laptop that cannot fork
# Learners: on Windows the event loop looks after 512 sockets at most, and a learner takes about eleven.
_MOST = 40 if os.name == "nt" else sys.maxsize
_FILES = 8192  # open at once: a learner takes about thirty, and many systems allow 1024, macOS 256
_IDLE_MINUTES = 20  # a phone that was locked for a while comes back to its work
# Unix sockets where their paths, of 107 characters at most, are short enough (not on macOS): no ports, and nobody else on the machine can listen.
_TRANSPORT = "ipc" if sys.platform == "linux" and len(os.fsencode(tempfile.gettempdir())) <= 40 else "tcp"
#: Said for every notebook and every visitor, and no help to a trainer. (An empty line is what is left of a connection that was replaced.)
_NOISE = ("is not trusted", "websocket_ping_timeout")
_BAR, _BAR_SECONDS = 24, 0.3  # characters of the bar in the terminal, and how often it is drawn
_TEMPLATES = Path(__file__).parent / "templates"
#: What ends the classroom: Ctrl-C, the system, and the window of the terminal that is closed.
_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

_REPLACED = {
    FileFindHandler: ExtensionFiles,
    MultiStaticFileHandler: StaticFiles,
    TemplateStaticFileHandler: TemplateFiles,
    TornadoVoilaHandler: DashboardHandler,
    VoilaKernelWebsocketHandler: KernelSocketHandler,
    VoilaShutdownKernelHandler: ShutdownHandler,
}
_DROPPED = {TornadoVoilaTreeHandler, VoilaContentsHandler, LogoutHandler}  # two list the folder; the third fails, and nobody logs in

# A name such as evil.example that was made to point here (DNS rebinding) is refused: a laptop is called by its address,
# by a bare name, or by a name of the local network.
_OWN_NAMES = r"^(localhost|[\d.]+|\[[\da-fA-F:.]+\]|[\w-]+(\.(local|lan|home|internal))?)$"


class Classroom(Voila):
    """Voila for a room of people on one laptop.

    Parameters
    ----------
    host : str
        Address to listen on; ``"0.0.0.0"`` lets phones in.
    port : int, optional
        Default: 8866, or the next free one.
    notebooks : Path, optional
        Folder with one folder a sector. Default: the notebooks of ailab.
    browser : bool
        Whether to open the start page here.
    pin : str, optional
        Digits without which nobody gets in. Default: everybody in the network may.
    learners : int, optional
        Most pages that are open at once; the next visitor waits. Default: as many as fit into the memory that is free.
    idle_minutes : int, default=20
        After so long without a sign of life a page's kernel is stopped. A phone that was locked comes back to its work before.
    kiosk : str, optional
        A dashboard, for a booth at a fair: the only one that is offered, and it forgets everything when nobody touches it.
    prepare : sequence of str
        Dashboards that are made ready for the whole class before it comes: `learners` pages of each, or 40.

    Raises
    ------
    AilabError
        If a dashboard is not there.
    """

    #: Whether it runs on a server far from the room, for one learner who has logged in: see :mod:`ailab.singleuser`.
    hosted = False

    def __init__(
        self,
        *,
        host: str = "0.0.0.0",  # noqa: S104
        port: int | None = None,
        notebooks: Path | None = None,
        browser: bool = True,
        pin: str | None = None,
        learners: int | None = None,
        idle_minutes: int = _IDLE_MINUTES,
        kiosk: str | None = None,
        prepare: Sequence[str] = (),
    ) -> None:
        config = Config(
            {
                "Voila": {"ip": host, "open_browser": browser, "root_dir": str((notebooks or notebooks_dir()).resolve()), "log_level": logging.WARNING},
                "VoilaConfiguration": {
                    "template": "lab",
                    "theme": "light",
                    "allow_template_override": "NO",
                    "allow_theme_override": "NO",
                    "extension_allowlist": list(scripts.WIDGETS),  # whatever else is installed for JupyterLab
                    "multi_kernel_manager_class": Kernels,
                },
                # Busy ones too: what computes for so long, and nobody waits for it, hangs.
                "MappingKernelManager": {"cull_idle_timeout": 60 * idle_minutes, "cull_interval": 60, "cull_connected": False, "cull_busy": True},
                "VoilaExecutor": {"startup_timeout": _START_SECONDS},
                # A kernel restarted behind the page's back has forgotten everything: the page is told instead.
                # Where others on this machine might listen, it is encrypted: else each kernel warns of them on the trainer's terminal.
                "KernelManager": {"autorestart": False, "transport": _TRANSPORT, "transport_encryption": "auto" if _TRANSPORT == "tcp" else "disabled"},
                "KernelProvisionerFactory": {"default_provisioner_name": "ailab-fork-provisioner"},
                "ZMQChannelsWebsocketConnection": {"iopub_data_rate_limit": float(MESSAGE_SIZE)},
            },
        )
        super().__init__(config=config, config_file_paths=[])
        self._ports = [port] if port else range(PORT, PORT + _NEXT_PORTS)
        self.pin = pin
        self.trainer_token = secrets.token_urlsafe(16)
        self.limit = min(room_for(), learners or _MOST, _MOST)
        self.expected = learners
        self.learners, self.line, self.pool = Learners(), WaitingLine(), Pool(self)
        self.kiosk = self._lesson(kiosk) if kiosk else None
        for path in prepare:
            self.pool.prepare(self._lesson(path).path)
        self.closed: set[str] = set()  # dashboards that the trainer has closed
        self.models = ModelProcess(self.log)
        self.running = False  # whether the loop is there to be told of a signal
        self.database = os.environ.pop("AILAB_DATABASE", None)  # its password is no business of a kernel

    def _lesson(self, path: str) -> Dashboard:
        dashboard = resolve(path, get_language(), Path(self.root_dir))
        if dashboard is None:
            raise AilabError(_("There is no lesson %(path)s. Write it like agriculture/01_kham_benh_la.ipynb.") % {"path": path}, code="no_lesson")
        return dashboard

    def initialize(self, argv: list[str] | None = None) -> None:
        """Prepare everything but the network."""
        render.install()
        for log in (self.log, logging.getLogger("tornado.general")):
            log.addFilter(lambda record: bool(record.msg) and not any(noise in str(record.msg) for noise in _NOISE))
        super().initialize(argv or [])
        for name in _ENDING:
            if signal.getsignal(name) is not signal.SIG_IGN:  # as nohup and a shell's "&" have it
                signal.signal(name, self._handle_signal_stop)
        _allow_files()
        self.log_file = write_to(default_path(), self.log, logging.root)
        os.environ[VARIABLE] = str(self.log_file.path)
        # Kernels inherit the environment, and ask this process instead of loading the model each for itself.
        if not self.hosted and "AILAB_INFERENCE" not in os.environ and (address := self.models.start()):
            os.environ["AILAB_INFERENCE"] = address
        if can_fork():
            threading.Thread(target=self._warm_up, daemon=True).start()

    def _warm_up(self) -> None:
        """Have the process that forks kernels ready before the first visitor."""
        try:
            ForkServerClient.shared().start()
        except OSError as error:
            self.log.warning("No kernels will be forked (%s); ordinary ones are started.", error)

    def setup_template_dirs(self) -> None:
        """Put our template before Voila's, which looks for templates in Jupyter's data folders only."""
        super().setup_template_dirs()
        self.template_paths: list[str] = [str(_TEMPLATES / "voila"), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Settings of tornado."""
        asset = partial(OwnFiles.address, base_url=self.base_url)
        templates = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, auto_reload=False)
        templates.globals.update(_=_, asset=asset, hosted=self.hosted)
        return {
            **super().init_settings(),
            "asset": asset,
            "classroom": self,
            "classroom_templates": templates,
            "compress_response": True,
            "default_handler_class": NotFoundHandler,
            "gzip_cache": GzipCache(Path(self.connection_dir) / "gzip"),
            "websocket_max_message_size": MESSAGE_SIZE,
        }

    def init_handlers(self) -> list[Any]:
        """Voila's addresses with our handlers, less those that list the folder."""
        theirs = [(url, _REPLACED.get(handler, handler), *rest) for url, handler, *rest in super().init_handlers() if handler not in _DROPPED]
        self.page_options = next(rest[0] for _url, handler, *rest in theirs if handler is DashboardHandler)
        return [
            (self.server_url, LandingHandler),
            (rf"{self.server_url}trainer/([\w-]+)", TrainerHandler),
            (rf"{self.server_url}trainer/([\w-]+)/state", TrainerStateHandler),
            (rf"{self.server_url}trainer/([\w-]+)/do", TrainerActionHandler),
            (rf"{self.server_url}trainer/([\w-]+)/book/(.*)", BookHandler),
            (rf"{self.server_url}trainer/([\w-]+)/courses", CoursesHandler),
            (rf"{self.server_url}classroom/static/(.*)", OwnFiles, {"path": str(OwnFiles.FOLDER)}),
            (rf"{self.server_url}classroom/kernels/{_kernel_id_regex}", KernelHandler),
            *self._course(),
            *theirs,
        ]

    def _course(self) -> list[Any]:
        """The tests before and after a course; a booth has none, and a province keeps them on a server of its own."""
        if self.hosted or self.kiosk:
            return []
        from ailab.course.pages import handlers

        return handlers(self.server_url, database=self.database)

    def listen(self) -> None:
        """Serve until Ctrl-C."""
        self.app.add_transform(Headers)
        inside = Guard(self.app, self.pin) if self.pin else self.app
        guarded = tornado.routing.RuleRouter([tornado.routing.Rule(tornado.routing.HostMatches(_OWN_NAMES), inside)])
        server = tornado.httpserver.HTTPServer(guarded, max_body_size=_BODY_SIZE, body_timeout=_BODY_SECONDS, idle_connection_timeout=_CONNECTION_SECONDS)
        try:
            self.port = _bind(server, self._ports, self.ip)
            self.ioloop = tornado.ioloop.IOLoop.current()
            self._announce()
            self.ioloop.add_callback(self.pool.keep)
            tornado.ioloop.PeriodicCallback(trim, 1000 * TRIM_SECONDS).start()
            self.ioloop.add_callback(self._show_preparation)
            self.running = True
            self.ioloop.start()
        except KeyboardInterrupt:
            self._say("")
        finally:
            for name in _ENDING:  # whoever is impatient does not leave half of it running
                signal.signal(name, signal.SIG_IGN)
            self.stop()
        self._say(_("The classroom is closed."))
        if self.log_file.has_errors():
            told = _("Something went wrong on the way. For whoever mends the program, it is written down in %(path)s")
            self._say(told % {"path": self.log_file.path})

    async def _show_preparation(self) -> None:
        """Tell the trainer how many pages are ready, until all of them are."""
        while (wanted := self.pool.all_wanted) > (ready := self.pool.size + len(self.learners.present)):
            if sys.stdout.isatty():
                done = _BAR * ready // wanted
                self._say(f"[{'#' * done:.<{_BAR}}] " + _("%(ready)d of %(wanted)d pages ready") % {"ready": ready, "wanted": wanted}, end="\r")
            await asyncio.sleep(_BAR_SECONDS)
        if wanted:
            self._say(_("The pages for the class are ready: %(count)d.") % {"count": wanted} + " " * _BAR)

    @staticmethod
    def _say(text: str, end: str = "\n") -> None:
        """Tell the trainer, if the terminal is still there."""
        with contextlib.suppress(OSError):
            print(text, end=end, flush=True)

    def _handle_signal_stop(self, _signal: int, _frame: Any) -> None:
        """End between two steps of the loop: in the middle of one, a kernel would be left half started or half stopped."""
        if not self.running:  # it is only just starting, or was asked before and does not come to an end
            raise KeyboardInterrupt
        self.running = False
        self.ioloop.asyncio_loop.call_soon_threadsafe(self._interrupted)  # type: ignore[attr-defined]

    def _interrupted(self) -> None:
        """Begin a new line in the terminal, which shows ^C, and end."""
        self._say("")
        self.ioloop.stop()

    def end(self) -> None:
        """End the class, once whoever asked for it has been answered."""
        self.ioloop.call_later(0.5, self.ioloop.stop)

    def stop(self) -> None:
        """Stop every kernel and the models, then remove what they were reached by."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        ForkServerClient.shared().stop()
        self.models.stop()
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _announce(self) -> None:
        here = f"http://localhost:{self.port}/"
        print(_("On this laptop: %(url)s") % {"url": here})
        phones = [] if is_loopback(self.ip) else [f"http://{address}:{self.port}/" for address in lan_addresses()]
        if phones:
            print(_("On phones in the same Wi-Fi: %(url)s") % {"url": phones[0]})
            for other in phones[1:]:
                print(_("   or, if that does not open: %(url)s") % {"url": other})
            print(qr_terminal(phones[0]))
        elif is_loopback(self.ip):
            print(_("Only this laptop can open it, because of --host."))
        else:
            print(_("This laptop is in no network. For phones: join a Wi-Fi or turn on the laptop's hotspot, then start again."))
        print(_("For the trainer only: %(url)s") % {"url": f"{here}trainer/{self.trainer_token}"})
        if self.pin:
            print(_("PIN of the class, to tell those who are here: %(pin)s") % {"pin": self.pin}, large(self.pin), sep="\n\n", end="\n\n")
        print(_("Nothing leaves this laptop. Press Ctrl-C to end."), flush=True)
        if self.open_browser:
            threading.Thread(target=webbrowser.open, args=(here,), daemon=True).start()


def serve(
    *,
    host: str = "0.0.0.0",  # noqa: S104
    port: int | None = None,
    notebooks: Path | None = None,
    browser: bool = True,
    pin: str | None = None,
    learners: int | None = None,
    idle_minutes: int = _IDLE_MINUTES,
    kiosk: str | None = None,
    prepare: Sequence[str] = (),
) -> None:
    """Serve the classroom until Ctrl-C.

    Parameters
    ----------
    host, port, notebooks, browser, pin, learners, idle_minutes, kiosk, prepare
        As in :class:`Classroom`.

    Raises
    ------
    AilabError
        If the port is in use, or the folder of notebooks or the lesson is not there.
    """
    if notebooks is not None and not notebooks.is_dir():
        raise AilabError(_("There is no folder %(folder)s. Check the spelling of --notebooks.") % {"folder": notebooks}, code="no_notebooks")
    os.environ.update(OFFLINE)
    # The one instance: renderer and executor, which Voila makes without a parent, write to its log.
    options = {"pin": pin, "learners": learners, "idle_minutes": idle_minutes, "kiosk": kiosk, "prepare": prepare}
    classroom = Classroom.instance(host=host, port=port, notebooks=notebooks, browser=browser, **options)
    with contextlib.suppress(KeyboardInterrupt):  # before it listens; what was started ends with this process
        classroom.initialize()
        classroom.start()


def _allow_files() -> None:
    """Let this process, and the kernels below it, open as many files and connections as a class needs."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bind(server: tornado.httpserver.HTTPServer, ports: list[int] | range, host: str) -> int:
    refused = False
    for port in ports:
        try:
            server.listen(port, host)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES, 10013, 10048):  # the last two are Windows'
                refused = error.errno in (errno.EACCES, 10013)
                continue
            raise AilabError(_("This laptop has no address %(host)s. Leave out --host, or use --host 127.0.0.1.") % {"host": host}, code="host") from error
        return port
    if refused:
        message = _("This laptop does not let ailab use port %(port)d. Choose another with --port, for example --port 8900.")
        raise AilabError(message % {"port": ports[0]}, code="port_refused")
    message = _("Port %(port)d is in use by another program. Close that program, or choose another with --port, for example --port 8900.")
    raise AilabError(message % {"port": ports[0]}, code="port_in_use")
