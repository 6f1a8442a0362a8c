"""Imported by every Python that the tests start: refuses connections off this machine."""

import pytest_socket

pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
