"""Who is let in when the laptop is full, and what the trainer sees and can do."""

import asyncio
import json
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import connect, get, post, started, write_notebook

from ailab.classroom.learners import Learners, WaitingLine, room_for


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_first_come_first_served():
    line = WaitingLine(Clock())
    assert line.ask("a", free=1) == 0
    assert [line.ask(ticket, free=0) for ticket in "bcd"] == [1, 2, 3]
    assert line.waiting == 3
    assert line.ask("c", free=1) == 1  # b came before
    assert line.ask("b", free=1) == 0
    assert line.ask("d", free=0) == 2
    assert [line.ask(ticket, free=2) for ticket in "dc"] == [0, 0]
    assert line.waiting == 0


def test_whoever_closes_the_waiting_page_loses_the_place():
    clock = Clock()
    line = WaitingLine(clock)
    assert [line.ask(ticket, free=0) for ticket in "ab"] == [1, 2]
    clock.now = 15
    assert line.ask("b", free=0) == 2
    clock.now = 25
    assert line.ask("b", free=0) == 1
    assert line.ask("a", free=0) == 2


def test_a_full_room_has_no_negative_places():
    line = WaitingLine(Clock())
    assert line.ask("a", free=-3) == 1


def test_learners_are_numbers():
    class Manager:
        def list_kernels(self):
            return [{"id": "k2", "connections": 1, "execution_state": "busy"}, {"id": "of somebody else", "connections": 0, "execution_state": "idle"}]

    clock = Clock()
    learners = Learners(clock)
    learners.enter("k1", "a/1.ipynb", "One")
    learners.enter("k2", "a/2.ipynb", "Two")
    clock.now = 125
    assert learners.list(Manager()) == [{"number": 2, "path": "a/2.ipynb", "title": "Two", "minutes": 2, "connected": True, "busy": True}]
    assert learners.kernel_of(2) == "k2"
    assert learners.kernel_of(1) is None
    assert learners.enter("k3", "a/1.ipynb", "One").number == 3


def test_room(monkeypatch):
    class Memory:
        available = 0

    monkeypatch.setattr("ailab.classroom.learners.psutil.virtual_memory", lambda: Memory)
    assert room_for() == 1
    Memory.available = 6 * 2**30
    assert 40 <= room_for() <= 200


@pytest.fixture(scope="module")
def small(lessons, tmp_path_factory):
    """A classroom for one."""
    with started(lessons, tmp_path_factory.mktemp("log") / "server.log", "en", "import sys; sys.argv += ['--learners', '1']") as server:
        yield server


def for_the_trainer(server):
    """The address that only the trainer knows."""
    deadline = time.monotonic() + 5
    while not (found := re.search(r"trainer/([\w-]+)", server.log.read_text("utf-8"))):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return f"{server.url}trainer/{found[1]}"


@pytest.fixture(scope="module")
def trainer(small):
    return for_the_trainer(small)


def do(trainer, small, **what):
    request = urllib.request.Request(f"{trainer}/do", json.dumps(what).encode(), {"Origin": small.url.rstrip("/")})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return answer.status


def state(trainer):
    return json.loads(get(f"{trainer}/state?lang=en")[2])


LESSON = "voila/render/agriculture/01_widget.ipynb?lang=en"


def test_the_next_visitor_waits_and_is_let_in(small, trainer):
    first = small.kernel_of(get(small.url + LESSON)[2].decode())
    ticket = "ailab_ticket=first"
    status, _headers, body = get(small.url + LESSON, Cookie=ticket)
    assert status == 503
    assert b"The laptop is full" in body
    assert b'http-equiv="refresh"' in body
    assert b"place in the line: 1" in body
    assert state(trainer)["waiting"] == 1
    assert b"place in the line: 1" in get(small.url + LESSON, Cookie=ticket)[2]
    assert b"place in the line: 2" in get(small.url + LESSON, Cookie="ailab_ticket=second")[2]
    assert post(f"{small.url}voila/api/shutdown/{first}", Origin=small.url.rstrip("/")) == 204
    status, _headers, body = get(small.url + LESSON, Cookie=ticket)
    assert status == 200
    second = small.kernel_of(body.decode())
    post(f"{small.url}voila/api/shutdown/{second}", Origin=small.url.rstrip("/"))
    last = get(small.url + LESSON, Cookie="ailab_ticket=second")
    assert last[0] == 200  # whose turn it is now
    post(f"{small.url}voila/api/shutdown/{small.kernel_of(last[2].decode())}", Origin=small.url.rstrip("/"))


