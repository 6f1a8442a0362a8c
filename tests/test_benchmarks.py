"""The figures of the README are computed right."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).parents[1] / "benchmarks" / "crops.py"
SPEC = importlib.util.spec_from_file_location("benchmark_crops", PATH)
crops = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(crops)


def test_calibration_error():
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 9 + [False] + [True] * 6 + [False] * 4)
    assert crops.expected_calibration_error(confidence, right) == pytest.approx(0, abs=1e-9)
    assert crops.expected_calibration_error(confidence, np.zeros(20, bool)) == pytest.approx(0.75)
    assert crops.expected_calibration_error(np.array([1.0, 1.0]), np.array([True, False])) == pytest.approx(0.5)


def test_auroc():
    assert crops.auroc(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 1.0
    assert crops.auroc(np.array([0.1]), np.array([0.9])) == 0.0
    assert crops.auroc(np.array([0.5, 0.5]), np.array([0.5])) == 0.5
    rng = np.random.default_rng(0)
    positive, negative = rng.normal(1, 1, 50), rng.normal(0, 1, 70)
    by_hand = np.mean([(p > n) + 0.5 * (p == n) for p in positive for n in negative])
    assert crops.auroc(positive, negative) == pytest.approx(by_hand)
