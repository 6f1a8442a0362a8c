"""A booth at a fair: one lesson, which forgets."""

import subprocess
import sys

import pytest
from serving import get, started


@pytest.fixture(scope="module")
def booth(lessons, tmp_path_factory):
    kiosk = "import sys; sys.argv += ['--kiosk', 'agriculture/01_widget.ipynb', '--idle-minutes', '7']"
    with started(lessons, tmp_path_factory.mktemp("log") / "server.log", "en", kiosk) as server:
        yield server


def test_only_its_lesson_is_there(booth):
    status, _headers, body = get(booth.url)  # leads to the lesson
    assert status == 200
    assert b'data-kiosk="90"' in body
    booth.kernel_of(body.decode())
    assert b"A trial" in get(f"{booth.url}voila/render/agriculture/01_widget.ipynb?lang=en")[2]
    assert get(f"{booth.url}voila/render/admin/01_fails.ipynb")[0] == 403


def test_an_ordinary_classroom_is_no_kiosk(served):
    assert b"data-kiosk" not in get(f"{served.url}voila/render/agriculture/01_widget.ipynb")[2]


def test_a_lesson_that_does_not_exist(lessons):
    command = [sys.executable, "-m", "ailab", "serve", "--no-browser", "--notebooks", str(lessons), "--kiosk", "agriculture/99.ipynb", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no lesson agriculture/99.ipynb.")
