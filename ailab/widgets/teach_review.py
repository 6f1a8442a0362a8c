"""Look at the data: how many photos, the same photo twice, mistakes with one-tap mending, what is taken for what, two groups compared."""

from __future__ import annotations

import itertools
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.i18n import get_language
from ailab.i18n import gettext as _
from ailab.show import percent, style
from ailab.show.review import confusion_html, counts_html, groups_html, thumbnail_html
from ailab.widgets.base import Demo, answered, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ailab.results import PhotoReview
    from ailab.widgets.photo_collection import CollectedPhoto
    from ailab.widgets.teach import Teach

__all__ = ["TeachReview"]

_ROWS = 8  # at a time
_numbers = itertools.count(1)


class TeachReview(Demo):
    """What is wrong with the photos, judged by machines that each had not learned the photo that they judge.

    Parameters
    ----------
    teach : Teach
    review : callable, optional
        Default: :func:`ailab.image_classifier.review`.
    """

    value = traitlets.Any(help="last PhotoReview, None before")

    def __init__(self, teach: Teach, review: Callable[..., PhotoReview] | None = None) -> None:
        self.teach = teach
        self._review = review
        self.press = ipywidgets.Button(description=_("Look at the photos"), button_style="primary")
        self.stale = ipywidgets.HTML()
        self.mistakes = ipywidgets.VBox()
        self.twins = ipywidgets.VBox()
        super().__init__([self.press])
        self.children = (self.press, self.stale, self.output, self.mistakes, self.twins)
        self.say(_("Teach the machine in part 2 first. Then look here."))
        self.press.on_click(self._look)
        teach.collection.observe(self._changed, "count")
        teach.observe(self._forget, "value")

    def _changed(self, _change: Any) -> None:
        if self.value is not None:
            text = _("The photos have changed. Press the button to look again.")
            self.stale.value = f'{style()}<div class="ailab-result"><p class="ailab-box ailab-doubt" role="status">{escape(text)}</p></div>'

    def _forget(self, _change: Any) -> None:
        if self.teach.value is None:
            self.value, self.stale.value = None, ""
            _replace(self.mistakes, [])
            _replace(self.twins, [])
            self.say(_("Teach the machine in part 2 first. Then look here."))

    @answered
    def _look(self, _button: Any) -> None:
        if self.teach.value is None:
            self.say(_("Teach the machine in part 2 first. Then look here."), kind="doubt")
            return
        self.press.disabled = True
        self.say(_("Looking at the photos…"))
        try:
            self._show(self.teach.collection.learned, self.teach.collection.photos)
        finally:
            self.press.disabled = False

    def _show(self, photos: Sequence[CollectedPhoto], everything: Sequence[CollectedPhoto]) -> None:
        _replace(self.mistakes, [])
        _replace(self.twins, [])
        self.stale.value = ""
        review = (self._review or _default_review)([p.data for p in photos], [p.label for p in photos], [p.group for p in photos])
        data = [photo.data for photo in photos]
        right = _("It would have got %(right)d of %(n)d photos right without having learned them.")
        right %= {"right": len(photos) - len(review.mistakes), "n": len(photos)}
        self.output.value = (
            f'{style()}<div class="ailab-result" lang="{get_language()}"><p class="ailab-box ailab-note">{escape(right)}</p>'
            f"{counts_html(review)}{groups_html(review)}{confusion_html(review, data, next(_numbers))}</div>"
        )
        self._show_mistakes(review, photos)
        self._show_twins(everything)
        self.value = review

    # --- mistakes ---

    def _show_mistakes(self, review: PhotoReview, photos: Sequence[CollectedPhoto]) -> None:
        rows = [self._mistake(photos[i], review.predicted[i], review.confidence[i]) for i in review.mistakes[:_ROWS]]
        words = _("Photos that it would get wrong") if rows else _("It would have got none of them wrong. Is that luck, or are the photos too alike?")
        more = []
        if len(review.mistakes) > _ROWS:
            left = _("%(n)d more. Mend these first, then look again.") % {"n": len(review.mistakes) - _ROWS}
            more = [ipywidgets.HTML(f'<div class="ailab-result ailab-small">{escape(left)}</div>')]
        _replace(self.mistakes, [heading(words), *rows, *more])

    def _mistake(self, photo: CollectedPhoto, guess: str, confidence: float) -> ipywidgets.HBox:
        words = _("You say “%(label)s”. It would say “%(guess)s” (%(sure)s). Who is right?") % {
            "label": photo.label,
            "guess": guess,
            "sure": percent(confidence),
        }
        row = _row(f"{thumbnail_html(photo.data)}<span>{escape(words)}</span>")
        collection = self.teach.collection
        self._offer(
            row,
            (_("It is: %(name)s") % {"name": guess}, partial(collection.move, [photo.key], guess)),
            (_("My label is right"), None),
            (_("Remove this photo"), partial(collection.remove, [photo.key])),
        )
        return row

    # --- the same photo twice ---

    def _show_twins(self, everything: Sequence[CollectedPhoto]) -> None:
        pairs = [(everything[i], everything[j]) for i, j in _duplicates(everything)]
        kinds = [(pair, words) for pair in pairs if (words := _trouble(*pair))]
        rows = [self._twin(first, second, words) for (first, second), words in kinds[:_ROWS]]
        harmless = len(pairs) - len(kinds)
        notes = []
        if harmless:
            text = _("Nearly the same photo twice in one class: %(n)d pairs. That does no harm, but other photos would teach more.")
            notes = [ipywidgets.HTML(f'<div class="ailab-result ailab-small">{escape(text % {"n": harmless})}</div>')]
        _replace(self.twins, [heading(_("Nearly the same photo twice")), *rows, *notes] if rows or notes else [])

    def _twin(self, first: CollectedPhoto, second: CollectedPhoto, words: str) -> ipywidgets.HBox:
        row = _row(f"{thumbnail_html(first.data)}{thumbnail_html(second.data)}<span>{escape(words)}</span>")
        collection = self.teach.collection
        names = [_("Remove the left one (%(name)s)"), _("Remove the right one (%(name)s)")]
        self._offer(row, *((name % {"name": photo.label}, partial(collection.remove, [photo.key])) for name, photo in zip(names, (first, second), strict=True)))
        return row

    def _offer(self, row: ipywidgets.HBox, *offers: tuple[str, Callable[[], None] | None]) -> None:
        buttons = []
        for name, action in offers:
            button = ipywidgets.Button(description=name)
            button.on_click(partial(self._chosen, row, action))
            buttons.append(button)
        row.children = (*row.children, ipywidgets.HBox(buttons))

    @answered
    def _chosen(self, row: ipywidgets.HBox, action: Callable[[], None] | None, _button: Any) -> None:
        if row.layout.display == "none":  # the second tap of two
            return
        row.layout.display = "none"
        if action:
            action()


