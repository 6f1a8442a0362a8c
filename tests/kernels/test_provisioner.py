"""Kernels that are not forked, as on Windows, and what the fork server is started with."""

import asyncio
import sys

import pytest
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from ailab.kernels import provisioner
from ailab.kernels.provisioner import ForkProvisioner, ForkServerClient

NO_HISTORY = "--HistoryManager.enabled=False"


@pytest.mark.parametrize(
    ("python", "server", "more"),
    [(sys.executable, "voila/0.5.13", [NO_HISTORY]), (sys.executable, "", []), ("/opt/other/bin/python", "voila/0.5.13", [])],
    ids=["page", "notebook", "another Python"],
)
def test_pages_that_are_not_forked_share_no_history(monkeypatch, python, server, more):
    """Where many share the file, one that waits too long for it moves it away; Windows refuses, and the kernel ends."""
    asked = []

    async def launch(_self, cmd, **_kwargs):
        asked.append(cmd)

    monkeypatch.setenv("AILAB_FORK", "no")
    monkeypatch.setattr(LocalProvisioner, "launch_kernel", launch)
    cmd = [python, "-m", "ipykernel_launcher", "-f", "x.json"]
    asyncio.run(ForkProvisioner().launch_kernel(list(cmd), env={"SERVER_SOFTWARE": server}))
    assert asked == [[*cmd, *more]]


def test_macos_lets_the_fork_server_fork(monkeypatch):
    given = {}

    def popen(_command, *, env, **_more):
        given.update(env)
        raise OSError("not in this test")

    monkeypatch.setattr(provisioner.subprocess, "Popen", popen)
    client = ForkServerClient()
    with pytest.raises(OSError, match="not in this test"):
        client.start()
    client.stop()
    assert given["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] == "YES"
    assert given["VECLIB_MAXIMUM_THREADS"] == "1"
