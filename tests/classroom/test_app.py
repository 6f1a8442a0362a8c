"""The real server, over HTTP. A test for each trap of Voila that the classroom mends."""

import asyncio
import contextlib
import gzip
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
import tornado.httpclient
import tornado.websocket
from serving import connect, get, post, send, started, write_notebook

from ailab.classroom import render
from ailab.classroom.app import _FILES, _REPLACED, Classroom
from ailab.i18n import using

EXTERNAL = re.compile(
    rb"""(?:src|href|action)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)|url\(\s*["']?((?:https?:)?//[^"')\s]+)|import\s*\(?\s*["']((?:https?:)?//[^"']+)"""
)
LINKED = re.compile(rb"""(?:src|href)\s*=\s*["']([^"'#]+)["']""")


@pytest.fixture(scope="module")
def page(served):
    status, headers, body = get(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang=vi")
    assert status == 200
    return headers, body.decode()


def test_landing_page_in_both_languages(served):
    english, vietnamese = (get(f"{served.url}?lang={lang}")[2].decode() for lang in ("en", "vi"))
    assert '<html lang="en">' in english
    assert '<html lang="vi">' in vietnamese
    assert "A trial" in english
    assert "Bài thử" in vietnamese
    assert "/voila/render/agriculture/01_widget.en.ipynb?lang=en" in english
    assert '<html lang="en">' in get(served.url)[2].decode(), "--lang decides where the address says nothing"


def test_what_a_notebook_says_is_escaped(served):
    body = get(f"{served.url}?lang=vi")[2].decode()
    assert "Bài thử &lt;script&gt;" in body
    assert "Bài thử <script>" not in body
    assert "<b>thing" not in body


def test_alone_there_is_no_address_for_phones(served):
    assert b"phones-code" not in get(served.url)[2]


def test_over_the_network_the_qr_code_is_the_address_that_worked(served):
    body = get(served.url, Host="192.168.1.4:8866")[2].decode()
    assert "<svg" in body
    assert "http://192.168.1.4:8866/" in body


def test_empty_folder_says_so(tmp_path):
    classroom = Classroom(host="127.0.0.1", notebooks=tmp_path, browser=False)
    assert classroom.config.Voila.root_dir == str(tmp_path)
    import jinja2

    from ailab.classroom.app import _TEMPLATES

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True)
    environment.globals.update(_=lambda message: message, asset=lambda name: name)
    assert "There are no lessons here yet" in environment.get_template("landing.html.j2").render(sectors=[], switch={}, language="en")


def test_dashboard_page(page):
    _, body = page
    assert '<html lang="vi">' in body
    assert 'name="viewport"' in body
    assert "<title>Bài thử &lt;script&gt;</title>" in body
    assert '?lang=en"' in body


def test_language_reaches_the_kernel(served):
    for language in ("vi", "en"):
        body = get(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang={language}")[2].decode()
        kernel = served.kernel_of(body)
        assert f"language {language} offline 1" in asyncio.run(_comm_states(served.url, kernel))


async def _comm_states(url, kernel):
    """Ask the kernel for the state of its widgets, as the page does."""
    socket = await connect(url, kernel)
    try:
        comm = uuid.uuid4().hex
        await send(socket, "comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}, {"version": "1.0.0"})
        await send(socket, "comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        while True:
            answer = await asyncio.wait_for(socket.read_message(), 10)
            text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
            if "update_states" in text:
                return text
    finally:
        socket.close()


def test_failed_cell_is_one_sentence_for_the_visitor_and_a_traceback_for_the_trainer(served):
    body = get(f"{served.url}voila/render/admin/01_fails.ipynb?lang=vi")[2].decode()
    with using("vi"):
        assert render.sorry() in body
    assert "ZeroDivisionError" not in body
    assert "zq81" not in body
    assert "never shown" not in body
    assert "ZeroDivisionError" in served.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["voila/render/admin/draft.ipynb", "voila/render/admin/secret.txt", "voila/render/../pyproject.toml", "nothing"])
def test_what_is_not_offered_is_not_there(served, path):
    status, headers, body = get(f"{served.url}{path}?lang=en")
    assert status == 404
    assert b"There is no such page" in body
    assert not EXTERNAL.search(body)
    assert "text/html" in headers["Content-Type"]


@pytest.mark.parametrize("path", ["voila/tree", "voila/tree/admin", "voila/api/contents", "voila/api/contents/admin", "api/kernels", "api/contents"])
def test_nothing_lists_the_folder_or_the_kernels(served, path):
    assert get(f"{served.url}{path}")[0] == 404


@pytest.mark.parametrize("path", ["voila/files/admin/secret.txt", "voila/files/agriculture/01_widget.ipynb", "voila/files/../secret.txt"])
def test_files_are_not_served(served, path):
    assert get(f"{served.url}{path}")[0] in {403, 404}


@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 404), ("192.168.1.4:8866", 200), ("laptop:8866", 200), ("laptop.local", 200), ("localhost", 200)]
)
def test_a_foreign_name_that_points_here_is_refused(served, host, status):
    assert get(served.url, Host=host)[0] == status


