"""A long class in all lessons: ``python benchmarks/classroom_hours.py --minutes 120``.

Forty places at the real server. Whoever sits on one opens a lesson, presses its buttons, types, chooses, sends photos, leaves after a while
(sometimes without a word, as a phone does whose battery is empty), and somebody else comes, to the next lesson. Prints errors, visits and memory
every minute, and how much the memory grew. ``--pace 4`` lets the people be four times as fast: 30 minutes then hold the visits of two hours.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import itertools
import math
import random
import re
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom import contenders, footprint, running
from classroom_visitors import Visitor, percentile

from ailab import samples
from ailab.classroom.dashboards import find_dashboards
from ailab.i18n import gettext, using

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

TEXTS = ("Ruộng nhà tôi bị vàng lá thì làm sao?", "Cầu bản bị hỏng, đề nghị xã sửa trước ngày 30/11/2026.", "a", "12", "")
#: What a learner reads when a handler failed.
with using("vi"):
    SORRY = gettext("Something went wrong inside the program. What you did is kept. Try again; if it happens again, tell the trainer.")


@dataclass
class Student(Visitor):
    """A learner who tries everything that a lesson shows."""

    photo: bytes = b""
    acts: int = 0
    _models: dict[str, Any] = field(default_factory=dict)

    async def arrive(self) -> None:
        """Open the lesson."""
        began = time.perf_counter()
        try:
            self._models = await self.join()
            self.usable = time.perf_counter() - began
        except Exception as error:  # noqa: BLE001 - a failed visitor is a figure
            self.error = f"arriving: {type(error).__name__}: {error}"

    async def act(self) -> None:
        """Do something, and wait until the lesson has dealt with it."""
        began = time.perf_counter()
        try:
            if self.acts and self.acts % 8 == 0:  # the phone was locked: the page joins again, and sees what is new
                self.leave()
                self._models = await self.connect()
            name, model, data, buffers = random.choice(list(self._possible()))
            self.acts += 1
            cause = await self._send("comm_msg", {"comm_id": name, "data": data}, buffers=buffers)
            outcome = await self._until(lambda message: self._heard(message) and message["parent"].get("msg_id") == cause and _outcome(message))
            self.clicks.append(time.perf_counter() - began)
            if outcome != "idle":
                self.error = f"{model['model_name']} {model['state'].get('description', '')}: {outcome}"
        except Exception as error:  # noqa: BLE001 - as above
            self.error = f"{type(error).__name__}: {error}"

    def _heard(self, message: dict[str, Any]) -> bool:
        """Keep what a page would know of its widgets by now."""
        content = message["content"]
        state = content.get("data", {}).get("state", {}) if message["header"]["msg_type"] in {"comm_open", "comm_msg"} else {}
        if state:
            model = self._models.setdefault(content["comm_id"], {"model_name": state.get("_model_name", ""), "state": {}})
            model["state"] |= state
        return True

    def _possible(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any], list[bytes]]]:
        """What can be done: name and state of a widget, message, pieces of binary data."""
        for name in self._visible():
            model = self._models[name]
            kind, state = model["model_name"], model["state"]
            if {"max_side", "count", "filename"} <= set(state) and self.photos:
                update = {"count": state["count"] + self.acts + 1}
                yield name, model, {"method": "update", "state": update, "buffer_paths": [["photo"]]}, [random.choice(self.photos)]
            elif state.get("disabled"):
                continue
            elif kind == "ButtonModel":
                yield name, model, {"method": "custom", "content": {"event": "click"}}, []
            elif kind in {"TextModel", "TextareaModel"}:
                yield name, model, {"method": "update", "state": {"value": random.choice(TEXTS)}, "buffer_paths": []}, []
            elif kind in {"DropdownModel", "ToggleButtonsModel", "RadioButtonsModel", "SelectModel"} and state.get("_options_labels"):
                chosen = random.randrange(len(state["_options_labels"]))
                yield name, model, {"method": "update", "state": {"index": chosen}, "buffer_paths": []}, []
            elif kind == "CheckboxModel":
                yield name, model, {"method": "update", "state": {"value": not state["value"]}, "buffer_paths": []}, []

    def _visible(self) -> Iterator[str]:
        """Names of the widgets that the page shows."""
        left = list(self.shown)
        while left:
            model = self._models.get(name := left.pop())
            if model is None:
                continue
            layout = self._models.get(_name(model["state"].get("layout") or ""), {"state": {}})
            if layout["state"].get("display") != "none":
                yield name
                left += [_name(child) for child in model["state"].get("children", [])]


def _name(reference: str) -> str:
    """Name of the widget that another one refers to."""
    return reference.removeprefix("IPY_MODEL_")


def _outcome(message: dict[str, Any]) -> str:
    """How an act ended, or an empty text while it goes on."""
    kind, content = message["header"]["msg_type"], message["content"]
    if kind == "error":
        return f"{content['ename']}: {content['evalue']}"
    if kind == "comm_msg" and SORRY in str(content["data"].get("state", {}).get("value", "")):
        return SORRY
    return "idle" if kind == "status" and content["execution_state"] == "idle" else ""


@dataclass
class Class:
    """What happened so far."""

    visits: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    usable: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)


def photos() -> tuple[bytes, ...]:
    """Three that differ."""
    found = []
    for condition in ("rust", "healthy", "phoma"):
        photo = io.BytesIO()
        samples.draw_leaf("coffee", condition, 1).resize((480, 360)).save(photo, "JPEG", quality=85)
        found.append(photo.getvalue())
    return tuple(found)


async def place(url: str, lessons: Iterator[str], room: Class, *, pace: float, end: float) -> None:
    """Those who sit on one place, one after the other."""
    await asyncio.sleep(random.random() * 60 / pace)
    pictures = photos()
    while time.monotonic() < end:
        lesson = next(lessons)
        student = Student(f"{url}voila/render/{lesson}", photos=pictures)
        await student.arrive()
        leaves = min(end, time.monotonic() + random.uniform(120, 600) / pace)
        while not student.error and time.monotonic() < leaves:
            await asyncio.sleep(random.random() * 10 / pace)
            await student.act()
        room.visits[lesson] += 1
        room.acts += student.clicks
        if not math.isnan(student.usable):  # it got in
            room.usable.append(student.usable)
        if student.error:
            room.errors.append(f"{lesson}: {student.error}")
        student.leave()
        if student.kernel and random.random() < 0.9:  # the others are noticed when they have been idle for too long
            with contextlib.suppress(OSError):
                await asyncio.to_thread(goodbye, url, student.kernel)
        await asyncio.sleep(random.random() * 20 / pace)


def goodbye(url: str, kernel: str) -> None:
    """What a page sends when it is closed."""
    request = urllib.request.Request(f"{url}voila/api/shutdown/{kernel}", data=b"", method="POST")  # noqa: S310 - of this machine
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60).close()


async def hold(url: str, server: psutil.Process, *, places: int, minutes: float, pace: float) -> tuple[Class, list[float]]:
    """The class, and the memory in MB after each minute."""
    room, memory, end = Class(), [], time.monotonic() + 60 * minutes
    lessons = itertools.cycle(dashboard.path for dashboard in find_dashboards("vi"))
    sitting = [asyncio.create_task(place(url, lessons, room, pace=pace, end=end)) for _ in range(places)]
    while time.monotonic() < end:
        await asyncio.sleep(min(60.0, max(0.1, end - time.monotonic())))
        used, _cpu, processes = footprint(server)
        memory.append(used)
        so_far = f"{room.visits.total():4d} visits  {len(room.acts):6d} acts  {len(room.errors)} errors"
        print(f"{len(memory):4d} min  {so_far}  {used:6.0f} MB  {processes} processes", flush=True)
    await asyncio.gather(*sitting)
    return room, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--places", type=int, default=40)
    parser.add_argument("--pace", type=float, default=1.0, help="how many times as fast as a real class")
    parser.add_argument("--without-fork", action="store_true")
    args = parser.parse_args()
    contender = contenders()["ailab-no-fork-unprepared" if args.without_fork else "ailab-unprepared"]
    with tempfile.TemporaryDirectory() as work:
        contender.environment["AILAB_LOG"] = str(Path(work) / "ailab.log")
        with running(contender, Path(work)) as (url, server):
            room, memory = asyncio.run(hold(url.partition("voila/")[0], server, places=args.places, minutes=args.minutes, pace=args.pace))
        log = Path(work) / "ailab.log"
        logged = re.findall(r"^[\d-]+ [\d:]+ ERROR .*", log.read_text("utf-8"), re.MULTILINE) if log.exists() else []
    quarter = max(1, len(memory) // 4)
    early, late = memory[quarter : 2 * quarter] or memory, memory[-quarter:]
    growth = (sum(late) / len(late)) / (sum(early) / len(early)) - 1
    print(f"\n{room.visits.total()} visits to {len(room.visits)} lessons, {len(room.acts)} acts, {len(room.errors)} errors, {len(logged)} in the log")
    print(f"lesson there after {percentile(room.usable, 0.5):.2f} / {percentile(room.usable, 0.95):.2f} s (p50, p95)")
    print(f"act dealt with after {1000 * percentile(room.acts, 0.5):.0f} / {1000 * percentile(room.acts, 0.95):.0f} ms (p50, p95)")
    print(f"memory, last quarter against the second: {100 * growth:+.1f} %")
    for error, times in Counter([*room.errors, *logged]).most_common():
        print(f"  {times}x {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
