import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ailab.course.bank import load_bank
from ailab.course.store import Store

sys.path.insert(0, str(Path(__file__).parent))
from small_bank import write_bank


@pytest.fixture
def bank(tmp_path):
    return load_bank(write_bank(tmp_path))


@pytest.fixture
def store(tmp_path):
    with Store(str(tmp_path / "course.sqlite3")) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """Address of a real server, started for the tests; it listens on a socket in a folder and nowhere else."""
    pytest.importorskip("psycopg", reason="PostgreSQL is not tested: psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(found) for found in [shutil.which("initdb")] if found]
    if not found:
        pytest.skip("PostgreSQL is not tested: there is no server on this machine")
    binaries = found[-1].parent
    folder = Path(subprocess.run(["mktemp", "-d", "/tmp/ailab-pg.XXXXXX"], check=True, capture_output=True, text=True).stdout.strip())
    prefix = []
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        if not shutil.which("runuser") or subprocess.run(["id", "postgres"], check=False, capture_output=True).returncode:
            pytest.skip("PostgreSQL is not tested: it does not run as root, and there is no user postgres")
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(command):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")

    run([*prefix, binaries / "initdb", "-D", data, "-U", "ailab", "-A", "trust", "-E", "UTF8", "--no-locale"])
    options = f"-k {folder} -c listen_addresses='' -c max_connections=20"
    run([*prefix, binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"])
    yield f"postgresql:///postgres?host={folder}&user=ailab"
    run([*prefix, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    shutil.rmtree(folder, ignore_errors=True)
