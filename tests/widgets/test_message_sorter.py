import io
import json
import subprocess
import sys

import pytest

from ailab import TextClassifier, i18n
from ailab.samples.messages import sample_messages
from ailab.widgets import MessageSorter


@pytest.fixture
def sorter():
    return MessageSorter()


def tap(sorter, code):
    button = sorter.labels.children[list(sorter.names).index(code)]
    button.click()
    return button


def teach(sorter, n):
    for _round in range(n):
        tap(sorter, sorter._message.label)
        sorter.next.click()


def load(sorter, name, data, problem=""):
    sorter.load._file_sent(None, {"name": name, "number": 1, "first": True, "problem": problem}, [data])


def hidden(widget):
    return widget.layout.display == "none"


def test_the_first_paint_is_cheap_and_complete():
    code = "import sys; from ailab.widgets import *; a, b = MessageSorter(), MessageSorter('scams'); MessageExam(a), MessageWords(b); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sklearn", "scipy", "torch", "transformers"} & set(loaded)


def test_what_is_shown_first(sorter):
    assert sorter._message.text in sorter.question.value
    assert len(sorter.labels.children) == 6
    assert hidden(sorter.next)
    assert not hidden(sorter.skip)
    assert sorter.value is None
    assert not sorter.save.content
    assert len(sorter.messages) == 180
    assert not any(message.held_out for message in sorter.messages)
    assert {message.label for message in sorter.messages[:6]} == set(sorter.names)
    with i18n.using("en"):
        assert MessageSorter()._message.gloss.split("'")[0] in MessageSorter().question.value


def test_learns_after_each_and_guesses_the_next(sorter):
    teach(sorter, 1)
    assert sorter.value is None
    assert sorter._guess is None
    teach(sorter, 5)
    assert isinstance(sorter.value, TextClassifier)
    assert len(sorter.examples) == 6
    assert sorter._guess.text == sorter._message.text
    guess, label = sorter._guess, sorter._message.label
    assert sorter.names[guess.label] not in sorter.output.value  # not before the person has said
    tap(sorter, label)
    assert sorter.names[label] in sorter.output.value
    assert f"{100 * guess.confidence:.0f}%" in sorter.output.value
    assert len(sorter._scores) == 5
    assert sorter.value.counts_[label] == 2


def test_a_second_tap_does_nothing_and_another_one_corrects(sorter):
    teach(sorter, 2)
    message = sorter._message
    tap(sorter, "police")
    model = sorter.value
    tap(sorter, "police")
    assert sorter.value is model
    assert sorter._message is message
    button = tap(sorter, "health")
    assert sorter.examples[message.text] == "health"
    assert len(sorter.examples) == 3
    assert [b.button_style for b in sorter.labels.children if b.button_style] == ["success"]
    assert button.button_style == "success"
    sorter.next.click()
    sorter.next.click()  # the second tap of two: a message is left, and nothing is lost
    assert len(sorter.examples) == 3


def test_where_the_person_differs_from_the_lesson_it_says_so(sorter):
    wrong = next(code for code in sorter.names if code != sorter._message.label)
    tap(sorter, wrong)
    assert "ailab-doubt" in sorter.output.value
    assert sorter.examples[sorter._message.text] == wrong


def test_skip_puts_a_message_last(sorter):
    first = sorter._message
    sorter.skip.click()
    assert sorter._message is not first
    assert sorter.messages[-1] is first
    assert not sorter.examples


def test_a_colleague_helps_until_nothing_is_left(sorter):
    message = sorter._message
    sorter.helps[0].click()
    assert len(sorter.examples) == 10
    assert sorter._message is message
    assert sorter._guess is not None
    for _press in range(6):
        sorter.helps[1].click()
    assert len(sorter.examples) == 180
    assert sorter._message is None
    assert hidden(sorter.labels)
    assert all(button.disabled for button in sorter.helps)
    assert all(sorter.examples[m.text] == m.label for m in sorter.messages)


def test_help_does_not_wipe_the_answer_that_stands_there(sorter):
    tap(sorter, sorter._message.label)
    answer = sorter.output.value
    sorter.helps[0].click()
    assert sorter.output.value == answer
    assert not hidden(sorter.next)
    assert len(sorter.examples) == 11


