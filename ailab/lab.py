"""JupyterLab for one person who experiments: ``ailab lab``.

The notebooks are copied to a folder of the person's own. What the person changed there is never overwritten.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import signal
import tempfile
import time
import warnings
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ailab.errors import AilabError
from ailab.i18n import get_language
from ailab.i18n import gettext as _

__all__ = ["SyncReport", "default_folder", "lab", "sync_notebooks"]

#: In the folder: relative path of each notebook to the SHA-256 of the version of ailab that was copied or offered last.
RECORD = ".ailab-notebooks.json"
_PAUSES = (0.05, 0.1, 0.2, 0.3, 0.4)  # while another program has a file open: a second and a little
_ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"


@dataclass(frozen=True)
class SyncReport:
    """What was done, as paths relative to the folder, with ``/`` between the parts.

    Parameters
    ----------
    copied : tuple of str
        Notebooks that were not there.
    updated : tuple of str
        Notebooks that the person had not changed, and that are new versions now.
    offered : tuple of str
        New versions put beside notebooks that the person had changed.
    """

    copied: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


def sync_notebooks(source: Path, target: Path, *, today: date, suffix: str) -> SyncReport:
    """Bring a person's folder up to date with the notebooks of ailab.

    A notebook that the person changed stays as it is; a new version is put beside it, once. One that the person deleted comes back
    only when there is a new version. Links are left alone.

    Parameters
    ----------
    source : Path
        Folder with one folder a sector, which may have a folder ``exercises``.
    target : Path
        The person's folder; made if it is not there.
    today : date
    suffix : str
        What is added to the name of a version put beside another, such as ``"(new %(date)s)"``.

    Returns
    -------
    SyncReport

    Raises
    ------
    OSError
        If something cannot be read or written. Every file is whole even then, and what was done is recorded.
    """
    target.mkdir(parents=True, exist_ok=True)
    root = target.resolve()
    record = _read_record(root / RECORD)
    copied, updated, offered = [], [], []
    for original in sorted([*source.glob("*/*.ipynb"), *source.glob("*/exercises/*.ipynb")]):
        name = original.relative_to(source).as_posix()
        path = root / name
        if name.startswith(".") or path.resolve() != path or path.is_dir():
            continue
        data = original.read_bytes()
        new, known, present = _digest(data), record.get(name), _digest(path.read_bytes()) if path.exists() else None
        if known == new:
            continue
        if present is None:
            copied.append(name)
            _write(path, data)
        elif present == known:
            updated.append(name)
            _write(path, data)
        elif present != new:
            beside = _beside(path, suffix % {"date": today.isoformat()})
            offered.append(beside.relative_to(root).as_posix())
            _write(beside, data)
        record[name] = new
        _write(root / RECORD, json.dumps(record, indent=1).encode())
    return SyncReport(tuple(copied), tuple(updated), tuple(offered))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_record(path: Path) -> dict[str, str]:
    """The record, or an empty one if it is damaged: then what differs from ailab's version counts as changed."""
    try:
        record = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _beside(path: Path, suffix: str) -> Path:
    """A free name: ``name.en.ipynb`` gives ``name SUFFIX.en.ipynb``, because kernels take the language from the end of the name."""
    stem, _dot, endings = path.name.partition(".")
    beside, count = path.with_name(f"{stem} {suffix}.{endings}"), 1
    while os.path.lexists(beside):
        count += 1
        beside = path.with_name(f"{stem} {suffix} {count}.{endings}")
    return beside


def _write(path: Path, data: bytes) -> None:
    """Write all or nothing, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _replace(temporary: Path, path: Path) -> None:
    """Put a file in the place of another. Windows refuses while a virus scanner or OneDrive has it open, which is soon over."""
    for pause in _PAUSES:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(path)


def default_folder() -> Path:
    """``ailab`` in the person's documents, or in the home folder where there is no folder of documents."""
    from platformdirs import user_documents_path

    documents = user_documents_path()
    return (documents if documents.is_dir() else Path.home()) / "ailab"


def lab(*, folder: Path | None = None, port: int | None = None, browser: bool = True) -> None:
    """Copy the notebooks and run JupyterLab on them until Ctrl-C.

    Parameters
    ----------
    folder : Path, optional
        The person's folder. Default: :func:`default_folder`.
    port : int, optional
        Default: 8888, or the next free one.
    browser : bool
        Whether to open JupyterLab in the browser.

    Raises
    ------
    AilabError
        If the folder cannot be used, or the port is in use.
    """
    from ailab.classroom.app import OFFLINE
    from ailab.classroom.dashboards import notebooks_dir

    folder = (folder.expanduser() if folder else default_folder()).absolute()
    if port:
        _check_port(port)
    try:
        report = sync_notebooks(notebooks_dir(), folder, today=date.today(), suffix=_("(new %(date)s)"))  # noqa: DTZ011 - the person's own day
    except OSError as error:
        raise _folder_error(folder, error) from error
    print(_("Your notebooks: %(folder)s") % {"folder": folder})
    for name in report.offered:
        print(_("You changed a notebook that has a new version now. Yours is as it was; the new one is beside it: %(name)s") % {"name": name})
    os.environ.update(OFFLINE)
    with tempfile.TemporaryDirectory(prefix="ailab-") as settings:
        _write_settings(Path(settings))
        os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [settings, os.environ.get("JUPYTER_CONFIG_PATH")]))
        _run(_arguments(folder, port, browser))


