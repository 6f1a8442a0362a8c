import io
import json
import math
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from ailab import ModelError, TeachingError, TextClassifier, TextVerdict
from ailab.model_file import ModelFile, read_model_file, write_model_file
from ailab.samples.messages import sample_messages, villages
from ailab.text import unaccent

TEXTS = [
    "Mất xe máy đêm qua ở đầu bản", "Trộm cậy cửa lấy mất hai con gà", "Có đám đánh bạc sau rẫy cà phê", "Xe chạy quá nhanh trước cổng trường",
    "Ruộng lúa bị sâu ăn hết lá", "Mương vỡ nên ruộng khô nứt nẻ", "Lợn chết chưa rõ bệnh gì", "Đường vào bản lầy, xe không vào được",
    "Cháu sốt cao cả đêm, trạm có bác sĩ không", "Hết thuốc huyết áp ba tuần nay", "Tiêm chủng cho trẻ ngày nào", "Ăn cỗ về cả nhà đau bụng",
]  # fmt: skip
LABELS = ["police"] * 4 + ["economy"] * 4 + ["health"] * 4


@pytest.fixture(scope="module")
def taught():
    return TextClassifier().fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def sorter():
    messages = [message for message in sample_messages() if not message.held_out]
    return TextClassifier().fit([m.text for m in messages], [m.label for m in messages])


def saved(model, **options):
    buffer = io.BytesIO()
    model.save(buffer, **options)
    return buffer.getvalue()


# --- learning and sorting ---------------------------------------------------------------------------------------------


def test_learns_what_it_was_taught(taught):
    assert taught.classes_.tolist() == ["economy", "health", "police"]
    assert taught.counts_ == {"economy": 4, "health": 4, "police": 4}
    assert taught.score(TEXTS, LABELS) == 1.0
    assert taught.predict(["trộm lấy mất gà", "lúa khô vì mương vỡ", "bác sĩ có thuốc không"]).tolist() == ["police", "economy", "health"]
    p = taught.predict_proba(TEXTS)
    assert p.shape == (12, 3)
    assert p.sum(1) == pytest.approx(np.ones(12))
    assert taught.predict_proba([]).shape == (0, 3)
    assert taught.predict([]).shape == (0,)


def test_reads_messages_without_accents_in_any_case_and_unicode_form(taught):
    import unicodedata

    text = "Trộm cậy cửa lấy mất hai con gà"
    for other in (unaccent(text), text.upper(), unicodedata.normalize("NFD", text), unaccent(text).upper()):
        assert taught.predict([other])[0] == "police"
    assert taught.classify(unicodedata.normalize("NFD", text)).confidence == pytest.approx(taught.classify(text).confidence)


def test_beats_the_bag_of_words_on_messages_that_it_has_not_seen(sorter):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    teach, test = ([m for m in sample_messages() if m.held_out == held] for held in (False, True))
    peer = make_pipeline(CountVectorizer(), MultinomialNB()).fit([m.text for m in teach], [m.label for m in teach])
    texts, labels = [m.text for m in test], [m.label for m in test]
    assert sorter.score(texts, labels) >= max(0.55, peer.score(texts, labels))
    bare = [unaccent(text) for text in texts]
    assert sorter.score(bare, labels) >= 0.5


def test_the_village_does_not_decide(sorter):
    named = [m.text for m in sample_messages() if any(name in m.text for name in villages())]
    assert len(named) > 30
    for text in named:
        here = next(name for name in villages() if name in text)
        before = sorter.classify(text)
        others = [sorter.classify(text.replace(here, name)) for name in ("Nà Mẫu", "Huổi Xyz")]
        assert {(v.label, v.abstained) for v in others} == {(before.label, before.abstained)}


def test_names_count_only_if_told_so():
    texts, labels = ["Ông Mẫu hỏi đường", "Bà Mẫu hỏi chợ", "Ông Sao hỏi đường", "Bà Sao hỏi chợ"], ["a", "a", "b", "b"]
    told = TextClassifier(names=True).fit(texts, labels)
    assert told.predict(["Cô Mẫu hỏi trường", "Cô Sao hỏi trường"]).tolist() == ["a", "b"]
    p = TextClassifier().fit(texts, labels).predict_proba(["Cô Mẫu hỏi trường", "Cô Sao hỏi trường"])
    assert p[0] == pytest.approx(p[1])


def test_is_deterministic():
    first, second = (saved(TextClassifier().fit(TEXTS, LABELS)) for _time in range(2))
    assert first == second


def test_confidence_is_honest(sorter):
    test = [m for m in sample_messages() if m.held_out]
    verdicts = [sorter.classify(m.text) for m in test]
    right = np.array([v.label == m.label for v, m in zip(verdicts, test, strict=True)])
    confidence = np.array([v.confidence for v in verdicts])
    assert abs(confidence.mean() - right.mean()) < 0.15
    answered = np.array([not v.abstained for v in verdicts])
    assert right[answered].mean() > right.mean()


# --- one text ---------------------------------------------------------------------------------------------------------


