import time
from pathlib import Path

import pytest

from ailab import i18n
from ailab.errors import PassageError
from ailab.passages import Passage, cut_text, load_passages, read_passages, save_passages
from ailab.results import Answer, Citation
from ailab.widgets import KnowledgeBuilder
from ailab.widgets.knowledge_builder import MOST

MARKET = "Chợ phiên Bản Mẫu họp vào sáng Chủ nhật hằng tuần."


class Echo:
    """Answers with the first passage that has the first word of the question."""

    fits = 0

    def fit(self, passages):
        self.passages_ = list(passages)
        self.fits += 1
        return self

    def ask(self, question):
        words = question.casefold().split()
        if not words:
            return Answer(question, "", "", (), 0.0, "empty", "vi")
        for passage in self.passages_:
            if words[0] in passage.text.casefold():
                return Answer(question, question, passage.text, (Citation(passage, 0, len(passage.text)),), 0.9, None, "vi")
        return Answer(question, question, "", (), 0.1, "not_in_base", "vi")


@pytest.fixture
def builder():
    return KnowledgeBuilder(answerer=Echo())


def add(builder, text, title="", source=""):
    builder.adding.headline.value, builder.adding.text.value, builder.adding.source.value = title, text, source
    builder.adding.button.click()


def upload(part, name, data, *, first=True, problem=""):
    """What the browser does with a file."""
    part.files._file_sent(part.files, {"name": name, "number": 1, "first": first, "problem": problem}, [memoryview(data)] if data else [])


def ask(builder, question):
    builder.asking.question.value = question


def buttons(builder, part="listing"):
    """Buttons of the rows that are shown, row by row."""
    return [row.children[1:] for row in getattr(builder, part).pages.rows.children]


# The base


def test_pasted_text_becomes_passages_and_the_form_is_free_again(builder):
    long = "\n".join(f"Điều {n}. Người dân bản Mẫu giữ vệ sinh chung và dọn đường làng vào sáng thứ bảy cuối mỗi tháng." for n in range(20))
    add(builder, long, "Quy ước bản", "trưởng bản (2026)")
    assert len(builder.value) > 2
    assert {(p.title, p.source, p.lang) for p in builder.value} == {("Quy ước bản", "trưởng bản (2026)", "vi")}
    assert "\n".join(p.text for p in builder.value) == long
    assert builder.adding.text.value == builder.adding.headline.value == ""
    assert builder.adding.source.value == "trưởng bản (2026)"


def test_a_short_first_line_is_the_title_only_if_none_is_given(builder):
    add(builder, f"Chợ phiên\n{MARKET}")
    add(builder, f"Chợ phiên\n{MARKET}", "Họp chợ")
    assert [(p.title, p.text) for p in builder.value] == [("Chợ phiên", MARKET), ("Họp chợ", f"Chợ phiên\n{MARKET}")]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_a_sentence(builder, text):
    add(builder, text, "Tiêu đề")
    assert builder.value == ()
    assert "ailab-doubt" in builder.adding.output.value
    assert builder.adding.headline.value == "Tiêu đề"


def test_the_second_click_adds_nothing_twice(builder):
    add(builder, MARKET, "Chợ")
    add(builder, MARKET, "Chợ")
    assert len(builder.value) == 1
    assert "ailab-doubt" in builder.adding.output.value
    builder.listing.example.click()
    count = len(builder.value)
    builder.listing.example.click()
    assert len(builder.value) == count > 4


