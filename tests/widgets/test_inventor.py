import threading

import pytest

from ailab import QuestionAnswerer, i18n
from ailab.generate import NeuralSyllableModel
from ailab.text import syllables
from ailab.widgets import Inventor

TEXTS = ["Đồi A1 ở phường Mường Thanh.", "Bảo tàng ở phường Điện Biên Phủ.", "Hồ Pá Khoang ở xã Mường Phăng.", "Bảo tàng ở gần đồi A1."]


@pytest.fixture(scope="module")
def quoting():
    return QuestionAnswerer().fit([{"id": "a", "text": "Đồi A1 ở phường Mường Thanh."}])


@pytest.fixture
def demo(quoting):
    return Inventor(quoting, texts=TEXTS, model=NeuralSyllableModel(epochs=12, hidden=16))


def taught(demo):
    demo.teach.click()
    demo.join(30)
    return demo


def test_nothing_can_be_invented_before_it_has_learned(demo):
    assert demo.invent.disabled
    demo.invent.click()
    assert demo.value == ""
    assert demo.lesson.value


def test_learns_before_your_eyes(demo):
    seen = []
    demo.bar.observe(lambda change: seen.append(change.new), "value")
    taught(demo)
    assert seen == list(range(1, 13))
    assert "<svg" in demo.lesson.value
    assert demo.lesson.value.count("<strong>") == 4
    assert not demo.invent.disabled
    assert not demo.teach.disabled
    assert demo.halt.disabled


def test_a_second_press_while_it_learns_does_nothing(demo):
    gate, runs = threading.Event(), []
    learn = demo.model.fit

    def slow(texts, progress):
        runs.append(1)
        gate.wait(20)
        return learn(texts, progress)

    demo.model.fit = slow
    demo.teach.click()
    assert demo.teach.disabled
    assert not demo.halt.disabled
    demo.teach.click()
    demo.invent.click()
    gate.set()
    demo.join(30)
    assert runs == [1]
    assert demo.value == ""


def test_stop_leaves_a_model_that_can_write(demo):
    stopped = demo._progress

    def stop_at_the_second(done, total, loss):
        if done == 2:
            demo.halt.click()
        return stopped(done, total, loss)

    demo._progress = stop_at_the_second
    taught(demo)
    assert demo.bar.value == 2
    assert not demo.invent.disabled
    assert not demo.teach.disabled
    demo._progress = stopped
    taught(demo)
    assert demo.bar.value == 12


def test_every_line_says_that_it_is_made_up(demo):
    taught(demo)
    demo.temperature.value = 2.0
    for start in ("Bảo tàng", "Đồi A1", "Hồ Pá", "Hồ", "Đồi", "gì"):
        demo.start.value = start
        demo.invent.click()
        assert demo.value.startswith(("MÁY BỊA RA", "MADE UP"))
        assert start in demo.value or start.capitalize() in demo.value
    assert demo.invented.value.count('<p class="ailab-lm-invented"><strong>') == 4
    assert demo.invented.value.count("KHÔNG CÓ THẬT") + demo.invented.value.count("NOT REAL") == 4
    assert not demo.invent.disabled


def test_a_sentence_of_the_texts_is_never_called_made_up(demo):
    taught(demo)
    known = {" ".join(syllables(text)) for text in TEXTS}
    demo.temperature.value = 1.0
    for _press in range(15):
        demo.invent.click()
        if demo.value:
            assert " ".join(syllables(demo.value.partition(": ")[2])) not in known


def test_when_it_can_only_repeat_it_says_so(quoting):
    demo = taught(Inventor(quoting, texts=["Một hai ba bốn năm sáu bảy."], model=NeuralSyllableModel(epochs=150, hidden=16)))
    demo.start.value, demo.temperature.value = "một", 0.4
    demo.invent.click()
    assert demo.value == ""
    assert "ailab-doubt" in demo.output.value


def test_the_quoting_machine_stands_beside_it(demo):
    taught(demo)
    demo.start.value = "Đồi A1 ở đâu?"
    demo.invent.click()
    assert "Đồi A1 ở phường Mường Thanh." in demo.quoted.value


def test_a_beginning_is_escaped_and_a_preset_fills_it_in(demo, caplog):
    taught(demo)
    demo.temperature.value = 2.0
    demo.start.value = "<img src=x onerror=alert(1)>"
    demo.invent.click()
    assert "<img" not in demo.invented.value + demo.quoted.value
    demo.beginning.value = demo.beginning.options[2]
    assert demo.start.value == demo.beginning.options[2]
    demo.start.value = ""
    demo.invent.click()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_secret_beginning_is_refused_and_forgotten(demo):
    taught(demo)
    demo.start.value = "Độ mật: Tối mật. Kế hoạch tuần tra của xã"
    demo.invent.click()
    assert demo.start.value == demo.value == ""
    assert "Tối mật" in demo.output.value
    assert "tuần tra" not in demo.output.value + demo.invented.value + demo.quoted.value
    assert not demo.invent.disabled


def test_a_defect_gets_a_sentence_and_it_can_be_taught_again(demo, caplog):
    learn = demo.model.fit

    def broken(texts, progress):
        raise ZeroDivisionError

    demo.model.fit = broken
    taught(demo)
    assert "ailab-danger" in demo.output.value
    assert demo.invent.disabled
    assert not demo.teach.disabled
    assert "ZeroDivisionError" in caplog.text
    demo.model.fit = learn
    assert not taught(demo).invent.disabled


def test_the_thread_speaks_the_language_of_the_page(quoting):
    with i18n.using("en"):
        demo = Inventor(quoting, texts=TEXTS, model=NeuralSyllableModel(epochs=2, hidden=4))
        demo.teach.click()
    demo.join(30)
    assert "MADE UP BY A MACHINE" in demo.lesson.value
    assert demo.output.value.count("It has learned") == 1
