"""The trainer's page: who is here, how the laptop is doing, which lessons are open. Behind a token that is printed in the terminal."""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import tornado.web
from jupyter_core.utils import ensure_async

from ailab.classroom.dashboards import find_dashboards, original, same_lesson
from ailab.classroom.handlers import Page
from ailab.classroom.network import qr_svg
from ailab.i18n import gettext as _
from ailab.i18n import using

if TYPE_CHECKING:
    from ailab.classroom.app import Classroom

__all__ = ["TrainerActionHandler", "TrainerHandler", "TrainerPage", "TrainerStateHandler"]


class TrainerPage(Page):
    """Only with the token, which is part of the address."""

    @property
    def classroom(self) -> Classroom:
        """The server."""
        classroom: Classroom = self.settings["classroom"]
        return classroom

    async def prepare(self, *args: Any, **kwargs: Any) -> None:
        """Refuse like an address that does not exist."""
        await super().prepare(*args, **kwargs)
        if not hmac.compare_digest(self.path_args[0], self.classroom.trainer_token):
            raise tornado.web.HTTPError(404)
        self.set_header("Cache-Control", "no-store")

    def check_xsrf_cookie(self) -> None:
        """The token in the address is what another site cannot know; its pages are refused as well."""
        if not self.check_origin():
            raise tornado.web.HTTPError(403)


class TrainerHandler(TrainerPage):
    """The page."""

    def get(self, token: str) -> None:
        """Answer with the page."""
        with using(self.language):
            words = {
                "learner": _("Learner %(number)s"), "minutes": _("%(minutes)s min"), "busy": _("working"),
                "here": _("%(learners)s here"), "away": _("not connected"),
                "prepare": _("Prepare"), "leave": _("Never mind"), "ready": _("%(ready)s of %(wanted)s ready"),
                "restart": _("Restart"), "open": _("Open"), "close": _("Close"), "lost": _("No connection to the classroom."),
                "sure": _("End the class for everybody? Open pages stop."), "ended": _("The class has ended."),
                "again": _("The classroom was started again. The terminal shows the new address of this page."),
            }  # fmt: skip
            addresses = self.phone_addresses()
            code = qr_svg(addresses[0]) if addresses else None
            self.finish(
                self.page("trainer.html.j2", token=token, words=json.dumps(words).replace("</", "<\\/"), addresses=addresses, qr=code, pin=self.classroom.pin)
            )


class TrainerStateHandler(TrainerPage):
    """The figures, every two seconds."""

    def get(self, _token: str) -> None:
        """Answer in JSON."""
        room = self.classroom
        learners = room.learners.list(self.kernel_manager)
        lessons = [
            {"path": d.path, "title": d.title, "open": original(d.path) not in room.closed, "learners": here,
             "prepared": bool(wanted := room.pool.wanted(d.path)), "ready": (ready := room.pool.ready(d.path)), "wanted": max(wanted - here, ready)}
            for d in find_dashboards(self.language, Path(room.root_dir))
            for here in [sum(same_lesson(learner["path"], d.path) for learner in learners)]
        ]  # fmt: skip
        memory = psutil.virtual_memory()
        self.finish(
            {
                "learners": learners, "waiting": room.line.waiting, "limit": room.limit, "lessons": lessons, "cpu": psutil.cpu_percent(),
                "memory": memory.percent, "free_mb": memory.available // 2**20,
            }
        )  # fmt: skip


class TrainerActionHandler(TrainerPage):
    """The buttons."""

    async def post(self, _token: str) -> None:
        """Do what was pressed."""
        match json.loads(self.request.body or b"null"):
            case {"do": "close", "path": str(path)}:
                self.classroom.closed.add(original(path))
            case {"do": "open", "path": str(path)}:
                self.classroom.closed.discard(original(path))
            case {"do": "prepare", "path": str(path)}:
                self.classroom.pool.prepare(path, language=self.language)
            case {"do": "leave", "path": str(path)}:
                self.classroom.pool.leave(path)
            case {"do": "restart", "number": int(number)}:
                manager: Any = self.kernel_manager
                if (kernel_id := self.classroom.learners.kernel_of(number)) and kernel_id in manager:
                    await ensure_async(manager.shutdown_kernel(kernel_id, now=True))
            case {"do": "end"}:
                self.classroom.end()
            case _:
                raise tornado.web.HTTPError(400)
        self.set_status(204)
