"""Documents as HTML: marked places, summaries, tasks, calendars, personal data."""

import datetime as dt
import re
import time

import pytest

from ailab import show
from ailab.i18n import using
from ailab.results import AdministrativeDocument, Deadline, PersonalData, Summary, SummarySentence, Task
from ailab.show import Mark
from ailab.show.document import _sorted
from ailab.show.privacy import _GRAVE
from ailab.show.summary import part_name

EVIL = '<script>alert("1")</script>&\n\'"'


def body(html):
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def plain(html):
    return re.sub(r"<[^>]+>", "", re.sub(r"<sup>.*?</sup>", "", body(html)).replace("<br>", "\n"))


def deadline(value, raw="trước ngày …", op="by", **more):
    return Deadline(raw, 0, len(raw), value, op, **more)


def test_marks_stand_where_they_belong():
    html = show.marked_html("Một hai ba bốn", [Mark(8, 10, "deadline", "ghi", "nơi"), Mark(4, 7)], label="Văn bản")
    assert (
        'Một <mark class="ailab-mark-sentence" title="">hai</mark> <mark class="ailab-mark-deadline" title="ghi" id="nơi">ba<sup>ghi</sup></mark> bốn' in html
    )
    assert 'tabindex="0"' in html  # it scrolls: a keyboard must reach it
    assert 'aria-label="Văn bản"' in html
    assert plain(html) == "Một hai ba bốn"


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        ([(0, 5), (3, 8)], ["abcde"]),  # the first wins
        ([(3, 8), (0, 5)], ["abcde"]),
        ([(2, 4), (2, 9)], ["cdefghi"]),  # the longer one of those that start together
        ([(0, 9), (2, 4), (9, 10)], ["abcdefghi", "j"]),
        ([(4, 4), (5, 3)], []),
        ([(0, 2), (2, 4)], ["ab", "cd"]),
    ],
)
def test_overlaps(places, shown):
    html = show.marked_html("abcdefghij", [Mark(*place) for place in places])
    assert re.findall(r"<mark[^>]*>(\w+)", html) == shown
    assert plain(html) == "abcdefghij"


def test_a_marked_text_is_escaped():
    html = show.marked_html(EVIL, [Mark(1, 7, '"><b>', EVIL, EVIL)], label=EVIL)
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("<br>") == 1
    assert html.count('"') % 2 == 0


def test_a_long_text_is_shown_around_its_marks():
    words = "từ " * 200_000
    start = time.perf_counter()
    html = show.marked_html(words, [Mark(300_000, 300_002, note="1"), Mark(300_100, 300_102, note="2"), Mark(599_000, 599_002)])
    assert time.perf_counter() - start < 1
    assert html.count("<mark") == 3
    assert html.count("ailab-doc-gap") == 3
    assert len(html) < 10_000
    gap = r'<span class="ailab-doc-gap">[^<]*?(\d+)[^<]*</span>'
    assert sum(map(int, re.findall(gap, html))) + len(plain(re.sub(gap, "", html))) == len(words)
    many = show.marked_html(words, [Mark(at, at + 2) for at in range(0, 600_000, 30)])
    assert many.count("<mark") == 20_000
    assert "ailab-doc-gap" not in many
    short = show.marked_html("từ " * 10_000, [])
    assert "ailab-doc-gap" not in short


SOURCE = "Câu <một> nói việc.\nCâu hai có hạn."
SUMMARY = Summary(
    (
        SummarySentence("Câu <một> nói việc.", 0, 19, 1.5, 0, (("task", 1.0), ("length", 0.7), ("formula", -0.2), ("order", 0.001))),
        SummarySentence("Câu hai có hạn.", 20, 35, 0.5, 0, (("deadline", 0.5),)),
    ),
    (SOURCE,),
)


