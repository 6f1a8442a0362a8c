import os
import socket
import subprocess
import sys

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried")
def test_guard_of_this_process():
    with pytest.raises(SocketConnectBlockedError), socket.socket() as connection:
        connection.connect(("192.0.2.1", 80))


def test_guard_of_processes_that_tests_start():
    code = "import socket\nsocket.socket().connect(('192.0.2.1', 80))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "SocketConnectBlockedError" in result.stderr


def test_onnx_runtime_tells_its_maker_nothing(tmp_path):
    """It opens sockets that Python does not see, so look for what it keeps where it means to: an id of the device and of the session."""
    code = "from ailab import CropClassifier\nimport numpy\nCropClassifier().predict_proba(numpy.zeros((1, 144, 144, 3), numpy.uint8))"
    environment = os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    environment.pop("XDG_CACHE_HOME", None)
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not [path for path in tmp_path.rglob("*") if path.name == ".ses" or "onnxruntime" in path.name]
