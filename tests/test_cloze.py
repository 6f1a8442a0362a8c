"""Questions with a gap: all of a question stands in the text."""

import itertools
import json
import time
import unicodedata
from pathlib import Path

import pytest

import ailab
from ailab.cloze import _stands_alone, make_cloze
from ailab.errors import SecrecyError, TextError
from ailab.i18n import using
from ailab.readers import read_document
from ailab.results import ClozeQuiz
from ailab.samples.texts import lesson_texts
from ailab.show import cloze_html, cloze_text
from ailab.summary.sentences import pieces_of

VILLAGE = """Bản Mẫu nằm dưới chân núi Pú Mẫu. Suối Nậm Mẫu chảy từ rừng Huổi Sao về bản Mẫu.
Năm 1998, bản có 64 hộ dân. Năm 2001, dân bản trồng 120 ha rừng. Năm 2012, rừng của bản rộng 310 ha.
Ngày 12/3/2002, dân bản họp lần đầu. Ngày 20/11/2015, bản làm xong 5 bể nước. Ngày 5/6/2016, bản mở hội."""


def samples():
    for language in ("vi", "en"):
        with using(language):
            yield from ((f"{language} {sample.name}", read_document(sample.path)) for sample in lesson_texts())


SAMPLES = dict(samples())


def one_line(question):
    return " ".join(question.replace("…….", "……").split())


def questions(text, **more):
    return make_cloze(text, **more).questions


@pytest.mark.parametrize("text", [VILLAGE, *SAMPLES.values()], ids=["village", *SAMPLES])
def test_nothing_is_invented(text):
    quiz = make_cloze(text, n_questions=20)
    assert len(quiz.questions) >= 6
    for question in quiz.questions:
        assert text[question.start : question.end] == question.sentence
        assert text[question.gap_start : question.gap_end] == question.answer
        assert question.gapped.count("……") == 1
        assert question.answer.casefold() not in question.gapped.casefold()
        piece = pieces_of(text)[question.place - 1]
        assert (piece.start, piece.end) == (question.start, question.end)
        if question.options:
            assert question.answer in question.options
            assert 3 <= len(question.options) <= 4
            assert len(set(map(str.casefold, question.options))) == len(question.options)
            assert all(option in text for option in question.options)
            wrong = [option for option in question.options if option != question.answer]
            assert not [option for option in wrong if option.casefold() in question.sentence.casefold()]
    starts = [question.start for question in quiz.questions]
    assert starts == sorted(set(starts))
    assert len({question.answer for question in quiz.questions}) == len(quiz.questions)


def test_kinds_take_turns():
    for text in SAMPLES.values():
        assert len({question.kind for question in questions(text)}) >= 3


@pytest.mark.parametrize(
    ("sentence", "kind", "answer"),
    [
        ("Hội mở ngày 12/9/2026 ở bản.", "date", "12/9/2026"),
        ("Hội mở ngày 12 tháng 9 năm 2026 ở bản.", "date", "12 tháng 9 năm 2026"),
        ("Trường này được xây năm 1958 ở bản.", "date", "1958"),
        ("Buổi họp bắt đầu lúc 7 giờ 30 ở bản.", "date", "7 giờ 30"),
        ("Cây cầu này của bản dài 1.250 m.", "number", "1.250"),
        ("Cả bản có 64 hộ trồng lúa.", "number", "64"),
        ("Ở đây có dòng suối tên là Nậm Mẫu.", "name", "Nậm Mẫu"),
        ("The school was built in 1958 by villagers.", "date", "1958"),
        ("The bridge there is 1,250 m long now.", "number", "1,250"),
        ("They crossed the river on 7 May 1954.", "date", "7 May 1954"),
    ],
)
def test_what_is_left_out(sentence, kind, answer):
    (question,) = questions(sentence)
    assert (question.kind, question.answer, question.options) == (kind, answer, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "Trời hôm nay rất đẹp và mát.",
        "Ai là người trồng 64 cây ở đây?",  # a question already
        "Có 64 hộ.",  # too short
        "Cả bản trồng 25–40 cây ở trên đồi.",  # a range
        "Người ta gọi quả đồi ấy là Éliane 2.",  # the 2 is part of a name
        "Quyết định số 142/QĐ-UBND được gửi đến bản.",  # the number of a document
        "Có 5 cây ở đây và 5 cây ở kia.",  # the sentence itself tells
        "Bể này chứa được 5 khối nước, bể kia 15 khối nước.".replace("15", "5"),
    ],
)
def test_what_is_not_left_out(sentence):
    assert [question.answer for question in questions(sentence) if question.kind == "number"] == []


def test_half_a_word_is_no_name():
    text = "Các bên ký Hiệp định ở đó vào mùa hè. Đại tướng đến Tượng đài hôm ấy cùng mọi người."
    assert not [question for question in questions(text) if question.kind == "name"]


def test_wrong_answers_are_of_the_same_kind():
    found = {question.answer: question for question in questions(VILLAGE, n_questions=20)}
    years = [question for question in found.values() if question.kind == "date" and len(question.answer) == 4]
    days = [question for question in found.values() if question.kind == "date" and "/" in question.answer]
    assert years
    assert days
    for question in years:
        assert all(option.isdigit() for option in question.options)
    for question in days:
        assert all("/" in option for option in question.options)


def test_the_place_of_an_answer_tells_nothing():
    """Numbers stand by size: over many questions the right one is not always at the same place."""
    places = [question.options.index(question.answer) for text in SAMPLES.values() for question in questions(text, n_questions=20) if question.options]
    assert len(set(places)) >= 3
    for question in itertools.chain.from_iterable(questions(text, n_questions=20) for text in SAMPLES.values()):
        if question.kind == "number":
            values = [float(option.replace(",", "").replace(".", "")) for option in question.options if option.isdigit()]
            assert values == sorted(values)