def test_a_summary_marks_its_sentences_and_gives_reasons():
    html = body(show.summary_html(SUMMARY, ["A & B"]))
    assert "Câu &lt;một&gt; nói việc." in html
    assert "<một>" not in html
    for number in (1, 2):
        assert html.count(f'href="#ailab-sentence-{number}"') == html.count(f'id="ailab-sentence-{number}"') == 1
        assert f'aria-label="{number}. ' in html
    assert html.count("A &amp; B") == 2  # title and label of the box; with one source the sentences do not repeat it
    assert "+1.00" in html
    assert "-0.20" in html
    assert html.count("ailab-against") == 1
    assert part_name("order") not in html  # too little to tell
    assert "97%" in html
    shares = [float(share) for share in re.findall(r'ailab-value">([+-][\d.]+)', html)]
    assert shares == [1.0, 0.7, -0.2, 0.5]


def test_a_summary_of_several_documents_names_them():
    summary = Summary((SummarySentence("Hai.", 0, 4, 1.0, 1),), ("Một.", "Hai."))
    html = body(show.summary_html(summary, ["Thứ <nhất>", "Thứ nhì"]))
    chosen, sources = html.split("ailab-summary-source")
    assert "Thứ nhì" in chosen
    assert "Thứ &lt;nhất&gt;" not in chosen
    assert sources.count('class="ailab-doc"') == 2
    assert "Thứ &lt;nhất&gt;" in sources
    assert summary._repr_html_().count('class="ailab-doc"') == 2  # names are not needed


def test_every_part_of_a_score_has_words():
    for language in ("vi", "en"):
        with using(language):
            codes = [
                "amount",
                "appendix",
                "centrality",
                "concepts",
                "deadline",
                "formula",
                "length",
                "opening",
                "order",
                "position",
                "repetition",
                "section",
                "subject",
                "task",
            ]
            names = [part_name(code) for code in codes]
            assert len(set(names)) == len(codes)
            assert not set(names) & set(codes)
    assert part_name("a code of tomorrow") == "a code of tomorrow"


def test_dates_in_words():
    assert show.date_words(None) == ""
    assert show.date_words(deadline("2026-08-05")) == "05/08/2026"
    assert show.date_words(deadline("2026-08-05T17:00")) == "05/08/2026 17:00"
    assert show.date_words(deadline(None, op="recurring")) != show.date_words(deadline(None, op="relative"))
    before = show.date_words(deadline("2026-08-05", op="before", inferred=True))
    assert before.startswith("trước 05/08/2026 (")
    with using("en"):
        assert show.date_words(deadline("2026-08-05", op="before", inferred=True)) == "before 05/08/2026 (year inferred)"


TASKS = (
    Task("Việc <b>ba</b>", 0, 5, "Văn phòng", ("A<i>", "B"), deadline("2026-09-01")),
    Task("Việc một", 10, 15, "An ninh", (), deadline("2026-08-05T17:00", raw='"<u>')),
    Task("Việc không hạn", 20, 25),
    Task("Việc lặp", 30, 35, "an ninh", (), deadline(None, op="recurring")),
    Task("Việc thêm tay", 0, 0, None, (), deadline("2026-08-31", raw="")),
)


def test_tasks_are_sorted_and_escaped():
    html = show.tasks_html(TASKS)
    assert not re.search(r"<(b>ba|i>B|u>)", html)
    places = [html.index(words) for words in ("Việc một", "Việc thêm", "Việc &lt;b", "Việc không", "Việc lặp")]
    assert places == sorted(places)
    assert [task.owner for task in _sorted(TASKS, "owner")] == ["An ninh", "an ninh", "Văn phòng", None, None]
    assert html.count("<q") == 3  # none where the document says nothing
    assert html.count('data-name="Hạn"') == 5
    assert "A&lt;i&gt;, B" in html
    assert show.tasks_html(()).count("<table") == 0
    assert "ailab-note" in show.tasks_html(())


def test_a_calendar():
    html = show.calendar_html(TASKS)
    assert html.count('class="ailab-month"') == 2
    assert re.findall(r'class="ailab-due"[^>]*><b>(\d+)</b>', html) == ["5", "31", "1"]
    assert "Tháng 8/2026" in html
    august = html.split('class="ailab-month"')[1]
    cells = re.findall(r"<td[^>]*>(?:<b>)?(\d*)", august)
    assert len(cells) % 7 == 0
    assert [cell for cell in cells if cell] == [str(day) for day in range(1, 32)]
    assert cells.index("1") == dt.date(2026, 8, 1).weekday()
    assert show.calendar_html(TASKS[2:4]) == ""
    with using("en"):
        assert "Month 8/2026" in show.calendar_html(TASKS)


