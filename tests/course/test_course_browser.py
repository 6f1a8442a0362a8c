import datetime as dt
import shutil
import threading

import pytest
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
import tornado.web

from ailab.course.pages import handlers
from ailab.course.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture
def address(store):
    """A server with only these pages, and the bundled questions, in a thread."""
    ready, loops = threading.Event(), []
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")

    def serve():
        async def prepare():
            server = tornado.httpserver.HTTPServer(tornado.web.Application(handlers("/", database=store.database)))
            server.add_sockets(sockets)

        loop = tornado.ioloop.IOLoop(make_current=True)
        loops.append(loop)
        loop.run_sync(prepare)
        ready.set()
        loop.start()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait(10)
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}/test"
    loops[0].add_callback(loops[0].stop)
    thread.join(10)


@pytest.fixture
def phone():
    """A phone whose browser runs no JavaScript."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic"])
        yield browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
        browser.close()


def fits(page):
    """Nothing sticks out at the right, and everything to press is large enough for a thumb."""
    shown = page.locator("body").bounding_box()
    assert shown["width"] <= 390
    for thing in page.locator("main *:visible").all():
        box = thing.bounding_box()
        assert box is None or box["x"] + box["width"] <= 391, thing.inner_text()
    for button in page.locator(".button:visible, .test-option:visible").all():
        assert button.bounding_box()["height"] >= 44


def test_both_tests_on_a_phone_without_javascript(address, phone, store):
    from ailab.course.bank import load_bank

    course = store.new_course(load_bank(), sector="admin", title="Trí tuệ nhân tạo cho cán bộ văn phòng xã", learners=40)
    for phase in ("before", "after"):
        with Store(store.database) as trainer:
            trainer.open_test(course.code, phase, dt.date(2026, 11, 3))
        phone.goto(address)
        if phase == "before":
            fits(phone)
            phone.click("form .button")
        for number in range(8):
            fits(phone)
            assert phone.locator("progress").get_attribute("value") == str(number)
            phone.locator(".test-option").nth(number % 5).click()
            phone.click("fieldset + .button")
        fits(phone)
        assert len(phone.locator(".test-big").inner_text()) == 6
    phone.click("a.button")
    assert phone.locator(".sheet").bounding_box()["width"] <= 390
    assert len(store.finished(course)) == 1
