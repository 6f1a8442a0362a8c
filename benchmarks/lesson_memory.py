"""What a learner costs who uses a lesson: ``python benchmarks/lesson_memory.py``.

For each lesson a real server, and learners who come one after the other and press, type and choose at random. Memory is what processes have
for themselves, and their part of what they share (Linux only); printed is what the last learners added, and what the first did, who comes
before the server has imported anything for the lesson.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import contenders, footprint, running
from classroom_hours import Student, photos
from classroom_visitors import percentile

from ailab.classroom.dashboards import find_dashboards

if TYPE_CHECKING:
    import psutil

CALM_SECONDS = 6  # the pool has made a page by then, and freed memory has been given back


async def learn(url: str, server: psutil.Process, lesson: str, *, learners: int, acts: int) -> tuple[list[float], list[float], list[float]]:
    """Memory in MB after each learner, the first being what the server takes alone; seconds to each page, and to each act."""
    memory, usable, clicks = [footprint(server)[0]], [], []
    present = []
    for seed in range(learners):
        random.seed(seed)
        student = Student(f"{url}voila/render/{lesson}", photos=photos())
        await student.arrive()
        for _act in range(acts):
            if not student.error:
                await student.act()
        if student.error:
            raise SystemExit(f"{lesson}: {student.error}")
        present.append(student)
        usable.append(student.usable)
        clicks.append(max(student.clicks))
        await asyncio.sleep(CALM_SECONDS)
        memory.append(footprint(server)[0])
    for student in present:
        student.leave()
    return memory, usable, clicks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--learners", type=int, default=5)
    parser.add_argument("--acts", type=int, default=40)
    parser.add_argument("--only", nargs="*", default=None, metavar="LESSON", help="beginnings of paths, such as admin/04")
    args = parser.parse_args()
    contender = contenders()["ailab-unprepared"]
    print("| lesson | first learner, MB | each of the next, MB | page there, first / next, s | longest act, first / next, s |\n|---|---|---|---|---|")
    for dashboard in find_dashboards("vi"):
        if args.only is not None and not dashboard.path.startswith(tuple(args.only)):
            continue
        with tempfile.TemporaryDirectory() as work:
            contender.environment["AILAB_LOG"] = str(Path(work) / "ailab.log")
            with running(contender, Path(work)) as (url, server):
                time.sleep(1)
                memory, usable, clicks = asyncio.run(learn(url.partition("voila/")[0], server, dashboard.path, learners=args.learners, acts=args.acts))
        next_ = (memory[-1] - memory[1]) / (args.learners - 1)
        pages, acts = ((values[0], percentile(values[1:], 0.5)) for values in (usable, clicks))
        print(f"| {dashboard.path} | {memory[1] - memory[0]:.0f} | {next_:.0f} | {pages[0]:.2f} / {pages[1]:.2f} | {acts[0]:.2f} / {acts[1]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