def test_a_calendar_of_many_months_and_of_one_busy_day():
    tasks = [Task("x", 0, 1, deadline=deadline(f"{2026 + month // 12}-{month % 12 + 1:02d}-15")) for month in range(30)]
    html = show.calendar_html(tasks)
    assert html.count('class="ailab-month"') == 6
    assert html.count('class="ailab-small"') == 1
    busy = show.calendar_html([Task("x", 0, 1, deadline=deadline("2028-02-29"))] * 9)
    assert "•••<" in busy
    assert "••••" not in busy
    assert "9" in re.search(r'ailab-due" title="([^"]+)"', busy)[1]


def test_the_head_of_a_document():
    document = AdministrativeDocument("x", number="12/<b>", type="Công văn", date=dt.date(2026, 8, 5), subject=EVIL)
    html = show.head_html(document)
    assert "12/&lt;b&gt;" in html
    assert "<script" not in html
    assert "05/08/2026" in html
    assert html.count("<i>") == 2  # issuer and signer are not stated
    assert "ailab-doubt" in show.head_html(AdministrativeDocument("x"))


def test_a_whole_document():
    text = "Gửi trước ngày 5/8/2026 <b>nhé</b>."
    due = Deadline("trước ngày 5/8/2026", 4, 23, "2026-08-05", "before")
    html = body(AdministrativeDocument(text, type="Công văn", tasks=(Task(text, 0, len(text), deadline=due),), deadlines=(due,))._repr_html_())
    assert '<mark class="ailab-mark-deadline" title="trước 05/08/2026">trước ngày 5/8/2026<sup>' in html
    assert "<b>nhé" not in html
    assert html.count('class="ailab-month"') == 1


def test_personal_data_is_counted_and_marked():
    text = "Lò <A>, 099187000123, Lò B."
    found = [PersonalData(0, 6, "person_name", "Lò <A>"), PersonalData(8, 20, "national_id", "099187000123"), PersonalData(22, 26, "person_name", "Lò B")]
    html = show.personal_data_html(text, found)
    assert "<b>2</b> họ tên" in html
    assert html.count('<mark class="ailab-mark-grave"') == 1
    assert html.count('<mark class="ailab-mark-personal"') == 2
    assert "<A>" not in html
    assert plain(html).endswith(text.replace("<A>", "&lt;A&gt;"))
    nothing = show.personal_data_html(text, [])
    assert "ailab-doubt" in nothing
    assert "<mark" not in nothing
    assert "&lt;A&gt;" in nothing


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_personal_data_has_a_name(language):
    from typing import get_args

    from ailab.results import PersonalDataKind

    with using(language):
        kinds = get_args(PersonalDataKind)
        assert len({show.kind_name(kind) for kind in kinds}) == len(kinds)
        assert set(kinds) >= _GRAVE


def test_the_drawing_of_a_mark_is_a_drawing():
    svg = show.secrecy_drawing()
    assert svg.startswith("<svg")
    assert svg.count("<g") == svg.count("</g>") == 1
    assert 'role="img" aria-label="' in svg


def test_every_part_of_a_score_has_a_name():
    from ailab import Summarizer
    from ailab.readers import read_document
    from ailab.samples.documents import sample_documents

    official = [read_document(sample.path) for sample in sample_documents()[:6]]
    news = "Mưa to ở ba xã. Ba xã có 12 hộ phải dời nhà. “Chúng tôi mất hết”, bà Mẫu nói. Ai sẽ giúp các hộ dời nhà? Xã cấp gạo cho 12 hộ phải dời nhà."
    texts = [*official, news, official, [news, news.replace("12", "13")]]
    sentences = [sentence for text in texts for sentence in Summarizer(n_sentences=9).summarize(text).sentences]
    codes = {code for sentence in sentences for code, _share in sentence.parts}
    assert {"manner", "deadline", "concepts", "section"} <= codes
    assert not [code for code in codes if part_name(code) == code]
