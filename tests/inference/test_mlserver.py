"""Our client, asking somebody else's server of the same protocol: MLServer, from an environment of its own."""

import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from ailab import CropClassifier, ModelError, samples, vision
from ailab.inference.client import RemoteModel

COMMAND = os.environ.get("AILAB_MLSERVER", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not COMMAND, reason="AILAB_MLSERVER does not name a mlserver to start: see CONTRIBUTING.md"),
]

RUNTIME = """
import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceResponse


class Onnx(MLModel):
    async def load(self):
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri, providers=["CPUExecutionProvider"])
        return True

    async def predict(self, payload):
        try:
            inputs = {tensor.name: NumpyCodec.decode_input(tensor) for tensor in payload.inputs}
            names = [output.name for output in payload.outputs or []] or [output.name for output in self.session.get_outputs()]
            values = self.session.run(names, inputs)
        except Exception as error:
            raise InferenceError(str(error)) from error
        outputs = [NumpyCodec.encode_output(name, np.asarray(value)) for name, value in zip(names, values)]
        return InferenceResponse(model_name=self.name, outputs=outputs)
"""


class Server:
    """MLServer with the bundled model."""

    def __init__(self, folder, ports):
        self.folder, self.url = folder, f"http://127.0.0.1:{ports[0]}"
        (folder / "runtime.py").write_text(RUNTIME, "utf-8")
        model = {"name": "crops", "implementation": "runtime.Onnx", "parameters": {"uri": str(vision.BUNDLED / "model.onnx")}}
        settings = {"host": "127.0.0.1", "http_port": ports[0], "grpc_port": ports[1], "metrics_port": ports[2], "parallel_workers": 0}
        (folder / "model-settings.json").write_text(json.dumps(model), "utf-8")
        (folder / "settings.json").write_text(json.dumps(settings), "utf-8")

    def start(self):
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen([COMMAND, "start", str(self.folder)], cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + 90
        while not self.ready():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.2)

    def ready(self):
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self.url}/v2/models/crops/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait(20)

    def log(self):
        return (self.folder / "server.log").read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    assert Path(COMMAND).is_file(), f"AILAB_MLSERVER names no file: {COMMAND}"
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    server = Server(tmp_path_factory.mktemp("mlserver"), ports)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def remote(server, monkeypatch):
    """The bundled model, which runs there and not here."""
    monkeypatch.setenv("AILAB_INFERENCE", server.url)
    vision.shared_backbone.cache_clear()
    yield CropClassifier()
    vision.shared_backbone.cache_clear()


PIXELS = {"pixel_values": np.zeros((1, 3, 144, 144), np.float32)}


def test_it_does_not_speak_our_dialect(server):
    """If it ever learns to take raw bytes, this file tests less than it says."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{server.url}/v2", timeout=5) as answer:
        assert "binary_tensor_data" not in json.load(answer)["extensions"]


def test_the_same_diagnoses_as_in_this_process(server, monkeypatch):
    leaves = [samples.draw_leaf(crop, condition, seed) for crop, condition in (("coffee", "rust"), ("coffee", "healthy"), ("rice", "blast")) for seed in (1, 2)]
    monkeypatch.delenv("AILAB_INFERENCE", raising=False)
    vision.shared_backbone.cache_clear()
    here = CropClassifier()
    expected, probabilities = [here.diagnose(leaf) for leaf in leaves], here.predict_proba(leaves)
    assert len({diagnosis.label for diagnosis in expected}) > 1
    monkeypatch.setenv("AILAB_INFERENCE", server.url)
    vision.shared_backbone.cache_clear()
    try:
        there = CropClassifier()
        assert isinstance(there._load().session, RemoteModel)
        np.testing.assert_allclose(there.predict_proba(leaves), probabilities, atol=1e-5)
        for leaf, diagnosis in zip(leaves, expected, strict=True):
            found = there.diagnose(leaf)
            assert (found.label, found.abstained, found.reason) == (diagnosis.label, diagnosis.abstained, diagnosis.reason)
            assert found.confidence == pytest.approx(diagnosis.confidence, abs=1e-5)
            np.testing.assert_allclose(found.evidence, diagnosis.evidence, atol=1e-3)
    finally:
        vision.shared_backbone.cache_clear()


def test_what_a_learners_own_model_needs(server, leaf, monkeypatch):
    monkeypatch.delenv("AILAB_INFERENCE", raising=False)
    here = vision.Backbone(vision.BUNDLED)
    pixels = np.stack([here.prepare(leaf), here.prepare(leaf.rotate(90))])
    monkeypatch.setenv("AILAB_INFERENCE", server.url)
    for found, expected in zip(vision.Backbone(vision.BUNDLED).features(pixels), here.features(pixels), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_learners_at_once(server):
    answers, model = [], RemoteModel(server.url, "crops")
    threads = [threading.Thread(target=lambda: answers.append(model.run(["logits"], PIXELS)[0])) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(np.concatenate(answers), answers[0].repeat(10, 0), atol=1e-5)


def test_a_learner_who_thought_for_a_while_does_not_wait(server):
    """MLServer closes a connection after five quiet seconds; ours keeps it open for hours."""
    model = RemoteModel(server.url, "crops")
    model.run(["logits"], PIXELS)
    time.sleep(7)
    began = time.monotonic()
    model.run(["logits"], PIXELS)
    assert time.monotonic() - began < 0.9, "less than the pause before the second try"


@pytest.mark.parametrize(
    ("name", "output", "pixels", "said"),
    [
        ("nothing", "logits", PIXELS, "nothing not found"),
        ("crops", "wrong", PIXELS, "wrong"),
        ("crops", "logits", {"pixel_values": np.zeros((1, 3, 2, 2), np.float32)}, "dimension"),
        ("crops", "logits", {"wrong": np.zeros((1, 3, 144, 144), np.float32)}, "wrong"),
    ],
    ids=["unknown model", "unknown output", "wrong shape", "wrong name"],
)
def test_what_it_refuses(server, name, output, pixels, said):
    with pytest.raises(ModelError) as error:
        RemoteModel(server.url, name).run([output], pixels)
    assert error.value.code == "model_refused"
    assert said in str(error.value.__cause__)


def test_it_goes_and_comes_back(server, remote, leaf):
    before = remote.diagnose(leaf)
    server.stop()
    try:
        with pytest.raises(ModelError, match="AI đang bận") as error:
            remote.diagnose(leaf)
        assert error.value.code == "model_unreachable"
    finally:
        server.start()
    again = remote.diagnose(leaf)
    assert again.label == before.label
    assert again.confidence == pytest.approx(before.confidence, abs=1e-5)
