"""The process that holds the models: ``python -m ailab.inference --model crops=FOLDER``."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
import tornado.web

from ailab import __version__
from ailab.inference.protocol import HEADER_LENGTH, ProtocolError, pack, unpack
from ailab.memory import TRIM_SECONDS, one_heap, trim
from ailab.vision import verified_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Model", "application", "main"]

_LARGEST_BODY = 64 * 2**20
_WAITING = 200  # requests; what comes beyond is told to come again
_TYPES = {
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
    "tensor(float16)": "FP16",
    "tensor(int64)": "INT64",
    "tensor(int32)": "INT32",
    "tensor(uint8)": "UINT8",
}


class Model:
    """An ONNX model that is run by one thread at a time.

    Parameters
    ----------
    name : str
    folder : Path
        Holds ``model.onnx`` and ``SHA256SUMS``, which is checked.
    threads : int, default=1
        Processor threads for one request.
    waiting : int, default=200
        Most requests that may wait.
    """

    def __init__(self, name: str, folder: Path, *, threads: int = 1, waiting: int = _WAITING) -> None:
        self.name, self.waiting, self.queued = name, waiting, 0
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep what the largest request needed; no slower for networks as small as ours
        self.session = onnxruntime.InferenceSession(verified_file(folder), options, providers=["CPUExecutionProvider"])
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"model-{name}")

    def metadata(self) -> dict[str, Any]:
        """As the protocol wants it."""

        def tensors(nodes: list[Any]) -> list[dict[str, Any]]:
            return [{"name": n.name, "datatype": _TYPES.get(n.type, "BYTES"), "shape": [d if isinstance(d, int) else -1 for d in n.shape]} for n in nodes]

        inputs, outputs = tensors(self.session.get_inputs()), tensors(self.session.get_outputs())
        return {"name": self.name, "versions": ["1"], "platform": "onnxruntime_onnx", "inputs": inputs, "outputs": outputs}

    async def run(self, inputs: dict[str, NDArray[Any]], outputs: list[str]) -> dict[str, NDArray[Any]]:
        """Run the model when it is this request's turn; raises ProtocolError if it does not fit the model, BusyError if too many wait."""
        if self.queued >= self.waiting:
            raise BusyError
        known = [node.name for node in self.session.get_outputs()]
        names = outputs or known
        if unknown := sorted(set(names) - set(known)):
            raise ProtocolError(f"no output {unknown[0]!r}; there are {', '.join(known)}")
        self.queued += 1
        try:
            values = await asyncio.get_running_loop().run_in_executor(self._worker, self.session.run, names, inputs)
        except Exception as error:  # ONNX Runtime's own types for a wrong name, shape or type are not public
            raise ProtocolError(str(error)) from error
        finally:
            self.queued -= 1
        return {name: np.asarray(value) for name, value in zip(names, values, strict=True)}


class BusyError(Exception):
    """Too many requests wait."""


class _Handler(tornado.web.RequestHandler):
    """Answers in JSON, errors too."""

    @property
    def models(self) -> dict[str, Model]:
        found: dict[str, Model] = self.settings["models"]
        return found

    def model(self, name: str) -> Model:
        if name not in self.models:
            raise tornado.web.HTTPError(404, reason=f"no model {name!r}")
        return self.models[name]

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", "application/json")

    def write_error(self, status_code: int, **_kwargs: Any) -> None:  # noqa: ARG002 - tornado's signature
        self.finish(json.dumps({"error": self._reason}))


class _Server(_Handler):
    def get(self) -> None:
        self.finish(json.dumps({"name": "ailab", "version": __version__, "extensions": ["binary_tensor_data"]}))


class _Health(_Handler):
    def get(self) -> None:
        self.finish(json.dumps({"live": True, "ready": True}))


class _Metadata(_Handler):
    def get(self, name: str) -> None:
        self.finish(json.dumps(self.model(name).metadata()))


class _Ready(_Handler):
    def get(self, name: str) -> None:
        self.finish(json.dumps({"name": self.model(name).name, "ready": True}))


class _Infer(_Handler):
    async def post(self, name: str) -> None:
        model = self.model(name)
        try:
            length = self.request.headers.get(HEADER_LENGTH)
            head, inputs = unpack(self.request.body, int(length) if length else None, "inputs")
            wanted = head.get("outputs", [])
            outputs = await model.run(inputs, [str(output["name"]) for output in wanted])
            settings = [
                head.get("parameters", {}).get("binary_data_output", False),
                *(output.get("parameters", {}).get("binary_data", False) for output in wanted),
            ]
        except BusyError:
            self.set_header("Retry-After", "1")
            raise tornado.web.HTTPError(503, reason="too many requests wait") from None
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self.set_status(400)
            self.finish(json.dumps({"error": str(error)}))
            return
        answer = {"model_name": model.name, "model_version": "1"} | ({"id": head["id"]} if "id" in head else {})
        body, size = pack(answer, "outputs", outputs, binary=any(settings))
        if any(settings):
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header(HEADER_LENGTH, str(size))
        self.finish(body)


def application(models: list[Model]) -> tornado.web.Application:
    """The addresses of the Open Inference Protocol."""
    name = r"/v2/models/([^/]+)(?:/versions/[^/]+)?"
    handlers = [
        (r"/v2/?", _Server), (r"/v2/health/(?:live|ready)", _Health), (name, _Metadata), (rf"{name}/ready", _Ready), (rf"{name}/infer", _Infer),
    ]  # fmt: skip
    return tornado.web.Application(handlers, models={model.name: model for model in models}, log_function=lambda _handler: None)


async def _serve(models: list[Model], host: str, port: int, *, stay: bool) -> None:
    server = tornado.httpserver.HTTPServer(application(models), max_body_size=_LARGEST_BODY)
    sockets = tornado.netutil.bind_sockets(port, host)
    server.add_sockets(sockets)
    print(json.dumps({"port": sockets[0].getsockname()[1]}), flush=True)
    tornado.ioloop.PeriodicCallback(trim, 1000 * TRIM_SECONDS).start()
    if stay:
        await asyncio.Event().wait()
    # Whoever started this process holds the other end: when it is gone, nobody needs the models.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main(argv: list[str] | None = None) -> None:
    """Serve until standard input is closed, or with ``--stay`` until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m ailab.inference", description=__doc__)
    parser.add_argument("--model", action="append", required=True, metavar="NAME=FOLDER")
    parser.add_argument("--port", type=int, default=0, help="0: any free one; it is printed as JSON")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--stay", action="store_true", help="go on when standard input is closed, as under JupyterHub, systemd or Kubernetes")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    one_heap()
    # Ctrl-C in the terminal is for the classroom, which then closes our input. JupyterHub ends its services by this signal.
    signal.signal(signal.SIGINT, signal.SIG_DFL if args.stay else signal.SIG_IGN)
    pairs = [text.partition("=") for text in args.model]
    models = [Model(name, Path(folder), threads=args.threads) for name, _equals, folder in pairs]
    asyncio.run(_serve(models, args.host, args.port, stay=args.stay))
