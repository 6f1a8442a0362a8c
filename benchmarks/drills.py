"""Break the classroom in every way we know, and see what a learner sees: ``python benchmarks/drills.py``.

Each drill runs against a real ``ailab serve`` on this machine, some in a real Chromium. Prints a Markdown table; takes some ten minutes.
``tests/classroom/test_drills.py`` runs the same functions in a short form.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import drill_clients as clients
import drill_failures as failures
import drill_pages as pages
from drill_kit import room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    Drill = Callable[[], tuple[str, str]]

EVERY_ENDING = ("SIGTERM", "SIGHUP", "SIGINT")


def without_browser(work: Path) -> Iterator[tuple[str, Drill]]:
    """The drills that need none; those that spare the classroom share one."""
    with room(work / "shared") as place:
        yield "a kernel is killed", partial(failures.kernel, place)
        yield "the fork parent is killed", partial(failures.fork_parent, place)
        yield "the laptop sleeps for two minutes", partial(failures.sleep, place, seconds=120)
        yield "two tabs of one learner", partial(clients.two_tabs, place)
        yield "visitors leave while the page loads", partial(clients.hasty, place, count=40)
        yield "a page stops reading", partial(clients.stops_reading, place)
        yield "50 MB, and half of an upload", partial(clients.uploads, place)
        yield "proxies and foreign names ask", partial(clients.foreign_requests, place)
        yield "the port is in use", partial(failures.port_in_use, place)
    yield "the process with the models is killed", partial(failures.models, work, photos=3)
    yield "the server is killed, with a PIN", partial(failures.server, work)
    yield "the classroom is ended", partial(failures.endings, work, names=EVERY_ENDING)
    yield "the disk is full", partial(failures.disk, work)
    yield "200 arrive at once", partial(clients.arrivals, work, count=200, places=40)


def with_browser(browser: Browser, work: Path) -> Iterator[tuple[str, Drill]]:
    """The drills in which the page matters."""
    with room(work / "browsed") as place:
        yield "the connection is cut", partial(pages.cut, browser, place, seconds=30, manners=tuple(pages.MANNERS), patient=True)
        yield "a proxy lets no websockets through", partial(pages.blocked, browser, place, patient=True)
        yield "the portal of a Wi-Fi answers", partial(pages.portal, browser, place, answers=pages.PORTALS, patient=True)
    yield "the server is killed under open pages", partial(pages.server_killed, browser, work, patient=True)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A quiet Chromium."""
    from playwright.sync_api import sync_playwright

    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet.split())
        yield browser
        browser.close()


def run(name: str, drill: Drill) -> bool:
    """Run a drill, and print its row."""
    began = time.monotonic()
    try:
        happened, saw = drill()
    except Exception as error:  # noqa: BLE001 - a drill that fails is a row, too
        traceback.print_exc()
        print(f"| {name} | {type(error).__name__}: {error} | ? | **no** |", flush=True)
        return False
    print(f"| {name} | {happened} | {saw} | yes |", flush=True)
    print(f"  {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--no-browser", action="store_true", help="without the drills that need Chromium")
    args = parser.parse_args()
    print(f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}\n\n| drill | what happened | what the learner saw | ok |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as work:
        done = [run(name, drill) for name, drill in without_browser(Path(work))]
        if not args.no_browser:
            with chromium() as browser:
                done += [run(name, drill) for name, drill in with_browser(browser, Path(work))]
    return int(not all(done))


if __name__ == "__main__":
    sys.exit(main())