class Browser:
    """A visitor's own, which keeps cookies."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())

    def get(self, url):
        try:
            with self.opener.open(url, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def test_who_has_only_just_come_stands_behind_those_who_wait(small, trainer):
    inside = small.kernel_of(get(small.url + LESSON)[2].decode())
    visitors = [Browser() for _ in range(3)]
    for place, visitor in enumerate(visitors[:2], 1):
        status, page = visitor.get(small.url + LESSON)
        assert (status, f"place in the line: {place}." in page) == (503, True)
    post(f"{small.url}voila/api/shutdown/{inside}", Origin=small.url.rstrip("/"))
    assert visitors[2].get(small.url + LESSON)[0] == 503, "there is one place, and two came before"
    for visitor in visitors:
        status, page = visitor.get(small.url + LESSON)
        assert status == 200
        post(f"{small.url}voila/api/shutdown/{small.kernel_of(page)}", Origin=small.url.rstrip("/"))
    assert state(trainer)["waiting"] == 0


def test_who_is_only_just_coming_takes_one_place(tmp_path, tmp_path_factory):
    write_notebook(tmp_path / "agriculture" / "01.ipynb", "import time; time.sleep(3)", title="x", minutes=1, learn=[])
    with started(tmp_path, tmp_path_factory.mktemp("log") / "server.log", "en", arguments=["--learners", "2"]) as server, ThreadPoolExecutor(1) as other:
        address = for_the_trainer(server)
        first = other.submit(get, f"{server.url}voila/render/agriculture/01.ipynb")
        while not state(address)["learners"]:
            assert not first.done()
            time.sleep(0.05)
        assert get(f"{server.url}voila/render/agriculture/01.ipynb")[0] == 200
        assert first.result()[0] == 200


def test_the_trainer_sees_and_restarts_a_learner(small, trainer):
    status, headers, page = get(f"{trainer}?lang=en")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    assert "The trainer" in page.decode()
    kernel = small.kernel_of(get(small.url + LESSON)[2].decode())

    async def connected():
        socket = await connect(small.url, kernel)
        await asyncio.sleep(0.3)
        found = await asyncio.to_thread(state, trainer)
        socket.close()
        return found

    seen = asyncio.run(connected())
    assert seen["limit"] == 1
    assert [learner["connected"] for learner in seen["learners"]] == [True]
    assert [lesson["learners"] for lesson in seen["lessons"] if "01_widget" in lesson["path"]] == [1]
    assert kernel not in json.dumps(seen)
    assert do(trainer, small, do="restart", number=seen["learners"][0]["number"]) == 204
    assert not small.alive(kernel)
    assert state(trainer)["learners"] == []


def test_the_trainer_closes_and_opens_a_lesson(small, trainer):
    path = next(lesson["path"] for lesson in state(trainer)["lessons"] if "01_widget" in lesson["path"])
    assert do(trainer, small, do="close", path=path) == 204
    status, _headers, body = get(small.url + LESSON)
    assert status == 403
    assert b"closed for now" in body
    assert path.encode() not in get(f"{small.url}?lang=en")[2]
    assert do(trainer, small, do="open", path=path) == 204
    assert path.encode() in get(f"{small.url}?lang=en")[2]


def test_a_lesson_in_two_languages_is_one_lesson(tmp_path, tmp_path_factory):
    for name, title in (("01.ipynb", "Lá"), ("01.en.ipynb", "Leaf")):
        write_notebook(tmp_path / "agriculture" / name, "# x", title=title, minutes=1, learn=[])
    english = "voila/render/agriculture/01.ipynb?lang=en"
    with started(tmp_path, tmp_path_factory.mktemp("log") / "server.log", "vi") as server:
        address = for_the_trainer(server)
        assert get(server.url + english)[0] == 200
        lesson = json.loads(get(f"{address}/state?lang=vi")[2])["lessons"][0]
        assert (lesson["title"], lesson["learners"]) == ("Lá", 1)
        do(address, server, do="close", path=lesson["path"])
        assert get(server.url + english)[0] == 403
        assert b"Leaf" not in get(f"{server.url}?lang=en")[2]
        do(address, server, do="open", path=state(address)["lessons"][0]["path"])
        assert state(address)["lessons"][0]["open"]
        assert "Lá" in get(f"{server.url}?lang=vi")[2].decode()


@pytest.mark.parametrize("path", ["trainer/wrong", "trainer/wrong/state", "trainer/wrong/do", "trainer", "trainer/"])
def test_nobody_else_gets_there(small, trainer, path):
    assert get(small.url + path)[0] in {404, 405}
    assert post(small.url + path, Origin=small.url.rstrip("/")) in {403, 404, 405}


def test_another_site_cannot_press_the_buttons(small, trainer):
    assert post(f"{trainer}/do", Origin="http://evil.example") == 403


def test_the_class_is_ended(tmp_path, tmp_path_factory):
    write_notebook(tmp_path / "agriculture" / "01.ipynb", "# x", title="x", minutes=1, learn=[])
    with started(tmp_path, tmp_path_factory.mktemp("log") / "server.log", "en") as server:
        assert do(for_the_trainer(server), server, do="end") == 204
        assert server.process.wait(20) == 0
    assert "The classroom is closed." in server.log.read_text("utf-8")