def _default_review(*arguments: Any) -> PhotoReview:
    from ailab.image_classifier import review

    return review(*arguments)


def _duplicates(photos: Sequence[CollectedPhoto]) -> list[tuple[int, int]]:
    from ailab.photo_features import look_at, near_duplicates
    from ailab.vision import BUNDLED, shared_backbone

    return near_duplicates(look_at([photo.data for photo in photos], shared_backbone(str(BUNDLED))))


def _trouble(first: CollectedPhoto, second: CollectedPhoto) -> str:
    """What is wrong with a pair that is nearly the same, or nothing."""
    if first.test != second.test:
        return _("Learned from one, tested with the other: the test is too easy, like an exam with known questions. Remove one.")
    if first.label != second.label:
        return _("The same picture in two classes: the machine cannot know which is meant. Remove one.")
    return ""


def _row(html: str) -> ipywidgets.HBox:
    row = ipywidgets.HBox([ipywidgets.HTML(f'<div class="ailab-result ailab-teach-row">{html}</div>')])
    row.add_class("ailab-teach-item")
    return row


def _replace(box: ipywidgets.VBox, children: list[ipywidgets.Widget]) -> None:
    """Put children into a box and let go of those that were there."""
    old, box.children = box.children, tuple(children)
    for child in old:
        _close(child)


def _close(widget: ipywidgets.Widget) -> None:
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
