"""The pages in a real browser, as a phone sees them."""

import json
import os
import re
import signal

import pytest
from serving import get

from ailab.i18n import gettext, using

pytestmark = pytest.mark.browser

LESSON = "voila/render/agriculture/01_widget.ipynb?lang=vi"


def open_lesson(phone, served):
    phone.goto(served.url + LESSON)
    phone.wait_for_selector("body.ready", timeout=30000)
    phone.wait_for_selector("button:has-text('press')", timeout=20000)


def pid(phone):
    return int(re.search(r"pid (\d+)", phone.inner_text("#rendered_cells")).group(1))


def overflow(phone):
    return phone.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def check_now(phone):
    phone.evaluate("window.ailab.check()")


def words(phone, which):
    return json.loads(phone.inner_text("#classroom-words") or phone.text_content("#classroom-words"))[which][0]


def test_a_lesson_works_and_loads_nothing_from_elsewhere(phone, served):
    phone.goto(f"{served.url}?lang=vi")
    assert overflow(phone) <= 0
    with phone.expect_navigation():
        phone.click(".tile >> nth=0")
    phone.wait_for_selector("body.ready", timeout=30000)
    phone.click("button:has-text('press')")
    phone.wait_for_selector("text=pressed")
    assert overflow(phone) <= 0
    assert phone.evaluate("document.documentElement.lang") == "vi"
    assert phone.locator("#waiting").count() == 0
    targets = "[...document.querySelectorAll('button, select, .bar a')].filter(e => e.offsetParent)"
    small = phone.evaluate(f"{targets}.filter(e => e.getBoundingClientRect().height < 44).length")
    assert small == 0
    foreign = [url for url in phone.requests if not url.startswith((served.url, "data:", "blob:"))]
    assert not foreign


def test_waiting_is_in_the_language_of_the_visitor(phone, served):
    phone.goto(served.url + LESSON, wait_until="commit")
    phone.wait_for_selector("#waiting-text", state="attached")
    with using("vi"):
        opening, sector = gettext("Opening the lesson…"), gettext("Agriculture")
    assert phone.text_content(".waiting-sector") == sector
    assert opening in get(served.url + LESSON)[2].decode()


def test_an_iphone_that_leaves_stops_its_kernel(phone, served):
    """It sends no beforeunload, for which Voila's own script waits."""
    phone.add_init_script("window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)")
    open_lesson(phone, served)
    kernel = served.kernel_of(phone.content())
    assert served.alive(kernel)
    phone.goto(served.url)
    phone.wait_for_timeout(500)
    assert not served.alive(kernel)


def test_a_dead_kernel_is_told_in_words_and_can_be_opened_again(phone, served):
    open_lesson(phone, served)
    first = pid(phone)
    os.kill(first, signal.SIGKILL)
    phone.wait_for_timeout(300)
    check_now(phone)
    phone.wait_for_selector("#overlay:not([hidden])")
    assert phone.inner_text("#overlay-title") == words(phone, "stopped")
    phone.click("#overlay-button")
    phone.wait_for_selector("body.ready", timeout=30000)
    phone.wait_for_selector("button:has-text('press')", timeout=20000)
    assert phone.is_hidden("#overlay")
    assert pid(phone) != first


def test_a_lost_connection_is_told_after_some_tries_and_taken_back(phone, served):
    open_lesson(phone, served)
    phone.route("**/classroom/kernels/*", lambda route: route.abort())
    check_now(phone)
    phone.wait_for_selector("#reconnecting:not([hidden])")
    assert phone.is_hidden("#overlay"), "one failure is not yet a lost connection"
    for _again in range(5):
        check_now(phone)
        phone.wait_for_timeout(100)
    phone.wait_for_selector("#overlay:not([hidden])")
    assert phone.inner_text("#overlay-title") == words(phone, "lost")
    phone.unroute("**/classroom/kernels/*")
    phone.click("#overlay-button")
    phone.wait_for_selector("#overlay", state="hidden")
    phone.click("button:has-text('press')")
    phone.wait_for_selector("text=pressed")


def test_a_phone_that_slept_is_connected_again(phone, served):
    open_lesson(phone, served)
    # What a long sleep leaves behind: the socket is closed and JupyterLab has given up.
    phone.evaluate("const k = window.jupyterapp.widgetManager.kernel; k._reconnectAttempt = k._reconnectLimit; k._ws.close()")
    phone.wait_for_function("window.jupyterapp.widgetManager.kernel.connectionStatus === 'disconnected'")
    check_now(phone)
    phone.wait_for_function("window.jupyterapp.widgetManager.kernel.connectionStatus === 'connected'")
    assert phone.is_hidden("#overlay")
    phone.click("button:has-text('press')")
    phone.wait_for_selector("text=pressed")


def test_leaving_the_page_stops_its_kernel(phone, served):
    open_lesson(phone, served)
    kernel = phone.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    assert served.alive(kernel)
    phone.goto("about:blank")
    for _wait in range(50):
        if not served.alive(kernel):
            break
        phone.wait_for_timeout(100)
    assert not served.alive(kernel)


def test_a_failed_cell_shows_the_sentence(phone, served):
    phone.goto(f"{served.url}voila/render/admin/01_fails.ipynb?lang=en")
    phone.wait_for_selector("body.ready", timeout=30000)
    assert "Something went wrong here" in phone.inner_text(".ailab-sorry")


def test_the_log_of_the_trainer_stays_quiet(served):
    log = served.log.read_text(encoding="utf-8")
    assert "Uncaught exception" not in log
    assert "never retrieved" not in log
    assert "not trusted" not in log
    assert "ping_timeout" not in log


def test_a_page_that_was_thrown_away_without_a_word_leaves_no_kernel(phone, served):
    """As by a phone with little memory, while its camera is open. A copy of the tab takes nothing from the first."""
    phone.add_init_script("if (!window.name) window.addEventListener('pagehide', event => event.stopImmediatePropagation(), true)")
    phone.add_init_script("if (!window.name) window.addEventListener('beforeunload', event => event.stopImmediatePropagation(), true)")
    open_lesson(phone, served)
    first = phone.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    with phone.context.expect_page() as opened:
        phone.evaluate("window.open(location.href, '_blank')")  # takes the memory of the tab along
    copy = opened.value
    copy.wait_for_selector("body.ready", timeout=30000)
    assert copy.evaluate("sessionStorage.getItem('ailab-kernel')") != first
    copy.wait_for_timeout(500)
    assert served.alive(first)
    phone.reload()
    phone.wait_for_selector("body.ready", timeout=30000)
    for _try in range(50):
        if not served.alive(first):
            break
        phone.wait_for_timeout(100)
    assert not served.alive(first)
