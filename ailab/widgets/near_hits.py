"""What else came close to a question, and how close."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ailab.i18n import gettext as _
from ailab.show import hits_html
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.widgets.ask import Ask

__all__ = ["NearHits"]


class NearHits(Demo):
    """The passages nearest to the last question of a demo.

    Parameters
    ----------
    demo : Ask
    """

    def __init__(self, demo: Ask) -> None:
        self.demo = demo
        super().__init__([])
        self.say(_("Ask a question in part 1 first. What came close appears here."))
        demo.attach(self, self._show)

    @answered
    def _show(self, _change: Any) -> None:
        answer = self.demo.value
        assert answer is not None
        if answer.reason in {"empty", "unreadable"}:
            self.say(_("Ask a question in part 1 first. What came close appears here."))
            return
        asked = _("Question: “%(question)s”") % {"question": answer.question[:200]}
        self.output.value = f'<div class="ailab-result"><p><b>{escape(asked)}</b></p></div>{hits_html(answer)}'
