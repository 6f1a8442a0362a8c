"""The files of the exercises follow the format, and what does not is named."""

import copy
import re
import tomllib

import pytest

from ailab.exercises import trials
from ailab.exercises.source import FOLDER, common_texts, lesson_names, parse_exercise, read_exercise


def raw(lesson="agriculture/01"):
    return copy.deepcopy(tomllib.loads((FOLDER / f"{lesson.replace('/', '_')}.toml").read_text("utf-8")))


def test_every_lesson_of_the_first_twelve_has_an_exercise():
    count = {"admin": 4, "agriculture": 3, "education": 2, "tourism": 3}
    assert {f"{sector}/{number:02}" for sector, last in count.items() for number in range(1, last + 1)} <= set(lesson_names())


@pytest.mark.parametrize("lesson", lesson_names())
def test_exercises_are_short_and_speak_two_languages(lesson):
    exercise = read_exercise(lesson)
    assert 3 <= len(exercise.items) <= 5
    for item in exercise.items:
        assert not item.trial or item.trial in trials.__all__
        texts = [item.title, item.task, item.hint, *item.options.values(), *(case.say for case in item.cases)]
        for text in texts:
            assert text["vi"] != text["en"]
            assert not text["vi"].isascii()
            assert len(text["vi"]) < 700
        for case in item.cases:
            assert not re.search(r"[*`]", case.say["vi"] + case.say["en"]), "said as it is, no Markdown"
            assert len(case.say["vi"]) < 320


def test_what_is_said_fills_its_places():
    for lesson in lesson_names():
        for item in read_exercise(lesson).items:
            for case in item.cases:
                assert set(re.findall(r"\$(\w+)", case.say["vi"])) == set(re.findall(r"\$(\w+)", case.say["en"]))


def test_the_common_texts_are_complete():
    assert set(common_texts()) == {"how", "now", "solutions", "end"}


def change_item(**changes):
    def change(data):
        data["item"][0].update(changes)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("title"), "title needs a text"),
        (lambda data: data.pop("item"), r"no \[\[item\]\]"),
        (lambda data: data.update(itme=[]), "itme has no meaning"),
        (change_item(kind="nmber"), "item 1: the kind 'nmber'"),
        (change_item(code="tra_loi = 1"), "guillemets"),
        (change_item(task={"vi": "chỉ tiếng Việt"}), "item 1: task needs a text in vi and in en"),
        (change_item(options={"a": {"vi": "á", "en": "a"}}), "options go with"),
        (lambda data: data["item"][0]["case"].pop(), "has to fit any answer"),
        (lambda data: data["item"][0]["case"].pop(0), "a right case"),
        (lambda data: data["item"][0]["case"][3].update(answer={"over": 1}), "case 4: over has no meaning"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(change, said):
    data = raw()
    parse_exercise("agriculture/01", data, "agriculture_01.toml")
    change(data)
    with pytest.raises(ValueError, match=f"agriculture_01.toml.*{said}"):
        parse_exercise("agriculture/01", data, "agriculture_01.toml")
