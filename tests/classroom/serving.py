"""What the tests of the classroom share."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tornado.websocket
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1

if TYPE_CHECKING:
    from pathlib import Path


def write_notebook(path: Path, *cells: str, **offer: object) -> Path:
    """Write a notebook; cells that start with ``#`` are Markdown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    body = [({"cell_type": "markdown"} if c.startswith("#") else dict(code)) | {"id": f"c{i}", "metadata": {}, "source": c} for i, c in enumerate(cells)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}} | ({"ailab": offer} if offer else {})
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": body}), encoding="utf-8")
    return path


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Answer to a GET request, without a proxy and without following errors."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


@dataclass
class Served:
    url: str
    log: Path
    process: subprocess.Popen

    def kernel_of(self, page: str) -> str:
        return re.search(r'"kernelId": "([\w-]+)"', page).group(1)

    def alive(self, kernel: str) -> bool:
        return json.loads(get(f"{self.url}classroom/kernels/{kernel}")[2])["alive"]


def overflow(page):
    """By how many pixels a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


async def connect(url, kernel):
    """The websocket of a kernel, as a page opens it."""
    address = f"{url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    return await tornado.websocket.websocket_connect(address, subprotocols=["v1.kernel.websocket.jupyter.org"])


async def send(socket, kind, content, metadata=None):
    """Send a message, as a page does."""
    header = {"msg_id": uuid.uuid4().hex, "session": "t", "username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z", "msg_type": kind}
    parts = [json.dumps(part).encode() for part in (header, {}, metadata or {}, content)]
    await socket.write_message(serialize_msg_to_ws_v1(parts, "shell"), binary=True)


@contextlib.contextmanager
def started(folder, log, language, before="pass", *, port=None, arguments=(), **more):
    """``ailab serve`` on the notebooks of a folder, after a line of Python; ``more`` is for the environment."""
    port = port or free_port()
    run = f"{before}\nimport sys\nfrom ailab.cli import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", run, "serve", "--notebooks", str(folder), "--host", "127.0.0.1", "--port", str(port), "--no-browser", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV_")} | {"AILAB_LANG": "vi", "PYTHONIOENCODING": "utf-8"}
    environment |= {"AILAB_LOG": str(log.with_name("ailab.log"))} | more
    with log.open("wb") as out:
        process = subprocess.Popen([*command, "--lang", language], stdout=out, stderr=subprocess.STDOUT, env=environment)
    server = Served(f"http://127.0.0.1:{port}/", log, process)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            get(server.url)
            break
        except OSError:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
    try:
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def post(url, **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, data=b"", headers=headers, method="POST"), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
