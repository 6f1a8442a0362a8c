import datetime as dt

import numpy as np
import pytest

from ailab.course.analysis import OVERALL, bootstrap_interval, course_figures, gains, items, overview, unknown_shares
from ailab.course.merge import CourseRecord, Given, Results

DAY = dt.date(2026, 11, 3)
PAIRS = [("k1", f"k1-{i}x", f"k1-{i}y") for i in range(4)] + [("k2", f"k2-{i}x", f"k2-{i}y") for i in range(4)]


def course(uuid="u", **changed):
    competencies = {question: name for name, *both in PAIRS for question in both}
    values = {"uuid": uuid, "code": uuid, "sector": "admin", "title": "Lớp", "place": "", "planned_learners": 100, "planned_on": None, "started_on": DAY,
              "ended_on": None, "attended": None, "questions": len(PAIRS), "competencies": competencies}  # fmt: skip
    return CourseRecord(**(values | changed))


def given(right):
    return Given(dt.datetime(2026, 11, 3), 1, "a", right)


def answers(before, after):
    """Right answers as a text of eight digits, in the order of the pairs; a space is no answer."""
    found = {}
    for phase, side, marks in (("before", 1, before), ("after", 2, after)):
        found |= {(phase, pair[side]): given(mark == "1") for pair, mark in zip(PAIRS, marks, strict=False) if mark != " "}
    return found


def results(*tests, **changed):
    found = Results(sources=1)
    found.courses["u"] = course(**changed)
    found.learners = {("u", f"{number:06d}"): answers(*test) for number, test in enumerate(tests)}
    return found


def by_name(found):
    return {gain.competency: gain for gain in found}


def test_gain_by_hand():
    found = by_name(gains(results(("11110000", "11111111"), ("00000000", "11110000"))))
    assert [found["k1"].before, found["k1"].after, found["k1"].gain] == [0.5, 1.0, 0.5]
    assert [found["k2"].before, found["k2"].after, found["k2"].gain] == [0.0, 0.5, 0.5]
    assert found[OVERALL].gain == 0.5
    assert found[OVERALL].low is None, "two learners say nothing about others"


def test_who_missed_a_test_is_not_compared():
    found = by_name(gains(results(("11110000", "11111111"), ("11111111", ""), ("", "00000000"), ("11110000", "1111    "))))
    assert (found[OVERALL].learners, found[OVERALL].gain) == (1, 0.5)
    assert (found["k1"].learners, found["k2"].learners) == (2, 1), "half a test says something about its competency"


def test_nobody_yet():
    (all_questions,) = gains(Results())
    assert all_questions.learners == 0
    assert np.isnan(all_questions.gain)


def test_the_interval_is_that_of_the_mean():
    rng = np.random.default_rng(3)
    differences = rng.normal(0.2, 0.3, (900, 1))
    low, high = bootstrap_interval(differences, seed=1)
    half = 1.96 * differences.std() / 30
    assert low[0] == pytest.approx(differences.mean() - half, abs=0.004)
    assert high[0] == pytest.approx(differences.mean() + half, abs=0.004)
    again, _high = bootstrap_interval(differences, seed=1)
    assert again[0] == low[0] != bootstrap_interval(differences, seed=2)[0][0]


def test_courses_that_differ_make_the_interval_by_course_wider():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(20), 50)
    alike = rng.normal(0.2, 0.3, (1000, 1))
    unlike = alike + rng.normal(0, 0.2, 20)[groups][:, None]

    def width(differences, **options):
        low, high = bootstrap_interval(differences, seed=1, **options)
        return high[0] - low[0]

    assert width(unlike, groups=groups) > 2 * width(unlike)
    assert width(alike, groups=groups) == pytest.approx(width(alike), rel=0.6)


def test_learners_without_a_value_are_left_out():
    differences = np.array([[0.5, np.nan]] * 30)
    low, high = bootstrap_interval(differences, seed=0)
    assert (low[0], high[0]) == (0.5, 0.5)


def test_items_that_measure_nothing():
    found = {item.question: item for item in items(results(*[("10000000", "11100000")] * 30))}
    assert (found["k1-0x"].flag, found["k1-0x"].before, found["k1-0x"].answered_before) == ("easy", 1.0, 30)
    assert found["k1-1x"].flag == ""
    assert (found["k2-0y"].flag, found["k2-0y"].after) == ("hard", 0.0)
    assert {item.flag for item in items(results(*[("10000000", "11100000")] * 10))} == {""}, "ten learners are too few to say so"


def test_courses_are_counted():
    found = results(("11110000", "11111111"), ("11111111", ""), ("", ""))
    found.courses["planned"] = course("planned", started_on=None)
    found.courses["counted"] = course("counted", ended_on=DAY, attended=90, started_on=dt.date(2026, 10, 1))
    figures = course_figures(found)
    assert [(f.course.uuid, f.held, f.learners, f.tested_before, f.tested_both) for f in figures] == [
        ("counted", True, 90, 0, 0), ("u", True, 2, 2, 1), ("planned", False, 0, 0, 0),
    ]  # fmt: skip
    total = overview(figures)
    assert (total.courses, total.learners, total.tested_before, total.tested_both) == (2, 92, 2, 1)


def test_who_says_that_they_do_not_know():
    found = results(("00000000", "11110000"), ("", "11111111"))
    tests = found.learners["u", "000000"]
    for number, key in enumerate(tests):
        if key[0] == "before" and number < 2:
            tests[key] = Given(dt.datetime(2026, 11, 3), 1, "?", right=False)
    assert unknown_shares(found) == (0.25, 0.0)
    assert np.isnan(unknown_shares(Results())).all()
