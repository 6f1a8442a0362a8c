import unicodedata

import pytest

from ailab.language_model import SyllableModel, stem
from ailab.passages import load_passages

TEXTS = [
    "Hầm Đờ Cát nằm giữa cánh đồng Mường Thanh.",
    "Cát ở ven sông Nậm Rốm rất mịn.",
    "Đồi A1 là cứ điểm quan trọng. Bản Che Căn có nhiều nhà sàn.",
    "Người dân bản Che Căn mời khách ăn xôi. Bạn nên đặt trước.",
    "Bảo tàng mở cửa buổi sáng và buổi chiều.",
]


@pytest.fixture(scope="module")
def model():
    return SyllableModel().fit(TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ham do cat", "hầm đờ cát"),
        ("Ham Do Cat (xyz)", "Hầm Đờ Cát (xyz)"),
        ("bao tang mo cua", "bảo tàng mở cửa"),
        ("ban che can", "bản che căn"),
        ("bảo tàng mo cửa", "bảo tàng mở cửa"),
        ("hầm đờ cts", "hầm đờ cts"),
        ("bao tnag", "bảo tàng"),
        ("HAM DO CAT!", "HẦM ĐỜ CÁT!"),
        ("ddoofi a1", "đồi a1"),
        ("muongthanh", "mường thanh"),
        ("", ""),
        ("??", "??"),
    ],
)
def test_restore(model, typed, meant):
    assert model.restore(typed) == meant


def test_context_decides(model):
    assert model.read("ban che").best == ("bản", "che")
    assert model.read("ban nen dat").best == ("bạn", "nên", "đặt")


def test_decomposed_letters_are_read_like_composed_ones(model):
    assert model.restore(unicodedata.normalize("NFD", "hầm Đờ Cát")) == "hầm Đờ Cát"


def test_short_forms_are_written_out(model):
    assert model.read("ks ở đâu ko").typed == ("khách", "sạn", "ở", "đâu", "không")


def test_choices_are_probabilities(model):
    reading = model.read("ham do cat o ban che can zzz")
    for choices in reading.choices:
        values = [p for _word, p in choices]
        assert values == sorted(values, reverse=True)
        assert all(0 < p <= 1 + 1e-9 for p in values)
        assert sum(values) <= 1 + 1e-6
    assert reading.choices[-1] == ()
    for at, pairs in enumerate(reading.pairs):
        assert sum(pairs.values()) <= 1 + 1e-6
        for (left, right), p in pairs.items():
            assert p <= dict(reading.choices[at]).get(left, 0) + 1e-6
            assert p <= dict(reading.choices[at + 1]).get(right, 0) + 1e-6


def test_a_word_typed_with_its_accents_is_believed():
    many = SyllableModel().fit([passage.text for passage in load_passages("dien_bien") if passage.lang == "vi"])
    assert "gấu" not in many.counts_
    assert many.read("con gấu").best[1] == "gấu"  # nobody wrote of bears, and other syllables are one letter away
    assert many.read("hầm").choices[0][0][0] == "hầm"


def test_numbers_are_never_mended(model):
    assert model.read("đồi a2 1955").best[1:] == ("a2", "1955")


def test_probabilities_of_what_follows(model):
    following = model.following("bảo", 3)
    assert following[0][0] == "tàng"
    assert following[0][1] > 0.4
    assert sum(model.probability(word, "bảo") for word in model.counts_) <= 1
    assert model.probability("xyz") > 0


def test_english_forms():
    model = SyllableModel(lang="en").fit(["The museum opens in the morning.", "A hill with trenches."])
    assert model.read("opening trench").best == ("opens", "trenches")
    assert model.read("ko").typed == ("ko",)  # a short form of Vietnamese only


@pytest.mark.parametrize(("word", "cut"), [("opens", "open"), ("opening", "open"), ("cities", "cit"), ("is", "is"), ("bus", "bus"), ("rice", "ric")])
def test_stem(word, cut):
    assert stem(word) == cut


def test_nothing_to_learn_from():
    model = SyllableModel().fit([])
    assert model.read("hầm đờ cát").best == ("hầm", "đờ", "cát")
    assert model.following("hầm") == []
