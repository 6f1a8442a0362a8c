import inspect
import io
import logging

import ipywidgets
import pytest

from ailab import cards, i18n, samples
from ailab.widgets import EvidenceView, LeafClinic, ModelLimits, WhatIf


@pytest.fixture
def clinic(classifier):
    return LeafClinic(classifier)


def send(clinic, data):
    """What the browser does when a photo is chosen."""
    clinic.photo.set_state({"photo": memoryview(data), "count": clinic.photo.count + 1})


def jpeg(image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


def test_asks_for_the_crop_first(clinic, leaf):
    assert clinic.crop.value is None
    assert "chưa nói" not in clinic.output.value
    send(clinic, jpeg(leaf))
    assert clinic.value.told_crop is None
    assert "Bạn chưa chọn cây" in clinic.output.value
    clinic.crop.value = "coffee"
    assert clinic.value.told_crop == "coffee"
    assert "Bạn chưa chọn cây" not in clinic.output.value
    clinic.crop.value = ""
    assert clinic.value.told_crop is None
    assert "Bạn chưa chọn cây" not in clinic.output.value


def test_second_photo_replaces_the_first(clinic, leaf):
    clinic.crop.value = "coffee"
    send(clinic, jpeg(leaf))
    first = clinic.value
    send(clinic, jpeg(samples.draw_leaf("coffee", "healthy", 5)))
    assert clinic.value is not first
    assert clinic.photo.busy is False


def test_a_broken_photo_gets_a_sentence_and_loses_nothing(clinic, leaf, caplog):
    send(clinic, jpeg(leaf))
    before = clinic.value
    send(clinic, b"%PDF-1.7 not a photo at all")
    assert "ailab-doubt" in clinic.output.value
    assert "Traceback" not in clinic.output.value
    assert clinic.value is before
    clinic.crop.value = "coffee"
    assert clinic.value.told_crop == "coffee"
    assert clinic.photo.busy is False
    send(clinic, jpeg(leaf))
    assert "ailab-verdict" in clinic.output.value
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_defect_gets_a_sentence_and_the_log_the_traceback(leaf, caplog):
    class Broken:
        crops_ = ("coffee",)

        def diagnose(self, image, *, crop=None):
            raise ZeroDivisionError

    clinic = LeafClinic(Broken())
    send(clinic, jpeg(leaf))
    assert "ailab-danger" in clinic.output.value
    assert "ZeroDivisionError" not in clinic.output.value
    assert "ZeroDivisionError" in caplog.text
    assert clinic.photo.busy is False


def test_samples_say_what_they_are(clinic):
    assert len(clinic.samples.items) == len(samples.SAMPLES) + 2
    for index, (crop, condition, _seed) in enumerate(samples.SAMPLES):
        clinic.samples.set_state({"index": index, "count": clinic.samples.count + 1})
        assert clinic.crop.value == clinic.value.told_crop == crop
        assert cards.with_crop(f"{crop}__{condition}") in clinic.output.value
        assert "do máy vẽ" in clinic.output.value
    clinic.samples.set_state({"index": len(samples.SAMPLES), "count": clinic.samples.count + 1})
    assert clinic.value.told_crop is None
    assert "Một cái cốc" in clinic.output.value
    send(clinic, jpeg(samples.draw_leaf("rice", "blast", 3)))
    assert "do máy vẽ" not in clinic.output.value
    assert clinic.samples.index == -1


def test_same_sample_twice(clinic):
    clinic.samples.set_state({"index": 0, "count": 1})
    first = clinic.value
    clinic.samples.set_state({"index": 0, "count": 2})
    assert clinic.value is not first


def test_evidence_view(clinic, leaf):
    view = EvidenceView(clinic)
    assert view.label.layout.display == "none"
    clinic.crop.value = "coffee"
    send(clinic, jpeg(leaf))
    assert view.label.layout.display is None
    assert view.label.value == clinic.value.label
    first = view.output.value
    view.label.value = clinic.value.alternatives[0][0]
    assert view.output.value != first
    clinic.crop.value = "rice"
    assert view.label.value == clinic.value.label
    assert clinic.value.label.startswith("rice__")


def test_a_view_made_again_shows_the_photo_and_the_old_one_rests(clinic, leaf):
    send(clinic, jpeg(leaf))
    first = WhatIf(clinic)
    assert first.controls.layout.display is None
    old = first.output.value
    second = WhatIf(clinic)
    clinic.crop.value = "coffee"
    assert first.output.value == old
    assert second.output.value != old
    assert EvidenceView(clinic).label.value == clinic.value.label


def test_names_what_it_has_never_learned(clinic):
    assert any("sắn" in getattr(child, "value", "") for child in clinic.children if child is not clinic.crop)


def test_what_if(clinic, leaf):
    what_if = WhatIf(clinic)
    assert what_if.controls.layout.display == "none"
    clinic.crop.value = "coffee"
    send(clinic, jpeg(leaf))
    assert what_if.controls.layout.display is None
    original = what_if.output.value
    what_if.light.value = 0.1
    assert "photo" in what_if.output.value
    assert what_if.output.value != original
    what_if.background.value = "soil"
    what_if.defocus.value = 40
    what_if.reset.click()
    assert (what_if.light.value, what_if.defocus.value, what_if.background.value) == (1.0, 0, "")
    assert what_if.output.value == original
    assert what_if.output.value.count("<circle") == 9


def test_english(classifier, leaf):
    i18n.set_language("en")
    clinic = LeafClinic(classifier)
    assert ("Rice", "rice") in clinic.crop.options
    assert clinic.samples.items[0]["name"].startswith("Rice")
    send(clinic, jpeg(leaf))
    assert "You have not said which crop" in clinic.output.value


def test_demos_leave_the_machinery_of_ipywidgets_alone(clinic):
    for demo in (clinic, EvidenceView(clinic), WhatIf(clinic)):
        own = [*vars(demo), *(name for name, value in vars(type(demo)).items() if inspect.isfunction(value) and not name.startswith("__"))]
        assert not [name for name in own if hasattr(ipywidgets.VBox, name)]
        repr(demo)


CARD = {
    "crops": {
        "coffee": {
            "photos": 779,
            "sources": ["<b>one</b>"],
            "known": {"photos": 169, "right": 152, "answered": 120, "right_answers": 119, "right_not_told": 150},
            "new": {"photos": 50, "right": 35, "answered": 4, "right_answers": 3, "right_not_told": 0},
        },
        "rice": {"photos": 230, "sources": ["a"], "known": {"photos": 57, "right": 54, "answered": 40, "right_answers": 40, "right_not_told": 52}},
    },
    "drawn": {"photos": 99, "right": 46},
    "heat_map": {"known": {"photos": 180, "beats_random": 162, "beats_centre": 154}},
}


class Described:
    """A model with a record of its own."""

    crops_ = ("coffee", "rice")
    card_ = CARD

    def __init__(self, classifier):
        self.diagnose = classifier.diagnose


def test_says_what_was_never_learned_before_anyone_asks(clinic):
    assert "sắn, chè" in clinic.seen.value
    assert "lá lúa khỏe" in clinic.seen.value


def test_says_what_was_learned_of_the_chosen_crop(classifier):
    clinic = LeafClinic(Described(classifier))
    clinic.crop.value = "rice"
    assert "chưa từng thấy lá lúa khỏe" in clinic.seen.value
    assert "Số ảnh đã học: 230" in clinic.seen.value
    assert "54 trên 57" in clinic.seen.value
    assert "Chưa có ảnh từ nơi khác" in clinic.seen.value
    clinic.crop.value = "coffee"
    assert "35 trên 50" in clinic.seen.value
    assert "Chưa có ảnh từ nơi khác" not in clinic.seen.value


def test_another_crop_gets_a_warning_and_no_crop(clinic, leaf):
    clinic.crop.value = "other"
    assert "ailab-doubt" in clinic.seen.value
    send(clinic, jpeg(leaf))
    assert clinic.value.told_crop is None
    assert "nêu tên bệnh nào cũng sai" in clinic.output.value
    clinic.crop.value = "coffee"
    assert "nêu tên bệnh nào cũng sai" not in clinic.output.value


def test_a_model_without_a_record_still_works(leaf, classifier):
    class Bare:
        crops_ = ("coffee",)
        diagnose = staticmethod(classifier.diagnose)

    clinic = LeafClinic(Bare())
    clinic.crop.value = "coffee"
    assert "Brazil" in clinic.seen.value
    assert "trên" not in ModelLimits(clinic).output.value


def test_the_record_of_the_model(classifier):
    limits = ModelLimits(LeafClinic(Described(classifier)))
    assert not limits.output.value
    limits.reveal.click()
    shown = limits.output.value
    assert "35 trên 50" in shown
    assert "0 trên 50" in shown  # not told the crop
    assert "46 trên 99" in shown
    assert "sắn, chè" in shown
    assert "<b>one" not in shown
    with i18n.using("en"):
        limits.reveal.click()
    assert "35 of 50" in limits.output.value


def test_the_map_comes_with_how_it_was_tried(classifier, leaf):
    described = Described(classifier)
    described.explain = classifier.explain
    clinic = LeafClinic(described)
    view = EvidenceView(clinic)
    send(clinic, jpeg(leaf))
    assert "154 trên 180" in view.output.value


def test_a_sample_that_fails_leaves_the_last_photo(leaf, classifier):
    class Half:
        crops_ = ("coffee", "rice")

        def diagnose(self, image, *, crop=None):
            if not isinstance(image, memoryview | bytes):
                raise ZeroDivisionError
            return classifier.diagnose(image, crop=crop)

    clinic = LeafClinic(Half())
    send(clinic, jpeg(leaf))
    clinic.samples.set_state({"index": 0, "count": 1})
    assert "ailab-danger" in clinic.output.value
    clinic.crop.value = "coffee"
    assert clinic.value.told_crop == "coffee"
