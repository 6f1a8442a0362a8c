"""Forked kernels behave like ordinary ones, and share nothing but memory that nobody writes to."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from ailab.kernels import forkserver
from ailab.kernels.forkserver import ForkServer, _has_left
from ailab.kernels.provisioner import ForkedProcess, ForkProvisioner, ForkServerClient, _kernel_arguments, _readable

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


class Kernel:
    """A running kernel and its client."""

    def __init__(self, **environment):
        self.environment = os.environ | environment
        self.folder = tempfile.TemporaryDirectory()
        how = {"transport": "ipc", "ip": f"{self.folder.name}/k"} if sys.platform == "linux" else {"transport": "tcp"}
        self.manager = AsyncKernelManager(kernel_name="python3", **how)

    async def __aenter__(self):
        factory = KernelProvisionerFactory.instance()
        before, factory.default_provisioner_name = factory.default_provisioner_name, "ailab-fork-provisioner"
        try:
            await self.manager.start_kernel(cwd=str(Path.cwd()), env=self.environment)
        finally:
            factory.default_provisioner_name = before
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=30)
        return self

    async def __aexit__(self, *_error):
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)
        self.folder.cleanup()

    @property
    def process(self):
        return self.manager.provisioner.process

    @property
    def pid(self):
        return self.manager.provisioner.pid

    async def run(self, code):
        """Output of a cell, or the name of its error."""
        found = []

        def hook(message):
            if message["msg_type"] == "stream":
                found.append(message["content"]["text"])
            elif message["msg_type"] == "error":
                found.append(message["content"]["ename"])

        await self.client.execute_interactive(code, output_hook=hook, timeout=30)
        return "".join(found).strip()


def go(function):
    """Run a test that is a coroutine."""

    def test():
        asyncio.run(asyncio.wait_for(function(), 60))

    test.__name__, test.__doc__ = function.__name__, function.__doc__
    return test


@pytest.fixture(scope="module", autouse=True)
def server():
    yield
    ForkServerClient.shared().stop()


@go
async def test_a_kernel_is_forked_and_warm():
    async with Kernel() as kernel:
        assert isinstance(kernel.manager.provisioner, ForkProvisioner)
        assert isinstance(kernel.process, ForkedProcess)
        assert psutil.Process(kernel.pid).ppid() == ForkServerClient.shared().process.pid
        began = time.perf_counter()
        assert await kernel.run("import sys; print('ailab.widgets.leaf_clinic' in sys.modules)") == "True"
        assert time.perf_counter() - began < 5
        assert await kernel.run("print({'torch', 'transformers', 'sklearn', 'onnxruntime'} & set(sys.modules))") == "set()"


@go
async def test_each_kernel_is_a_world_of_its_own():
    async with Kernel() as one, Kernel() as two:
        draw = "import random, numpy, secrets; print(random.random(), numpy.random.random(), secrets.token_hex(8))"
        assert len({*(await one.run(draw)).split(), *(await two.run(draw)).split()}) == 6
        await one.run("import ailab; ailab.secret = 7; import os; os.environ['X'] = '1'")
        assert await two.run("import ailab; print(hasattr(ailab, 'secret'))") == "False"
        assert await two.run("import os; print('X' in os.environ)") == "False"
        assert one.manager.session.key != two.manager.session.key
        assert os.getsid(one.pid) == one.pid != os.getsid(two.pid)


def open_files(pid):
    """What each descriptor but the terminal's is."""
    return {int(fd.name): str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.name not in {"1", "2"}}


@go
async def test_nothing_open_is_inherited():
    kernels = []
    try:
        for _ in range(3):
            kernels.append(await Kernel().__aenter__())  # noqa: PERF401 - those that did start are ended below
        if sys.platform == "linux":
            theirs, ours = open_files(ForkServerClient.shared().process.pid), open_files(kernels[2].pid)
            assert not {name for name in set(theirs.values()) & set(ours.values()) if "socket" in name or "pipe" in name}
            assert ours[0] == os.devnull
    finally:
        for kernel in kernels:
            await kernel.__aexit__()


@go
async def test_widgets_talk():
    async with Kernel() as kernel:
        assert await kernel.run("import comm; print('jupyter.widget' in comm.get_comm_manager().targets)") == "True"
        assert await kernel.run("import ipywidgets; s = ipywidgets.IntSlider(value=4); print(s.value)") == "4"


@go
async def test_interrupt_restart_and_shutdown():
    async with Kernel() as kernel:
        running = asyncio.create_task(kernel.run("import time\nfor _ in range(600): time.sleep(.05)"))
        await asyncio.sleep(1)
        await kernel.manager.interrupt_kernel()
        assert await running == "KeyboardInterrupt"
        await kernel.run("x = 1")
        before = kernel.pid
        await kernel.manager.restart_kernel(now=True)
        await kernel.client.wait_for_ready(timeout=30)
        assert kernel.pid != before
        assert await kernel.run("print('x' in globals())") == "False"
        process = kernel.process
        await kernel.manager.shutdown_kernel(now=False)
        assert process.wait(5) == 0


@go
async def test_a_killed_kernel_is_seen_to_be_dead():
    async with Kernel() as kernel:
        assert await kernel.manager.is_alive()
        process = kernel.process
        os.kill(kernel.pid, signal.SIGKILL)
        assert process.wait(5) == -signal.SIGKILL
        assert not await kernel.manager.is_alive()
        process.terminate()  # no error, and no signal to whoever has the number now


@go
async def test_exit_code():
    async with Kernel() as kernel:
        process = kernel.process
        kernel.client.execute("import os; os._exit(7)")
        assert await asyncio.to_thread(process.wait, 5) == 7


