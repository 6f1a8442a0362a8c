import subprocess
import sys

import pytest

from ailab import memory

FREED = """
import psutil
from ailab.memory import trim
pieces = [bytes(60_000) for _ in range(1000)]  # small enough for the heap
end = bytes(60_000)
del pieces
before = psutil.Process().memory_info().rss
trim()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take it back by themselves")
def test_free_memory_goes_back_to_the_system():
    given_back = int(subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True).stdout)
    assert given_back > 30_000_000


def test_elsewhere_nothing_happens(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "win32")
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda *_name: pytest.fail("no such library"))
    memory.trim()
    memory.one_heap()


def test_a_c_library_without_these_functions_is_none_of_our_business(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "linux")
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda *_name: object())
    memory.trim()
    memory.one_heap()


THREADS = """
import threading, psutil
from ailab.memory import one_heap, trim
one_heap()
def work():
    pieces = [bytes(60_000) for _ in range(1000)]
    keep.append(bytes(60_000))
keep = []
before = psutil.Process().memory_info().rss
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
trim()
print(psutil.Process().memory_info().rss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take it back by themselves")
def test_threads_leave_nothing_behind():
    left = int(subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True).stdout)
    assert left < 5_000_000
