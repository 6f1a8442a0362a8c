from dataclasses import replace

from ailab import i18n
from ailab.results import TextVerdict, WordWeight
from ailab.show import text_verdict_html

TEXT = "Trộm <b>gà</b> ở ruộng"
EVIDENCE = (WordWeight(0, 4, "Trộm", 2.0), WordWeight(17, 22, "ruộng", -0.5), WordWeight(8, 10, "gà", 0.1))


def verdict(reason=None, **changes):
    return replace(TextVerdict(TEXT, "police", 0.8, (("economy", 0.2),), reason, EVIDENCE), **changes)


def test_the_words_that_decided_are_marked():
    html = text_verdict_html(verdict(), {"police": "Công an <xã>"})
    assert '<mark class="ailab-mark-for-strong" title="">Trộm</mark>' in html
    assert '<mark class="ailab-mark-against" title="">ruộng</mark>' in html
    assert ">gà<" not in html.replace("&lt;b&gt;gà&lt;/b&gt;", "")
    assert "Công an &lt;xã&gt;" in html
    assert "<b>" not in html
    assert "80%" in html
    assert "economy" in html


def test_a_refusal_never_looks_like_an_answer():
    with i18n.using("en"):
        for reason in ("unsure", "unfamiliar", "empty", "unreadable"):
            html = text_verdict_html(verdict(reason))
            assert "The machine does not decide" in html
            assert "sorts this to" not in html
            assert f'data-reason="{reason}"' in html
        assert "%" not in text_verdict_html(verdict("empty")).split("</style>")[1]


def test_no_word_that_was_taught():
    with i18n.using("en"):
        assert "No word in this message was taught" in text_verdict_html(verdict("unsure", evidence=()))
