import json
import subprocess
import sys
import unicodedata
from dataclasses import FrozenInstanceError

import docx
import pytest

from ailab import i18n, passages
from ailab.errors import PassageError, TextError
from ailab.passages import Passage, bundled, check_passages, load_passages, save_passages

PLACE = '[[place]]\nname = "Đồi A1"\nen = "Hill A1"\naliases = ["Eliane 2", "đồi a1"]\n'
GOOD = """
[[passage]]
id = "doi-a1"
places = ["Đồi A1"]
source = "báo Điện Biên Phủ (2024)"
year = 2024
confidence = "high"
volatile = false
[passage.vi]
title = "Đồi A1"
text = "Đồi A1 nằm ở phường Điện Biên Phủ. Đồi A1 có hố bộc phá."
[passage.en]
title = "Hill A1"
text = "Hill A1 stands in the ward of Dien Bien Phu."
"""
DOCUMENT = "Quy chế tham quan\n" + "\n".join(
    f"Điều {n}. Khách tham quan di tích mua vé ở cổng và giữ vé đến khi ra về. Nhân viên xem vé của khách." for n in range(1, 13)
)


@pytest.fixture(autouse=True)
def _english():
    with i18n.using("en"):
        yield


@pytest.fixture
def base(tmp_path):
    """Write a base: file names without their suffix, and their TOML."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        return tmp_path

    return write


def fails(source, code, match=None):
    with pytest.raises(PassageError, match=match) as caught:
        load_passages(source)
    assert caught.value.code == code


# Passage


def test_passage_is_clean_composed_and_frozen():
    nfd = unicodedata.normalize("NFD", " Đồi A1 ")
    passage = Passage(nfd, nfd, nfd, nfd, places=[nfd, "đồi a1", "", "Eliane 2"])
    assert (passage.id, passage.text, passage.title, passage.source) == ("Đồi A1",) * 4
    assert passage.places == ("Đồi A1", "Eliane 2")
    assert passage == Passage("Đồi A1", "Đồi A1", "Đồi A1", "Đồi A1", places=("Đồi A1", "Eliane 2"))
    assert Passage("a", "b", places="Đồi A1").places == ("Đồi A1",)
    assert hash(passage)
    with pytest.raises(FrozenInstanceError):
        passage.text = "x"


def test_to_dict_is_json_and_loads_again():
    passage = Passage("a", "Chào bạn.", year=2024, volatile=True, places=("Đồi A1",))
    assert load_passages([json.loads(json.dumps(passage.to_dict()))]) == [passage]


# A folder


def test_two_languages_and_places_of_another_file(base):
    vi, en = load_passages(base(a=GOOD, z=PLACE))
    assert (vi.id, vi.lang, vi.title, vi.text[:6]) == ("doi-a1.vi", "vi", "Đồi A1", "Đồi A1")
    assert (en.id, en.lang, en.title) == ("doi-a1.en", "en", "Hill A1")
    for passage in (vi, en):
        assert passage.places == ("Đồi A1", "Hill A1", "Eliane 2")
        assert (passage.source, passage.year, passage.confidence, passage.volatile) == ("báo Điện Biên Phủ (2024)", 2024, "high", False)


def test_a_place_that_nobody_declares_keeps_its_name(base):
    assert load_passages(base(a=GOOD))[0].places == ("Đồi A1",)


def test_one_file_or_its_folder_or_its_passages(base):
    folder = base(a=GOOD)
    loaded = load_passages(folder / "a.toml")
    assert loaded == load_passages(folder) == load_passages(str(folder)) == load_passages(loaded) == load_passages(iter(loaded))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_notepad_saves(tmp_path, encoding):
    (tmp_path / "a.toml").write_bytes(GOOD.replace("\n", "\r\n").encode(encoding))
    assert load_passages(tmp_path)[0].title == "Đồi A1"
    assert not [problem for problem in check_passages(tmp_path) if "place" not in problem]


def test_other_files_are_left_alone(base):
    folder = base(a=GOOD)
    for name in ("~$a.docx", ".a.toml", "photo.jpg", "a.toml.bak"):
        (folder / name).write_bytes(b"\0")
    (folder / "folder.toml").mkdir()
    assert len(load_passages(folder)) == 2


def test_a_number_too_long_to_read(base):
    fails(base(a=GOOD.replace("2024\n", "1" * 5000 + "\n")), "bad_toml", "a.toml")


def test_the_bundled_base():
    assert bundled() == ["dien_bien"]
    loaded = load_passages("dien_bien")
    assert len(loaded) > 100
    assert {passage.lang for passage in loaded} == {"vi", "en"}
    assert check_passages("dien_bien") == []


@pytest.mark.parametrize("source", ["nowhere", "", "a\0b", "https://example.com/base"])
def test_no_such_base(source):
    fails(source, "no_such_base", "dien_bien")
    with pytest.raises(PassageError, match="dien_bien"):
        check_passages(source)


def test_nothing_in_it(tmp_path):
    fails(tmp_path, "empty")
    fails([], "empty")
    (tmp_path / "a.toml").write_text(PLACE, "utf-8")
    fails(tmp_path, "empty")
    assert len(check_passages(tmp_path)) == 1


# Dicts


def test_dicts_need_id_and_text_only():
    vi, en = load_passages([{"id": "a", "text": "Đồi A1 ở đâu cũng thấy."}, {"id": "b", "text": "The hill is in the middle of the town."}])
    assert (vi.lang, en.lang) == ("vi", "en")
    assert vi == Passage("a", "Đồi A1 ở đâu cũng thấy.")
    assert load_passages({"id": "a", "text": "Đồi A1 ở đâu cũng thấy."}) == [vi]
    assert load_passages([{"id": "a", "text": "x", "lang": "vi", "year": None, "places": ("P",)}])[0].places == ("P",)


@pytest.mark.parametrize(
    ("record", "code", "match"),
    [
        ({"id": "a", "text": "b", "tittle": "c"}, "unknown_field", "“a”.*“tittle”.*“title”"),
        ({"id": "a", "text": "b", "qqq": "c"}, "unknown_field", "“qqq”.*volatile"),
        ({"text": "b"}, "missing_field", "number 1.*“id”"),
        ({"id": "a"}, "missing_field", "“a”.*“text”"),
        ({"id": "a", "text": " \n"}, "empty_text", "“text”"),
        ({"id": "", "text": "b"}, "empty_text", "“id”"),
        ({"id": 3, "text": "b"}, "wrong_type", "“id”"),
        ({"id": "a", "text": ["b"]}, "wrong_type", "“text”"),
        ({"id": "a", "text": "b", "year": "2024"}, "wrong_type", "“year”"),
        ({"id": "a", "text": "b", "year": True}, "wrong_type", "“year”"),
        ({"id": "a", "text": "b", "year": 24}, "wrong_type", "“year”"),
        ({"id": "a", "text": "b", "volatile": "no"}, "wrong_type", "“volatile”"),
        ({"id": "a", "text": "b", "places": "Đồi A1"}, "wrong_type", "“places”"),
        ({"id": "a", "text": "b", "places": [1]}, "wrong_type", "“places”"),
        ({"id": "a", "text": "b", "confidence": "low"}, "wrong_type", "“confidence”"),
        ({"id": "a", "text": "b", "lang": "fr"}, "wrong_type", "“lang”"),
        ({"id": "a", "text": "b", "title": None}, "wrong_type", "“title”"),
        ({"id": "a", "vi": "b"}, "wrong_type", r"\[passage.vi\]"),
        ({"id": "a", "vi": {"text": "b", "volatile": True}}, "unknown_field", "“volatile”.*above"),
        ({"id": "a", "vi": {"txt": "b"}}, "unknown_field", "“txt”.*“text”"),
        ("b", "wrong_type", "number 1"),
        (Passage("a", ""), "empty_text", "“a”"),
        (Passage("a", "b", lang="fr"), "wrong_type", "“lang”"),
    ],
)
def test_a_record_that_cannot_be_used(record, code, match):
    fails([record], code, match)


def test_ids_are_unique(base):
    fails([Passage("a", "b"), {"id": " a", "text": "c"}], "duplicate_id", "“a”")
    fails(base(a=GOOD, b=GOOD), "duplicate_id", "“doi-a1.vi”")


def test_not_a_source():
    fails(3, "wrong_type")
    fails(b"dien_bien", "wrong_type")


# Saving


def test_what_is_saved_loads_equal(tmp_path):
    saved = [
        Passage(
            "a",
            'Có “ngoặc”, "nháy", \\ gạch, \x7f và \x01 lạ.\nDòng hai\t.\r\nDòng ba',
            "T",
            "N",
            "vi",
            2024,
            volatile=True,
            confidence="medium",
            places=("Đồi A1", "Hill A1"),
        ),
        Passage("b", "🙂 𝒳 \u2028 \ufeff \x85 x\ud800y", lang="en"),
        Passage("c", "'''", '"""', "#"),
        *load_passages("dien_bien"),
    ]
    path = tmp_path / "x.toml"
    text = save_passages(saved, path)
    assert path.read_text("utf-8") == text
    assert load_passages(path) == saved
    assert save_passages(load_passages(path), str(path)) == text


