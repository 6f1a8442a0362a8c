"""The simulation that the figures of the report are held against."""

import importlib.util
import sys
from pathlib import Path

import pytest

from ailab.course.analysis import OVERALL, gains
from ailab.course.merge import merge

spec = importlib.util.spec_from_file_location("benchmark_province", Path(__file__).parents[2] / "benchmarks" / "province.py")
province = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = province
spec.loader.exec_module(province)


def test_the_report_finds_the_gains_that_were_put_in(tmp_path):
    bank = province.stand_in_bank()
    world = province.World(sorted(bank.competencies), sorted(bank.questions), 1)
    held = province.simulate(world, bank, tmp_path, courses=4, learners=400, laptops=3)
    results = merge([tmp_path])
    assert (len(results.courses), len(results.learners), results.sources, results.problems) == (4, 400, 3, [])
    found = {gain.competency: gain for gain in gains(results)}
    true = province.truth(world, held, list(found))
    assert found[OVERALL].gain == pytest.approx(true[OVERALL], abs=0.05)
    assert sum(gain.low <= true[name] <= gain.high for name, gain in found.items()) >= 5
    assert true["k0"] == pytest.approx(0, abs=0.001) != pytest.approx(true["k5"], abs=0.15)


def test_intervals_of_95_percent_hold_the_truth_about_so_often():
    assert province.coverage(60, between=0.0, by_course=False) > 0.85
    assert province.coverage(60, between=1.0, by_course=False) < 0.6 < province.coverage(60, between=1.0, by_course=True), "courses that differ"
