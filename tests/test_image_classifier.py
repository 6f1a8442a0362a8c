import io
import json
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from PIL import ExifTags, Image

from ailab import ImageClassifier, ModelError, PhotoError, TeachingError, photo_features, samples
from ailab.image_classifier import review
from ailab.photo_features import PhotoFeatures, look_at, near_duplicates
from ailab.vision import BUNDLED, shared_backbone

CLASSES = ("gỉ sắt", "khỏe", "đốm <b>")


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def leaves(start, n):
    """Drawn leaves of three conditions: photos as bytes, and their labels."""
    photos, labels = [], []
    for k, (name, condition) in enumerate(zip(CLASSES, ("rust", "healthy", "phoma"), strict=True)):
        photos += [jpeg(samples.draw_leaf("coffee", condition, start + 100 * k + seed, size=160)) for seed in range(n)]
        labels += [name] * n
    return photos, labels


@pytest.fixture(scope="module")
def data():
    return leaves(0, 8)


@pytest.fixture(scope="module")
def taught(data):
    return ImageClassifier().fit(*data)


def test_learns_what_it_has_never_seen_from_eight_photos(taught):
    photos, labels = leaves(50, 6)
    assert taught.score(photos, labels) >= 0.8
    assert list(taught.classes_) == sorted(CLASSES)
    probability = taught.predict_proba(photos)
    assert probability.shape == (18, 3)
    np.testing.assert_allclose(probability.sum(1), 1, rtol=1e-5)
    assert list(taught.predict(photos)) == [taught.classes_[i] for i in probability.argmax(1)]


def test_the_same_photos_give_the_same_model(data, taught):
    again = ImageClassifier().fit(*data)
    np.testing.assert_array_equal(again.predict_proba(data[0]), taught.predict_proba(data[0]))


def test_wrong_labels_teach_the_wrong_thing(data):
    photos, labels = data
    swapped = [{"khỏe": "gỉ sắt", "gỉ sắt": "khỏe"}.get(label, label) for label in labels]
    new, right = leaves(50, 6)
    assert ImageClassifier().fit(photos, swapped).score(new, right) < 0.5


def test_one_more_photo_takes_a_moment(data):
    photos, labels = data
    teach = ImageClassifier().fit(photos, labels)
    more = jpeg(samples.draw_leaf("coffee", "rust", 77, size=160))
    began = time.perf_counter()
    teach.fit([*photos, more], [*labels, CLASSES[0]])
    assert time.perf_counter() - began < 2.5  # 0.1 s on a quiet machine


def test_diagnose(taught):
    diagnosis = taught.diagnose(leaves(60, 1)[0][0], crop=None)
    assert diagnosis.label == "gỉ sắt"
    assert diagnosis.confidence + sum(p for _label, p in diagnosis.alternatives) == pytest.approx(1, abs=1e-4)
    assert diagnosis.evidence.min() >= 0
    assert diagnosis.evidence.max() == pytest.approx(1)
    assert json.dumps(diagnosis.to_dict())
    assert "đốm &lt;b&gt;" in diagnosis._repr_html_()
    assert "<b>" not in diagnosis._repr_html_()


def test_a_photo_without_a_picture_is_not_answered(taught):
    assert taught.diagnose(Image.new("RGB", (200, 200), "grey")).reason == "poor_photo"


def test_what_was_not_taught_is_not_answered(taught):
    assert max(taught.predict_outlier_proba(leaves(60, 4)[0])) < 0.5
    things = [taught.diagnose(samples.draw_object(kind, seed)) for kind in samples.OBJECTS for seed in range(6)]
    assert np.mean([diagnosis.abstained for diagnosis in things]) >= 0.75
    assert "unfamiliar" in {diagnosis.reason for diagnosis in things}
    assert np.mean([taught.diagnose(photo).abstained for photo in leaves(60, 6)[0]]) <= 0.25


