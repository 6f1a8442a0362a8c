"""Leaves on tables, and what a model makes of the background."""

import itertools
from collections import Counter

import numpy as np
import pytest

from ailab.background_bias import CONDITIONS, DOTS, HELD_OUT, TURNS, VIEWS, Collections, ViewClassifier
from ailab.samples.tables import GARDEN, MARGIN, SIZE, TABLES, DrawnLeaf, Photo

LUCK = HELD_OUT // len(CONDITIONS)


@pytest.fixture(scope="module")
def collections():
    return Collections()


def test_the_dots_are_the_corners_and_the_middles_of_the_edges():
    assert len(set(DOTS)) == 8
    assert all(row in {0, SIZE - 1} or column in {0, SIZE - 1} for row, column in DOTS)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_leaf_stays_the_same_on_every_table(condition):
    leaf = DrawnLeaf(condition, 3)
    photos = [leaf.photograph(place) for place in (*TABLES, GARDEN)]
    for one, other in itertools.pairwise(photos):
        assert one.leaf.sum() > 300
        np.testing.assert_array_equal(one.leaf, other.leaf)
        np.testing.assert_array_equal(one.picture[one.leaf], other.picture[one.leaf])
        assert np.abs(one.picture[0].astype(int) - other.picture[0]).mean() > 2
    np.testing.assert_array_equal(photos[0].picture, DrawnLeaf(condition, 3).photograph(TABLES[0]).picture)


def test_the_border_knows_nothing_of_the_leaf():
    """The same seed and table with another condition: the same border, another leaf."""
    sick, healthy = (DrawnLeaf(condition, 5).photograph("team_2") for condition in ("rust", "healthy"))
    for photo in (sick, healthy):
        inner = photo.leaf[MARGIN:-MARGIN, MARGIN:-MARGIN]
        assert photo.leaf.sum() == inner.sum()
    for row, column in DOTS:
        np.testing.assert_array_equal(sick.picture[row, column], healthy.picture[row, column])
    assert (sick.picture != healthy.picture).any()


def test_where_the_leaves_lie(collections):
    def placed(way):
        return Counter((photo.condition, photo.place) for photo in collections.training(way) + collections.held_out(way))

    assert set(placed("own")) == set(zip(CONDITIONS, TABLES, strict=True))
    assert not set(placed("own")) & set(placed("moved"))
    assert len(placed("moved")) == 6
    assert len(placed("mixed")) == 9
    assert max(placed("mixed").values()) < 2 * min(placed("mixed").values())
    assert {place for _condition, place in placed("garden")} == {GARDEN}
    assert collections.photo(7, "team_3").place == "team_3"


def test_no_leaf_is_both_learned_and_asked():
    held = [set(Collections(turn).held_numbers) for turn in range(TURNS)]
    assert [len(numbers) for numbers in held] == [HELD_OUT] * TURNS
    assert len(set.union(*held)) == HELD_OUT * TURNS
    assert all(Counter(number % len(CONDITIONS) for number in numbers) == dict.fromkeys(range(len(CONDITIONS)), LUCK) for numbers in held)
    drawn = Collections(1)
    pictures = {photo.picture.tobytes() for photo in drawn.training("own")}
    assert not pictures & {photo.picture.tobytes() for photo in drawn.held_out("own")}


def test_leaves_are_drawn_once_and_reported(collections):
    collections.draw()
    again, seen = Collections(2, like=collections), []
    again.draw(lambda done, total: seen.append((done, total)))
    assert again._leaf(0) is collections._leaf(0)
    assert seen[0][0] == 1
    assert seen[-1][0] == seen[-1][1] == len(seen)


def test_a_view_shows_only_what_it_says():
    photo = DrawnLeaf("rust", 1).photograph("team_1")
    dark = photo.picture.copy()
    dark[~photo.leaf] = 0
    only_leaf = Photo(dark, photo.leaf, photo.condition, photo.place)
    np.testing.assert_array_equal(VIEWS["leaf"](photo), VIEWS["leaf"](only_leaf))
    hidden = photo.picture.copy()
    hidden[photo.leaf] = 0
    no_leaf = Photo(hidden, photo.leaf, photo.condition, photo.place)
    np.testing.assert_array_equal(VIEWS["dots"](photo), VIEWS["dots"](no_leaf))
    assert VIEWS["dots"](photo).shape == (24,)
    assert VIEWS["leaf"](photo).sum() == pytest.approx(1)
    assert (VIEWS["whole"](photo) != VIEWS["whole"](only_leaf)).any()


@pytest.mark.parametrize("turn", range(TURNS))
def test_the_lesson_holds(collections, turn):
    """Bounds, not figures: another release of scikit-learn may count a leaf or two differently."""
    here = Collections(turn, like=collections)
    assert here.count_right("dots", "own", "own") >= 30
    assert here.count_right("dots", "own", "moved") <= 6
    assert abs(here.count_right("dots", "mixed", "mixed") - LUCK) <= 7
    assert here.count_right("whole", "own", "own") >= 30
    assert here.count_right("whole", "own", "moved") <= 9
    assert here.count_right("whole", "own", "garden") <= 18
    assert here.count_right("leaf", "own", "moved") >= 33


def test_the_same_seed_gives_the_same_forest(collections):
    photos, asked = collections.training("mixed"), collections.held_out("mixed")
    assert ViewClassifier("whole").fit(photos).predict(asked) == collections.model("whole", "mixed").predict(asked)
    assert collections.model("whole", "mixed") is collections.model("whole", "mixed")
