import numpy as np
import pytest
from PIL import Image, ImageDraw

from ailab.perturb import BACKGROUNDS, blur, leaf_mask, relight, swap_background


@pytest.fixture
def green_on_white():
    photo = Image.new("RGB", (320, 240), (250, 250, 250))
    ImageDraw.Draw(photo).ellipse((80, 60, 240, 180), fill=(40, 120, 40))
    return photo


def test_relight(green_on_white):
    assert np.asarray(relight(green_on_white, 0.5))[120, 160].tolist() == [20, 60, 20]
    assert relight(green_on_white, 1.0).tobytes() == green_on_white.tobytes()
    assert np.asarray(relight(green_on_white, 2.0)).max() == 255


def test_blur(green_on_white):
    assert blur(green_on_white, 0) is green_on_white
    edge = [np.abs(np.diff(np.asarray(blur(green_on_white, radius)).astype(int), axis=1)).max() for radius in (0, 8, 40)]
    assert edge[0] > edge[1] > edge[2]


def test_mask_finds_the_leaf(green_on_white):
    mask = leaf_mask(np.asarray(green_on_white))
    truth = np.asarray(green_on_white)[..., 0] < 100
    assert (mask & truth).sum() / (mask | truth).sum() > 0.9


def test_no_mask_without_a_plain_background():
    rng = np.random.default_rng(0)
    assert leaf_mask(rng.integers(0, 256, (100, 100, 3), dtype=np.uint8)) is None
    assert leaf_mask(np.full((100, 100, 3), 200, np.uint8)) is None


@pytest.mark.parametrize("name", BACKGROUNDS)
def test_swap_background_keeps_the_leaf(green_on_white, name):
    pixels = np.asarray(swap_background(green_on_white, name)).astype(int)
    assert np.abs(pixels[120, 160] - (40, 120, 40)).max() <= 2
    corner = pixels[:30, :30].mean((0, 1))
    assert np.abs(corner - BACKGROUNDS[name][0]).max() < 25


def test_swap_background_without_a_plain_one():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 120, 3), dtype=np.uint8))
    pixels = np.asarray(swap_background(noise, "white"))
    assert pixels[:5, :5].min() > 200
    np.testing.assert_array_equal(pixels[60, 60], np.asarray(noise)[60, 60])
