"""Teach a machine to tell pictures apart from a few photos of each kind.

What is seen in a photo is fixed: what the bundled network sees, colours and textures (:mod:`ailab.photo_features`). Only the last step is
learned, a linear one (logistic regression). That takes a second, needs few photos, and shows where in a photo the decision comes from.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from PIL import Image

from ailab.colour_texture import code_maps
from ailab.errors import ModelError, TeachingError
from ailab.estimator import Classifier
from ailab.explain import class_evidence, upsample
from ailab.i18n import gettext as _
from ailab.images import open_photo, photo_quality
from ailab.linear_head import LinearHead
from ailab.model_file import ModelFile, read_model_file, write_model_file
from ailab.photo_features import look_at, near_duplicates, other_things
from ailab.results import Diagnosis, PhotoReview
from ailab.vision import BUNDLED, WORKING_SIDE, model_digest, shared_backbone, softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from ailab.images import PhotoSource
    from ailab.photo_features import Look
    from ailab.results import Reason
    from ailab.vision import Backbone

__all__ = ["ImageClassifier", "review"]

_FOLDS = 5
_SURE = 0.7  # calibrated: of the answers given at this confidence seven in ten are right
_OTHER = 0.5  # probability of something else from which on nothing is answered
_TEMPERATURE, _DRAWN = 2.0, 2.0  # where the temperature is drawn to, and how strongly, in photos: who was taught little is not sure


class ImageClassifier(Classifier):
    """Tell pictures apart that a person has taught, or say that it cannot.

    Follows the conventions of scikit-learn; the images are photos, not rows of a table.

    Parameters
    ----------
    C : float, default=30
        How closely the photos are followed (inverse strength of the regularisation of the logistic regression).
    model : path, optional
        Folder of another network that was made by ``python -m ailab.training.crops``. Default: the bundled one.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        What was taught, in alphabetical order.
    temperature_ : float
        Scores are divided by it, so that a confidence means what it says; found by cross-validation over the taught photos.
    photos_ : list of (bytes, label)
        The taught photos, small, as JPEG.

    Examples
    --------
    >>> from ailab import ImageClassifier, samples
    >>> leaves = [samples.draw_leaf("coffee", name, seed) for name in ("rust", "healthy") for seed in range(4)]
    >>> teach = ImageClassifier().fit(leaves, ["gỉ sắt"] * 4 + ["khỏe"] * 4)
    >>> str(teach.predict([samples.draw_leaf("coffee", "rust", seed=9)])[0])
    'gỉ sắt'
    """

    def __init__(self, *, C: float = 30.0, model: str | os.PathLike[str] | None = None) -> None:  # noqa: N803 - scikit-learn's name
        self.C = C
        self.model = model

    @property
    def _backbone(self) -> Backbone:
        return shared_backbone(os.fspath(self.model or BUNDLED))

    #: A model of one's own knows no crops: a :class:`~ailab.widgets.LeafClinic` asks for them.
    crops_: tuple[str, ...] = ()

    def fit(self, images: Iterable[PhotoSource], labels: ArrayLike, *, progress: Callable[[int, int], Any] | None = None) -> Self:
        """Learn from photos.

        Photos that were looked at before are remembered, so that teaching again with one more takes a moment.

        Parameters
        ----------
        images : list of path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
        labels : array-like of shape (n_images,)
            What each photo shows. Two classes at least; one photo a class will do, twenty are better.
        progress : callable, optional
            Called as ``progress(done, total)`` after each photo. What it raises ends the work, and what was taught before stays.

        Raises
        ------
        PhotoError
            If a photo cannot be opened.
        TeachingError
            If there is no photo, or only one class, or not one label for each photo.
        """
        images = _listed(images)
        classes, targets = _classes(images, labels)
        looks = look_at(images, self._backbone, progress)
        self._learn(looks, classes, targets)
        return self

    def _learn(self, looks: Sequence[Look], classes: NDArray[Any], targets: NDArray[np.intp]) -> None:
        features = np.stack([look.features for look in looks])
        self._head = LinearHead.fit(features, looks[0].parts, targets, len(classes), self.C)
        self.temperature_ = _temperature(_out_of_fold(looks, targets, len(classes), self.C), targets)
        others = other_things(os.fspath(self._backbone.folder))
        self._taught = self._head.against(features, others) if len(others) else None
        self.classes_, self._targets = classes, targets
        self.photos_ = [(look.jpeg, classes[target].item()) for look, target in zip(looks, targets, strict=True)]

    def _check_taught(self) -> None:
        if not hasattr(self, "classes_"):
            raise TeachingError(_("This model has not been taught anything yet. Give it photos of two kinds at least."), code="not_taught")

    def _scores(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        self._check_taught()
        looks = look_at(_listed(images), self._backbone)
        if not looks:
            return np.empty((0, len(self.classes_)), np.float32)
        return self._head(np.stack([look.features[0] for look in looks]))

    def predict_proba(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """Calibrated probability of each class, if it is one of them, shape (n_images, n_classes); rows sum to one.

        Raises
        ------
        PhotoError
            If an image cannot be opened.
        TeachingError
            If nothing was taught.
        """
        return softmax(self._scores(images), getattr(self, "temperature_", 1.0))

    def predict(self, images: Iterable[PhotoSource]) -> NDArray[Any]:
        """Most probable class of each image, shape (n_images,). Never abstains: :meth:`diagnose` does."""
        scores = self._scores(images)
        return np.asarray(self.classes_[scores.argmax(1)])

    def score(self, images: Iterable[PhotoSource], labels: ArrayLike) -> float:
        """Share of the images whose class is predicted (accuracy, 0..1)."""
        return float(np.mean(self.predict(images) == np.asarray(labels)))

    def diagnose(self, image: PhotoSource, *, crop: str | None = None) -> Diagnosis:  # noqa: ARG002 - as CropClassifier.diagnose
        """Look at one photo.

        Parameters
        ----------
        image : path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
        crop : None
            There to be like :meth:`CropClassifier.diagnose`; a model of one's own knows no crops.

        Returns
        -------
        Diagnosis
            Its ``label`` is one of ``classes_``; its ``reason`` is never ``'not_a_leaf'``.

        Raises
        ------
        PhotoError
            If the image cannot be opened.
        TeachingError
            If nothing was taught.
        """
        photo = open_photo(image, max_side=WORKING_SIDE)
        probability = self.predict_proba([photo])[0]
        order = probability.argsort()[::-1]
        ranked = tuple((str(self.classes_[i]), float(probability[i])) for i in order)
        problem, other = photo_quality(photo).problem, float(self.predict_outlier_proba([photo])[0])
        reason: Reason | None = "unsure" if ranked[0][1] < _SURE else None
        if problem or other >= _OTHER:
            reason = "poor_photo" if problem else "unfamiliar"
        return Diagnosis(
            label=ranked[0][0], confidence=ranked[0][1], alternatives=ranked[1:], reason=reason, told_crop=None, outlier_probability=other,
            photo_problem=problem, photo=photo, evidence=class_evidence(self._evidence(photo), int(order[0])),
        )  # fmt: skip

    def predict_outlier_proba(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """Probability that an image shows nothing that was taught, shape (n_images,).

        It looks more like photos of many other things than like those that were taught; zero where the network came without such photos.
        """
        self._check_taught()
        looks = look_at(_listed(images), self._backbone)
        if not looks or self._taught is None:
            return np.zeros(len(looks), np.float32)
        return np.asarray(1 / (1 + np.exp(self._taught(np.stack([look.features[0] for look in looks]))[:, 0])), np.float32)

    def _evidence(self, photo: Image.Image) -> NDArray[np.float32]:
        """What each place adds to the score of each class, (n_classes, h, w) on the grid of the finer feature map."""
        square = photo.resize((self._backbone.size, self._backbone.size), Image.Resampling.BILINEAR)
        maps = self._backbone.features(self._backbone.prepare(square)[None])
        size, pull = maps[0].shape[2:], self._head.weights / self._head.spread
        total, start = np.zeros((len(self.classes_), *size), np.float32), 0
        for found in maps:
            part = slice(start, start := start + found.shape[1])
            total += np.stack([_resized(grid, size) for grid in np.tensordot(pull[:, part], found[0], 1)])
        for codes, n in code_maps(np.asarray(square)):
            part = slice(start, start := start + n)
            share = np.bincount(codes.ravel(), minlength=n) / codes.size
            each = pull[:, part] / np.sqrt(np.maximum(share, 1e-9))  # the square root of a share, dealt out to its places
            total += np.stack([_resized(row[codes], size) for row in each.astype(np.float32)])
        return np.asarray(total - (pull @ self._head.mean)[:, None, None], np.float32)

    def explain(self, image: PhotoSource, *, label: Any = None) -> NDArray[np.float32]:
        """Where in the photo the evidence for a class is (class activation map, Zhou et al. 2016).

        Parameters
        ----------
        image : path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
        label : optional
            One of ``classes_``. Default: the predicted one.

        Returns
        -------
        ndarray of shape (H, W), float32
            0 (no evidence) .. 1 (the strongest in this photo): a region, never the outline of a thing.
        """
        photo = open_photo(image, max_side=WORKING_SIDE)
        known = list(self.classes_) if hasattr(self, "classes_") else []
        if label is not None and label not in known:
            raise ValueError(_("Unknown label %(label)r. Choose one of classes_.") % {"label": label})
        index = known.index(label) if label is not None else int(self._scores([photo])[0].argmax())
        return upsample(class_evidence(self._evidence(photo), index), open_photo(image).size)

    def save(self, target: str | os.PathLike[str] | IO[bytes], *, photos: bool = True) -> None:
        """Write the model to a file, ``my_model.ailab`` for example.

        Parameters
        ----------
        target : path or binary file
        photos : bool, default=True
            Put the taught photos in, small: whoever loads the model can go on teaching, and sees the photos.
        """
        self._check_taught()
        settings = {
            "C": self.C, "classes": self.classes_.tolist(), "temperature": self.temperature_,
            "labels": self._targets.tolist(), "network": model_digest(self._backbone.folder),
        }  # fmt: skip
        arrays = {name: getattr(self._head, name) for name in ("mean", "spread", "weights", "bias")}
        if self._taught:
            arrays |= {"taught_weights": self._taught.weights, "taught_bias": self._taught.bias}
        files = {f"{i:04}.jpg": jpeg for i, (jpeg, _label) in enumerate(self.photos_)} if photos else {}
        write_model_file(target, ModelFile(type(self).__name__, settings, arrays, files))

    @classmethod
    def load(cls, source: str | os.PathLike[str] | bytes | IO[bytes], *, model: str | os.PathLike[str] | None = None) -> Self:
        """Read a model from a file, from :meth:`save`.

        Made with another network than the one that is here, it is taught again from the photos in it.

        Parameters
        ----------
        source : path, bytes or binary file
        model : path, optional
            As above.

        Raises
        ------
        ModelError
            If the file is damaged, of another kind or of a newer ailab, or was made with another network and holds no photos.
        """
        file = read_model_file(source, cls.__name__)
        try:
            return cls._restored(file, model)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ModelError(_("This file is not a model of ailab, or it is damaged. Choose a file whose name ends in .ailab."), code="broken_model") from error

    @classmethod
    def _restored(cls, file: ModelFile, model: str | os.PathLike[str] | None) -> Self:
        settings, arrays = file.settings, file.arrays
        self = cls(C=float(settings["C"]), model=model)
        classes, targets = np.array(settings["classes"]), np.array(settings["labels"], np.intp)
        if classes.ndim != 1 or len(classes) < 2 or targets.ndim != 1 or not 0 <= targets.min() <= targets.max() < len(classes):
            raise ValueError("classes")
        jpegs = [file.files[name] for name in sorted(file.files)]
        for jpeg in jpegs:
            open_photo(jpeg)  # a PhotoError is a ValueError
        if len(jpegs) not in {0, len(targets)}:
            raise ValueError("photos")
        if settings["network"] != model_digest(self._backbone.folder):
            if not jpegs:
                message = _("This model was made with another version of ailab and holds no photos. Teach it again, and save it with its photos.")
                raise ModelError(message, code="other_network")
            return self.fit(jpegs, classes[targets])
        self._head = LinearHead.restored(arrays, "", len(classes))
        self._taught = LinearHead.restored(arrays, "taught_", 1) if "taught_bias" in arrays else None
        self.temperature_ = float(settings["temperature"])
        if not self.temperature_ > 0:
            raise ValueError("temperature")
        self.classes_, self._targets = classes, targets
        self.photos_ = list(zip(jpegs, classes[targets].tolist(), strict=True)) if jpegs else []
        return self


def review(images: Iterable[PhotoSource], labels: ArrayLike, groups: Sequence[str] | None = None, *, classifier: ImageClassifier | None = None) -> PhotoReview:
    """Judge each photo by a model that was taught without it and without its near-duplicates.

    Parameters
    ----------
    images : list of path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
    labels : array-like of shape (n_images,)
    groups : sequence of str, optional
        A group for each photo, by light or by phone for example: how often is the model right in each?
    classifier : ImageClassifier, optional
        Whose parameters are used.

    Returns
    -------
    PhotoReview

    Raises
    ------
    PhotoError
        If a photo cannot be opened.
    TeachingError
        If there are fewer than two classes with two different photos each.
    """
    classifier = classifier or ImageClassifier()
    images = _listed(images)
    classes, targets = _classes(images, labels)
    looks = look_at(images, classifier._backbone)  # noqa: SLF001 - same module
    families = _families(looks)
    different = [len(set(families[targets == i])) for i in range(len(classes))]
    if sum(n >= 2 for n in different) < 2:
        message = _("To look at mistakes, at least two classes need two different photos each. Add photos.")
        raise TeachingError(message, code="too_few")
    scores = _out_of_fold(looks, targets, len(classes), classifier.C)
    probability = softmax(scores, _temperature(scores, targets))
    guess = scores.argmax(1)
    confusion = np.zeros((len(classes), len(classes)), np.int_)
    np.add.at(confusion, (targets, guess), 1)
    tally: dict[str, tuple[int, int]] = {}
    for group, right in zip(groups or (), guess == targets, strict=bool(groups)):
        hits, n = tally.get(group, (0, 0))
        tally[group] = (hits + int(right), n + 1)
    names = tuple(str(name) for name in classes)
    return PhotoReview(
        classes=names, labels=tuple(names[i] for i in targets), predicted=tuple(names[i] for i in guess),
        confidence=tuple(float(p) for p in probability.max(1)), confusion=confusion, duplicates=tuple(near_duplicates(looks)), group_accuracy=tally,
    )  # fmt: skip


def _listed(images: Iterable[PhotoSource]) -> list[PhotoSource]:
    if isinstance(images, (str, bytes, bytearray, memoryview, os.PathLike, Image.Image)) or getattr(images, "ndim", 4) == 3:
        raise ValueError(_("Expected a list of images, got a single one. Write [image], or use diagnose(image)."))
    return list(images)


def _classes(images: Sequence[PhotoSource], labels: ArrayLike) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Classes in order, and for each photo the place of its class."""
    given = np.asarray(labels)
    if not len(images):
        raise TeachingError(_("There is no photo to learn from. Add photos of two kinds at least."), code="no_photos")
    if given.shape != (len(images),):
        message = _("There are %(photos)d photos but %(labels)d labels. Give one label for each photo.")
        raise TeachingError(message % {"photos": len(images), "labels": given.size}, code="labels")
    classes, targets = np.unique(given, return_inverse=True)
    if len(classes) < 2:
        message = _("All photos are of one kind, “%(name)s”. Add photos of another kind: the machine learns from the difference.")
        raise TeachingError(message % {"name": classes[0]}, code="one_class")
    return classes, targets