def _folder_error(folder: Path, error: OSError) -> AilabError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message = _("The disk is full, so not every notebook could be copied to %(folder)s. Nothing of yours was changed. Make room, then start again.")
        return AilabError(message % {"folder": folder}, code="disk_full")
    message = _("Notebooks cannot be copied to the folder %(folder)s (%(detail)s). Nothing of yours was changed. Choose another folder with --folder.")
    return AilabError(message % {"folder": folder, "detail": error.strerror or error}, code="folder")


def _check_port(port: int) -> None:
    from tornado.netutil import bind_sockets

    try:
        for listening in bind_sockets(port, "127.0.0.1"):
            listening.close()
    except OSError as error:
        message = _("Port %(port)d is in use by another program. Close that program, or choose another with --port, for example --port 8900.")
        raise AilabError(message % {"port": port}, code="port_in_use") from error


def _write_settings(folder: Path) -> None:
    """Write what cannot be said to JupyterLab as an argument: it asks nobody about news, and it speaks Vietnamese if it can."""
    pack = {"vi": "vi_VN"}.get(get_language(), "")
    locale = pack if pack in entry_points(group="jupyterlab.languagepack").names else "en"
    labconfig = folder / "labconfig"
    labconfig.mkdir()
    files: dict[str, Any] = {
        "page_config": {"disabledExtensions": {_ANNOUNCEMENTS: True}},
        "default_setting_overrides": {"@jupyterlab/translation-extension:plugin": {"locale": locale}},
    }
    for name, content in files.items():
        (labconfig / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def _arguments(folder: Path, port: int | None, browser: bool) -> list[str]:
    """Arguments of JupyterLab on this laptop."""
    here: dict[str, Any] = {"ServerApp.ip": "127.0.0.1", "ServerApp.open_browser": browser, "ServerApp.allow_root": True, "Application.log_level": "ERROR"}
    if port:
        here |= {"ServerApp.port": port, "ServerApp.port_retries": 0}
    return [*_arguments_anywhere(folder), *(f"--{name}={value}" for name, value in here.items())]


def _arguments_anywhere(folder: Path) -> list[str]:
    """Arguments of JupyterLab, under JupyterHub too: they win over the person's own settings of Jupyter."""
    from jupyter_client.kernelspec import KernelSpecManager

    from ailab.classroom import MESSAGE_SIZE
    from ailab.kernels.provisioner import can_fork

    kernel = "ailab" if "ailab" in KernelSpecManager().find_kernel_specs() else "python3"
    arguments = {
        "ServerApp.root_dir": folder,
        "ServerApp.tornado_settings": {"websocket_max_message_size": MESSAGE_SIZE},
        "ZMQChannelsWebsocketConnection.iopub_data_rate_limit": MESSAGE_SIZE,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "MappingKernelManager.default_kernel_name": kernel,
        "MappingKernelManager.transport_encryption": "auto",  # else each kernel warns on the terminal that others might listen
    }
    if can_fork():  # also for notebooks that ask for the kernel python3, as all of ours do
        arguments["KernelProvisionerFactory.default_provisioner_name"] = "ailab-fork-provisioner"
    return [f"--{name}={value}" for name, value in arguments.items()]


def _run(arguments: list[str]) -> None:
    """Run JupyterLab in this process: one Python less in memory, and the process that forks kernels can be ended with it."""
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    from ailab.kernels.provisioner import ForkServerClient

    warnings.simplefilter("ignore", DeprecationWarning)  # Voila has those of traitlets shown, which help nobody here
    server = LabApp.initialize_server(argv=arguments)
    server.identity_provider.token_generated = False  # the address is said below, not by Jupyter

    def end(*_signal: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl-C does not wait for the kernels
        server.stop(from_signal=True)

    signal.signal(signal.SIGINT, end)  # Jupyter would ask whether one is sure, or leave its kernels behind
    token = server.identity_provider.token
    print(_("JupyterLab: %(url)s") % {"url": f"http://127.0.0.1:{server.port}{server.base_url}lab" + (f"?token={token}" if token else "")})
    print(_("Only this laptop can open it, and it does not go online. Save your notebooks, then press Ctrl-C to end."), flush=True)
    try:
        server.start()
    finally:
        ForkServerClient.shared().stop()
        print(_("JupyterLab is closed."), flush=True)
