import datetime as dt
import itertools
import shutil
import sqlite3

import pytest
from small_bank import write_bank
from sqlalchemy import text

from ailab.course.analysis import gains
from ailab.course.bank import load_bank
from ailab.course.codes import new_code
from ailab.course.merge import merge
from ailab.course.store import Store, questions_of
from ailab.course.tables import Answer, Participant
from ailab.i18n import using

DAY = dt.date(2026, 11, 3)
NOON = dt.datetime(2026, 11, 3, 5)
NOW = dt.datetime(2026, 12, 1)


class Laptop:
    def __init__(self, folder, bank, name):
        self.path, self.bank = folder / f"{name}.sqlite3", bank
        self.store = Store(str(self.path))

    def course(self, code=None, **options):
        course = self.store.new_course(self.bank, code=code, **({"sector": "admin", "title": "Lớp", "learners": 40} | options))
        return self.store.open_test(course.code, "before", DAY)

    def learner(self, course, code=None, phases=("before", "after"), right=True, at=NOON, count=8):
        code = code or new_code()
        with self.store.session.begin() as session:
            person = Participant(course_uuid=course.uuid, code=code)
            session.add(person)
            session.flush()
            for phase in phases:
                for index, question in enumerate(questions_of(course, code, phase)[:count]):
                    when = at + dt.timedelta(seconds=20 * index + 21600 * (phase == "after"))
                    session.add(Answer(participant_id=person.id, phase=phase, question=question, chosen="a", right=right, answered_at=when))
                    session.flush()
        return code


@pytest.fixture
def laptops(tmp_path, bank):
    made = [Laptop(tmp_path, bank, name) for name in "abc"]
    yield made
    for laptop in made:
        laptop.store.close()


def facts(results):
    courses = {uuid: vars(course) for uuid, course in results.courses.items()}
    return courses, results.learners


def test_the_order_and_copies_play_no_part(laptops, tmp_path):
    a, b, c = laptops
    course = a.course(place="")
    a.learner(course)
    old = tmp_path / "usb" / "old copy.sqlite3"
    a.store.copy_to(old)
    a.learner(course, at=NOON + dt.timedelta(days=1))
    second = b.course(code=course.code, place="Xã Hai")
    b.learner(second)
    b.store.end_course(course.code, DAY + dt.timedelta(days=1), 30)
    c.learner(c.course(title="Lớp ba"))
    files = [old, a.path, b.path, c.path]
    first = merge(files, now=NOW)
    assert (len(first.courses), len(first.learners), first.sources, first.problems) == (2, 4, 4, [])
    assert sum(len(answers) for answers in first.learners.values()) == 64
    known = first.courses[course.uuid]
    assert (known.place, known.started_on, known.ended_on, known.attended) == ("Xã Hai", DAY, DAY + dt.timedelta(days=1), 30)
    for order in itertools.permutations(files):
        assert facts(merge([*order, *order], now=NOW)) == facts(first)
    assert facts(merge([tmp_path], now=NOW)) == facts(first)


def test_a_test_taken_twice_counts_the_first_time(laptops):
    a, b, _c = laptops
    course = a.course()
    code = a.learner(course, right=False)
    b.learner(b.course(code=course.code), code, right=True, at=NOON + dt.timedelta(hours=1))
    results = merge([b.path, a.path], now=NOW)
    assert {given.right for given in results.learners[course.uuid, code].values()} == {False}
    assert len(results.problems) == 1
    assert "2" in results.problems[0], "the tests before and after"


def test_begun_on_one_laptop_and_finished_on_another(laptops):
    a, b, _c = laptops
    course = a.course()
    code = a.learner(course, phases=["before"])
    b.learner(b.course(code=course.code), code, phases=["after"])
    results = merge([a.path, b.path], now=NOW)
    assert len(results.learners) == 1
    assert len(results.learners[course.uuid, code]) == 16
    assert results.problems == []


@pytest.mark.parametrize(("at", "told"), [(dt.datetime(2010, 1, 1), 1), (dt.datetime(2031, 1, 1), 1), (NOON, 0)])
def test_a_wrong_clock_is_told_and_the_answers_count(laptops, at, told):
    laptop = laptops[0]
    laptop.learner(laptop.course(), at=at)
    results = merge([laptop.path], now=NOW)
    assert len(results.problems) == told
    assert sum(map(len, results.learners.values())) == 16
    assert all("a.sqlite3" in problem for problem in results.problems)


