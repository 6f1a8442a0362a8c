"""A notebook becomes a page: Voila's renderer, exporter and executor with three things mended.

- Jinja compiles each template once, not once a visitor (two thirds of Voila's time).
- A cell that fails shows the visitor one sentence; the traceback goes to the trainer's log.
- A kernel that does not start ends the page with a sentence, where Voila would let it wait for ever.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, ClassVar

import jinja2
import voila.handler
import voila.notebook_renderer
from voila.execute import VoilaExecutor
from voila.exporter import VoilaExporter
from voila.notebook_renderer import NotebookRenderer

from ailab.i18n import get_language
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jinja2.bccache import Bucket

__all__ = ["Executor", "Exporter", "Renderer", "install"]


class _SharedBytecode(jinja2.BytecodeCache):
    """Compiled templates of the whole process."""

    compiled: ClassVar[dict[tuple[str, str], bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class Exporter(VoilaExporter):
    """Voila's exporter with compiled templates, and messages in the visitor's language."""

    _bytecode = _SharedBytecode()

    def _create_environment(self) -> jinja2.Environment:
        environment: jinja2.Environment = super()._create_environment()
        environment.bytecode_cache = self._bytecode
        environment.globals["_"] = _
        return environment

    def _init_resources(self, resources: dict[str, Any]) -> dict[str, Any]:
        resources = super()._init_resources(resources)
        resources["language_code"] = get_language()
        return resources


class Executor(VoilaExecutor):
    """Voila's executor with one sentence for the visitor in place of Voila's advice for programmers."""

    def strip_code_cell_errors(self, cell: dict[str, Any]) -> dict[str, Any]:
        """Replace the traceback of a failed cell by a sentence."""
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                output.update(ename="", evalue="", traceback=[sorry()])
        return cell


class Renderer(NotebookRenderer):
    """Voila's renderer, which tells the template about the page around the notebook."""

    async def initialize(self, **kwargs: Any) -> None:
        """Load the notebook."""
        await super().initialize(**kwargs)
        chrome = self.request_handler.chrome()
        self.notebook.metadata["title"] = chrome["title"]
        self.resources["classroom"] = chrome

    async def generate_content_generator(self, kernel_id: str | None = None, kernel_future: Any = None) -> AsyncIterator[tuple[str, Any]]:
        """Yield the page piece by piece."""
        self.request_handler.arrived(kernel_id)
        try:
            async for snippet, resources in super().generate_content_generator(kernel_id, kernel_future):
                yield snippet, resources
        except Exception:
            self.log.exception("The page could not be finished: %s", self.notebook_path)
            self.request_handler.finished = False
            # The kernel id has not reached the page if the kernel did not start: the script knows that as "stopped".
            yield f'<p class="ailab-sorry">{html.escape(sorry())}</p><script>window.ailab.stopped()</script></body></html>', self.resources


def sorry() -> str:
    """Sentence for the visitor of a page on which something failed."""
    return _("Something went wrong here, and it is not your fault. Tell the trainer, then reload this page to try again.")


def install() -> None:
    """Put these classes in the place of Voila's, which names its own in the code and has no setting for them."""
    voila.handler.NotebookRenderer = Renderer
    voila.notebook_renderer.VoilaExporter = Exporter
    voila.notebook_renderer.VoilaExecutor = Executor