def test_policy_keeps_the_browser_on_this_laptop(page, served):
    for policy in (page[0]["Content-Security-Policy"], get(served.url)[1]["Content-Security-Policy"]):
        assert policy.startswith("default-src 'self';")
        assert not re.search(r"https?:|\*", policy)


def test_code_from_the_browser_is_not_run(served, page):
    kernel = served.kernel_of(page[1])

    async def execute():
        socket = await connect(served.url, kernel)
        await send(socket, "execute_request", {"code": "import os; os._exit(1)", "silent": False})
        await asyncio.sleep(0.5)
        socket.close()

    asyncio.run(execute())
    assert served.alive(kernel)


def test_no_page_or_asset_names_another_server(served, page):
    seen, queue = set(), [(served.url, get(served.url)[2]), (served.url, page[1].encode())]
    while queue:
        base, body = queue.pop()
        found = [b"".join(groups) for groups in EXTERNAL.findall(body)]
        assert not [url for url in found if not url.startswith(served.url.encode())], base
        for link in {urljoin(base, path.decode()) for path in LINKED.findall(body)}:
            if link in seen or not link.startswith(served.url) or "/render/" in link or "lang=" in link:
                continue
            seen.add(link)
            status, headers, content = get(link)
            assert status == 200, link
            if headers["Content-Type"].startswith(("text/css", "text/html")):
                queue.append((link, content))
    assert any("theme.css" in link for link in seen)
    assert any("voila.js" in link for link in seen)


# The traps, numbered as in the notes on Voila 0.5.13.


def test_trap_1_templates_are_compiled_once(monkeypatch):
    import jinja2
    import voila.notebook_renderer

    render.install()
    assert voila.notebook_renderer.VoilaExporter is render.Exporter
    compiled, counts = [], []
    compile_ = jinja2.Environment.compile
    monkeypatch.setattr(jinja2.Environment, "compile", lambda self, *a, **k: compiled.append(a) or compile_(self, *a, **k))
    monkeypatch.setattr(render._SharedBytecode, "compiled", {})
    for _visitor in range(2):
        render.Exporter(template_name="lab").environment.get_template("index.html.j2")
        counts.append(len(compiled))
    assert counts[0] > 0
    assert counts[1] == counts[0]


def test_trap_2_clicks_are_sent_at_once(monkeypatch):
    from ailab.classroom import handlers

    told = []

    async def opened(_self, _kernel):
        told.append("open")

    monkeypatch.setattr(handlers.VoilaKernelWebsocketHandler, "open", opened)
    handler = handlers.KernelSocketHandler.__new__(handlers.KernelSocketHandler)
    handler.set_nodelay = told.append
    handler.ws_connection = SimpleNamespace(stream=SimpleNamespace())
    handler._agreed = True
    asyncio.run(handler.open("k"))
    assert told == [True, "open"]
    assert _REPLACED[handlers.VoilaKernelWebsocketHandler] is handlers.KernelSocketHandler


