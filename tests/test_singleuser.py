"""What a learner's server does at its beginning and its end; the whole of it is in tests/deploy/test_jupyterhub.py."""

import asyncio
import errno
import os
import sys
from types import ModuleType, SimpleNamespace
from unittest import mock

import pytest

from ailab import singleuser


@pytest.mark.parametrize("there", [True, False])
def test_a_full_volume_keeps_nobody_out(monkeypatch, tmp_path, capsys, there):
    def full(_source, folder, **_options):
        if there:
            folder.mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")

    started = []
    hub = ModuleType("jupyterhub.singleuser.extension")
    hub.JupyterHubSingleUser = SimpleNamespace(launch_instance=lambda arguments: started.extend([*arguments, os.environ["JUPYTER_RUNTIME_DIR"]]))
    monkeypatch.setitem(sys.modules, hub.__name__, hub)
    monkeypatch.setattr(singleuser, "sync_notebooks", full)
    monkeypatch.setattr(singleuser, "default_folder", lambda: tmp_path / "ailab")
    with mock.patch.dict(os.environ):
        singleuser.main([])
    assert f"--ServerApp.root_dir={tmp_path / 'ailab' if there else tmp_path}" in started
    assert not started[-1].startswith(str(tmp_path)), "Jupyter writes there at once"
    assert "Ổ đĩa đã đầy" in capsys.readouterr().err


def test_the_end_leaves_nothing_behind_whatever_fails(monkeypatch, tmp_path):
    async def fail(**_options):
        raise RuntimeError

    folder = tmp_path / "voila_x"
    folder.mkdir()
    stopped = []

    def stop():
        stopped.append(True)
        raise OSError

    monkeypatch.setattr(singleuser.ForkServerClient, "shared", lambda: SimpleNamespace(stop=stop))
    lessons = singleuser.Lessons()
    lessons.classroom = SimpleNamespace(connection_dir=str(folder), kernel_manager=SimpleNamespace(shutdown_all=fail))
    with pytest.raises(OSError):
        asyncio.run(lessons.stop_extension())
    assert stopped
    assert not folder.exists()
