"""A simulated province with known gains on many laptops: how long the report takes, and whether its intervals hold the truth.

::

    python benchmarks/province.py                    # 20 courses, 2,000 learners, 12 laptops
    python benchmarks/province.py --out FOLDER       # and keep databases and report
    python benchmarks/province.py --repeat 200       # how often the intervals hold the truth, without databases

Every figure in here is invented. A learner answers a question right with the chance ``guess + (1 - guess) * logistic(ability + skill)``;
the course raises the skill of each competency by an amount that is drawn once. The true gain is the mean over very many learners.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from ailab.course.analysis import OVERALL, bootstrap_interval, gains
from ailab.course.bank import QUESTIONS, Bank, load_bank
from ailab.course.codes import ALPHABET, first_form, read_code
from ailab.course.merge import merge
from ailab.course.report import write_report
from ailab.course.store import Store, questions_of
from ailab.course.tables import Answer, Participant

_GUESS = 0.2
_COURSES, _LEARNERS, _LAPTOPS = 20, 2000, 12
_ABSENT = 0.1  # of the learners leave before the second test
_LIFTS = (0.0, 0.3, 0.6, 0.9, 1.2, 1.5)  # in units of the ability: from nothing to much
_BEGIN = dt.datetime(2026, 3, 2, 1, 0)  # noqa: DTZ001 - as in the database
_SECTORS = ("agriculture", "tourism", "admin", "education")


class World:
    """The truth.

    Parameters
    ----------
    competencies : list of str
    questions : list of str
    seed : int
    between : float, default=0
        Standard deviation of what a course does, from course to course.
    """

    def __init__(self, competencies: list[str], questions: list[str], seed: int, between: float = 0.0) -> None:
        self.rng = np.random.default_rng(seed)
        self.skill = {name: self.rng.normal(-0.5, 0.4) for name in competencies}
        self.lift = {name: _LIFTS[index % len(_LIFTS)] for index, name in enumerate(competencies)}
        self.hardness = {question: self.rng.normal(0, 0.3) for question in questions}
        self.between = between

    def chance(self, ability, competency: str, question: str, phase: str, extra: float = 0.0):
        level = self.skill[competency] - self.hardness[question] + ability + (phase == "after") * (self.lift[competency] + extra)
        return _GUESS + (1 - _GUESS) / (1 + np.exp(-level))

    def true_gain(self, pairs: list[dict[str, str]], competency: str) -> float:
        """Mean over very many learners, half of whom get each form first."""
        ability = np.random.default_rng(1).normal(0, 1, 200_000)
        extra = np.random.default_rng(2).normal(0, self.between, 200_000) if self.between else 0.0
        meant = [pair for pair in pairs if competency in {OVERALL, pair["competency"]}]
        each = [
            (self.chance(ability, p["competency"], p[side], "after", extra) - self.chance(ability, p["competency"], p[side], "before")).mean()
            for p in meant
            for side in "ab"
        ]
        return float(np.mean(each))


def stand_in_bank(competencies: int = 6, pairs: int = 4) -> Bank:
    """A bank to simulate with where there is none yet."""
    options = {letter: {"vi": letter, "en": letter} for letter in "abcd"}
    questions = [
        {"id": f"k{c}-{p}{s}", "competency": f"k{c}", "pair": f"k{c}-{p}", "sectors": [], "text": {"vi": f"Câu {c}.{p}{s}", "en": f"Item {c}.{p}{s}"},
         "options": options, "answer": "a", "stance": "use", "why": options["a"]}
        for c in range(competencies) for p in range(pairs) for s in "xy"
    ]  # fmt: skip
    names = {f"k{c}": {"name": {"vi": f"Năng lực thử {c + 1}", "en": f"Simulated competency {c + 1}"}} for c in range(competencies)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bank.json"
        path.write_text(json.dumps({"competencies": names, "questions": questions}), encoding="utf-8")
        return load_bank(path)


def _code(rng, form: str) -> str:
    """A code that the seed decides; those of ailab are secret."""
    while True:
        code = "".join(ALPHABET[place] for place in rng.integers(len(ALPHABET), size=6))
        if read_code(code) and first_form(code) == form:
            return code


def simulate(world: World, bank: Bank, folder: Path, *, courses: int, learners: int, laptops: int) -> list[tuple[list[dict[str, str]], int]]:
    """Hold the courses, and write one database a laptop. The first course runs on two of them. Returns the pairs and learners of each course."""
    stores = [Store(str(folder / f"laptop-{number:02d}.sqlite3")) for number in range(laptops)]
    held = []
    for number in range(courses):
        size = learners // courses + (number < learners % courses)
        begin = _BEGIN + dt.timedelta(days=7 * number)
        options = {"sector": _SECTORS[number % 4], "title": f"Lớp mô phỏng {number + 1}", "learners": size, "place": f"Xã {number + 1}"}
        main = stores[number % laptops]
        course = main.new_course(bank, code=_code(world.rng, "a"), **options)
        rooms = [main]
        if number == 0 and laptops > 1:
            stores[1].new_course(bank, code=course.code, **options)
            rooms.append(stores[1])
        extra = world.rng.normal(0, world.between) if world.between else 0.0
        for part, store in enumerate(rooms):
            store.open_test(course.code, "before", begin.date())
            _class(world, bank, store, course, range(part, size, len(rooms)), begin, extra)
            store.end_course(course.code, begin.date(), size)
        held.append((course.pairs, size))
    for store in stores:
        store.close()
    return held


def _class(world: World, bank: Bank, store: Store, course, numbers, begin: dt.datetime, extra: float) -> None:
    people = []
    for number in numbers:
        person = Participant(course_uuid=course.uuid, code=_code(world.rng, "ab"[number // 2 % 2]))
        people.append((person, world.rng.normal(0, 1), world.rng.random() < _ABSENT))
    with store.session.begin() as session:
        session.add_all(person for person, _ability, _absent in people)
        session.flush()
        for phase, hours in (("before", 0), ("after", 6)):
            for number, (person, ability, absent) in enumerate(people):
                if phase == "after" and absent:
                    continue
                for index, question in enumerate(questions_of(course, person.code, phase)):
                    asked = bank.questions[question]
                    right = bool(world.rng.random() < world.chance(ability, asked.competency, question, phase, extra))
                    chosen = asked.answer if right else "abcd".replace(asked.answer, "")[0]
                    when = begin + dt.timedelta(hours=hours, seconds=number + 20 * index)
                    session.add(Answer(participant_id=person.id, phase=phase, question=question, chosen=chosen, right=right, answered_at=when))


def truth(world: World, held: list[tuple[list[dict[str, str]], int]], names: list[str]) -> dict[str, float]:
    """True gain of each competency, over the courses that asked for it."""
    found = {}
    for name in names:
        asked = [(pairs, size) for pairs, size in held if any(name in {OVERALL, pair["competency"]} for pair in pairs)]
        found[name] = float(np.average([world.true_gain(pairs, name) for pairs, _size in asked], weights=[size for _pairs, size in asked]))
    return found


def coverage(repeat: int, *, between: float, by_course: bool, seed: int = 0) -> float:
    """Share of intervals that hold the truth: one competency of two questions, 20 courses, without databases."""
    world = World(["k"], ["x1", "y1", "x2", "y2"], seed, between)
    pairs = [{"competency": "k", "a": "x1", "b": "y1"}, {"competency": "k", "a": "x2", "b": "y2"}]
    world.lift["k"] = 0.9
    true = world.true_gain(pairs, "k")
    inside = 0
    groups = np.arange(_LEARNERS) // (_LEARNERS // _COURSES)
    for run in range(repeat):
        ability = world.rng.normal(0, 1, _LEARNERS)
        extra = np.repeat(world.rng.normal(0, between, _COURSES), _LEARNERS // _COURSES) if between else 0.0
        scores = []
        for sides in ("ab", "ba"):
            shares = [
                np.mean([world.rng.random(_LEARNERS) < world.chance(ability, "k", pair[side], phase, extra) for pair in pairs], axis=0)
                for phase, side in zip(("before", "after"), sides, strict=True)
            ]
            scores.append(shares[1] - shares[0])
        difference = np.where(np.arange(_LEARNERS) % 2, *scores)
        low, high = bootstrap_interval(difference[:, None], seed=run, draws=1000, groups=groups if by_course else None)
        inside += bool(low[0] <= true <= high[0])
    return inside / repeat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="keep databases and report here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=0, help="count how often the intervals hold the truth, in so many provinces")
    arguments = parser.parse_args()
    if arguments.repeat:
        for between in (0.0, 0.3):
            for by_course in (False, True):
                share = coverage(arguments.repeat, between=between, by_course=by_course, seed=arguments.seed)
                unit = "course" if by_course else "learner"
                print(f"courses differ by {between}, bootstrap by {unit}: {100 * share:.1f} % of {arguments.repeat} intervals of 95 % hold the truth")
        return
    try:
        bank = load_bank()
    except Exception as error:  # noqa: BLE001 - none yet, or one that somebody is writing
        print(f"stand-in bank ({error})")
        bank = stand_in_bank()
    world = World(sorted(bank.competencies), sorted(bank.questions), arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.out or Path(scratch)
        data = folder / "databases"
        data.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        held = simulate(world, bank, data, courses=_COURSES, learners=_LEARNERS, laptops=_LAPTOPS)
        print(f"simulated in {time.perf_counter() - start:.1f} s, {sum(p.stat().st_size for p in data.iterdir()) / 2**20:.1f} MiB")
        start = time.perf_counter()
        results = merge([data])
        merged = time.perf_counter() - start
        write_report(results, bank, folder / "report", today=dt.date(2026, 12, 1), plan=(_COURSES, _LEARNERS))
        print(
            f"merged in {merged:.2f} s, with the report {time.perf_counter() - start:.2f} s; {len(results.courses)} courses, {len(results.learners)} learners"
        )
        assert (len(results.courses), len(results.learners), results.problems) == (_COURSES, _LEARNERS, [])
        found = gains(results)
        true = truth(world, held, [gain.competency for gain in found])
        inside = 0
        for gain in found:
            real = true[gain.competency]
            holds = gain.low <= real <= gain.high
            inside += holds
            bounds = f"[{100 * gain.low:+5.1f}, {100 * gain.high:+5.1f}] {'inside' if holds else 'OUTSIDE'}"
            name = gain.competency or f"all {QUESTIONS} questions"
            print(f"{name:24} n={gain.learners:4d} true {100 * real:+5.1f}, report {100 * gain.gain:+5.1f} {bounds}")
        print(f"{inside} of {len(found)} true gains are inside their intervals")


if __name__ == "__main__":
    main()
