"""The test on the phone: one question a page, as plain forms that work without JavaScript. Mounted by the classroom under ``/test``."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import tornado.web

from ailab.classroom.access import WrongTries
from ailab.course.bank import DONT_KNOW, load_bank
from ailab.course.codes import read_code
from ailab.course.completion import completion_pages, secret_in
from ailab.course.look import render
from ailab.course.store import Store, questions_of
from ailab.errors import AilabError
from ailab.i18n import LANGUAGES, choose, get_language, using
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.course.bank import Bank
    from ailab.course.tables import Course

__all__ = ["CodeHandler", "CompletionHandler", "QuestionHandler", "StartHandler", "handlers"]

_COOKIE = "ailab_test"
_COOKIE_SECONDS = 14 * 86400  # a course may have a second day
_MOST_BODY = 4096


class Room:
    """What the pages share; the database is opened at the first visit.

    Parameters
    ----------
    base : str
        Address of the start page, such as ``/test/``.
    home : str
        Where to go from there.
    database : str, optional
    bank : Bank, optional
    course : str, optional
    """

    def __init__(self, base: str, home: str, *, database: str | None, bank: Bank | None, course: str | None) -> None:
        self.base, self.home = base, home
        self._bank = bank
        self.wrong = WrongTries()
        self.begun: defaultdict[str, WrongTries] = defaultdict(WrongTries)  # an address to its new codes: not more than ten a minute
        self._database = database
        self._course = course
        self._store: Store | None = None
        self._opening = threading.Lock()
        self.threads = ThreadPoolExecutor(thread_name_prefix="test")  # of its own: kernels are started in those of asyncio

    @property
    def bank(self) -> Bank:
        """The questions."""
        return self._bank or load_bank()

    @property
    def store(self) -> Store:
        """The results."""
        with self._opening:
            if self._store is None:
                self._store = Store(self._database)
        return self._store

    def course(self) -> Course | None:
        """The course whose test is open: the one that was asked for or opened on this machine, or else the one that was started last."""
        wanted = self._course or self.store.opened_here()
        return next((course for course in self.store.open_courses() if wanted in {None, course.code}), None)


def handlers(base_url: str = "/", *, database: str | None = None, bank: Bank | None = None, course: str | None = None) -> list[Any]:
    """Addresses of the test, for the application that mounts them.

    Parameters
    ----------
    base_url : str
        Of the classroom; the test is at ``test/`` below it.
    database : str, optional
        As in :class:`~ailab.course.store.Store`.
    bank : Bank, optional
        Default: the bundled one.
    course : str, optional
        Code of the course of this room, where several rooms share a server. Default: the one that was opened on this machine.

    Returns
    -------
    list of tuple
        Pattern, handler, arguments.
    """
    base = f"{base_url}test/"
    room = {"room": Room(base, base_url, database=database, bank=bank, course=course)}
    return [
        (base[:-1], tornado.web.RedirectHandler, {"url": base, "permanent": False}),
        (base, StartHandler, room),
        (f"{base}code", CodeHandler, room),
        (f"{base}question", QuestionHandler, room),
        (f"{base}completion", CompletionHandler, room),
    ]


class _Test(tornado.web.RequestHandler):
    """One page of the test."""

    room: Room

    def initialize(self, room: Room) -> None:
        """Take what tornado hands to each request."""
        self.room = room

    def prepare(self) -> None:
        """Refuse what our forms do not send."""
        self.set_header("Cache-Control", "no-store")
        if self.request.method == "POST":
            if len(self.request.body) > _MOST_BODY:
                raise tornado.web.HTTPError(413)
            self.check_xsrf_cookie()  # whether or not the application asks for it

    @property
    def language(self) -> str:
        """Language of the visitor."""
        asked = self.get_query_argument("lang", "")
        return asked if asked in LANGUAGES else get_language()

    @property
    def address(self) -> str:
        """Who asks."""
        return self.request.remote_ip or ""

    async def course(self) -> Course | None:
        """The course whose test is open."""
        found: Course | None = await self.work(self.room.course)
        return found

    async def learner(self, course: Course) -> str | None:
        """Code of the visitor in this course."""
        code = read_code(self.get_cookie(_COOKIE, "") or "")
        return code if code and await self.work(lambda: self.room.store.knows(course, code)) else None

    async def work(self, task: Callable[[], Any]) -> Any:
        """Ask the database beside the classroom, which must not wait for the disk."""
        return await asyncio.get_running_loop().run_in_executor(self.room.threads, contextvars.copy_context().run, task)

    def show(self, template: str, **names: Any) -> None:
        """Answer with a page."""
        with using(self.language):
            around = {"base": self.room.base, "home": self.room.home, "query": f"?lang={self.language}", "languages": LANGUAGES}
            self.finish(render(template, language=self.language, xsrf=self.xsrf_form_html(), **around, **names))

    def go(self, page: str = "") -> None:
        """Send the visitor to another page of the test."""
        self.redirect(f"{self.room.base}{page}?lang={self.language}", status=303)

    def remember(self, code: str) -> None:
        """Know the visitor after a reload. By the phone's own clock: the laptop's may be wrong."""
        self.set_cookie(_COOKIE, code, path=self.room.base, httponly=True, samesite="Lax", max_age=_COOKIE_SECONDS)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a sentence."""
        error = kwargs.get("exc_info", (None, None))[1]
        with using(self.language):
            message = str(error) if isinstance(error, AilabError) else _("That did not work. What you answered before is kept. Go back to the test and go on.")
            self.set_status(503 if isinstance(error, AilabError) else status_code)
            self.show("test_message.html.j2", title=_("Something went wrong"), message=message, again=True)


