"""The process that forks kernels: ``python -m ailab.kernels.forkserver SOCKET``. Started by :mod:`ailab.kernels.provisioner`.

It imports, listens on a Unix socket, and forks once for each connection. A request is a line of JSON with ``argv``, ``cwd``, ``env`` and
``owner`` (the process that must not be outlived); the answer is a line with ``pid``, and when the kernel has ended another with
``exit``. A request with ``modules`` forks nothing: what they name is imported for all kernels to come. The server opens no zmq context and
starts no thread: both would not survive the fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ailab.memory import TRIM_SECONDS, trim

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "preload", "share"]

_REQUEST_SECONDS = 5.0
#: What a kernel imports before it runs the first cell.
_KERNEL = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "IPython.core.completer", "IPython.core.completerlib",
    "IPython.core.historyapp", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "IPython.extensions.storemagic", "pdb",
    "faulthandler", "tornado.platform.asyncio", "ipywidgets", "anywidget", "numpy.random", "PIL.Image", "PIL.BmpImagePlugin", "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.PpmImagePlugin", "pillow_heif", "http.client",
)  # fmt: skip


def preload() -> None:
    """Import what kernels and demos need, and draw what their pages begin with. What is missing is imported by the kernel, if it needs it."""
    import ailab.widgets

    demos = [f"ailab.widgets.{module.name}" for module in pkgutil.iter_modules(ailab.widgets.__path__)]
    for name in (*_KERNEL, "ailab.vision", "ailab.qa", "ailab.documents", "ailab.summary", "ailab.privacy", *demos):
        with contextlib.suppress(ImportError):
            getattr(importlib.import_module(name), "warm", tuple)()


def share(modules: Sequence[str]) -> None:
    """Import modules, and let those that have a function ``share`` make what kernels may have in common. One that fails is left to the kernels."""
    for name in modules:
        try:
            getattr(importlib.import_module(name), "share", tuple)()
        except Exception as error:  # noqa: BLE001 - a lesson's wish must not end the server
            print(f"{name} is not shared between kernels ({type(error).__name__}: {error})", file=sys.stderr)
    _freeze()


def _freeze() -> None:
    """What is there now is never looked at again by the collector of garbage, and so stays shared between the kernels."""
    gc.collect()
    gc.freeze()


class ForkServer:
    """Forks a kernel for each connection, and tells it how the kernel ended."""

    def __init__(self, path: str) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        Path(path).chmod(0o600)
        self.listener.listen(128)
        self.kernels: dict[int, socket.socket] = {}
        self.woken, waker = socket.socketpair()
        for end in (self.woken, waker):
            end.settimeout(0)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        self.waker = waker
        signal.signal(signal.SIGCHLD, lambda *_args: None)
        self.selector = selectors.DefaultSelector()
        for source in (self.listener, self.woken, sys.stdin):
            self.selector.register(source, selectors.EVENT_READ)

    def run(self) -> None:
        """Until standard input is closed."""
        _freeze()
        with contextlib.suppress(BrokenPipeError):  # the owner may be gone by now: its end of our input tells
            print("ready", flush=True)
        while True:
            for key, _events in self.selector.select():
                if key.fileobj is sys.stdin:
                    if not os.read(key.fd, 1):
                        return
                elif key.fileobj is self.woken:
                    with contextlib.suppress(BlockingIOError):
                        self.woken.recv(4096)
                    self._reap()
                else:
                    self._accept()

    def _accept(self) -> None:
        connection, _address = self.listener.accept()
        connection.settimeout(_REQUEST_SECONDS)
        try:
            request = json.loads(_line(connection))
            if "modules" in request:
                share(request["modules"])
                connection.sendall(b"{}\n")
                connection.close()
                return
            self._fork(connection, request)
        except (OSError, ValueError):
            traceback.print_exc()
            connection.close()

    def _fork(self, connection: socket.socket, request: dict[str, Any]) -> None:
        if _has_left(connection):
            raise ValueError("nobody waits for this kernel any more")
        pid = os.fork()
        if pid == 0:
            _become_kernel(request)
        self.kernels[pid] = connection
        try:
            connection.sendall(json.dumps({"pid": pid}).encode() + b"\n")
        except OSError:
            os.kill(pid, signal.SIGKILL)
            raise

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                if connection := self.kernels.pop(pid, None):
                    with contextlib.suppress(OSError):
                        connection.sendall(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
                    connection.close()


def _has_left(connection: socket.socket) -> bool:
    """Whether whoever asked has given up: no more is due from there, so that only an end can be read."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def _line(connection: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        piece = connection.recv(65536)
        if not piece:
            raise ValueError("the request ended too early")
        data += piece
    return data


