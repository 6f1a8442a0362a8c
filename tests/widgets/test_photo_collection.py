import io
import re
from pathlib import Path

import pytest
from collecting import Browser, photo
from PIL import Image

from ailab import i18n
from ailab.widgets import PhotoCollection
from ailab.widgets import photo_collection as module


@pytest.fixture
def collection():
    return PhotoCollection()


def test_the_kernel_asks_until_it_has_every_photo(collection):
    browser = Browser(collection)
    for seed in range(5):
        browser.put("một", photo("red", seed), group="a" if seed else "")
    browser.put("hai", photo("blue"), test=True)
    browser.groups = ["sáng", ""]
    seen = []
    collection.observe(lambda change: seen.append(len(collection.photos)), "count")
    browser.tell()
    assert seen == [6], "told once, when it is whole"
    assert collection.classes == ("một", "hai")
    assert [one.data for one in collection.photos] == [one["data"] for one in browser.photos]
    assert [one.group for one in collection.learned] == ["", *["sáng"] * 4]
    assert [one.label for one in collection.tests] == ["hai"]


def test_what_is_asked_is_done_by_the_browser(collection):
    browser = Browser(collection)
    collection.add([(photo("red"), "một"), (photo("blue"), "hai")])
    first, second = collection.photos
    collection.move([second.key], "một")
    assert [one.label for one in collection.photos] == ["một", "một"]
    collection.add([(photo("green"), "hai")], test=True)
    collection.remove([first.key])
    assert [(one.label, one.test) for one in collection.photos] == [("một", False), ("hai", True)]
    collection.replace(["ba", "bốn"], [(photo("red"), "ba")])
    assert collection.classes == ("ba", "bốn")
    assert len(collection._data) == 1, "nothing is kept of photos that are gone"
    assert browser.said == []


def test_drawn_leaves_say_what_they_are(collection):
    browser = Browser(collection)
    collection._handle_custom_msg({"kind": "drawings"}, [])
    assert len(collection.photos) == 36
    assert len({one.data for one in collection.photos}) == 36
    assert len(collection.classes) == 3
    assert browser.said
    for one in collection.photos[::12]:
        image = Image.open(io.BytesIO(one.data))
        assert image.format == "JPEG"
        assert max(image.size) == 320
    for language in i18n.LANGUAGES:
        with i18n.using(language):
            assert all(len(module.drawn_name(*leaf)) <= 60 for leaf in module._DRAWN), "longer names are cut by the browser"
    data, label = module.drawn_test(1)
    assert label in collection.classes
    assert data not in {one.data for one in collection.photos}


def test_every_text_comes_from_python_and_nothing_from_the_network():
    folder = Path(module.__file__).parent
    scripts = "".join((folder / name).read_text("utf-8") for name in ("photo_store.js", "photo_collection.js"))
    used = set(re.findall(r"words\(\)\.(\w+)", scripts)) | set(re.findall(r"\bsay\(\"(\w+)\"", scripts)) | {"group_a", "group_b", "mark_off"}
    used |= {f"kept_{kept}" for kept in ("browser", "memory", "kiosk")} | {"camera", "choose", "not_a_photo", "failed"}
    assert used == set(PhotoCollection().labels)
    assert not re.search(r"https?://|url\(|@import", scripts + PhotoCollection._css)


def test_texts_follow_the_language():
    with i18n.using("en"):
        assert PhotoCollection().labels["add_class"] == "Add a class"
