"""What a check says to answers of every kind, and to those that no learner should be able to break it with."""

import re

import numpy as np
import pytest

import ailab
from ailab.errors import AilabError
from ailab.exercises import checking, trials
from ailab.exercises.checking import check
from ailab.exercises.source import lesson_names, parse_exercise, read_exercise
from ailab.i18n import using
from ailab.results import CheckResult

BOTH = {"vi": "chữ", "en": "words"}
CODES = {"number": 1, "share": 1, "letter": 4, "letters": 1, "text": 1}
LESSON = {"number": "admin/01", "share": "agriculture/01", "letter": "agriculture/01", "letters": "admin/03", "text": "tourism/01"}


@pytest.fixture(autouse=True)
def _fresh():
    checking._wrong.clear()
    with using("en"):
        yield


def of_kind(kind, answer):
    return check(LESSON[kind], CODES[kind], answer)


def judged(answer, *cases, kind="object", monkeypatch):
    """Check against cases made up for a test; the last one fits anything else."""
    options = {"options": {"a": BOTH, "b": BOTH}} if kind.startswith("letter") else {}
    everything = [*({**case, "say": BOTH, "right": True} for case in cases), {"say": BOTH}]
    item = {"kind": kind, "title": BOTH, "task": BOTH, "hint": BOTH, "code": "tra_loi = «1»", "case": everything, **options}
    raw = {"notebook": "x", "title": BOTH, "intro": BOTH, "setup": "import ailab", "item": [item]}
    exercise = parse_exercise("admin/01", raw, "test")
    monkeypatch.setattr(checking, "read_exercise", lambda _lesson: exercise)
    return check("admin/01", 1, answer).code


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("answer", [..., None, "...", "…", "", "  ", [...], ("...",), [1, ...]])
def test_a_blank_is_said_to_be_one_and_counts_for_nothing(kind, answer):
    for _attempt in range(3):
        result = of_kind(kind, answer)
        assert (result.code, result.right, result.hint) == ("blank", False, "")
        assert "blank" in result.message or "no answer yet" in result.message


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("number", "10", "Take the quotation marks away.*Write 10\\."),
        ("number", "0,57", "Write 0\\.57"),
        ("number", "mười", "text: “mười”"),
        ("number", (0, 57), "Write 0\\.57, not 0,57"),
        ("number", [1, 2, 3], "a list of 3 values"),
        ("number", np.array([1.0, 2.0]), "a list of 2 values"),
        ("number", True, "yes or no"),
        ("number", len, r"has not been run \(len\)"),
        ("number", float("nan"), "infinite or none"),
        ("number", float("-inf"), "infinite or none"),
        ("number", 10**400, "cannot be tried out"),
        ("share", 57, "percentage.*57% is written 0\\.57"),
        ("share", -0.1, "from 0 to 1"),
        ("letter", "z", "no option “z”.*a, b, c"),
        ("letter", "a, b", "one option only"),
        ("letter", 3, "in letters"),
        ("letters", "đúng hết", "no option “đúng hết”"),
        ("text", 15, "a number"),
        ("text", print, "has not been run"),
        ("text", "dài " * 400, "too long"),
    ],
)
def test_what_is_no_answer_of_the_kind_is_said_so(kind, answer, said):
    result = of_kind(kind, answer)
    assert result.code == "type"
    assert re.search(said, result.message)
    assert not checking._wrong, "how it is written is no wrong attempt"


@pytest.mark.parametrize("answer", [10, 10.0, np.float32(10), np.int64(10), np.array(10), np.array([10.0])])
def test_numbers_of_every_make(answer):
    assert of_kind("number", answer).right


@pytest.mark.parametrize("answer", ["c", "C", " c ", "c)", "c.", "c) AI không trả lời", "c – AI", ["c"]])
def test_letters_as_people_write_them(answer):
    assert check("agriculture/01", 4, answer).right


@pytest.mark.parametrize("answer", ["c, d, e", "cde", "C D E", "e, d và c", "c and d and e", ["c", "d", "e"], {"e", "c", "d"}, "c;d;e", "c,c,d,e"])
def test_several_letters_in_any_order(answer):
    assert check("admin/03", 1, answer).right


class Hostile:
    """Fails whatever is asked of it."""

    def __getattribute__(self, name):
        if name == "__class__":
            return Hostile
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


def loop():
    endless = []
    endless.append(endless)
    return endless


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("make", [Hostile, loop, dict, lambda: b"\x00", lambda: object, lambda: ailab, lambda: "\x00<script>alert(1)</script>"])
def test_nothing_breaks_a_check(kind, make):
    result = of_kind(kind, make())
    assert not result.right or kind == "text"
    assert "<script>" not in result._repr_html_()


