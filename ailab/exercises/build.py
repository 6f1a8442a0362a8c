"""Write the notebooks of the exercises, or those with the solutions: ``python -m ailab.exercises build [--solutions DIR]``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ailab.exercises.source import common_texts, lesson_names, read_exercise
from ailab.i18n import DEFAULT, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ailab.exercises.source import Exercise, Item

__all__ = ["exercise_notebooks", "main"]

_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}


def exercise_notebooks(*, solutions: bool = False) -> dict[str, dict[str, Any]]:
    """Make the notebooks of all exercises, in each language.

    Parameters
    ----------
    solutions : bool, default=False
        With the blanks filled in.

    Returns
    -------
    dict of str to dict
        Path from the folder of notebooks, ``"agriculture/exercises/01_kham_benh_la.ipynb"``, -> notebook, ready for JSON.
    """
    found = {}
    for lesson in lesson_names():
        exercise = read_exercise(lesson)
        for language in LANGUAGES:
            ending = "" if language == DEFAULT else f".{language}"
            path = f"{lesson.split('/', maxsplit=1)[0]}/exercises/{exercise.notebook}{ending}.ipynb"
            found[path] = _notebook(exercise, language, solutions=solutions)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ailab.exercises", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="write the notebooks of the exercises beside the lessons")
    build.add_argument("--solutions", type=Path, metavar="DIR", help="write the notebooks with the solutions to this folder, and nothing else")
    folder = parser.parse_args(argv).solutions
    from ailab.classroom.dashboards import notebooks_dir

    for name, notebook in exercise_notebooks(solutions=folder is not None).items():
        path = (folder or notebooks_dir()) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(notebook), "utf-8", newline="\n")
        print(path)
    return 0


def as_text(notebook: dict[str, Any]) -> str:
    """The notebook as it stands in its file."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _notebook(exercise: Exercise, language: str, *, solutions: bool) -> dict[str, Any]:
    common = {key: texts[language] for key, texts in common_texts().items()}
    note = f"{common['solutions']}\n\n" if solutions else ""
    cells = [
        _markdown("intro", f"# {exercise.title[language]}\n\n{note}{exercise.intro[language]}\n\n{common['how']}"),
        _code("setup", exercise.setup),
    ]
    for number, item in enumerate(exercise.items, 1):
        cells.append(_markdown(f"task-{number}", _task(item, number, language)))
        if item.first:
            cells.append(_code(f"first-{number}", item.first))
            cells.append(_markdown(f"now-{number}", common["now"]))
        code = item.solution if solutions else item.starter
        cells.append(_code(f"answer-{number}", f'{code}\nailab.check("{exercise.lesson}", {number}, tra_loi)'))
    cells.append(_markdown("end", common["end"]))
    return {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}


def _task(item: Item, number: int, language: str) -> str:
    options = "\n".join(f"- **{letter}** – {texts[language]}" for letter, texts in item.options.items())
    return "\n\n".join(filter(None, (f"## {number}. {item.title[language]}", item.task[language], options)))


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": text.splitlines(keepends=True)}