def test_saving_says_what_is_wrong(tmp_path):
    for path, code in ((tmp_path / "x.txt", "wrong_type"), (tmp_path / "nowhere" / "x.toml", "not_written")):
        with pytest.raises(PassageError) as caught:
            save_passages([Passage("a", "b")], path)
        assert caught.value.code == code
    with pytest.raises(PassageError):
        save_passages([Passage("a", "")])


# Documents


def test_a_document_is_cut_at_sentences(tmp_path):
    from ailab.text import syllables

    path = tmp_path / "quy_che.txt"
    path.write_text(DOCUMENT, "utf-8")
    loaded = load_passages(tmp_path)
    assert [passage.id for passage in loaded] == [f"quy_che-{n}" for n in range(1, len(loaded) + 1)]
    assert {(passage.title, passage.source, passage.lang, passage.year) for passage in loaded} == {("Quy chế tham quan", "quy_che.txt", "vi", None)}
    assert all(40 <= len(syllables(passage.text)) <= 120 for passage in loaded)
    assert all(passage.text.startswith("Điều") and passage.text.endswith(".") for passage in loaded)
    assert "\n".join(passage.text for passage in loaded) == DOCUMENT.split("\n", 1)[1]
    assert load_passages(path) == loaded


def test_word_and_text_of_one_name_do_not_collide(tmp_path):
    document = docx.Document()
    document.add_paragraph("The museum opens at seven in the morning and closes at six in the evening.")
    document.save(tmp_path / "a.docx")
    (tmp_path / "a.txt").write_text("Bảo tàng mở cửa lúc bảy giờ sáng.", "utf-8")
    (tmp_path / "b.txt").write_text("Bảo tàng đóng cửa lúc sáu giờ chiều.", "utf-8")
    assert [(passage.id, passage.lang, passage.title) for passage in load_passages(tmp_path)] == [
        ("a.docx-1", "en", "a"), ("a.txt-1", "vi", "a"), ("b-1", "vi", "b"),
    ]  # fmt: skip
    assert check_passages(tmp_path) == []


