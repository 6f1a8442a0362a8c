"""Calibrate a trained network on held-out photos and write it down: transformers format, ONNX, settings, checksums."""

from __future__ import annotations

import hashlib
import json
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ailab.vision import MODEL_FILES

from .augment import Augmenter

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import RegNetForImageClassification

    from .photos import Photos

__all__ = ["calibrate", "disturbed", "write_model"]


def calibrate(logits: torch.Tensor, labels: torch.Tensor, classes: list[str], *, target: float = 0.97, refused: float = 0.02) -> dict[str, float]:
    """Choose temperature and thresholds.

    Parameters
    ----------
    logits : tensor of shape (N, n_classes)
        Of photos that the network has not learned from, clean and disturbed ones.
    labels : tensor of shape (N,)
    classes : list of str
        The background class last.
    target : float, default=0.97
        Share that shall be right among the photos that are answered.
    refused : float, default=0.02
        Share of true leaves that may be called "not a leaf".

    Returns
    -------
    dict
        ``temperature``, ``threshold_outlier``, ``threshold_told`` and ``threshold_untold``.
    """
    background = len(classes) - 1
    grid = np.geomspace(0.3, 4.0, 400)
    losses = [torch.nn.functional.cross_entropy(logits / t, labels).item() for t in grid]
    temperature = float(grid[int(np.argmin(losses))])
    leaf = labels != background
    outlier = (logits / temperature).softmax(1)[:, -1]
    threshold_outlier = float(np.clip(np.quantile(outlier[leaf].numpy(), 1 - refused), 0.2, 0.9))
    kept = leaf & (outlier < threshold_outlier)
    z, y = logits[kept, :background] / temperature, labels[kept]
    crops = np.array([name.split("__")[0] for name in classes[:background]])
    other_crop = torch.from_numpy(crops[None, :] != crops[y.numpy()][:, None])
    return {
        "temperature": round(temperature, 4),
        "threshold_outlier": round(threshold_outlier, 4),
        "threshold_told": _threshold(z.masked_fill(other_crop, -torch.inf), y, target),
        "threshold_untold": _threshold(z, y, target),
    }


def _threshold(z: torch.Tensor, labels: torch.Tensor, target: float) -> float:
    """Lowest confidence from which on ``target`` of the answers are right, between 0.5 and 0.95."""
    confidence, guess = z.softmax(1).max(1)
    order = confidence.argsort(descending=True)
    right = (guess == labels)[order].double().cumsum(0) / torch.arange(1, len(order) + 1)
    enough = (right >= target).nonzero().flatten()
    lowest = confidence[order][enough[-1]].item() if len(enough) else 1.0
    return round(float(np.clip(lowest, 0.5, 0.95)), 4)


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


class _WithEvidence(torch.nn.Module):
    """Scores, and what each place of the last feature map adds to them."""

    def __init__(self, network: RegNetForImageClassification) -> None:
        super().__init__()
        self.features, self.linear = network.regnet, network.classifier[1]

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.features(pixel_values).last_hidden_state
        evidence = torch.nn.functional.conv2d(features, self.linear.weight[:, :, None, None])
        return evidence.mean((2, 3)) + self.linear.bias, evidence


def write_model(network: RegNetForImageClassification, folder: Path, settings: dict[str, Any]) -> None:
    """Write config.json, preprocessor_config.json, model.safetensors, model.onnx, ailab.json and SHA256SUMS.

    Parameters
    ----------
    network : RegNetForImageClassification
    folder : Path
        Made if it is not there.
    settings : dict
        ``classes`` (without the background), ``size``, ``mean``, ``std`` and the calibration.
    """
    network = network.cpu().eval().to(memory_format=torch.contiguous_format)
    folder.mkdir(parents=True, exist_ok=True)
    network.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes it for its owner only
    size = settings["size"]
    processor = {
        "image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": size, "width": size}, "resample": 2,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": settings["mean"], "image_std": settings["std"],
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=1) + "\n", "utf-8", newline="\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the new exporter would need onnxscript as well
        torch.onnx.export(
            _WithEvidence(network), (torch.zeros(1, 3, size, size),), str(folder / "model.onnx"), dynamo=False, opset_version=17,
            input_names=["pixel_values"], output_names=["logits", "evidence"], dynamic_axes={name: {0: "n"} for name in ("pixel_values", "logits", "evidence")},
        )  # fmt: skip
    (folder / "ailab.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8", newline="\n")
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in MODEL_FILES)
    (folder / "SHA256SUMS").write_text(sums, "ascii", newline="\n")
