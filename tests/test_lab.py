import errno
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from ailab import cli, lab
from ailab.classroom.dashboards import notebooks_dir
from ailab.errors import AilabError
from ailab.lab import RECORD, SyncReport, sync_notebooks

DAY = date(2026, 3, 9)
NOTHING = SyncReport()


@pytest.fixture
def source(tmp_path):
    source = tmp_path / "source"
    write(source, "admin/a.ipynb", "v1")
    write(source, "admin/a.en.ipynb", "v1 en")
    write(source, "tourism/b.ipynb", "v1 b")
    return source


@pytest.fixture
def target(tmp_path):
    return tmp_path / "Tài liệu" / "ailab"


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def sync(source, target, *, today=DAY):
    report = sync_notebooks(source, target, today=today, suffix="(bản mới %(date)s)")
    assert not [path for path in target.rglob("*") if path.suffix == ".tmp"], "nothing is left lying about"
    return report


def contents(target):
    return {path.relative_to(target).as_posix(): path.read_text("utf-8") for path in target.rglob("*.ipynb")}


FIRST = {"admin/a.ipynb": "v1", "admin/a.en.ipynb": "v1 en", "tourism/b.ipynb": "v1 b"}


def test_everything_is_copied_to_a_new_folder_and_recorded(source, target):
    write(source, ".ipynb_checkpoints/a.ipynb", "hidden")
    write(source, "tourism/notes.txt", "no notebook")
    assert sync(source, target) == SyncReport(copied=tuple(sorted(FIRST)))
    assert contents(target) == FIRST
    assert json.loads((target / RECORD).read_bytes()) == {name: hashlib.sha256(text.encode()).hexdigest() for name, text in FIRST.items()}


def test_the_second_time_nothing_happens(source, target):
    sync(source, target)
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert sync(source, target) == NOTHING
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


def test_a_new_notebook_joins(source, target):
    sync(source, target)
    write(source, "education/c.ipynb", "c")
    assert sync(source, target) == SyncReport(copied=("education/c.ipynb",))
    assert contents(target) == FIRST | {"education/c.ipynb": "c"}


def test_exercises_travel_with_their_lessons(source, target):
    write(source, "admin/exercises/a.ipynb", "exercise")
    write(source, "admin/exercises/deeper/x.ipynb", "no exercise")
    write(source, "admin/drafts/x.ipynb", "no exercise")
    sync(source, target)
    assert contents(target) == FIRST | {"admin/exercises/a.ipynb": "exercise"}
    write(target, "admin/exercises/a.ipynb", "my answers")
    write(source, "admin/exercises/a.ipynb", "exercise, mended")
    beside = "admin/exercises/a (bản mới 2026-03-09).ipynb"
    assert sync(source, target) == SyncReport(offered=(beside,))
    assert contents(target) == FIRST | {"admin/exercises/a.ipynb": "my answers", beside: "exercise, mended"}


def test_what_nobody_changed_is_updated(source, target):
    sync(source, target)
    write(source, "admin/a.ipynb", "v2")
    assert sync(source, target) == SyncReport(updated=("admin/a.ipynb",))
    assert contents(target) == FIRST | {"admin/a.ipynb": "v2"}
    assert sync(source, target) == NOTHING


def test_what_the_person_changed_stays_when_there_is_no_new_version(source, target):
    sync(source, target)
    write(target, "admin/a.ipynb", "mine")
    assert sync(source, target) == NOTHING
    assert contents(target) == FIRST | {"admin/a.ipynb": "mine"}


def test_what_the_person_changed_stays_and_the_new_version_is_put_beside_it_once(source, target):
    sync(source, target)
    write(target, "admin/a.ipynb", "mine")
    write(source, "admin/a.ipynb", "v2")
    beside = "admin/a (bản mới 2026-03-09).ipynb"
    assert sync(source, target) == SyncReport(offered=(beside,))
    assert contents(target) == FIRST | {"admin/a.ipynb": "mine", beside: "v2"}
    assert sync(source, target, today=date(2026, 3, 10)) == NOTHING
    (target / beside).unlink()
    assert sync(source, target) == NOTHING