def test_a_clock_that_was_set_back_is_told(laptops):
    laptop = laptops[0]
    course = laptop.course()
    laptop.learner(course)
    laptop.learner(course, at=NOON - dt.timedelta(days=3))
    assert len(merge([laptop.path], now=NOW).problems) == 1


@pytest.mark.parametrize("harm", ["truncate", "scribble", "text", "empty", "foreign", "newer", "folder"])
def test_a_damaged_file_is_a_sentence_and_the_others_count(laptops, tmp_path, harm):
    good, bad, _c = laptops
    good.learner(good.course())
    course = bad.course()
    for _learner in range(40):
        bad.learner(course)
    path = tmp_path / "copies" / "bad.sqlite3"
    bad.store.copy_to(path)
    data = path.read_bytes()
    match harm:
        case "truncate":
            path.write_bytes(data[: len(data) // 2])
        case "scribble":
            path.write_bytes(data[:20_000] + b"\xff" * 30_000 + data[50_000:])
        case "text":
            path.write_text("not a database")
        case "empty":
            path.write_bytes(b"")
        case "foreign":
            path.unlink()
            with sqlite3.connect(path) as other:
                other.execute("CREATE TABLE moz_places (x)")
        case "newer":
            with sqlite3.connect(path) as other:
                other.execute("UPDATE alembic_version SET version_num = '9999'")
        case "folder":
            path = tmp_path / "nowhere.sqlite3"
    results = merge([path, good.path], now=NOW)
    assert (results.sources, len(results.courses), len(results.learners)) == (1, 1, 1)
    assert len(results.problems) == 1
    assert path.name in results.problems[0]


def test_what_was_written_last_before_a_power_cut_is_read(laptops, tmp_path):
    laptop = laptops[0]
    laptop.learner(laptop.course())
    stick = tmp_path / "stick"
    stick.mkdir()
    for path in (laptop.path, laptop.path.with_name(f"{laptop.path.name}-wal")):
        shutil.copy(path, stick)  # while it is open: most of it is in the second file
    before = {path: path.read_bytes() for path in stick.iterdir()}
    assert sum(map(len, merge([stick], now=NOW).learners.values())) == 16
    assert {path: path.read_bytes() for path in stick.iterdir()} == before, "originals are only read"


def test_two_titles_of_one_course_are_told(laptops):
    a, b, _c = laptops
    course = a.course(title="Lớp B")
    b.course(code=course.code, title="Lớp A")
    for files in ([a.path, b.path], [b.path, a.path]):
        results = merge(files, now=NOW)
        assert results.courses[course.uuid].title == "Lớp A"
        assert len(results.problems) == 1


@pytest.mark.parametrize(("sector", "competencies"), [("tourism", 4), ("admin", 5)])
def test_different_questions_in_one_course_are_told_and_count(laptops, tmp_path, sector, competencies):
    a, b, c = laptops
    (tmp_path / "newer").mkdir()
    b.bank = c.bank = load_bank(write_bank(tmp_path / "newer", competencies=competencies))
    course = a.course()
    others = [laptop.course(code=course.code, sector=sector) for laptop in (b, c)]
    assert [other.pairs == course.pairs for other in others] == [False, False]
    for _learner in range(10):
        a.learner(course)
        b.learner(others[0])
    a.learner(course, count=5)
    with using("en"):
        results = merge([a.path, b.path, c.path], now=NOW)
    (everything, *_by_competency) = gains(results)
    assert everything.learners == 20, "half a test does not count"
    assert len([problem for problem in results.problems if "different questions" in problem]) == 1


def test_no_results_at_all(tmp_path):
    results = merge([tmp_path], now=NOW)
    assert (results.sources, results.courses, results.latest) == (0, {}, None)


def test_a_server_among_the_files(laptops, postgresql, bank):
    laptop = laptops[0]
    course = laptop.course()
    laptop.learner(course)
    with Store(postgresql) as server:
        other = server.new_course(bank, sector="admin", title="Lớp", learners=40, code=course.code)
        code = server.enrol(other)
        server.answer(other, code, "before", questions_of(other, code, "before")[0], "a", right=True)
    results = merge([laptop.path, postgresql], now=None)
    assert (len(results.courses), len(results.learners), results.sources) == (1, 2, 2)
    with Store(postgresql) as server, server.engine.begin() as connection:
        for table in ("answer", "verifier", "participant", "course", "alembic_version"):
            connection.execute(text(f"DROP TABLE {table}"))
