import pytest

from ailab.errors import TextError
from ailab.text import syllables, unaccent
from ailab.widgets import AccentGame


@pytest.fixture
def game():
    return AccentGame()


def test_the_machine_is_not_asked_what_it_learned(game):
    assert len(game._asked) > 10
    assert not set(game._asked) & set(game._learned)
    assert not any(any(map(str.isdigit, text)) for text in game._asked)


def test_the_question_has_no_accents(game):
    assert unaccent(game.sentence) in game.question.value
    assert game.sentence not in game.question.value
    assert game._model is None, "it learns at first use"


def test_a_whole_round(game):
    game.typed.value = game.sentence
    count = len(syllables(game.sentence))
    assert f"{count}/{count}" in game.chips.verdict.value
    assert f"bạn đúng {count} trên {count}" in game.chips.verdict.value or "you have" in game.chips.verdict.value
    assert len(game.chips.row.children) == count
    assert game.value is not None
    assert game.guess.disabled
    before = game.chips.verdict.value
    game.guess.click()
    assert game.chips.verdict.value == before
    assert len(game._rounds) == 1


def test_a_wrong_accent_is_marked_and_counted(game):
    words = syllables(game.sentence)
    game.typed.value = " ".join(["sai", *words[1:]])
    assert "<mark>sai</mark>" in game.chips.verdict.value
    assert game._rounds == [(len(words) - 1, game._rounds[0][1], len(words))]


def test_without_an_answer_nothing_is_counted(game):
    game.guess.click()
    assert game.chips.row.children
    assert not game._rounds


def test_another_sentence_starts_afresh_and_the_last_one_leads_back(game):
    first = game.sentence
    game.typed.value = "gì đó"
    game.another.click()
    assert game.sentence != first
    assert game.typed.value == ""
    assert not game.chips.row.children
    assert not game.guess.disabled
    assert not game.typed.disabled
    assert len(game._rounds) == 1
    for _round in range(len(game._asked) - 1):
        game.another.click()
    assert game.sentence == first
    assert not game._rounds


def test_every_sentence_of_the_game_can_be_read(game):
    right = total = 0
    for _round in game._asked:
        game.guess.click()
        truth = syllables(game.sentence)
        assert [unaccent(word) for word in game.value.best] == [unaccent(word) for word in truth]
        right += sum(a == b for a, b in zip(truth, game.value.best, strict=True))
        total += len(truth)
        game.another.click()
    assert 0.7 < right / total < 1, "it does well, and it fails"


def test_a_chip_shows_what_else_it_can_be(game):
    game.own.value = "nha san o ban"
    chips = game.own_chips
    assert len(chips.row.children) == 4
    chips.row.children[3].click()
    assert "“ban”" in chips.detail.value
    assert ">bản<" in chips.detail.value
    assert "%" in chips.detail.value
    assert "ailab-lm-chosen" in chips.row.children[3]._dom_classes
    chips.row.children[0].click()
    assert "“nha”" in chips.detail.value
    assert "ailab-lm-chosen" not in chips.row.children[3]._dom_classes


def test_hard_sentences_fail_and_say_why(game):
    seen = set()
    for _press in range(4):
        game.hard.click()
        seen.add(game.own.value)
        assert "<mark>" in game.own_chips.verdict.value
        assert "✗" in "".join(chip.description for chip in game.own_chips.row.children)
        assert "<li>" in game.own_chips.verdict.value
    assert len(seen) == 3


def test_odd_input(game, caplog):
    game.challenge.click()
    assert "ailab-doubt" in game.own_chips.verdict.value
    for text in ("<b>đồi</b> & “x”", "12 34", "ko dc", "?!", "phongnha", "😀", "Điện Biên"):
        game.own.value = text
        assert "<b>đồi" not in game.own_chips.verdict.value
    assert "biên" in game.own_chips.verdict.value
    game.own.value = "a " * 200
    assert not game.own_chips.row.children
    game.typed.value = "<img src=x>"
    assert "<img" not in game.chips.verdict.value
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_own_texts():
    game = AccentGame(["Trời mưa. Đường trơn."])
    game.guess.click()
    assert len(game.value.best) == 2
    with pytest.raises(TextError):
        AccentGame(["Trời mưa."])


SECRET = "Độ mật: Tối mật. Kế hoạch tuần tra của xã"


def test_a_secret_text_is_refused_and_forgotten(game):
    game.typed.value = SECRET
    assert game.typed.value == ""
    assert game.value is None
    assert not game.guess.disabled
    assert "Tối mật" in game.output.value
    game.another.click()
    game.own.value = SECRET
    assert game.own.value == ""
    assert game.value is None
    assert "tuần tra" not in game.own_chips.verdict.value + game.output.value
    assert "Tối mật" in game.output.value


def test_honey_is_no_secret(game):
    for text in ("mật", "mat", "mật ong"):
        game.own.value = text
        assert game.own_chips.row.children
        assert not game.output.value
