"""A real server with tiny notebooks, and a real browser."""

from __future__ import annotations

import shutil

import pytest
from serving import started, write_notebook

from ailab.classroom import notebooks_dir

WIDGET = """
import os, signal
import ipywidgets as w
from ailab import get_language
label = w.Label("pid %d language %s offline %s" % (os.getpid(), get_language(), os.environ.get("HF_HUB_OFFLINE")))
button = w.Button(description="press")
button.on_click(lambda _: setattr(label, "value", "pressed"))
w.VBox([label, button, w.Dropdown(options=["a"], description="a long description"), w.IntSlider(description="slide")])
"""

BROKEN = """
from ailab.widgets import LeafClinic
class Broken:
    crops_ = ("coffee",)
    def diagnose(self, image, crop=None):
        raise ZeroDivisionError("zq82")
LeafClinic(Broken())
"""


@pytest.fixture(scope="session")
def lessons(tmp_path_factory):
    root = tmp_path_factory.mktemp("lessons")
    learn = ["One <b>thing</b>"]
    write_notebook(root / "agriculture/01_widget.ipynb", "# Bài thử", WIDGET, title="Bài thử <script>", minutes=30, learn=learn)
    write_notebook(root / "agriculture/01_widget.en.ipynb", "# A trial", WIDGET, title="A trial", minutes=30, learn=learn)
    write_notebook(root / "admin/01_fails.ipynb", "# Hỏng", "secret = 'zq81'\n1 / 0", "# never shown", title="Hỏng", minutes=5, learn=[])
    write_notebook(root / "admin/draft.ipynb", "# not offered")
    (root / "admin/secret.txt").write_text("secret", encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def served(lessons, tmp_path_factory):
    with started(lessons, tmp_path_factory.mktemp("log") / "server.log", "en") as server:
        yield server


@pytest.fixture(scope="module")
def real_lessons(tmp_path_factory):
    """The notebooks of the project, and one whose model is broken."""
    root = tmp_path_factory.mktemp("real") / "notebooks"
    shutil.copytree(notebooks_dir(), root)
    write_notebook(root / "admin/99_broken.ipynb", BROKEN, title="Hỏng", minutes=1, learn=[])
    with started(root, tmp_path_factory.mktemp("log") / "server.log", "vi") as server:
        yield server


@pytest.fixture(scope="module")  # not longer: while playwright runs, no other test can use asyncio.run
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: install it to run the browser tests")
    from playwright.sync_api import sync_playwright

    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet.split())
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request.url))
    yield page
    context.close()


@pytest.fixture(params={"phone": (390, 844), "projector": (1280, 720)}.items(), ids=lambda item: item[0])
def page(request, chromium):
    """A page of the size of a phone, and of a projector, that remembers its requests and its defects."""
    width, height = request.param[1]
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.requests, page.problems = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    context.close()
