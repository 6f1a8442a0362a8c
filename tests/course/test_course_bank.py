import json
from collections import Counter

import pytest
from small_bank import small_bank, write_bank

from ailab.course.bank import QUESTIONS, draw_pairs, load_bank
from ailab.errors import AilabError


def save(folder, data):
    path = folder / "changed.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("competencies", [3, 4, 7])
def test_both_forms_ask_for_the_same_competencies_equally_often(tmp_path, competencies):
    bank = load_bank(write_bank(tmp_path, competencies=competencies))
    for seed in "abcde":
        pairs = draw_pairs(bank, "admin", seed)
        assert len(pairs) == QUESTIONS
        forms = {side: [pair[side] for pair in pairs] for side in "ab"}
        assert len({*forms["a"], *forms["b"]}) == 2 * QUESTIONS
        counts = {side: Counter(bank.questions[question].competency for question in forms[side]) for side in "ab"}
        assert counts["a"] == counts["b"]
        assert len(counts["a"]) == competencies
        assert max(counts["a"].values()) - min(counts["a"].values()) <= 1


def test_the_same_seed_draws_the_same(bank):
    assert draw_pairs(bank, "admin", "x") == draw_pairs(bank, "admin", "x") != draw_pairs(bank, "admin", "y")


def test_only_questions_of_the_sector(tmp_path):
    data = small_bank(competencies=4, pairs=4)
    for question in data["questions"]:
        if question["competency"] in {"K1", "K2"}:
            question["sectors"] = ["tourism"]
        if question["competency"] == "K3":
            question["sectors"] = "all"
    bank = load_bank(save(tmp_path, data))
    assert {pair["competency"] for pair in draw_pairs(bank, "admin", "x")} == {"K3", "K4"}
    assert {pair["competency"] for pair in draw_pairs(bank, "tourism", "x")} == {"K1", "K2", "K3", "K4"}


def test_caution_alone_does_not_pass(tmp_path):
    data = small_bank(competencies=4, pairs=4)
    for question in data["questions"]:
        question["stance"] = "use" if question["id"].startswith(("K1-1", "K2-1", "K3-1")) else "hold"
    bank = load_bank(save(tmp_path, data))
    for seed in range(20):
        assert sum(bank.questions[pair["a"]].stance == "use" for pair in draw_pairs(bank, "admin", str(seed))) >= 2


def test_too_few_questions_are_said(tmp_path):
    bank = load_bank(write_bank(tmp_path, competencies=2))
    with pytest.raises(AilabError, match="6"):
        draw_pairs(bank, "admin", "x")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["questions"].pop(),
        lambda data: data["questions"].append(data["questions"][0]),
        lambda data: data["questions"][0].update(competency="K2"),
        lambda data: data["questions"][0].update(pair="nobody"),
        lambda data: data["questions"][0].update(answer="e"),
        lambda data: data["questions"][0]["options"].popitem(),
        lambda data: data["questions"][0]["text"].pop("en"),
        lambda data: data.pop("competencies"),
        lambda data: data["competencies"].pop("K1"),
    ],
)
def test_a_bank_that_contradicts_itself_is_refused(tmp_path, spoil):
    data = json.loads(json.dumps(small_bank()))
    load_bank(save(tmp_path, data))
    load_bank.cache_clear()
    spoil(data)
    with pytest.raises(AilabError, match=r"changed\.json"):
        load_bank(save(tmp_path, data))


def test_the_bundled_bank_serves_every_sector():
    bank = load_bank()
    for sector in ("agriculture", "tourism", "admin", "education"):
        assert len(draw_pairs(bank, sector, "x")) == QUESTIONS
