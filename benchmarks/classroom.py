"""Measure a class on one laptop: ``python benchmarks/classroom.py --visitors 40 --within 10``.

Starts the real server and three others, one after the other, and sends visitors without a browser, and one real Chromium, to each:
`ailab serve` with the lesson prepared and not, both with and without forking, stock Voila with the same dashboard in lean kernels, stock
Voila with kernels that load torch and transformers, and a Gradio app on the same model. Prints a table, CPU seconds and memory a visitor;
``--plot FILE.svg`` draws waiting time and memory.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import math
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from classroom_visitors import GradioVisitor, Visitor, percentile

from ailab import samples
from ailab.classroom import notebooks_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

LESSON = "agriculture/01_kham_benh_la.ipynb"
GRADIO = """
import sys, gradio as gr
from ailab import CropClassifier
classifier = CropClassifier()
def predict(path):
    d = classifier.diagnose(path)
    return dict([(d.label, d.confidence), *d.alternatives[:4]])
gr.Interface(predict, gr.Image(type="filepath"), gr.Label(), flagging_mode="never", api_name="predict").queue(default_concurrency_limit=2).launch(
    server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
"""


@dataclass
class Contender:
    """A server to start: its command, and what to add to its environment and to the notebook."""

    name: str
    command: list[str]
    environment: dict[str, str]
    prelude: str = ""
    gradio: bool = False
    prepared: bool = False


def contenders(gradio: str = sys.executable, *, visitors: int = 40) -> dict[str, Contender]:
    """The servers, by short name; ``{port}`` and ``{folder}`` are filled in. ``gradio``: a Python that has it."""
    ailab = [sys.executable, "-m", "ailab", "serve", "--no-browser", "--host", "127.0.0.1", "--port", "{port}", "--notebooks", "{folder}"]
    voila = [sys.executable, "-m", "voila", "{folder}", "--no-browser", "--port", "{port}", "--Voila.ip=127.0.0.1"]
    prepare = ["--learners", str(visitors + 1), "--prepare", LESSON]  # one more for the real browser
    return {
        "ailab": Contender("ailab serve, prepared", [*ailab, *prepare], {}, prepared=True),
        "ailab-unprepared": Contender("ailab serve", ailab, {}),
        "ailab-no-fork": Contender("prepared, without forking", [*ailab, *prepare], {"AILAB_FORK": "no"}, prepared=True),
        "ailab-no-fork-unprepared": Contender("ailab serve, without forking", ailab, {"AILAB_FORK": "no"}),
        "voila-lean": Contender("stock Voila, lean kernels", voila, {}),
        "voila-heavy": Contender("stock Voila, kernels with torch and transformers", voila, {}, prelude="import torch, transformers"),
        "gradio": Contender("Gradio, one process", [gradio, "-c", GRADIO, "{port}"], {"GRADIO_ANALYTICS_ENABLED": "False"}, gradio=True),
    }


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextlib.contextmanager
def running(contender: Contender, work: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Start a server and wait until it answers."""
    folder, port = work / contender.name.replace(" ", "_"), free_port()
    shutil.copytree(notebooks_dir(), folder)
    if contender.prelude:
        path = folder / LESSON
        notebook = json.loads(path.read_text("utf-8"))
        first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        first["source"] = [f"{contender.prelude}\n", *first["source"]]
        path.write_text(json.dumps(notebook), "utf-8")
    command = [part.format(port=port, folder=folder) if "{" in part and len(part) < 100 else part for part in contender.command]
    began = time.monotonic()
    with (work / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | contender.environment, stdout=log, stderr=log)  # noqa: S603 - all of it is written above
    url = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{contender.name} does not start: see {work / 'server.log'}") from None
                time.sleep(0.2)
        time.sleep(5)  # what it prepares beforehand, it may prepare
        while contender.prepared and not _is_prepared(url, (work / "server.log").read_text("utf-8")):
            time.sleep(0.5)
        if contender.prepared:
            print(f"  prepared {time.monotonic() - began:.0f} s after the start", file=sys.stderr)
        yield (url if contender.gradio else f"{url}voila/render/{LESSON}"), psutil.Process(process.pid)
    finally:
        tree = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        process.terminate()
        psutil.wait_procs(tree, timeout=15)
        for left in tree:
            with contextlib.suppress(psutil.Error):
                left.kill()


def _is_prepared(url: str, said: str) -> bool:
    """Whether all pages are ready, as the trainer's page shows it."""
    token = re.search(r"/trainer/([\w-]+)", said)
    assert token is not None
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}trainer/{token.group(1)}/state", timeout=30) as answer:
        return all(lesson["ready"] >= lesson["wanted"] for lesson in json.load(answer)["lessons"])


