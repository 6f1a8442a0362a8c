"""The kernel provisioner of Jupyter that asks a fork server for kernels, and starts ordinary ones wherever that cannot be."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["ForkProvisioner", "ForkServerClient", "ForkedProcess", "can_fork"]

_START_SECONDS = 60
_ANSWER_SECONDS = 30  # on an old laptop a module may have to be imported first
_PAUSE = 30.0  # after a fork server that did not start, none is tried again for so long
#: Environment of the fork server.
_SERVER_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",  # threads do not survive a fork
    "OMP_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",  # macOS: those of Accelerate
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # macOS would abort a forked kernel that comes to Objective-C
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger would warn of what does not matter here
}


class ForkedProcess:
    """What :class:`LocalProvisioner` needs of a ``subprocess.Popen``, for a process that is no child of ours.

    Parameters
    ----------
    pid : int
    connection : socket.socket
        From the fork server, which will say on it how the process ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection: socket.socket | None = connection
        self._said = b""
        connection.settimeout(0)
        self._handle = -1
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Exit status, or None while it runs. -1 if it ended and nobody is left to say how."""
        if self.returncode is None and self._connection is not None:
            self._listen()
        if self.returncode is None and self._connection is None and not self._alive():
            self._ended(-1)
        return self.returncode

    def _listen(self) -> None:
        assert self._connection is not None
        try:
            piece = self._connection.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self._said += piece
        if self._said.endswith(b"\n"):
            self._ended(int(json.loads(self._said)["exit"]))
        elif not piece:  # the fork server is gone; the kernel may well be there
            self._connection.close()
            self._connection = None

    def _alive(self) -> bool:
        if self._handle >= 0:
            return not _readable(self._handle, 0)
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _ended(self, code: int) -> None:
        self.returncode = code
        if self._connection:
            self._connection.close()
            self._connection = None
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def wait(self, timeout: float | None = None) -> int:
        """Exit status; raises subprocess.TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("forked kernel", timeout or 0)
            time.sleep(0.02)
        return code

    def send_signal(self, signum: int) -> None:
        """Send a signal, if it still runs: the number of a process that has ended may belong to another by now."""
        if self.poll() is None:
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, signum)
            else:
                os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkServerClient:
    """One fork server for this process, started when first needed and again when it is gone."""

    _shared: ClassVar[ForkServerClient | None] = None
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self.folder = ""
        self.process: subprocess.Popen[bytes] | None = None
        self._failed = -_PAUSE
        self._starting = threading.Lock()
        self._sharing = threading.Lock()
        self._modules: set[str] = set()  # that all kernels share by now

    @classmethod
    def shared(cls) -> ForkServerClient:
        """The one of this process."""
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
            return cls._shared

    def start(self) -> None:
        """Start the server, unless it runs; raises OSError if it cannot."""
        with self._starting:
            if self.process and self.process.poll() is None:
                return
            if time.monotonic() - self._failed < _PAUSE:
                raise OSError("the fork server did not start a moment ago")
            self._end()
            self._modules = set()
            self.folder = tempfile.mkdtemp(prefix="ailab-")
            environment = os.environ | _SERVER_ENVIRONMENT
            self.process = subprocess.Popen(  # noqa: S603 - nothing in it comes from a visitor
                [sys.executable, "-m", "ailab.kernels.forkserver", self._path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
            )  # fmt: skip
            assert self.process.stdout is not None
            ready = _readable(self.process.stdout.fileno(), _START_SECONDS) and self.process.stdout.readline() == b"ready\n"
            if not ready:
                self._failed = time.monotonic()
                self._end()
                raise OSError("the fork server did not start")

    @property
    def _path(self) -> str:
        return os.path.join(self.folder, "s")  # noqa: PTH118 - short: macOS allows 104 characters

    def share(self, modules: Iterable[str]) -> None:
        """Have modules imported once for all kernels that are forked from now on; raises OSError or ValueError if that fails.

        A kernel that imports scikit-learn has 75 MB for itself; where it was imported before the kernel was forked, 12 MB.
        """
        with self._sharing:
            self.start()
            if missing := [name for name in modules if name not in self._modules]:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.settimeout(_START_SECONDS)
                    connection.connect(self._path)
                    connection.sendall(json.dumps({"modules": missing}).encode() + b"\n")
                    _line(connection)
                self._modules |= set(missing)

    def launch(self, argv: list[str], cwd: str | None, env: dict[str, str]) -> ForkedProcess:
        """Fork a kernel; raises OSError or ValueError if that fails."""
        self.start()
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_ANSWER_SECONDS)
        try:
            connection.connect(self._path)
            request = {"argv": argv, "cwd": cwd, "env": env, "owner": os.getpid()}
            connection.sendall(json.dumps(request).encode() + b"\n")
            return ForkedProcess(int(json.loads(_line(connection))["pid"]), connection)
        except BaseException:
            connection.close()
            raise

    def stop(self) -> None:
        """End the server; kernels live on."""
        with self._starting:
            self._end()

    def _end(self) -> None:
        if self.process:
            for pipe in (self.process.stdin, self.process.stdout):
                assert pipe is not None
                with contextlib.suppress(OSError):
                    pipe.close()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)


def can_fork() -> bool:
    """Whether kernels are forked here: not on Windows, and not where the environment variable ``AILAB_FORK`` says ``no``."""
    return hasattr(os, "fork") and os.environ.get("AILAB_FORK") != "no"


def _readable(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read; ``select.select`` would fail in a class that has a thousand files open."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(1000 * seconds))


def _line(connection: socket.socket) -> bytes:
    """A line, and not a byte more: what comes after it is about the end of the kernel."""
    line = b""
    while not line.endswith(b"\n"):
        piece = connection.recv(1)
        if not piece:
            raise OSError("the fork server did not fork")
        line += piece
    return line


class ForkProvisioner(LocalProvisioner):
    """Forks kernels of this very Python; starts others, and all where forking fails, the ordinary way."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel."""
        argv, env = _kernel_arguments(cmd), kwargs.get("env") or dict(os.environ)
        if argv is not None and can_fork():
            cwd = kwargs.get("cwd")
            try:
                forked = await asyncio.to_thread(ForkServerClient.shared().launch, argv, str(cwd) if cwd else None, {k: str(v) for k, v in env.items()})
            except (OSError, ValueError) as error:
                self.log.warning("No kernel was forked (%s); an ordinary one is started.", error)
            else:
                self.process = forked  # type: ignore[assignment]  # all that is used of a Popen is there
                self.pid = self.pgid = forked.pid  # it leads a session of its own
                self.cwd = cwd or pathlib.Path.cwd()
                return self.connection_info
        if argv is not None and env.get("SERVER_SOFTWARE", "").startswith("voila/"):
            # A page needs no history, and where kernels share its file one that waits too long for it moves it away: on Windows that ends the kernel.
            cmd = [*cmd, "--HistoryManager.enabled=False"]
        return await super().launch_kernel(cmd, **kwargs)


def _kernel_arguments(cmd: list[str]) -> list[str] | None:
    """What follows ``python -m ipykernel_launcher``, or None if another Python, or something else, is asked for."""
    if len(cmd) < 3 or cmd[1:3] != ["-m", "ipykernel_launcher"]:
        return None
    asked, ours = pathlib.Path(shutil.which(cmd[0]) or cmd[0]), pathlib.Path(sys.executable)
    # Two environments may be links to one Python: the folder of the link decides.
    return cmd[3:] if asked.parent.absolute() == ours.parent.absolute() else None
