"""Teaching by examples, without a browser."""

import pytest

from ailab.samples.fruit import EXAMPLES
from ailab.widgets import FruitExamples, FruitRules


def teach(demo, labels):
    for good in labels:
        (demo.good if good else demo.bad).click()


@pytest.fixture
def demo():
    return FruitExamples()


def truth(n):
    return [fruit.good for fruit in EXAMPLES[:n]]


def wrong(demo):
    return demo.output.value.count('class="ailab-fruit-wrong"')


def test_waiting(demo):
    assert demo.value == ()
    assert demo.given.layout.display == "none"
    assert "<li" not in demo.output.value


def test_it_gets_better(demo):
    teach(demo, truth(1))
    first = wrong(demo)
    assert "một câu trả lời" in demo.output.value or "one answer" in demo.output.value
    teach(demo, truth(12)[1:])
    assert demo.value == tuple(truth(12))
    assert wrong(demo) <= 1 < first
    assert demo.good.layout.display == "none"
    assert len(demo.labels.children) == 12


def test_one_tap_too_many(demo):
    teach(demo, truth(12))
    demo.good.click()
    assert len(demo.value) == 12


def test_a_wrong_label_is_learned_and_can_be_mended(demo):
    teach(demo, truth(12))
    before, shown = wrong(demo), demo.output.value
    chip = demo.labels.children[12 - 2]
    chip.click()
    assert demo.value[10] is not EXAMPLES[10].good
    assert chip.button_style == "warning"
    assert wrong(demo) > before
    assert "ailab-box ailab-doubt" in demo.output.value
    chip.click()
    assert demo.output.value == shown
    assert chip.button_style == ""


def test_worms_are_not_seen(demo):
    teach(demo, truth(12))
    demo.basket.value = 2
    assert wrong(demo) >= 3
    assert "ailab-box ailab-doubt" in demo.output.value


def test_starting_again(demo):
    teach(demo, truth(3))
    for _twice in range(2):
        demo.again.click()
        assert demo.value == ()
        assert demo.labels.children == ()
        assert demo.given.layout.display == "none"
    teach(demo, truth(2))
    assert len(demo.labels.children) == 2


def test_beside_the_rules():
    rules = FruitRules()
    demo = FruitExamples(rules)
    teach(demo, truth(2))
    before = demo.output.value
    rules.rows[1].on.value = True
    rules.rows[1].size.value = rules.rows[1].size.options[1][1]
    rules.rows[1].colour.value = rules.rows[1].colour.options[0][1]
    assert demo.output.value != before
