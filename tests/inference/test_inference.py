"""The process that holds the models, its client, and what either does when the other misbehaves."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest

from ailab import CropClassifier, ModelError, vision
from ailab.inference.client import RemoteModel
from ailab.inference.protocol import HEADER_LENGTH, ProtocolError, pack, unpack

OUTPUTS = ["logits", "evidence", "novelty"]


def start(port=0):
    command = [sys.executable, "-m", "ailab.inference", "--model", f"crops={vision.BUNDLED}", "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return process, json.loads(process.stdout.readline())["port"]


@pytest.fixture(scope="module")
def server():
    process, port = start()
    yield f"http://127.0.0.1:{port}"
    assert end(process) == 0


def end(process):
    """It ends when nobody holds the other end."""
    process.stdin.close()
    process.stdout.close()
    return process.wait(10)


def call(url, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response.status, response.read()


def test_the_same_answer_as_in_this_process(server, leaf, monkeypatch):
    here = vision.Backbone(vision.BUNDLED)
    pixels = np.stack([here.prepare(leaf), here.prepare(leaf.rotate(90))])
    there = RemoteModel(server, "crops").run(OUTPUTS, {"pixel_values": pixels})
    for ours, theirs in zip(here.run(pixels), there, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    expected = CropClassifier().diagnose(leaf, crop="coffee").to_dict()
    monkeypatch.setenv("AILAB_INFERENCE", server)
    vision.shared_backbone.cache_clear()
    try:
        classifier = CropClassifier()
        assert isinstance(classifier._load().session, RemoteModel)
        assert classifier.diagnose(leaf, crop="coffee").confidence == pytest.approx(expected["confidence"], abs=1e-4)
    finally:
        vision.shared_backbone.cache_clear()


def test_a_kernel_that_asks_loads_no_onnx_runtime(server):
    code = (
        "import sys; from ailab import CropClassifier, samples\n"
        "print(CropClassifier().diagnose(samples.draw_leaf('coffee', 'rust', 1), crop='coffee').label)\n"
        "assert 'onnxruntime' not in sys.modules, 'onnxruntime'"
    )
    environment = os.environ | {"AILAB_INFERENCE": server}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("coffee__")


def test_metadata(server):
    status, body = call(server, "GET", "/v2")
    assert (status, json.loads(body)["name"]) == (200, "ailab")
    assert call(server, "GET", "/v2/health/live")[0] == 200
    assert call(server, "GET", "/v2/health/ready")[0] == 200
    assert call(server, "GET", "/v2/models/crops/ready")[0] == 200
    model = json.loads(call(server, "GET", "/v2/models/crops/versions/1")[1])
    assert model["inputs"] == [{"name": "pixel_values", "datatype": "FP32", "shape": [-1, 3, 144, 144]}]
    assert [output["name"] for output in model["outputs"]] == [*OUTPUTS, "features_fine", "features_coarse"]
    status, body = call(server, "GET", "/v2/models/none")
    assert status == 404
    assert "none" in json.loads(body)["error"]


def test_plain_json(server):
    pixels = np.zeros((1, 3, 144, 144), np.float32)
    body, _length = pack({"id": "7"}, "inputs", {"pixel_values": pixels}, binary=False)
    status, answer = call(server, "POST", "/v2/models/crops/infer", body)
    assert status == 200
    head, tensors = unpack(answer, None, "outputs")
    assert head["id"] == "7"
    assert head["model_name"] == "crops"
    assert tensors["logits"].shape == (1, 34)


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (b"", None),
        (b"[]", None),
        (b"{}", None),
        (b"\xff\xfe", None),
        (b'{"inputs": [{"name": "pixel_values", "datatype": "FP32", "shape": [1, 3, 2, 2], "data": [1, 2]}]}', None),
        (b'{"inputs": [{"name": "pixel_values", "datatype": "WHAT", "shape": [1], "data": [1]}]}', None),
        (b'{"inputs": [{"name": "pixel_values", "datatype": "FP32", "shape": [-1], "data": []}]}', None),
        (b'{"inputs": [{"name": "wrong", "datatype": "FP32", "shape": [1], "data": [1]}]}', None),
        (b'{"inputs": [{"name": "pixel_values", "datatype": "FP32", "shape": [9], "parameters": {"binary_data_size": 36}}]}1234', "101"),
        (b'{"inputs": []}', "ten"),
    ],
)
def test_nonsense_gets_a_sentence(server, body, length):
    status, answer = call(server, "POST", "/v2/models/crops/infer", body, {HEADER_LENGTH: length} if length else None)
    assert status == 400
    assert json.loads(answer)["error"]
    assert call(server, "GET", "/v2/health/live")[0] == 200


def test_an_output_that_does_not_exist(server):
    with pytest.raises(ModelError) as error:
        RemoteModel(server, "crops").run(["wrong"], {"pixel_values": np.zeros((1, 3, 144, 144), np.float32)})
    assert "no output 'wrong'" in str(error.value.__cause__)


def test_forty_at_once(server):
    pixels = np.random.default_rng(0).normal(size=(1, 3, 144, 144)).astype(np.float32)
    answers, model = [], RemoteModel(server, "crops")
    threads = [threading.Thread(target=lambda: answers.append(model.run(OUTPUTS, {"pixel_values": pixels})[0])) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    np.testing.assert_allclose(np.concatenate(answers), answers[0].repeat(40, 0), atol=1e-5)


def test_a_server_that_died_and_came_back(leaf):
    process, port = start()
    model = RemoteModel(f"http://127.0.0.1:{port}", "crops")
    pixels = {"pixel_values": np.zeros((1, 3, 144, 144), np.float32)}
    first = model.run(["logits"], pixels)[0]
    os.kill(process.pid, signal.SIGKILL)
    assert end(process) != 0
    again = []
    starter = threading.Thread(target=lambda: again.append(start(port)))
    starter.start()
    deadline = time.monotonic() + 20
    second = None
    while second is None:  # the first tries may come before it is back
        assert time.monotonic() < deadline
        with contextlib.suppress(ModelError):
            second = model.run(["logits"], pixels)[0]
    starter.join()
    np.testing.assert_allclose(first, second, atol=1e-5)
    assert end(again[0][0]) == 0


class Odd(BaseHTTPRequestHandler):
    """A server that answers nonsense."""

    answers: list[tuple[int, bytes]]

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.mark.parametrize("answer", [(503, b'{"error": "too many"}'), (200, b"<html>captive portal</html>"), (500, b""), (200, b'{"outputs": []}')])
def test_a_server_that_answers_nonsense(answer, monkeypatch):
    monkeypatch.setattr("ailab.inference.client._PAUSE", 0.01)
    odd = type("One", (Odd,), {"answers": [answer, answer]})
    with ThreadingHTTPServer(("127.0.0.1", 0), odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(ModelError, match="AI đang bận") as error:
            RemoteModel(f"http://127.0.0.1:{server.server_port}", "crops").run(["logits"], {"x": np.zeros(1, np.float32)})
        server.shutdown()
    assert error.value.code == "model_unreachable"
    assert odd.answers == []  # tried twice


class JsonOnly(BaseHTTPRequestHandler):
    """A server without the binary data extension, which closes each connection after its answer without saying so."""

    protocol_version = "HTTP/1.1"
    refuse = 0

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, b'{"name": "other", "version": "1", "extensions": []}')

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        if self.refuse:
            self.answer(self.refuse, b'{"error": "no such model"}')
            return
        head, tensors = unpack(body, None, "inputs")
        assert head["outputs"] == [{"name": "y"}]
        self.answer(200, pack({"model_name": "m"}, "outputs", {"y": tensors["x"] * 2}, binary=False)[0])
        self.close_connection = True

    def log_message(self, *_args):
        pass


def test_a_server_that_takes_json_only_and_drops_quiet_connections(monkeypatch):
    monkeypatch.setattr("ailab.inference.client._PAUSE", 3)
    x = np.array([[0.1, -2.5e-8]], np.float32)
    with ThreadingHTTPServer(("127.0.0.1", 0), JsonOnly) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        model = RemoteModel(f"http://127.0.0.1:{server.server_port}", "m")
        began = time.monotonic()
        for _ in range(3):
            np.testing.assert_array_equal(model.run(["y"], {"x": x})[0], x * 2)
        assert time.monotonic() - began < 3, "a second try waits, a new connection does not"
        model._forget()
        server.shutdown()


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_is_not_called_busy(monkeypatch, status):
    monkeypatch.setattr("ailab.inference.client._PAUSE", 0.01)
    with ThreadingHTTPServer(("127.0.0.1", 0), type("One", (JsonOnly,), {"refuse": status})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(ModelError) as error:
            RemoteModel(f"http://127.0.0.1:{server.server_port}", "m").run(["y"], {"x": np.zeros(1, np.float32)})
        server.shutdown()
    assert error.value.code == "model_refused"
    assert "no such model" in str(error.value.__cause__)


def test_a_vector_that_was_written_as_a_column(leaf, monkeypatch):
    backbone = vision.Backbone(vision.BUNDLED)
    pixels = np.stack([backbone.prepare(leaf)] * 2)
    logits, evidence, novelty = backbone.run(pixels)
    monkeypatch.setattr(backbone, "session", SimpleNamespace(run=lambda *_: (logits, evidence, novelty[:, None])))
    np.testing.assert_array_equal(backbone.run(pixels)[2], novelty)


def test_a_server_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("ailab.inference.client._PAUSE", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        model = RemoteModel(f"http://127.0.0.1:{silent.getsockname()[1]}", "crops", timeout=0.2)
        with pytest.raises(ModelError):
            model.run(["logits"], {"x": np.zeros(1, np.float32)})


def test_messages_survive_the_journey():
    rng = np.random.default_rng(0)
    tensors = {
        "a": rng.normal(size=(2, 3)).astype(np.float32),
        "b": np.arange(4, dtype=np.int64),
        "c": np.zeros((0, 5), np.float64),
        "d": np.array([True, False]),
    }
    for binary in (True, False):
        body, length = pack({"id": "x"}, "inputs", tensors, binary=binary)
        head, back = unpack(body, length if binary else None, "inputs")
        assert head["id"] == "x"
        for name, tensor in tensors.items():
            assert back[name].dtype == tensor.dtype
            np.testing.assert_array_equal(back[name], tensor)
    with pytest.raises(ProtocolError):
        unpack(body[:10], None, "inputs")
