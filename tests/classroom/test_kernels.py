"""Nobody's work is stopped because a clock was set right, the laptop slept, or a page was only read."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
import tornado.web
from jupyter_server.services.kernels import kernelmanager

from ailab.classroom import access, kernels
from ailab.classroom.app import Classroom
from ailab.classroom.kernels import Kernels

MINUTE = 60


class Room(Kernels):
    """With kernels that do nothing, and time that passes when it is told to."""

    now = 0.0

    def __init__(self):
        self.clock = lambda: self.now
        super().__init__(cull_idle_timeout=20 * MINUTE, cull_interval=MINUTE, cull_connected=False, cull_busy=True)
        self.stopped = []

    def add(self, name, connections=0, *, met=True):
        specification = SimpleNamespace(metadata={})
        self._kernels[name] = SimpleNamespace(last_activity=self.wall(), execution_state="idle", kernel_spec=specification, kernel_name="python3")
        self._kernel_connections[name] = 0
        if met:
            self.notify_connect(name)
        self._kernel_connections[name] = connections

    def wall(self):
        return kernelmanager.utcnow()

    async def shutdown_kernel(self, kernel_id, **_how):
        self.stopped.append(kernel_id)
        del self._kernels[kernel_id]

    def live(self, minutes):
        """Let time pass, with a look every minute."""
        for _minute in range(minutes):
            self.now += MINUTE
            asyncio.run(self.cull_kernels())


@pytest.fixture
def wall(monkeypatch):
    """The clock on the wall, which only moves when it is set."""
    clock = SimpleNamespace(time=kernelmanager.utcnow())
    for module in (kernelmanager, kernels):
        monkeypatch.setattr(module, "utcnow", lambda: clock.time)
    return clock


def test_a_page_that_is_left_is_stopped_after_its_minutes(wall):
    room = Room()
    room.add("left")
    room.live(20)
    assert room.stopped == []
    room.live(3)
    assert room.stopped == ["left"]
    assert room._idle == {}


def test_a_page_that_nobody_ever_opened_takes_nobodys_place(wall):
    room = Room()
    room.add("opened")
    room.add("fetched by a program", met=False)
    room.add("ready", met=False)
    room.waiting = {"ready"}
    room.live(5)
    assert room.stopped == []
    room.live(2)
    assert room.stopped == ["fetched by a program"]
    assert room._met == {"opened"}


def test_what_hangs_and_has_been_left_is_stopped(wall):
    room = Room()
    room.add("hangs")
    room.add("computes, and somebody waits", connections=1)
    for kernel in room._kernels.values():
        kernel.execution_state = "busy"
    room.live(23)
    assert room.stopped == ["hangs"]


def test_a_sign_of_life_counts(wall):
    room = Room()
    room.add("busy")
    for _round in range(5):
        room.live(15)
        wall.time += timedelta(minutes=15)
        room._kernels["busy"].last_activity = wall.time
    assert room.stopped == []


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=7)])
def test_a_clock_that_is_set_stops_nobody_and_keeps_nobody(wall, jump):
    room = Room()
    room.add("left")
    room.live(5)
    wall.time += jump
    room.live(14)
    assert room.stopped == []
    room.live(5)
    assert room.stopped == ["left"]


def test_a_night_of_sleep_counts_as_two_minutes(wall):
    """Where the monotonic clock goes on while the laptop sleeps, as on Windows."""
    room = Room()
    room.add("left")
    room.live(5)
    room.now += 9 * 60 * MINUTE
    wall.time += timedelta(hours=9)
    room.live(12)
    assert room.stopped == []


def test_a_page_left_open_for_a_day_and_then_locked_has_all_its_minutes(wall):
    room = Room()
    room.add("read", connections=1)
    room.live(24 * 60)
    room._kernel_connections["read"] = 0
    room.live(19)
    assert room.stopped == []
    room.live(3)
    assert room.stopped == ["read"]


def test_a_kernel_that_is_only_just_starting(wall):
    room = Room()
    room._kernels["new"] = SimpleNamespace(kernel_spec=SimpleNamespace(metadata={}))
    room.live(1)
    assert room.stopped == []


def test_the_classroom_uses_it(tmp_path):
    classroom = Classroom(notebooks=tmp_path, browser=False)
    assert classroom.config.VoilaConfiguration.multi_kernel_manager_class is Kernels
    assert classroom.config.MappingKernelManager.cull_busy


@pytest.mark.parametrize("learners", [None, 60])
def test_no_more_than_the_system_can_bear(tmp_path, monkeypatch, learners):
    monkeypatch.setattr("ailab.classroom.app._MOST", 2)
    assert Classroom(notebooks=tmp_path, browser=False, learners=learners).limit == 2


def test_connections_are_kept_alive_and_dead_ones_noticed():
    from ailab.classroom.handlers import KernelSocketHandler

    handler = KernelSocketHandler.__new__(KernelSocketHandler)
    handler.application = SimpleNamespace(settings={})
    assert 10_000 <= handler.ping_interval <= 60_000  # ms: routers forget connections that are silent for longer
    assert handler.ping_timeout <= 120_000


@pytest.mark.parametrize("years", [-3, 3])
def test_a_clock_that_is_set_right_sends_nobody_out(monkeypatch, years):
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    guard = access.Guard(tornado.web.Application(base_url="/", classroom_templates=None, gzip_cache=None), "2468")
    cookie = tornado.web.create_signed_value(guard._secret, access._COOKIE, "in").decode()
    monkeypatch.setattr(time, "time", lambda: now + years * 365 * 86400)
    guard._app = SimpleNamespace(find_handler=lambda *_request, **_more: "inside")
    request = SimpleNamespace(cookies={access._COOKIE: SimpleNamespace(value=cookie)})
    assert guard.find_handler(request) == "inside"


def test_a_kernel_that_waits_in_the_pool_is_not_stopped(wall):
    room = Room()
    room.add("waits")
    room.add("left")
    room.waiting = {"waits"}
    room.live(22)
    assert room.stopped == ["left"]


def test_a_kernel_that_is_only_just_starting_is_not_in_the_list(wall):
    room = Room()
    room.add("there")
    room._kernels["starting"] = kernelmanager.ServerKernelManager()
    asyncio.run(room.cull_kernels())
    assert [kernel["id"] for kernel in room.list_kernels()] == ["there"]


def test_a_kernel_that_never_started_does_not_keep_the_others(caplog):
    room = Room()
    for name in ("one", "two"):
        room.add(name)
    room._pending_kernels["three"] = asyncio.Future(loop=asyncio.new_event_loop())
    asyncio.run(room.shutdown_all(now=True))
    assert room.stopped == ["one", "two"]


def test_what_cannot_be_stopped_is_logged(monkeypatch, caplog):
    room = Room()
    room.add("one")

    async def fail(*_args, **_more):
        raise RuntimeError("it does not stop")

    monkeypatch.setattr(room, "shutdown_kernel", fail)
    room.log.propagate = True
    asyncio.run(room.shutdown_all(now=True))
    assert "it does not stop" in caplog.text
