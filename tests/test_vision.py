import csv
import io
import json
import pickle
import shutil

import numpy as np
import pytest
from PIL import Image

from ailab import CropClassifier, ModelError, PhotoError, UnknownCropError, i18n, samples
from ailab.vision import BUNDLED, Backbone, softmax, temper, verify_model

CROPS = ("banana", "citrus", "coffee", "maize", "potato", "rice", "tomato")


def jpeg(image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def test_classes(classifier):
    assert len(classifier.classes_) == 33
    assert list(classifier.classes_) == sorted(classifier.classes_)
    assert {"rice__blast", "coffee__rust", "maize__healthy"} <= set(classifier.classes_)
    assert "background_or_other" not in classifier.classes_
    assert classifier.crops_ == CROPS


def test_predict_proba_takes_every_kind_of_image(classifier, leaf, tmp_path):
    path = tmp_path / "lá.png"
    leaf.save(path)
    probability = classifier.predict_proba([path, str(path), path.read_bytes(), leaf, np.asarray(leaf)])
    assert probability.shape == (5, 33)
    assert probability.dtype == np.float32
    np.testing.assert_allclose(probability.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(probability, probability[:1].repeat(5, 0), atol=1e-6)


def test_batches_equal_single_images(classifier):
    leaves = [samples.draw_leaf("rice", "blast", seed, size=96) for seed in range(19)]
    one_by_one = np.concatenate([classifier.predict_proba([leaf]) for leaf in leaves])
    np.testing.assert_allclose(classifier.predict_proba(leaves), one_by_one, atol=1e-5)
    np.testing.assert_allclose(classifier.predict_proba(np.stack([np.asarray(leaf) for leaf in leaves])), one_by_one, atol=1e-5)


def test_empty_batch(classifier):
    assert classifier.predict_proba([]).shape == (0, 33)
    assert classifier.predict([]).shape == (0,)


@pytest.mark.parametrize("single", ["leaf.jpg", b"leaf", Image.new("RGB", (64, 64)), np.zeros((64, 64, 3), np.uint8)])
def test_a_single_image_is_not_a_batch(classifier, single):
    with pytest.raises(ValueError, match="Cần một danh sách ảnh"):
        classifier.predict_proba(single)


def test_predict_and_score(classifier, leaf):
    labels = classifier.predict([leaf, leaf])
    assert labels.shape == (2,)
    assert set(labels) <= set(classifier.classes_)
    assert classifier.score([leaf, leaf], labels) == 1.0
    assert classifier.score([leaf, leaf], ["x", labels[1]]) == 0.5


def test_follows_scikit_learn(classifier):
    from sklearn.base import clone, is_classifier
    from sklearn.utils import get_tags

    copy = clone(CropClassifier(model=str(BUNDLED)))
    assert copy.get_params() == {"model": str(BUNDLED)}
    assert copy.set_params(model=None).model is None
    with pytest.raises(ValueError, match="'depth'"):
        copy.set_params(depth=3)
    assert is_classifier(classifier)
    assert get_tags(classifier).estimator_type == "classifier"
    assert repr(clone(classifier)) == "CropClassifier()"
    assert pickle.loads(pickle.dumps(classifier)).get_params() == {"model": None}


def test_diagnose_told_the_crop(classifier, leaf):
    diagnosis = classifier.diagnose(jpeg(leaf), crop="coffee")
    assert diagnosis.crop == diagnosis.told_crop == "coffee"
    assert diagnosis.label == f"coffee__{diagnosis.condition}"
    labels = [diagnosis.label, *(label for label, _p in diagnosis.alternatives)]
    assert sorted(labels) == [label for label in classifier.classes_ if label.startswith("coffee__")]
    probabilities = [diagnosis.confidence, *(p for _label, p in diagnosis.alternatives)]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_diagnose_agrees_with_predict_proba(classifier, leaf):
    diagnosis = classifier.diagnose(leaf)
    probability = classifier.predict_proba([leaf])[0]
    assert diagnosis.label == classifier.classes_[probability.argmax()]
    assert diagnosis.confidence == pytest.approx(probability.max(), abs=1e-5)
    assert diagnosis.outlier_probability == pytest.approx(classifier.predict_outlier_proba([leaf])[0], abs=1e-6)
    assert len(diagnosis.alternatives) == 32


def test_an_unknown_crop(classifier, leaf):
    with pytest.raises(UnknownCropError, match=r"cassava.*banana, citrus") as error:
        classifier.diagnose(leaf, crop="cassava")
    assert error.value.code == "unknown_crop"


def test_reasons(classifier, leaf):
    assert classifier.diagnose(Image.new("RGB", (300, 300), "black")).reason == "poor_photo"
    dark = leaf.point(lambda v: v // 20)
    assert classifier.diagnose(dark).photo_problem == "too_dark"
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert classifier.diagnose(noise).abstained
    with pytest.raises(PhotoError):
        classifier.diagnose(b"not a photo")


def test_explain(classifier, leaf):
    evidence = classifier.explain(leaf)
    assert evidence.shape == (leaf.height, leaf.width)
    assert evidence.dtype == np.float32
    assert evidence.min() >= 0
    assert evidence.max() <= 1
    assert evidence.max() > 0.5
    tall = classifier.explain(leaf.resize((90, 200)), label="rice__blast")
    assert tall.shape == (200, 90)
    with pytest.raises(ValueError, match="rice__nothing"):
        classifier.explain(leaf, label="rice__nothing")


def test_evidence_adds_up_to_the_score(leaf):
    """The heat map is no afterthought: its mean is the score, but for a constant of each class."""
    backbone = Backbone(BUNDLED)
    pixels = np.stack([backbone.prepare(leaf), backbone.prepare(leaf.rotate(90))])
    logits, evidence, _novelty = backbone.run(pixels)
    constant = logits - evidence.mean((2, 3))
    np.testing.assert_allclose(constant[0], constant[1], atol=1e-4)


def test_softmax():
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0]], np.float32), 1.0), [[0.5, 0.5]])
    np.testing.assert_allclose(softmax(np.log(np.array([0.8, 0.2], np.float32)), 1.0), [0.8, 0.2], rtol=1e-6)


