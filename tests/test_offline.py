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