def test_the_language_stays_at_the_end_of_the_name(source, target):
    sync(source, target)
    write(target, "admin/a.en.ipynb", "mine")
    write(source, "admin/a.en.ipynb", "v2 en")
    assert sync(source, target).offered == ("admin/a (bản mới 2026-03-09).en.ipynb",)


def test_two_new_versions_in_a_day_have_two_names(source, target):
    sync(source, target)
    write(target, "admin/a.ipynb", "mine")
    for version in ("v2", "v3"):
        write(source, "admin/a.ipynb", version)
        sync(source, target)
    assert contents(target) == FIRST | {"admin/a.ipynb": "mine", "admin/a (bản mới 2026-03-09).ipynb": "v2", "admin/a (bản mới 2026-03-09) 2.ipynb": "v3"}


def test_a_person_who_takes_the_new_version_gets_updates_again(source, target):
    sync(source, target)
    write(target, "admin/a.ipynb", "mine")
    write(source, "admin/a.ipynb", "v2")
    sync(source, target)
    write(target, "admin/a.ipynb", "v2")
    write(source, "admin/a.ipynb", "v3")
    assert sync(source, target) == SyncReport(updated=("admin/a.ipynb",))


def test_what_the_person_deleted_comes_back_only_when_there_is_a_new_version(source, target):
    sync(source, target)
    (target / "admin/a.ipynb").unlink()
    assert sync(source, target) == NOTHING
    assert not (target / "admin/a.ipynb").exists()
    write(source, "admin/a.ipynb", "v2")
    assert sync(source, target) == SyncReport(copied=("admin/a.ipynb",))


def test_what_ailab_has_no_longer_stays(source, target):
    sync(source, target)
    (source / "tourism/b.ipynb").unlink()
    assert sync(source, target) == NOTHING
    assert contents(target) == FIRST


@pytest.mark.parametrize("record", [None, b"", b"[1]", b"\xff{", b'{"admin/a.ipynb": 7}'])
def test_without_a_sound_record_nothing_is_overwritten(source, target, record):
    sync(source, target)
    write(target, "admin/a.ipynb", "mine")
    (target / RECORD).unlink() if record is None else (target / RECORD).write_bytes(record)
    assert sync(source, target).offered == ("admin/a (bản mới 2026-03-09).ipynb",)
    assert contents(target) == FIRST | {"admin/a.ipynb": "mine", "admin/a (bản mới 2026-03-09).ipynb": "v1"}
    assert sync(source, target) == NOTHING


