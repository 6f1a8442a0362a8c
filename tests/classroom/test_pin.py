"""Without the PIN of the class nothing is reachable; with it, everything."""

import asyncio
import http.client
import re
import sys
import threading
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import jinja2
import pytest
import tornado.httpclient
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
import tornado.web
import tornado.websocket
from serving import started

from ailab import cli
from ailab.classroom.access import Guard, WrongTries, large
from ailab.classroom.app import _TEMPLATES
from ailab.classroom.static import GzipCache

PIN = "2468"
ID = "00000000-0000-0000-0000-000000000000"
ADDRESSES = (
    *("/", "/?lang=en", "/nothing", "/login", "//", "/voila/render/agriculture/01_widget.ipynb", "/voila/tree", "/voila/files/admin/secret.txt"),
    *("/api/kernels", f"/api/kernels/{ID}", f"/api/kernels/{ID}/channels", f"/classroom/kernels/{ID}", f"/voila/api/shutdown/{ID}"),
    *("/voila/static/voila.js", "/voila/templates/lab/static/index.css", "/voila/labextensions/x/y.js", "/voila/api/themes/x", "/voila/api/contents"),
    *("/classroom/static/dashboard.js", "/classroom/static/", "/classroom/static/theme.css/../dashboard.js", "/classroom/static/theme.css%2f..%2fdashboard.js"),
)


