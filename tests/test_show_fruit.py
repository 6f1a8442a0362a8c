"""Drawings of fruit."""

import re
from xml.etree import ElementTree as ET

import pytest

from ailab.samples.fruit import BASKETS, EXAMPLES, Fruit
from ailab.show import fruit_measures, fruit_svg, fruit_table


@pytest.mark.parametrize("fruit", {*EXAMPLES, *(fruit for basket in BASKETS for fruit in basket), Fruit(0, 20), Fruit(100, 70)}, ids=str)
@pytest.mark.parametrize("cut", [False, True])
def test_each_can_be_drawn(fruit, cut):
    drawing = fruit_svg(fruit, cut=cut)
    ET.fromstring(drawing)
    assert all(re.fullmatch("#[0-9a-f]{3}|#[0-9a-f]{6}|none", colour) for colour in re.findall('fill="([^"]*)"', drawing))


def test_the_inside_tells_what_the_outside_does_not():
    ripe, raw, wormy = Fruit(80, 60), Fruit(79, 60), Fruit(80, 60, wormy=True)
    assert fruit_svg(ripe, cut=True) != fruit_svg(raw, cut=True)
    assert "#ffd774" in fruit_svg(ripe, cut=True)
    assert fruit_svg(wormy) != fruit_svg(ripe)
    assert fruit_svg(wormy, cut=True) != fruit_svg(ripe, cut=True)
    assert fruit_measures(wormy) == fruit_measures(ripe)  # the machine is not told


def test_a_table_marks_what_is_wrong():
    table = fruit_table([Fruit(80, 60), Fruit(20, 60)], [True, True], ["<one>", "two"])
    assert table.count("ailab-fruit-right") == table.count("ailab-fruit-wrong") == 1
    assert "&lt;one&gt;" in table
    with pytest.raises(ValueError, match="zip"):
        fruit_table([Fruit(80, 60)], [])
