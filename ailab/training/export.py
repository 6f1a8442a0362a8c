"""Calibrate a trained network on held-out photos and write it down: transformers format, ONNX, settings, checksums."""

from __future__ import annotations

import copy
import hashlib
import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ailab.vision import MODEL_FILES, temper

from .augment import Augmenter

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import RegNetForImageClassification

    from .novelty import Novelty
    from .photos import Photos

__all__ = ["Judgement", "calibrate", "disturbed", "turned", "write_checksums", "write_model"]


@dataclass(frozen=True)
class Judgement:
    """What a network says about photos: ``logits`` (N, n_classes), ``novelty`` (N,), and the true ``labels`` (N,)."""

    logits: torch.Tensor
    novelty: torch.Tensor
    labels: torch.Tensor

    def leaves(self, background: int) -> Judgement:
        """Only the photos of leaves."""
        leaf = self.labels != background
        return Judgement(self.logits[leaf], self.novelty[leaf], self.labels[leaf])


def calibrate(
    known: Judgement, new: list[Judgement], classes: list[str], *, right: float = 0.99, right_new: float = 0.9, refused: float = 0.02
) -> dict[str, Any]:
    """Choose how much to believe the network.

    Scores are divided by ``temperature`` for photos like those of training and by ``temperature_new`` for others; in between the
    logarithm rises evenly with the novelty. All three numbers are those that make the true labels of held-out leaves most likely, told
    the crop and not.

    Parameters
    ----------
    known : Judgement
        Of photos that the network has not learned from, from the sources that it has.
    new : list of Judgement
        Of photos unlike those: disturbed ones, and of sources that a network was trained without. Each counts alike, together as
        much as ``known``.
    classes : list of str
        The background class last.
    right : float, default=0.99
        Share that shall be right among the known photos that are answered.
    right_new : float, default=0.9
        The same among the new ones.
    refused : float, default=0.02
        Share of true leaves that may be called "not a leaf".

    Returns
    -------
    dict
        ``temperature``, ``temperature_new``, ``novelty_full``, ``threshold_outlier``, ``threshold_told`` and
        ``threshold_untold``.
    """
    from scipy.optimize import minimize

    background = len(classes) - 1
    crops = np.array([name.split("__")[0] for name in classes])
    leaves = [known.leaves(background), *(part.leaves(background) for part in new)]
    weights = [1.0, *(1 / len(new) for _part in new)]

    def scores(part: Judgement, *, told: bool) -> torch.Tensor:
        z = part.logits[:, :background]
        other_crop = torch.from_numpy(crops[None, :background] != crops[part.labels.numpy()][:, None])
        return z.masked_fill(other_crop, -1e4) if told else z

    def settings(numbers: NDArray[np.float64]) -> dict[str, float]:
        temperature, ratio, full = np.clip(numbers, (-3, 0, 0), (3, 4, 2))
        return {"temperature": float(np.exp(temperature)), "temperature_new": float(np.exp(temperature + ratio)), "novelty_full": float(np.exp(full))}

    def loss(numbers: NDArray[np.float64]) -> float:
        found, total = settings(numbers), 0.0
        for part, weight in zip(leaves, weights, strict=True):
            for told in (True, False):
                p = temper(scores(part, told=told).numpy(), part.novelty.numpy(), found)
                total -= weight * float(np.log(p[np.arange(len(p)), part.labels.numpy()] + 1e-9).mean())
        return total

    found = settings(minimize(loss, [0.0, 0.5, 1.0], method="Nelder-Mead", options={"maxiter": 2000}).x)
    outlier = (known.logits / found["temperature"]).softmax(1)[:, -1][known.labels != background]
    found["threshold_outlier"] = float(np.clip(np.quantile(outlier.numpy(), 1 - refused), 0.2, 0.9))
    for name, told in (("threshold_told", True), ("threshold_untold", False)):
        found[name] = 0.5
        for parts, share in ((leaves[:1], right), (leaves[1:], right_new)):
            p = np.concatenate([temper(scores(part, told=told).numpy(), part.novelty.numpy(), found) for part in parts])
            hit = p.argmax(1) == np.concatenate([part.labels.numpy() for part in parts])
            found[name] = max(found[name], _threshold(p.max(1), hit, share))
    return {name: round(value, 4) for name, value in found.items()}


