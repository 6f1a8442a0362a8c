"""The command ``ailab``.

``ailab serve`` opens the classroom, ``ailab lab`` opens JupyterLab on notebooks of one's own, ``ailab doctor`` checks the laptop before
the lesson, ``ailab check-passages`` looks for mistakes in a folder of knowledge, ``ailab course`` and ``ailab report`` keep the tests before
and after a course.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ailab import __version__
from ailab.course import command as course_command
from ailab.errors import AilabError
from ailab.i18n import LANGUAGES
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments. Default: those of the process.

    Returns
    -------
    int
        Exit status: 0, or 1 with a sentence that says what to do.
    """
    # Kernels inherit the language, and so do the words of this command, which must be known before it is parsed in full.
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument("--lang")
    asked = language.parse_known_args(argv)[0].lang
    if asked in LANGUAGES:
        os.environ["AILAB_LANG"] = asked
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old console shows a question mark, it does not stop
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "doctor":
            from ailab.doctor import doctor

            return doctor(port=arguments.port, notebooks=arguments.notebooks)
        if arguments.command == "check-passages":
            return _check_passages(arguments.folder)
        if arguments.command in course_command.COMMANDS:
            return course_command.run(arguments)
        if arguments.command == "lab":
            from ailab.lab import lab

            lab(folder=arguments.folder, port=arguments.port, browser=not arguments.no_browser)
            return 0
        from ailab.classroom.app import serve

        names = ("host", "port", "notebooks", "pin", "learners", "idle_minutes", "kiosk", "prepare")
        serve(browser=not arguments.no_browser, **{name: getattr(arguments, name) for name in names})
    except AilabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check_passages(folder: str) -> int:
    from ailab.passages import check_passages, load_passages

    problems = check_passages(folder)
    for problem in problems:
        print(problem)
    if not problems:
        print(_("%(count)d passages, all fine.") % {"count": len(load_passages(folder))})
    return 1 if problems else 0


def _port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535, for example 8900"))
    return int(text)


def _positive(text: str, problem: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(problem)
    return int(text)


def _people(text: str) -> int:
    return _positive(text, _("give a number of people, for example 40"))


def _minutes(text: str) -> int:
    return _positive(text, _("give a number of minutes, for example 20"))


def _pin(text: str) -> str:
    if not text.isascii() or not text.isdigit() or not 4 <= len(text) <= 8:
        raise argparse.ArgumentTypeError(_("a PIN has 4 to 8 digits, for example 4711"))
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ailab", description=_("AI demos that run on this laptop, without the internet."))
    parser.add_argument("--version", action="version", version=f"ailab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve | lab | doctor | check-passages | course | report")
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument("--lang", choices=list(LANGUAGES), help=_("language of the pages and of these messages (default: vi)"))
    common = argparse.ArgumentParser(add_help=False, parents=[language])
    common.add_argument("--port", type=_port_number, help=_("port to use (default: 8866, or the next free one)"))
    common.add_argument("--notebooks", type=Path, metavar="FOLDER", help=_("folder of notebooks (default: those of ailab)"))
    serving = commands.add_parser("serve", parents=[common], help=_("open the classroom: lessons in the browser, for this laptop and for phones"))
    serving.add_argument("--host", default="0.0.0.0", help=_("127.0.0.1 lets in nobody but this laptop (default: 0.0.0.0, phones may join)"))  # noqa: S104
    serving.add_argument("--no-browser", action="store_true", help=_("do not open the browser on this laptop"))
    serving.add_argument(
        "--idle-minutes", type=_minutes, default=20, metavar="N", help=_("stop a page that nobody has used for N minutes (default: %(default)s)")
    )
    serving.add_argument(
        "--kiosk", nargs="?", const="agriculture/01_kham_benh_la.ipynb", metavar="LESSON",
        help=_("for a booth at a fair: only this lesson; untouched for 90 seconds, it forgets everything"),
    )  # fmt: skip
    serving.add_argument(
        "--prepare", nargs="+", default=(), metavar="LESSON", help=_("have the pages of these lessons ready before the class comes, for N people or 40")
    )
    serving.add_argument("--learners", type=_people, metavar="N", help=_("let in at most N people at once (default: as many as the memory holds)"))
    serving.add_argument(
        "--pin",
        type=_pin,
        nargs="?",
        const=f"{secrets.randbelow(10_000):04d}",
        help=_("let in only those who type a PIN: 4 to 8 digits of your choice, or --pin alone for a random one"),
    )
    experimenting = commands.add_parser("lab", parents=[language], help=_("open JupyterLab on notebooks of your own, to experiment without the internet"))
    experimenting.add_argument("--folder", type=Path, metavar="FOLDER", help=_("your folder of notebooks (default: ailab in your documents)"))
    experimenting.add_argument("--port", type=_port_number, help=_("port to use (default: 8888, or the next free one)"))
    experimenting.add_argument("--no-browser", action="store_true", help=_("do not open the browser on this laptop"))
    commands.add_parser("doctor", parents=[common], help=_("check this laptop before the lesson"))
    checking = commands.add_parser(
        "check-passages", parents=[language], help=_("look for mistakes in a folder of passages, the knowledge that answers questions")
    )
    checking.add_argument("folder", metavar="FOLDER", help=_("folder or file of passages, or the name of a bundled base"))
    course_command.add_commands(commands, language, _people)
    return parser
