"""The package as a stranger gets it: built as a wheel, installed elsewhere, used."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Folder where the wheel was unpacked as pip does it, and the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return target, wheel


def test_what_travels(installed):
    names = set(zipfile.ZipFile(installed[1]).namelist())
    for name in (
        "ailab/py.typed", "ailab/docs/index.md", "ailab/docs/agriculture/01_kham_benh_la.md", "ailab/docs/hinh/agriculture_01.webp",
        "ailab/notebooks/agriculture/01_kham_benh_la.ipynb", "ailab/notebooks/agriculture/exercises/01_kham_benh_la.ipynb",
        "ailab/assets/exercises/agriculture_01.toml", "ailab/locale/vi/LC_MESSAGES/ailab.mo",
        "ailab/assets/cards/crops.json", "ailab/assets/models/crops/model.onnx", "ailab/assets/models/crops/README.md",
        "ailab/widgets/photo_input.js",
    ):  # fmt: skip
        assert name in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks")) or name.endswith((".ckpt", ".pt", ".jpg"))]


def test_used_elsewhere(installed, tmp_path):
    code = """
import json, ailab
from ailab.classroom.dashboards import find_dashboards
clf = ailab.CropClassifier()
diagnosis = clf.diagnose(ailab.samples.draw_leaf("rice", "blast", 1), crop="rice")
titles = [d.title for d in find_dashboards("vi")]
print(json.dumps([ailab.__file__, diagnosis.crop, len(clf.classes_), ailab.get_language(), titles, diagnosis._repr_html_()[:7]]))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed[0]), os.environ["PYTHONPATH"]])}
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    home, crop, classes, language, titles, html = json.loads(result.stdout)
    assert Path(home).is_relative_to(installed[0])
    assert (crop, classes, language, html) == ("rice", 33, "vi", "<style>")
    assert "Khám bệnh lá cây" in titles
