"""Teach a machine to tell pictures apart from a few photos of each kind.

The bundled network stays as it is and says what it sees in a photo, a few hundred numbers (:mod:`ailab.photo_features`); only the last step is
learned, a linear one (logistic regression). That takes a second, needs few photos, and shows where in a photo the decision comes from. What the
network has never learned to see, nobody can teach it here.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
from PIL import Image

from ailab.errors import ModelError, TeachingError
from ailab.estimator import Classifier
from ailab.explain import class_evidence, upsample
from ailab.i18n import gettext as _
from ailab.images import open_photo, photo_quality
from ailab.model_file import ModelFile, read_model_file, write_model_file
from ailab.photo_features import look_at, near_duplicates
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
_STRANGE = 3.0  # novelty from which on a photo is none of what was taught, however sure the last step is


@dataclass(frozen=True)
class _Head:
    """The linear step: ``((features - mean) / spread) @ weights.T + bias``."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores (n, n_classes) of features (n, d)."""
        return np.asarray((features - self.mean) / self.spread @ self.weights.T + self.bias, np.float32)

    @classmethod
    def fit(cls, features: NDArray[np.float32], targets: NDArray[np.intp], n_classes: int, c: float) -> _Head:
        """Learn from features (n, views, d) of photos, whose ``targets`` (n,) are 0..n_classes - 1; classes without a photo get no score."""
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        n, views, d = features.shape
        mean, spread = features.mean((0, 1)), features.std((0, 1)) + 1e-3
        rows = ((features - mean) / spread).reshape(n * views, d)
        with threadpool_limits(1):  # in a class many learn at once
            model = LogisticRegression(C=c, class_weight="balanced", max_iter=300).fit(rows, np.repeat(targets, views))
        weights, bias = np.zeros((n_classes, d), np.float32), np.full(n_classes, -30.0, np.float32)
        if len(model.classes_) == 2:  # scikit-learn gives the second class's scores only
            weights[model.classes_], bias[model.classes_] = np.stack([-model.coef_[0], model.coef_[0]]) / 2, np.array([-1, 1]) * model.intercept_[0] / 2
        else:
            weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
        return cls(mean, spread, weights, bias)


