import re
import subprocess
import sys

import pytest

from ailab.background_bias import HELD_OUT, TURNS, Collections
from ailab.i18n import using
from ailab.widgets import EightDots, MixedTables, OtherTable


@pytest.fixture(scope="module")
def drawn():
    collections = Collections()
    collections.draw()
    return collections


@pytest.fixture
def dots(drawn):
    with using("en"):
        yield EightDots(Collections(like=drawn))


def taught(dots):
    dots.guess.value = 24
    dots.teach.click()
    return dots


def counts(html):
    return [int(n) for n in re.findall(rf"(\d+) of {HELD_OUT}<", html)]


def cells(html):
    """Numbers of a table, row by row."""
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
    return [[int(n) for n in re.findall(r"<td>(\d+)</td>", row)] for row in rows]


def test_first_paint_is_light():
    code = """
import sys
from ailab.widgets import EightDots, MixedTables, OtherTable
dots = EightDots()
others = OtherTable(dots), MixedTables(dots)
assert not {"sklearn", "scipy", "torch"} & set(sys.modules)
assert len(dots._collections._leaves) < 20
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_before_anything_is_pressed(dots):
    assert dots.photos.value.count("<img") == 3
    assert dots.question.value.count("<svg") == 2
    assert "First guess" in dots.output.value
    assert dots.bar.layout.display == "none"


def test_no_score_without_a_guess(dots):
    dots.teach.click()
    assert "ailab-doubt" in dots.output.value
    assert dots.value is None
    assert not dots.teach.disabled


def test_guess_and_score(dots):
    taught(dots)
    luck, guess, machine = counts(dots.output.value)
    assert (luck, guess) == (HELD_OUT // 3, 24)
    assert machine == dots.value.count_right("dots", "own", "own")
    assert dots.guess.disabled
    assert not dots.teach.disabled
    assert dots.bar.value == dots.bar.max
    assert dots.bar.layout.display == "none"
    assert dots.output.value.count("ailab-right") + dots.output.value.count("ailab-wrong") >= 6
    assert dots.output.value.count("background:rgb(") == 3


def test_every_click_takes_other_leaves_and_the_last_one_starts_again(dots):
    taught(dots)
    held = [dots.value.held_numbers]
    for round_ in range(2, TURNS + 1):
        dots.teach.click()
        held.append(dots.value.held_numbers)
        assert len(counts(dots.output.value)) == 2 + round_
    assert len(set(held)) == TURNS
    dots.teach.click()
    assert dots.guess.value is None
    assert not dots.guess.disabled
    assert "First guess" in dots.output.value
    taught(dots)
    assert len(counts(dots.output.value)) == 3


def test_a_defect_is_told_in_a_sentence(dots, monkeypatch):
    monkeypatch.setattr(Collections, "count_right", lambda *_arguments: 1 / 0)
    taught(dots)
    assert "Something went wrong" in dots.output.value
    assert not dots.teach.disabled


def test_other_table_waits_for_the_machine(dots):
    other = OtherTable(dots)
    assert "part 1" in other.output.value
    assert other.children == (other.output,)


def test_the_same_leaf_on_every_table(dots):
    other = OtherTable(taught(dots))
    assert [item["name"] for item in other.leaves.items[:3]] == ["Healthy-looking leaf", "Leaf miner", "Leaf rust"]
    other.place.value = "team_1"
    assert "Choose a leaf first" in other.output.value
    assert other.place.value is None
    other.leaves.index = 2
    other.leaves.count += 1
    assert other.place.value == "team_3"
    assert "its team photographed it" in other.output.value
    assert "This leaf is: Leaf rust" in other.output.value
    home = other.output.value
    other.place.value = "team_1"
    assert "not changed by a single pixel" in other.output.value
    assert other.output.value.count("✗") == int(re.search(r"(\d) are wrong", other.output.value).group(1))
    assert "✓ Leaf rust" in other.output.value
    other.leaves.count += 1  # the same leaf once more: back home
    assert other.output.value == home
    other.place.value = "garden"
    assert "not changed by a single pixel" in other.output.value


def test_all_leaves_moved(dots):
    other = OtherTable(taught(dots))
    for _twice in range(2):
        other.move_all.click()
        rows = cells(other.all_moved.value)
        assert rows[0] == [dots.value.count_right("dots", "own", tested) for tested in ("own", "moved")]
        assert rows[0][0] > rows[3][0] > rows[0][1]
        assert len(rows) == 4
    dots.teach.click()
    assert other.all_moved.value == ""
    assert other.leaves.index == -1


def test_mixed_tables(dots):
    mixed = MixedTables(dots)
    assert mixed.mix.layout.display == "none"
    assert "part 1" in mixed.output.value
    taught(dots)
    assert mixed.mix.layout.display is None
    for _twice in range(2):
        mixed.mix.click()
        assert mixed.output.value.count("<img") == 3
        rows = cells(mixed.output.value)
        assert rows[1] == [dots.value.count_right("whole", *test) for test in (("own", "own"), ("own", "garden"), ("mixed", "mixed"), ("mixed", "garden"))]
        assert f"promised {rows[1][0]} of {HELD_OUT}" in mixed.output.value
        assert f"it got {rows[1][3]}." in mixed.output.value
        assert not mixed.mix.disabled