def test_an_answer_is_never_run(tmp_path):
    path = tmp_path / "ran"
    for lesson in lesson_names():
        for number in range(1, len(read_exercise(lesson).items) + 1):
            check(lesson, number, f"__import__('pathlib').Path({str(path)!r}).touch()")
            check(lesson, number, path.touch)
    assert not path.exists()


def test_the_hint_comes_with_the_second_wrong_attempt_and_not_after_a_right_one():
    assert [bool(check("agriculture/01", 3, 4).hint) for _attempt in range(3)] == [False, True, True]
    assert not check("agriculture/01", 4, "a").hint, "each task counts for itself"
    assert check("agriculture/01", 3, 0).right
    assert not check("agriculture/01", 3, 4).hint


def test_a_lesson_or_a_task_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(AilabError, match=r"“agriculture/99”.*admin/01, .*tourism/03") as lesson:
        check("agriculture/99", 1, 1)
    with pytest.raises(AilabError, match=r"no task 9\. Its tasks are: 1, 2, 3, 4\.") as task:
        check("agriculture/01", 9, 1)
    assert lesson.value.code == task.value.code == "unknown_exercise"
    for number in (0, -1, True, "1", 1.0, None):
        with pytest.raises(AilabError):
            check("agriculture/01", number, 1)
    with pytest.raises(AilabError):
        check("../../etc/passwd", 1, 1)


def test_a_result_shows_itself_escaped_and_in_a_terminal():
    result = CheckResult("admin/01", 2, "wrong", "<b>no</b>", "look & see")
    assert str(result) == repr(result) == "✗ Task 2: Not quite.\n<b>no</b>\nHint: look & see"
    html = result._repr_html_()
    assert "<b>no" not in html
    assert "&lt;b&gt;no" in html
    assert "look &amp; see" in html
    assert 'role="status"' in html
    assert 'data-code="wrong"' in html
    for code in ("right", "type", "blank"):
        assert CheckResult("admin/01", 2, code, "x")._repr_html_() != html


def test_conditions(monkeypatch):
    def right(given, **case):
        return judged(given, case, monkeypatch=monkeypatch) == "right"

    assert right(3, answer={"above": 2, "below": 4})
    assert not right(5, answer={"above": 2, "below": 4})
    assert right(0.3, answer=0.1 + 0.2)
    assert right(2.04, answer={"near": [2, 0.05]})
    assert not right(2.06, answer={"near": [2, 0.05]})
    assert right("Chợ Bản Mẫu", answer={"has": ["cho ban mau"]})
    assert not right("xoong chợ", answer={"has": "ong"}), "whole words"
    assert right("a", answer={"lacks": "b"})
    assert right("B", answer={"one_of": ["a", "b"]})
    assert right(given=True, answer=True)
    assert not right(1, answer=True)
    assert not right(given=True, answer=1)
    assert not right("1", answer=1)


def test_an_answer_can_be_a_result_of_ours(monkeypatch, classifier, leaf):
    diagnosis = classifier.diagnose(leaf, crop="coffee")
    assert judged(diagnosis, {"told_crop": "coffee", "confidence": {"above": 0}}, monkeypatch=monkeypatch) == "right"
    assert judged(diagnosis, {"told_crop": "rice"}, monkeypatch=monkeypatch) == "wrong"
    assert judged(17, {"told_crop": "rice"}, monkeypatch=monkeypatch) == "type", "no such attribute: a sentence, no traceback"


