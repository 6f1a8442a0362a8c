"""Count the bytes of a visit: ``python benchmarks/air.py``.

A real Chromium, phone-sized, visits a page of the real server twice: first as somebody who has never been there, then again with what it has
kept. All bytes that come to it are counted on the cable, websockets and headers too; CPU seconds are those of the server itself, not of kernels.
Chromium tells which files they were.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
from drill_kit import Wire
from serving import started

from ailab.classroom import notebooks_dir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

LESSON = "agriculture/01_kham_benh_la.ipynb"
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
_CALM = 3  # seconds after which nothing more is loaded


@dataclass
class Visit:
    """What one visit took."""

    bytes: int = 0
    seconds: float = 0.0
    socket: int = 0
    files: dict[str, int] = field(default_factory=dict)


def visit(context: BrowserContext, wire: Wire, server: psutil.Process, path: str) -> Visit:
    """Open a page until it is ready for use and at rest."""
    found, names = Visit(), {}
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].removeprefix(wire.url)

    def finished(event: dict[str, Any]) -> None:
        if event["encodedDataLength"] and (name := names.get(event["requestId"])) is not None:
            found.files[name] = found.files.get(name, 0) + int(event["encodedDataLength"])

    def frame(event: dict[str, Any]) -> None:
        data = event["response"]
        found.socket += len(data["payloadData"]) * 3 // 4 if data["opcode"] == 2 else len(data["payloadData"])

    tools.on("Network.requestWillBeSent", asked)
    tools.on("Network.loadingFinished", finished)
    tools.on("Network.webSocketFrameReceived", frame)
    bytes_before, seconds_before = wire.received, sum(server.cpu_times()[:2])
    page.goto(wire.url + path, timeout=120_000)
    if path:
        page.locator("#rendered_cells button >> visible=true").first.wait_for(timeout=120_000)
    page.wait_for_timeout(_CALM * 1000)
    found.bytes, found.seconds = wire.received - bytes_before, sum(server.cpu_times()[:2]) - seconds_before
    page.close()
    time.sleep(1)
    return found


def files_alone(url: str, names: list[str], server: psutil.Process, times: int) -> float:
    """CPU seconds of the server for the files of a first visit, without the page and its kernel."""
    address = urlsplit(url).netloc
    before = sum(server.cpu_times()[:2])
    for _ in range(times):
        connection = http.client.HTTPConnection(address, timeout=30)
        for name in names:
            connection.request("GET", f"/{name}", headers={"Accept-Encoding": "gzip"})
            connection.getresponse().read()
        connection.close()
    return (sum(server.cpu_times()[:2]) - before) / times


def compare(browser: Browser, wire: Wire, server: psutil.Process, path: str, times: int) -> tuple[list[Visit], list[Visit]]:
    """First and second visits of as many phones."""
    first, second = [], []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        first.append(visit(context, wire, server, path))
        second.append(visit(context, wire, server, path))
        context.close()
    return first, second


def row(title: str, visits: list[Visit]) -> str:
    """A line of the table: the middle visit, and the mean of the CPU seconds."""
    middle = sorted(visits, key=lambda v: v.bytes)[len(visits) // 2]
    seconds = sum(v.seconds for v in visits) / len(visits)
    return f"| {title} | {len(middle.files)} | {middle.bytes / 1000:.1f} kB | {middle.socket / 1000:.1f} kB | {seconds:.3f} s |"


def main() -> None:
    """Visit, and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--lesson", default=LESSON)
    parser.add_argument("--visits", type=int, default=5, help="phones, each of which comes twice")
    parser.add_argument("--files", type=int, default=12, help="how many of the biggest files to name")
    args = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on this machine")
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="air-")))
        served = stack.enter_context(started(notebooks_dir(), work / "server.log", "vi"))
        wire, server = Wire(int(urlsplit(served.url).port or 0)), psutil.Process(served.process.pid)
        stack.callback(wire.close)
        time.sleep(5)  # what it prepares beforehand, it may prepare
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=chromium, args=QUIET.split())
        print("| | requests | bytes to the phone | of them by websocket, as it is read | CPU of the server |\n|---|---|---|---|---|")
        for title, path in {"start page": "", "lesson": f"voila/render/{args.lesson}?lang=vi"}.items():
            compare(browser, wire, server, path, 1)  # the first phone of all pays for what is made once
            first, second = compare(browser, wire, server, path, args.visits)
            print(row(f"{title}, first visit", first), row(f"{title}, second visit", second), sep="\n", flush=True)
        files = [name for name in first[0].files if not name.startswith(("voila/render", "classroom/kernels", "api/"))]
        print(f"\nThe {len(files)} files of the lesson alone: {files_alone(served.url, files, server, 20):.3f} CPU seconds of the server")
        for when, visits in (("first", first), ("second", second)):
            biggest = sorted(visits[0].files.items(), key=lambda item: -item[1])[: args.files]
            print(f"\nBiggest of a {when} visit:", *(f"{size / 1000:9.1f} kB  {name.partition('?')[0]}" for name, size in biggest), sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
