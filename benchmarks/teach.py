"""How well a person can teach from a few photos: ``python benchmarks/teach.py --data FOLDER``.

A network is trained by the recipe of the bundled one, but without two crops and two collections of everyday objects, so that it has never seen
the classes that are then taught (27 epochs; it goes on where it was interrupted). A lesson takes a few photos a class from the training rows
and is judged on the ``val`` rows of the same classes; each figure is the mean over several draws of the photos. Beside it stand two baselines with the
same linear step, whose regularisation was chosen for them: raw pixels and colour histograms. ``--choose`` judges on other training rows instead
and tries several settings: that is how the settings were chosen.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import io
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab import ImageClassifier, image_classifier, photo_features
from ailab.vision import softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEFT_OUT = ("tomato__", "banana__", "TrashNet", "Grocery Store")
EPOCHS = 27
DRAWS = 10
SHOTS = (5, 10, 20)


def network_without(data: Path, work: Path, threads: int) -> Path:
    """Folder of a model that has never seen the classes that are left out."""
    import torch

    from ailab.training.crops import run
    from ailab.training.recipe import Recipe

    torch.set_num_threads(threads)
    model = work / "model"
    if not (model / "SHA256SUMS").exists():
        run(data, work, model, dataclasses.replace(Recipe(), epochs=EPOCHS), "cpu", without=LEFT_OUT)
    return model


@dataclasses.dataclass
class Task:
    """Photos that are taught: paths, labels, and which of them judge."""

    name: str
    paths: list[Path]
    labels: np.ndarray
    groups: np.ndarray
    judge: np.ndarray

    def draws(self, shots: int, *, choose: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Photos to learn from, ``shots`` a class, and photos that judge; never two of one group on both sides."""
        for seed in range(DRAWS):
            rng = np.random.default_rng(seed)
            order = rng.permutation(np.flatnonzero(~self.judge))
            picked = np.concatenate([order[self.labels[order] == name][:shots] for name in np.unique(self.labels)])
            if choose:
                rest = np.setdiff1d(order, picked)
                yield picked, rest[~np.isin(self.groups[rest], self.groups[picked])]
            else:
                yield picked, np.flatnonzero(self.judge)


