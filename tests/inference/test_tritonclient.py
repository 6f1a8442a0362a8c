"""Our server, asked by somebody else's client of the same protocol. In a process of its own: the client brings gevent."""

import json
import subprocess
import sys

import numpy as np
import pytest

from ailab import vision

ASK = """
import json, sys
import numpy as np
import tritonclient.http as triton

client = triton.InferenceServerClient(sys.argv[1])
pixels = np.load(sys.argv[2])
given = triton.InferInput("pixel_values", list(pixels.shape), "FP32")
given.set_data_from_numpy(pixels, binary_data=sys.argv[3] == "binary")
wanted = [triton.InferRequestedOutput(name, binary_data=sys.argv[3] == "binary") for name in ("logits", "novelty")]
found = client.infer("crops", [given], outputs=wanted, request_id="7")
said = {"live": client.is_server_live(), "ready": client.is_model_ready("crops"), "id": found.get_response()["id"]}
said["inputs"] = client.get_model_metadata("crops")["inputs"]
said["logits"], said["novelty"] = found.as_numpy("logits").tolist(), found.as_numpy("novelty").tolist()
try:
    client.infer("nothing", [given])
except triton.InferenceServerException as error:
    said["refused"] = [error.status(), error.message()]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "ailab.inference", "--model", f"crops={vision.BUNDLED}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield f"127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        process.stdin.close()


@pytest.mark.parametrize("form", ["binary", "json"])
def test_an_independent_client(address, leaf, tmp_path, form):
    backbone = vision.Backbone(vision.BUNDLED)
    pixels = np.stack([backbone.prepare(leaf), backbone.prepare(leaf.rotate(90))])
    np.save(tmp_path / "pixels.npy", pixels)
    run = subprocess.run([sys.executable, "-c", ASK, address, str(tmp_path / "pixels.npy"), form], capture_output=True, text=True, check=True)
    said = json.loads(run.stdout)
    logits, _evidence, novelty = backbone.run(pixels)
    np.testing.assert_allclose(said["logits"], logits, atol=1e-4)
    np.testing.assert_allclose(said["novelty"], novelty, atol=1e-4)
    assert said["live"]
    assert said["ready"]
    assert said["id"] == "7"
    assert said["inputs"] == [{"name": "pixel_values", "datatype": "FP32", "shape": [-1, 3, 144, 144]}]
    assert said["refused"] == ["404", "no model 'nothing'"]
