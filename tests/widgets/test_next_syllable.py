import pytest

from ailab import i18n
from ailab.widgets import NextSyllable


@pytest.fixture
def demo():
    return NextSyllable()


def test_what_comes_next(demo):
    demo.text.value = "Tỉnh Điện"
    assert demo.choices[0].description == "biên"
    assert demo.value == "Tỉnh Điện"
    assert "“điện”" in demo.seen.value


def test_only_the_last_one_counts(demo):
    demo.text.value = "điện"
    first = [button.description for button in demo.choices]
    demo.text.value = "con mèo xe lửa điện"
    assert [button.description for button in demo.choices] == first


def test_a_choice_is_appended_and_the_next_click_goes_on(demo):
    demo.text.value = "Tỉnh Điện"
    demo.choices[0].click()
    assert demo.text.value == "Tỉnh Điện biên"
    demo.choices[0].click()
    assert demo.text.value.startswith("Tỉnh Điện biên ")
    assert len(demo.text.value.split()) == 4


def test_alone_it_goes_on_until_it_is_enough_and_back(demo):
    first = demo.text.value
    demo.go_on.click()
    assert len(demo.text.value.split()) == len(first.split()) + 12
    assert demo.output.value
    for _press in range(10):
        demo.go_on.click()
    length = len(demo.text.value.split())
    assert length < 100
    assert "ailab-doubt" in demo.output.value
    demo.choices[0].click()
    assert len(demo.text.value.split()) == length
    demo.reset.click()
    assert demo.text.value == first
    assert not demo.output.value


def test_without_accents_unknown_and_empty(demo, caplog):
    demo.text.value = "dien"
    assert demo.choices[0].description == "biên"
    demo.text.value = "zzqx"
    assert "zzqx" in demo.seen.value
    assert demo.choices[0].description
    demo.text.value = ""
    demo.choices[0].click()
    assert demo.text.value
    demo.text.value = "<b>"
    demo.text.value = "<script>q"
    assert "<script" not in demo.seen.value.replace("<style", "")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_own_texts_and_few_words():
    demo = NextSyllable(["một hai", "một ba"])
    assert {button.description for button in demo.choices} >= {"hai", "ba"}
    assert demo.choices[5].layout.visibility == "hidden"
    demo.go_on.click()
    assert demo.text.value


def test_english():
    with i18n.using("en"):
        demo = NextSyllable()
        assert demo.text.value == "Museum"
        demo.text.value = "Dien"
        assert demo.choices[0].description == "bien"
        assert "Bắt đầu" not in demo.reset.description


def test_a_secret_text_is_refused_and_forgotten(demo):
    demo.text.value = "TUYỆT MẬT\nKế hoạch tuần tra của xã"
    assert demo.text.value == demo.value == ""
    assert "TUYỆT MẬT" in demo.output.value
    assert "tuần tra" not in demo.output.value + demo.seen.value
    demo.text.value = "bảo tàng"
    assert not demo.output.value


def test_honey_is_no_secret(demo):
    text = "Mật ong rừng Mường Nhé"
    for end in range(1, len(text) + 1):
        demo.text.value = text[:end]
        assert demo.value == text[:end]
