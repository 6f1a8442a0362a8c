import re

import pytest

from ailab import cli
from ailab.course.bank import load_bank
from ailab.course.completion import completion_code, secret_in
from ailab.course.store import Store, questions_of
from ailab.course.tables import Verifier


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setenv("AILAB_DATABASE", str(tmp_path / "data" / "course.sqlite3"))
    monkeypatch.setenv("AILAB_LANG", "en")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def say(capsys):
    def run(*arguments, status=0):
        assert cli.main(list(arguments)) == status
        said = capsys.readouterr()
        return said.out + said.err

    return run


def enter(say, *more):
    return re.search(r"\b[2-9CFGHJKLMNPQRTVX]{6}\b", say("course", "new", "--sector", "admin", "--title", "Lớp thử", "--learners", "40", *more))[0]


def finish(code):
    with Store() as store:
        course = store.course(code)
        learner = store.enrol(course)
        for phase in ("before", "after"):
            for question in questions_of(course, learner, phase):
                store.answer(course, learner, phase, question, "a", right=phase == "after")
    return learner


def test_a_course_on_the_command_line(say, tmp_path):
    assert "ailab course new" in say("course", "list")
    code = enter(say, "--place", "Xã Thử", "--date", "25/12/2026")
    assert "25/12/2026  Lớp thử: not begun, 0 of 40" in say("course", "list")
    assert "/test" in say("course", "start", code.lower(), "--date", "2026-12-26")
    learner = finish(code)
    assert "test before is open, 1 of 40" in say("course", "list")
    say("course", "after", code)
    assert "1 learners finished" in say("course", "end", code, "--learners", "38")
    assert "26/12/2026  Lớp thử: ended" in say("course", "list")

    assert "1 pages" in say("course", "completion", code)
    page = (tmp_path / f"completion-{code}.html").read_text("utf-8")
    printed = re.search(rf"{code}-{learner}-\w{{8}}", page)[0]
    assert f"Genuine: learner {learner}" in say("course", "check", printed)
    assert "slip" in say("course", "check", printed[:-1] + ("2" if printed[-1] != "2" else "3"), status=1)

    assert "copied" in say("course", "copy", str(tmp_path / "stick"))
    assert "1 courses and 1 learners from 1 databases" in say("report", str(tmp_path / "stick"), "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / "report.html").is_file()


def test_the_same_course_on_a_second_laptop(say, tmp_path, monkeypatch):
    code = enter(say)
    monkeypatch.setenv("AILAB_DATABASE", str(tmp_path / "second.sqlite3"))
    assert enter(say, "--code", f"{code[:3]} {code[3:]}") == code
    assert code in say("course", "new", "--sector", "admin", "--title", "x", "--learners", "4", "--code", code, status=1)


@pytest.fixture
def moved(say, tmp_path, monkeypatch):
    """A page that one laptop printed, its copy, and another laptop where we are now."""
    code = enter(say)
    learner = finish(code)
    with Store() as store:
        other = store.enrol(store.course(code))  # does not finish
    say("course", "completion", code)
    printed = re.search(rf"{code}-{learner}-\w{{8}}", (tmp_path / f"completion-{code}.html").read_text("utf-8"))[0]
    say("course", "copy", str(tmp_path / "stick"))
    (copy,) = (tmp_path / "stick").iterdir()
    monkeypatch.setenv("AILAB_DATABASE", str(tmp_path / "second" / "course.sqlite3"))
    return printed, other, copy


def test_a_page_is_checked_on_another_laptop_with_a_copy(say, moved):
    printed, _other, copy = moved
    assert "course check CODE FOLDER" in say("course", "check", printed, status=1)
    for where in (copy, copy.parent):
        said = say("course", "check", printed.lower(), str(where))
        assert "Genuine" in said
        assert "Lớp thử" in said
    wrong = printed[:-1] + ("2" if printed[-1] != "2" else "3")
    assert "not known here" in say("course", "check", wrong, str(copy), status=1)
    assert "slip" in say("course", "check", printed[1:], str(copy), status=1)


def test_a_copy_holds_no_key_and_makes_no_codes(say, moved, tmp_path):
    printed, other, copy = moved
    key = (tmp_path / "data" / "completion.key").read_bytes()
    assert len(key) == 32
    assert key not in copy.read_bytes()
    assert key.hex().encode() not in copy.read_bytes().lower()
    assert printed[-8:].encode() not in copy.read_bytes()
    assert not list(copy.parent.glob("*.key"))
    with Store(str(copy)) as store, store.session() as session:
        assert {row.code for row in session.query(Verifier)} == {printed[7:13]}, "for those who finished, and for nobody else"
    # Who has the copy of one laptop and the key of another cannot make a page for the learner who did not finish.
    forged = completion_code(secret_in(tmp_path / "second"), printed[:6], other)
    assert "Genuine" in say("course", "check", forged, str(copy))  # on the forger's own laptop, whose key made it …
    assert "not known here" in say("course", "check", forged, str(copy), "--database", str(tmp_path / "third.d" / "x.sqlite3"), status=1)  # … and nowhere else


def test_what_cannot_be_read_is_told_and_the_rest_is_searched(say, moved):
    printed, _other, copy = moved
    (copy.parent / "bad.sqlite3").write_text("no")
    said = say("course", "check", printed, str(copy.parent / "nowhere"), str(copy.parent))
    assert "nowhere" in said
    assert "Genuine" in said


def test_a_copy_that_becomes_the_database_still_knows_its_pages(say, moved, monkeypatch):
    printed, _other, copy = moved
    monkeypatch.setenv("AILAB_DATABASE", str(copy))
    assert "Genuine" in say("course", "check", printed)
    say("course", "copy", str(copy.parent / "again"))
    (again,) = (copy.parent / "again").iterdir()
    monkeypatch.setenv("AILAB_DATABASE", str(copy.parent / "fourth.db"))
    assert "Genuine" in say("course", "check", printed, str(again))


def test_another_database(say, tmp_path):
    say("course", "list", "--database", str(tmp_path / "other.sqlite3"))
    assert (tmp_path / "other.sqlite3").is_file()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["course"],
        ["course", "new"],
        ["course", "new", "--sector", "x", "--title", "t", "--learners", "4"],
        ["course", "new", "--sector", "admin", "--title", "t", "--learners", "0"],
        ["course", "new", "--sector", "admin", "--title", "t", "--learners", "4", "--date", "32/13/2026"],
        ["course", "new", "--sector", "admin", "--title", "t", "--learners", "4", "--code", "AAAAAA"],
        ["report"],
    ],
)
def test_wrong_use_explains_itself(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: ailab" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["start", "after", "end", "completion"])
def test_a_course_that_is_not_here(say, action):
    assert "ailab course list" in say("course", action, "nowhere", status=1)


def test_a_report_of_nothing(say, tmp_path):
    (tmp_path / "bad.sqlite3").write_text("no")
    said = say("report", str(tmp_path / "bad.sqlite3"), str(tmp_path / "nowhere"), status=1)
    assert "bad.sqlite3 was left out" in said
    assert "nowhere" in said
    assert not (tmp_path / "report").exists()


def test_a_damaged_file_among_good_ones(say, tmp_path):
    enter(say)
    (tmp_path / "data" / "bad.sqlite3").write_text("no")
    said = say("report", str(tmp_path / "data"))
    assert "bad.sqlite3 was left out" in said
    assert "bad.sqlite3 was left out" in (tmp_path / "report" / "report.html").read_text("utf-8")


def test_the_bundled_bank_is_the_one_that_is_asked():
    assert len(load_bank().pairs) >= 8
