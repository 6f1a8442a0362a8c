"""The figures of the README are computed right."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab import samples
from ailab.passages import Passage, load_passages
from ailab.qa import bundled_questions, is_right
from ailab.results import Answer, Citation
from ailab.text import syllables, unaccent

FOLDER = Path(__file__).parents[1] / "benchmarks"


def benchmark(name):
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, str(FOLDER))  # a benchmark finds its neighbours, as when it is run
crops, crop_measures = benchmark("crops"), benchmark("crop_measures")
qa, document_gold = benchmark("qa"), benchmark("document_gold")
documents = benchmark("documents")


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


class _Spot:
    """A network that sees one thing: how white the middle of the top left quarter is."""

    size = 48

    def prepare(self, image):
        return np.asarray(image.resize((48, 48)), np.float32).transpose(2, 0, 1) / 255

    def run(self, pixels):
        seen = pixels[:, :, 6:18, 6:18].mean((1, 2, 3))
        evidence = np.zeros((len(pixels), 3, 4, 4), np.float32)
        evidence[:, 0, 0, 0] = 16 * 8 * seen
        logits = np.stack([8 * seen, np.full_like(seen, 2.0), np.zeros_like(seen)], 1)
        return logits, evidence, np.zeros(len(pixels), np.float32)


def _spot_photo(place):
    photo = Image.new("RGB", (48, 48), "black")
    photo.paste((255, 255, 255), place)
    return photo


def test_a_heat_map_that_tells_the_truth_beats_chance_and_the_centre():
    curves = crop_measures.heat_map_curves(_Spot(), [_spot_photo((4, 4, 20, 20))] * 3, [np.array([0, 1])] * 3)
    deletion, insertion = curves["deletion"], curves["insertion"]
    assert deletion["heat map"].mean() < deletion["random"].mean()
    assert deletion["heat map"].mean() < deletion["centre"].mean()
    assert insertion["heat map"].mean() > insertion["random"].mean()
    assert insertion["heat map"].mean() > insertion["centre"].mean()


def test_mass_on_leaf():
    photo = Image.new("RGB", (96, 96), (240, 240, 240))
    photo.paste((20, 110, 30), (4, 4, 60, 60))
    mass, area = crop_measures.mass_on_leaf(_Spot(), [photo, Image.effect_noise((96, 96), 90).convert("RGB")], [np.array([0, 2])] * 2)
    assert len(mass) == len(area) == 1  # a leaf that cannot be cut out is not counted
    assert area[0] == pytest.approx((56 / 96) ** 2, abs=0.05)
    assert mass[0] > area[0]


def test_degradations_change_the_photo_and_keep_it_whole():
    photo = samples.draw_leaf("coffee", "rust", 1, size=128)
    for name, change in crop_measures.DEGRADATIONS.items():
        changed = change(photo)
        assert changed.mode == "RGB"
        assert (changed.tobytes() == photo.tobytes()) == (name == "clean")


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


# --- documents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_gold_of_documents_fits_the_documents(half):
    pairs = document_gold.load(FOLDER / "documents" / half)
    assert len(pairs) >= 20
    assert [problem for pair in pairs for problem in document_gold.problems(pair)] == []


def test_gold_that_does_not_fit_is_told():
    gold = {
        "mess": [], "head": dict.fromkeys(document_gold.HEAD) | {"recipients": []},
        "deadlines": [{"raw": "trước ngày 16/8", "value": None, "op": "before", "inferred": False, "owner": ["Sở"]}],
        "personal_data": [{"text": "a", "kind": "shoe_size"}], "key_points": [["Gửi"]],
    }  # fmt: skip
    found = "\n".join(document_gold.problems(document_gold.GoldDocument("a", "Gửi trước ngày 15/8. Gửi lại.".encode(), gold)))
    for word in ("not in the text: 'trước ngày 16/8'", "do not fit", "owner not in the text", "no such kind", "four to six", "stands 2 times"):
        assert word in found


def test_fields_of_a_head_are_compared_without_case_and_marks():
    assert documents.head_right("subject", "Rà soát  hộ nghèo.", "rà soát hộ nghèo")
    assert documents.head_right("type", "Biên bản", "Bien ban")
    assert not documents.head_right("number", "142/UBND", "143/UBND")
    assert documents.head_right("recipients", ("Như trên",), ["Như trên;"])
    assert documents.head_right("signer", None, None)


@pytest.mark.parametrize(
    ("predicted", "gold", "right"),
    [
        ("Phòng Kinh tế", ["Công an", "Phòng Kinh tế"], True),
        ("Phòng Kinh tế xã", ["Phòng Kinh tế"], True),
        ("Phòng", ["Phòng Kinh tế"], False),
        (None, [], True),
        ("Phòng", [], False),
        (None, ["Phòng"], False),
    ],
)
def test_owners_are_compared_by_their_words(predicted, gold, right):
    assert documents.owner_right(predicted, gold) == right


def test_half_of_a_quotation_has_to_be_chosen():
    assert documents.covered([(0, 5)], (0, 10))
    assert documents.covered([(0, 3), (8, 10)], (0, 10))
    assert not documents.covered([(0, 4)], (0, 10))


def test_a_summary_is_cut_at_so_many_syllables():
    assert documents.cut(["Một hai ba.", "Bốn năm."], 4) == "Một hai ba. Bốn"
    assert documents.cut(["Một."], 4) == "Một."


def test_documents_are_scored():
    """One right, one wrong kind, one missed, one invented."""
    score = documents.Score()
    text = "UBND XÃ A\nSố: 1/KH-UBND\nA, ngày 01 tháng 8 năm 2026\nKẾ HOẠCH\nVề việc thử\n"
    text += "Gửi trước ngày 15/8/2026. Nộp trước ngày 16/8/2026. Họp vào ngày 17/8/2026."
    gold = {
        "deadlines": [
            {"raw": "trước ngày 15/8/2026", "value": "2026-08-15", "op": "before", "inferred": False, "owner": []},
            {"raw": "trước ngày 16/8/2026", "value": "2026-08-16", "op": "by", "inferred": False, "owner": ["Nộp"]},
            {"raw": "Số: 1/KH-UBND", "value": "2026-08-16", "op": "by", "inferred": False, "owner": []},
        ]
    }
    score.deadlines("a", text, gold, show=False)
    assert {key: score.counts[key] for key in ("deadline gold", "deadline predicted", "deadline place", "deadline right", "owner right")} == {
        "deadline gold": 3, "deadline predicted": 3, "deadline place": 2, "deadline right": 1, "owner right": 1,
    }  # fmt: skip
    assert documents.f1(1, 3, 3) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
