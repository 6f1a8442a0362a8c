import numpy as np
import pytest

from ailab import samples
from ailab.colour_texture import N_COLOURS, code_maps, histograms


def pixels(condition="rust", seed=1):
    return np.asarray(samples.draw_leaf("coffee", condition, seed, label=False, size=144))


def test_numbers_stay_in_range():
    for codes, n in code_maps(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)):
        assert codes.min() >= 0
        assert codes.max() < n


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0)])
def test_plain_pictures(colour):
    maps = code_maps(np.full((64, 64, 3), colour, np.uint8))
    assert all(codes.max() < n for codes, n in maps)
    assert (histograms(maps) == 1).sum() == len(maps)  # one number each


def test_shares_add_to_one():
    maps = code_maps(pixels())
    found = histograms(maps)
    assert found.dtype == np.float32
    assert len(found) == sum(n for _codes, n in maps)
    start = 0
    for _codes, n in maps:
        assert (found[start : start + n] ** 2).sum() == pytest.approx(1, abs=1e-5)
        start += n
    assert N_COLOURS in np.cumsum([n for _codes, n in maps])


def test_a_turn_changes_colours_and_patterns_little():
    picture, other = pixels(), pixels("healthy")
    plain, turned, different = (histograms(code_maps(p)) for p in (picture, np.rot90(picture), other))
    np.testing.assert_allclose(turned[:N_COLOURS], plain[:N_COLOURS], atol=1e-6)
    assert np.abs(turned - plain).sum() < 0.2 * np.abs(different - plain).sum()


def test_more_light_changes_no_pattern():
    picture = (np.random.default_rng(0).integers(0, 20, (64, 64, 1)) * 5 + np.zeros((1, 1, 3))).astype(np.uint8)
    dark, light = (histograms(code_maps(p))[N_COLOURS:] for p in (picture, picture + 100))
    np.testing.assert_allclose(dark, light, atol=1e-6)
