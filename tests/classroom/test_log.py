"""The log file holds what is needed to find a defect, and nothing about the people in the room."""

import json
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest
from serving import get, started

from ailab import log
from ailab.classroom.app import Classroom
from ailab.errors import TextError
from ailab.widgets.base import Demo, answered

NAME = "Nguyễn Văn An.pdf"  # in a variable: the lines of the source are written
ADDRESS = "192.168.1.57"


@pytest.fixture
def logger():
    """A logger with no other handlers."""
    one = logging.getLogger("test_log")
    one.propagate = False
    yield one
    one.handlers.clear()


def written(path):
    return path.read_text(encoding="utf-8")


def test_messages_of_libraries_are_written_as_their_source_has_them(tmp_path, logger):
    path = tmp_path / "new" / "ailab.log"
    log.write_to(path, logger)
    logger.warning("cannot read %s of %r", NAME, {"text": NAME})
    logger.error(f"cannot read {NAME}")  # noqa: G004 - as libraries do
    logger.error("cannot read " + NAME)  # noqa: G003
    logger.info("too small a thing")
    lines = written(path).splitlines()
    assert len(lines) == 3
    assert all("tests/classroom/test_log.py:" in line for line in lines)
    assert lines[0].endswith(": cannot read %s of %r")
    assert lines[1].endswith(": (text left out)")
    assert lines[2].endswith(": (text left out)")


def test_our_own_messages_are_written_in_full_without_ids_addresses_and_queries(tmp_path, logger):
    path = tmp_path / "ailab.log"
    log.write_to(path, logger)
    record = ("A kernel died. Kernel %s, page %s, from %s and %s", ("0b3c1f5e-9d2a-4b61-8f7e-1a2b3c4d5e6f", "/a/01.ipynb?name=An", ADDRESS, "fe80::1c2d"))
    logger.handle(logger.makeRecord("test", logging.WARNING, log.__file__, 1, *record, None))
    assert written(path).rstrip().endswith("A kernel died. Kernel <id>, page /a/01.ipynb?… from <address> and <address>")


def test_an_error_is_its_kind_and_where_it_happened(tmp_path, logger):
    path = tmp_path / "ailab.log"
    log.write_to(path, logger)
    # Another handler comes first and leaves the whole text in the record.
    logger.handlers.insert(0, logging.StreamHandler(sys.stdout))
    try:
        try:
            raise KeyError(NAME)  # noqa: TRY301
        except KeyError as error:
            raise ValueError(NAME) from error
    except ValueError:
        logger.exception("It failed")
    text = written(path)
    assert NAME not in text
    assert "\nValueError\n" in text
    assert "\nKeyError\n" in text
    assert "raise KeyError(NAME)" in text
    assert "in test_an_error_is_its_kind_and_where_it_happened" in text


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (lambda: None.crop, "AttributeError: 'NoneType' object has no attribute 'crop'"),
        (lambda: Path(NAME).read_text(encoding="utf-8"), "FileNotFoundError: No such file or directory"),
        (lambda: (_ for _ in ()).throw(TextError(NAME, code="empty")), "TextError (empty)"),
        (lambda: json.loads(NAME), "JSONDecodeError"),
    ],
)
def test_the_text_of_an_error_is_written_where_it_speaks_of_the_program(tmp_path, logger, fail, said):
    path = tmp_path / "ailab.log"
    log.write_to(path, logger)
    try:
        fail()
    except Exception:
        logger.exception("It failed")
    assert said in written(path).splitlines()
    assert NAME not in written(path)


def test_an_error_that_is_its_own_cause_ends(tmp_path, logger):
    path = tmp_path / "ailab.log"
    log.write_to(path, logger)
    one, other = ValueError(), KeyError()
    one.__context__, other.__context__ = other, one
    logger.error("It failed", exc_info=one)
    assert written(path).count("Error") == 2


def test_who_asked_for_what_is_not_written(tmp_path):
    path = tmp_path / "ailab.log"
    handler = log.LogFile(path)
    handler.handle(logging.makeLogRecord({"name": "tornado.access", "levelno": logging.ERROR, "msg": "x"}))
    assert not path.exists()


