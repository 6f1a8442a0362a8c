"""``ailab doctor``: is this laptop ready for the lesson? Plain words, one line a question.

Packages are looked up in their metadata, never imported here: importing torch alone takes seconds.
"""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil
from packaging.requirements import Requirement

from ailab.classroom import PORT
from ailab.classroom.dashboards import find_dashboards, notebooks_dir
from ailab.classroom.network import lan_addresses
from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Finding", "check", "doctor"]

_GIB = 2**30
_MEMORY_LOW, _MEMORY_GOOD = 1.0, 3.0  # GiB free: the server and one learner; a class of twenty
_DISK_LOW = 1.0
_PYTHON = (3, 11)
_IMPORT_SECONDS = 120  # an old disk, and a virus scanner that reads along


@dataclass(frozen=True)
class Finding:
    """One line of the doctor.

    Parameters
    ----------
    level : {'ok', 'warning', 'problem'}
        A problem keeps the lesson from working; a warning makes it slower or smaller.
    message : str
        What was found and, unless it is fine, what to do.
    """

    level: Literal["ok", "warning", "problem"]
    message: str


def doctor(*, port: int | None = None, notebooks: Path | None = None) -> int:
    """Print the findings.

    Returns
    -------
    int
        0, or 1 if there is a problem.
    """
    labels = {"ok": _("OK"), "warning": _("Warning"), "problem": _("PROBLEM")}
    width = max(map(len, labels.values()))
    findings = []
    for finding in check(port=port, notebooks=notebooks):
        print(f"{labels[finding.level]:<{width}}  {finding.message}", flush=True)
        findings.append(finding)
    levels = {finding.level for finding in findings}
    print()
    if "problem" in levels:
        print(_("This laptop is not ready. Mend the lines marked PROBLEM, then run ailab doctor again."))
    elif "warning" in levels:
        print(_("This laptop can hold the lesson. Read the warnings."))
    else:
        print(_("This laptop is ready. Start with: ailab serve"))
    return int("problem" in levels)


def check(*, port: int | None = None, notebooks: Path | None = None) -> Iterator[Finding]:
    """Look at this laptop.

    Parameters
    ----------
    port : int, optional
        Port that the classroom will use. Default: 8866.
    notebooks : Path, optional
        Folder of the notebooks. Default: those of ailab.

    Yields
    ------
    Finding
    """
    yield _python()
    yield from _packages()
    yield _memory()
    yield _disk()
    yield _model()
    yield from _runtime()
    yield _lessons(notebooks or notebooks_dir())
    yield _port(port)
    yield _network(port)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _PYTHON:
        return Finding("problem", _("Python %(found)s is too old. Install Python 3.11 or newer.") % {"found": found})
    return Finding("ok", _("Python %(found)s") % {"found": found})


def _packages() -> Iterator[Finding]:
    present, missing = [], []
    try:
        requirements = [Requirement(text) for text in requires("ailab") or []]
    except PackageNotFoundError:
        yield Finding("problem", _("Missing packages: %(names)s. Install ailab again while there is internet.") % {"names": "ailab"})
        return
    for requirement in requirements:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            missing.append(requirement.name)
            continue
        if requirement.specifier.contains(found, prereleases=True):
            present.append(f"{requirement.name} {found}")
        else:
            missing.append(f"{requirement.name} {requirement.specifier} ({found})")
    if missing:
        yield Finding("problem", _("Missing packages: %(names)s. Install ailab again while there is internet.") % {"names": ", ".join(missing)})
    yield Finding("ok", _("Packages: %(names)s") % {"names": ", ".join(present)})


def _memory() -> Finding:
    free = psutil.virtual_memory().available / _GIB
    found = _("%(free).1f GB of memory free.") % {"free": free}
    if free < _MEMORY_LOW:
        return Finding("problem", found + " " + _("That is too little. Close other programs, or restart the laptop."))
    if free < _MEMORY_GOOD:
        return Finding("warning", found + " " + _("Enough for a few people. For a whole class, close other programs."))
    return Finding("ok", found)


