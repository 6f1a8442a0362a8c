"""Each teaching so far, and how the machine did on the test photos after it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ailab.i18n import gettext as _
from ailab.show import list_html, style
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from ailab.widgets.teach import Teach

__all__ = ["TeachHistory"]

_SHOWN = 8


class TeachHistory(Demo):
    """Show whether it gets better.

    Parameters
    ----------
    teach : Teach
    """

    def __init__(self, teach: Teach) -> None:
        self.teach = teach
        super().__init__([])
        teach.observe(self._show, "history")
        self._show(None)

    @answered
    def _show(self, _change: Any) -> None:
        history = self.teach.history
        if not history:
            self.say(_("Each time the machine is taught, one line appears here: how many photos, and its score on your test photos."))
            return
        line, untested = _("Photos: %(photos)d. Test: %(right)d of %(tested)d right."), _("Photos: %(photos)d. Not tested.")
        lines = [(line if one.tested else untested) % vars(one) for one in history[-_SHOWN:]]
        warning = _("Look at the test photos too often, and mend the machine until they fit, and they are no test any more. Then take new ones.")
        title = _("Each teaching, the newest last")
        self.output.value = f'{style()}<div class="ailab-result">{list_html(title, lines)}<p class="ailab-small">{escape(warning)}</p></div>'
