import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class _Fake:
    """What the server says next, and what it was asked."""

    def __init__(self):
        self.content, self.raw, self.status, self.delay, self.drip, self.location = "Hầm có bốn gian.", None, 200, 0.0, False, ""
        self.finish = "stop"
        self.requests = []

    def reply(self):
        if self.raw is not None:
            return self.raw
        return json.dumps({"choices": [{"message": {"content": self.content}, "finish_reason": self.finish}]}).encode()


@pytest.fixture
def fake():
    state = _Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.requests.append((self.path, dict(self.headers), body))
            time.sleep(state.delay)
            data = state.reply()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(data)))
            if state.location:
                self.send_header("Location", state.location)
            self.end_headers()
            with contextlib.suppress(OSError):  # nobody waits for it any longer
                for piece in [data[at : at + 1] for at in range(len(data))] if state.drip else [data]:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(0.05 if state.drip else 0)

        def do_GET(self):
            state.requests.append((self.path, dict(self.headers), b""))
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
