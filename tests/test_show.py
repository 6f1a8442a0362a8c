import re
from dataclasses import replace

import numpy as np
import pytest

from ailab import cards, i18n, show


@pytest.fixture(scope="module")
def diagnosis(classifier, leaf):
    return replace(classifier.diagnose(leaf, crop="coffee"), label="coffee__rust", confidence=0.914, reason=None)


def text_of(html):
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def test_an_answer_shows_everything(diagnosis):
    html = diagnosis._repr_html_()
    text = text_of(html)
    assert "Gỉ sắt" in text
    assert "91%" in text
    assert html.count("data:image/jpeg") == 3
    assert "data:image/png" in html
    assert cards.general("notice") in text
    for part in ("look_for", "look_alikes", "first_steps"):
        assert cards.load()["cards"]["coffee__rust"][part][0]["vi"] in text


@pytest.mark.parametrize("reason", ["not_a_leaf", "unsure", "unfamiliar", "poor_photo"])
def test_an_abstention_is_an_answer(diagnosis, reason):
    text = text_of(replace(diagnosis, reason=reason)._repr_html_())
    card = cards.abstention(reason)
    for sentence in (card["title"], card["why"], *card["do"], *cards.general("ask"), cards.general("notice")):
        assert sentence in text
    assert cards.load()["cards"]["coffee__rust"]["summary"]["vi"] not in text


def test_english_is_complete(diagnosis):
    with i18n.using("en"):
        for reason in (None, "not_a_leaf", "unsure", "unfamiliar", "poor_photo"):
            text = text_of(replace(diagnosis, reason=reason)._repr_html_())
            assert not re.search("[ăâđêôơưạảấầậắằặếềệốồộớờợứừựịỉọỏụủỳỵ]", text), text


def test_a_label_without_a_card(diagnosis):
    text = text_of(replace(diagnosis, label="tea__blister_blight", told_crop=None)._repr_html_())
    assert "tea: blister blight" in text
    assert cards.general("first_steps")[0] in text
    assert replace(diagnosis, label="good").to_dict()["condition"] == "good"


def test_everything_is_escaped(diagnosis):
    evil = replace(diagnosis, label="coffee__<script>", alternatives=(('x__"><img src=x onerror=alert(1)>', 0.1),), reason="unsure")
    assert "<script" not in evil._repr_html_()
    assert "<img src=x" not in evil._repr_html_()
    assert "<b>" not in show.message_html("<b>")
    assert "<b>" not in show.line_chart("<b>", ["<b>"], [0.5], filled=[True], here=0)


@pytest.mark.parametrize(("probability", "shown"), [(1.0, "trên 99%"), (0.994, "trên 99%"), (0.5, "50%"), (0.004, "dưới 1%"), (0.0, "dưới 1%")])
def test_nothing_is_certain(probability, shown):
    assert show.percent(probability) == shown


def test_bars_add_up(diagnosis):
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", show.verdict_html(diagnosis))]
    total = diagnosis.confidence + sum(p for _label, p in diagnosis.alternatives)
    assert sum(widths) == pytest.approx(100 * total, abs=0.5)


def test_line_chart_marks_where_the_guess_changes():
    svg = show.line_chart("t", ["a", "b", "c"], [0.9, 0.5, 0.1], filled=[True, True, False], here=1)
    assert svg.count("ailab-same") == 2
    assert svg.count("ailab-other") == 1
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', svg)]
    assert heights == sorted(heights)


def test_heat_map_is_transparent_where_nothing_speaks(diagnosis):
    import base64
    import io

    from PIL import Image

    evidence = np.zeros((4, 4), np.float32)
    evidence[0, 0] = 1
    uri = re.search(r"data:image/png;base64,([^\"]+)", show.evidence_html(diagnosis.photo, evidence, "coffee__rust"))[1]
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(uri))))[..., 3]
    assert alpha[5, 5] > 100
    assert alpha[60:, 60:].max() == 0
