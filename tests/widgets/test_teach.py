import threading

import pytest
from collecting import ByColour, collected, photo

from ailab.widgets import PhotoCollection, Teach, TeachHistory


@pytest.fixture
def collection():
    return PhotoCollection()


def taught(collection, make=ByColour):
    teach = Teach(collection, make)
    teach.press.click()
    teach.join(10)
    return teach


def test_nothing_to_learn_from_is_said_in_words(collection):
    teach = taught(collection)
    assert teach.value is None
    assert "ailab-box ailab-doubt" in teach.output.value
    browser = collected(collection, blues=0)
    browser.put("xanh", photo("blue"), test=True)
    browser.tell()
    teach.press.click()
    assert "&lt;b&gt;" in teach.output.value, "names the one class, and a test photo does not count"
    assert not teach.busy
    assert not teach.press.disabled


def test_taught_and_taught_again_by_itself(collection):
    browser = collected(collection)
    teach = taught(collection)
    first = teach.value
    assert list(first.classes_) == ["xanh", "đỏ <b>"] or list(first.classes_) == ["đỏ <b>", "xanh"]
    assert "<b>" not in teach.output.value
    assert teach.halt.layout.display == "none"
    browser.put("xanh", photo("#2040b0", 9))
    browser.tell()
    teach.join(10)
    assert teach.value is not first
    assert [one.photos for one in teach.history] == [6, 7]


def test_test_photos_are_never_learned_and_counted(collection):
    browser = collected(collection)
    teach = taught(collection)
    first = teach.value
    collection.add([(photo("#2030c0", 7), "xanh"), (photo("#c03020", 8), "xanh")], test=True)
    assert teach.value is first, "a test photo teaches nothing"
    assert teach.score() == (1, 2)
    assert (teach.history[-1].right, teach.history[-1].tested) == (1, 2)
    collection.remove([browser.photos[-1]["id"]])
    assert teach.score() == (1, 1)
    assert len(teach.history) == 1


def test_stop_really_stops(collection):
    collected(collection)
    looked, go_on = threading.Event(), threading.Event()

    class Slow(ByColour):
        def fit(self, images, labels, progress=None):
            progress(1, len(images))
            looked.set()
            assert go_on.wait(10)
            progress(2, len(images))
            raise AssertionError("it was not stopped")

    teach = Teach(collection, Slow)
    teach.press.click()
    assert looked.wait(10)
    assert teach.halt.layout.display is None
    assert teach.press.disabled
    teach.halt.click()
    go_on.set()
    teach.join(10)
    assert teach.value is None
    assert not teach.press.disabled
    assert "ailab-box ailab-doubt" in teach.output.value


def test_a_photo_that_comes_while_it_learns_is_learned_next(collection):
    browser = collected(collection)
    started, go_on = threading.Event(), threading.Event()

    class Waiting(ByColour):
        def fit(self, images, labels, progress=None):
            if len(images) == 7:
                started.set()
                assert go_on.wait(10)
            return super().fit(images, labels, progress)

    teach = taught(collection, Waiting)
    browser.put("xanh", photo("#2040b0", 9))
    browser.tell()
    assert started.wait(10)
    browser.put("xanh", photo("#2040b0", 10))
    browser.tell()
    go_on.set()
    teach.join(10)  # the one that waited, which starts the next
    teach.join(10)
    assert teach.history[-1].photos == 8


class FirstWaits(ByColour):
    """Of six photos it learns when it is told to."""

    def __init__(self):
        self.started, self.go_on = threading.Event(), threading.Event()

    def fit(self, images, labels, progress=None):
        if len(images) == 6:
            self.started.set()
            assert self.go_on.wait(10)
        return super().fit(images, labels, progress)


def go_on(teach, model):
    model.go_on.set()
    teach.join(10)  # the one that waited, which may start the next
    teach.join(10)


def test_a_photo_that_comes_while_it_learns_for_the_first_time_is_learned_next(collection):
    browser = collected(collection)
    model = FirstWaits()
    teach = Teach(collection, lambda: model)
    teach.press.click()
    assert model.started.wait(10)
    browser.put("xanh", photo("#2040b0", 9))
    browser.tell()
    go_on(teach, model)
    assert [one.photos for one in teach.history] == [6, 7]


@pytest.mark.parametrize("before", [False, True], ids=["for the first time", "again"])
def test_all_photos_deleted_while_it_learns(collection, before):
    browser = collected(collection)
    model = FirstWaits()
    teach = Teach(collection, lambda: model)
    start = teach.output.value
    if before:
        teach.press.click()
        go_on(teach, model)
        assert teach.value is not None
        model.started.clear()
        model.go_on.clear()
    teach.press.click()
    assert model.started.wait(10)
    browser.photos = []
    browser.tell()
    go_on(teach, model)
    assert teach.value is None
    assert teach.history == ()
    assert teach.output.value == start
    assert not teach.press.disabled


def test_a_defect_is_a_sentence(collection, caplog):
    collected(collection)

    class Broken(ByColour):
        def fit(self, images, labels, progress=None):
            raise ZeroDivisionError

    teach = taught(collection, Broken)
    assert "ailab-box ailab-danger" in teach.output.value
    assert "ZeroDivisionError" in caplog.text
    assert not teach.press.disabled


def test_what_was_learned_goes_with_the_photos(collection):
    browser = collected(collection)
    teach = taught(collection)
    browser.photos, browser.classes = [], ["Loại 1", "Loại 2"]
    browser.tell()
    assert teach.value is None
    assert teach.history == ()


def test_history(collection):
    browser = collected(collection)
    teach = Teach(collection, ByColour)
    history = TeachHistory(teach)
    assert "ailab-box ailab-note" in history.output.value
    teach.press.click()
    teach.join(10)
    collection.add([(photo("#2030c0", 7), "xanh")], test=True)
    browser.put("xanh", photo("#2040b0", 9))
    browser.tell()
    teach.join(10)
    assert history.output.value.count("<li>") == 2
