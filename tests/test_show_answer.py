import re

import pytest

from ailab import show
from ailab.i18n import using
from ailab.passages import Passage
from ailab.results import Answer, Citation

PASSAGE = Passage(id="x", text="Một câu. Hai <i>câu</i> & ba.", title='Tên "riêng" <b>', source="Báo <u>A</u>", year=2022, volatile=True, confidence="medium")
ANSWER = Answer("hoi <script>", "hỏi", PASSAGE.text[9:], (Citation(PASSAGE, 9, len(PASSAGE.text)),), 0.731, None, "vi", ((PASSAGE, 0.5),))


def test_everything_is_escaped():
    html = show.answer_html(ANSWER, whom="<em>") + show.hits_html(ANSWER)
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"<(script|i|b|u|em)>", body)
    assert "Một câu. <mark>Hai &lt;i&gt;câu&lt;/i&gt; &amp; ba.</mark>" in body


def test_what_a_visitor_must_know():
    html = ANSWER._repr_html_()
    for words in ("73%", "Thông tin của năm 2022", "các nguồn nói hơi khác nhau", "Báo &lt;u&gt;A&lt;/u&gt; · 2022", "AI đọc câu hỏi là: “hỏi”"):
        assert words in html
    with using("en"):
        assert "Information of 2022" in show.answer_html(ANSWER)


def test_a_year_is_named_once():
    passage = Passage(id="x", text="Một câu.", source="Báo A (2022)", year=2022)
    html = show.answer_html(Answer("q", "q", "Một câu.", (Citation(passage, 0, 8),), 0.9, None, "vi"))
    assert "Báo A (2022)</p>" in html
    assert "ailab-doubt" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert "<h4></h4>" not in html


@pytest.mark.parametrize(("reason", "words"), [("empty", "Chưa có câu hỏi"), ("unreadable", "không đọc được"), ("not_in_base", "chưa có thông tin này")])
def test_refusals(reason, words):
    html = show.answer_html(Answer("?", "", "", (), 0.0, reason, "vi"))
    assert words in html
    assert f'data-reason="{reason}"' in html
    assert ("115" in html) == (reason == "not_in_base")


def test_nothing_came_close():
    assert "Không đoạn nào" in show.hits_html(Answer("?", "", "", (), 0.0, "not_in_base", "vi"))