class StartHandler(_Test):
    """The start: begin, or go on with a code."""

    async def get(self) -> None:
        """Answer with the page."""
        await self.ask()

    async def ask(self, problem: str = "", status: int = 200) -> None:
        """Offer what is possible now."""
        self.set_status(status)
        course = await self.course()
        if course is None:
            with using(self.language):
                title, message = _("No test is open now"), _("The trainer opens it when it is time. Then reload this page.")
            self.show("test_message.html.j2", title=title, message=message, again=False)
        elif await self.learner(course) and not problem:
            self.go("question")
        else:
            self.show("test_start.html.j2", course=course, problem=problem, count=len(course.pairs), typed=self.get_body_argument("code", ""))

    async def post(self) -> None:
        """Begin with a new code."""
        course = await self.course()
        tries = self.room.begun[self.address]
        with using(self.language):
            if course is None:
                self.go()
            elif await self.learner(course):  # pressed twice
                self.go("question")
            elif wait := tries.wait(self.address):
                self.set_header("Retry-After", str(wait))
                await self.ask(_("Many have begun on this device just now. Wait %(seconds)d seconds, then try again.") % {"seconds": wait}, 429)
            else:
                tries.add(self.address)
                self.remember(await self.work(lambda: self.room.store.enrol(course)))
                self.go("question")


class CodeHandler(StartHandler):
    """Go on with a code that was noted down, or let the next person use this phone."""

    async def get(self) -> None:
        """There is no page of its own."""
        self.go()

    async def post(self) -> None:
        """Read the code."""
        course = await self.course()
        typed = self.get_body_argument("code", "")
        with using(self.language):
            if self.get_body_argument("forget", ""):
                self.clear_cookie(_COOKIE, path=self.room.base)
                self.go()
            elif course is None:
                self.go()
            elif wait := self.room.wrong.wait(self.address):
                self.set_header("Retry-After", str(wait))
                await self.ask(_("There were too many wrong codes. Wait %(seconds)d seconds, then try again.") % {"seconds": wait}, 429)
            elif code := read_code(typed):
                if not await self.work(lambda: self.room.store.knows(course, code)):
                    self.room.wrong.add(self.address)  # maybe of another laptop, maybe a guess
                    await self.work(lambda: self.room.store.join(course, code))
                self.remember(code)
                self.go("question")
            else:
                self.room.wrong.add(self.address)
                await self.ask(_("That is not a code of this test. Look at it again: there is a slip in it."), 403)


class QuestionHandler(_Test):
    """The next question, or the end."""

    async def get(self) -> None:
        """Answer with the question that is next."""
        course = await self.course()
        code = await self.learner(course) if course else None
        if course is None or code is None:
            self.go()
            return
        ids = questions_of(course, code, course.phase)
        done = await self.work(lambda: self.room.store.answers(course, code, course.phase))
        left = [question for question in ids if question not in done]
        if not left:
            before = await self.work(lambda: self.room.store.answers(course, code, "before"))
            scores = {"before": sum(before.values()), "after": sum(done.values()), "both": len(before) == len(done)}
            with using(self.language):
                asked = [(self.room.bank.questions[name], done[name]) for name in ids if name in self.room.bank.questions and course.phase == "after"]
                explained = [(choose(q.text), choose(q.options[q.answer]), choose(q.why), right) for q, right in asked]
            self.show("test_end.html.j2", course=course, code=code, count=len(ids), explained=explained, **scores)
            return
        question = self.room.bank.questions.get(left[0])
        if question is None:
            with using(self.language):
                raise AilabError(_("The questions of this course are not in this version of ailab. Tell the trainer."), code="bank")
        with using(self.language):
            options = [(letter, choose(text)) for letter, text in sorted(question.options.items())]
            told = {"question": question.id, "text": choose(question.text), "options": options, "dont_know": DONT_KNOW}
        self.show("test_question.html.j2", course=course, code=code, number=len(ids) - len(left) + 1, count=len(ids), **told)

    async def post(self) -> None:
        """Keep an answer; the same one sent twice is kept once."""
        course = await self.course()
        code = await self.learner(course) if course else None
        identifier, chosen, phase = (self.get_body_argument(name, "") for name in ("question", "chosen", "phase"))
        question = self.room.bank.questions.get(identifier)
        if (
            course
            and code
            and question
            and phase == course.phase
            and identifier in questions_of(course, code, phase)
            and chosen in {*question.options, DONT_KNOW}
        ):
            right = chosen == question.answer
            await self.work(lambda: self.room.store.answer(course, code, phase, identifier, chosen, right=right))
        self.go("question")


class CompletionHandler(_Test):
    """The page to print, for a learner who has finished the test after the course."""

    async def get(self) -> None:
        """Answer with the page."""
        course = await self.course()
        code = await self.learner(course) if course else None
        if course is None or code is None or code not in await self.work(lambda: self.room.store.finished(course)):
            self.go()
            return
        secret = await self.work(lambda: secret_in(self.room.store.folder))
        with using(self.language):
            self.finish(completion_pages(secret, course, [code]))