def test_save_load_and_go_on(sorter):
    teach(sorter, 8)
    content = sorter.save.content
    sorter.save.count += 1
    assert sorter.save.filename in sorter.kept.value
    other = MessageSorter()
    load(other, "máy.ailab", content)
    assert other.examples == sorter.examples
    assert other._message.text not in other.examples
    teach(other, 1)
    assert len(other.examples) == 9


def test_what_was_there_can_be_put_back(sorter):
    teach(sorter, 3)
    before, content = dict(sorter.examples), sorter.save.content
    teach(sorter, 1)
    load(sorter, "x.ailab", content)
    assert sorter.examples == before
    assert not hidden(sorter.undo)
    sorter.undo.click()
    assert len(sorter.examples) == 4
    assert hidden(sorter.undo)
    sorter.forget_all.click()
    sorter.forget_all.click()
    assert not sorter.examples
    assert sorter.value is None
    sorter.undo.click()
    assert len(sorter.examples) == 4


def test_a_file_that_does_not_fit_changes_nothing(sorter):
    teach(sorter, 2)
    before, model = dict(sorter.examples), sorter.value
    foreign = io.BytesIO()
    TextClassifier().fit(["một hai", "ba bốn"], ["x", "y"]).save(foreign)
    for data, problem in ((b"nothing", ""), (b"", "too_big"), (foreign.getvalue(), ""), (sorter.save.content[:-30], "")):
        load(sorter, "x.ailab", data, problem)
        assert "ailab-doubt" in sorter.kept.value
        assert sorter.examples == before
        assert sorter.value is model


def test_a_model_without_its_messages(sorter):
    buffer = io.BytesIO()
    TextClassifier().fit(["mất xe", "lúa khô"], ["police", "economy"]).save(buffer)
    load(sorter, "x.ailab", buffer.getvalue())
    assert sorter.value is not None
    assert not sorter.examples
    assert sorter._guess is not None
    assert b"PK" in sorter.save.content


def test_a_name_from_a_file_is_escaped(sorter):
    teach(sorter, 2)
    load(sorter, "<img src=x>.ailab", sorter.save.content)
    assert "<img" not in sorter.kept.value


def test_scams():
    sorter = MessageSorter("scams")
    assert len(sorter.labels.children) == 2
    teach(sorter, 4)
    assert set(sorter.value.classes_) == {"scam", "genuine"}
    assert not [m for m in sample_messages("scams") if m.held_out and m.text in sorter.examples]


def test_a_model_of_ones_own_is_copied():
    model = TextClassifier(caution=0.0)
    sorter = MessageSorter(model=model)
    teach(sorter, 2)
    assert sorter.value.caution == 0.0
    assert sorter.value is not model
    assert not hasattr(model, "classes_")


def test_a_defect_gets_a_sentence_and_loses_nothing(sorter, caplog, monkeypatch):
    teach(sorter, 2)
    before = dict(sorter.examples)

    def broken(self, texts, labels):
        raise ZeroDivisionError

    monkeypatch.setattr(TextClassifier, "fit", broken)
    tap(sorter, "police")
    assert "ailab-danger" in sorter.output.value
    assert "ZeroDivisionError" in caplog.text
    assert sorter.examples == before
    monkeypatch.undo()
    tap(sorter, "police")
    assert len(sorter.examples) == 3


def test_state_is_plain_json(sorter):
    teach(sorter, 2)
    assert json.dumps(sorter.examples)


def test_a_loaded_machine_has_not_guessed_yet(sorter):
    teach(sorter, 6)
    content, scores = sorter.save.content, dict(sorter._scores)
    assert scores
    score = i18n.gettext("It guessed before you %(n)d times, and meant the same as you %(right)d times.").split("%(n)d")[0]
    for empty in (lambda: load(sorter, "x.ailab", content), sorter.forget_all.click):
        assert score in sorter.state.value
        empty()
        assert score not in sorter.state.value
        sorter.undo.click()
        assert sorter._scores == scores