def test_a_sentence_without_end_is_sliced(tmp_path):
    from ailab.text import syllables

    (tmp_path / "a.txt").write_text("một hai ba bốn năm " * 100, "utf-8")
    loaded = load_passages(tmp_path)
    assert [len(syllables(passage.text)) for passage in loaded] == [120, 120, 120, 120, 20]


def test_a_document_that_cannot_be_read(base):
    folder = base(a=PLACE + GOOD)
    (folder / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"))
    with pytest.raises(TextError) as caught:
        load_passages(folder)
    assert caught.value.code == "old_word"
    assert check_passages(folder) == [str(caught.value)]


# Checking


def test_a_good_base(base):
    assert check_passages(base(a=GOOD, b=PLACE)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "doi-a1"\n', "", ["a.toml, passage number 1", "“id”"]),
        ("year =", "yaer =", ["a.toml, passage “doi-a1”", "“yaer”", "“year”"]),
        ("2024\n", '"2024"\n', ["“year”"]),
        ("2024\n", "2999\n", ["2999", "future"]),
        ('"high"', '"low"', ["“confidence”"]),
        ("= false", '= "sai"', ["“volatile”"]),
        ("= false", "= true", ["[vi]", "no year", "[en]", "no year"]),
        ('year = 2024\nconfidence = "high"\nvolatile = false', "volatile = true", ["as of when", "[vi]", "[en]"]),
        ('source = "báo Điện Biên Phủ (2024)"\n', "", ["“source”"]),
        ('["Đồi A1"]', '["Đồi A2"]', ["“Đồi A2”", "“Đồi A1”"]),
        ('["Đồi A1"]', '["Hồ Pá Khoang"]', ["“Hồ Pá Khoang”", "[[place]]"]),
        ("có hố bộc phá", "có hố “bộc phá", ["[vi]", "quotation mark"]),
        ("có hố bộc phá", 'có hố \\"bộc phá', ["[vi]", "quotation mark"]),
        ("có hố bộc phá", "có hố" + " bộc phá" * 30, ["[vi]", "“Đồi A1 có hố bộc phá…”", "64"]),
        ("Đồi A1 nằm ở phường Điện Biên Phủ. Đồi A1 có hố bộc phá.", "Doi A1 nam o phuong Dien Bien Phu.", ["[vi]", "accents"]),
        ("bộc phá", unicodedata.normalize("NFD", "bộc phá"), ["NFC"]),
        ("bộc phá", "b\ufffdc phá", ["[vi]", "UTF-8"]),
        (GOOD[GOOD.index("[passage.en]") :], "", ["note", "English"]),
        (GOOD[GOOD.index("[passage.vi]") : GOOD.index("[passage.en]")], "", ["note", "Vietnamese"]),
        ("[[passage]]", "[[pasage]]", ["a.toml", "“pasage”", "“passage”"]),
        ("[[passage]]", "[passage]", ["a.toml", "[[passage]]"]),
        ('confidence = "high"', 'confidence = "high', ["a.toml, line 7"]),
        ('confidence = "high"', "year = 2025", ["a.toml, line 7"]),
    ],
)  # fmt: skip
def test_each_mistake_is_said_where_it_is(base, old, new, words):
    assert GOOD.count(old) >= 1
    problems = check_passages(base(a=GOOD.replace(old, new), b=PLACE))
    said = "\n".join(problems)
    at = 0
    for word in words:
        assert word in said[at:], said
        at = said.index(word, at)
    assert len(problems) <= 3
    assert all(problem.startswith("a.toml") for problem in problems)