def _families(looks: Sequence[Look]) -> NDArray[np.intp]:
    """A number for each photo, the same for near-duplicates."""
    family = np.arange(len(looks))
    for i, j in near_duplicates(looks):
        family[family == family[j]] = family[i]
    return family


def _out_of_fold(looks: Sequence[Look], targets: NDArray[np.intp], n_classes: int, c: float) -> NDArray[np.float32]:
    """Scores (n, n_classes) of each photo by a head that was taught without its family; zeros where that leaves one class."""
    families, features = _families(looks), np.stack([look.features for look in looks])
    fold, counts = np.empty(len(targets), np.intp), Counter[int]()
    for family in np.unique(families):  # the families of a class go to the folds in turn
        members = families == family
        first = int(targets[members][0])
        fold[members] = (counts[first] + first) % _FOLDS
        counts[first] += 1
    for k in range(_FOLDS):  # where too little would be left to learn from, one family goes out at a time
        if len(np.unique(targets[fold != k])) < 2:
            fold = np.where(fold == k, _FOLDS + families, fold)
    scores = np.zeros((len(targets), n_classes), np.float32)
    for k in np.unique(fold):
        out = fold == k
        if len(np.unique(targets[~out])) >= 2:
            scores[out] = LinearHead.fit(features[~out], looks[0].parts, targets[~out], n_classes, c)(features[out, 0])
    return scores


def _temperature(scores: NDArray[np.float32], targets: NDArray[np.intp]) -> float:
    """The temperature at which held-out photos are most likely, drawn towards the usual one."""
    grid = np.geomspace(0.25, 8, 41)
    rows = np.arange(len(targets))
    loss = [-np.log(softmax(scores, float(t))[rows, targets] + 1e-6).sum() + _DRAWN * np.log(t / _TEMPERATURE) ** 2 for t in grid]
    return float(grid[int(np.argmin(loss))])


def _resized(grid: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    way = Image.Resampling.BOX if grid.shape[0] > size[0] else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(grid).resize((size[1], size[0]), way), np.float32)
