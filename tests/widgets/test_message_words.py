import pytest

from ailab.samples.messages import sample_messages
from ailab.text import unaccent
from ailab.widgets import MessageSorter, MessageWords


def taught():
    sorter = MessageSorter()
    sorter.teach([(m.text, m.label) for m in sorter.messages[:120]])
    return sorter


@pytest.fixture(scope="module")
def shared():
    return taught()


@pytest.fixture
def words(shared):
    return MessageWords(shared)


def case(words, code):
    words.cases.children[list(words._cases()).index(code)].click()


def hidden(widget):
    return widget.layout.display == "none"


def test_before_anything_is_taught():
    words = MessageWords(MessageSorter())
    assert hidden(words.rest)
    case(words, "ironic")
    assert "ailab-doubt" in words.output.value
    assert words.value is None
    for button in (words.cover, words.bare, words.move, words.button, *words.labels.children):
        button.click()
    assert words.value is None


@pytest.mark.parametrize("code", ["plain", "no_accents", "slips", "indirect", "ironic", "two_topics"])
def test_cases_are_messages_that_it_has_not_seen(words, code):
    seen = set()
    for _press in range(5):
        case(words, code)
        message = next(m for m in sample_messages() if m.text == words.text.value)
        assert message.held_out
        assert message.style == code
        assert words.value.text == message.text
        assert words.sorter.names[message.label] in words.truth.value
        seen.add(message.id)
    assert len(seen) >= 4
    assert not hidden(words.rest)


def test_a_matter_that_it_was_never_taught(words):
    case(words, "never")
    assert "ailab-danger" in words.truth.value
    assert "114" in words.truth.value
    first = words.text.value
    case(words, "never")
    assert words.text.value != first


def test_own_text(words):
    words.text.value = "Trộm cậy cửa lấy mất xe máy"
    assert words.value.label == "police"
    assert "ailab-mark-for" in words.output.value
    assert words.truth.value == ""
    words.text.value = ""
    assert words.value.reason == "empty"
    assert hidden(words.rest)
    words.text.value = "<img src=x onerror=alert(1)> trộm xe"
    assert "<img" not in words.output.value
    words.text.value = "a" * 2001
    assert words.value is None
    assert "ailab-doubt" in words.output.value


def test_a_secret_text_is_refused_and_forgotten(words):
    words.text.value = "TUYỆT MẬT\nKế hoạch tuần tra của xã"
    assert words.text.value == ""
    assert words.value is None
    assert "ailab-doubt" in words.output.value


def test_cover_the_heaviest_word_again_and_again(words):
    case(words, "plain")
    for _press in range(40):
        before = words.value
        heaviest = next((w for w in before.evidence if w.weight > 0), None)
        words.cover.click()
        if heaviest is None:
            break
        assert words.text.value == before.text[: heaviest.start] + "___" + before.text[heaviest.end :]
        assert words.changed.value
    assert words.value.confidence < 0.6


def test_take_the_accents_away(words):
    case(words, "plain")
    text = words.text.value
    words.bare.click()
    assert words.text.value == unaccent(text)
    assert words.value.text == unaccent(text)
    words.bare.click()
    assert words.text.value == unaccent(text)


def test_another_village_changes_nothing(words):
    words.text.value = "Đêm qua nhà tôi ở Nà Mẫu mất hai con trâu"
    words.move.click()
    assert "Nà Mẫu" in words.changed.value
    assert "26" in words.changed.value
    assert "ailab-doubt" not in words.changed.value.split("</style>")[1]
    assert words.text.value == "Đêm qua nhà tôi ở Nà Mẫu mất hai con trâu"
    words.text.value = "Mất hai con trâu"
    words.move.click()
    assert "26" not in words.changed.value.split("</style>")[1]


def test_a_village_written_without_accents_is_found(words):
    words.text.value = "dem qua nha toi o huoi thu mat hai con trau"
    words.move.click()
    assert "huoi thu" in words.changed.value


def test_teach_it_what_it_got_wrong():
    words = MessageWords(taught())
    text = "Cháy nhà ở đầu bản, lửa lan nhanh lắm"
    words.text.value = text
    words.labels.children[list(words.sorter.names).index("military")].click()
    assert words.sorter.examples[text] == "military"
    assert words.value.label == "military"
    assert words.sorter.names["military"] in words.taught.value
    model = words.sorter.value
    words.labels.children[list(words.sorter.names).index("military")].click()
    assert words.sorter.value is model


def test_a_verdict_follows_the_machine():
    words = MessageWords(taught())
    words.text.value = "Trộm cậy cửa lấy mất xe máy"
    before = words.value
    words.sorter.helps[1].click()
    assert words.value.text == before.text
    assert words.value.confidence != before.confidence
    words.sorter.forget_all.click()
    assert words.value is None


def test_scams():
    sorter = MessageSorter("scams")
    words = MessageWords(sorter)
    assert len(words.changes.children) == 2
    sorter.helps[1].click()
    case(words, "scam")
    message = next(m for m in sample_messages("scams") if m.text == words.text.value)
    assert message.held_out
    assert words.truth.value.count("<li>") == len(message.signs) > 0
    case(words, "genuine")
    assert "<li>" not in words.truth.value