def test_all_mistakes_at_once_not_only_the_first(base):
    bad = GOOD.replace("2024\n", '"x"\n').replace("= false", "= 0")
    problems = check_passages(base(a=bad + GOOD, b="[[place]]\nnam = 'x'\n" + PLACE + PLACE, c="= = ="))
    said = "\n".join(problems)
    for part in (
        "“year”",
        "“volatile”",
        "c.toml, line 1",
        "b.toml, place number 1",
        "“nam”",
        "b.toml: the place “Đồi A1”",
        "“doi-a1.vi” is used more than once",
    ):
        assert part in said


def test_duplicates_name_their_files(base):
    problems = check_passages(base(a=GOOD, b=PLACE, c=GOOD))
    assert [problem[:24] for problem in problems] == ["a.toml, c.toml: The id “"] * 2


def test_problems_come_in_the_language_in_force(base):
    folder = base(a=GOOD)
    english = check_passages(folder)
    with i18n.using("vi"):
        vietnamese = check_passages(folder)
    assert len(english) == len(vietnamese) == 1
    assert english != vietnamese


def test_what_loads_after_a_check_is_what_was_checked(base):
    folder = base(a=GOOD, b=PLACE)
    (folder / "c.txt").write_text(DOCUMENT, "utf-8")
    assert check_passages(folder) == []
    assert len(load_passages(folder)) > 2


def test_import_is_cheap():
    code = "import sys, ailab.passages, ailab.readers; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & {"docx", "lxml", "pypdf", "numpy"}
    assert passages.LONG_SENTENCE == 45
