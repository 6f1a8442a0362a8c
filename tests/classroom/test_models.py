"""The classroom keeps one process with the models, whatever happens to it."""

import logging
import os
import signal
import time

import numpy as np
import pytest

from ailab import ModelError
from ailab.classroom.models import ModelProcess
from ailab.inference.client import RemoteModel


def ask(address):
    return RemoteModel(address, "crops").run(["logits"], {"pixel_values": np.zeros((1, 3, 144, 144), np.float32)})[0]


def test_it_is_started_again_on_the_same_port(caplog):
    models = ModelProcess(logging.getLogger("classroom"))
    address = models.start()
    try:
        first, pid = ask(address), models.pid
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while True:
            try:
                second = ask(address)
                break
            except ModelError:
                assert time.monotonic() < deadline
        np.testing.assert_allclose(first, second, atol=1e-5)
        assert models.pid != pid
        assert "started again" in caplog.text
    finally:
        models.stop()
    with pytest.raises(ModelError):
        ask(address)


def test_a_system_that_starts_no_process_is_no_reason_to_stop(monkeypatch, caplog):
    def refuse(*_args, **_more):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("ailab.classroom.models.subprocess.Popen", refuse)
    models = ModelProcess(logging.getLogger("classroom"))
    assert models.start() is None
    assert "did not start" in caplog.text
    models.stop()


def test_a_process_that_cannot_start_is_no_reason_to_stop(monkeypatch, caplog):
    monkeypatch.setattr("ailab.classroom.models.BUNDLED", "/nowhere")
    models = ModelProcess(logging.getLogger("classroom"))
    assert models.start() is None
    assert "did not start" in caplog.text
    models.stop()
