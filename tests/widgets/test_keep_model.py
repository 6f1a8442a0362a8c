import pytest
from collecting import ByColour, collected, photo

from ailab.errors import ModelError
from ailab.widgets import KeepModel, PhotoCollection, Teach


@pytest.fixture
def teach():
    collection = PhotoCollection()
    collected(collection)
    return Teach(collection, ByColour)


def load(data):
    if not data.startswith(b"model"):
        raise ModelError("No model. Choose another file.", code="broken_model")
    labels = ["một", "hai"] * 2
    model = ByColour().fit([photo(colour, seed) for seed, colour in enumerate(["red", "blue"] * 2)], labels)
    if data == b"model":
        model.photos_ = []
    return model


def choose(keep, data, problem=""):
    first = True
    keep.file._take("x.ailab", data, first, problem)


def test_saved_with_or_without_photos_under_a_name(teach):
    keep = KeepModel(teach, load)
    assert keep.pack.disabled
    teach.press.click()
    teach.join(10)
    keep.name.value = " lá/cà: phê "
    keep.pack.click()
    assert keep.download.content == b"model with photos\xff"
    assert keep.download.filename == "lá cà phê.ailab"
    keep.photos.value = False
    assert not keep.download.content, "it must be made again"
    keep.pack.click()
    assert keep.download.content == b"model\xff"
    teach.press.click()
    teach.join(10)
    assert not keep.download.content


def test_loading_asks_before_it_replaces(teach):
    keep = KeepModel(teach, load)
    choose(keep, b"model with photos")
    assert keep.sure.layout.display is None
    assert len(teach.collection.photos) == 6
    keep.leave.click()
    assert keep.sure.layout.display == "none"
    assert teach.value is None
    choose(keep, b"model with photos")
    keep.replace.click()
    keep.replace.click()
    assert teach.collection.classes == ("hai", "một")
    assert len(teach.collection.photos) == 4
    assert len(teach.history) == 1, "what was loaded need not be taught again"
    teach.collection.add([(photo("red", 9), "một")])
    teach.join(10)
    assert teach.history[-1].photos == 5


def test_a_model_without_photos_leaves_mine(teach):
    keep = KeepModel(teach, load)
    choose(keep, b"model")
    assert len(teach.collection.photos) == 6
    assert list(teach.value.classes_) == ["hai", "một"]


@pytest.mark.parametrize(("data", "problem"), [(b"%PDF", ""), (b"", "Too big. Split it.")])
def test_a_wrong_file_gets_a_sentence(teach, data, problem):
    keep = KeepModel(teach, load)
    choose(keep, data, problem)
    assert "ailab-box ailab-doubt" in keep.output.value
    assert (problem or "No model.") in keep.output.value
    assert teach.value is None


def test_a_model_without_photos_stays_until_there_are_others_to_learn_from(teach):
    keep = KeepModel(teach, load)
    choose(keep, b"model")
    loaded = teach.value
    teach.collection.add([(photo("red", 9), "một")], test=True)
    teach.join(10)
    assert teach.value is loaded
    assert teach.score() == (1, 1)
    teach.collection.add([(photo("#2030c0", 9), "xanh")])
    teach.join(10)
    assert list(teach.value.classes_) == ["xanh", "đỏ <b>"]


def test_a_model_without_photos_stays_while_there_are_none():
    teach = Teach(PhotoCollection(), ByColour)
    keep = KeepModel(teach, load)
    choose(keep, b"model")
    loaded = teach.value
    teach.collection.count += 1  # a class was renamed
    assert teach.value is loaded is not None