def test_links_are_left_alone(source, target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    write(elsewhere, "a.ipynb", "elsewhere")
    target.mkdir(parents=True)
    try:
        (target / "admin").symlink_to(elsewhere, target_is_directory=True)
        (target / "tourism").mkdir()
        (target / "tourism" / "b.ipynb").symlink_to(elsewhere / "not there yet.ipynb")
    except OSError:
        pytest.skip("no links for this user")
    assert sync(source, target) == NOTHING
    assert [path.name for path in elsewhere.iterdir()] == ["a.ipynb"]
    assert (elsewhere / "a.ipynb").read_text("utf-8") == "elsewhere"


def test_the_folder_itself_may_be_a_link(source, target, tmp_path):
    target.mkdir(parents=True)
    try:
        (tmp_path / "link").symlink_to(target, target_is_directory=True)
    except OSError:
        pytest.skip("no links for this user")
    assert sync(source, tmp_path / "link").copied == tuple(sorted(FIRST))


def test_a_folder_with_the_name_of_a_notebook_is_left_alone(source, target):
    (target / "admin" / "a.ipynb").mkdir(parents=True)
    assert sync(source, target).copied == ("admin/a.en.ipynb", "tourism/b.ipynb")


def test_a_full_disk_leaves_whole_files_and_the_next_start_goes_on(source, target, monkeypatch):
    sync(source, target)
    write(target, "tourism/b.ipynb", "mine")
    for name in FIRST:
        write(source, name, "v2")
    left = [3]  # a notebook, the record, and half of the next notebook

    def fsync(_file):
        left[0] -= 1
        if left[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError):
        sync(source, target)
    monkeypatch.undo()
    assert contents(target) == FIRST | {"admin/a.en.ipynb": "v2", "tourism/b.ipynb": "mine"}
    assert not list(target.rglob("*.tmp"))
    assert sync(source, target) == SyncReport(updated=("admin/a.ipynb",), offered=("tourism/b (bản mới 2026-03-09).ipynb",))


def open_elsewhere(monkeypatch, *, tries):
    """Let every file be refused some times, as Windows does while a virus scanner reads it; how often each was tried."""
    replace, tried, waited = Path.replace, {}, []

    def refuse(self, path):
        tried[path.name] = tried.get(path.name, 0) + 1
        if tried[path.name] <= tries:
            raise PermissionError(13, "Access is denied")
        return replace(self, path)

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(lab.time, "sleep", waited.append)
    return tried, waited


def test_a_file_that_a_virus_scanner_has_open_is_waited_for(source, target, monkeypatch):
    tried, _waited = open_elsewhere(monkeypatch, tries=2)
    assert sync(source, target) == SyncReport(copied=tuple(sorted(FIRST)))
    assert contents(target) == FIRST
    assert tried["a.ipynb"] == 3


def test_a_file_that_stays_open_is_given_up_after_a_second(source, target, monkeypatch):
    _tried, waited = open_elsewhere(monkeypatch, tries=99)
    with pytest.raises(PermissionError):
        sync(source, target)
    assert 1 <= sum(waited) < 2
    assert not list(target.rglob("*.*")), "nothing is left lying about"


def test_the_notebooks_of_ailab_are_copied_byte_for_byte(target):
    sync(notebooks_dir(), target)
    ours = {path.relative_to(notebooks_dir()): path.read_bytes() for path in notebooks_dir().rglob("*.ipynb")}
    assert {path.relative_to(target): path.read_bytes() for path in target.rglob("*.ipynb")} == ours
    assert len({path.parent for path in ours}) >= 3
    assert any(path.name.endswith(".en.ipynb") for path in ours)


def test_default_folder(tmp_path, monkeypatch):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "Documents")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert lab.default_folder() == tmp_path / "ailab"
    (tmp_path / "Documents").mkdir()
    assert lab.default_folder() == tmp_path / "Documents" / "ailab"


def test_a_folder_that_cannot_be_used(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AILAB_LANG", "en")
    (tmp_path / "file").write_text("mine")
    assert cli.main(["lab", "--folder", str(tmp_path / "file"), "--no-browser"]) == 1
    out, err = capsys.readouterr()
    assert err.startswith(f"Notebooks cannot be copied to the folder {tmp_path / 'file'} (")
    assert err.count("\n") == 1
    assert out == ""
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_without_rights(source, target):
    target.mkdir(parents=True)
    target.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            sync(source, target)
    finally:
        target.chmod(0o700)


def test_a_full_disk_is_said(target, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lab, "sync_notebooks", full)
    with pytest.raises(AilabError) as stop:
        lab.lab(folder=target, browser=False)
    assert stop.value.code == "disk_full"


def test_a_port_in_use_is_said_before_anything_is_copied(target):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AilabError, match=str(taken.getsockname()[1])):
            lab.lab(folder=target, port=taken.getsockname()[1], browser=False)
    assert not target.exists()


@pytest.mark.parametrize(("language", "packs", "locale"), [("vi", {"vi_VN"}, "vi_VN"), ("vi", set(), "en"), ("en", {"vi_VN"}, "en")])
def test_jupyterlab_speaks_vietnamese_if_it_can(tmp_path, monkeypatch, language, packs, locale):
    monkeypatch.setenv("AILAB_LANG", language)
    monkeypatch.setattr(lab, "entry_points", lambda **_group: type("EntryPoints", (), {"names": packs}))
    lab._write_settings(tmp_path)
    settings = json.loads((tmp_path / "labconfig" / "default_setting_overrides.json").read_bytes())
    assert settings["@jupyterlab/translation-extension:plugin"]["locale"] == locale


