import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from ailab.course import database
from ailab.course.codes import first_form, new_code
from ailab.course.pages import Room
from ailab.course.store import Store, questions_of, uuid_of
from ailab.course.tables import REVISION, Base
from ailab.errors import AilabError

DAY = dt.date(2026, 11, 3)


@pytest.fixture
def server(postgresql, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Store(postgresql) as opened:
        yield opened
        with opened.engine.begin() as connection:
            Base.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))


@pytest.fixture(params=["store", "server"])
def either(request):
    """The same code, on a file and on a real server."""
    return request.getfixturevalue(request.param)


def begun(store, bank, **options):
    course = store.new_course(bank, **({"sector": "admin", "title": "Lớp thử", "learners": 40} | options))
    return store.open_test(course.code, "before", DAY)


def take(store, course, code, phase, right=True):
    for question in questions_of(course, code, phase):
        assert store.answer(course, code, phase, question, "a", right=right)


def test_a_course_from_beginning_to_end(either, bank):
    course = begun(either, bank, place="Xã Thử", planned_on=dt.date(2026, 11, 2))
    code = either.enrol(course)
    take(either, course, code, "before", right=False)
    assert either.finished(course) == []
    take(either, either.open_test(course.code, "after", DAY + dt.timedelta(days=1)), code, "after")
    assert either.finished(course) == [code]
    either.end_course(course.code, DAY, 38)
    (kept,) = either.courses()
    assert (kept.title, kept.place, kept.phase, kept.attended) == ("Lớp thử", "Xã Thử", "ended", 38)
    assert (kept.planned_on, kept.started_on, kept.ended_on) == (dt.date(2026, 11, 2), DAY, DAY)
    assert (either.tested(), either.open_courses()) == ({course.uuid: 1}, [])
    before, after = either.answers(course, code, "before"), either.answers(course, code, "after")
    assert len({*before, *after}) == 16
    assert set(before.values()) == {False}
    assert set(after.values()) == {True}


def test_the_first_answer_counts(either, bank):
    course = begun(either, bank)
    code = either.enrol(course)
    question = questions_of(course, code, "before")[0]
    assert either.answer(course, code, "before", question, "a", right=True)
    assert not either.answer(course, code, "before", question, "b", right=False)
    assert either.answers(course, code, "before") == {question: True}
    assert not either.answer(course, new_code(), "before", question, "a", right=True), "nobody has that code"


def test_half_of_the_learners_get_each_form_first(either, bank):
    course = begun(either, bank)
    codes = [either.enrol(course) for _learner in range(9)]
    assert sorted(Counter(map(first_form, codes)).values()) == [4, 5]


def test_numbers_only_grow(either, bank):
    course = begun(either, bank)
    code = either.enrol(course)
    take(either, course, code, "before")
    with either.engine.connect() as connection:
        numbers = [row[0] for row in connection.execute(text("SELECT number FROM answer ORDER BY answered_at"))]
    assert numbers == sorted(set(numbers))


def test_forms_are_the_other_way_round_for_the_other_half(store, bank):
    course = begun(store, bank)
    first, second = new_code("a"), new_code("b")
    assert questions_of(course, first, "before") == questions_of(course, second, "after") == [pair["a"] for pair in course.pairs]
    assert questions_of(course, first, "after") == questions_of(course, second, "before") == [pair["b"] for pair in course.pairs]


def test_a_second_laptop_draws_the_same_course(store, bank, tmp_path):
    course = begun(store, bank)
    with Store(str(tmp_path / "second.sqlite3")) as second:
        other = begun(second, bank, code=course.code)
        assert (other.uuid, other.pairs) == (course.uuid, course.pairs)
        code = store.enrol(course)
        second.join(other, code)
        assert second.knows(other, code)
    with pytest.raises(AilabError, match=course.code):
        store.new_course(bank, sector="admin", title="x", learners=1, code=course.code)
    assert course.uuid == uuid_of(course.code) != uuid_of(new_code())


def test_one_test_at_a_time_on_a_laptop(store, bank):
    first = begun(store, bank)
    second = begun(store, bank)
    assert [course.code for course in store.open_courses()] == [second.code]
    assert store.course(first.code.lower()).phase == "paused"
    with pytest.raises(AilabError, match="nowhere"):
        store.course("nowhere")


def test_each_room_has_the_course_that_was_opened_there(server, bank, tmp_path, monkeypatch):
    def shown(room, **options):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / room))
        pages = Room("/", "/", database=server.database, bank=bank, **{"course": None} | options)
        found = pages.course()
        pages.store.close()
        return found and found.code

    codes = {}
    for room in ("first", "second"):
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / room))
        codes[room] = begun(server, bank).code
    assert {room: shown(room) for room in codes} == codes
    assert shown("first", course=codes["second"]) == codes["second"]
    assert shown("third") in codes.values(), "the one that was started last"
    server.end_course(codes["first"], DAY)
    assert shown("first") is None, "the other is of another room"
    with server.engine.begin() as connection:
        connection.execute(text("DELETE FROM course WHERE code = :code"), {"code": codes["first"]})
    assert shown("first") == codes["second"], "what was opened here was on another server"


def test_nobody_fills_the_disk(store, bank, monkeypatch):
    course = begun(store, bank, learners=1)
    monkeypatch.setattr("ailab.course.store._LEAST", 2)
    for _learner in range(3):
        store.enrol(course)
    with pytest.raises(AilabError):
        store.enrol(course)
    with pytest.raises(AilabError):
        store.join(course, new_code())


