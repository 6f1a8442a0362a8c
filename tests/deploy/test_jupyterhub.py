"""A real JupyterHub with deploy/jupyterhub/jupyterhub_config.py, on this machine: log in, open a lesson, use it; nobody else gets in."""

import asyncio
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
import requests
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from ailab import samples

ROOT = Path(__file__).parents[2]
LESSON = "voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi"
PROXY = shutil.which("configurable-http-proxy")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("jupyterhub") or not find_spec("firstuseauthenticator"), reason='no JupyterHub: pip install -c constraints.txt ".[hub]"'),
    pytest.mark.skipif(not PROXY or not shutil.which("node"), reason="no configurable-http-proxy on the path, or no node: see .ci/run"),
]

sys.path.insert(0, str(ROOT / "benchmarks"))


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Learner:
    """A browser that keeps cookies, without scripts."""

    def __init__(self, hub, name, password="a good password"):
        self.hub, self.name, self.session = hub, name, requests.Session()
        self.session.trust_env = False
        form = self.get("hub/login").text
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', form)[1]
        data = {"username": name, "password": password, "_xsrf": token}
        self.answer = self.session.post(f"{hub}hub/login", data=data, timeout=60, allow_redirects=False)

    def get(self, path, **headers):
        return self.session.get(f"{self.hub}{path}", headers=headers, timeout=60)

    def arrive(self):
        """Wait until the server of one's own is there, and come to where JupyterHub leads: the lessons."""
        deadline = time.monotonic() + 120
        while "/lessons/" not in (page := self.get("hub/spawn")).url or page.status_code != 200:
            assert time.monotonic() < deadline, page.url
            time.sleep(0.5)
        return page

    def cookies_for(self, path):
        return self.session.prepare_request(requests.Request("GET", f"{self.hub}{path}")).headers.get("Cookie", "")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    (folder / "learners.txt").write_text("lua-1\nngo-2\n", encoding="utf-8")
    public, internal, api, models = free_ports(4)
    (temporary := folder / "tmp").mkdir()
    environment = os.environ | {"AILAB_HUB": str(folder), "AILAB_URL": f"http://127.0.0.1:{public}", "AILAB_INFERENCE": f"http://127.0.0.1:{models}"}
    environment["TMPDIR"] = str(temporary)
    command = [
        sys.executable, "-m", "jupyterhub", "-f", str(ROOT / "deploy/jupyterhub/jupyterhub_config.py"), f"--JupyterHub.hub_port={internal}",
        f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{api}", f"--ConfigurableHTTPProxy.command={PROXY}", "--Spawner.args=['--allow-root']",
    ]  # fmt: skip
    log = folder / "hub.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
    url, deadline = f"http://127.0.0.1:{public}/", time.monotonic() + 90
    while True:
        try:
            if requests.Session().get(f"{url}hub/login", timeout=5).ok and requests.get(f"http://127.0.0.1:{models}/v2/health/ready", timeout=5).ok:
                break
        except OSError:
            pass
        assert process.poll() is None, log.read_text("utf-8", "replace")
        assert time.monotonic() < deadline, log.read_text("utf-8", "replace")
        time.sleep(0.3)
    yield url
    tree = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    process.send_signal(signal.SIGTERM)
    _gone, left = psutil.wait_procs(tree, timeout=40)
    for straggler in left:
        straggler.kill()
    assert not left, "stopping the hub leaves processes behind"
    assert not list(temporary.glob("voila_*")), "nor what kernels were reached by"


@pytest.fixture(scope="module")
def learner(hub):
    learner = Learner(hub, "lua-1")
    assert learner.answer.status_code == 302
    learner.page = learner.arrive()
    return learner


def test_a_learner_lands_on_the_lessons(hub, learner):
    assert learner.page.url == f"{hub}user/lua-1/lessons/"
    assert '<html lang="vi">' in learner.page.text
    assert "/user/lua-1/lessons/voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi" in learner.page.text
    assert "phones-code" not in learner.page.text, "nobody else can join this learner's server"
    policy = learner.page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert not re.search(r"https?:|\*", policy)


