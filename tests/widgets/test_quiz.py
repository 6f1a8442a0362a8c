"""The quiz, without a browser."""

import json

import pytest

from ailab.i18n import using
from ailab.widgets import Quiz
from ailab.widgets import quiz as quiz_module


def both(vi, en):
    return {"vi": vi, "en": en}


ITEMS = {
    "options": {"a": both("Một", "One"), "b": both("Hai", "Two")},
    "items": [
        {
            "text": both("1 < 2?", "1 < 2?"),
            "answer": "a",
            "feedback": {"a": both("Đúng. Ừ.", "Right. Yes."), "b": both("Sao?", "Why?")},
            "rule": both("R<1>", "R<1>"),
        },
        {"text": both("Hai?", "Two?"), "answer": "b", "feedback": {"a": both("Ồ.", "Oh."), "b": both("Vâng.", "Yes.")}, "rule": both("R2", "R2")},
    ],
}


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps(ITEMS), encoding="utf-8")
    return Quiz(path)


def press(quiz, number):
    quiz.options.children[number].click()


def test_from_start_to_end_and_again(quiz):
    for _round in range(2):
        assert "1 &lt; 2?" in quiz.question.value
        assert quiz.next.layout.display == quiz.again.layout.display == "none"
        press(quiz, 0)
        assert quiz.value == ("a",)
        assert quiz.output.value.count("Đúng") == 1
        assert "R&lt;1&gt;" in quiz.output.value
        assert quiz.next.layout.display is None
        quiz.next.click()
        assert "Hai?" in quiz.question.value
        assert quiz.output.value == ""
        press(quiz, 0)
        assert "ailab-box ailab-doubt" in quiz.output.value
        quiz.next.click()
        assert quiz.right == 1
        assert quiz.options.children == ()
        assert "R2" in quiz.question.value
        assert "R&lt;1&gt;" not in quiz.question.value
        assert quiz.next.layout.display == "none"
        assert quiz.again.layout.display is None
        quiz.again.click()
        assert quiz.value == ()


def test_the_second_tap_of_two(quiz):
    buttons = quiz.options.children
    buttons[1].click()
    buttons[0].click()
    assert quiz.value == ("b",)
    assert all(button.disabled for button in buttons)
    quiz.next.click()
    quiz.next.click()
    assert "Hai?" in quiz.question.value
    press(quiz, 1)
    quiz.next.click()
    quiz.next.click()  # must not start again before anybody has read the result
    assert quiz.value == ("b", "b")
    assert quiz.right == 1
    quiz.again.click()
    press(quiz, 0)
    quiz.again.click()
    assert quiz.value == ("a",)


def test_all_right(quiz):
    press(quiz, 0)
    quiz.next.click()
    press(quiz, 1)
    quiz.next.click()
    assert quiz.right == 2
    assert "<li>" not in quiz.question.value


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_bundled_quiz_is_complete(language):
    with using(language):
        quiz = Quiz("public_chatbot")
        assert len(quiz.items) == 10  # the lesson says so
        for item in quiz.items:
            codes = {**quiz._quiz["options"], **item.get("options", {})}
            assert set(item["feedback"]) == set(codes)
            assert item["answer"] in codes
            at = list(codes).index(item["answer"])
            press(quiz, at)
            assert "ailab-box ailab-note" in quiz.output.value
            quiz.next.click()
        assert quiz.right == 10
        assert {item["answer"] for item in quiz.items} == {"yes", "mask", "never"}


def test_a_picture_and_options_of_its_own(tmp_path):
    item = ITEMS["items"][0] | {"picture": "secret", "options": {"c": {"vi": "Ba", "en": "Three"}}}
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"items": [item]}), encoding="utf-8")
    quiz = Quiz(str(path))
    assert [button.description for button in quiz.options.children] == ["Ba"]
    assert "<svg" in quiz.question.value


@pytest.mark.parametrize("path", sorted(quiz_module._FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_bundled_quizzes_teach_whatever_is_answered(path):
    data = json.loads(path.read_text("utf-8"))
    places = []
    for item in data["items"]:
        options = item.get("options") or data["options"]
        assert item["answer"] in options
        assert set(item["feedback"]) == set(options)
        for text in (item["text"], item["rule"], *options.values(), *item["feedback"].values()):
            assert set(text) >= {"vi", "en"}
            assert all(words.strip() == words and words for words in text.values())
        assert item["feedback"][item["answer"]]["vi"].startswith("Đúng")
        places.append(list(options).index(item["answer"]))
    assert len({item["id"] for item in data["items"]}) == len(data["items"])
    assert len(set(places)) > 1, "the right answer always stands at the same place"
    quiz = Quiz(path.stem)
    assert quiz.question.value
