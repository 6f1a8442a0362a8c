"""The notebooks are those of the sources; the solutions are right, and the exercises run as they are given."""

import ast
import contextlib
import io
import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from ailab.classroom.dashboards import find_dashboards, notebooks_dir, resolve
from ailab.exercises import checking
from ailab.exercises.build import as_text, exercise_notebooks, main
from ailab.exercises.source import lesson_names, read_exercise
from ailab.i18n import LANGUAGES

ROOT = notebooks_dir()
FOUND = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/exercises/*.ipynb"))


def notebook(lesson, *, solutions):
    name = f"{lesson.split('/')[0]}/exercises/{read_exercise(lesson).notebook}.ipynb"
    return exercise_notebooks(solutions=solutions)[name]


def run(cells):
    """Run code as a kernel does, in this process; the value of the last line of each cell, and all that it shows."""
    names, values, shown = {}, {}, {}
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else ast.parse("None", mode="eval")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(tree, cell["id"], "exec"), names)
                value = eval(compile(last, cell["id"], "eval"), names)
            values[cell["id"]] = value
            shown[cell["id"]] = out.getvalue() + repr(value) + (value._repr_html_() if hasattr(value, "_repr_html_") else "")
    return values, shown


def test_the_notebooks_are_those_of_the_sources():
    built = exercise_notebooks()
    assert sorted(built) == FOUND, "run: python -m ailab.exercises build"
    for name, content in built.items():
        assert (ROOT / name).read_text("utf-8") == as_text(content), "run: python -m ailab.exercises build"


@pytest.mark.parametrize("lesson", lesson_names())
def test_each_belongs_to_a_lesson(lesson):
    assert (ROOT / lesson.split("/")[0] / f"{read_exercise(lesson).notebook}.ipynb").is_file()
    assert read_exercise(lesson).notebook.startswith(lesson.split("/")[1] + "_")


@pytest.mark.parametrize("lesson", lesson_names())
def test_solutions_are_right_and_the_cells_show_what_the_tasks_speak_of(lesson):
    checking._wrong.clear()
    values, shown = run(notebook(lesson, solutions=True)["cells"])
    for number, item in enumerate(read_exercise(lesson).items, 1):
        assert values[f"answer-{number}"].right, values[f"answer-{number}"]
        for text in item.shows:
            assert text in shown[f"first-{number}"]


@pytest.mark.parametrize("lesson", lesson_names())
def test_exercises_run_as_they_are_given_and_say_that_the_blanks_are_there(lesson):
    values, _shown = run(notebook(lesson, solutions=False)["cells"])
    for number in range(1, len(read_exercise(lesson).items) + 1):
        assert values[f"answer-{number}"].code == "blank"


@pytest.mark.parametrize("lesson", lesson_names())
def test_an_exercise_gives_no_solution_away(lesson):
    text = as_text(notebook(lesson, solutions=False))
    assert "«" not in text
    for item in read_exercise(lesson).items:
        assert item.starter != item.solution
        assert "..." in item.starter


@pytest.mark.parametrize(
    ("name", "solutions", "code"), [("tourism/exercises/03_may_doan_chu.en.ipynb", False, "blank"), ("admin/exercises/02_viec_va_han.ipynb", True, "right")]
)
def test_in_a_real_kernel(name, solutions, code, tmp_path):
    content = nbformat.reads(as_text(exercise_notebooks(solutions=solutions)[name]), as_version=4)
    NotebookClient(content, timeout=60, resources={"metadata": {"path": str(tmp_path)}}, kernel_name="python3").execute(env=os.environ)
    answers = [cell.outputs[-1].data for cell in content.cells if cell.id.startswith("answer-")]
    assert len(answers) == 4
    for answer in answers:
        assert f'data-code="{code}"' in answer["text/html"]
        assert answer["text/plain"].startswith({"blank": "…", "right": "✓"}[code])


def test_solutions_go_to_a_folder_of_their_own(tmp_path, capsys):
    assert main(["build", "--solutions", str(tmp_path / "lời giải")]) == 0
    names = sorted(path.relative_to(tmp_path / "lời giải").as_posix() for path in (tmp_path / "lời giải").rglob("*.ipynb"))
    assert names == FOUND
    assert len(capsys.readouterr().out.splitlines()) == len(names) == len(lesson_names()) * len(LANGUAGES)
    solved = json.loads((tmp_path / "lời giải" / "admin/exercises/01_tom_tat_van_ban.ipynb").read_text("utf-8"))
    assert "tra_loi = 10" in "".join("".join(cell["source"]) for cell in solved["cells"])
    assert "dành cho giảng viên" in "".join(solved["cells"][0]["source"])


def test_exercises_are_no_dashboards():
    assert FOUND
    for language in LANGUAGES:
        assert not [dashboard.path for dashboard in find_dashboards(language) if "exercises" in dashboard.path]
        for name in FOUND:
            assert resolve(name, language, ROOT) is None, "the server answers 404"
    assert find_dashboards(root=ROOT / "admin") == [], "not even where somebody serves the folder of a sector"