# Found first by every Python of the test: writes down, and refuses, whatever would leave this machine, names that are looked up too.
WATCH = """
import os, sys
def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments
        host = host[0] if isinstance(host, tuple) else None  # a Unix socket has a path
        if host not in {None, "", "127.0.0.1", "::1", "localhost"}:
            with open(os.environ["WATCHED"], "a") as record:
                print(host, file=record)
            raise OSError("this would leave the machine")
sys.addaudithook(watch)
"""


class Started:
    """``ailab lab`` on a free port, in a folder of its own, watched."""

    def __init__(self, folder):
        self.folder, self.asked = folder / "Tài liệu" / "ailab", folder / "asked"
        (folder / "watch").mkdir()
        (folder / "watch" / "sitecustomize.py").write_text(WATCH)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
        environment = {"AILAB_LANG": "en", "PYTHONIOENCODING": "utf-8", "WATCHED": str(self.asked), "PYTHONPATH": str(folder / "watch")}
        command = [sys.executable, "-m", "ailab", "lab", "--no-browser", "--folder", str(self.folder), "--port", str(port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | own | environment, cwd=folder
        )
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        self.url, self.token = re.search(r"(http://127\.0\.0\.1:\d+/)lab\?token=(\w+)", self.said).groups()
        assert self.url == f"http://127.0.0.1:{port}/"

    def request(self, address, body=None, *, token=None):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(self.url + address, headers={"Authorization": f"token {token or self.token}"})
        if body is not None:
            request.data = json.dumps(body).encode()
        end = time.monotonic() + 20
        while True:
            try:
                with opener.open(request, timeout=20) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError:
                raise
            except urllib.error.URLError:  # it listens a moment after it has said its address
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def end(self):
        """Press Ctrl-C; what it says then."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.communicate(timeout=20)
        finally:
            self.process.kill()


def run_in_kernel(connection_file, code):
    """What a cell prints."""
    from jupyter_client import BlockingKernelClient

    client, said = BlockingKernelClient(), []
    client.load_connection_file(connection_file)
    client.start_channels()
    try:
        client.wait_for_ready(timeout=30)
        client.execute_interactive(code, timeout=30, output_hook=lambda message: said.append(message["content"].get("text", "")))
    finally:
        client.stop_channels()
    return "".join(said).strip()


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_jupyterlab_runs_offline_and_ends(tmp_path):
    started = Started(tmp_path)
    try:
        assert json.loads(started.request("api/status"))["kernels"] == 0
        with pytest.raises(urllib.error.HTTPError, match="403"):
            started.request("api/status", token="wrong")

        config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', started.request("lab"), re.DOTALL).group(1))
        assert config["disabledExtensions"] == ["@jupyterlab/apputils-extension:announcements"]
        assert config["extensionManager"]["name"] == "read-only"
        assert json.loads(started.request("lab/api/news")) == {"news": []}
        assert json.loads(started.request("lab/api/update")) == {"notification": None}
        assert "anywidget" in started.request("lab/api/extensions?refresh=1")

        listed = json.loads(started.request("api/contents"))["content"]
        assert {entry["name"] for entry in listed} == {path.parent.name for path in notebooks_dir().glob("*/*.ipynb")}

        notebook = next(path.relative_to(started.folder).as_posix() for path in started.folder.rglob("*.ipynb"))
        session = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        kernel = json.loads(started.request("api/sessions", session))["kernel"]["id"]
        code = (
            "import sys; warm = 'ailab.widgets.leaf_clinic' in sys.modules; import ailab, os; print(ailab.get_language(), warm, os.environ['HF_HUB_OFFLINE'])"
        )
        connection = tmp_path / "RUNTIME" / f"kernel-{kernel}.json"
        assert run_in_kernel(connection, code) == f"en {hasattr(os, 'fork')} 1", "a forked kernel is warm"
        assert not started.asked.exists(), started.asked.read_text()
        run_in_kernel(connection, "import socket; socket.create_connection(('news.example', 80))")
        assert started.asked.read_text() == "news.example\n", "the watch works, down to the kernels"
    finally:
        out, err = started.end()
    assert (out.strip(), err.strip(), started.process.returncode) == ("JupyterLab is closed.", "", 0)
    assert started.said.startswith(f"Your notebooks: {started.folder}\n")