def test_a_new_photo_is_believed_less():
    settings = {"temperature": 0.8, "temperature_new": 3.2, "novelty_full": 2.0}
    logits = np.array([[3.0, 1.0, 0.0]] * 5, np.float32)
    p = temper(logits, np.array([-1.0, 0.0, 1.0, 2.0, 9.0], np.float32), settings)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(p[0], softmax(logits[0], 0.8), rtol=1e-6)
    np.testing.assert_allclose(p[1], p[0])
    np.testing.assert_allclose(p[2], softmax(logits[0], 1.6), rtol=1e-6)
    np.testing.assert_allclose(p[3], softmax(logits[0], 3.2), rtol=1e-6)
    np.testing.assert_allclose(p[4], p[3])


def test_novelty_is_told(classifier, leaf):
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    assert classifier.diagnose(noise).novelty > 0  # newer than the middle one of known leaves
    diagnosis = classifier.diagnose(leaf)
    assert diagnosis.to_dict()["novelty"] == diagnosis.novelty
    assert json.dumps(diagnosis.to_dict())


def test_unfamiliar_is_a_reason_of_its_own(classifier, leaf, monkeypatch):
    backbone = classifier._load()

    def run(pixels, novelty):
        logits, evidence, _novelty = Backbone.run(backbone, pixels)
        logits[:, :-1], logits[:, -1] = 0, -9  # no idea which leaf, but a leaf
        return logits, evidence, np.full(len(pixels), novelty, np.float32)

    for novelty, reason in ((0.9, "unsure"), (1.1, "unfamiliar")):
        monkeypatch.setattr(backbone, "run", lambda pixels, novelty=novelty: run(pixels, novelty))
        assert classifier.diagnose(leaf).reason == reason


def test_the_model_says_what_it_has_learned(classifier):
    card = classifier.card_
    assert tuple(card["crops"]) == CROPS
    for known in card["crops"].values():
        assert known["photos"] > 100
        assert known["sources"]
        assert known["known"]["right_answers"] <= known["known"]["answered"] <= known["known"]["photos"]
    assert card["crops"]["rice"]["new"]["photos"] == 77
    assert card["drawn"]["photos"] == 99


def test_the_transformers_model_is_the_same_network(classifier, leaf):
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    network = AutoModelForImageClassification.from_pretrained(BUNDLED, use_safetensors=True)
    assert [*network.config.id2label.values()][:-1] == list(classifier.classes_)
    pixels = AutoImageProcessor.from_pretrained(BUNDLED, use_fast=False)(leaf, return_tensors="pt")
    with torch.no_grad():
        theirs = network(**pixels).logits.numpy()
    backbone = Backbone(BUNDLED)
    ours, _evidence, _novelty = backbone.run(backbone.prepare(leaf)[None])
    np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_bundled_model_is_whole_and_small():
    verify_model()
    assert sum(path.stat().st_size for path in BUNDLED.iterdir()) <= 12e6
    card = (BUNDLED / "README.md").read_text("utf-8")
    for word in ("PlantVillage", "CC BY", "python -m ailab.training.crops", "license:"):
        assert word in card


@pytest.mark.parametrize("damage", ["bit", "gone", "sums", "empty sums", "garbage sums"])
def test_a_damaged_model_is_refused(tmp_path, damage, leaf):
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    onnx = folder / "model.onnx"
    if damage == "bit":
        data = bytearray(onnx.read_bytes())
        data[len(data) // 2] ^= 1
        onnx.write_bytes(data)
    elif damage == "gone":
        onnx.unlink()
    elif damage == "sums":
        (folder / "SHA256SUMS").unlink()
    else:
        (folder / "SHA256SUMS").write_bytes(b"" if "empty" in damage else "lá lúa\n".encode())
    with pytest.raises(ModelError, match="ailab doctor"):
        CropClassifier(model=folder).diagnose(leaf)
    with pytest.raises(ModelError):
        verify_model(folder)


def test_errors_follow_the_language(classifier, leaf):
    with i18n.using("en"), pytest.raises(UnknownCropError, match="has never learned"):
        classifier.diagnose(leaf, crop="tea")
    with pytest.raises(UnknownCropError, match="chưa"):
        classifier.diagnose(leaf, crop="tea")


def test_result_is_json(classifier, leaf):
    record = json.loads(json.dumps(classifier.diagnose(leaf).to_dict()))
    assert set(record) >= {"label", "crop", "condition", "confidence", "alternatives", "abstained", "reason"}


def test_real_photos(classifier, crops_data):
    """A floor, far below what ``benchmarks/crops.py`` measures: catches a broken chain, not a weaker model."""
    with (crops_data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val" and not row["shift"] and row["crop"] != "other"][::7]
    told = [classifier.diagnose(crops_data / row["file"], crop=row["crop"]) for row in rows]
    right = [d.label == row["file"].split("/")[0] for d, row in zip(told, rows, strict=True)]
    assert np.mean(right) > 0.8
    answered = [ok for ok, d in zip(right, told, strict=True) if not d.abstained]
    assert np.mean(answered) > 0.9
