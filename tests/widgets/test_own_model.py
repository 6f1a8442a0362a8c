import pytest
from collecting import ByColour, photo

from ailab import samples
from ailab.errors import ModelError
from ailab.widgets import EvidenceView, LeafClinic, ModelLimits, OwnModel, WhatIf


def load(data):
    if data != b"model":
        raise ModelError("No model. Choose another file.", code="broken_model")
    return ByColour().fit([photo("red"), photo("green"), photo("blue")], ["đỏ <b>", "lá_xanh", "lam"])


@pytest.fixture
def clinic(classifier):
    return LeafClinic(classifier)


def choose(own, data=b"model"):
    first = True
    own.file._take("máy <i>.ailab", data, first, "")


def test_there_and_back(clinic, classifier):
    own, evidence, what_if, limits = OwnModel(clinic, load), EvidenceView(clinic), WhatIf(clinic), ModelLimits(clinic)
    clinic.crop.value = "coffee"
    clinic.samples.set_state({"index": 2, "count": 1})
    limits.reveal.click()
    choose(own)
    assert clinic.value.label == "lá_xanh"
    assert clinic.value.told_crop is None
    assert clinic.crop.layout.display == "none"
    assert "<i>" not in own.output.value
    assert "&lt;b&gt;" in own.output.value
    assert "lá_xanh" in clinic.output.value
    assert "Bạn chưa chọn cây" not in clinic.output.value
    assert {label for _name, label in evidence.label.options} == {"đỏ <b>", "lá_xanh", "lam"}
    evidence.label.value = "lam"
    assert "ailab-map" in evidence.output.value
    what_if.light.value = 0.4
    assert "<svg" in what_if.output.value
    assert limits.output.value == ""
    limits.reveal.click()
    assert "lá_xanh" in limits.output.value
    own.back.click()
    assert clinic.classifier is classifier
    assert clinic.crop.layout.display is None
    assert "__" in clinic.value.label
    assert own.back.layout.display == "none"
    clinic.crop.value = "rice"
    assert clinic.value.told_crop == "rice"


def test_before_any_photo(clinic):
    own = OwnModel(clinic, load)
    choose(own)
    assert clinic.value is None
    clinic.photo.set_state({"photo": memoryview(photo("blue")), "count": 1})
    assert clinic.value.label == "lam"


def test_a_wrong_file_changes_nothing(clinic, classifier):
    own = OwnModel(clinic, load)
    choose(own, b"%PDF")
    assert "No model." in own.output.value
    assert clinic.classifier is classifier
    assert own.back.layout.display == "none"


def test_an_abstention_of_ones_own_machine_speaks_of_no_leaf():
    import dataclasses

    from ailab import show

    diagnosis = load(b"model").diagnose(samples.draw_object("cup"))
    for reason in ("unsure", "unfamiliar", "poor_photo"):
        text = show.verdict_html(dataclasses.replace(diagnosis, reason=reason, novelty=2.0))
        assert "vết trên lá" not in text.lower()
        assert "lá cây" not in text


def test_a_drawn_leaf_of_a_crop_that_the_machine_does_not_know(clinic):
    choose(OwnModel(clinic, load))
    clinic.samples.set_state({"index": 2, "count": 1})
    assert clinic.value.label == "lá_xanh"
    assert clinic.crop.value is None
