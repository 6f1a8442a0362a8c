"""One learner's server under JupyterHub: the lessons and JupyterLab in one process, ``python -m ailab.singleuser``.

JupyterHub starts it in place of ``jupyterhub-singleuser``. The lessons are the classroom of ``ailab serve``, mounted at ``lessons/``:
template, languages, headers and limits are the same, and who may come in is JupyterHub's business.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp

from ailab.classroom.access import Headers
from ailab.classroom.app import OFFLINE, Classroom
from ailab.classroom.dashboards import notebooks_dir
from ailab.i18n import gettext as _
from ailab.kernels.provisioner import ForkServerClient
from ailab.lab import _arguments_anywhere, _folder_error, _write_settings, default_folder, sync_notebooks

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["HostedClassroom", "Lessons", "main"]

_LESSONS_OPEN = 6  # at once; whoever opens more is asked to close one


class HostedClassroom(Classroom):
    """The classroom as a part of a Jupyter server.

    Parameters
    ----------
    server : ServerApp
        Decides who may come in, and how they log in.
    """

    hosted = True

    def __init__(self, server: ServerApp) -> None:
        super().__init__(host="127.0.0.1", browser=False, learners=_LESSONS_OPEN)
        self.server = server
        self.base_url = f"{server.base_url}lessons/"

    def initialize(self, argv: list[str] | None = None) -> None:
        """Prepare everything, and leave signals to the server."""
        names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        before = {name: signal.getsignal(name) for name in names}
        super().initialize(argv)
        for name, handler in before.items():
            signal.signal(name, handler)

    def init_settings(self) -> dict[str, Any]:
        """Settings of tornado, with the door of the server."""
        theirs = {name: self.server.web_app.settings[name] for name in ("cookie_secret", "login_url")}
        door = {"identity_provider": self.server.identity_provider, "authorizer": self.server.authorizer, "allow_unauthenticated_access": False}
        return super().init_settings() | theirs | door

    def listen(self) -> None:
        """Be reached by way of the server."""
        self.app.add_transform(Headers)
        # Not by way of Jupyter's own method, which takes handlers only, no applications.
        tornado.web.Application.add_handlers(self.server.web_app, ".*$", [(f"{self.base_url}.*", self.app)])


class Lessons(ExtensionApp):
    """The extension of Jupyter Server that mounts the classroom."""

    name = "ailab"

    def initialize_handlers(self) -> None:
        """Mount it."""
        assert self.serverapp is not None
        server = self.serverapp
        self.classroom = HostedClassroom(server)
        self.classroom.initialize([])
        self.classroom.start()
        # JupyterHub stops a server as Ctrl-C does, after which Jupyter would end without a word to its extensions.
        signal.signal(signal.SIGINT, lambda *_signal: server.stop(from_signal=True))

    async def stop_extension(self) -> None:
        """Stop the kernels of the lessons, then remove what they were reached by."""
        with contextlib.ExitStack() as ending:  # each, whatever becomes of the others; the last first
            ending.callback(shutil.rmtree, self.classroom.connection_dir, ignore_errors=True)
            ending.callback(ForkServerClient.shared().stop)
            await ensure_async(self.classroom.kernel_manager.shutdown_all(now=True))


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """What Jupyter Server asks an extension for."""
    return [{"module": "ailab.singleuser", "app": Lessons}]


def main(argv: list[str] | None = None) -> None:
    """Copy the notebooks, then be the learner's server until JupyterHub stops it.

    Parameters
    ----------
    argv : list of str, optional
        Arguments of ``jupyterhub-singleuser``. Default: those of the process.
    """
    from jupyterhub.singleuser.extension import JupyterHubSingleUser  # type: ignore[import-untyped]

    folder = default_folder()
    try:
        sync_notebooks(notebooks_dir(), folder, today=date.today(), suffix=_("(new %(date)s)"))  # noqa: DTZ011 - the day on the server
    except OSError as error:  # a full volume, say: only inside can anything be deleted
        print(_folder_error(folder, error), file=sys.stderr, flush=True)
        folder = folder if folder.is_dir() else folder.parent
    os.environ.update(OFFLINE)
    with tempfile.TemporaryDirectory(prefix="ailab-") as settings:
        _write_settings(Path(settings))
        os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(settings) / "runtime")  # not on the learner's volume: on a full one, Jupyter would not start
        os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [settings, os.environ.get("JUPYTER_CONFIG_PATH")]))
        # Voila's own extension would show the notebooks once more, with a template that loads from other servers.
        extensions = "--ServerApp.jpserver_extensions={'ailab.singleuser': True, 'voila.server_extension': False}"
        JupyterHubSingleUser.launch_instance([*_arguments_anywhere(folder), extensions, *(argv or sys.argv[1:])])


if __name__ == "__main__":
    main()