def test_classify(taught):
    verdict = taught.classify("Trộm lấy mất gà và xe máy đêm qua")
    assert isinstance(verdict, TextVerdict)
    assert verdict.label == "police"
    assert [verdict.label, *(label for label, _p in verdict.alternatives)] == sorted(
        taught.classes_, key=lambda label: -taught.predict_proba([verdict.text])[0][list(taught.classes_).index(label)]
    )
    assert verdict.confidence + sum(p for _label, p in verdict.alternatives) == pytest.approx(1)
    assert json.loads(json.dumps(verdict.to_dict()))["label"] == "police"
    assert "ailab-text-verdict" in verdict._repr_html_()


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), (" \n\u200b", "empty"), ("123 456!", "unreadable"), ("ຂ້ອຍ", "unreadable"), ("Zelbst qwert zuiop fghjk", "unfamiliar")]
)
def test_abstains(taught, text, reason):
    verdict = taught.classify(text)
    assert verdict.reason == reason
    assert verdict.abstained


def test_caution(taught):
    text = "Trộm lấy mất gà và xe máy đêm qua"
    assert TextClassifier(caution=0.0).fit(TEXTS, LABELS).classify(text).reason is None
    assert TextClassifier(caution=1.0).fit(TEXTS, LABELS).classify(text).reason == "unsure"


def test_evidence_stands_in_the_text_and_adds_up(sorter):
    for message in sample_messages():
        verdict = sorter.classify(message.text)
        assert all(message.text[word.start : word.end] == word.text for word in verdict.evidence)
        weights = [abs(word.weight) for word in verdict.evidence]
        assert weights == sorted(weights, reverse=True)
        at = list(sorter.classes_).index(verdict.label)
        scores = np.log(sorter.predict_proba([message.text])[0])
        empty = np.log(sorter.predict_proba([""])[0])
        margin = [s[at] - np.delete(s, at).mean() for s in (scores, empty)]
        assert sum(word.weight for word in verdict.evidence) == pytest.approx(margin[0] - margin[1], abs=1e-3)


def test_explain_another_label(taught):
    text = "Trộm lấy mất gà, ruộng lúa khô"
    words = {word.text: word.weight for word in taught.explain(text, label="economy")}
    assert words["lúa"] > 0 > words["Trộm"]
    with pytest.raises(ValueError, match="'sports'"):
        taught.explain(text, label="sports")


# --- what cannot be learned --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "labels", "code"),
    [
        ([], [], "no_examples"),
        (["một", "hai"], ["a", "a"], "one_class"),
        (["một", " "], ["a", "b"], "empty_text"),
        (["một", "?!"], ["a", "b"], "empty_text"),
        (["một", "hai"], ["a"], "no_match"),
        (["một", "hai"], ["a", ""], "no_label"),
        (["một", "hai"], np.array(["a", None], object), "no_label"),
        (["một", 2], ["a", "b"], "not_a_text"),
        ("một hai", ["a", "b"], "one_text"),
    ],
)
def test_says_what_to_add(texts, labels, code):
    with pytest.raises(TeachingError) as caught:
        TextClassifier().fit(texts, labels)
    assert caught.value.code == code
    assert str(caught.value)


def test_not_taught():
    for use in (lambda m: m.predict(["a"]), lambda m: m.classify("a"), lambda m: m.explain("a"), lambda m: m.save(io.BytesIO())):
        with pytest.raises(TeachingError) as caught:
            use(TextClassifier())
        assert caught.value.code == "not_taught"


def test_one_example_of_each():
    model = TextClassifier().fit(["Mất trộm xe máy", "Lúa bị sâu ăn"], ["police", "economy"])
    assert model.predict(["trộm xe", "sâu ăn lúa"]).tolist() == ["police", "economy"]
    assert math.isfinite(model.temperature_)


