import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from ailab import __version__, cli
from ailab.classroom import app
from ailab.errors import AilabError


@pytest.fixture
def served(monkeypatch):
    """Record how the classroom is started, without starting it."""
    calls = []
    monkeypatch.setattr(app, "serve", lambda **options: calls.append(options))
    monkeypatch.setenv("AILAB_LANG", "vi")  # so that what a test sets is undone
    return calls


PLAIN = {"idle_minutes": 20, "kiosk": None, "prepare": ()}


def test_serve_lets_phones_in_by_default(served):
    assert cli.main(["serve"]) == 0
    assert served == [{"host": "0.0.0.0", "port": None, "notebooks": None, "browser": True, "pin": None, "learners": None, **PLAIN}]


def test_serve_options(served, tmp_path):
    assert cli.main(["serve", "--host", "127.0.0.1", "--port", "8900", "--lang", "en", "--no-browser", "--notebooks", str(tmp_path)]) == 0
    assert served == [{"host": "127.0.0.1", "port": 8900, "notebooks": tmp_path, "browser": False, "pin": None, "learners": None, **PLAIN}]
    assert os.environ["AILAB_LANG"] == "en", "kernels inherit the language"


def test_an_error_is_a_sentence_not_a_traceback(monkeypatch, capsys):
    def fail(**_options):
        raise AilabError("Close the other program.")

    monkeypatch.setattr(app, "serve", fail)
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err == "Close the other program.\n"


@pytest.mark.parametrize("arguments", [[], ["dance"], ["serve", "--lang", "xx"], ["serve", "--port", "many"], ["serve", "--pin", "123"]])
def test_wrong_use_explains_itself(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: ailab" in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"ailab {__version__}\n"


def test_missing_folder_of_notebooks(tmp_path):
    with pytest.raises(AilabError, match="nowhere"):
        app.serve(notebooks=tmp_path / "nowhere")


def test_doctor_status_is_the_status_of_the_command(monkeypatch):
    from ailab import doctor

    monkeypatch.setattr(doctor, "doctor", lambda **_options: 1)
    assert cli.main(["doctor"]) == 1


def run(*arguments):
    environment = os.environ | {"AILAB_LANG": "en", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "ailab", "serve", "--host", "127.0.0.1", "--no-browser", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment)


def test_a_port_in_use_is_said_when_it_was_asked_for(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = run("--port", str(port), "--notebooks", str(tmp_path))
        out, err = server.communicate(timeout=40)
    assert server.returncode == 1
    assert f"Port {port} is in use" in err
    assert "Traceback" not in out + err


def test_ctrl_c_ends_quietly(tmp_path):
    server = run("--notebooks", str(tmp_path))
    for line in server.stdout:
        if "Ctrl-C" in line:
            break
    time.sleep(0.3)
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert server.returncode == 0
    assert out.strip() == "The classroom is closed."
    assert err.strip() == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # tornado forgets to close the socket that it could not bind
def test_the_next_port_is_taken_when_none_was_asked_for():
    import tornado.httpserver

    with socket.socket() as taken, socket.socket() as other:
        for s in (taken, other):
            s.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
        other.close()
        taken.listen()
        server = tornado.httpserver.HTTPServer(lambda _request: None)
        try:
            assert app._bind(server, [taken.getsockname()[1], free], "127.0.0.1") == free
        finally:
            server.stop()


@pytest.mark.parametrize("port", ["0", "-5", "99999", "abc", "٣"])
@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_an_impossible_port(command, port, capsys):
    with pytest.raises(SystemExit):
        cli.main([command, f"--port={port}"])
    assert "65535" in capsys.readouterr().err


GOOD_BASE = '[[passage]]\nid = "a"\ntext = "Đồi A1 ở phường Điện Biên Phủ."\nsource = "s"\n'


def test_check_passages_counts_what_is_fine(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AILAB_LANG", "vi")  # so that what the command sets is undone
    (tmp_path / "a.toml").write_text(GOOD_BASE, "utf-8")
    assert cli.main(["check-passages", str(tmp_path), "--lang", "en"]) == 0
    assert capsys.readouterr() == ("1 passages, all fine.\n", "")


def test_check_passages_says_each_problem_on_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AILAB_LANG", "vi")
    (tmp_path / "a.toml").write_text(GOOD_BASE + "yaer = 2024\nvolatile = 1\n", "utf-8")
    assert cli.main(["check-passages", str(tmp_path), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert [line[:22] for line in out.splitlines()] == ["a.toml, passage “a”: t", "a.toml, passage “a”: “"]
    assert err == ""


def test_check_passages_without_such_a_folder(capsys):
    assert cli.main(["check-passages", "nowhere"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "nowhere" in err
    assert "dien_bien" in err


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    out = capsys.readouterr().out
    for command in ("serve", "doctor", "check-passages"):
        assert out.count(command) >= 2


def test_a_port_that_the_system_keeps_for_itself_is_not_said_to_be_in_use():
    class Server:
        def listen(self, *_address):
            raise PermissionError(13, "Permission denied")

    with pytest.raises(AilabError, match="không cho ailab dùng cổng 80") as found:
        app._bind(Server(), [80], "127.0.0.1")
    assert found.value.code == "port_refused"
