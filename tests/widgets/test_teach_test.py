import io

import pytest
from collecting import ByColour, collected, photo
from PIL import Image

from ailab.widgets import PhotoCollection, Teach, TeachTest


@pytest.fixture
def teach():
    collection = PhotoCollection()
    collected(collection)
    return Teach(collection, ByColour)


def teach_it(teach):
    teach.press.click()
    teach.join(10)


def send(test, data):
    test.photo.set_state({"photo": memoryview(data), "count": test.photo.count + 1})


def test_closed_until_something_was_taught(teach):
    test = TeachTest(teach)
    assert test.photo.disabled
    assert test.drawn.disabled
    teach_it(teach)
    assert not test.photo.disabled


def test_an_answer_becomes_a_test_photo(teach):
    test = TeachTest(teach)
    teach_it(teach)
    send(test, photo("#2030c0", 99))
    assert test.value.label == "xanh"
    assert "ailab-verdict" in test.output.value
    assert "ailab-map" in test.evidence.value
    right, _wrong, _leave = test.answers.children
    right.click()
    right.click()  # the second tap of two
    assert [(one.label, one.test) for one in teach.collection.tests] == [("xanh", True)]
    assert test.answers.children == ()
    send(test, photo("#2030c0", 98))
    right, wrong, _leave = test.answers.children
    wrong.click()
    assert teach.score() == (1, 2)
    assert "&lt;b&gt;" in test.score.value
    assert "<b>" not in test.score.value
    send(test, photo("#2030c0", 97))
    test.answers.children[-1].click()
    assert len(teach.collection.tests) == 2
    assert len(teach.collection.learned) == 6
    kept = Image.open(io.BytesIO(teach.collection.tests[0].data))
    assert kept.format == "JPEG"


def test_a_broken_photo_leaves_no_question_behind(teach):
    test = TeachTest(teach)
    teach_it(teach)
    send(test, photo("#2030c0", 99))
    send(test, b"%PDF-1.7")
    assert "ailab-box ailab-doubt" in test.output.value
    assert not test.photo.busy
    send(test, photo("#c03020", 99))
    assert test.value.label == "đỏ <b>"


def test_drawn_leaf(teach):
    test = TeachTest(teach)
    teach_it(teach)
    test.drawn.click()
    first = test.value
    test.drawn.click()
    assert test.value is not first
    assert "ailab-box ailab-note" in test.output.value


def test_taught_again_it_looks_again(teach):
    test = TeachTest(teach)
    teach_it(teach)
    send(test, photo("#2030c0", 99))
    before = test.value
    teach_it(teach)
    assert test.value is not before
    assert len(test.answers.children) == 3