def _become_kernel(request: dict[str, Any]) -> None:
    """The child's whole life; never returns."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        os.closerange(3, min(65536, os.sysconf("SC_OPEN_MAX")))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        if nothing:
            os.close(nothing)
        os.environ.clear()
        os.environ.update(request["env"])
        if request["cwd"]:
            os.chdir(request["cwd"])
        _reseed()
        threading.Thread(target=_outlive_nobody, args=(int(request["owner"]),), name="owner", daemon=True).start()
        sys.argv = ["ipykernel_launcher", *request["argv"]]
        from ipykernel.kernelapp import IPKernelApp

        # 1 is nobody: its own watch over the parent would take the end of this server for the end of the owner.
        app = IPKernelApp.instance(parent_handle=1)
        if request["env"].get("SERVER_SOFTWARE", "").startswith("voila/") and request["argv"][:1] == ["-f"] and len(request["argv"]) == 2:
            _initialize_for_a_page(app, request["argv"][1])
        else:
            app.initialize(request["argv"])
        _register_widgets()
        app.start()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - nothing may come back to the server's code
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def _initialize_for_a_page(app: Any, connection_file: str) -> None:
    """Initialize a kernel without what no dashboard uses; to make it would copy 4 MB of what the kernels share.

    That is the parser of a command line that has one argument, the history of what a person typed, and the debugger with its list of the files of
    all modules: looking at an object is enough to copy the memory around it.
    """
    from ipykernel import debugger, ipkernel
    from traitlets.config import Config

    app.connection_file = connection_file
    app.update_config(Config({"HistoryManager": {"enabled": False}}))
    app.parse_command_line = lambda _argv=None: None
    vars(debugger)["_is_debugpy_available"] = False
    names = vars(ipkernel)
    names["sys"] = SimpleNamespace(**vars(sys) | {"modules": {}})
    try:
        app.initialize([])
    finally:
        names["sys"] = sys


def _register_widgets() -> None:
    """Let pages talk to widgets: ipywidgets does so when it is imported, which was before there was a kernel."""
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].register_comm_target()


def _reseed() -> None:
    """No two kernels may draw the same numbers."""
    import random

    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _outlive_nobody(owner: int) -> None:
    """End with the process that wanted this kernel; until then give memory back, now and then."""
    while _lives_on(owner, seconds=TRIM_SECONDS):
        trim()
    os._exit(1)


def _lives_on(process: int, *, seconds: float) -> bool:
    """Wait, at most until a process has ended; whether it lives."""
    if not hasattr(os, "pidfd_open"):
        time.sleep(seconds)
        return _is_there(process)
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return False
    except OSError:  # a kernel of the system without pidfd
        time.sleep(seconds)
        return _is_there(process)
    try:
        return not select.select([handle], [], [], seconds)[0]
    finally:
        os.close(handle)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def main(argv: list[str] | None = None) -> None:
    """Import, then serve until standard input is closed."""
    path = (argv or sys.argv[1:])[0]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the owner, which then closes our input
    if sys.path and sys.path[0] in {"", str(Path.cwd())}:
        del sys.path[0]  # a file in the folder where the server was started must not stand in for a library
    preload()
    ForkServer(path).run()
    with contextlib.suppress(OSError):  # the owner does it, unless it was killed
        Path(path).unlink()
        Path(path).parent.rmdir()


if __name__ == "__main__":
    main()
