import pytest
from collecting import ByColour, collected, look, photo

from ailab.errors import TeachingError
from ailab.widgets import PhotoCollection, Teach, TeachReview


@pytest.fixture
def collection():
    return PhotoCollection()


def looked(collection, review=look):
    teach = Teach(collection, ByColour)
    view = TeachReview(teach, review)
    teach.press.click()
    teach.join(10)
    view.press.click()
    return view


def rows(box):
    return [child for child in box.children if "ailab-teach-item" in child._dom_classes]


def buttons(row):
    return row.children[-1].children


def test_first_teach_then_look(collection):
    view = TeachReview(Teach(collection, ByColour), look)
    view.press.click()
    assert "ailab-box ailab-doubt" in view.output.value
    assert view.value is None


def test_a_photo_in_the_wrong_class_is_moved_with_one_tap(collection):
    browser = collected(collection, reds=5, blues=5)
    browser.put("xanh", photo("#c03020", 70))
    browser.tell()
    view = looked(collection)
    assert view.value.mistakes == (10,)
    (row,) = rows(view.mistakes)
    move, _mine, _remove = buttons(row)
    move.click()
    move.click()  # the second tap of two
    assert [one.label for one in collection.photos][-1] == "đỏ <b>"
    assert row.layout.display == "none"
    assert view.stale.value
    view.press.click()
    assert not rows(view.mistakes)
    assert view.stale.value == ""
    assert "<b>" not in view.output.value


def test_my_label_is_right_and_remove(collection):
    browser = collected(collection, reds=5, blues=5)
    for seed in (70, 71):
        browser.put("xanh", photo("#c03020", seed))
    browser.tell()
    view = looked(collection)
    first, second = rows(view.mistakes)
    buttons(first)[1].click()
    assert len(collection.photos) == 12
    buttons(second)[2].click()
    assert len(collection.photos) == 11


def test_the_same_photo_in_two_classes_and_in_the_test(collection):
    browser = collected(collection)
    twin = browser.photos[0]["data"]
    browser.put("xanh", twin)
    browser.put("đỏ <b>", browser.photos[4]["data"], test=True)
    browser.tell()
    view = looked(collection)
    found = rows(view.twins)
    assert len(found) >= 2
    buttons(found[0])[1].click()
    assert len(collection.photos) == 7


def test_groups_and_unequal_classes(collection):
    browser = collected(collection, reds=8, blues=2)
    for one in browser.photos[:4]:
        one["group"] = "a"
    for one in browser.photos[4:]:
        one["group"] = "b"
    browser.put("xanh", photo("#c03020", 70), group="b")
    browser.groups = ["sáng", "<i>tối"]
    browser.tell()
    view = looked(collection)
    assert view.value.group_accuracy["sáng"] == (4, 4)
    assert "&lt;i&gt;tối" in view.output.value
    assert "ailab-box ailab-doubt" in view.output.value
    assert view.output.value.count('class="ailab-behind"') >= 2


def test_what_cannot_be_reviewed_is_said(collection):
    def too_few(*_arguments):
        raise TeachingError("Add photos.", code="too_few")

    collected(collection)
    view = looked(collection, too_few)
    assert "Add photos." in view.output.value
    assert not view.press.disabled


def test_it_forgets_with_the_photos(collection):
    browser = collected(collection)
    view = looked(collection)
    browser.photos = []
    browser.tell()
    assert view.value is None
    assert view.mistakes.children == ()
