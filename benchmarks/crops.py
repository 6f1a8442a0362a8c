"""Measure the bundled crop model: ``python benchmarks/crops.py --data FOLDER``.

Prints top-1 per crop and per new source, expected calibration error, share answered and right among the answers, AUROC of "not one
of our leaves", degraded photos, whether the heat map is worth believing, drawn leaves, and the time of ``diagnose`` against bare
ONNX Runtime and against a transformers pipeline. Photos of split ``val``; those whose whole source is absent from training
(``shift``, and what ``--left-out`` names) are always shown apart.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from crop_measures import DEGRADATIONS, auroc, expected_calibration_error, heat_map_curves, mass_on_leaf, share
from PIL import Image

from ailab import CropClassifier, samples
from ailab.images import open_photo
from ailab.vision import BUNDLED

BACKGROUND = "background_or_other"


@dataclass
class Judged:
    """Photos with what is true of them: paths, labels, sources, and whether the model has learned from their source."""

    paths: list[Path]
    truth: np.ndarray
    crops: np.ndarray
    sources: np.ndarray
    new: np.ndarray

    @property
    def leaf(self) -> np.ndarray:
        return self.truth != BACKGROUND


def read_manifest(data: Path, split: str, left_out: list[str]) -> Judged:
    """Rows of a split, and every row of the sources that the model was trained without."""
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    absent = [any(row["source_dataset"].startswith(name) for name in left_out) for row in rows]
    kept = [(row, row["shift"] == "yes" or out) for row, out in zip(rows, absent, strict=True) if row["split"] == split or out]
    truth = np.array([row["file"].split("/")[0] for row, _new in kept])
    return Judged(
        [data / row["file"] for row, _new in kept],
        truth,
        np.array([label.split("__")[0] for label in truth]),
        np.array([row["source_dataset"].split(" (")[0].split(" as merged")[0] for row, _new in kept]),
        np.array([new for _row, new in kept]),
    )


def quality(classifier: CropClassifier, judged: Judged) -> dict[str, object]:
    """Print the tables of accuracy, calibration and refusal; return the figures that the dashboard quotes."""
    truth, leaf, new = judged.truth, judged.leaf, judged.new
    probability, outlier = classifier.predict_proba(judged.paths), classifier.predict_outlier_proba(judged.paths)
    guess = classifier.classes_[probability.argmax(1)]
    over_all = np.where((1 - outlier) * probability.max(1) > outlier, guess, BACKGROUND)
    told = [classifier.diagnose(path, crop=crop if is_leaf else None) for path, crop, is_leaf in zip(judged.paths, judged.crops, leaf, strict=True)]
    untold = [classifier.diagnose(path) for path in judged.paths]
    told_right, right = np.array([d.label for d in told]) == truth, over_all == truth
    answered = np.array([not d.abstained for d in told])
    print(f"# {len(truth)} photos; {int(new.sum())} of them from sources absent from training (new sources)\n")
    print("| top-1 | known sources | new sources | both |\n|---|---|---|---|")

    def row(name: str, hit: np.ndarray, mask: np.ndarray | bool = True) -> None:
        print(f"| {name} | {share(hit[mask & ~new])} | {share(hit[mask & new])} | {share(hit[mask & np.ones_like(new)])} |")

    row("over all classes, background included", right)
    for crop in sorted(set(judged.crops[leaf])):
        row(crop, right, judged.crops == crop)
        row(f"{crop}, told the crop", told_right, judged.crops == crop)
    row("all leaves", right, leaf)
    row("all leaves, told the crop", told_right, leaf)
    row("background", right, ~leaf)
    print("\n| new source, told the crop | top-1 | share answered | right among the answers | ECE |\n|---|---|---|---|---|")
    confidence = np.array([d.confidence for d in told])
    for source in sorted(set(judged.sources[new & leaf])):
        m = (judged.sources == source) & new & leaf
        error = expected_calibration_error(confidence[m], told_right[m])
        cells = (share(told_right[m]), share(answered[m]), share(told_right[m & answered]), f"{error:.3f}")
        print(f"| {source} ({', '.join(sorted(set(judged.crops[m])))}) | {' | '.join(cells)} |")
    print("\n| confidence, on leaves | known sources | new sources | both |\n|---|---|---|---|")
    groups = (leaf & ~new, leaf & new, leaf)
    for name, diagnoses in (("not told", untold), ("told the crop", told)):
        sure = np.array([d.confidence for d in diagnoses])
        hit = np.array([d.label for d in diagnoses]) == truth
        given = np.array([not d.abstained for d in diagnoses])
        errors = [f"{expected_calibration_error(sure[m], hit[m]):.3f}" if m.any() else "-" for m in groups]
        print(f"| expected calibration error (15 bins), {name} | {' | '.join(errors)} |")
        print(f"| share answered, {name} | " + " | ".join(share(given[m]) for m in groups) + " |")
        print(f"| right among the answers, {name} | " + " | ".join(share(hit[m & given]) for m in groups) + " |")
    refusals(judged, outlier, untold)

    def counts(mask: np.ndarray) -> dict[str, int]:
        parts = {"photos": mask, "right": mask & told_right, "answered": mask & answered, "right_answers": mask & answered & told_right}
        return {name: int(part.sum()) for name, part in parts.items()} | {"right_not_told": int((mask & untold_right).sum())}

    untold_right = np.array([d.label for d in untold]) == truth
    return {crop: {"known": counts((judged.crops == crop) & ~new), "new": counts((judged.crops == crop) & new)} for crop in sorted(set(judged.crops[leaf]))}


def refusals(judged: Judged, outlier: np.ndarray, untold: list) -> None:
    """Print how photos that show none of our leaves are told from leaves."""
    leaf, new = judged.leaf, judged.new
    refused = np.array([d.reason in {"not_a_leaf", "poor_photo"} for d in untold])
    print("\n| not one of our leaves | known sources | new sources | both |\n|---|---|---|---|")
    groups = (~leaf & ~new, ~leaf & new, ~leaf)
    print("| AUROC against all leaves | " + " | ".join(f"{auroc(outlier[m], outlier[leaf]):.3f}" if m.any() else "-" for m in groups) + " |")
    print("| refused as not a leaf | " + " | ".join(share(refused[m]) for m in groups) + " |")
    any_refusal = np.array([d.abstained for d in untold])
    print("| refused for any reason | " + " | ".join(share(any_refusal[m]) for m in groups) + " |")
    leaves = (leaf & ~new, leaf & new, leaf)
    print("| leaves called not a leaf | " + " | ".join(share(np.array([d.reason == "not_a_leaf" for d in untold])[m]) for m in leaves) + " |")
    print("| leaves called a poor photo | " + " | ".join(share(np.array([d.reason == "poor_photo" for d in untold])[m]) for m in leaves) + " |")


def degraded(classifier: CropClassifier, judged: Judged) -> None:
    """Print how known leaves fare when their photos are spoilt on purpose. Told the crop."""
    print("\n| known sources, spoilt, told the crop | top-1 | share answered | right among the answers | wrong answers of all |\n|---|---|---|---|---|")
    chosen = np.flatnonzero(judged.leaf & ~judged.new)[::2]
    for name, change in DEGRADATIONS.items():
        diagnoses = [classifier.diagnose(change(open_photo(judged.paths[i])), crop=judged.crops[i]) for i in chosen]
        hit = np.array([d.label for d in diagnoses]) == judged.truth[chosen]
        given = np.array([not d.abstained for d in diagnoses])
        print(f"| {name} | {share(hit)} | {share(given)} | {share(hit[given])} | {share(given & ~hit)} |")


def heat_map(classifier: CropClassifier, judged: Judged, every: int = 5) -> dict[str, object]:
    """Print whether hiding what the map marks changes the guess, and whether the map lies on the leaf."""
    backbone = classifier._load()  # noqa: SLF001 - the network itself
    figures: dict[str, object] = {}
    print("\n| heat map | known sources | new sources |\n|---|---|---|")
    rows: dict[str, list[str]] = {}
    for part, mask in (("known", judged.leaf & ~judged.new), ("new", judged.leaf & judged.new)):
        chosen = np.flatnonzero(mask)[:: every if part == "known" else 1]
        photos = [open_photo(judged.paths[i], max_side=640) for i in chosen]
        columns = [classifier._columns(judged.crops[i]) for i in chosen]  # noqa: SLF001
        curves = heat_map_curves(backbone, photos, columns)
        for kind, by_order in curves.items():
            for order, areas in by_order.items():
                rows.setdefault(f"{kind}, {order} first ({'lower' if kind == 'deletion' else 'higher'} is better)", []).append(f"{areas.mean():.3f}")
        gain = {order: curves["insertion"][order] - curves["deletion"][order] for order in curves["deletion"]}
        better = {order: gain["heat map"] > gain[order] for order in ("random", "centre")}
        for order, wins in better.items():
            rows.setdefault(f"photos on which the map beats {order}", []).append(share(wins))
        mass, area = mass_on_leaf(backbone, photos, columns)
        rows.setdefault("share of the map on the leaf", []).append(f"{mass.mean():.3f} ({len(mass)} photos)" if len(mass) else "-")
        rows.setdefault("share of the photo that is leaf", []).append(f"{area.mean():.3f}" if len(area) else "-")
        figures[part] = {"photos": len(photos), "beats_random": int(better["random"].sum()), "beats_centre": int(better["centre"].sum())}
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")
    return figures


def drawings(classifier: CropClassifier, seeds: int = 3) -> dict[str, int]:
    """Leaves drawn by a program, which the model has never seen: what the lesson says about them rests on this."""
    truth = [label for label in classifier.classes_ for _seed in range(seeds)]
    leaves = [samples.draw_leaf(*label.split("__"), seed, size=256, label=False) for label in classifier.classes_ for seed in range(seeds)]
    told = [classifier.diagnose(leaf, crop=label.split("__")[0]) for leaf, label in zip(leaves, truth, strict=True)]
    right = np.array([d.label == label for d, label in zip(told, truth, strict=True)])
    answered = np.array([not d.abstained for d in told])
    print(f"\n| {len(leaves)} drawn leaves, told the crop | |\n|---|---|\n| top-1 | {share(right)} |")
    print(f"| share answered | {share(answered)} |\n| right among the answers | {share(right[answered])} |")
    return {"photos": len(leaves), "right": int(right.sum())}


def speed(classifier: CropClassifier, repeats: int) -> None:
    import onnxruntime
    import torch
    from transformers import pipeline

    torch.set_num_threads(1)
    backbone = classifier._load()  # noqa: SLF001 - the same numbers for the bare run
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(backbone.folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    hub = pipeline("image-classification", model=str(backbone.folder), device="cpu")
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
    parser.add_argument("--data", type=Path, help="folder with manifest.csv and the photos; without it only drawn leaves and the speed are measured")
    parser.add_argument("--split", default="val")
    parser.add_argument("--model", type=Path, default=BUNDLED, help="folder of the model (default: the bundled one)")
    parser.add_argument("--left-out", action="append", default=[], metavar="SOURCE", help="a source that this model was trained without")
    parser.add_argument("--repeats", type=int, default=100, help="photos to time; 0: no timing")
    parser.add_argument("--write", action="store_true", help="put the figures that the dashboard quotes beside the model")
    args = parser.parse_args()
    if args.write and not args.data:
        parser.error("--write needs --data: the file would lose the figures of the photos")
    classifier = CropClassifier(model=args.model)
    figures: dict[str, object] = {}
    if args.data:
        judged = read_manifest(args.data, args.split, args.left_out)
        figures["crops"] = quality(classifier, judged)
        degraded(classifier, judged)
        figures["heat_map"] = heat_map(classifier, judged)
    figures["drawn"] = drawings(classifier)
    if args.repeats:
        speed(classifier, args.repeats)
    size = sum(path.stat().st_size for path in args.model.iterdir())
    print(f"\nModel folder: {size / 1e6:.1f} MB")
    if args.write:
        (args.model / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
