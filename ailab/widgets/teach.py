"""Teach: a button, how far it is, a button that really stops, and teaching again by itself when a photo changes."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ailab.errors import TeachingError
from ailab.i18n import get_language, using
from ailab.i18n import gettext as _
from ailab.widgets.base import Demo, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.image_classifier import ImageClassifier
    from ailab.widgets.photo_collection import CollectedPhoto, PhotoCollection

__all__ = ["Taught", "Teach"]


@dataclass(frozen=True)
class Taught:
    """One teaching: how many photos of how many classes, and how many of the test photos were right then."""

    photos: int
    classes: int
    right: int = 0
    tested: int = 0


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The learner pressed stop."""


class Teach(Demo):
    """Teach a machine from a collection. After the first time it teaches again by itself whenever a photo changes.

    Parameters
    ----------
    collection : PhotoCollection
    make : callable, optional
        Gives an untaught classifier. Default: :class:`~ailab.ImageClassifier`.
    """

    value = traitlets.Any(help="the classifier that was taught last, None before")
    guesses = traitlets.Dict(help="what it says of each test photo, by the photo's key")
    history = traitlets.Tuple(help="each teaching so far, a Taught")

    def __init__(self, collection: PhotoCollection, make: Callable[[], ImageClassifier] | None = None) -> None:
        self.collection = collection
        self._make = make or _new_classifier
        self._lang = get_language()
        self._halt = threading.Event()
        self._busy = False
        self._thread: threading.Thread | None = None
        self._learned: tuple[tuple[bytes, str], ...] = ()
        self._again = False
        self.press = ipywidgets.Button(description=_("Teach the machine"), button_style="primary")
        self.halt = ipywidgets.Button(description=_("Stop"))
        self.bar = ipywidgets.IntProgress(min=0, max=1, layout={"width": "100%", "max_width": "34rem"})
        super().__init__([ipywidgets.HBox([self.press, self.halt]), self.bar])
        self._show_work(working=False)
        self.say(_("Collect photos in part 1. Then press the button."))
        self.press.on_click(self._pressed)
        self.halt.on_click(self._stop)
        collection.observe(self._collection_changed, "count")

    @property
    def busy(self) -> bool:
        """Whether it is being taught."""
        return self._busy

    def join(self, timeout: float | None = None) -> None:
        """Wait for the teaching that is under way, at most ``timeout`` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)

    def use(self, classifier: ImageClassifier, photos: tuple[tuple[bytes, str], ...]) -> None:
        """Take a classifier that was taught elsewhere, from these photos."""
        self._abandon()
        self._adopt(classifier, photos, {}, _("The machine from the file is at work. It tells apart: %(names)s."))
        if not photos:  # only other photos than those that are here teach a new one
            self._learned = _examples(self.collection)

    @answered
    def _pressed(self, _button: Any) -> None:
        if not self.busy:
            self._start()

    @answered
    def _stop(self, _button: Any) -> None:
        self._halt.set()
        self._again = False
        self.halt.disabled = True

    @answered
    def _collection_changed(self, _change: Any) -> None:
        if not self.collection.photos:
            from ailab import photo_features

            photo_features.forget()
        if self.value is None and not self.busy:
            return
        if not self.collection.photos:
            if self._learned or self.busy:  # a machine from a file without photos stays
                self._forget()
        elif self.busy:
            self._again = True
        elif _examples(self.collection) != self._learned:
            self._start()
        else:
            self._test()

    def _forget(self) -> None:
        """All photos were deleted: what was learned from them goes too."""
        self._abandon()
        self._learned, self.history, self.guesses, self.value = (), (), {}, None
        self.press.description = _("Teach the machine")
        self.say(_("Collect photos in part 1. Then press the button."))

    def _abandon(self) -> None:
        """What may be under way counts no more."""
        self._halt.set()
        self._halt = threading.Event()
        self._again = False
        self._rest()

    def _start(self) -> None:
        photos, tests = _examples(self.collection), self.collection.tests
        _check(self.collection)
        self._halt = threading.Event()  # one for each teaching
        self._again = False
        self._show_work(working=True)
        self.bar.value, self.bar.max = 0, max(1, len(photos))
        self.say(_("Looking at the photos…"))
        try:
            later: Callable[..., Any] = asyncio.get_running_loop().call_soon_threadsafe
        except RuntimeError:  # a script: nothing else is waiting
            later = _now
        # A thread: the page stays alive, and "stop" arrives.
        self._busy = True
        self._thread = threading.Thread(target=self._work, args=(photos, tests, later, self._halt), daemon=True)
        self._thread.start()

    def _work(self, photos: tuple[tuple[bytes, str], ...], tests: tuple[CollectedPhoto, ...], later: Callable[..., Any], halt: threading.Event) -> None:
        def progress(done: int, _total: int) -> None:
            if halt.is_set():
                raise _Stopped
            later(setattr, self.bar, "value", done)

        with using(self._lang):
            try:
                model = self._make().fit([data for data, _label in photos], [label for _data, label in photos], progress=progress)
                guesses = _guess(model, tests)
            except _Stopped:
                done: Callable[..., Any] = self._stopped
            except Exception as error:  # noqa: BLE001 - raised again where it is answered
                done = partial(self._failed, error)
            else:
                done = partial(self._taught, model, photos, guesses)
            later(self._finish, halt, done)

    def _finish(self, halt: threading.Event, done: Callable[[], None]) -> None:
        if halt is not self._halt:  # another teaching has begun since
            return
        (self._stopped if halt.is_set() else done)()

    def _rest(self) -> None:
        self._busy = False
        self._show_work(working=False)

    def _stopped(self) -> None:
        self._rest()
        self.say(_("Stopped. The machine is as it was before. What it has looked at it need not look at again."), kind="doubt")

    @answered
    def _failed(self, error: Exception) -> None:
        self._rest()
        raise error

    @answered
    def _taught(self, model: ImageClassifier, photos: tuple[tuple[bytes, str], ...], guesses: dict[str, str]) -> None:
        text = _("It has learned to tell apart: %(names)s. Photos: %(n)d. From now on it learns again by itself when you add, move or remove a photo.")
        self._adopt(model, photos, guesses, text)

    def _adopt(self, model: ImageClassifier, photos: tuple[tuple[bytes, str], ...], guesses: dict[str, str], text: str) -> None:
        self._rest()
        self._learned = photos
        self.press.description = _("Teach it again")
        self.history = (*self.history, Taught(len(photos), len(model.classes_)))
        names = ", ".join(str(name) for name in model.classes_)
        self.say(text % {"names": names, "n": len(photos)})
        self.guesses = {}
        self.value = model
        self.guesses = guesses
        self._record()
        if self._again:
            self._again = False
            self._collection_changed(None)

    def _test(self) -> None:
        """What the machine says of test photos that are new."""
        tests = self.collection.tests
        new = tuple(photo for photo in tests if photo.key not in self.guesses)
        self.guesses = {photo.key: self.guesses[photo.key] for photo in tests if photo.key in self.guesses} | _guess(self.value, new)
        self._record()

    def _record(self) -> None:
        right, tested = self.score()
        self.history = (*self.history[:-1], replace(self.history[-1], right=right, tested=tested))

    def score(self) -> tuple[int, int]:
        """How many test photos it gets right, and how many there are."""
        known = [(photo, self.guesses[photo.key]) for photo in self.collection.tests if photo.key in self.guesses]
        return sum(photo.label == guess for photo, guess in known), len(known)

    def _show_work(self, *, working: bool) -> None:
        self.press.disabled, self.halt.disabled = working, False
        self.halt.layout.display = self.bar.layout.display = None if working else "none"


def _new_classifier() -> ImageClassifier:
    from ailab.image_classifier import ImageClassifier

    return ImageClassifier()


def _now(call: Callable[..., Any], *arguments: Any) -> None:
    call(*arguments)


def _examples(collection: PhotoCollection) -> tuple[tuple[bytes, str], ...]:
    return tuple((photo.data, photo.label) for photo in collection.learned)


def _check(collection: PhotoCollection) -> None:
    """Refuse what nothing can be learned from, in the words of this page."""
    filled = {photo.label for photo in collection.learned}
    if not filled:
        raise TeachingError(_("There is no photo yet. Take some in part 1, or use the drawn leaves."), code="no_photos")
    if len(filled) < 2:
        message = _("Only “%(name)s” has photos. Add photos to a second class: the machine learns from the difference.")
        raise TeachingError(message % {"name": next(iter(filled))}, code="one_class")


def _guess(model: Any, photos: tuple[CollectedPhoto, ...]) -> dict[str, str]:
    guessed = model.predict([photo.data for photo in photos]) if photos else []
    return {photo.key: str(label) for photo, label in zip(photos, guessed, strict=True)}