MISTAKES = [
    ("agriculture/01", 1, "first", "stands first, not the largest"),
    ("agriculture/01", 1, "second", "second largest"),
    ("agriculture/01", 1, 1, "sum of all"),
    ("agriculture/01", 2, 0.5, "does not say yet"),
    ("agriculture/01", 2, 2, "brighter"),
    ("agriculture/01", 2, 0, "pitch black"),
    ("agriculture/01", 2, -1, "less than 0"),
    ("agriculture/01", 3, 4, "all the names about rice"),
    ("agriculture/01", 4, "a", "This is a cup"),
    ("tourism/01", 1, "ham do cat o dau", "did answer this: “Hầm De Castries"),
    ("tourism/01", 1, "Mường Phăng", "too short"),
    ("tourism/01", 1, "12345 67 89 00", "cannot read"),
    ("tourism/01", 2, 100_000, "That is the price"),
    ("tourism/01", 2, 2026, "does not know what day it is"),
    ("tourism/01", 3, "a", "what does it measure"),
    ("tourism/01", 4, 0.1, "too bold"),
    ("tourism/01", 4, 0.99, "too careful"),
    ("tourism/02", 1, "a, b", "are answered"),
    ("tourism/02", 1, "b", "one more"),
    ("tourism/02", 2, "Chợ phiên xã Bản Mẫu họp ngày nào?", "This is a question"),
    ("tourism/02", 2, "Chợ phiên xã Bản Mẫu rất đông vui.", "on which day"),
    ("tourism/02", 2, "Ở đây họp vào Chủ nhật.", "still “here” or “it”"),
    ("tourism/02", 2, "Chợ họp vào Chủ nhật.", "Does your sentence have these words"),
    ("tourism/02", 3, "b", "very sure"),
    ("tourism/02", 4, "b", "out of date"),
    ("tourism/03", 1, "tang", "accent is missing"),
    ("tourism/03", 1, "bảo tàng", "already there"),
    ("tourism/03", 1, "lãnh", "its number is small"),
    ("tourism/03", 2, 1, "There is another"),
    ("tourism/03", 3, "a", "no map"),
    ("tourism/03", 4, "abcd", "size of letters"),
    ("tourism/03", 4, "a", "something is missing"),
    ("admin/01", 1, 5, "not there yet"),
    ("admin/01", 1, 12, "smallest number"),
    ("admin/01", 1, 2.5, "whole number"),
    ("admin/01", 2, "25/8/2026", "what the chatbot wrote"),
    ("admin/01", 2, "31/8/2026", "belongs to the visits"),
    ("admin/01", 3, "a", "Section 1"),
    ("admin/01", 4, 1, "The name is one"),
    ("admin/02", 1, "Các bản báo cáo sớm.", "finds no deadline"),
    ("admin/02", 1, "Các bản báo cáo trước ngày 31/9/2026.", "calendar does not have"),
    ("admin/02", 1, "Các bản báo cáo trước ngày 20/9.", "cannot make a date"),
    ("admin/02", 1, "Đề nghị gửi báo cáo trước ngày 20/9/2026", "who has to do it"),
    ("admin/02", 2, "20/8/2026", "first in the list"),
    ("admin/02", 3, "23/10", "has its year"),
    ("admin/02", 4, "c", "Read the other two"),
    ("admin/03", 1, "abcde", "are masked"),
    ("admin/03", 1, "c, e", "One person is missing"),
    ("admin/03", 1, "d", "something is missing"),
    ("admin/03", 2, "Xin hỗ trợ.", "too short"),
    ("admin/03", 2, "Một người ở bản Nà Sao xin hỗ trợ tiền đi lại.", "name of the village"),
    ("admin/03", 2, "Cháu gái đầu của trưởng bản xin hỗ trợ tiền đi lại.", "whose child"),
    ("admin/03", 2, "Một người trong xã chữa bệnh lao, xin hỗ trợ tiền.", "names the illness"),
    ("admin/03", 2, "Chị Lò Thị Mẫu trong xã xin hỗ trợ tiền đi lại.", "personal data: “Lò Thị Mẫu”"),
    ("admin/03", 2, "Một người trong xã đang chữa bệnh dài ngày.", "what the family asks for"),
    ("admin/03", 3, "a", "as if nothing were masked"),
    ("admin/03", 4, "b", "copy part"),
    ("agriculture/02", 1, 1, "known questions"),
    ("agriculture/02", 1, 5, "smallest number"),
    ("agriculture/02", 1, 9, "whole number from 1 to 8"),
    ("agriculture/02", 2, 2, "still recognises 1"),
    ("agriculture/02", 2, 6, "smallest number"),
    ("agriculture/02", 2, 7, "whole number from 1 to 6"),
    ("agriculture/02", 3, 1, "to be suspected is not to be wrong"),
    ("agriculture/02", 3, 16, "numbered from 0 to 15"),
    ("agriculture/02", 4, "b", "But this leaf has neither"),
    ("agriculture/02", 5, "a, c", "what does it count"),
    ("agriculture/02", 5, "c, d", "who will see them"),
    ("agriculture/02", 5, "b", "trust the machine too much"),
    ("agriculture/03", 1, 18, "two names"),
    ("agriculture/03", 1, 34, "eight dots"),
    ("agriculture/03", 1, 1 / 3, "one third of 36"),
    ("agriculture/03", 2, "a", "can see the leaf"),
    ("agriculture/03", 2, "abc", "does its score fall"),
    ("agriculture/03", 3, 26, "very tables"),
    ("agriculture/03", 3, 21.5, "An average"),
    ("agriculture/03", 4, "c", "all four names"),
    ("agriculture/03", 5, "Ảnh?", "too short"),
    ("agriculture/03", 5, "Tôi rất thích ứng dụng này.", "not a question yet"),
    ("agriculture/03", 5, "Giá của ứng dụng là bao nhiêu?", "does not touch the number"),
    ("agriculture/03", 5, "Các anh thử bao nhiêu ảnh?", "one more number"),
    ("agriculture/03", 5, "Các anh đã thử kỹ bằng ảnh chưa?", "Close"),
    ("admin/04", 1, 27, "sorted right"),
    ("admin/04", 1, 25, "left for a person"),
    ("admin/04", 1, 33, "lie on no desk"),
    ("admin/04", 2, "bị nhốt", "not at the meaning"),
    ("admin/04", 2, "người mới quen", "does not pull hardest"),
    ("admin/04", 2, "Xin giúp gấp, giữ hết giấy tờ", "too many"),
    ("admin/04", 3, "a", "Is that fair"),
    ("admin/04", 4, "b", "snake bites"),
    ("admin/04", 5, "abc", "anything to press"),
    ("admin/04", 5, "a, b", "whom to look for"),
    ("admin/04", 5, "e", "what does it want first"),
    ("education/01", 1, 50, "too low"),
    ("education/01", 1, 90, "too high"),
    ("education/01", 1, 120, "100 at most"),
    ("education/01", 2, [75, 75, 75], "Of the 5 small fruits"),
    ("education/01", 2, (50, 55, 80), "Of the 3 medium fruits"),
    ("education/01", 2, [50, 65, 70], "Of the 4 large fruits"),
    ("education/01", 2, [50, 65], "three numbers"),
    ("education/01", 2, ["50", "65", "80"], "three numbers"),
    ("education/01", 2, 75, "three numbers"),
    ("education/01", 3, 6, "far apart"),
    ("education/01", 3, 2, "did not rely"),
    ("education/01", 4, "a", "however many"),
    ("education/02", 1, "d", "there is another"),
    ("education/02", 1, "b, d, e", "name the matter"),
    ("education/02", 2, "Vì sao?", "too short"),
    ("education/02", 2, "Thư viện có bao nhiêu cuốn sách?", "a number, a date or a name"),
    ("education/02", 2, "Kể tên những cuốn sách trong thư viện.", "why, how, or what if"),
    ("education/02", 2, "Vì sao mặt trời mọc ở phía đông?", "nothing in the text"),
    ("education/02", 3, "a, e", "are masked"),
    ("education/02", 3, "c, d", "most telling"),
    ("education/02", 3, "e", "Put together"),
    ("education/02", 4, "Em Giàng A Mẫu bị hen thì cần chú ý gì?", "name of a person"),
    ("education/02", 4, "Học sinh duy nhất đi bộ xa bị hen thì làm sao?", "child's life"),
    ("education/02", 4, "Một em trong lớp tôi bị hen thì làm sao?", "a pupil of yours"),
    ("education/02", 4, "Tôi nên giúp học sinh yếu thế nào?", "what you need help with"),
    ("education/02", 4, "Học sinh bị hen phải mang thuốc xịt.", "not a question or a request"),
]

