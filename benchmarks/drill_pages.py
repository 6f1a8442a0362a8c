"""Drills in a real browser: what a page says when its connection is gone, and how it comes back."""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING

from drill_kit import LESSON, Room, Wire, free_port, room, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["blocked", "cut", "portal", "server_killed"]

PORTALS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\nConnection: close\r\n\r\n<h1>Log in</h1>   ",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"alive": false}',
)
MANNERS = {"cut": "both ends know", "half": "the laptop does not notice", "silence": "nothing comes through"}
MINUTE = 60_000


@contextlib.contextmanager
def phone(browser: Browser) -> Iterator[Page]:
    """A page of the size of a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def open_lesson(page: Page, url: str) -> int:
    """Open the lesson; process id of its kernel."""
    page.goto(f"{url}voila/render/{LESSON}?lang=vi", timeout=MINUTE)
    return ready(page)


def ready(page: Page) -> int:
    page.wait_for_selector("body.ready", timeout=MINUTE)
    page.wait_for_selector("button:has-text('press')", timeout=MINUTE)
    return int(re.findall(r"pid (\d+)", page.inner_text("#rendered_cells"))[0])


def look(page: Page, *, patient: bool) -> None:
    """Let the page look whether the laptop answers: at once, or when it does so by itself."""
    if patient:
        page.wait_for_timeout(500)
    else:
        page.evaluate("window.ailab.check()")
        page.wait_for_timeout(150)


def says(page: Page, condition: str, *, patient: bool, seconds: float = 120) -> str:
    """What stands over the page, once a condition holds."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition}: not within {seconds:g} s"
        look(page, patient=patient)
    return str(page.evaluate("[...document.querySelectorAll('#overlay-title, #overlay-text')].map(e => e.textContent).join('. ')"))


def shown(what: str) -> str:
    return f"!document.getElementById('overlay').hidden && document.getElementById('overlay').dataset.what === '{what}'"


CONNECTED = "document.getElementById('overlay').hidden && window.jupyterapp?.widgetManager?.kernel?.connectionStatus === 'connected'"


def server_killed(browser: Browser, work: Path, *, patient: bool = False) -> tuple[str, str]:
    """``kill -9`` of the server while lessons are open: an untouched one, one with text that was typed, one that waits, the trainer's."""
    port = free_port()

    def start() -> contextlib.AbstractContextManager[Room]:
        return room(work / "killed", port=port, arguments=("--learners", "2"))

    with contextlib.ExitStack() as open_:
        untouched, typed, waiting, trainer = (open_.enter_context(phone(browser)) for _page in range(4))
        with start() as place:
            first = open_lesson(untouched, place.url)
            open_lesson(typed, place.url)
            typed.locator("textarea").press_sequentially("bài của tôi")
            waiting.goto(place.lesson())
            line = waiting.inner_text("[role=status]")
            address = until(lambda: re.findall(r"trainer/[\w-]+", place.log))[0]
            trainer.goto(place.url + address)
            place.served.process.kill()
            place.served.process.wait()
            began = time.monotonic()
            lost = says(untouched, shown("lost"), patient=patient)
            told = time.monotonic() - began
            says(typed, shown("lost"), patient=patient)
            waiting.wait_for_selector("#lost:not([hidden])", timeout=MINUTE)
            trainer.wait_for_selector("#lost:not([hidden])", timeout=MINUTE)
            with start():
                began = time.monotonic()
                back = until(lambda: _pid(untouched, but=first, patient=patient), 120)
                took = time.monotonic() - began
                restarted = says(typed, shown("restarted"), patient=patient)
                typed.click("#overlay-look")
                assert typed.locator("textarea").input_value() == "bài của tôi"
                assert typed.is_hidden("#overlay")
                assert back != first
                ready(waiting)
                trainer.wait_for_function("words => !document.getElementById('lost').hidden && document.getElementById('lost').textContent === words",
                                          arg=trainer.evaluate("JSON.parse(document.getElementById('words').textContent).again"), timeout=MINUTE)  # fmt: skip
    happened = f"told after {told:.0f} s; {took:.0f} s after the new start the lesson is open by itself"
    if not patient:
        happened = "told; when the server is there again, the lesson opens by itself"
    assert line
    return f"{happened}; a page with text that was typed keeps it to be copied; the page in line waits on; the trainer is told where to look", (
        f"“{lost}”, then the lesson, or “{restarted}”"
    )


