"""The collection of photos by class: taken, named, sorted and kept in the visitor's own browser, which tells the kernel what there is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from ailab import cards, samples
from ailab.i18n import gettext as _
from ailab.widgets.photo_input import PHOTO_BUTTON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CollectedPhoto", "PhotoCollection", "draw_jpeg"]

_HERE = Path(__file__).parent
MOST_CLASSES, MOST_PHOTOS = 8, 60
_DRAWN = (("coffee", "healthy"), ("coffee", "rust"), ("coffee", "cercospora"))
_DRAWINGS = 12
_SIDE = 320


@dataclass(frozen=True)
class CollectedPhoto:
    """One photo of a collection: ``data`` is a small JPEG, ``test`` says whether it is kept apart to test with, ``group`` is a name or empty."""

    key: str
    data: bytes
    label: str
    test: bool = False
    group: str = ""


class PhotoCollection(anywidget.AnyWidget):
    """Photos sorted into classes that the visitor names.

    The photos lie in the visitor's browser, so that a reload or a kernel that died loses nothing; here is a copy. What is asked of
    the collection is done by the browser, which then tells its new state: ``count`` rises once the copy is whole.
    """

    _esm = PHOTO_BUTTON + (_HERE / "photo_store.js").read_text("utf-8") + (_HERE / "photo_collection.js").read_text("utf-8")
    _css = (_HERE / "photo_input.css").read_text("utf-8") + (_HERE / "photo_collection.css").read_text("utf-8")

    labels = traitlets.Dict(help="The texts, in the language of the visitor.").tag(sync=True)
    limits = traitlets.Dict({"classes": MOST_CLASSES, "photos": MOST_PHOTOS}, help="Most classes, and most photos a class.").tag(sync=True)
    count = traitlets.Int(help="Rises with each change of the collection.")

    def __init__(self) -> None:
        super().__init__()
        self.labels = _labels()
        self.classes: tuple[str, ...] = ()
        self.groups: tuple[str, str] = ("", "")
        self.photos: tuple[CollectedPhoto, ...] = ()
        self._data: dict[str, bytes] = {}
        self.on_msg(self._told)

    @property
    def learned(self) -> tuple[CollectedPhoto, ...]:
        """Photos to learn from."""
        return tuple(photo for photo in self.photos if not photo.test)

    @property
    def tests(self) -> tuple[CollectedPhoto, ...]:
        """Photos that are kept apart to test with."""
        return tuple(photo for photo in self.photos if photo.test)

    def add(self, photos: Iterable[tuple[bytes, str]], *, test: bool = False) -> None:
        """Put photos with the names of their classes in; classes that are missing are made while there is room."""
        photos = list(photos)
        self.send({"kind": "add", "photos": [{"name": label, "test": test} for _data, label in photos]}, [data for data, _label in photos])

    def move(self, keys: Sequence[str], label: str) -> None:
        """Put photos into another class."""
        self.send({"kind": "move", "ids": list(keys), "label": label})

    def remove(self, keys: Sequence[str]) -> None:
        """Throw photos away."""
        self.send({"kind": "remove", "ids": list(keys)})

    def replace(self, classes: Sequence[str], photos: Iterable[tuple[bytes, str]]) -> None:
        """Put another collection in the place of what is learned from; test photos of classes that stay are kept."""
        photos = list(photos)
        self.send({"kind": "replace", "classes": list(classes), "photos": [{"name": label} for _data, label in photos]}, [data for data, _label in photos])

    def _told(self, _widget: Any, content: dict[str, Any], buffers: list[memoryview]) -> None:
        if content.get("kind") == "drawings":
            self._draw()
        elif content.get("kind") == "collection":
            self._take(content, buffers)

    def _take(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """State of the browser; photos that are missing here are asked for."""
        self._data |= {key: bytes(data) for key, data in zip(content["sent"], buffers, strict=True)}
        names = {one["id"]: str(one["name"]) for one in content["classes"]}
        listed = [one for one in content["photos"] if one["cls"] in names]
        missing = [one["id"] for one in listed if one["id"] not in self._data]
        self.send({"kind": "got", "missing": missing})
        if missing:
            return
        self._data = {one["id"]: self._data[one["id"]] for one in listed}
        self.classes = tuple(names.values())
        first, second = (str(name) for name in content["groups"])
        self.groups = (first, second)
        groups = {"a": first or "A", "b": second or "B"}
        self.photos = tuple(
            CollectedPhoto(one["id"], self._data[one["id"]], names[one["cls"]], bool(one["test"]), groups.get(one["group"], "")) for one in listed
        )
        self.count += 1

    def _draw(self) -> None:
        """Three classes of drawn leaves, sent as they are drawn."""
        try:
            for at, (crop, condition) in enumerate(_DRAWN):  # a seed is a leaf, whatever its condition: no leaf twice
                seeds = range(at * _DRAWINGS, (at + 1) * _DRAWINGS)
                self.add((draw_jpeg(crop, condition, seed), drawn_name(crop, condition)) for seed in seeds)
            self.send({"kind": "say", "text": _("Drawn by a program, not photos. A machine that learned from drawings knows drawings only.")})
        except Exception:
            logging.getLogger("ailab").exception("drawing failed")
            self.send(
                {"kind": "say", "text": _("Something went wrong inside the program. What you did is kept. Try again; if it happens again, tell the trainer.")}
            )


def drawn_name(crop: str, condition: str) -> str:
    """Name of a class of drawn leaves."""
    return _("%(name)s (drawn)") % {"name": cards.condition_name(f"{crop}__{condition}")}


def draw_jpeg(crop: str, condition: str, seed: int) -> bytes:
    """A drawn leaf as a small photo."""
    import io

    buffer = io.BytesIO()
    samples.draw_leaf(crop, condition, seed, size=_SIDE, label=False).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def drawn_test(number: int) -> tuple[bytes, str]:
    """A drawn leaf that no collection holds, and the name of its class."""
    crop, condition = _DRAWN[number % len(_DRAWN)]
    return draw_jpeg(crop, condition, 100 + number), drawn_name(crop, condition)


def _labels() -> dict[str, str]:
    here = _("The photos are in this browser on this device and, while the page is open, in the memory of the machine that runs this lesson. Nowhere else.")
    safe = _("A browser may tidy up, and the address of this page can change with the Wi-Fi. To be safe, save the file in part 6.")
    gone = _("This browser does not allow keeping them (a private window?). If you close or reload the page, they are gone.")
    return {
        "camera": _("Take a photo"),
        "choose": _("Choose photos"),
        "class_n": _("Class %(n)d"),
        "class_name": _("Name of the class"),
        "add_class": _("Add a class"),
        "remove_class": _("Remove the class %(name)s"),
        "ask_remove_class": _("Remove this class and its photos?"),
        "yes": _("Yes, delete"),
        "no": _("No, keep"),
        "count": _("Photos: %(n)d"),
        "photo": _("The photo"),
        "test_photos": _("Photos to test with (not learned)"),
        "move_to": _("Move to"),
        "remove": _("Remove this photo"),
        "close": _("Close"),
        "drawings": _("No camera? Use drawn leaves"),
        "drawing": _("A program is drawing leaves…"),
        "reading": _("Making photos small: %(n)d of %(total)d…"),
        "sending": _("Sending photos: %(n)d to go…"),
        "opening": _("Looking for the photos of last time…"),
        "too_many": _("No room: 60 photos a class and 8 classes at most. Left out: %(left)d."),
        "full_class": _("The class “%(name)s” has 60 photos already. Remove some first."),
        "not_a_photo": _("This browser cannot read “%(name)s”. Use the camera button, or choose a JPEG photo."),
        "failed": _("“%(name)s” could not be read from your device. Choose it again."),
        "no_answer": _("The computer has not answered for a long time. Your photos are safe in this browser if it says so below. Reload the page."),
        "groups": _("Two kinds of photos? Mark them and compare"),
        "groups_why": _("For example: phone A and phone B, or bright and dark. Part 4 then shows whether the machine is right as often for both."),
        "group_name": _("Name of group %(n)s"),
        "group_a": _("for example: bright"),
        "group_b": _("for example: dark"),
        "mark_as": _("Tap marks “%(name)s”"),
        "mark_off": _("Stop marking"),
        "mark_all": _("Mark all here: %(name)s"),
        "marking": _("Now tap the photos that belong to “%(name)s”. Tap again to take the mark away."),
        "clear": _("Delete all my photos from this device"),
        "ask_clear": _("Delete all %(n)d photos? Nobody can bring them back."),
        "kept_browser": f"{here} {safe}",
        "kept_memory": f"{here} {gone}",
        "kept_kiosk": _("This device is for everyone. The photos are forgotten when nobody touches it for 90 seconds."),
        "kept_stopped": _("Your photos are kept in this browser. Open the lesson again, then press “Teach the machine”."),
        "full": _("This browser has no more room. The newest photos are gone after a reload. Save the file in part 6, then delete some."),
    }
