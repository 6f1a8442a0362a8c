"""``ailab course`` and ``ailab report``."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.classroom.dashboards import SECTORS
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.course.store import Store

__all__ = ["COMMANDS", "add_commands", "run"]

#: Of ``ailab``, that this module runs.
COMMANDS = ("course", "report")
_PLAN = (20, 2000)  # courses and learners that the province wants


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser], language: argparse.ArgumentParser, people: Callable[[str], int]) -> None:
    """Add the commands to the parser of ``ailab``.

    Parameters
    ----------
    commands
        What ``add_subparsers`` returned.
    language : ArgumentParser
        With ``--lang``.
    people : callable
        Reads a number of people.
    """
    where = argparse.ArgumentParser(add_help=False, parents=[language])
    where.add_argument("--database", metavar="FILE", help=_("where results are kept: a file, or the address of a PostgreSQL server (default: on this laptop)"))
    course = commands.add_parser("course", help=_("courses: the tests before and after, and pages of completion"))
    actions = course.add_subparsers(dest="action", required=True, metavar="new | start | after | end | list | completion | check | copy")

    new = actions.add_parser("new", parents=[where], help=_("enter a course"))
    new.add_argument("--sector", required=True, choices=SECTORS, help=_("sector of the lessons"))
    new.add_argument("--title", required=True, help=_("name of the course, without names of people"))
    new.add_argument("--learners", required=True, type=people, metavar="N", help=_("how many learners are planned"))
    new.add_argument("--place", default="", help=_("commune or ward"))
    new.add_argument("--date", type=_day, metavar="DD/MM/YYYY", help=_("day that is planned"))
    new.add_argument("--code", type=_code, help=_("code of the same course on another laptop in the room"))
    for name, told in (("start", _("begin the course: open the test before it")), ("after", _("open the test after the course"))):
        opening = actions.add_parser(name, parents=[where], help=told)
        opening.add_argument("code", metavar="CODE")
        opening.add_argument("--date", type=_day, metavar="DD/MM/YYYY", help=_("the day (default: today, by the clock of this laptop)"))
    end = actions.add_parser("end", parents=[where], help=_("end the course: close the tests"))
    end.add_argument("code", metavar="CODE")
    end.add_argument("--date", type=_day, metavar="DD/MM/YYYY", help=_("the day (default: today, by the clock of this laptop)"))
    end.add_argument("--learners", type=people, metavar="N", help=_("how many learners you counted in the room"))
    actions.add_parser("list", parents=[where], help=_("list the courses on this laptop"))
    completion = actions.add_parser("completion", parents=[where], help=_("write the pages of completion of everybody who finished, to print"))
    completion.add_argument("code", metavar="CODE")
    completion.add_argument("--out", type=Path, metavar="FILE", help=_("file to write (default: completion-CODE.html)"))
    checking = actions.add_parser("check", parents=[where], help=_("check the code on a page of completion"))
    checking.add_argument("code", metavar="CODE")
    checking.add_argument("copies", nargs="*", metavar="FILE_OR_FOLDER", help=_("for the page of another laptop: what “ailab course copy” wrote there"))
    copying = actions.add_parser("copy", parents=[where], help=_("copy all results into one file, to take to the province"))
    copying.add_argument("folder", type=Path, metavar="FOLDER")

    report = commands.add_parser("report", parents=[language], help=_("put results of many laptops together: a page, a workbook, pictures"))
    report.add_argument("sources", nargs="+", metavar="FILE_OR_FOLDER", help=_("files that “ailab course copy” wrote, or folders of them"))
    report.add_argument("--out", type=Path, default=Path("report"), metavar="FOLDER", help=_("folder to write to (default: %(default)s)"))
    report.add_argument("--planned-courses", type=people, default=_PLAN[0], metavar="N", help=_("courses in the plan (default: %(default)s)"))
    report.add_argument("--planned-learners", type=people, default=_PLAN[1], metavar="N", help=_("learners in the plan (default: %(default)s)"))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked.

    Parameters
    ----------
    arguments : Namespace

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    AilabError
        With a sentence that says what to do.
    """
    if arguments.command == "report":
        return _report(arguments)
    from ailab.course.store import Store

    with Store(arguments.database) as store:
        return _ACTIONS[arguments.action](store, arguments)


def _new(store: Store, arguments: argparse.Namespace) -> int:
    from ailab.course.bank import load_bank

    options = {name: getattr(arguments, name) for name in ("sector", "title", "place", "learners", "code")}
    course = store.new_course(load_bank(), planned_on=arguments.date, **options)
    print(_("Course entered. Its code: %(code)s") % {"code": course.code})
    print(_("When it begins: ailab course start %(code)s") % {"code": course.code})
    print(_("On a second laptop in the same room, enter the same course with --code %(code)s") % {"code": course.code})
    return 0


def _start(store: Store, arguments: argparse.Namespace) -> int:
    course = store.open_test(arguments.code, "before", arguments.date or _today())
    print(_("The test before the course is open: %(title)s. Learners find it on their phones under /test") % {"title": course.title})
    return 0


