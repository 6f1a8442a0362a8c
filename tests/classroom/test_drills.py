"""The classroom is broken on purpose: ``benchmarks/drills.py``, in its short form."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import drill_clients as clients
import drill_failures as failures
import drill_pages as pages
from drill_kit import room

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the drills look for forked kernels")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with room(tmp_path_factory.mktemp("drills")) as place:
        yield place


@pytest.mark.parametrize("drill", [failures.kernel, failures.fork_parent, failures.sleep, failures.port_in_use], ids=lambda drill: drill.__name__)
def test_something_fails(drill, place):
    happened, saw = drill(place)
    assert happened
    assert saw


@pytest.mark.parametrize(
    "drill", [clients.two_tabs, clients.hasty, clients.stops_reading, clients.uploads, clients.foreign_requests], ids=lambda drill: drill.__name__
)
def test_somebody_behaves_badly(drill, place):
    happened, saw = drill(place)
    assert happened
    assert saw


@pytest.mark.parametrize("drill", [failures.models, failures.server, failures.endings, clients.arrivals], ids=lambda drill: drill.__name__)
def test_a_classroom_of_its_own(drill, tmp_path):
    assert drill(tmp_path)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can take the room from a process")
def test_the_disk_is_full(tmp_path):
    assert "đầy" in failures.disk(tmp_path)[1]


def test_the_trainer_is_told_and_finds_no_traceback(place):
    assert "does not read" in place.log
    assert "Traceback" not in place.log


@pytest.mark.browser
@pytest.mark.parametrize("drill", [pages.cut, pages.blocked, pages.portal], ids=lambda drill: drill.__name__)
def test_the_connection_is_gone(drill, chromium, place):
    assert drill(chromium, place)[1]


@pytest.mark.browser
def test_the_server_is_killed_under_open_pages(chromium, tmp_path):
    assert pages.server_killed(chromium, tmp_path)[1]