def _pid(page: Page, but: int, *, patient: bool) -> int | None:
    """Process id of the kernel of a page that may be loading, if it is another one."""
    with contextlib.suppress(Exception):
        look(page, patient=patient)
        found = re.findall(r"pid (\d+)", page.inner_text("#rendered_cells", timeout=1000))
        return int(found[0]) if found and int(found[0]) != but else None
    return None


def cut(browser: Browser, place: Room, *, seconds: float = 3, manners: tuple[str, ...] = ("half",), patient: bool = False) -> tuple[str, str]:
    """The connection is cut while a result is on its way: at both ends, unnoticed by the laptop, or so that nothing comes through."""
    heard = set()
    for manner in manners:
        wire = Wire(place.port)
        with phone(browser) as page:
            pid = open_lesson(page, wire.url)
            page.locator("textarea").press_sequentially("bài của tôi")
            page.click("button:has-text('slow')")
            _break(wire, manner)
            _wait(page, seconds, heard, patient=patient)
            wire.mend()
            says(page, CONNECTED, patient=patient)
            page.wait_for_selector("text=slow result", timeout=MINUTE)
            _break(wire, manner)
            if manner != "silence":
                page.wait_for_function("window.jupyterapp.widgetManager.kernel.connectionStatus !== 'connected'", timeout=MINUTE)
            page.click("button:has-text('press')")
            _wait(page, 1, heard, patient=patient)
            wire.mend()
            says(page, CONNECTED, patient=patient)
            page.wait_for_selector("text=pressed 1", timeout=MINUTE)
            assert page.locator("textarea").input_value() == "bài của tôi"
            assert any(process.pid == pid for process in place.processes()["kernel"])
        wire.close()
    sentences = ", ".join(f"“{sentence}”" for sentence in sorted(heard))
    happened = f"for {seconds:g} s ({', '.join(MANNERS[manner] for manner in manners)}): result, typed text and a press meanwhile are there again"
    return f"{happened}; same kernel", sentences


def _break(wire: Wire, manner: str) -> None:
    if manner == "silence":
        wire.hold()
    else:
        wire.cut(half=manner == "half")


def _wait(page: Page, seconds: float, heard: set[str], *, patient: bool) -> None:
    """Let time pass, and note what the page says."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look(page, patient=patient)
        for place in ("#reconnecting", "#overlay-title"):
            if page.is_visible(place):
                heard.add(page.inner_text(place))


def blocked(browser: Browser, place: Room, *, patient: bool = False) -> tuple[str, str]:
    """A proxy lets pages through, and no websockets."""
    wire = Wire(place.port)
    wire.mode = "no websockets"
    with phone(browser) as page:
        page.goto(f"{wire.url}voila/render/{LESSON}?lang=vi", timeout=MINUTE)
        page.wait_for_selector("body.ready", timeout=MINUTE)
        sentence = says(page, shown("blocked"), patient=patient)
        wire.mend()
        with contextlib.suppress(Exception):  # it loads anew under our hands
            says(page, CONNECTED, patient=patient)
        page.click("button:has-text('press')", timeout=MINUTE)
        page.wait_for_selector("text=pressed 1", timeout=MINUTE)
    wire.close()
    return "told after three checks; it works by itself when the proxy is gone", f"“{sentence}”"


def portal(browser: Browser, place: Room, *, answers: tuple[bytes, ...] = PORTALS[1:3], patient: bool = False) -> tuple[str, str]:
    """The portal of a Wi-Fi answers in place of the laptop: with a page, elsewhere, no, and what looks like our own answer."""
    wire = Wire(place.port)
    with phone(browser) as page:
        pid = open_lesson(page, wire.url)
        sentence = ""
        for answer in answers:
            wire.portal = answer
            wire.cut("portal")
            sentence = says(page, shown("lost"), patient=patient)
            wire.mend()
            says(page, CONNECTED, patient=patient)
        page.click("button:has-text('press')")
        page.wait_for_selector("text=pressed 1", timeout=MINUTE)
        assert any(process.pid == pid for process in place.processes()["kernel"])
    wire.close()
    return f"{len(answers)} kinds of answer, none is taken for the laptop's: the page waits, and has its kernel when the portal is gone", f"“{sentence}”"
