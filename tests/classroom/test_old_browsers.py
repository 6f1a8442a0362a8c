"""Phones are old: what the widgets expect of a browser of 2024 is there in older ones too, and whoever is too old for the rest is told so."""

import re

import pytest
from serving import get, started, write_notebook
from test_leaf_dashboard import first_verdict, jpeg, open_lesson, send

from ailab import samples
from ailab.classroom.static import OwnFiles

pytestmark = pytest.mark.browser

# A browser of 2020, as far as a new one can be made to look like it.
OLD = """
for (const name of ["any", "timeout"]) delete AbortSignal[name];
delete AbortSignal.prototype.throwIfAborted;
delete window.structuredClone;
delete Element.prototype.replaceChildren;
"""


def test_a_photo_is_sent_taught_and_judged(page, real_lessons):
    page.add_init_script(OLD)
    open_lesson(page, real_lessons)
    send(page, jpeg(samples.draw_leaf("coffee", "rust", 3)))
    first_verdict(page).wait_for(timeout=30000)
    page.goto(f"{real_lessons.url}voila/render/agriculture/02_tu_day_may.ipynb?lang=vi")
    page.wait_for_selector(".ailab-collect-card >> nth=1", timeout=60000)
    assert not page.problems
    assert page.locator("text=Click to show javascript error").count() == 0


def test_a_widget_may_take_its_time(phone, served):
    phone.goto(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang=vi")
    phone.wait_for_selector("body.ready", timeout=30000)
    assert phone.evaluate("new Promise(done => { const late = AbortSignal.timeout(1); setTimeout(() => done(late.aborted), 300) })") is False
    joined = """() => {
        const [one, two] = [new AbortController(), new AbortController()];
        const both = AbortSignal.any([one.signal, two.signal]);
        two.abort();
        return [both.aborted, AbortSignal.any([two.signal]).aborted, AbortSignal.any([one.signal]).aborted];
    }"""
    assert phone.evaluate(joined) == [True, True, False]


def test_whoever_is_too_old_is_told(phone, served):
    too_old = "delete DataView.prototype.setBigUint64"
    phone.add_init_script(too_old)
    phone.goto(f"{served.url}?lang=en")
    assert phone.is_visible("#old-browser")
    assert phone.is_hidden("#in-an-app")
    phone.goto(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang=en", wait_until="commit")
    phone.wait_for_selector("text=This browser is too old")
    phone.wait_for_load_state()
    assert phone.is_visible("text=This browser is too old")
    assert phone.is_hidden(".skeleton")


def test_nobody_else_is(phone, served):
    phone.goto(f"{served.url}?lang=en")
    assert phone.is_hidden("#old-browser")
    assert phone.is_hidden("#in-an-app")


def test_inside_another_app(chromium, served):
    context = chromium.new_context(user_agent="Mozilla/5.0 (Linux; Android 11) Version/4.0 Chrome/130.0 Mobile Safari/537.36 Zalo android/25081840")
    page = context.new_page()
    page.goto(f"{served.url}?lang=vi")
    assert page.is_visible("#in-an-app")
    context.close()


def test_the_page_that_lets_in_moves_in_any_browser(phone, tmp_path):
    write_notebook(tmp_path / "agriculture" / "01.ipynb", "# x", title="x", minutes=1, learn=[])
    with started(tmp_path, tmp_path / "server.log", "en", arguments=["--learners", "1"]) as server:
        kernel = server.kernel_of(get(f"{server.url}voila/render/agriculture/01.ipynb")[2].decode())
        phone.goto(f"{server.url}voila/render/agriculture/01.ipynb")
        assert phone.is_visible("text=The laptop is full")
        phone.evaluate("kernel => fetch(`/voila/api/shutdown/${kernel}`, {method: 'POST'})", kernel)
        phone.wait_for_selector("body.ready", timeout=30000)


def test_in_the_words_of_any_browser():
    script = (OwnFiles.FOLDER / "old_browsers.js").read_text("utf-8")
    code = re.sub(r"/\*.*?\*/|//.*", "", script, flags=re.DOTALL)
    assert not re.search(r"=>|\b(const|let|class|async|await)\b|`|\?\.|\?\?|\.\.\.", code)
