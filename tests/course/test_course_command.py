import re

import pytest

from ailab import cli
from ailab.course.bank import load_bank
from ailab.course.store import Store, questions_of


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