def test_another_text_with_the_same_title_gets_an_id_of_its_own(builder):
    add(builder, MARKET, "Chợ")
    add(builder, "Chợ phiên nghỉ vào dịp Tết.", "Chợ")
    add(builder, "Chợ phiên dời về cạnh cầu.", "Chợ")
    assert len({p.id for p in builder.value}) == 3


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_example_speaks_the_language_of_the_page_and_says_that_it_is_made_up(language):
    with i18n.using(language):
        builder = KnowledgeBuilder()
        builder.listing.example.click()
        assert {p.lang for p in builder.value} == {language}
        assert all("không có thật" in p.source and "made-up" in p.source for p in builder.value)
        question = {"vi": "dang ky khai sinh can mang giay to gi", "en": "what do I bring to register a birth"}[language]
        builder.asking.question.value = question
        assert {"vi": "giấy chứng sinh", "en": "birth notice"}[language] in builder.asking.output.value


def test_remove_and_put_back_and_a_double_tap(builder):
    for n in range(3):
        add(builder, f"Đoạn số {n} của kho này.", f"Đoạn {n}")
    before = builder.value
    ((first,), *_rest) = buttons(builder)
    first.click()
    first.click()  # before the page has noticed
    assert [p.title for p in builder.value] == ["Đoạn 0", "Đoạn 1"]
    assert builder.listing.undo.layout.display is None
    builder.listing.undo.click()
    assert builder.value == before
    assert builder.listing.undo.layout.display == "none"


def test_remove_all_needs_two_clicks_in_a_row(builder):
    builder.listing.example.click()
    builder.listing.clear.click()
    assert builder.value
    builder.listing.spare.click()
    builder.listing.clear.click()
    assert builder.value
    add(builder, MARKET)  # something else in between
    builder.listing.clear.click()
    assert builder.value
    before = builder.value
    builder.listing.clear.click()
    assert builder.value == ()
    assert builder.keeping.download.content == ""
    builder.listing.undo.click()
    assert builder.value == before


def test_a_long_base_comes_in_pages_newest_first():
    builder = KnowledgeBuilder([{"id": str(n), "text": f"Đoạn {n}."} for n in range(20)])
    pages = builder.listing.pages
    assert len(pages.rows.children) == 6
    assert "Đoạn 19." in pages.rows.children[0].children[0].value
    for _click in range(9):
        pages.forward.click()
    assert len(pages.rows.children) == 2
    assert pages.forward.disabled
    for (button,), *_rest in [buttons(builder), buttons(builder)[1:]]:
        button.click()
    assert len(pages.rows.children) == 6, "the last page is gone"
    pages.back.click()
    add(builder, MARKET)
    assert MARKET[:20] in pages.rows.children[0].children[0].value


def test_the_base_is_full_at_some_point_and_the_text_stays(builder):
    builder.value = [Passage(str(n), f"Đoạn {n}.") for n in range(MOST)]
    add(builder, MARKET, "Chợ")
    assert len(builder.value) == MOST
    assert str(MOST) in builder.adding.output.value
    assert builder.adding.text.value == MARKET
    with pytest.raises(PassageError):
        builder.value = [Passage(str(n), "Đoạn.") for n in range(MOST + 1)]


def test_everything_is_escaped(builder):
    evil = '<img src=x onerror="boom()">'
    add(builder, f"Đoạn có {evil} ở giữa.", evil, evil)
    upload(builder.adding, f"{evil}.txt", b"")
    ask(builder, f"zzz {evil}")
    ask(builder, f"Đoạn {evil}")
    pieces = [
        builder.adding.output,
        builder.listing.count,
        builder.asking.output,
        builder.missing.found,
        *(r.children[0] for r in builder.listing.pages.rows.children),
    ]
    pieces += [row.children[0] for row in builder.missing.pages.rows.children]
    assert not [piece.value for piece in pieces if "<img" in piece.value]
    assert sum("&lt;img" in piece.value for piece in pieces) >= 4


# Files


