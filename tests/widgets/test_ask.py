"""Asking, what came close, caution and traps, without a browser."""

import pytest

from ailab import QuestionAnswerer
from ailab.i18n import using
from ailab.qa import bundled_questions
from ailab.widgets import Ask, BreakIt, Caution, NearHits

PASSAGES = [
    {
        "id": "a",
        "title": "Bếp <b>lửa</b>",
        "text": "Bếp nhà sàn ở gian giữa. Bếp đun bằng củi.",
        "source": "<i>già làng</i>",
        "year": 2020,
        "volatile": True,
        "confidence": "medium",
    },
    {"id": "b", "title": "Suối", "text": "Suối Nậm Rốm chảy qua bản. Nước suối mát."},
    {"id": "c", "title": "Chợ", "text": "Chợ phiên họp sáng chủ nhật. Chợ bán gà và rau."},
]


@pytest.fixture
def qa():
    return QuestionAnswerer().fit(PASSAGES)


def send(demo, text):
    """What the browser does when a person types and presses Enter."""
    demo.question.set_state({"value": text})


def test_an_answer_is_shown_with_its_source(qa):
    demo = Ask(qa)
    send(demo, "bep nha san o dau")
    assert demo.value.text == "Bếp nhà sàn ở gian giữa."
    shown = demo.output.value
    assert "<mark>Bếp nhà sàn ở gian giữa.</mark>" in shown
    assert "&lt;i&gt;già làng&lt;/i&gt; · 2020" in shown
    assert "Bếp &lt;b&gt;lửa&lt;/b&gt;" in shown
    assert "Thông tin của năm 2020" in shown
    assert "AI đọc câu hỏi là: “bếp nhà sàn ở đâu”" in shown
    assert 'data-reason=""' in shown


def test_a_refusal_says_whom_to_ask(qa):
    demo = Ask(qa, whom="Hỏi <trưởng bản>")
    send(demo, "thời tiết Huế")
    assert demo.value.reason == "not_in_base"
    assert 'data-reason="not_in_base"' in demo.output.value
    assert "Hỏi &lt;trưởng bản&gt;" in demo.output.value
    assert "115" not in demo.output.value  # whoever wrote the base knows better
    plain = Ask(qa)
    send(plain, "thời tiết Huế")
    assert "115" in plain.output.value


def test_nothing_typed_and_nothing_readable(qa):
    demo = Ask(qa)
    demo.send.click()
    assert demo.value.reason == "empty"
    assert "Chưa có câu hỏi" in demo.output.value
    send(demo, "😀😀")
    assert demo.value.reason == "unreadable"


def test_second_click_and_examples(qa):
    demo = Ask(qa, examples=("chợ họp lúc nào", "suối"))
    seen = []
    demo.observe(lambda change: seen.append(change.new.question), "value")
    demo.examples[0].click()
    assert demo.question.value == "chợ họp lúc nào"
    assert "chủ nhật" in demo.value.text
    first = demo.output.value
    demo.examples[0].click()
    demo.send.click()
    assert demo.output.value == first
    demo.examples[1].click()
    assert seen[-1] == "suối"


def test_html_in_a_question_is_text(qa):
    demo = Ask(qa)
    send(demo, "<script>alert(1)</script> suối ở đâu")
    assert "<script>" not in demo.output.value


def test_a_defect_is_a_sentence(qa, monkeypatch):
    demo = Ask(qa)
    monkeypatch.setattr(qa, "ask", lambda _question: 1 / 0)
    send(demo, "suối")
    assert "Chương trình gặp lỗi" in demo.output.value
    assert demo.value is None


def test_the_bundled_base_is_read_at_the_first_question():
    demo = Ask()
    assert demo._qa is None
    demo.examples[0].click()
    assert "Castries" in demo.value.text
    with using("en"):
        english = Ask(demo.qa)
        english.examples[0].click()
        assert english.value.lang == "en"
        assert "Quoted from the knowledge base" in english.output.value


def test_the_examples_do_what_they_are_there_for():
    demo = Ask()
    outcomes = []
    for button in demo.examples:
        button.click()
        outcomes.append(demo.value.reason)
    assert outcomes == [None] * (len(outcomes) - 1) + ["not_in_base"]


def test_near_hits_follow(qa):
    demo = Ask(qa)
    near = NearHits(demo)
    assert "phần 1" in near.output.value
    send(demo, "suối chảy qua đâu")
    assert "Suối" in near.output.value
    assert "%" in near.output.value
    send(demo, "qqqq wwww")
    assert "Không đoạn nào" in near.output.value
    late = NearHits(demo)
    assert "Không đoạn nào" in late.output.value


QUESTIONS = [
    {"question": "suối chảy qua đâu", "answerable": True, "passages": ["b"], "keys": ["bản"]},
    {"question": "chợ họp lúc nào", "answerable": True, "passages": ["a"], "keys": ["chủ nhật"]},  # the gold is wrong: so the answer is
    {"question": "chợ bán trâu không", "answerable": False, "passages": [], "keys": []},
]


def test_caution_counts(qa):
    demo = Ask(qa)
    caution = Caution(demo, QUESTIONS)
    assert caution.level.layout.display == "none"
    caution.start.click()
    assert caution.level.layout.display is None
    caution.level.value = 0
    assert qa.caution == 0
    assert caution._counts(0) == {"right": 1, "wrong": 1, "needless": 0, "invented": 1, "refused": 0}
    assert "2 câu trả lời sai" in caution.output.value
    assert "ailab-chart" in caution.output.value
    caution.level.value = 100
    assert caution._counts(100) == {"right": 0, "wrong": 0, "needless": 2, "invented": 0, "refused": 1}
    assert "câu trả lời sai ở mức này" not in caution.output.value


def test_caution_asks_the_last_question_again(qa):
    demo = Ask(qa)
    caution = Caution(demo, QUESTIONS)
    send(demo, "suối chảy qua đâu")
    assert not demo.value.abstained
    caution.level.value = 100
    assert demo.value.abstained
    caution.level.value = 0
    assert not demo.value.abstained


def test_bundled_questions():
    questions = bundled_questions()
    assert sum(record["answerable"] for record in questions) == 75
    assert len(questions) == 100  # the lesson says so
    known = {passage.id for passage in QuestionAnswerer().fit("dien_bien").passages_}
    assert all(set(record["passages"]) <= known for record in questions)
    assert all(bool(record["passages"]) == bool(record["keys"]) == record["answerable"] for record in questions)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_trap_answers(language):
    with using(language):
        demo = Ask()
        traps = BreakIt(demo)
        assert traps.cases.value is None
        for number, case in enumerate(traps._cases):
            traps.again.click()
            assert traps.cases.value == number
            assert "data-reason=" in traps.output.value
            assert "<script>" not in traps.output.value
            if number in {0, 1, 3, 6, 7}:  # these must go as hoped; of the near misses the lesson says that they may not
                assert "ailab-note" in traps.output.value, case.question
        traps.again.click()
        assert traps.cases.value == 0
