from pathlib import Path

import pytest
from serving import write_notebook

from ailab.classroom import find_dashboards, notebooks_dir
from ailab.classroom.dashboards import resolve, sector_name
from ailab.i18n import using


def test_only_notebooks_with_metadata_are_offered(lessons):
    assert [(d.sector, d.path) for d in find_dashboards("vi", lessons)] == [("agriculture", "agriculture/01_widget.ipynb"), ("admin", "admin/01_fails.ipynb")]


def test_translation_wins_where_there_is_one(lessons):
    first, second = find_dashboards("en", lessons)
    assert (first.path, first.title, first.language) == ("agriculture/01_widget.en.ipynb", "A trial", "en")
    assert (second.path, second.language) == ("admin/01_fails.ipynb", "vi")


@pytest.mark.parametrize("asked", ["agriculture/01_widget.ipynb", "agriculture/01_widget.en.ipynb"])
@pytest.mark.parametrize(("language", "answer"), [("vi", "agriculture/01_widget.ipynb"), ("en", "agriculture/01_widget.en.ipynb")])
def test_the_language_wanted_wins_over_the_address(lessons, asked, language, answer):
    assert resolve(asked, language, lessons).path == answer


@pytest.mark.parametrize("asked", ["admin/draft.ipynb", "admin/secret.txt", "../x.ipynb", "", "agriculture", "admin/../admin/01_fails.ipynb"])
def test_nothing_else_is_served(lessons, asked):
    assert resolve(asked, "vi", lessons) is None


@pytest.mark.parametrize(
    "offer",
    [
        {"title": "", "minutes": 1, "learn": []},
        {"title": "t", "minutes": "long", "learn": []},
        {"title": "t", "minutes": 1, "learn": "x"},
        {"title": "t", "minutes": 1, "learn": [1]},
        {"title": "t", "minutes": 1},
        {"title": "t", "minutes": 1, "learn": [], "shared": "docx"},
        {"title": "t", "minutes": 1, "learn": [], "shared": [1]},
    ],
)
def test_wrong_metadata_leave_a_notebook_out_and_say_so(tmp_path, caplog, offer):
    write_notebook(tmp_path / "admin/a.ipynb", **offer)
    assert find_dashboards("vi", tmp_path) == []
    assert "a.ipynb" in caplog.text


def test_damaged_notebook_is_left_out(tmp_path, caplog):
    (tmp_path / "admin").mkdir()
    for name, text in {"a.ipynb": "{", "b.ipynb": "[]", "c.ipynb": "{}", "d.ipynb": '{"metadata": []}'}.items():
        (tmp_path / "admin" / name).write_text(text, encoding="utf-8")
    assert find_dashboards("vi", tmp_path) == []
    assert caplog.text.count("not a readable notebook") == 4


def test_checkpoints_are_not_lessons(tmp_path):
    write_notebook(tmp_path / ".ipynb_checkpoints/a.ipynb", title="t", minutes=1, learn=[])
    assert find_dashboards("vi", tmp_path) == []


def test_sectors_have_names():
    with using("en"):
        assert sector_name("admin") == "Public administration"
        assert sector_name("road_safety") == "Road safety"


def test_notebooks_dir_is_beside_or_inside_the_package():
    import ailab

    package = Path(ailab.__file__).parent
    assert notebooks_dir() in {package / "notebooks", package.parent / "notebooks"}
