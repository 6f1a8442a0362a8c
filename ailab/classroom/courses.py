"""Courses on the trainer's page: enter one, open its tests, end it; plain forms, as on the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ailab.classroom.dashboards import SECTORS, sector_name
from ailab.classroom.trainer import TrainerPage
from ailab.errors import AilabError
from ailab.i18n import gettext as _
from ailab.i18n import using

if TYPE_CHECKING:
    from ailab.course.store import Store

__all__ = ["CoursesHandler"]

_MOST = 1000  # learners that one course may plan


class CoursesHandler(TrainerPage):
    """The page with the courses that this laptop knows."""

    def get(self, token: str) -> None:
        """Answer with the page."""
        self._show(token, "")

    def post(self, token: str) -> None:
        """Do what was pressed, then show the page; what went wrong stands on it in words."""
        try:
            with using(self.language), self._store() as store:
                self._do(store)
        except AilabError as error:
            self._show(token, str(error))
        else:
            self.redirect(f"{self.base_url}trainer/{token}/courses?lang={self.language}", status=303)

    def _store(self) -> Store:
        from ailab.course.store import Store

        return Store(self.classroom.database)

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

    def _show(self, token: str, problem: str) -> None:
        with using(self.language):
            states = {
                "new": _("not begun"), "before": _("test before is open"), "after": _("test after is open"), "paused": _("begun, no test open"),
                "ended": _("ended"),
            }  # fmt: skip
            with self._store() as store:
                courses, tested = store.courses()[::-1], store.tested()
            names = {"sectors": {sector: sector_name(sector) for sector in SECTORS}, "states": states, "problem": problem}
            self.set_header("Cache-Control", "no-store")
            self.finish(self.page("courses.html.j2", token=token, courses=courses, tested=tested, **names))