#: Answers in people's own words; each is right in one way or another.
OWN_WORDS = [
    ("agriculture/03", 5, "Ảnh kiểm tra lấy từ đâu, có ảnh chụp ngoài vườn không?"),
    ("agriculture/03", 5, "Các anh đã thử trên ảnh của bà con xã tôi chưa?"),
    ("agriculture/03", 5, "Where were the test photos taken?"),
    ("admin/04", 2, "Giấy"),
    ("education/01", 1, 64.5),
    ("education/01", 2, (48, 59.5, 86)),
    ("education/02", 2, "Nếu không ai lợp lại mái nhà thì chuyện gì xảy ra với thư viện?"),
    ("education/02", 2, "Why did the villagers mend the roof of the library?"),
    ("education/02", 4, "Giáo viên nên làm gì khi học sinh lên cơn hen suyễn?"),
    ("education/02", 4, "What should a teacher know when a pupil has asthma?"),
]


@pytest.mark.parametrize(("lesson", "number", "answer", "said"), MISTAKES)
def test_typical_mistakes_are_told_apart(lesson, number, answer, said):
    if isinstance(answer, str) and answer in {"first", "second"}:
        found = ailab.CropClassifier().predict_proba([trials._leaf()])[0]
        answer = found[0] if answer == "first" else np.sort(found)[-2]
    result = check(lesson, number, answer)
    assert (result.code, result.hint) == ("wrong", "")
    assert said in result.message


@pytest.mark.parametrize(("lesson", "number", "answer"), OWN_WORDS)
def test_answers_in_own_words_are_right(lesson, number, answer):
    assert check(lesson, number, answer).right


@pytest.mark.parametrize("lesson", lesson_names())
def test_no_wrong_answer_is_told_the_letter_of_the_right_one(lesson):
    for item in read_exercise(lesson).items:
        for case in item.cases:
            if item.options and not case.right:
                assert not re.search(
                    r"(?:câu|chọn|option|answer is|đáp án) “?[a-e]\b", f"{case.say['vi']} {case.say['en']} {item.hint['vi']} {item.hint['en']}"
                )