def _disk() -> Finding:
    try:
        places = [Path(tempfile.gettempdir()), *filter(Path.is_dir, [Path.home()])]
        free = min(shutil.disk_usage(place).free for place in places) / _GIB
    except OSError:  # not even room to try whether a temporary file can be written
        free = 0.0
    found = _("%(free).0f GB of disk free.") % {"free": free}
    if free < _DISK_LOW:
        return Finding("warning", found + " " + _("Delete what is not needed."))
    return Finding("ok", found)


def _model() -> Finding:
    again = _("Install ailab again, or copy it from a laptop where it works.")
    try:
        importlib.import_module("ailab.vision").verify_model()
    except (ImportError, AttributeError):
        return Finding("problem", _("The model for leaf diseases is missing.") + " " + again)
    except AilabError as error:
        return Finding("problem", str(error))
    return Finding("ok", _("The model for leaf diseases is there and undamaged."))


def _runtime() -> Iterator[Finding]:
    """Whether the library that runs the models loads. Without it, the packages have been complained about already."""
    if find_spec("onnxruntime") is None:
        return
    if _loads("onnxruntime"):
        yield Finding("ok", _("Models run on this laptop."))
        return
    failed = _("Models do not run on this laptop: onnxruntime cannot be loaded.")
    if os.name == "nt":
        url = "https://aka.ms/vs/17/release/vc_redist.x64.exe"
        todo = _("Install the Microsoft Visual C++ Redistributable (%(url)s), then restart the laptop.") % {"url": url}
    else:
        todo = _("Install ailab again, or copy it from a laptop where it works.")
    yield Finding("problem", f"{failed} {todo}")


def _loads(module: str) -> bool:
    """Try an import in a process of its own: on Windows, a wrong library can end the process that loads it."""
    command, window = [sys.executable, "-c", f"import {module}"], getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_IMPORT_SECONDS, creationflags=window, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _lessons(folder: Path) -> Finding:
    count = len(find_dashboards(root=folder))
    if not count:
        return Finding("problem", _("No lessons found in %(folder)s. Install ailab again, or give another folder with --notebooks.") % {"folder": folder})
    return Finding("ok", _("Lessons found: %(count)d") % {"count": count})


def _port(port: int | None) -> Finding:
    wanted = port or PORT
    refused = _try_port(wanted)
    if refused is None:
        return Finding("ok", _("Port %(port)d is free.") % {"port": wanted})
    if port and isinstance(refused, PermissionError):
        return Finding("problem", _("This laptop does not let ailab use port %(port)d. Choose another with --port, for example --port 8900.") % {"port": port})
    if port:
        return Finding("problem", _("Port %(port)d is in use. Close the other program, or choose another with --port.") % {"port": port})
    return Finding("warning", _("Port %(port)d is in use, perhaps by a classroom that still runs; ailab serve will take the next one.") % {"port": wanted})


def _try_port(port: int) -> OSError | None:
    """What hinders the classroom from taking the port. Where one program may have it for all addresses and another for this one, both are asked."""
    for host in ("0.0.0.0", "127.0.0.1"):  # noqa: S104
        with socket.socket() as probing:
            if os.name != "nt":  # there it would let two programs have the port; here, it is free as soon as the class has ended
                probing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probing.bind((host, port))
            except OSError as error:
                return error
    return None


def _network(port: int | None) -> Finding:
    addresses = lan_addresses()
    if not addresses:
        return Finding("warning", _("This laptop is in no network: only this laptop can open the lessons. For phones, join a Wi-Fi or turn on the hotspot."))
    return Finding(
        "ok",
        _("Phones in the same Wi-Fi open: %(addresses)s. If that fails, allow Python in the firewall of this laptop.")
        % {"addresses": ", ".join(f"http://{a}:{port or PORT}/" for a in addresses)},
    )
