"""Courses on the trainer's page: enter one, open its tests, end it; plain forms, as on the command line."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from ailab.classroom.dashboards import SECTORS, sector_name
from ailab.classroom.trainer import TrainerPage
from ailab.errors import AilabError
from ailab.i18n import gettext as _
from ailab.i18n import using

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.course.store import Store

__all__ = ["CoursesHandler"]

_MOST = 1000  # learners that one course may plan


class CoursesHandler(TrainerPage):
    """The page with the courses that this laptop knows."""

    async def get(self, token: str) -> None:
        """Answer with the page."""
        await self._show(token, "")

    async def post(self, token: str) -> None:
        """Do what was pressed, then show the page; what went wrong stands on it in words."""
        try:
            with using(self.language):
                await self._with_store(self._do)
        except AilabError as error:
            await self._show(token, str(error))
        else:
            self.redirect(f"{self.base_url}trainer/{token}/courses?lang={self.language}", status=303)

    async def _with_store(self, task: Callable[[Store], Any]) -> Any:
        """Ask the database beside the classroom, which must not wait for it."""
        from ailab.course.store import Store

        def ask() -> Any:
            with Store(self.classroom.database) as store:
                return task(store)

        return await asyncio.to_thread(ask)

    def _do(self, store: Store) -> None:
        from ailab.course.bank import load_bank

        action, code, today = self.get_body_argument("do"), self.get_body_argument("code", ""), dt.datetime.now().astimezone().date()
        if action in {"before", "after"}:
            store.open_test(code, action, today)
        elif action == "end":
            store.end_course(code, today)
        else:
            title, learners = self.get_body_argument("title", "")[:200], self.get_body_argument("learners", "")
            if not title:
                raise AilabError(_("Give the course a name, without names of people."), code="no_title")
            if not learners.isdecimal() or not 1 <= int(learners) <= _MOST:
                raise AilabError(_("How many learners are planned? Write a number from 1 to %(most)d.") % {"most": _MOST}, code="no_number")
            store.new_course(load_bank(), sector=self.get_body_argument("sector"), title=title, learners=int(learners), planned_on=today)

    async def _show(self, token: str, problem: str) -> None:
        self.set_header("Cache-Control", "no-store")
        with using(self.language):
            try:
                courses, tested = await self._with_store(lambda store: (store.courses()[::-1], store.tested()))
            except AilabError as error:
                self.set_status(503)
                self.finish(self.page("message.html.j2", title=_("Something went wrong"), message=error))
                return
            states = {
                "new": _("not begun"), "before": _("test before is open"), "after": _("test after is open"), "paused": _("begun, no test open"),
                "ended": _("ended"),
            }  # fmt: skip
            names = {"sectors": {sector: sector_name(sector) for sector in SECTORS}, "states": states, "problem": problem}
            self.finish(self.page("courses.html.j2", token=token, courses=courses, tested=tested, **names))