def test_where_results_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv(database.VARIABLE, raising=False)
    assert Path(database.default_database()) == database.data_folder() / "course.sqlite3"
    monkeypatch.setenv(database.VARIABLE, str(tmp_path / "other.sqlite3"))
    with Store() as opened:
        assert (tmp_path / "other.sqlite3").is_file()
        assert opened.folder == tmp_path


def test_a_transaction_is_on_the_disk_when_it_is_over(store):
    with store.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_who_reads_keeps_nobody_waiting(store, bank):
    course = begun(store, bank)
    with store._reading() as session:
        session.execute(text("SELECT 1 FROM course")).all()
        assert store.enrol(course)


def test_migrations_make_the_tables(either):
    with either.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert ScriptDirectory(str(database._MIGRATIONS)).get_current_head() == REVISION


def test_a_database_of_before_is_brought_up_to_date(tmp_path, bank):
    path = str(tmp_path / "old.sqlite3")
    with Store(path) as old:
        course = begun(old, bank)
        with old.engine.begin() as connection:
            connection.execute(text("DROP TABLE verifier"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with Store(path) as opened:
        assert opened.course(course.code).title == course.title
        opened.keep_verifiers(lambda _course, learner: learner)
        with opened.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_several_that_open_a_new_database_at_once(tmp_path, bank):
    path, failures = str(tmp_path / "new.sqlite3"), []

    def open_it():
        try:
            Store(path).close()
        except Exception as error:  # noqa: BLE001 - looked at below
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with Store(path) as opened:
        begun(opened, bank)


def test_a_newer_database_is_left_alone(store):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(AilabError) as error:
        Store(store.database)
    assert error.value.code == "newer"


@pytest.mark.parametrize("content", [b"no database at all, but a text" * 100, b"SQLite format 3\0" + bytes(3000)])
def test_a_damaged_database_is_a_sentence(tmp_path, content):
    path = tmp_path / "course.sqlite3"
    path.write_bytes(content)
    with pytest.raises(AilabError, match=r"course\.sqlite3"):
        Store(str(path))
    assert path.read_bytes() == content


@pytest.mark.parametrize("address", ["nonsense://", "postgres ql://x", "postgresql://user:s3cret@"])
def test_addresses_that_do_not_work_keep_passwords_to_themselves(address):
    with pytest.raises(AilabError) as error:
        Store(address)
    assert "s3cret" not in str(error.value)


def test_a_server_that_does_not_answer_is_a_sentence(monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setitem(database._GIVE_UP, "connect_timeout", 2)
    begin = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(AilabError, match="timeout"):
        Store(f"postgresql://ailab@127.0.0.1:{silent.getsockname()[1]}/ailab")
    assert time.monotonic() - begin < 20


def test_an_address_may_say_itself_how_long_to_wait():
    asked = database._connect_args(database._url("postgresql://server/ailab?connect_timeout=30"))
    assert asked == {"tcp_user_timeout": 10_000}
    assert database._connect_args(database._url("postgresql+pg8000://server/ailab")) == {}


def test_a_copy_is_complete(store, bank, tmp_path):
    course = begun(store, bank)
    code = store.enrol(course)
    take(store, course, code, "before")
    target = tmp_path / "stick" / "copy.sqlite3"
    store.copy_to(target)
    with sqlite3.connect(target) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (8,)
    assert [path.name for path in target.parent.iterdir()] == ["copy.sqlite3"]
    (tmp_path / "file").touch()
    with pytest.raises(AilabError):
        store.copy_to(tmp_path / "file" / "copy.sqlite3")


def test_a_full_disk_loses_nothing_that_was_said_to_be_kept(store, bank):
    course = begun(store, bank)
    kept = []
    with store.engine.begin() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
    event.listen(store.engine, "checkout", lambda raw, _record, _proxy: raw.execute(f"PRAGMA max_page_count = {pages}"))

    def fill():
        while len(kept) < 10_000:
            code = store.enrol(course)
            for question in questions_of(course, code, "before"):
                store.answer(course, code, "before", question, "a", right=True)
                kept.append(question)

    with pytest.raises(OperationalError, match="full"):
        fill()
    with Store(store.database) as again, again.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM answer")) == len(kept)
        assert len(kept) > 8
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


WRITER = """
import sys
from ailab.course.store import Store, questions_of
store = Store(sys.argv[1])
course = store.open_courses()[0]
while True:
    code = store.enrol(course)
    for question in questions_of(course, code, "before"):
        store.answer(course, code, "before", question, "a", right=True)
        print(code, question, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of Unix")
@pytest.mark.parametrize("count", [3, 26])
def test_killed_in_the_middle_it_loses_at_most_the_answer_being_typed(store, bank, count):
    course = begun(store, bank)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, store.database], stdout=subprocess.PIPE, text=True)
    said = [writer.stdout.readline().split() for _ in range(count)]
    os.kill(writer.pid, signal.SIGKILL)
    said += [line.split() for line in writer.stdout.read().splitlines()]
    writer.wait()
    store.close()
    with Store(store.database) as again:
        with again.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            kept = connection.execute(text("SELECT code, question FROM answer JOIN participant ON participant_id = participant.id ORDER BY number")).all()
        assert [list(row) for row in kept][: len(said)] == said
        assert len(kept) <= len(said) + 1
        assert again.enrol(course), "and it goes on"


def test_nothing_of_it_is_loaded_without_need():
    code = "import sys, ailab, ailab.widgets, ailab.cli; assert not {'sqlalchemy', 'alembic', 'ailab.course.store'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
