"""No test opens a connection off this machine: not here (see addopts), and not in a process that a test starts."""

import os
from pathlib import Path

import pytest

import ailab
from ailab import i18n

HERE = Path(__file__).parent
# Found first by every Python that a test starts (kernels, servers): see offline/sitecustomize.py.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE / "offline"), os.environ.get("PYTHONPATH")]))
os.environ["HF_HUB_OFFLINE"] = "1"

SHARED = HERE.parent.parent / "shared"


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch):
    monkeypatch.setattr(i18n, "_process", None)
    monkeypatch.delenv("AILAB_LANG", raising=False)
    monkeypatch.delenv("QUERY_STRING", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


@pytest.fixture(scope="session")
def classifier():
    return ailab.CropClassifier()


@pytest.fixture(scope="session")
def leaf():
    return ailab.samples.draw_leaf("coffee", "rust", 1, label=False)


@pytest.fixture(scope="session")
def crops_data():
    """Folder of the real photos, which are not part of the project."""
    folder = SHARED / "data" / "crops"
    if not (folder / "manifest.csv").exists():
        pytest.skip("the real photos are not on this machine")
    return folder
