"""Every notebook is clean, thin, translated, and runs from top to bottom in a fresh kernel."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from ailab.i18n import DEFAULT, LANGUAGES

ROOT = Path(__file__).parent.parent / "notebooks"
LESSONS = sorted(ROOT.glob("*/*.ipynb"))
EXERCISES = sorted(ROOT.glob("*/exercises/*.ipynb"))  # what they do is tested in exercises/
NOTEBOOKS = LESSONS + EXERCISES
OTHERS = [language for language in LANGUAGES if language != DEFAULT]
ORIGINALS = [path for path in NOTEBOOKS if not path.stem.endswith(tuple(f".{language}" for language in OTHERS))]
IDS = [str(path.relative_to(ROOT)) for path in NOTEBOOKS]
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=IDS[: len(LESSONS)])


def read(path):
    return nbformat.read(path, as_version=4)


def test_there_are_notebooks():
    assert ROOT / "agriculture" / "01_kham_benh_la.ipynb" in LESSONS
    assert ROOT / "agriculture" / "exercises" / "01_kham_benh_la.ipynb" in EXERCISES
    assert sorted(ROOT.rglob("*.ipynb")) == sorted(NOTEBOOKS), "nowhere else"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_clean(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"} | ({"ailab"} if path in LESSONS else set())
    for cell in notebook.cells:
        assert not cell.metadata
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_thin(path):
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= (6 if path in LESSONS else 12)
            assert not re.search(r"^\s*(def|class|for|if|while|try|with)\b", cell.source, re.MULTILINE), "logic belongs in the library"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("path", ORIGINALS, ids=[str(path.relative_to(ROOT)) for path in ORIGINALS])
def test_translation_differs_in_prose_only(path, language):
    original, translation = read(path), read(path.with_suffix(f".{language}.ipynb"))
    assert [(cell.cell_type, cell.id) for cell in original.cells] == [(cell.cell_type, cell.id) for cell in translation.cells]
    for ours, theirs in zip(original.cells, translation.cells, strict=True):
        assert (ours.source == theirs.source) == (ours.cell_type == "code")
    if path in LESSONS:
        assert original.metadata.ailab.minutes == translation.metadata.ailab.minutes
        assert len(original.metadata.ailab.learn) == len(translation.metadata.ailab.learn)
        assert original.metadata.ailab.get("shared") == translation.metadata.ailab.get("shared")


def test_what_the_kernels_of_lessons_share_can_be_imported():
    shared = sorted({name for path in LESSONS for name in read(path).metadata.ailab.get("shared", [])})
    assert "sklearn.linear_model" in shared
    subprocess.run([sys.executable, "-c", f"import {', '.join(shared)}"], check=True)


@every_lesson
def test_runs_without_the_heavy_packages(path, tmp_path):
    notebook = read(path)
    check = "import sys\nassert not {'torch', 'transformers', 'sklearn'} & set(sys.modules)"
    notebook.cells.append(nbformat.v4.new_code_cell(check))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}, kernel_name="python3").execute(env=os.environ)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not [output for output in cell.outputs if output.output_type in {"error", "stream"}]