def ask(url, path="/", method="GET", body=None, source=None, **headers):
    """Answer to a request, without following it elsewhere; ``source`` is our own address."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30, source_address=(source, 0) if source else None)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def type_pin(url, pin, path="/", source=None):
    """Answer to the form, sent as a browser does."""
    _status, headers, page = ask(url, path, source=source)
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
    form = urlencode({"_xsrf": token, "pin": pin})
    cookie = headers["Set-Cookie"].partition(";")[0]
    return ask(url, path, "POST", form, source, Cookie=cookie, **{"Content-Type": "application/x-www-form-urlencoded"})


def cookie_of(headers):
    return headers["Set-Cookie"].partition(";")[0]


@pytest.fixture(scope="module")
def closed(lessons, tmp_path_factory):
    with started(lessons, tmp_path_factory.mktemp("log") / "server.log", "en", f"import sys; sys.argv += ['--pin', '{PIN}']") as server:
        yield server


@pytest.fixture(scope="module")
def cookie(closed):
    return cookie_of(type_pin(closed.url, PIN)[1])


@pytest.fixture(scope="module")
def kernel(closed, cookie):
    """A kernel of somebody who is in."""
    return closed.kernel_of(ask(closed.url, "/voila/render/agriculture/01_widget.ipynb", Cookie=cookie)[2])


@contextmanager
def guarded():
    """A guard before a tiny application, in this process."""
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True)
    templates.globals.update(_=lambda message: message, asset=lambda name: name)

    class Inside(tornado.web.RequestHandler):
        def get(self):
            self.finish("inside")

    app = tornado.web.Application([("/.*", Inside)], base_url="/", classroom_templates=templates, gzip_cache=GzipCache(_TEMPLATES))
    guard = Guard(app, PIN)
    ready = threading.Event()

    async def serve():
        (socket,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
        guard.server = tornado.httpserver.HTTPServer(guard)
        guard.server.add_socket(socket)
        guard.url = f"http://127.0.0.1:{socket.getsockname()[1]}/"
        guard.loop, guard.end = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        await guard.end.wait()
        guard.server.stop()
        await guard.server.close_all_connections()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield guard
    finally:
        guard.loop.call_soon_threadsafe(guard.end.set)
        thread.join(10)


@pytest.fixture
def guard():
    with guarded() as one:
        yield one


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_asks_for_the_pin(closed, path):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        status, headers, body = ask(closed.url, path, method)
        assert status in {403, 405}, method
        assert method == "HEAD" or 'inputmode="numeric"' in body
        assert "01_widget" not in body
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "Server" not in headers


def test_of_our_files_only_what_the_page_needs(closed):
    linked = re.findall(r'(?:href|src)="(/[^"]+)"', ask(closed.url)[2])
    assert [path.partition("?")[0] for path in linked] == ["/classroom/static/theme.css", "/classroom/static/landing.css"]
    assert [ask(closed.url, path)[0] for path in linked] == [200, 200]


def test_a_kernel_that_somebody_else_uses_is_out_of_reach(closed, cookie, kernel):
    with pytest.raises(tornado.httpclient.HTTPClientError, match="403"):
        asyncio.run(_connect(closed.url, kernel))
    origin = closed.url.rstrip("/")
    assert ask(closed.url, f"/api/kernels/{kernel}")[0] == 403
    assert ask(closed.url, f"/voila/api/shutdown/{kernel}", "POST", "", Origin=origin)[0] == 403
    assert ask(closed.url, f"/api/kernels/{kernel}", "DELETE", Origin=origin)[0] == 403
    assert '"alive": true' in ask(closed.url, f"/classroom/kernels/{kernel}", Cookie=cookie)[2]


async def _connect(url, kernel, **headers):
    request = tornado.httpclient.HTTPRequest(f"{url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id=t", headers=headers)
    socket = await tornado.websocket.websocket_connect(request, subprotocols=["v1.kernel.websocket.jupyter.org"])
    socket.close()


def test_the_right_pin_opens_everything(closed, cookie, kernel):
    assert "A trial" in ask(closed.url, Cookie=cookie)[2]
    assert ask(closed.url, "/voila/static/voila.js", Cookie=cookie)[0] == 200
    assert ask(closed.url, "/nothing", Cookie=cookie)[0] == 404
    asyncio.run(_connect(closed.url, kernel, Cookie=cookie))


def test_the_terminal_shows_the_pin_large(closed):
    printed = closed.log.read_text(encoding="utf-8")
    assert PIN in printed
    assert large(PIN) in printed


def test_the_cookie_is_for_the_browser_alone_and_for_this_visit(guard):
    kept = type_pin(guard.url, PIN)[1]["Set-Cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "expires" not in kept.lower()


def test_a_wrong_pin_is_one_sentence(guard):
    for pin in ("1357", "", PIN + "0", PIN[:-1], "２４６８", "<script>"):
        status, headers, body = type_pin(guard.url, pin, "/?lang=en")
        assert status == 403
        assert "That is not the PIN" in body
        assert "<script>" not in body
        assert "ailab_class=" not in str(headers)


def test_a_cookie_of_another_run_is_refused(guard):
    cookie = cookie_of(type_pin(guard.url, PIN)[1])
    assert ask(guard.url, Cookie=cookie)[2] == "inside"
    with guarded() as other:
        assert ask(other.url, Cookie=cookie)[0] == 403
    assert ask(guard.url, Cookie=cookie[:-3] + "000")[0] == 403
    assert ask(guard.url, Cookie="ailab_class=in")[0] == 403


def test_the_form_of_another_site_is_refused_and_costs_no_try(guard):
    for _try in range(12):
        status, _headers, body = ask(guard.url, "/", "POST", urlencode({"pin": PIN}), **{"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 403
        assert 'inputmode="numeric"' in body
    assert type_pin(guard.url, PIN)[0] == 303


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/voila/render/a/b.ipynb?lang=en", "/voila/render/a/b.ipynb?lang=en"),
        ("//evil.example/x", "/evil.example/x"),
        ("/\\evil.example", "/evil.example"),
        ("http://evil.example/x", "/http://evil.example/x"),
    ],
)
def test_the_right_pin_leads_to_paths_of_our_own_only(guard, path, target, monkeypatch):
    monkeypatch.setattr(http.client.HTTPConnection, "_validate_path", lambda *_: None)
    status, headers, _body = type_pin(guard.url, PIN, path)
    assert (status, headers["Location"]) == (303, target)


def test_wrong_pins_are_limited_and_then_the_right_one_waits_too(guard):
    assert [type_pin(guard.url, "1357")[0] for _try in range(10)] == [403] * 10
    for pin in ("1357", PIN):
        status, headers, body = type_pin(guard.url, pin, "/?lang=en")
        assert status == 429
        assert 0 < int(headers["Retry-After"]) <= 60
        assert f"Wait {headers['Retry-After']} seconds" in body
    if sys.platform == "linux":  # where all of 127.0.0.0/8 is this machine
        assert type_pin(guard.url, PIN, source="127.0.0.2")[0] == 303


def test_strangers_cannot_send_much(guard):
    try:
        status = ask(guard.url, "/", "POST", b"x" * 10**6)[0]
    except (OSError, http.client.HTTPException):  # closed while we were sending
        status = 400
    assert status == 400


def test_limits_of_one_and_of_all_together():
    now = [100.0]
    tries = WrongTries(clock=lambda: now[0])
    for _try in range(10):
        assert tries.wait("a") == 0
        tries.add("a")
        now[0] += 1
    assert (tries.wait("a"), tries.wait("b")) == (50, 0)
    now[0] = 160.0
    assert tries.wait("a") == 0, "the first of the ten is a minute old"
    tries.add("a")
    assert tries.wait("a") == 1
    tries = WrongTries(clock=lambda: now[0])
    for number in range(100):
        assert tries.wait(f"other {number}") == 0
        tries.add(f"other {number}")
    assert tries.wait("new") == 60
    now[0] += 60
    assert tries.wait("new") == 0


def test_pin_of_the_command(monkeypatch, capsys):
    def pin(*arguments):
        return cli._parser().parse_args(["serve", *arguments]).pin

    assert pin() is None
    assert pin("--pin", "00471142") == "00471142"
    assert len({pin("--pin") for _run in range(20)}) > 10
    assert re.fullmatch(r"\d{4}", pin("--pin", "--no-browser"))
    for wrong in ("123", "123456789", "12a4", "１２３４", ""):
        with pytest.raises(SystemExit):
            pin("--pin", wrong)
    assert "PIN" in capsys.readouterr().err
