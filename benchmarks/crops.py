"""Measure the bundled crop model: ``python benchmarks/crops.py --data FOLDER``.

Prints top-1 per crop, expected calibration error, share answered and right among the answers, AUROC of "not one of our
leaves", how it does on drawn leaves, and the time of ``diagnose`` against bare ONNX Runtime and against a transformers pipeline. Photos of split
``val``; those whose whole source is absent from training (``shift``) are always shown apart.
"""

from __future__ import annotations

import argparse
import csv
import io
import statistics
import time
from pathlib import Path

import numpy as np
from PIL import Image

from ailab import CropClassifier, samples
from ailab.vision import BUNDLED

BACKGROUND = "background_or_other"


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal-width bins, weighted by their size (Naeini et al. 2015)."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[index == b].mean() - right[index == b].mean()) * (index == b).mean() for b in range(bins) if (index == b).any()))


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Probability that a positive scores higher than a negative (ties count half)."""
    ordered = np.sort(negative)
    below, up_to = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / (2 * len(negative)))


def share(values: np.ndarray) -> str:
    return f"{values.mean():.3f} ({int(values.sum())}/{len(values)})" if len(values) else "-"


def quality(data: Path, split: str) -> None:
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    truth = np.array([row["file"].split("/")[0] for row in rows])
    shift = np.array([row["shift"] == "yes" for row in rows])
    leaf = truth != BACKGROUND
    crops = np.array([label.split("__")[0] for label in truth])
    paths = [data / row["file"] for row in rows]
    classifier = CropClassifier()
    probability, outlier = classifier.predict_proba(paths), classifier.predict_outlier_proba(paths)
    guess = classifier.classes_[probability.argmax(1)]
    over_all = np.where((1 - outlier) * probability.max(1) > outlier, guess, BACKGROUND)
    told = [classifier.diagnose(path, crop=crop if is_leaf else None) for path, crop, is_leaf in zip(paths, crops, leaf, strict=True)]
    untold = [classifier.diagnose(path) for path in paths]
    told_right = np.array([d.label for d in told]) == truth
    print(f"# {len(rows)} photos of split {split}; {int(shift.sum())} of them from sources absent from training (new sources)\n")
    print("| top-1 | known sources | new sources | both |\n|---|---|---|---|")
    right = over_all == truth
    print(f"| over all classes, background included | {share(right[~shift])} | {share(right[shift])} | {share(right)} |")
    for crop in sorted(set(crops[leaf])):
        for name, hit in (("", right), (", told the crop", told_right)):
            m = crops == crop
            print(f"| {crop}{name} | {share(hit[m & ~shift])} | {share(hit[m & shift])} | {share(hit[m])} |")
    for name, hit in (("all leaves", right), ("all leaves, told the crop", told_right), ("background", right)):
        m = leaf if "leaves" in name else ~leaf
        print(f"| {name} | {share(hit[m & ~shift])} | {share(hit[m & shift])} | {share(hit[m])} |")
    print("\n| confidence, on leaves | known sources | new sources | both |\n|---|---|---|---|")
    groups = (leaf & ~shift, leaf & shift, leaf)
    for name, diagnoses in (("not told", untold), ("told the crop", told)):
        confidence = np.array([d.confidence for d in diagnoses])
        hit = np.array([d.label for d in diagnoses]) == truth
        answered = np.array([not d.abstained for d in diagnoses])
        errors = [f"{expected_calibration_error(confidence[m], hit[m]):.3f}" if m.any() else "-" for m in groups]
        print(f"| expected calibration error (15 bins), {name} | {' | '.join(errors)} |")
        print(f"| share answered, {name} | " + " | ".join(share(answered[m]) for m in groups) + " |")
        print(f"| right among the answers, {name} | " + " | ".join(share(hit[m & answered]) for m in groups) + " |")
    refused = np.array([d.reason in {"not_a_leaf", "poor_photo"} for d in untold])
    print("\n| not one of our leaves | known sources | new sources | both |\n|---|---|---|---|")
    other = ~leaf
    groups = (other & ~shift, other & shift, other)
    print("| AUROC against all leaves | " + " | ".join(f"{auroc(outlier[m], outlier[leaf]):.3f}" if m.any() else "-" for m in groups) + " |")
    print("| refused as not a leaf | " + " | ".join(share(refused[m]) for m in groups) + " |")
    any_refusal = np.array([d.abstained for d in untold])
    print("| refused for any reason | " + " | ".join(share(any_refusal[m]) for m in groups) + " |")
    poor = np.array([d.reason == "poor_photo" for d in untold])
    print(f"| leaves called a poor photo | {share(poor[leaf & ~shift])} | {share(poor[leaf & shift])} | {share(poor[leaf])} |")


def drawings(seeds: int = 3) -> None:
    """Leaves drawn by a program, which the model has never seen: what the lesson says about them rests on this."""
    classifier = CropClassifier()
    truth = [label for label in classifier.classes_ for _seed in range(seeds)]
    leaves = [samples.draw_leaf(*label.split("__"), seed, size=256, label=False) for label in classifier.classes_ for seed in range(seeds)]
    told = [classifier.diagnose(leaf, crop=label.split("__")[0]) for leaf, label in zip(leaves, truth, strict=True)]
    right = np.array([d.label == label for d, label in zip(told, truth, strict=True)])
    answered = np.array([not d.abstained for d in told])
    print(f"\n| {len(leaves)} drawn leaves, told the crop | |\n|---|---|\n| top-1 | {share(right)} |")
    print(f"| share answered | {share(answered)} |\n| right among the answers | {share(right[answered])} |")


def speed(repeats: int) -> None:
    import onnxruntime
    import torch
    from transformers import pipeline

    torch.set_num_threads(1)
    classifier = CropClassifier()
    backbone = classifier._load()  # noqa: SLF001 - the same numbers for the bare run
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(BUNDLED / "model.onnx"), options, providers=["CPUExecutionProvider"])
    hub = pipeline("image-classification", model=str(BUNDLED), device="cpu")
    mean, std = (np.array(backbone.settings[key], np.float32) for key in ("mean", "std"))

    def bare(data: bytes) -> np.ndarray:
        image = Image.open(io.BytesIO(data)).convert("RGB").resize((backbone.size, backbone.size), Image.Resampling.BILINEAR)
        pixels = (np.asarray(image, np.float32) / 255 - mean) / std
        return session.run(["logits"], {"pixel_values": pixels.transpose(2, 0, 1)[None]})[0]

    contenders = {
        "diagnose(jpeg bytes)": classifier.diagnose,
        "Pillow decode + bare ONNX Runtime": bare,
        "transformers pipeline, same network": lambda data: hub(Image.open(io.BytesIO(data)).convert("RGB")),
    }
    print(f"\n| one thread, median of {repeats}, in turn | 300 x 224 pixels | 4000 x 3000 pixels |\n|---|---|---|")
    cells: dict[str, list[float]] = {name: [] for name in contenders}
    for size, times in (((300, 224), repeats), ((4000, 3000), max(3, repeats // 10))):
        buffer = io.BytesIO()
        samples.draw_leaf("coffee", "rust", 1).resize(size).save(buffer, "JPEG", quality=90)
        seconds: dict[str, list[float]] = {name: [] for name in contenders}
        for i in range(times + 3):
            for name, function in contenders.items():
                start = time.perf_counter()
                function(buffer.getvalue())
                if i >= 3:
                    seconds[name].append(time.perf_counter() - start)
        for name in contenders:
            cells[name].append(statistics.median(seconds[name]))
    for name, values in cells.items():
        print(f"| {name} | " + " | ".join(f"{1000 * v:.2f} ms" for v in values) + " |")
    ours, plain, hub_times = cells.values()
    print("| ratio to bare ONNX Runtime (goal: at most 1.3) | " + " | ".join(f"{a / b:.2f}" for a, b in zip(ours, plain, strict=True)) + " |")
    print("| times faster than the pipeline (goal: at least 3) | " + " | ".join(f"{b / a:.1f}" for a, b in zip(ours, hub_times, strict=True)) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="folder with manifest.csv and the photos; without it only the speed is measured")
    parser.add_argument("--split", default="val")
    parser.add_argument("--repeats", type=int, default=100)
    args = parser.parse_args()
    if args.data:
        quality(args.data, args.split)
    drawings()
    speed(args.repeats)
    size = sum(path.stat().st_size for path in BUNDLED.iterdir())
    print(f"\nModel folder: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