def test_one_bad_file_of_three_stops_nothing(builder):
    upload(builder.adding, "chợ.txt", MARKET.encode())
    upload(builder.adding, "hỏng.pdf", b"%PDF-1.4 broken", first=False)
    upload(builder.adding, "nước.txt", "Bản có ba bể nước sạch.".encode(), first=False)
    assert [p.source for p in builder.value] == ["chợ.txt", "nước.txt"]
    told = builder.adding.output.value
    assert told.count("ailab-box ailab-note") == 2
    assert told.count("ailab-box ailab-doubt") == 1
    assert all(name in told for name in ("chợ.txt", "hỏng.pdf", "nước.txt"))
    upload(builder.adding, "nước.txt", "Bản có ba bể nước sạch.".encode())
    assert "chợ.txt" not in builder.adding.output.value
    assert len(builder.value) == 2


@pytest.mark.parametrize("problem", ["too_big", "failed"])
def test_a_file_that_cannot_be_sent_is_named(builder, problem):
    upload(builder.adding, "to.pdf", b"", problem=problem)
    assert "to.pdf" in builder.adding.output.value
    assert "ailab-doubt" in builder.adding.output.value
    assert builder.value == ()


def test_the_browser_hears_that_a_file_has_arrived_even_after_a_defect(builder, monkeypatch):
    sent = []
    monkeypatch.setattr(builder.adding.files, "send", sent.append)
    monkeypatch.setattr("ailab.widgets.knowledge_builder.read_passages", lambda *_: 1 / 0)
    upload(builder.adding, "chợ.txt", MARKET.encode())
    assert sent == [{"received": 1}]
    assert "ailab-danger" in builder.adding.output.value


def test_saved_base_comes_back_and_is_added(builder):
    builder.listing.example.click()
    add(builder, MARKET, "Chợ “phiên”", "xã")
    saved, before = builder.keeping.download.content, builder.value
    assert load_passages(list(before)) == list(read_passages(saved.encode(), "kho.toml"))
    assert builder.keeping.download.filename.endswith(".toml")
    other = KnowledgeBuilder([{"id": "a", "text": "Đoạn có sẵn."}])
    upload(other.keeping, "kho.toml", saved.encode())
    assert other.value[1:] == before
    upload(other.keeping, "kho (1).toml.txt", saved.encode())  # as some phones call it
    assert other.value[1:] == before
    assert "ailab-doubt" in other.keeping.output.value


@pytest.mark.parametrize(("name", "data"), [("kho.toml", b"[[passage]\nid="), ("kho.toml", b""), ("kho", b"\x00\x01\x02"), ("hỏng.docx", b"PK\x03\x04 no")])
def test_a_file_that_is_no_base_is_a_sentence(builder, name, data):
    add(builder, MARKET)
    before = builder.value
    upload(builder.keeping, name, data)
    assert builder.value == before
    assert "ailab-doubt" in builder.keeping.output.value


def test_saving_says_where_the_file_is(builder):
    add(builder, MARKET)
    builder.keeping.download.set_state({"count": 1})
    assert builder.keeping.download.filename in builder.keeping.output.value


# Questions


def test_an_empty_base_says_so(builder):
    ask(builder, "chợ họp ngày nào")
    assert "ailab-doubt" in builder.asking.output.value
    assert not builder.missing.waiting


def test_ask_miss_add_ask_again(builder):
    add(builder, MARKET)
    ask(builder, "trường học ở đâu")
    ask(builder, "Trường  học ở đâu")
    ask(builder, "bể nước ở đâu")
    assert [*builder.missing.waiting.values()] == ["Trường  học ở đâu", "bể nước ở đâu"]
    builder.missing.again.click()
    assert len(builder.missing.waiting) == 2
    write, _drop = buttons(builder, "missing")[1]
    write.click()
    assert builder.adding.headline.value == "Trường  học ở đâu"
    builder.adding.text.value = "Trường học nằm cạnh cầu treo."
    builder.adding.button.click()
    builder.missing.again.click()
    assert [*builder.missing.waiting.values()] == ["bể nước ở đâu"]
    assert "Trường học nằm cạnh cầu treo." in builder.missing.found.value
    builder.value = builder.value[:1]  # taken out again: what had an answer has none
    builder.missing.again.click()
    assert len(builder.missing.waiting) == 2
    assert "cầu treo" not in builder.missing.found.value


