import subprocess
import sys

import pytest

from ailab.errors import AilabError, TextError
from ailab.generate import NeuralSyllableModel, bundled_texts

TEXTS = ["Đồi A1 ở Mường Thanh, gần sông.", "Bảo tàng ở Mường Thanh. Hồ Pá Khoang ở xa.", "Khu vực biên giới ở xa.", "Ở Điện Biên có Mường Thanh."]


@pytest.fixture(scope="module")
def model():
    return NeuralSyllableModel(epochs=80, hidden=16).fit(TEXTS)


def test_learns(model):
    assert len(model.losses_) == 80
    assert model.losses_[-1] < 0.5 * model.losses_[0]
    assert model.next_probabilities("bảo")[0][0] == "tàng"
    assert model.next_probabilities("Hồ Pá")[0][0] == "khoang"


def test_probabilities_are_some(model):
    found = model.next_probabilities("ở mường")
    assert len(found) == len(model.syllables_) + 1
    assert 0.99 < sum(p for _word, p in found) <= 1.001
    assert found == sorted(found, key=lambda pair: -pair[1])


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_writes_known_syllables_only(model, temperature):
    known = set(model.syllables_)
    for seed in range(20):
        text = model.generate(temperature=temperature, seed=seed)
        assert text.endswith(".")
        assert text[0].isupper() or text[0].isdigit()
        assert " ," not in text
        assert set(text.rstrip(".").lower().replace(",", " ,").split()) <= known


def test_keeps_the_beginning_and_the_limit(model):
    assert model.generate("Đồi  A1", seed=1).startswith("Đồi A1")
    assert model.generate("chữ lạ hoàn toàn", seed=1).startswith("Chữ lạ hoàn toàn")
    assert len(model.generate("Đồi A1", n=1, temperature=5, seed=3).split()) <= 3


def test_the_same_seed_gives_the_same(model):
    again = NeuralSyllableModel(epochs=80, hidden=16).fit(TEXTS)
    assert again.losses_ == model.losses_
    assert again.generate(temperature=2, seed=5) == model.generate(temperature=2, seed=5)
    assert len({model.generate(temperature=2, seed=seed) for seed in range(8)}) > 3


def test_low_temperature_is_more_predictable(model):
    def kinds(temperature):
        return len({model.generate(temperature=temperature, seed=seed) for seed in range(20)})

    assert kinds(0.05) < kinds(2)


def test_capitals_belong_to_names(model):
    texts = " ".join(model.generate(start, temperature=0.2, seed=seed) for seed in range(5) for start in ("Ở Điện", "Khu vực"))
    assert "Điện Biên" in texts
    assert "vực biên giới" in texts


def test_rare_syllables_are_read_and_never_written():
    model = NeuralSyllableModel(epochs=3, hidden=4, most_syllables=3).fit(TEXTS)
    assert len(model.syllables_) == 3
    for seed in range(5):
        assert "\ufffd" not in model.generate("Pá Khoang", temperature=3, seed=seed)


def test_progress_and_stop():
    calls = []

    def progress(done, total, loss):
        calls.append((done, total, loss))
        return done < 2

    model = NeuralSyllableModel(epochs=9, hidden=4).fit(TEXTS, progress)
    assert [(done, total) for done, total, _loss in calls] == [(1, 9), (2, 9)]
    assert [loss for _done, _total, loss in calls] == model.losses_
    assert model.generate(seed=1)


def test_mistakes_are_told():
    for texts in ([], [" ", "…"]):
        with pytest.raises(TextError) as caught:
            NeuralSyllableModel().fit(texts)
        assert caught.value.code == "no_text"
    with pytest.raises(AilabError) as caught:
        NeuralSyllableModel().generate()
    assert caught.value.code == "not_fitted"


def test_temperature_must_be_positive(model):
    with pytest.raises(ValueError, match="0"):
        model.generate(temperature=0)


def test_one_short_text_is_enough():
    assert NeuralSyllableModel(epochs=1, hidden=2).fit(["Có."]).generate(seed=0).endswith(".")


def test_texts_about_dien_bien():
    assert "Điện Biên Phủ" in " ".join(bundled_texts("vi"))
    assert "Dien Bien Phu" in " ".join(bundled_texts("en"))


def test_import_loads_no_network():
    code = "import ailab.generate, sys; assert not {'sklearn', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