def _threshold(confidence: NDArray[np.float32], hit: NDArray[np.bool_], share: float) -> float:
    """Lowest confidence from which on that share of the answers is right, at most 0.97."""
    order = np.argsort(-confidence, kind="stable")
    enough = np.flatnonzero(np.cumsum(hit[order]) / np.arange(1, len(order) + 1) >= share)
    return min(float(confidence[order][enough[-1]]), 0.97) if len(enough) else 0.97


def disturbed(photos: Photos, *, seed: int) -> Photos:
    """The same photos in another light, out of focus, or on another background."""
    augment = Augmenter(torch.Generator().manual_seed(seed))
    size = photos.pixels.shape[-1]
    behind = torch.roll((photos.labels == photos.labels.max()).nonzero().flatten(), 1)
    behind = behind.repeat(len(photos.labels) // len(behind) + 1)[: len(photos.labels)]
    pieces = [
        augment(photos.pixels[i : i + 16], photos.masks[i : i + 16], photos.aspects[i : i + 16], photos.pixels[behind[i : i + 16]], size)
        for i in range(0, len(photos.labels), 16)
    ]
    pixels = torch.cat(pieces).mul_(255).round_().to(torch.uint8)
    return type(photos)(pixels, photos.masks, photos.labels, photos.aspects, photos.rows)


def turned(photos: Photos) -> Photos:
    """The same photos in all eight orientations: what is right by luck is less so over eight ways of holding the phone."""

    def turn(x: torch.Tensor) -> torch.Tensor:
        return torch.cat([torch.rot90(y, k, (2, 3)) for y in (x, x.flip(3)) for k in range(4)])

    aspects = torch.cat([photos.aspects, 1 / photos.aspects] * 4)
    return type(photos)(turn(photos.pixels), turn(photos.masks), photos.labels.repeat(8), aspects, photos.rows * 8)


class _Served(torch.nn.Module):
    """Scores, what each place of the last feature map adds to them, how new the photo is, and the last two feature maps."""

    def __init__(self, network: RegNetForImageClassification, novelty: Novelty) -> None:
        super().__init__()
        self.features, self.linear, self.novelty = network.regnet, network.classifier[1], novelty

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        fine, coarse = self.features(pixel_values, output_hidden_states=True).hidden_states[-2:]
        evidence = torch.nn.functional.conv2d(coarse, self.linear.weight[:, :, None, None])
        return evidence.mean((2, 3)) + self.linear.bias, evidence, self.novelty(coarse.mean((2, 3))), fine, coarse


def write_model(network: RegNetForImageClassification, novelty: Novelty, folder: Path, settings: dict[str, Any]) -> None:
    """Write config.json, preprocessor_config.json, model.safetensors, model.onnx, ailab.json and SHA256SUMS.

    Parameters
    ----------
    network : RegNetForImageClassification
    novelty : Novelty
        Of the features of this network.
    folder : Path
        Made if it is not there.
    settings : dict
        ``classes`` (without the background), ``size``, ``mean``, ``std`` and the calibration.
    """
    network = copy.deepcopy(network).cpu().eval().to(memory_format=torch.contiguous_format)  # whoever gave it goes on where it is
    folder.mkdir(parents=True, exist_ok=True)
    network.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes it for its owner only
    size = settings["size"]
    processor = {
        "image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": size, "width": size}, "resample": 2,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": settings["mean"], "image_std": settings["std"],
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=1) + "\n", "utf-8", newline="\n")
    outputs = ["logits", "evidence", "novelty", "features_fine", "features_coarse"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the new exporter would need onnxscript as well
        torch.onnx.export(
            _Served(network, novelty).eval(), (torch.zeros(1, 3, size, size),), str(folder / "model.onnx"), dynamo=False, opset_version=17,
            input_names=["pixel_values"], output_names=outputs, dynamic_axes={name: {0: "n"} for name in ("pixel_values", *outputs)},
        )  # fmt: skip
    (folder / "ailab.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8", newline="\n")
    write_checksums(folder)


def write_checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` of the files of a model that are there."""
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in MODEL_FILES if (folder / name).exists())
    (folder / "SHA256SUMS").write_text(sums, "ascii", newline="\n")
