"""The README's promises that a machine can check."""

import re
from pathlib import Path

import pytest

import ailab

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
VIETNAMESE, ENGLISH = README.split("\n# English\n")
INSTALL = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/ailab serve"
TEST = 'python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e ".[test]" && .venv/bin/pytest'


def test_each_language_has_the_command_that_opens_the_dashboards():
    assert INSTALL in VIETNAMESE
    assert INSTALL in ENGLISH


def test_ci_runs_the_test_command_of_the_readme():
    assert TEST in ENGLISH
    assert TEST in (ROOT / ".ci" / "run").read_text("utf-8")


def test_links_lead_somewhere():
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", Path(ailab.__file__).parent / "assets/models/crops/README.md"):
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_figure_names_its_command():
    for part in (VIETNAMESE, ENGLISH):
        assert "benchmarks/crops.py" in part
        assert "benchmarks/qa.py" in part
        assert "benchmarks/documents.py" in part


@pytest.mark.parametrize("part", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_the_example_uses_public_names_only(part):
    code = re.search(r"```python\n(.*?)```", part, re.DOTALL)[1]
    assert set(re.findall(r"from ailab import (\w+)", code)) <= set(ailab.__all__)
    for method in re.findall(r"\b(?:clf|may)\.(\w+)\(", code):
        assert hasattr(ailab.CropClassifier, method)


def test_constraints_pin_what_pyproject_asks_for():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if "==" in line)
    pinned = {name.lower().replace("_", "-") for name in pins}
    for requirement in [*project["dependencies"], *(name for names in project["optional-dependencies"].values() for name in names)]:
        name = re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")
        assert name in pinned, name
    assert re.fullmatch(r"[\d.]+", pins["torch"])