def footprint(server: psutil.Process) -> tuple[float, float, int]:
    """PSS in MB (RSS where the system has none), CPU seconds and number of processes of a server and all below it."""
    memory = cpu = 0.0
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        with contextlib.suppress(psutil.Error):
            full = process.memory_full_info()
            memory += getattr(full, "pss", full.rss) / 2**20
            cpu += sum(process.cpu_times()[:2])
    return memory, cpu, len(processes)


async def measure(url: str, server: psutil.Process, *, gradio: bool, count: int, within: float, rounds: int, every: float, browser: bool) -> dict[str, float]:
    """Let visitors arrive, send photos at their own pace, then all at once."""
    photos = []
    for condition in ("rust", "healthy", "phoma"):
        photo = io.BytesIO()
        samples.draw_leaf("coffee", condition, 1).resize((480, 360)).save(photo, "JPEG", quality=85)
        photos.append(photo.getvalue())
    visitors = [GradioVisitor(url, photos[0]) if gradio else Visitor(url, photos[0], photos=tuple(photos)) for _ in range(count)]
    memory_before, cpu_before, _n = footprint(server)

    async def arrive(i: int) -> None:
        await asyncio.sleep(within * i / max(count - 1, 1))
        await visitors[i].arrive()

    async def work(visitor: Visitor | GradioVisitor) -> None:
        for _ in range(rounds):
            await asyncio.sleep(random.random() * 2 * every)
            await visitor.click()

    seen = asyncio.create_task(asyncio.to_thread(chromium, url)) if browser and not gradio else None
    await asyncio.gather(*(arrive(i) for i in range(count)))
    _memory, cpu_arrived, _n = footprint(server)
    await asyncio.gather(*(work(visitor) for visitor in visitors))
    clicks = [seconds for visitor in visitors for seconds in visitor.clicks]
    began = time.perf_counter()
    await asyncio.gather(*(visitor.click() for visitor in visitors))
    burst = time.perf_counter() - began
    await asyncio.sleep(8)  # a class pauses, too: what was needed for the last photo is given back
    memory, _cpu, processes = footprint(server)
    figures = {
        "usable_p50": percentile([v.usable for v in visitors if not v.error], 0.5),
        "usable_p95": percentile([v.usable for v in visitors if not v.error], 0.95),
        "click_p50_ms": 1000 * percentile(clicks, 0.5), "click_p95_ms": 1000 * percentile(clicks, 0.95), "burst": burst,
        "memory_mb": memory, "memory_per_visitor_mb": (memory - memory_before) / count, "cpu_per_visitor": (cpu_arrived - cpu_before) / count,
        "processes": processes, "errors": sum(bool(v.error) for v in visitors),
    }  # fmt: skip
    if seen:
        figures["chromium"] = await seen
    for error in sorted({v.error for v in visitors if v.error}):
        print(f"  {error}", file=sys.stderr)
    for visitor in visitors:
        visitor.leave()
    return figures


def chromium(url: str) -> float:
    """Seconds until a real browser shows the photo button."""
    from playwright.sync_api import sync_playwright

    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet.split())
        page = browser.new_page(viewport={"width": 390, "height": 844})
        began = time.perf_counter()
        page.goto(url, timeout=300_000)
        page.locator(".ailab-strip button").first.wait_for(timeout=300_000)
        seconds = time.perf_counter() - began
        browser.close()
    return seconds