@go
async def test_kernels_outlive_the_fork_server_and_the_next_one_is_forked_again():
    async with Kernel() as one:
        await one.run("x = 41")
        server = ForkServerClient.shared().process
        server.kill()
        server.wait()
        assert await one.run("print(x + 1)") == "42"
        assert await one.manager.is_alive()
        async with Kernel() as two:
            assert isinstance(two.process, ForkedProcess)
            assert await two.run("print(1)") == "1"
        process = one.process
        os.kill(one.pid, signal.SIGKILL)
        assert process.wait(5) == -1  # nobody is left who knows how


@go
async def test_what_a_lesson_needs_is_imported_once_for_all_kernels_that_come():
    client = ForkServerClient.shared()
    look = "import sys; print('colorsys' in sys.modules)"
    ready = "import ailab.qa; print(ailab.qa._bundled.cache_info().currsize)"
    try:
        async with Kernel() as before:
            client.share(["colorsys", "no_such_module", "ailab.qa"])
            async with Kernel() as after:
                assert isinstance(after.process, ForkedProcess)
                assert await before.run(look) == "False"
                assert await after.run(look) == "True"
                assert (await before.run(ready), await after.run(ready)) == ("0", "1")
        assert client._modules == {"colorsys", "no_such_module", "ailab.qa"}  # none of them is asked for again
        client.process.kill()
        client.process.wait()
        client.share(["colorsys"])  # a new server knows nothing of it
        async with Kernel() as last:
            assert await last.run(look) == "True"
    finally:
        client.stop()


@go
async def test_an_ordinary_kernel_where_forking_fails():
    client = ForkServerClient.shared()
    client.stop()
    client._failed = time.monotonic()
    try:
        async with Kernel() as kernel:
            assert isinstance(kernel.process, subprocess.Popen)
            assert await kernel.run("print(2)") == "2"
    finally:
        client._failed = -1e9


@go
async def test_most_of_its_memory_is_shared():
    async with Kernel() as kernel:
        await kernel.run("from ailab.widgets import LeafClinic; clinic = LeafClinic()")
        if sys.platform == "linux":
            assert psutil.Process(kernel.pid).memory_full_info().uss < 32 * 2**20


@go
async def test_the_kernel_of_a_page_does_without_what_no_page_uses():
    unused = "k = get_ipython(); print(k.history_manager.enabled, len(k.kernel._kernel_modules) > 100)"
    async with Kernel(SERVER_SOFTWARE="voila/0.5") as page, Kernel() as notebook:
        if sys.platform == "linux":
            lean, full = (psutil.Process(kernel.pid).memory_full_info().uss for kernel in (page, notebook))
            assert lean < full - 2 * 2**20
        assert await page.run(unused) == "False False"
        assert await notebook.run(unused) == "True True"
        assert await page.run("import ipykernel.ipkernel as i, sys; print(i.sys is sys, sys.argv[0])") == "True ipykernel_launcher"
        assert await page.run("1 / 0") == "ZeroDivisionError"
        assert await page.run("import ipywidgets; s = ipywidgets.IntSlider(value=4); print(s.value)") == "4"


def test_a_kernel_ends_with_its_owner(tmp_path):
    code = (
        "import asyncio, sys, time; sys.path.insert(0, sys.argv[1]); from test_forked import Kernel\n"
        "async def main():\n    k = await Kernel().__aenter__(); print(k.pid, flush=True); time.sleep(60)\n"
        "asyncio.run(main())"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True)
    kernel = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.wait()
    owner.stdout.close()
    psutil.wait_procs([kernel], timeout=10)
    assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


def test_a_thousand_open_files_do_not_matter():
    fcntl = pytest.importorskip("fcntl")
    read, write = os.pipe()
    try:
        high = fcntl.fcntl(read, fcntl.F_DUPFD, 1100)  # select.select stops at 1024
    except OSError:
        pytest.skip("this system allows fewer")
    assert not _readable(high, 0)
    os.write(write, b"x")
    assert _readable(high, 0)
    for descriptor in (read, write, high):
        os.close(descriptor)


def test_only_kernels_of_this_python_are_forked():
    tail = ["-m", "ipykernel_launcher", "-f", "x.json"]
    assert _kernel_arguments([sys.executable, *tail]) == ["-f", "x.json"]
    assert _kernel_arguments(["/opt/other/bin/python", *tail]) is None
    assert _kernel_arguments([sys.executable, "-m", "bash_kernel", "-f", "x.json"]) is None
    assert _kernel_arguments([sys.executable]) is None


def test_the_kernelspec_names_the_provisioner():
    from ailab import kernels

    spec = json.loads((Path(kernels.__path__[0]) / "spec" / "kernel.json").read_text("utf-8"))
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "ailab-fork-provisioner"
    assert KernelProvisionerFactory.instance().is_provisioner_available(type("Spec", (), {"metadata": spec["metadata"], "name": "ailab"})())


def test_nothing_is_forked_for_who_has_given_up():
    server = ForkServer.__new__(ForkServer)
    server.kernels = {}
    ours, theirs = socket.socketpair()
    assert not _has_left(ours)
    theirs.close()
    with pytest.raises(ValueError, match="nobody waits"):
        server._fork(ours, {})
    assert not server.kernels
    ours.close()


def test_a_kernel_that_nobody_hears_of_is_ended(monkeypatch):
    server = ForkServer.__new__(ForkServer)
    server.kernels = {}
    ours, theirs = socket.socketpair()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(forkserver, "_has_left", lambda _connection: False)
    monkeypatch.setattr(forkserver.os, "fork", lambda: child.pid)
    theirs.close()
    with pytest.raises(OSError, match="pipe"):
        server._fork(ours, {})
    assert child.wait(10) == -signal.SIGKILL
    ours.close()