def test_explain(taught, data):
    photo = Image.open(io.BytesIO(data[0][0]))
    heat = taught.explain(photo, label="gỉ sắt")
    assert heat.shape == (photo.height, photo.width)
    assert heat.min() >= 0
    assert heat.max() <= 1
    np.testing.assert_array_equal(taught.explain(photo), taught.explain(photo, label=taught.predict([photo])[0]))
    with pytest.raises(ValueError, match="lạ"):
        taught.explain(photo, label="lạ")


def test_what_each_place_adds_up_to_the_score(taught, data):
    photo = Image.open(io.BytesIO(data[0][0]))
    looked = look_at([photo], taught._backbone)[0]
    scores = taught._head(looked.features[:1])[0]
    places = taught._evidence(photo).mean((1, 2)) + taught._head.bias
    np.testing.assert_allclose(places, scores, atol=0.05 * np.ptp(scores))  # enlarging the coarse map moves a little


def test_two_classes(data):
    photos, labels = data
    two = ImageClassifier().fit(photos[:16], labels[:16])
    assert two.predict_proba(photos[:16]).shape == (16, 2)
    assert two.score(photos[:16], labels[:16]) > 0.9


def test_one_photo_a_class_and_unequal_classes(data):
    photos, labels = data
    one = ImageClassifier().fit([photos[0], photos[8], photos[16]], [labels[0], labels[8], labels[16]])
    assert one.diagnose(photos[1]).label in CLASSES
    unequal = ImageClassifier().fit(photos[:9], labels[:9])
    assert unequal.predict([photos[8]])[0] == labels[8]


def test_the_same_photo_with_two_labels(data):
    photos, labels = data
    teach = ImageClassifier().fit([*photos, photos[0]], [*labels, CLASSES[1]])
    found = review([*photos, photos[0]], [*labels, CLASSES[1]])
    assert teach.score(photos, labels) > 0.8
    assert (0, len(photos)) in found.duplicates


@pytest.mark.parametrize(("photos", "labels", "code"), [([], [], "no_photos"), (slice(0, 8), slice(0, 8), "one_class"), (slice(0, 9), slice(0, 8), "labels")])
def test_says_what_to_add(data, photos, labels, code):
    with pytest.raises(TeachingError) as caught:
        ImageClassifier().fit(photos if isinstance(photos, list) else data[0][photos], labels if isinstance(labels, list) else data[1][labels])
    assert caught.value.code == code


def test_says_which_photo_is_damaged(data):
    with pytest.raises(PhotoError, match="Ảnh 2") as caught:
        ImageClassifier().fit([data[0][0], b"not a photo"], ["a", "b"])
    assert caught.value.code == "not_a_photo"


def test_nothing_taught_yet(data):
    for call in ("predict", "predict_proba", "predict_outlier_proba"):
        with pytest.raises(TeachingError, match="chưa được dạy"):
            getattr(ImageClassifier(), call)(data[0][:1])
    with pytest.raises(TeachingError):
        ImageClassifier().save(io.BytesIO())


def test_stopped_keeps_what_was_taught(taught):
    before = taught.photos_
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taught.fit(*leaves(900, 4), progress=stop)
    assert seen == [(1, 12), (2, 12), (3, 12)]
    assert taught.photos_ is before


def test_single_image_is_no_list(taught, data):
    with pytest.raises(ValueError, match="Cần một danh sách ảnh"):
        taught.predict(data[0][0])
    assert taught.predict([]).shape == (0,)


def test_save_and_load(taught, data, tmp_path):
    path = tmp_path / "máy.ailab"
    taught.save(path)
    for source in (path, path.read_bytes()):
        loaded = ImageClassifier.load(source)
        np.testing.assert_allclose(loaded.predict_proba(data[0]), taught.predict_proba(data[0]), atol=1e-6)
        np.testing.assert_allclose(loaded.predict_outlier_proba(data[0]), taught.predict_outlier_proba(data[0]), atol=1e-6)
        assert [label for _photo, label in loaded.photos_] == data[1]
        assert loaded.diagnose(data[0][0]).label == taught.diagnose(data[0][0]).label
    more = loaded.fit(*zip(*loaded.photos_, strict=True))  # goes on from the photos in the file
    assert more.score(*data) > 0.9