def test_asking_by_hand_also_finds_what_was_missing(builder):
    add(builder, MARKET)
    ask(builder, "trường học ở đâu")
    add(builder, "Trường học nằm cạnh cầu treo.")
    assert builder.asking.output.value == "", "the old refusal no longer holds"
    builder.asking.button.click()
    assert "cầu treo" in builder.asking.output.value
    assert not builder.missing.waiting
    assert "cầu treo" in builder.missing.found.value


def test_what_is_no_question_is_not_collected(builder):
    add(builder, MARKET)
    builder.asking.button.click()
    assert 'data-reason="empty"' in builder.asking.output.value
    ask(builder, "chợ")
    assert not builder.missing.waiting
    assert builder.missing.found.value == ""


def test_drop_a_question_and_tap_twice(builder):
    add(builder, MARKET)
    for question in ("một", "hai"):
        ask(builder, question)
    drop = buttons(builder, "missing")[0][1]
    drop.click()
    drop.click()
    assert [*builder.missing.waiting] == ["một"]


def test_a_text_that_waits_is_not_overwritten(builder):
    add(builder, MARKET)
    ask(builder, "trường học ở đâu")
    builder.adding.text.value = "Một văn bản dài đang viết dở."
    buttons(builder, "missing")[0][0].click()
    assert builder.adding.text.value == "Một văn bản dài đang viết dở."
    assert builder.adding.headline.value == ""
    assert "ailab-doubt" in builder.adding.output.value


def test_reads_the_base_once_per_change(builder):
    add(builder, MARKET)
    for question in ("một", "hai", "ba"):
        ask(builder, question)
    assert builder._answerer.fits == 1
    add(builder, "Trường học nằm cạnh cầu treo.")
    assert builder._answerer.fits == 1
    ask(builder, "bốn")
    assert builder._answerer.fits == 2


def test_takes_a_base_of_its_own_and_dicts():
    builder = KnowledgeBuilder([{"id": "a", "text": MARKET}])
    assert builder.value[0].text == MARKET
    builder.value = [{"id": "b", "text": MARKET}]
    assert builder.value[0].id == "b"
    assert builder.ask("Chợ phiên Bản Mẫu họp vào ngày nào?").text == MARKET


def test_a_full_base_is_read_in_seconds():
    passages = [Passage(f"p{n}", f"Nhà số {n} ở bản {n % 40} mở cửa lúc {n % 12} giờ. Nhà số {n} đóng cửa lúc {12 + n % 12} giờ.") for n in range(MOST)]
    builder = KnowledgeBuilder(passages)
    start = time.perf_counter()
    builder.ask("nhà số 77 mở cửa lúc mấy giờ")
    assert time.perf_counter() - start < 20


def test_complete_in_english():
    with i18n.using("en"):
        builder = KnowledgeBuilder()
        assert builder.adding.button.description == "Add to the base"
        assert builder.missing.again.description == "Ask all of them again"
        assert builder.adding.files.labels["choose"].startswith("Add documents")


# What ailab.passages does for it


def test_cut_text_and_read_passages_agree_with_a_folder(tmp_path):
    text = f"Chợ phiên\n{MARKET}"
    Path(tmp_path / "chợ.txt").write_text(text, "utf-8")
    assert read_passages(text.encode(), "chợ.txt") == load_passages(tmp_path)
    assert [p.text for p in cut_text(text, prefix="cho")] == [MARKET]
    Path(tmp_path / "chợ.txt").unlink()
    save_passages([Passage("a", MARKET, places=("Chợ", "chợ phiên"))], tmp_path / "kho.toml")
    assert read_passages((tmp_path / "kho.toml").read_bytes(), "kho.toml") == load_passages(tmp_path)
