"""The figures of the README are computed right."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from ailab.passages import Passage, load_passages
from ailab.qa import bundled_questions, is_right
from ailab.results import Answer, Citation
from ailab.text import syllables, unaccent


def benchmark(name):
    path = Path(__file__).parents[1] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


crops, qa = benchmark("crops"), benchmark("qa")


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


def test_mean_rank():
    assert qa.mean_rank(np.array([0.1, 0.9, 0.5]), 1) == 1
    assert qa.mean_rank(np.array([0.1, 0.9, 0.5]), 0) == 3
    assert qa.mean_rank(np.array([0.5, 0.5, 0.5]), 0) == 2


def test_a_quotation_must_cover_the_answer_and_be_short():
    paragraph = {"sentences": [[0, 10], [11, 31]]}
    question = {"answer": "abc", "answer_start": 12, "answer_sentences": [1]}
    assert qa.holds_answer(paragraph, question, 11, 31)
    assert qa.holds_answer(paragraph, question, 2, 31)
    assert not qa.holds_answer(paragraph, question, 0, 31)
    assert not qa.holds_answer(paragraph, question, 13, 31)


def test_a_right_answer_needs_passage_and_key():
    passage = Passage(id="a.vi", text="Hầm dài 20 m.")
    answer = Answer("q", "q", "", (Citation(passage, 0, 13),), 0.1, "not_in_base", "vi")
    assert is_right({"passages": ["a.vi"], "keys": ["20 M"]}, answer)
    assert not is_right({"passages": ["b.vi"], "keys": ["20 m"]}, answer)
    assert not is_right({"passages": ["a.vi"], "keys": ["30 m"]}, answer)
    assert not is_right({"passages": ["a.vi"], "keys": ["20 m"]}, Answer("q", "q", "", (), 0.0, "empty", "vi"))


def test_the_questions_that_judge_are_not_those_of_the_lesson():
    judging = [json.loads(line) for line in qa.QUESTIONS.read_text("utf-8").splitlines()]
    assert len(judging) == 200
    assert sum(question["answerable"] for question in judging) == 150
    assert not {syllable_key(question) for question in judging} & {syllable_key(record) for record in bundled_questions()}
    known = {passage.id for passage in load_passages("dien_bien")}
    assert all(set(question["passages"]) <= known for question in judging)


def syllable_key(question):
    return unaccent(" ".join(syllables(question["question"])))