ROWS = {
    "usable_p50": ("page usable after, p50", "{:.2f} s"),
    "usable_p95": ("page usable after, p95", "{:.2f} s"),
    "chromium": ("the same, one real Chromium", "{:.2f} s"),
    "click_p50_ms": ("photo answered, p50", "{:.0f} ms"),
    "click_p95_ms": ("photo answered, p95", "{:.0f} ms"),
    "burst": ("all photos at once: the last after", "{:.2f} s"),
    "memory_mb": ("memory of everything (PSS)", "{:.0f} MB"),
    "memory_per_visitor_mb": ("memory a visitor adds", "{:.0f} MB"),
    "cpu_per_visitor": ("CPU of the server a visit", "{:.2f} s"),
    "errors": ("visitors who failed", "{:.0f}"),
}


def table(results: dict[str, dict[str, float]]) -> str:
    """Markdown table; in brackets the ratio to the first column."""
    names = list(results)
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for key, (title, form) in ROWS.items():
        cells, first = [], results[names[0]].get(key, float("nan"))
        for name in names:
            value = results[name].get(key, float("nan"))
            ratio = f" ({value / first:.1f}x)" if name != names[0] and first and not math.isnan(value) and key != "errors" else ""
            cells.append("-" if math.isnan(value) else form.format(value) + ratio)
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(results: dict[str, dict[str, float]]) -> str:
    """Picture of the waiting time, on a logarithmic scale, and of the memory."""
    panels = (("page usable after, p50 and p95 (s)", ("usable_p50", "usable_p95"), 0.01), ("memory of everything (MB)", ("memory_mb",), 100.0))
    names, left, row, wide = list(results), 230, 34, 300
    parts = []
    for number, (title, keys, least) in enumerate(panels):
        x = left + number * (wide + 70)
        most = max(results[name].get(key, least) for name in names for key in keys)
        scale = wide / math.log(max(most / least, 2.0))
        parts.append(f'<text x="{x}" y="20" font-weight="bold">{title}</text>')
        for i, name in enumerate(names):
            for j, key in enumerate(keys):
                value = results[name].get(key, float("nan"))
                if math.isnan(value):
                    continue
                height, y = 22 / len(keys), 36 + row * i + 22 / len(keys) * j
                length = max(2.0, scale * math.log(max(value / least, 1.0)))
                parts.append(f'<rect x="{x}" y="{y:.0f}" width="{length:.0f}" height="{height - 1:.0f}" fill="{("#7fb08d", "#1d6b3a")[j]}"/>')
                parts.append(f'<text x="{x + length + 4:.0f}" y="{y + height - 1:.0f}" font-size="11">{value:.3g}</text>')
    labels = [f'<text x="{left - 8}" y="{51 + row * i}" text-anchor="end">{name}</text>' for i, name in enumerate(names)]
    size = f'viewBox="0 0 {left + 2 * (wide + 70)} {44 + row * len(names)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">{"".join(parts + labels)}</svg>\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--visitors", type=int, default=40)
    parser.add_argument("--within", type=float, default=10.0, help="seconds over which they arrive")
    parser.add_argument("--rounds", type=int, default=4, help="photos that each sends at its own pace")
    parser.add_argument("--every", type=float, default=5.0, help="mean seconds between them")
    parser.add_argument("--only", nargs="*", choices=list(contenders()), default=list(contenders()))
    parser.add_argument("--no-browser", action="store_true", help="without the real Chromium")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw it as well")
    parser.add_argument("--gradio", default=sys.executable, metavar="PYTHON", help="a Python with ailab and Gradio (default: this one)")
    args = parser.parse_args()
    results = {}
    for key in args.only:
        contender = contenders(args.gradio, visitors=args.visitors)[key]
        with tempfile.TemporaryDirectory() as work, running(contender, Path(work)) as (url, server):
            print(f"{contender.name} …", file=sys.stderr, flush=True)
            options = {"count": args.visitors, "within": args.within, "rounds": args.rounds, "every": args.every, "browser": not args.no_browser}
            results[contender.name] = asyncio.run(measure(url, server, gradio=contender.gradio, **options))
    if args.plot:
        args.plot.write_text(plot(results), encoding="utf-8")
    print(f"\n{args.visitors} visitors within {args.within:g} s, {os.cpu_count()} cores\n\n{table(results)}")


if __name__ == "__main__":
    main()