def _after(store: Store, arguments: argparse.Namespace) -> int:
    course = store.open_test(arguments.code, "after", arguments.date or _today())
    print(_("The test after the course is open: %(title)s. Learners type the code that they noted down.") % {"title": course.title})
    return 0


def _end(store: Store, arguments: argparse.Namespace) -> int:
    course = store.end_course(arguments.code, arguments.date or _today(), arguments.learners)
    done = {"title": course.title, "count": len(store.finished(course))}
    print(_("The course has ended: %(title)s. %(count)d learners finished the test after it.") % done)
    return 0


def _list(store: Store, _arguments: argparse.Namespace) -> int:
    phases = {
        "new": _("not begun"), "before": _("test before is open"), "after": _("test after is open"), "paused": _("begun, no test open"), "ended": _("ended"),
    }  # fmt: skip
    courses, tested = store.courses(), store.tested()
    if not courses:
        print(_("There is no course yet. Enter one: ailab course new --help"))
    for course in courses:
        day = course.started_on or course.planned_on
        told = {
            "code": course.code, "day": day.strftime("%d/%m/%Y") if day else "--/--/----", "state": phases[course.phase], "title": course.title,
            "tested": tested.get(course.uuid, 0), "planned": course.planned_learners,
        }  # fmt: skip
        print(_("%(code)s  %(day)s  %(title)s: %(state)s, %(tested)d of %(planned)d learners have a code") % told)
    return 0


def _completion(store: Store, arguments: argparse.Namespace) -> int:
    from ailab.course.completion import completion_pages, secret_in
    from ailab.errors import AilabError

    course = store.course(arguments.code)
    learners = store.finished(course)
    path = arguments.out or Path(f"completion-{course.code}.html")
    try:
        path.write_text(completion_pages(secret_in(store.folder), course, learners), encoding="utf-8")
    except OSError as error:
        raise AilabError(_("%(path)s cannot be written. Choose another place with --out.") % {"path": path}, code="out") from error
    print(_("%(count)d pages of completion: %(path)s. Open the file in a browser and print it.") % {"count": len(learners), "path": path})
    return 0


def _check(store: Store, arguments: argparse.Namespace) -> int:
    from ailab.course.completion import check_completion, read_completion, secret_in, verifier
    from ailab.course.merge import find_completion

    typed = read_completion(arguments.code)
    if typed is None:
        print(_("There is a slip in this code. Compare it with the page, letter by letter, and type it again."))
        return 1
    titles = {course.code: course.title for course in store.courses()}
    if check_completion(secret_in(store.folder), arguments.code) is None:
        found, problems = find_completion([store.database, *arguments.copies], typed.course, typed.learner, verifier(arguments.code))
        for problem in problems:
            print(problem)
        if found is None:
            print(_("This code is not known here, or its last part has a slip. Type it again."))
            print(_("If the course was on another laptop, name a copy from there: ailab course check CODE FOLDER"))
            return 1
        titles[found.code] = found.title
    told = {"learner": typed.learner, "title": titles.get(typed.course, typed.course)}
    print(_("Genuine: learner %(learner)s has completed the course %(title)s.") % told)
    return 0


def _copy(store: Store, arguments: argparse.Namespace) -> int:
    from ailab.course.codes import new_code
    from ailab.course.completion import completion_code, secret_in, verifier

    secret = secret_in(store.folder)
    store.keep_verifiers(lambda course, learner: verifier(completion_code(secret, course, learner)))
    path = arguments.folder / f"ailab-{_today():%Y%m%d}-{new_code()}.sqlite3"
    store.copy_to(path)
    print(_("Results copied to %(path)s. There are no names in it.") % {"path": path})
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from ailab.course.bank import load_bank
    from ailab.course.merge import merge
    from ailab.course.report import write_report

    results = merge(arguments.sources)
    for problem in results.problems:
        print(problem)
    if not results.sources:
        print(_("No results could be read, so there is no report."))
        return 1
    files = write_report(results, load_bank(), arguments.out, today=_today(), plan=(arguments.planned_courses, arguments.planned_learners))
    told = {"courses": len(results.courses), "learners": len(results.learners), "sources": results.sources}
    print(_("%(courses)d courses and %(learners)d learners from %(sources)d databases.") % told)
    print(_("The report: %(path)s") % {"path": files[0]})
    return 0


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "new": _new,
    "start": _start,
    "after": _after,
    "end": _end,
    "list": _list,
    "completion": _completion,
    "check": _check,
    "copy": _copy,
}


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - the day where the laptop is


def _day(text: str) -> dt.date:
    for shown in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, shown).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(_("write a day like 25/12/2026"))


def _code(text: str) -> str:
    from ailab.course.codes import read_code

    code = read_code(text)
    if code is None:
        raise argparse.ArgumentTypeError(_("that is not the code of a course; look for a slip"))
    return code