def test_save_without_photos(taught, tmp_path):
    with_photos, without = tmp_path / "a.ailab", tmp_path / "b.ailab"
    taught.save(with_photos)
    taught.save(without, photos=False)
    assert without.stat().st_size < with_photos.stat().st_size
    assert not [name for name in zipfile.ZipFile(without).namelist() if name.endswith(".jpg")]
    assert ImageClassifier.load(without).photos_ == []


def changed(taught, tmp_path, *, photos=True, arrays=None, **settings):
    from ailab.model_file import ModelFile, read_model_file, write_model_file

    path = tmp_path / "m.ailab"
    taught.save(path, photos=photos)
    file = read_model_file(path, "ImageClassifier")
    write_model_file(path, ModelFile(file.kind, file.settings | settings, file.arrays | (arrays or {}), file.files))
    return path


def test_another_network_is_taught_again_from_the_photos(taught, data, tmp_path):
    loaded = ImageClassifier.load(changed(taught, tmp_path, network="other"))
    assert loaded.score(*data) > 0.9
    with pytest.raises(ModelError) as caught:
        ImageClassifier.load(changed(taught, tmp_path, photos=False, network="other"))
    assert caught.value.code == "other_network"


@pytest.mark.parametrize(
    "settings",
    [{"classes": ["a"]}, {"classes": 3}, {"labels": [0]}, {"labels": [9] * 24}, {"temperature": 0}, {"temperature": "x"}, {"C": None}],
)
def test_settings_that_make_no_sense(taught, tmp_path, settings):
    with pytest.raises(ModelError) as caught:
        ImageClassifier.load(changed(taught, tmp_path, **settings))
    assert caught.value.code == "broken_model"


@pytest.mark.parametrize(
    "arrays",
    [
        {"weights": np.zeros((3, 5), np.float32)},
        {"spread": np.zeros(1208, np.float32)},
        {"bias": np.zeros(4)},
        {"taught_weights": np.zeros((2, 1208), np.float32)},
    ],
)
def test_numbers_that_do_not_fit(taught, tmp_path, arrays):
    with pytest.raises(ModelError) as caught:
        ImageClassifier.load(changed(taught, tmp_path, arrays=arrays))
    assert caught.value.code == "broken_model"


def test_scikit_learn_takes_it_for_its_own(data):
    from sklearn.base import clone, is_classifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline

    photos, labels = data
    labels = np.array(labels)
    teach = ImageClassifier(C=5)
    assert is_classifier(teach)
    assert clone(teach).get_params() == {"C": 5, "model": None}
    assert cross_val_score(teach, photos, labels, cv=4).mean() > 0.8
    pipeline = make_pipeline(PhotoFeatures(), LogisticRegression(C=1, max_iter=500)).fit(photos, labels)
    assert pipeline.score(photos, labels) > 0.8
    assert set(GridSearchCV(teach, {"C": [1, 100]}, cv=2).fit(photos, labels).best_params_) == {"C"}


def test_numbers_as_labels(data):
    labels = [["gỉ sắt", "khỏe", "đốm <b>"].index(label) for label in data[1]]
    teach = ImageClassifier().fit(data[0], labels)
    assert teach.score(data[0], labels) > 0.9
    assert teach.diagnose(data[0][0]).label == "0"


def test_using_a_model_needs_no_scikit_learn(taught, tmp_path):
    path = tmp_path / "m.ailab"
    taught.save(path)
    photo = tmp_path / "leaf.jpg"
    photo.write_bytes(leaves(60, 1)[0][0])
    code = f"""
import sys
from ailab import ImageClassifier
print(ImageClassifier.load({str(path)!r}).diagnose({str(photo)!r}).label)
print({{"torch", "transformers", "sklearn"}} & set(sys.modules))
"""
    out = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
    assert out.split("\n")[:2] == ["gỉ sắt", "set()"]


