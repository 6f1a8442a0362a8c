import socket
import subprocess
import sys

import pytest

from ailab import doctor as module
from ailab.doctor import check, doctor
from ailab.errors import ModelError


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("AILAB_LANG", "en")


@pytest.fixture
def healthy(monkeypatch, tmp_path):
    """A laptop on which all is well, whatever this machine is like."""
    (tmp_path / "admin").mkdir()
    (tmp_path / "admin/a.ipynb").write_text('{"metadata": {"ailab": {"title": "t", "minutes": 1, "learn": []}}}', encoding="utf-8")
    memory(monkeypatch, 8)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 50 * 2**30}))
    monkeypatch.setattr(module, "lan_addresses", lambda: ["192.168.1.4"])
    monkeypatch.setattr(module.importlib, "import_module", lambda _name: type("Vision", (), {"verify_model": staticmethod(lambda: None)}))
    monkeypatch.setattr(module, "_loads", lambda _module: True)
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        port = probing.getsockname()[1]
    return {"port": port, "notebooks": tmp_path}


def memory(monkeypatch, gigabytes):
    monkeypatch.setattr(module.psutil, "virtual_memory", lambda: type("Memory", (), {"available": gigabytes * 2**30}))


def not_ok(options):
    return [(finding.level, finding.message) for finding in check(**options) if finding.level != "ok"]


def test_a_healthy_laptop_is_ready(healthy, capsys):
    assert not_ok(healthy) == []
    assert doctor(**healthy) == 0
    assert "ready" in capsys.readouterr().out


@pytest.mark.parametrize(("gigabytes", "level"), [(0.4, "problem"), (2, "warning")])
def test_little_memory(healthy, monkeypatch, gigabytes, level):
    memory(monkeypatch, gigabytes)
    [(found, message)] = not_ok(healthy)
    assert found == level
    assert "close other programs" in message.lower()


def test_full_disk(healthy, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 2**29}))
    assert [level for level, _ in not_ok(healthy)] == ["warning"]


@pytest.mark.parametrize("full", ["home", "temporary"])
def test_the_disk_that_is_used_is_looked_at(healthy, monkeypatch, tmp_path, full):
    places = {name: tmp_path / name for name in ("home", "temporary")}
    for place in places.values():
        place.mkdir()
    monkeypatch.setattr(module.Path, "home", lambda: places["home"])
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(places["temporary"]))
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 2**29 if path == places[full] else 50 * 2**30}))
    assert [level for level, _ in not_ok(healthy)] == ["warning"]


def test_a_disk_without_room_for_a_temporary_file(healthy, monkeypatch):
    def full():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(module.tempfile, "gettempdir", full)
    assert [level for level, _ in not_ok(healthy)] == ["warning"]


def test_missing_package(healthy, monkeypatch, capsys):
    monkeypatch.setattr(module, "requires", lambda _name: ["numpy>=2", "no-such-package>=1 ; python_version > '3'", "extra-thing ; extra == 'test'"])
    [(level, message)] = not_ok(healthy)
    assert level == "problem"
    assert "no-such-package" in message
    assert "extra-thing" not in message
    assert doctor(**healthy) == 1
    assert "PROBLEM" in capsys.readouterr().out


def test_missing_model(healthy, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", absent)
    [(level, message)] = not_ok(healthy)
    assert level == "problem"
    assert "missing" in message


def test_damaged_model(healthy, monkeypatch):
    def verify():
        raise ModelError("The file is damaged. Copy it again.")

    monkeypatch.setattr(module.importlib, "import_module", lambda _name: type("Vision", (), {"verify_model": staticmethod(verify)}))
    assert not_ok(healthy) == [("problem", "The file is damaged. Copy it again.")]


@pytest.mark.parametrize(("system", "what_to_do"), [("nt", "https://aka.ms/vs/17/release/vc_redist.x64.exe"), ("posix", "Install ailab again")])
def test_models_that_do_not_run(healthy, monkeypatch, system, what_to_do):
    monkeypatch.setattr(module, "_loads", lambda _module: False)
    monkeypatch.setattr(module, "os", type("System", (), {"name": system}))
    [(level, message)] = [finding for finding in not_ok(healthy) if "Models" in finding[1]]
    assert level == "problem"
    assert what_to_do in message


def test_what_is_not_installed_is_complained_about_once(healthy, monkeypatch):
    monkeypatch.setattr(module, "_loads", lambda _module: False)
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    assert not_ok(healthy) == []


def test_a_library_is_tried_in_another_process(tmp_path, monkeypatch, capfd):
    (tmp_path / "broken_library.py").write_text("raise ImportError('DLL load failed')")
    (tmp_path / "deadly_library.py").write_text("import os; os._exit(3)")
    (tmp_path / "slow_library.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=module.os.pathsep)
    assert module._loads("onnxruntime")
    assert not module._loads("broken_library")
    assert not module._loads("deadly_library")
    monkeypatch.setattr(module, "_IMPORT_SECONDS", 0.5)
    assert not module._loads("slow_library")
    assert capfd.readouterr() == ("", "")


def test_no_lessons(healthy, tmp_path):
    (tmp_path / "admin/a.ipynb").unlink()
    [(level, message)] = not_ok(healthy)
    assert level == "problem"
    assert str(tmp_path) in message


def test_port_in_use(healthy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", healthy["port"]))
        taken.listen()
        [(level, message)] = not_ok(healthy)
    assert level == "problem"
    assert str(healthy["port"]) in message


def test_port_that_ailab_may_not_use(healthy, monkeypatch):
    class Refusing(socket.socket):
        def bind(self, _address):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.socket, "socket", Refusing)
    [(level, message)] = not_ok(healthy)
    assert level == "problem"
    assert "does not let ailab use port" in message
    assert [level for level, _ in not_ok(healthy | {"port": None})] == ["warning"], "ailab serve takes the next one"


def test_no_network_is_no_problem(healthy, monkeypatch):
    monkeypatch.setattr(module, "lan_addresses", list)
    assert [level for level, _ in not_ok(healthy)] == ["warning"]


def test_old_python(healthy, monkeypatch):
    monkeypatch.setattr(module.sys, "version_info", (3, 9, 1))
    assert [level for level, _ in not_ok(healthy)] == ["problem"]


def test_heavy_packages_are_not_imported(tmp_path):
    code = "import sys; from ailab.doctor import check; list(check()); print([m for m in ('torch', 'transformers', 'sklearn', 'voila') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
