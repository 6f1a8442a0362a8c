"""See what is on a leaf: a network run by ONNX Runtime, and the crop classifier that ships with ailab.

Three steps: a photo becomes numbers (:meth:`Backbone.prepare`), the network turns them into one score a class
(:meth:`Backbone.run`), and a temperature turns scores into probabilities that mean what they say (Guo et al. 2017,
"On Calibration of Modern Neural Networks"), a higher one where the photo is unlike those of training. Only then does the
classifier decide whether to answer at all.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.errors import ModelError, UnknownCropError
from ailab.estimator import Classifier
from ailab.explain import class_evidence, upsample
from ailab.i18n import gettext as _
from ailab.images import open_photo, photo_quality
from ailab.inference.client import RemoteModel
from ailab.results import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from ailab.images import PhotoSource
    from ailab.results import Reason

__all__ = ["MODEL_FILES", "OTHER_THINGS", "Backbone", "CropClassifier", "model_digest", "shared_backbone", "softmax", "temper", "verified_file", "verify_model"]

BUNDLED = Path(__file__).parent / "assets" / "models" / "crops"
#: Photos are shrunk to this many pixels a side before anything else: enough to show, and a 12-megapixel JPEG opens several times faster.
WORKING_SIDE = 640
#: What :class:`~ailab.ImageClassifier` compares with, see :mod:`ailab.training.other_things`.
OTHER_THINGS = "other_things.safetensors"
#: Files of a model, each with a line in ``SHA256SUMS``.
MODEL_FILES = ("ailab.json", "config.json", "model.onnx", "model.safetensors", OTHER_THINGS, "preprocessor_config.json")
_BATCH = 16


def verify_model(folder: str | os.PathLike[str] = BUNDLED) -> None:
    """Compare the files of a model with the checksums that lie beside them.

    Parameters
    ----------
    folder : path, default=the bundled crop model

    Raises
    ------
    ModelError
        If a file is missing or is not the one that was published.
    """
    for name in MODEL_FILES:
        _verified(Path(folder), name)


def _checksums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
        return {name: digest for digest, name in (line.split() for line in lines)}
    except (OSError, ValueError) as error:
        raise _broken_model(folder / "SHA256SUMS") from error


def _verified(folder: Path, name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise _broken_model(folder / name) from error
    if hashlib.sha256(data).hexdigest() != _checksums(folder).get(name):
        raise _broken_model(folder / name)
    return data


def verified_file(folder: str | os.PathLike[str], name: str = "model.onnx") -> bytes:
    """A file of a model, by default the network; raises ModelError if it is missing or is not the one that was published."""
    return _verified(Path(folder), name)


def model_digest(folder: str | os.PathLike[str]) -> str:
    """SHA-256 of the network in a folder, in hexadecimal, as written beside it."""
    return _checksums(Path(folder))["model.onnx"]


def _broken_model(path: Path) -> ModelError:
    message = _("The model file “%(name)s” is missing or damaged. Install ailab again. Details: ailab doctor.")
    return ModelError(message % {"name": path.name}, code="broken_model")


class Backbone:
    """A network in ONNX format that gives class scores and, for each place in the picture, what it adds to them.

    The only place in the library that knows where a network runs: in this process, or, where the environment variable
    ``AILAB_INFERENCE`` holds the address of a server that speaks the Open Inference Protocol, there (the bundled model only; the
    server calls it ``crops``).

    Parameters
    ----------
    folder : path
        Holds ``model.onnx``, ``ailab.json`` (classes, picture size, calibration) and ``SHA256SUMS``, which is checked.
    threads : int, default=1
        Processor threads for one picture. One is best where many learners share a laptop.
    """

    def __init__(self, folder: str | os.PathLike[str], *, threads: int = 1) -> None:
        self.folder = Path(folder)
        self.settings = _settings(os.fspath(folder))
        address = os.environ.get("AILAB_INFERENCE")
        self.session = RemoteModel(address, "crops") if address and self.folder == BUNDLED else _local_session(self.folder, threads)
        self.size = int(self.settings["size"])
        mean, std = (np.array(self.settings[key], np.float32)[:, None, None] * 255 for key in ("mean", "std"))
        self._scale, self._offset = 1 / std, -mean / std

    def prepare(self, image: Image.Image) -> NDArray[np.float32]:
        """Turn an RGB image into what the network takes, shape (3, size, size): the whole picture, squeezed into a square."""
        square = image.resize((self.size, self.size), Image.Resampling.BILINEAR)
        pixels = np.empty((3, self.size, self.size), np.float32)
        np.multiply(np.asarray(square).transpose(2, 0, 1), self._scale, out=pixels)  # one pass over each colour
        pixels += self._offset
        return pixels

    def run(self, pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Run the network.

        Parameters
        ----------
        pixels : ndarray of shape (n_images, 3, size, size), float32

        Returns
        -------
        logits : ndarray of shape (n_images, n_outputs), float32
        evidence : ndarray of shape (n_images, n_outputs, h, w), float32
            Its mean over h and w, plus a constant for each output, is ``logits``.
        novelty : ndarray of shape (n_images,), float32
            How unlike the photos of training each is (relative Mahalanobis distance, Ren et al. 2021): 0 for the middle one
            of known leaves, 1 for their 95th percentile, no upper end.
        """
        logits, evidence, novelty = self.session.run(["logits", "evidence", "novelty"], {"pixel_values": pixels})
        return logits, evidence, novelty.reshape(len(pixels))  # MLServer writes a vector as a column

    def features(self, pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the network has found before it decides, for teaching it something else.

        Parameters
        ----------
        pixels : ndarray of shape (n_images, 3, size, size), float32

        Returns
        -------
        fine : ndarray of shape (n_images, n_fine, 2h, 2w), float32
            The feature map before the last. An odd side has one cell less.
        coarse : ndarray of shape (n_images, n_coarse, h, w), float32
            The last feature map.
        """
        fine, coarse = self.session.run(["features_fine", "features_coarse"], {"pixel_values": pixels})
        return fine, coarse


def _local_session(folder: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(verified_file(folder), options, providers=["CPUExecutionProvider"])


@functools.lru_cache(maxsize=4)
def _settings(folder: str) -> dict[str, Any]:
    """Classes, picture size and calibration of a model; cheap, no network is loaded."""
    settings: dict[str, Any] = json.loads(_verified(Path(folder), "ailab.json"))
    return settings


@functools.lru_cache(maxsize=4)
def _card(folder: str) -> dict[str, Any]:
    settings, path = _settings(folder), Path(folder) / "figures.json"
    figures: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    crops = dict.fromkeys(label.split("__")[0] for label in settings["classes"])
    measured = figures.pop("crops", {})
    return {"crops": {crop: settings.get("seen", {}).get(crop, {}) | measured.get(crop, {}) for crop in crops}} | figures


@functools.lru_cache(maxsize=4)
def shared_backbone(folder: str) -> Backbone:
    """The network in a folder, loaded once a process."""
    return Backbone(folder)


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Probabilities (…, n) of scores (…, n), divided by the temperature first."""
    z = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return np.asarray(z / z.sum(-1, keepdims=True), np.float32)


def temper(logits: NDArray[np.float32], novelty: NDArray[np.float32], settings: dict[str, Any]) -> NDArray[np.float32]:
    """Probabilities (n_images, n): bolder for photos like those of training, more careful for others.

    Parameters
    ----------
    logits : ndarray of shape (n_images, n)
    novelty : ndarray of shape (n_images,)
    settings : dict
        ``temperature`` of photos like those of training, ``temperature_new`` of photos with a novelty of ``novelty_full`` and
        more; between them the logarithm rises evenly.
    """
    low, high = settings["temperature"], settings["temperature_new"]
    temperature = low * (high / low) ** np.clip(novelty / settings["novelty_full"], 0, 1)
    return softmax(logits / temperature[:, None], 1.0)


class CropClassifier(Classifier):
    """Tell what is wrong with a leaf, or that it cannot tell.

    Follows the conventions of scikit-learn's classifiers (``get_params``, ``clone``, ``classes_``, batches) without
    importing it. The model is loaded on first use and shared by all classifiers of the process.

    Parameters
    ----------
    model : path, optional
        Folder of another model that was made by ``python -m ailab.training.crops``. Default: the bundled one.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,), str
        Labels ``<crop>__<condition>`` in alphabetical order.
    crops_ : tuple of str
        Crops that the model has seen.
    card_ : dict
        What it has learned from, and how it did on photos that it has not.

    Examples
    --------
    >>> from ailab import CropClassifier, samples
    >>> leaf = samples.draw_leaf("coffee", "rust", seed=1)
    >>> CropClassifier().predict_proba([leaf]).shape
    (1, 33)
    """

    _needs_fit = False

    def __init__(self, model: str | os.PathLike[str] | None = None) -> None:
        self.model = model

    @property
    def _folder(self) -> str:
        return os.fspath(self.model or BUNDLED)

    def _load(self) -> Backbone:
        return shared_backbone(self._folder)

    @property
    def classes_(self) -> NDArray[np.str_]:
        """Labels in the order of the columns of :meth:`predict_proba`."""
        return np.array(_settings(self._folder)["classes"])

    @property
    def crops_(self) -> tuple[str, ...]:
        """Crops that the model has seen."""
        return tuple(dict.fromkeys(label.split("__")[0] for label in _settings(self._folder)["classes"]))

    @property
    def card_(self) -> dict[str, Any]:
        """What the model has learned from, and how it did on photos that it has not.

        Returns
        -------
        dict
            ``crops``: for each crop ``photos`` (count) and ``sources`` (names) of training; where ``benchmarks/crops.py --write``
            has measured the model also ``known`` and ``new`` (photos of sources that it has learned from, and of others), each
            with the counts ``photos``, ``right``, ``answered`` and ``right_answers``, told the crop, and ``right_not_told``.
            Then there are ``drawn`` (leaves drawn by a program) and ``heat_map``, too.
        """
        return _card(self._folder)

    def _logits(self, images: Iterable[PhotoSource]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if isinstance(images, (str, bytes, bytearray, memoryview, os.PathLike, Image.Image)) or getattr(images, "ndim", 4) == 3:
            raise ValueError(_("Expected a list of images, got a single one. Write [image], or use diagnose(image)."))
        backbone = self._load()
        prepared = (backbone.prepare(open_photo(image, max_side=WORKING_SIDE)) for image in images)
        batches = []
        while batch := list(itertools.islice(prepared, _BATCH)):
            batches.append(backbone.run(np.stack(batch)))
        if not batches:
            return np.empty((0, len(self.classes_) + 1), np.float32), np.empty(0, np.float32)
        logits, _evidence, novelty = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        return logits, novelty

    def predict_proba(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """Calibrated probability of each class, if it is one of them (see :meth:`predict_outlier_proba`).

        Parameters
        ----------
        images : list of path, bytes, PIL image or ndarray of shape (H, W, 3), uint8

        Returns
        -------
        ndarray of shape (n_images, n_classes), float32
            Rows sum to one.

        Raises
        ------
        PhotoError
            If an image cannot be opened.
        """
        logits, novelty = self._logits(images)
        return temper(logits[:, :-1], novelty, self._load().settings)

    def predict_outlier_proba(self, images: Iterable[PhotoSource]) -> NDArray[np.float32]:
        """Probability that an image shows none of the leaves that the model knows, shape (n_images,)."""
        return softmax(self._logits(images)[0], self._load().settings["temperature"])[:, -1]

    def predict(self, images: Iterable[PhotoSource]) -> NDArray[np.str_]:
        """Most probable label of each image, shape (n_images,). Never abstains: :meth:`diagnose` does."""
        return np.asarray(self.classes_[self._logits(images)[0][:, :-1].argmax(1)])

    def score(self, images: Iterable[PhotoSource], labels: ArrayLike) -> float:
        """Share of the images whose label is predicted (accuracy, 0..1)."""
        return float(np.mean(self.predict(images) == np.asarray(labels)))

    def diagnose(self, image: PhotoSource, *, crop: str | None = None) -> Diagnosis:
        """Look at one photo.

        Parameters
        ----------
        image : path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
        crop : str, optional
            The crop, if the person who holds the leaf knows it; one of ``crops_``. Default: not told.

        Returns
        -------
        Diagnosis

        Raises
        ------
        PhotoError
            If the image cannot be opened.
        UnknownCropError
            If the model has never seen the crop.
        """
        backbone = self._load()
        settings = backbone.settings
        columns = self._columns(crop)
        photo = open_photo(image, max_side=WORKING_SIDE)
        problem = photo_quality(photo).problem
        logits, evidence, novelty = backbone.run(backbone.prepare(photo)[None])
        outlier = float(softmax(logits[0], settings["temperature"])[-1])
        probability = temper(logits[:, columns], novelty, settings)[0]
        order = probability.argsort()[::-1]
        ranked = tuple((str(settings["classes"][columns[i]]), float(probability[i])) for i in order)
        threshold = settings["threshold_told" if crop else "threshold_untold"]
        reason: Reason | None
        if problem:
            reason = "poor_photo"
        elif outlier >= settings["threshold_outlier"]:
            reason = "not_a_leaf"
        else:
            reason = None if ranked[0][1] >= threshold else "unfamiliar" if novelty[0] > 1 else "unsure"
        return Diagnosis(
            label=ranked[0][0], confidence=ranked[0][1], alternatives=ranked[1:], reason=reason, told_crop=crop,
            outlier_probability=outlier, photo_problem=problem, photo=photo, evidence=class_evidence(evidence[0], int(columns[order[0]])),
            novelty=float(novelty[0]),
        )  # fmt: skip

    def _columns(self, crop: str | None) -> NDArray[np.intp]:
        labels = _settings(self._folder)["classes"]
        if crop is None:
            return np.arange(len(labels))
        columns = np.flatnonzero([label.startswith(f"{crop}__") for label in labels])
        if not len(columns):
            message = _("The AI has never learned “%(crop)s”. It knows: %(known)s. Choose one of them.")
            raise UnknownCropError(message % {"crop": crop, "known": ", ".join(self.crops_)}, code="unknown_crop")
        return columns

    def explain(self, image: PhotoSource, *, label: str | None = None) -> NDArray[np.float32]:
        """Where in the photo the evidence for a label is (class activation map, Zhou et al. 2016).

        Parameters
        ----------
        image : path, bytes, PIL image or ndarray of shape (H, W, 3), uint8
        label : str, optional
            One of ``classes_``. Default: the predicted one.

        Returns
        -------
        ndarray of shape (H, W), float32
            0 (no evidence) .. 1 (the strongest in this photo). The network sees a coarse grid, a few cells to a side:
            the map shows a region, never the outline of a spot.
        """
        backbone = self._load()
        size = open_photo(image).size
        photo = open_photo(image, max_side=WORKING_SIDE)  # what diagnose sees
        logits, evidence, _novelty = (output[0] for output in backbone.run(backbone.prepare(photo)[None]))
        labels = list(backbone.settings["classes"])
        if label is not None and label not in labels:
            raise ValueError(_("Unknown label %(label)r. Choose one of classes_.") % {"label": label})
        index = labels.index(label) if label else int(logits[:-1].argmax())
        return upsample(class_evidence(evidence, index), size)