def test_three_files_of_a_megabyte(tmp_path, logger):
    path = tmp_path / "ailab.log"
    handler = log.write_to(path, logger)
    assert isinstance(handler, RotatingFileHandler)
    assert (handler.maxBytes, handler.backupCount) == (10**6, 2)
    handler.maxBytes = 500
    for _line in range(40):
        logger.warning("a line")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ailab.log", "ailab.log.1", "ailab.log.2"]
    assert all(file.stat().st_size <= 500 for file in tmp_path.iterdir())


def test_several_processes_write_to_it(tmp_path, logger):
    """Here two handlers, as in two processes: what one writes does not overwrite the other's."""
    path = tmp_path / "ailab.log"
    mine, other = log.LogFile(path), log.LogFile(path)
    assert not mine.has_errors()
    for _turn in range(3):
        mine.handle(logger.makeRecord("test", logging.WARNING, log.__file__, 1, "mine", (), None))
        other.handle(logger.makeRecord("test", logging.ERROR, log.__file__, 1, "theirs", (), None))
    assert [line.rpartition(" ")[2] for line in written(path).splitlines()] == ["mine", "theirs"] * 3
    assert mine.has_errors(), "of the other process"


def test_errors_of_an_earlier_run_do_not_count(tmp_path):
    path = tmp_path / "ailab.log"
    path.write_text("2020-01-01 08:00:00 ERROR x: old\n", encoding="utf-8")
    assert not log.LogFile(path).has_errors()


def test_the_same_file_is_written_once(tmp_path, logger):
    path = tmp_path / "ailab.log"
    assert log.write_to(path, logger) is log.write_to(path, logger)
    logger.warning("a line")
    assert len(written(path).splitlines()) == 1


@pytest.mark.parametrize("place", ["under a file", "full"])
def test_a_file_that_cannot_be_written_is_said_once(tmp_path, logger, place, capsys):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "ailab.log"
    if place == "full":
        if sys.platform != "linux":
            pytest.skip("only Linux has a file that is always full")
        path = Path("/dev/full")
    log.write_to(path, logger)
    for _line in range(3):
        logger.error("a line")
    assert capsys.readouterr().err.count(str(path)) == 1


def test_the_terminal_still_shows_what_it_showed(tmp_path, monkeypatch, capsys):
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging, "root", root)
    log.write_to(tmp_path / "ailab.log", root)
    root.error("a line")
    assert capsys.readouterr().err == "a line\n"


def test_a_demo_that_fails_writes_from_its_kernel(tmp_path, monkeypatch):
    path = tmp_path / "ailab.log"
    monkeypatch.setenv(log.VARIABLE, str(path))

    class Broken(Demo):
        @answered
        def press(self, typed):
            raise ZeroDivisionError(typed)

    monkeypatch.setattr(logging.getLogger("ailab"), "handlers", [])
    Broken([]).press(NAME)
    assert "Broken failed" in written(path)
    assert "ZeroDivisionError" in written(path)
    assert NAME not in written(path)


def test_a_classroom_has_its_file_in_the_folder_of_the_user(monkeypatch):
    monkeypatch.delenv(log.VARIABLE, raising=False)
    path = log.default_path()
    assert path.is_absolute()
    assert (path.parent.name, path.name) == ("ailab", "ailab.log")


@pytest.mark.parametrize("page", ["admin/01_fails.ipynb", "agriculture/01_widget.ipynb"])
def test_the_end_of_the_lesson_names_the_file_if_something_failed(lessons, tmp_path, page):
    with started(lessons, tmp_path / "server.log", "en") as server:
        assert get(f"{server.url}voila/render/{page}?lang=vi&name=An")[0] == 200
        assert str(tmp_path / "ailab.log") not in written(server.log)
    failed = "fails" in page
    assert written(server.log).endswith(f"{tmp_path / 'ailab.log'}\n") is failed
    assert (tmp_path / "ailab.log").exists() is failed
    if failed:
        text = written(tmp_path / "ailab.log")
        assert "CellExecutionError: ZeroDivisionError" in text
        assert "1 / 0" in text, "the line that failed"
        assert "division by zero" not in text
        assert "127.0.0.1" not in text
        assert "name=An" not in text


def test_making_a_classroom_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(log.VARIABLE, str(tmp_path / "ailab.log"))
    Classroom(notebooks=tmp_path, browser=False)
    assert not list(tmp_path.iterdir())