class ImageClassifier(Classifier):
    """Tell pictures apart that a person has taught, or say that it cannot.

    Follows the conventions of scikit-learn; the images are photos, not rows of a table.

    Parameters
    ----------
    C : float, default=0.02
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

    def __init__(self, *, C: float = 0.02, model: str | os.PathLike[str] | None = None) -> None:  # noqa: N803 - scikit-learn's name
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
        self._head = _Head.fit(features, targets, len(classes), self.C)
        self.temperature_ = _temperature(_out_of_fold(features, targets, len(classes), self.C, _families(looks)), targets)
        self._taught = self._normed(features[:, 0])
        self._scale = _novelty_scale(self._taught)
        self.classes_, self._targets = classes, targets
        self.photos_ = [(look.jpeg, classes[target].item()) for look, target in zip(looks, targets, strict=True)]

    def _check_taught(self) -> None:
        if not hasattr(self, "classes_"):
            raise TeachingError(_("This model has not been taught anything yet. Give it photos of two kinds at least."), code="not_taught")

    def _normed(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = (features - self._head.mean) / self._head.spread
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def _scores(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        self._check_taught()
        looks = look_at(_listed(images), self._backbone)
        if not looks:
            return np.empty((0, len(self.classes_)), np.float32)
        return np.asarray(np.mean([self._head(np.stack([look.features[view] for look in looks])) for view in (0, 1)], 0), np.float32)

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
        problem, novelty = photo_quality(photo).problem, float(self.novelty([photo])[0])
        reason: Reason | None = "poor_photo" if problem else None
        if not reason and (novelty > _STRANGE or ranked[0][1] < _SURE):
            reason = "unfamiliar" if novelty > 1 else "unsure"
        return Diagnosis(
            label=ranked[0][0], confidence=ranked[0][1], alternatives=ranked[1:], reason=reason, told_crop=None, outlier_probability=0.0,
            photo_problem=problem, photo=photo, evidence=class_evidence(self._evidence(photo), int(order[0])), novelty=novelty,
        )  # fmt: skip

    def novelty(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """How unlike the taught photos each image is, shape (n_images,): 0 for the middle one of them, 1 for the strangest twentieth, no upper end."""
        self._check_taught()
        looks = look_at(_listed(images), self._backbone)
        if not looks:
            return np.empty(0, np.float32)
        nearest = (self._normed(np.stack([look.features[0] for look in looks])) @ self._taught.T).max(1)
        middle, far = self._scale
        return np.asarray((1 - nearest - middle) / (far - middle), np.float32)

    def _evidence(self, photo: Image.Image) -> NDArray[np.float32]:
        """What each place of the finer feature map adds to the score of each class, (n_classes, h, w)."""
        maps = self._backbone.features(self._backbone.prepare(photo)[None])
        size = maps[0].shape[2:]
        total, start = np.zeros((len(self.classes_), *size), np.float32), 0
        for found in maps:
            part = slice(start, start := start + found.shape[1])
            rows = (found[0] - self._head.mean[part, None, None]) / self._head.spread[part, None, None]
            added = np.tensordot(self._head.weights[:, part], rows, 1)
            total += np.stack([_enlarged(grid, size) for grid in added])
        return total

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
            "C": self.C, "classes": self.classes_.tolist(), "temperature": self.temperature_, "scale": list(self._scale),
            "labels": self._targets.tolist(), "network": model_digest(self._backbone.folder),
        }  # fmt: skip
        arrays = {name: getattr(self._head, name) for name in ("mean", "spread", "weights", "bias")} | {"taught": self._taught}
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
        d = arrays["mean"].shape[0]
        shapes = {"mean": (d,), "spread": (d,), "weights": (len(classes), d), "bias": (len(classes),), "taught": (len(targets), d)}
        if any(arrays[name].shape != shape or arrays[name].dtype != np.float32 for name, shape in shapes.items()) or not (arrays["spread"] > 0).all():
            raise ValueError("arrays")
        self._head = _Head(*(arrays[name] for name in ("mean", "spread", "weights", "bias")))
        middle, far = (float(value) for value in settings["scale"])
        self._taught, self._scale, self.temperature_ = arrays["taught"], (middle, far), float(settings["temperature"])
        if not (far > middle and self.temperature_ > 0):
            raise ValueError("scale")
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
    scores = _out_of_fold(np.stack([look.features for look in looks]), targets, len(classes), classifier.C, families)
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


def _out_of_fold(features: NDArray[np.float32], targets: NDArray[np.intp], n_classes: int, c: float, families: NDArray[np.intp]) -> NDArray[np.float32]:
    """Scores (n, n_classes) of each photo by a head that was taught without its family; zeros where that leaves fewer than two classes."""
    fold, counts = np.empty(len(targets), np.intp), Counter[int]()
    for family in np.unique(families):  # the families of a class go to the folds in turn
        members = families == family
        first = int(targets[members][0])
        fold[members] = (counts[first] + first) % _FOLDS
        counts[first] += 1
    scores = np.zeros((len(targets), n_classes), np.float32)
    for k in range(_FOLDS):
        out = fold == k
        if out.any() and len(np.unique(targets[~out])) >= 2:
            head = _Head.fit(features[~out], targets[~out], n_classes, c)
            scores[out] = (head(features[out, 0]) + head(features[out, 1])) / 2
    return scores


def _temperature(scores: NDArray[np.float32], targets: NDArray[np.intp]) -> float:
    """The temperature at which held-out photos are most likely, drawn towards 1 as if two photos more had been right and wrong at it."""
    grid = np.geomspace(0.25, 8, 41)
    rows = np.arange(len(targets))
    loss = [-np.log(softmax(scores, float(t))[rows, targets] + 1e-6).sum() + 2 * np.log(t) ** 2 for t in grid]
    return float(grid[int(np.argmin(loss))])


def _novelty_scale(taught: NDArray[np.float32]) -> tuple[float, float]:
    """Median and 95th percentile of the distance from a taught photo to the nearest other one; wider where photos are few."""
    similarity = taught @ taught.T
    np.fill_diagonal(similarity, -1)
    distance = 1 - similarity.max(1)
    middle, far = np.quantile(distance, 0.5), np.quantile(distance, 0.95)
    return float(middle), float(max(far, middle + 0.05))


def _enlarged(grid: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float32]:
    if grid.shape == size:
        return grid
    return np.asarray(Image.fromarray(grid).resize((size[1], size[0]), Image.Resampling.BILINEAR), np.float32)