def test_every_address_of_a_page_is_below_the_learners_own(hub, learner):
    page = learner.get(f"user/lua-1/lessons/{LESSON}").text
    links = {link for link in re.findall(r"""(?:src|href)=["']([^"'#]+)["']""", learner.page.text + page) if not link.startswith(("data:", "?"))}
    assert links
    assert not [link for link in links if not link.startswith("/user/lua-1/")]
    for link in links:
        if "/render/" not in link and "logout" not in link:
            assert learner.get(link.lstrip("/")).status_code == 200, link


def test_a_photo_is_answered(hub, learner):
    from classroom_visitors import Visitor

    photo = io.BytesIO()
    samples.draw_leaf("coffee", "rust", 1).resize((480, 360)).save(photo, "JPEG")
    path = f"user/lua-1/lessons/{LESSON}"
    visitor = Visitor(f"{hub}{path}", photo.getvalue(), cookie=learner.cookies_for(path))

    async def visit():
        await visitor.arrive()
        await visitor.click()
        visitor.leave()

    asyncio.run(visit())
    assert not visitor.error
    assert len(visitor.clicks) == 1
    socket = f"user/lua-1/lessons/api/kernels/{visitor.kernel}/channels"
    assert_refused(hub, socket, "")
    # What the page asks every few seconds, as a browser sends it: by a script, without JupyterHub's token.
    by_script = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    assert learner.get(f"user/lua-1/lessons/classroom/kernels/{visitor.kernel}", **by_script).json() == {"alive": True}
    leave = f"{hub}user/lua-1/lessons/voila/api/shutdown/{visitor.kernel}"
    assert learner.session.post(leave, headers={"Origin": "http://evil.example"}, timeout=30).status_code == 403
    assert learner.session.post(leave, headers={"Origin": hub.rstrip("/"), "Sec-Fetch-Mode": "no-cors"}, timeout=30).status_code == 204
    assert learner.get(f"user/lua-1/lessons/classroom/kernels/{visitor.kernel}").json() == {"alive": False}


def assert_refused(hub, path, cookie):
    """A websocket does not open. The proxy passes no answer on, so what is seen is that nothing comes."""
    request = HTTPRequest(f"{hub.replace('http', 'ws', 1)}{path}", headers={"Origin": hub.rstrip("/"), "Cookie": cookie})

    async def connect():
        await asyncio.wait_for(websocket_connect(request, subprotocols=["v1.kernel.websocket.jupyter.org"]), 4)

    with pytest.raises((HTTPClientError, TimeoutError)):
        asyncio.run(connect())


def test_jupyterlab_has_our_kernel_and_the_learners_notebooks(learner):
    assert "jupyter-config-data" in learner.get("user/lua-1/lab").text
    assert "ailab" in learner.get("user/lua-1/api/kernelspecs").json()["kernelspecs"]
    names = {entry["name"] for entry in learner.get("user/lua-1/api/contents/agriculture").json()["content"]}
    assert "01_kham_benh_la.ipynb" in names
    assert learner.get("user/lua-1/voila/render/agriculture/01_kham_benh_la.ipynb").status_code == 404, "Voila's own pages load from other servers"


def test_nobody_gets_in_without_a_login(hub, learner):
    stranger = requests.Session()
    for path in ("lessons/", f"lessons/{LESSON}", "lab", "lessons/classroom/kernels/00000000-0000-0000-0000-000000000000", "api/contents"):
        answer = stranger.get(f"{hub}user/lua-1/{path}", timeout=30)
        assert answer.status_code == 403 or "/hub/login" in answer.url, path
    for name, password in (("lua-1", "another password"), ("unknown", "a good password"), ("ngo-2", "short")):
        assert Learner(hub, name, password).answer.status_code == 403, name


def test_one_learner_does_not_reach_the_server_of_another(hub, learner):
    other = Learner(hub, "ngo-2")
    assert other.answer.status_code == 302
    for path in ("lessons/", f"lessons/{LESSON}", "lab", "api/contents"):
        answer = other.get(f"user/lua-1/{path}")
        assert answer.status_code in {403, 404}, path
        assert "Khám bệnh lá cây" not in answer.text
    assert "ailab_ticket" not in other.session.cookies, "not even a place in the line"
    assert_refused(hub, "user/lua-1/lessons/api/kernels/00000000-0000-0000-0000-000000000000/channels", other.cookies_for("user/lua-1/"))