def test_terms_are_words_that_come_again():
    text = "Người dân cùng nhau giữ rừng đầu nguồn. Nhờ có rừng đầu nguồn mà bản có nước. Trẻ con cũng biết rừng đầu nguồn quý. Bản xây thêm một bể chứa. "
    text += "Nước chảy về bể chứa ở giữa bản. Bể chứa này do bản cùng xây. Ai cũng ra bể chứa lấy nước. Rừng có nhiều cây to và cao."
    found = {question.answer for question in questions(text, n_questions=20)}
    assert "bể chứa" in found
    assert found <= {"bể chứa", "đầu nguồn"}  # not “rừng đầu”, which is half a word


def test_sentences_with_personal_data_make_no_questions():
    text = VILLAGE + "\nEm Lò Thị Mẫu, sinh ngày 14/5/2016, được 4 điểm, điện thoại 0912 000 456."
    quiz = make_cloze(text, n_questions=20)
    assert quiz.n_personal == 1
    assert make_cloze(VILLAGE).n_personal == 0
    assert not [question for question in quiz.questions if "Lò Thị" in question.sentence]
    shown = [option for question in quiz.questions for option in question.options]
    assert "14/5/2016" not in shown
    assert "Lò Thị Mẫu" not in shown


def test_a_secret_text_is_refused():
    with pytest.raises(SecrecyError):
        make_cloze("MẬT\n" + VILLAGE)


@pytest.mark.parametrize(("text", "code"), [("", "no_text"), ("123 456", "no_text"), ("Có 64 hộ dân ở bản. " * 20_000, "too_long")])
def test_no_text_and_too_much(text, code):
    with pytest.raises(TextError) as error:
        make_cloze(text)
    assert error.value.code == code


def test_how_many():
    assert len(questions(VILLAGE, n_questions=3)) == 3
    assert max(len(question.options) for question in questions(VILLAGE, n_options=3)) == 3


def test_the_result():
    quiz = ailab.make_cloze(VILLAGE)
    assert isinstance(quiz, ailab.ClozeQuiz)
    record = json.loads(json.dumps(quiz.to_dict()))
    assert record["questions"][0]["answer"] == quiz.questions[0].answer
    assert "source" not in record
    assert quiz._repr_html_() == cloze_html(quiz)
    assert cloze_text(quiz.questions[0]).splitlines()[0] == quiz.questions[0].gapped


def test_what_is_shown_is_escaped():
    quiz = make_cloze("Có <b>64</b> hộ dân ở bản <script>alert(1)</script> này. " + VILLAGE)
    assert "<script>" not in cloze_html(quiz)
    assert "<b>64" not in cloze_html(quiz)
    assert "ailab-box ailab-doubt" in cloze_html(ClozeQuiz((), "<script>", 1))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_questions_that_a_lesson_judges_are_the_machines_own(language):
    path = Path(ailab.__file__).parent / "assets" / "quizzes" / "bad_questions.json"
    items = json.loads(path.read_text("utf-8"))["items"]
    texts = [text for name, text in SAMPLES.items() if name.startswith(language)]
    made = {one_line(cloze_text(question)) for text in texts for n in (8, 40) for question in questions(text, n_questions=n)}
    foreign = [item["id"] for item in items if one_line(item["text"][language]) not in made]
    assert foreign == ([] if language == "vi" else ["only_person"])  # the lesson says so


SHELVES = (
    "Thư viện xã Bản Mẫu có 1.000 cuốn sách cho trẻ em. Năm ngoái thư viện mua thêm 1000 cuốn sách cho người lớn. Trường Nà Mẫu giữ 850 cuốn sách ở lớp học. "
    "Kho của huyện còn 400 cuốn sách cũ. Thư viện mở cửa ngày 7/5/2024 cho mọi người. Ngày hội đọc sách là 07/5/2024 ở sân trường. "
    "Buổi đọc sách kế tiếp là 12/6/2024 ở nhà văn hóa. Buổi cuối cùng diễn ra ngày 20/8/2024 tại trường."
)


def test_one_value_in_two_spellings_is_one_answer():
    found = questions(SHELVES, n_questions=20)
    assert {question.kind for question in found} >= {"number", "date"}
    for question in found:
        assert not {"1.000", "1000"} <= set(question.options)
        assert not {"7/5/2024", "07/5/2024"} <= set(question.options)


def test_letters_in_two_pieces_make_the_same_questions():
    assert questions(unicodedata.normalize("NFD", VILLAGE)) == questions(VILLAGE)


def test_a_question_shows_all_its_options():
    text = " ".join(f"Bản số {name} có {n} nhà dân ở ven suối này." for n, name in enumerate("abcdefghijkl", 11))
    question = next(question for question in make_cloze(text, n_options=10).questions if len(question.options) == 10)
    assert all(f". {option}" in cloze_text(question) for option in question.options)


def test_many_numbers_take_no_time():
    text = "bò và dê, " * 40_000 + "12 con"  # what stands far before a number does not matter
    start = time.process_time()
    assert all(_stands_alone(text, 400_000, 400_002) for _number in range(2000))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(("sentence", "alone"), [("Eliane 2 ở xa.", True), ("Đồi có Eliane 2 ở xa.", False), ("Đồi " + "x" * 80 + " 2 ở xa.", True)])
def test_a_number_behind_a_name_is_no_number(sentence, alone):
    at = sentence.index("2")
    assert _stands_alone(sentence, at, at + 1) is alone
