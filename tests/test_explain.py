import numpy as np
import pytest

from ailab.explain import class_evidence, upsample


def test_only_the_difference_from_the_mean_counts():
    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(5, 3, 3)).astype(np.float32)
    np.testing.assert_allclose(class_evidence(evidence, 2), class_evidence(evidence + 7, 2), atol=1e-5)


def test_the_strongest_place_is_one_and_nothing_is_nothing():
    evidence = np.zeros((4, 2, 2), np.float32)
    evidence[1, 0, 1] = 3
    np.testing.assert_array_equal(class_evidence(evidence, 1), [[0, 1], [0, 0]])
    np.testing.assert_array_equal(class_evidence(np.zeros((4, 2, 2), np.float32), 1), np.zeros((2, 2)))


def test_upsample_keeps_the_place():
    grid = np.zeros((4, 4), np.float32)
    grid[0, 3] = 1
    big = upsample(grid, (80, 40))
    assert big.shape == (40, 80)
    assert big.dtype == np.float32
    row, column = np.unravel_index(big.argmax(), big.shape)
    assert row < 10
    assert column > 60
    assert big[20:, :40].max() == pytest.approx(0, abs=0.01)