def tasks(data: Path) -> list[Task]:
    """What is taught: two crops, and two collections of things."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            folder = row["source_path"].split("/")
            if row["crop"] in {"tomato", "banana"}:
                found[row["crop"]].append((row["condition"], row))
            elif row["source_dataset"].startswith("TrashNet"):
                found["rubbish"].append((folder[-2], row))
            elif row["source_dataset"].startswith("Grocery"):
                found["groceries"].append((folder[2], row))
    return [
        Task(
            name,
            [data / row["file"] for _label, row in rows],
            np.array([label for label, _row in rows]),
            np.array([row["group"] for _label, row in rows]),
            np.array([row["split"] == "val" for _label, row in rows]),
        )
        for name, rows in found.items()
    ]


def raw_pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((32, 32), Image.Resampling.BILINEAR), np.float32).ravel() / 255


def colour_histogram(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        cells = np.asarray(image.convert("RGB").resize((96, 96), Image.Resampling.BILINEAR), np.int32) // 32 @ (64, 8, 1)
    return np.sqrt(np.bincount(cells.ravel(), minlength=512) / cells.size).astype(np.float32)


def seen(task: Task, model: Path) -> np.ndarray:
    """Features (n, 2, d) of all photos of a task, as the classifier sees them."""
    teach = ImageClassifier(model=model)
    return np.stack([look.features for look in photo_features.look_at(task.paths, teach._backbone)])


def accuracies(task: Task, features: np.ndarray, shots: int, c: float, *, choose: bool) -> list[float]:
    """Share of right guesses of each draw; ``features`` (n, views, d)."""
    names, targets = np.unique(task.labels, return_inverse=True)
    found = []
    for learn, judge in task.draws(shots, choose=choose):
        head = image_classifier._Head.fit(features[learn], targets[learn], len(names), c)
        scores = np.mean([head(features[judge, view]) for view in range(features.shape[1])], 0)
        found.append(float((scores.argmax(1) == targets[judge]).mean()))
    return found


def possible(task: Task, shots: int) -> bool:
    """Whether there are so many photos of each class."""
    return min(Counter(task.labels[~task.judge]).values()) >= shots


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[place == b].mean() - right[place == b].mean()) * (place == b).mean() for b in range(bins) if (place == b).any()))


def choose(found: list[Task], model: Path) -> None:
    """Try settings on training rows."""
    print("| photos taught | features | C | " + " | ".join(f"{task.name} {n}" for task in found for n in SHOTS if possible(task, n)) + " |")
    kinds: dict[str, Callable[[Task], np.ndarray]] = {
        "raw pixels": lambda task: np.stack([raw_pixels(path) for path in task.paths])[:, None],
        "colour histogram": lambda task: np.stack([colour_histogram(path) for path in task.paths])[:, None],
        "network, last map": lambda task: seen(task, model)[:, :, 120:],
        "network, map before": lambda task: seen(task, model)[:, :, :120],
        "network, both": lambda task: seen(task, model),
    }
    for name, features_of in kinds.items():
        features = {task.name: features_of(task) for task in found}
        for c in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3):
            row = [np.mean(accuracies(task, features[task.name], n, c, choose=True)) for task in found for n in SHOTS if possible(task, n)]
            print(f"| {name} | {c} | " + " | ".join(f"{value:.3f}" for value in row) + f" | mean {np.mean(row):.3f}", flush=True)


def judge(found: list[Task], model: Path, c_raw: float, c_histogram: float) -> None:
    """The table of the README, and what a confidence is worth."""
    print("| taught, never seen by the network | classes | photos a class | ailab | colour histogram | raw pixels | guessing |")
    print("|---|---|---|---|---|---|---|")
    worth = []
    for task in found:
        features, classes = seen(task, model), np.unique(task.labels)
        raw, histogram = (np.stack([kind(path) for path in task.paths])[:, None] for kind in (raw_pixels, colour_histogram))
        for shots in (n for n in SHOTS if possible(task, n)):
            ours, theirs, pixels = (
                accuracies(task, values, shots, c, choose=False)
                for values, c in ((features, ImageClassifier().C), (histogram, c_histogram), (raw, c_raw))
            )
            cells = " | ".join(f"{np.mean(v):.2f} ± {np.std(v):.2f}" for v in (ours, theirs, pixels))
            print(f"| {task.name} ({int(task.judge.sum())} photos judge) | {len(classes)} | {shots} | {cells} | {1 / len(classes):.2f} |", flush=True)
            worth.append(confidence(task, shots, model))
    print("\n| taught | photos a class | calibration error | answered | right among the answers | a class never taught: answered |")
    print("|---|---|---|---|---|---|")
    print("\n".join(worth))


def confidence(task: Task, shots: int, model: Path) -> str:
    """A row: how far the confidence is to be believed, and how often a photo of a class that was left out of the lesson is answered all the same."""
    sure, right, answered, strange = [], [], [], []
    classes = np.unique(task.labels)
    for draw, (learn, judged) in enumerate(task.draws(shots, choose=False)):
        if draw == 3:  # reading every photo is slow
            break
        untaught = classes[draw % len(classes)]
        kept = learn[task.labels[learn] != untaught]
        teach = ImageClassifier(model=model).fit([task.paths[i] for i in kept], task.labels[kept])
        for i in judged:
            diagnosis = teach.diagnose(task.paths[i])
            if task.labels[i] == untaught:
                strange.append(not diagnosis.abstained)
            else:
                sure.append(diagnosis.confidence)
                right.append(diagnosis.label == task.labels[i])
                answered.append(not diagnosis.abstained)
    hits = np.array(right)[np.array(answered)]
    error = expected_calibration_error(np.array(sure), np.array(right))
    return f"| {task.name} | {shots} | {error:.3f} | {np.mean(answered):.2f} | {hits.sum()} of {len(hits)} | {sum(strange)} of {len(strange)} |"


def speed() -> None:
    """Time of teaching three classes of thirty photos, as a phone sends them."""
    from ailab import samples

    photos, labels = [], []
    for k, (crop, condition) in enumerate((("coffee", "rust"), ("maize", "healthy"), ("banana", "sigatoka"))):
        for seed in range(31):
            buffer = io.BytesIO()
            samples.draw_leaf(crop, condition, 100 * k + seed, size=320).save(buffer, "JPEG")
            photos.append(buffer.getvalue())
            labels.append(condition)
    import sklearn.linear_model  # noqa: F401 - loaded once, 1 s

    kept = [i for i in range(93) if i % 31 < 30]
    began = time.perf_counter()
    teach = ImageClassifier().fit([photos[i] for i in kept], [labels[i] for i in kept])
    first = time.perf_counter() - began
    more = []
    for i in (30, 61, 92):
        kept.append(i)
        began = time.perf_counter()
        teach.fit([photos[j] for j in kept], [labels[j] for j in kept])
        more.append(time.perf_counter() - began)
    began = time.perf_counter()
    image_classifier.review([photos[j] for j in kept], [labels[j] for j in kept])
    print(f"3 x 30 photos taught in {first:.2f} s; one photo more {np.median(more):.2f} s; a look at the mistakes {time.perf_counter() - began:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the photos")
    parser.add_argument("--work", type=Path, default=Path("build/teach"), help="folder for the network (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--choose", action="store_true", help="try settings on training rows")
    args = parser.parse_args()
    photo_features._REMEMBERED = 5000
    model = network_without(args.data, args.work, args.threads)
    found = tasks(args.data)
    if args.choose:
        choose(found, model)
        return
    speed()
    judge(found, model, 0.01, 0.01)


if __name__ == "__main__":
    main()
