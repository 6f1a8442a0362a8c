"""Rules and the most similar example, and the invented fruit that they sort."""

import numpy as np
import pytest

from ailab.errors import AilabError
from ailab.samples.fruit import BASKETS, EXAMPLES, Fruit
from ailab.sorting import NearestExample, Rule, follow_rules

RED = Rule(78)
ALL_THREE = (RED, Rule(62, 38, 52), Rule(45, 0, 37))


def right(guesses, fruits):
    return sum(bool(guess) == fruit.good for guess, fruit in zip(guesses, fruits, strict=True))


def numbers(fruits):
    return [(fruit.redness, fruit.size) for fruit in fruits]


def taught(n, labels=None):
    return NearestExample().fit(numbers(EXAMPLES[:n]), [fruit.good for fruit in EXAMPLES[:n]] if labels is None else labels)


def test_a_rule_holds_within_its_sizes():
    rule = Rule(60, 40, 50)
    assert rule.holds(Fruit(60, 40))
    assert rule.holds(Fruit(60, 50))
    assert not rule.holds(Fruit(59, 45))
    assert not rule.holds(Fruit(60, 39))
    assert not rule.holds(Fruit(60, 51))


def test_one_rule_that_holds_is_enough():
    fruits = [Fruit(80, 60), Fruit(50, 30), Fruit(50, 60)]
    assert follow_rules([RED, Rule(45, 0, 37)], fruits) == [True, True, False]
    assert follow_rules([], fruits) == [False] * 3
    assert follow_rules(iter([RED]), iter(fruits)) == [True, False, False]


def test_the_lesson_with_rules_goes_as_its_prose_says():
    """One rule fits the first basket, fails in the second, more rules mend it, and no rule mends the third."""
    assert right(follow_rules([RED], BASKETS[0]), BASKETS[0]) == len(BASKETS[0])
    assert right(follow_rules([RED], BASKETS[1]), BASKETS[1]) <= 8
    assert right(follow_rules(ALL_THREE, BASKETS[1]), BASKETS[1]) >= 11
    assert right(follow_rules(ALL_THREE, BASKETS[2]), BASKETS[2]) == len(BASKETS[2]) - 3
    assert [fruit.wormy for fruit in BASKETS[2]].count(True) == 3
    assert not any(fruit.wormy for fruit in (*BASKETS[0], *BASKETS[1], *EXAMPLES))


def test_the_lesson_with_examples_goes_as_its_prose_says():
    """It gets better, not with each example, but by the end; worms it never sees; a wrong label costs something."""
    way = [right(taught(n).predict(numbers(BASKETS[1])), BASKETS[1]) for n in range(1, len(EXAMPLES) + 1)]
    assert way[0] <= 6
    assert way[-1] >= 11
    assert right(taught(12).predict(numbers(BASKETS[2])), BASKETS[2]) <= len(BASKETS[2]) - 3
    labels = [fruit.good for fruit in EXAMPLES]
    lied = [taught(12, [good != (at == wrong) for at, good in enumerate(labels)]).predict(numbers(BASKETS[1])) for wrong in range(12)]
    assert sum(right(guesses, BASKETS[1]) < way[-1] for guesses in lied) >= 8


def test_the_most_similar_example():
    machine = NearestExample().fit([[0, 0], [10, 0], [10, 0]], ["a", "b", "c"])
    assert machine.nearest([[1, 1], [9, 1], [5, 0]]).tolist() == [0, 1, 0]  # of equals the first
    assert machine.predict([[1, 1], [9, 1]]).tolist() == ["a", "b"]
    assert isinstance(machine.predict([[1, 1]]), np.ndarray)


@pytest.mark.parametrize(("features", "labels"), [([], []), ([[1, 2]], []), ([[1, 2], [3, 4]], [True])])
def test_examples_without_labels(features, labels):
    with pytest.raises(AilabError) as error:
        NearestExample().fit(features, labels)
    assert error.value.code == "no_examples"


def test_what_is_inside():
    assert Fruit(80, 60).good
    assert not Fruit(79, 60).good
    assert Fruit(80, 60, wormy=True).ripe
    assert not Fruit(80, 60, wormy=True).good
