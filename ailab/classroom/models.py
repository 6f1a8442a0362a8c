"""The process that holds the models for all learners, started with the classroom and again whenever it dies."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

from ailab.vision import BUNDLED

if TYPE_CHECKING:
    import logging

__all__ = ["ModelProcess"]

_START_SECONDS = 120  # numpy and onnxruntime from a cold hard disk, and a virus scanner that reads along
_PAUSES = (0.0, 0.5, 2.0, 10.0)  # before it is started again: longer, if it dies again and again
_STEADY_SECONDS = 60  # alive for so long, it counts as healthy again


class ModelProcess:
    """``python -m ailab.inference`` under watch.

    Parameters
    ----------
    log : logging.Logger
    """

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    def start(self) -> str | None:
        """Start it; returns its address, or None if it cannot run: then every kernel runs its model itself."""
        if not self._launch():
            return None
        self._watch = threading.Thread(target=self._keep_alive, name="models", daemon=True)
        self._watch.start()
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End it for good."""
        self._closed.set()
        if self._process:
            self._end(self._process)
        if self._watch:
            self._watch.join(10)

    @property
    def pid(self) -> int | None:
        """Process id of the present one."""
        return self._process.pid if self._process else None

    def _launch(self) -> bool:
        command = [sys.executable, "-m", "ailab.inference", "--model", f"crops={BUNDLED}", "--port", str(self.port)]
        try:
            self._process = process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - nothing in it comes from a visitor
        except OSError:  # no memory for it just now
            self.log.exception("The process that holds the models did not start.")
            return False
        lines: list[bytes] = []
        reader = threading.Thread(target=_read_line, args=(process.stdout, lines), daemon=True)
        reader.start()
        reader.join(_START_SECONDS)
        try:
            self.port = int(json.loads(lines[0])["port"])
        except (IndexError, ValueError):
            self.log.exception("The process that holds the models did not start.")
            self._end(process)
            return False
        return True

    def _keep_alive(self) -> None:
        deaths = 0
        while not self._closed.is_set():
            began = time.monotonic()
            assert self._process is not None
            code = self._process.wait()
            if self._closed.is_set():
                return
            deaths = 0 if time.monotonic() - began > _STEADY_SECONDS else deaths
            self.log.error("The process that held the models ended (exit status %s); it is started again.", code)
            self._end(self._process)
            while not self._closed.wait(_PAUSES[min(deaths, len(_PAUSES) - 1)]):
                deaths += 1
                if self._launch():
                    break

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Close our ends, which is its sign to stop; by force if it does not."""
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _read_line(stream: IO[bytes] | None, lines: list[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        assert stream is not None
        lines.append(stream.readline())