def test_trap_4_scripts_are_compressed_once_and_kept(served):
    url = f"{served.url}voila/static/voila.js"
    _, headers, body = get(url, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["Cache-Control"] == "max-age=3600"
    plain = get(url)
    assert "Content-Encoding" not in plain[1]
    assert gzip.decompress(body) == plain[2]
    assert len(body) < len(plain[2]) / 2
    assert get(url, **{"Accept-Encoding": "gzip", "If-None-Match": headers["Etag"]})[0] == 304


def test_trap_4_a_changed_file_is_compressed_again(tmp_path):
    from ailab.classroom.static import GzipCache

    source = tmp_path / "a.js"
    source.write_text("one", encoding="utf-8")
    cache = GzipCache(tmp_path / "gzip")
    first = cache.copy_of(source)
    assert cache.copy_of(source) == first
    source.write_text("two", encoding="utf-8")
    os.utime(source, ns=(1, 1))
    assert gzip.decompress(cache.copy_of(source).read_bytes()) == b"two"


def test_trap_4_pages_are_compressed(served):
    assert get(served.url, **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"


def test_trap_5_a_page_that_is_left_stops_its_kernel(served):
    kernel = served.kernel_of(get(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang=en")[2].decode())
    assert served.alive(kernel)
    origin = served.url.rstrip("/")
    assert post(f"{served.url}voila/api/shutdown/{kernel}", Origin="http://evil.example") == 403
    assert served.alive(kernel)
    assert post(f"{served.url}voila/api/shutdown/{kernel}", Origin=origin) == 204
    assert not served.alive(kernel)


def test_trap_5_idle_kernels_are_culled_late(tmp_path):
    config = Classroom(notebooks=tmp_path, browser=False).config
    assert config.MappingKernelManager.cull_idle_timeout == 20 * 60
    assert config.MappingKernelManager.cull_connected is False


def test_trap_8_a_large_message_does_not_close_the_connection(served, page):
    kernel = served.kernel_of(page[1])

    async def answer():
        socket = await connect(served.url, kernel)
        await send(socket, "comm_msg", {"comm_id": "none", "data": {"photo": "x" * 15 * 2**20}})
        received = await asyncio.wait_for(socket.read_message(), 10)
        socket.close()
        return received

    assert asyncio.run(answer()) is not None  # None would mean: closed


@pytest.mark.parametrize("message", [b"", b"\xff" * 8, b"\xff" * 64, (6).to_bytes(8, "little") + b"\xff" * 48, b"{}", "{}", "\x00"])
def test_a_message_that_is_none_harms_nobody(served, page, message):
    kernel = served.kernel_of(page[1])

    async def annoy():
        socket = await connect(served.url, kernel)
        await socket.write_message(message, binary=isinstance(message, bytes))
        await asyncio.sleep(0.1)
        socket.close()

    asyncio.run(annoy())
    assert "language" in asyncio.run(_comm_states(served.url, kernel))


def test_the_older_protocol_is_refused(served, page):
    """Voila would read what it sends as the newer one, and never come back."""
    kernel = served.kernel_of(page[1])

    async def old():
        socket = await tornado.websocket.websocket_connect(f"{served.url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id=t")
        return await asyncio.wait_for(socket.read_message(), 10), socket.close_code

    assert asyncio.run(old()) == (None, 1002)
    assert "language" in asyncio.run(_comm_states(served.url, kernel))


def test_a_full_laptop_takes_nobody_more(lessons, tmp_path):
    full = "import ailab.classroom.handlers as h; h.MEMORY_LOW = 1 << 60"
    with started(lessons, tmp_path / "log", "en", full) as server:
        status, _headers, body = get(f"{server.url}voila/render/agriculture/01_widget.ipynb")
        assert status == 503
        assert b"The laptop is full" in body
        assert get(server.url)[0] == 200


def test_a_class_may_open_more_files_than_the_system_allows_at_first():
    resource = pytest.importorskip("resource")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    code = (
        "import resource as r; from ailab.classroom.app import _allow_files\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (256, r.getrlimit(r.RLIMIT_NOFILE)[1])); _allow_files(); print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )
    allowed = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert allowed == (_FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard))


def test_trap_9_a_dead_kernel_is_known_and_not_restarted(served, tmp_path):
    assert Classroom(notebooks=tmp_path, browser=False).config.KernelManager.autorestart is False
    body = get(f"{served.url}voila/render/agriculture/01_widget.ipynb?lang=en")[2].decode()
    kernel = served.kernel_of(body)
    pid = int(re.search(r"pid (\d+)", asyncio.run(_comm_states(served.url, kernel))).group(1))
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while served.alive(kernel) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not served.alive(kernel)
    assert not served.alive("00000000-0000-0000-0000-000000000000")


def test_a_signal_ends_nothing_halfway(tmp_path):
    """Ctrl-C while a kernel is being stopped: an exception in the middle of that would keep the classroom from tidying up."""
    write_notebook(tmp_path / "agriculture" / "01.ipynb", "# x", title="x", minutes=1, learn=[])
    before = """
import os, signal
from jupyter_client.manager import KernelManager
tidy_up = KernelManager._async_cleanup_resources
async def struck(self, *args, **more):
    KernelManager._async_cleanup_resources = tidy_up
    os.kill(os.getpid(), signal.SIGINT)
    await tidy_up(self, *args, **more)
    print("The kernel is gone.", flush=True)
KernelManager._async_cleanup_resources = struck"""
    log = tmp_path / "server.log"
    with started(tmp_path, log, "en", before) as server:
        kernel = server.kernel_of(get(f"{server.url}voila/render/agriculture/01.ipynb")[2].decode())
        with contextlib.suppress(OSError):
            post(f"{server.url}voila/api/shutdown/{kernel}")
        assert server.process.wait(20) == 0
    said = log.read_text("utf-8")
    assert said.index("The kernel is gone.") < said.index("The classroom is closed.")
    assert "Traceback" not in said


@pytest.mark.skipif(os.name == "nt", reason="has no Unix sockets in any case")
def test_kernels_reached_by_tcp_say_nothing_on_the_terminal(tmp_path):
    write_notebook(tmp_path / "agriculture" / "01.ipynb", "import ipywidgets\nipywidgets.HTML('it is there')", title="x", minutes=1, learn=[])
    long = tmp_path / ("long" * 10)
    long.mkdir()
    log = tmp_path / "server.log"
    with started(tmp_path, log, "en", AILAB_FORK="no", TMPDIR=str(long)) as server:
        kernel = server.kernel_of(get(f"{server.url}voila/render/agriculture/01.ipynb")[2].decode())
        assert "it is there" in asyncio.run(_comm_states(server.url, kernel))
        assert "WARNING" not in log.read_text("utf-8")