def test_very_unequal_classes():
    texts, labels = [f"Đường hỏng số {word}" for word in ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")] * 3, ["economy"] * 30
    model = TextClassifier().fit([*texts, "Mất trộm xe máy"], [*labels, "police"])
    assert model.counts_ == {"economy": 30, "police": 1}
    assert model.predict(["trộm xe máy"])[0] == "police"


def test_the_same_text_with_different_labels_is_reported():
    model = TextClassifier().fit(["Mất xe máy", "mat  xe máy!", "Lúa khô", "Lúa khô"], ["police", "economy", "economy", "economy"])
    assert model.conflicts_ == (("Mất xe máy", ("police", "economy")),)
    assert TextClassifier().fit(TEXTS, LABELS).conflicts_ == ()


def test_whole_numbers_are_labels_too():
    model = TextClassifier().fit(TEXTS, [3 if label == "police" else 7 for label in LABELS])
    assert model.classify("trộm gà").label == 3
    assert TextClassifier.load(saved(model)).classify("trộm gà").label == 3


# --- scikit-learn --------------------------------------------------------------------------------------------------------


def test_follows_scikit_learn():
    from sklearn.base import clone, is_classifier
    from sklearn.exceptions import NotFittedError
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer
    from sklearn.utils.validation import check_is_fitted

    model = TextClassifier(C=3.0)
    assert clone(model).get_params() == {"C": 3.0, "caution": 0.6, "names": False}
    assert repr(model) == "TextClassifier(C=3.0)"
    assert is_classifier(model)
    with pytest.raises(NotFittedError):
        check_is_fitted(model)
    check_is_fitted(clone(model).fit(TEXTS, LABELS))
    assert cross_val_score(TextClassifier(), TEXTS, LABELS, cv=2).shape == (2,)
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    assert make_pipeline(lower, TextClassifier()).fit(TEXTS, LABELS).score(TEXTS, LABELS) == 1.0
    search = GridSearchCV(TextClassifier(), {"C": [1.0, 10.0]}, cv=2, scoring="neg_log_loss").fit(TEXTS, LABELS)
    assert search.best_estimator_.predict(TEXTS).shape == (12,)
    pandas = np.array(TEXTS, object)
    assert TextClassifier().fit(pandas, np.array(LABELS, object)).classes_.tolist() == ["economy", "health", "police"]
    assert pickle.loads(pickle.dumps(TextClassifier().fit(TEXTS, LABELS))).predict(["trộm gà"])[0] == "police"


def test_a_taught_model_needs_numpy_alone(tmp_path, taught):
    taught.save(tmp_path / "m.ailab")
    code = "import sys; from ailab import TextClassifier; m = TextClassifier.load(sys.argv[1]); print(m.classify('trom lay mat ga').label); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code, str(tmp_path / "m.ailab")], capture_output=True, text=True, check=True).stdout.splitlines()
    assert out[0] == "police"
    assert not {"sklearn", "scipy", "torch", "PIL", "onnxruntime"} & set(out[1].split())


# --- files ----------------------------------------------------------------------------------------------------------------


def test_save_and_load(tmp_path, taught):
    taught.save(tmp_path / "máy.ailab")
    for source in (tmp_path / "máy.ailab", str(tmp_path / "máy.ailab"), saved(taught), io.BytesIO(saved(taught))):
        copy = TextClassifier.load(source)
        assert copy.get_params() == taught.get_params()
        assert copy.classes_.tolist() == taught.classes_.tolist()
        assert copy.counts_ == taught.counts_
        np.testing.assert_array_equal(copy.predict_proba(TEXTS), taught.predict_proba(TEXTS))
        assert copy.classify("Zelbst qwert zuiop") == taught.classify("Zelbst qwert zuiop")
        assert copy.texts_ == []
        assert saved(copy) == saved(taught)


def test_the_examples_travel_only_on_demand(taught):
    assert read_model_file(saved(taught), "TextClassifier").files == {}
    assert TextClassifier.load(saved(taught, texts=True)).texts_ == list(zip(TEXTS, LABELS, strict=True))


def damaged(model, **settings):
    """The file of a model with other settings, its checksums right."""
    file = read_model_file(saved(model, texts=True), "TextClassifier")
    arrays = {name: settings.pop(name) for name in ("weights", "bias", "rarity") if name in settings}
    files = settings.pop("files", file.files)
    buffer = io.BytesIO()
    write_model_file(buffer, ModelFile("TextClassifier", file.settings | settings, file.arrays | arrays, files))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        {"classes": ["economy", "health"]}, {"classes": ["police", "health", "economy"]}, {"classes": ["a", 1, "c"]}, {"classes": "abc"}, {"classes": None},
        {"classes": [["a"], ["b"], ["c"]]}, {"counts": [1, 2]}, {"counts": [1, 2, -3]}, {"temperature": 0}, {"temperature": "x"}, {"temperature": float("nan")},
        {"C": -1}, {"names": "yes"}, {"words": ["a"]}, {"words": None}, {"words": 5}, {"caution": None}, {"usual": [1]},
        {"weights": np.zeros((2, 3), np.float32)}, {"bias": np.zeros(3, np.float64)}, {"rarity": np.zeros((1, 1), np.float32)},
        {"files": {"texts.json": b"["}}, {"files": {"texts.json": b"{}1"}}, {"files": {"texts.json": b'[["a", "nobody"]]'}},
        {"files": {"texts.json": b"[[1, 2]]"}}, {"files": {"texts.json": b"[3]"}}, {"files": {"texts.json": b"\xff"}},
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_words(taught, change):
    with pytest.raises(ModelError) as caught:
        TextClassifier.load(damaged(taught, **change))
    assert caught.value.code == "broken_model"


def test_other_files_are_refused(taught, tmp_path):
    whole = saved(taught)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("ailab.json", "[]")
    for data in (b"", b"no model", whole[:-40], whole[: len(whole) // 2], pickle.dumps({"a": 1}), buffer.getvalue()):
        with pytest.raises(ModelError):
            TextClassifier.load(data)
    with pytest.raises(ModelError) as caught:
        TextClassifier.load(tmp_path / "none.ailab")
    assert caught.value.code == "no_file"
    image = io.BytesIO()
    write_model_file(image, ModelFile("ImageClassifier", {}, {"a": np.zeros(1, np.float32)}))
    with pytest.raises(ModelError) as caught:
        TextClassifier.load(image.getvalue())
    assert caught.value.code == "other_kind"
