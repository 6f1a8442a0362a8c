import subprocess
import sys

import pytest

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
    from ailab import memory

    monkeypatch.setattr(memory.sys, "platform", "win32")
    memory._malloc_trim.cache_clear()
    memory.trim()
    monkeypatch.undo()
    memory._malloc_trim.cache_clear()
