"""A stand-in for the browser that holds a collection, and for a classifier that tells photos apart by their colour."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from ailab.results import Diagnosis, PhotoReview


def photo(colour, seed=0):
    """A small JPEG of one colour with some noise."""
    noise = np.random.default_rng(seed).integers(-20, 20, (24, 24, 3))
    pixels = np.clip(np.array(Image.new("RGB", (24, 24), colour), int) + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


class Browser:
    """Does what photo_collection.js does with the messages of a PhotoCollection."""

    def __init__(self, collection):
        self.collection = collection
        self.classes, self.photos, self.said, self.groups = [], [], [], ["", ""]
        self._ids = 0
        collection.send = self._asked

    def put(self, name, data, *, test=False, group=""):
        if name not in self.classes:
            self.classes.append(name)
        self._ids += 1
        self.photos.append({"id": f"p{self._ids}", "cls": name, "test": test, "group": group, "data": data})

    def tell(self, ids=()):
        """Tell the kernel the state, with the bytes of some photos."""
        sent = [one for one in self.photos if one["id"] in ids]
        content = {
            "kind": "collection", "classes": [{"id": name, "name": name} for name in self.classes], "groups": self.groups,
            "photos": [{key: one[key] for key in ("id", "cls", "test", "group")} for one in self.photos], "sent": [one["id"] for one in sent],
        }  # fmt: skip
        self.collection._handle_custom_msg(content, [memoryview(one["data"]) for one in sent])

    def _asked(self, content, buffers=()):
        kind = content["kind"]
        if kind == "got":
            if content["missing"]:
                self.tell(content["missing"][:2])
            return
        if kind == "say":
            self.said.append(content["text"])
            return
        if kind == "remove":
            self.photos = [one for one in self.photos if one["id"] not in content["ids"]]
        elif kind == "move":
            for one in self.photos:
                if one["id"] in content["ids"]:
                    one["cls"] = content["label"]
        else:
            if kind == "replace":
                self.classes, self.photos = list(content["classes"]), []
            for one, data in zip(content["photos"], buffers, strict=True):
                self.put(one["name"], bytes(data), test=one.get("test", False))
        self.tell()


class ByColour:
    """Learns the mean colour of each class."""

    crops_ = ()

    def fit(self, images, labels, progress=None):
        colours = []
        for at, image in enumerate(images):
            colours.append(self._colour(image))
            if progress:
                progress(at + 1, len(images))
        self.classes_ = np.unique(labels)
        self.means = np.array([np.mean([c for c, label in zip(colours, labels, strict=True) if label == name], 0) for name in self.classes_])
        self.photos_ = list(zip(images, labels, strict=True))
        return self

    def _colour(self, image):
        opened = image if isinstance(image, Image.Image) else Image.open(io.BytesIO(image))
        return np.asarray(opened.convert("RGB"), float).mean((0, 1))

    def predict_proba(self, images):
        distance = np.array([np.linalg.norm(self.means - self._colour(image), axis=1) for image in images])
        score = np.exp(-distance / 50)
        return score / score.sum(1, keepdims=True)

    def predict(self, images):
        return self.classes_[self.predict_proba(images).argmax(1)]

    def diagnose(self, image, crop=None):
        opened = image if isinstance(image, Image.Image) else Image.open(io.BytesIO(image)).convert("RGB")
        p = self.predict_proba([opened])[0]
        ranked = [(str(self.classes_[i]), float(p[i])) for i in p.argsort()[::-1]]
        return Diagnosis(ranked[0][0], ranked[0][1], tuple(ranked[1:]), None, crop, 0.0, None, opened, np.ones((3, 3), np.float32))

    def explain(self, image, label=None):
        assert label in self.classes_
        return np.ones((3, 3), np.float32)

    def save(self, target, photos=True):
        target.write(b"model with photos\xff" if photos else b"model\xff")


def look(images, labels, groups):
    """As ailab.image_classifier.review: takes every photo whose label is not its colour for the class of its colour."""
    names = tuple(sorted(set(labels)))
    predicted = tuple(ByColour().fit(images, labels).predict(images))
    confusion = np.zeros((len(names), len(names)), int)
    for label, guess in zip(labels, predicted, strict=True):
        confusion[names.index(label), names.index(guess)] += 1
    tally = {}
    for group, label, guess in zip(groups, labels, predicted, strict=True):
        right, n = tally.get(group, (0, 0))
        tally[group] = (right + (label == guess), n + 1)
    return PhotoReview(names, tuple(labels), predicted, (0.9,) * len(labels), confusion, (), tally)


def collected(collection, *, reds=3, blues=3):
    """A browser with photos of two classes, and some markup in a name."""
    browser = Browser(collection)
    for seed in range(reds):
        browser.put("đỏ <b>", photo("#c03020", seed))
    for seed in range(blues):
        browser.put("xanh", photo("#2030c0", seed + 50))
    browser.tell()
    return browser
