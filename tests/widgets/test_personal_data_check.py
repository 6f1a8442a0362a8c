"""Masking, more masking by hand, and the way back, without a browser."""

import pytest

from ailab.results import MaskedText
from ailab.widgets import PersonalDataCheck

TEXT = "Bà Lò Thị Mẫu, số định danh 099187000123, điện thoại 0912 000 123.\nChị họ là mẫu nhi, [thứ ba]. Mẫu Nhi ở bản xa."


def read(demo, text=TEXT):
    demo.documents.text.value = text
    demo.documents.read.click()


def add(demo, word):
    demo.word.value = word
    demo.add.click()


@pytest.fixture
def demo():
    demo = PersonalDataCheck()
    read(demo)
    return demo


def test_waiting():
    demo = PersonalDataCheck()
    assert demo.rest.layout.display == "none"
    assert demo.copy.content == demo.save.content == ""
    demo.signer.value = False
    assert demo.value is None


def test_what_is_found_is_marked_masked_and_listed(demo):
    assert "[HỌ TÊN 1]" in demo.masked.value
    assert "Lò Thị Mẫu" not in demo.masked.value
    assert "099187000123" not in demo.masked.value
    assert 'class="ailab-mark-grave"' in demo.output.value
    assert "[HỌ TÊN 1]</code> → Lò Thị Mẫu" in demo.map.value
    assert demo.copy.content == demo.save.content == demo.masked.value == demo.value.text
    assert demo.save.filename.endswith(".txt")
    assert demo.value.restore(demo.masked.value) == TEXT


def test_a_name_that_was_missed(demo):
    add(demo, "  mẫu   nhi ")
    assert "mẫu nhi" not in demo.masked.value.casefold()
    assert len([key for key in demo.value.originals if "1]" in key and demo.value.originals[key] == "mẫu nhi"]) == 1
    assert demo.word.value == ""
    assert "mẫu nhi" in demo.said.value
    masked = demo.masked.value
    add(demo, "mẫu nhi")  # once more: it is not there any longer
    assert demo.masked.value == masked
    add(demo, "bản xa")
    assert len(demo.value.originals) == 5
    assert "mẫu nhi" not in demo.masked.value.casefold()


def test_what_stands_in_brackets_can_be_masked_but_not_a_placeholder(demo):
    add(demo, "thứ ba")
    assert "thứ ba" not in demo.masked.value
    before = demo.masked.value
    add(demo, "HỌ TÊN")
    assert demo.masked.value == before


def test_nothing_typed_and_nothing_found(demo):
    demo.add.click()
    first = demo.said.value
    assert "role" in first
    add(demo, "<b>không có</b>")
    assert "&lt;b&gt;không có" in demo.said.value
    assert demo.word.value == "<b>không có</b>"  # to be mended
    assert "BY HAND" not in demo.masked.value


def test_part_of_a_word_is_not_masked(demo):
    add(demo, "bả")
    assert "bản xa" in demo.masked.value


def test_changes_by_hand_stay_when_a_word_is_added(demo):
    demo.masked.value = demo.masked.value.replace("bản xa", "…")
    assert demo.copy.content == demo.save.content == demo.masked.value
    add(demo, "mẫu nhi")
    assert "bản xa" not in demo.masked.value
    assert "mẫu nhi" not in demo.masked.value.casefold()
    demo.signer.value = False
    assert "bản xa" in demo.masked.value
    assert demo.said.value  # and it is said
    assert "mẫu nhi" not in demo.masked.value.casefold()
    demo.signer.value = True
    assert not demo.said.value


def test_reading_again_starts_again(demo):
    masked = demo.masked.value
    add(demo, "mẫu nhi")
    demo.documents.read.click()
    assert demo.masked.value == masked
    assert demo.said.value == ""


def test_the_signer_is_left_or_not():
    demo = PersonalDataCheck()
    demo.documents.sample.value = demo.documents.sample.options[1][1]
    assert "Vàng A Ví" in demo.masked.value
    demo.signer.value = False
    assert "Vàng A Ví" not in demo.masked.value
    demo.signer.value = True
    assert "Vàng A Ví" in demo.masked.value


def test_a_secret_leaves_nothing(demo):
    read(demo, "MẬT\n" + TEXT)
    assert demo.value is None
    for left in (demo.masked.value, demo.map.value, demo.copy.content, demo.save.content, demo.documents.text.value):
        assert left == ""
    assert "Lò Thị" not in demo.output.value
    assert demo.rest.layout.display == "none"


def test_nothing_personal_is_no_promise(demo):
    read(demo, "Trời hôm nay đẹp.")
    assert demo.value.originals == {}
    assert demo.map.value == ""
    assert "ailab-box ailab-doubt" in demo.output.value
    add(demo, "trời")
    assert "Trời" not in demo.masked.value


def test_a_masker_of_ones_own_and_a_defect():
    demo = PersonalDataCheck(lambda text, keep: MaskedText(text.upper() + "".join(keep), {}, ()))
    read(demo, "a.")
    assert demo.masked.value == "A.signer"
    broken = PersonalDataCheck(lambda _text, **_more: 1 / 0)
    read(broken)
    assert "Chương trình gặp lỗi" in broken.output.value


@pytest.mark.parametrize(
    ("text", "word", "masked"),
    [
        ("Gặp [CHE TAY 1] và Páo ở chợ.", "Páo", "Gặp [CHE TAY 1] và [CHE TAY 2] ở chợ."),
        ("Gặp [HỌ TÊN 1] và anh TÊN", "TÊN", "Gặp [HỌ TÊN 1] và anh [CHE TAY 1]"),
    ],
)
def test_placeholders_that_the_text_came_with(text, word, masked):
    demo = PersonalDataCheck()
    read(demo, text)
    add(demo, word)
    assert demo.masked.value == masked
    assert demo.value.restore(masked) == text
