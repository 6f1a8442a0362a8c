"""Sorting by rules, without a browser."""

from ailab.sorting import Rule
from ailab.widgets import FruitRules


def test_the_first_paint():
    demo = FruitRules()
    assert demo.value == (Rule(78),)
    assert demo.output.value.count("<li") == 8
    assert "ailab-box ailab-note" in demo.output.value
    assert [row.size.layout.display for row in demo.rows] == [None, "none", "none"]


def test_the_next_basket_breaks_the_rule_and_more_rules_mend_it():
    demo = FruitRules()
    demo.basket.value = 1
    first = demo.right(1)
    assert demo.output.value.count('class="ailab-fruit-wrong"') == 12 - first > 0
    assert "ailab-box ailab-doubt" in demo.output.value
    for row, size, colour in ((demo.rows[1], 2, 1), (demo.rows[2], 1, 0)):
        row.on.value = True
        row.size.value = row.size.options[size][1]
        row.colour.value = row.colour.options[colour][1]
    assert demo.value == (Rule(78), Rule(62, 38, 52), Rule(45, 0, 37))
    assert demo.right(1) >= 11
    demo.basket.value = 2
    assert demo.output.value.count('class="ailab-fruit-wrong"') == 3


def test_no_rule_calls_nothing_good():
    demo = FruitRules()
    demo.rows[0].on.value = False
    assert demo.value == ()
    assert demo.output.value.count('class="ailab-fruit-wrong"') == 4
    demo.rows[0].on.value = True
    assert 'class="ailab-fruit-wrong"' not in demo.output.value