def test_review(data):
    photos, labels = data
    wrong = [*labels[:-1], "khỏe"]  # the last photo is labelled wrongly
    found = review(photos, wrong, ["sáng", "tối"] * 12)
    assert found.classes == tuple(sorted(CLASSES))
    assert found.counts == {"gỉ sắt": 8, "khỏe": 9, "đốm <b>": 7}
    assert found.confusion.sum() == 24
    assert len(photos) - 1 in found.mistakes
    assert found.accuracy == 1 - len(found.mistakes) / 24
    assert sum(n for _right, n in found.group_accuracy.values()) == 24
    assert json.dumps(found.to_dict())


def test_review_needs_two_different_photos_of_two_kinds(data):
    photos, labels = data
    for chosen in ([0, 8], [0, 1, 8], [0, 0, 8, 8]):
        with pytest.raises(TeachingError) as caught:
            review([photos[i] for i in chosen], [labels[i] for i in chosen])
        assert caught.value.code == "too_few"


def test_review_judges_no_photo_by_its_copy(data):
    """Photos labelled at random, each there twice: a judge that had seen the copy would be right every time."""
    photos = data[0]
    labels = ["a", "b"] * 12
    copies = [jpeg(Image.open(io.BytesIO(photo)).resize((150, 150)), quality=70) for photo in photos]
    found = review(photos + copies, labels + labels)
    assert found.accuracy < 0.8
    assert len(found.duplicates) >= 24


def test_near_duplicates():
    leaf = samples.draw_leaf("coffee", "rust", 3, size=256)
    smaller = leaf.resize((180, 180))
    others = [samples.draw_leaf("coffee", "rust", 4, size=256), samples.draw_object("house")]
    looks = look_at([leaf, others[0], jpeg(smaller, quality=60), others[1]], shared_backbone(str(BUNDLED)))
    assert (0, 2) in near_duplicates(looks)
    assert not [pair for pair in near_duplicates(looks) if 3 in pair]
    assert near_duplicates([]) == []


def test_photos_can_be_forgotten(data):
    looks = look_at(data[0][:2], shared_backbone(str(BUNDLED)))
    assert look_at(data[0][:1], shared_backbone(str(BUNDLED)))[0] is looks[0]
    photo_features.forget()
    assert not photo_features._seen
    again = look_at(data[0][:1], shared_backbone(str(BUNDLED)))[0]
    assert again is not looks[0]
    np.testing.assert_array_equal(again.features, looks[0].features)


def test_says_which_file_or_picture_is_damaged(data, tmp_path):
    good, bad = tmp_path / "a.jpg", tmp_path / "b.jpg"
    good.write_bytes(data[0][0])
    bad.write_bytes(b"not a photo")
    truncated = Image.open(io.BytesIO(data[0][1][:3000]))
    for second, code in ((bad, "not_a_photo"), (tmp_path / "none.jpg", "no_such_file"), (truncated, "broken")):
        with pytest.raises(PhotoError, match="Ảnh 2") as caught:
            look_at([good, second], shared_backbone(str(BUNDLED)))
        assert caught.value.code == code


def test_pictures_that_differ_beside_their_pixels():
    palette = Image.new("P", (64, 64), 1)
    other = palette.copy()
    palette.putpalette([0, 0, 0, 200, 30, 30])
    other.putpalette([0, 0, 0, 30, 30, 200])
    upright = samples.draw_leaf("coffee", "rust", 3, size=64)
    turned = upright.copy()
    turned.getexif()[ExifTags.Base.Orientation] = 6
    looks = look_at([palette, other, upright, turned], shared_backbone(str(BUNDLED)))
    assert not np.array_equal(looks[0].features, looks[1].features)
    assert not np.array_equal(looks[2].features, looks[3].features)


def test_review_judges_each_photo_though_two_classes_share_a_picture(data):
    a, shared, b = data[0][0], data[0][1], data[0][8]
    found = review([a, shared, shared, b], ["a", "a", "b", "b"])
    assert (1, 2) in found.duplicates
    assert min(found.confidence) > 0.5, "half would be no answer at all"


def test_what_a_machine_of_ones_own_says_is_no_advice_about_leaves(taught):
    shown = taught.diagnose(leaves(60, 1)[0][0])._repr_html_()
    assert "AI đoán" in shown or "AI không trả lời" in shown
    assert "thuốc" not in shown
