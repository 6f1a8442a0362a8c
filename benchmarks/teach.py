"""How well a person can teach from a few photos: ``python benchmarks/teach.py --data FOLDER``.

A network is trained by the recipe of the bundled one, but without two crops and two collections of everyday objects, so that it has never seen
the classes that are then taught (27 epochs; it goes on where it was interrupted). A lesson takes a few photos a class from the training rows
and is judged on the ``val`` rows of the same classes, as they are and in another light from a little nearer, as on another day; each figure is
the mean over several draws of the photos. Beside it stand two baselines with the same linear step, whose regularisation was chosen for them: raw
pixels and colour histograms. ``--choose`` judges on other training rows instead and tries several settings: that is how the settings were chosen.
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
from ailab.linear_head import LinearHead
from ailab.vision import OTHER_THINGS, shared_backbone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEFT_OUT = ("tomato__", "banana__", "TrashNet", "Grocery Store")
EPOCHS = 27
DRAWS = 10
SHOTS = (5, 10, 20)
C_HISTOGRAM, C_RAW = 30, 3  # the best for them, from --choose


def network_without(data: Path, work: Path, threads: int) -> Path:
    """Folder of a model that has never seen the classes that are left out."""
    import torch

    from ailab.training.crops import run
    from ailab.training.other_things import write_other_things
    from ailab.training.recipe import Recipe

    torch.set_num_threads(threads)
    model = work / "model"
    if not (model / "SHA256SUMS").exists():
        run(data, work, model, dataclasses.replace(Recipe(), epochs=EPOCHS), "cpu", without=LEFT_OUT)
    if not (model / OTHER_THINGS).exists():
        write_other_things(model, data, without=LEFT_OUT)
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


def raw_pixels(photo: Image.Image) -> np.ndarray:
    return np.asarray(photo.resize((32, 32), Image.Resampling.BILINEAR), np.float32).ravel() / 255


def colour_histogram(photo: Image.Image) -> np.ndarray:
    cells = np.asarray(photo.resize((96, 96), Image.Resampling.BILINEAR), np.int32) // 32 @ (64, 8, 1)
    return np.sqrt(np.bincount(cells.ravel(), minlength=512) / cells.size).astype(np.float32)


def another_day(path: Path) -> Image.Image:
    """The same photo in another light, from a little nearer, perhaps mirrored; the same for everybody who asks."""
    rng = np.random.default_rng(list(path.name.encode()))
    with Image.open(path) as image:
        photo = image.convert("RGB")
    side = rng.uniform(0.75, 1)
    size = (round(photo.width * side), round(photo.height * side))
    left, top = ((full - part) * rng.random() for full, part in zip(photo.size, size, strict=True))
    box = (left, top, left + size[0], top + size[1])
    pixels = np.asarray(photo.resize(size, Image.Resampling.BILINEAR, box), np.float32)
    warmth, tint = rng.uniform(-0.15, 0.15), rng.uniform(-0.05, 0.05)
    pixels = pixels * np.exp(rng.uniform(-0.45, 0.35)) * np.exp([warmth, tint, -warmth])
    pixels = (pixels - pixels.mean()) * rng.uniform(0.75, 1.25) + pixels.mean()
    return Image.fromarray(pixels[:, :: rng.choice([-1, 1])].clip(0, 255).astype(np.uint8))


@dataclasses.dataclass
class Seen:
    """Features (n, views, d) of the photos of a task, in ``parts``, and (n, d) of the same photos on another day."""

    features: np.ndarray
    parts: tuple[int, ...]
    another_day: np.ndarray

    def only(self, *kept: int) -> Seen:
        """Some of the parts."""
        place = np.repeat(np.arange(len(self.parts)), self.parts)
        columns = np.isin(place, kept)
        return Seen(self.features[:, :, columns], tuple(self.parts[i] for i in kept), self.another_day[:, columns])

    def one_view(self) -> Seen:
        """Without the other views of the photos that are taught."""
        return dataclasses.replace(self, features=self.features[:, :1])


def seen(task: Task, model: Path) -> Seen:
    """What the classifier sees."""
    backbone = shared_backbone(str(model))
    looks = photo_features.look_at(task.paths, backbone)
    later = photo_features.look_at([another_day(path) for path in task.paths], backbone)
    return Seen(np.stack([look.features for look in looks]), looks[0].parts, np.stack([look.features[0] for look in later]))


def seen_by(kind: Callable[[Image.Image], np.ndarray], task: Task) -> Seen:
    """What a baseline sees."""
    rows = []
    for path in task.paths:
        with Image.open(path) as image:
            rows.append(kind(image.convert("RGB")))
    later = np.stack([kind(another_day(path)) for path in task.paths])
    return Seen(np.stack(rows)[:, None], (later.shape[1],), later)


def accuracies(task: Task, what: Seen, shots: int, c: float, *, choose: bool) -> tuple[list[float], list[float]]:
    """Share of right guesses of each draw, on photos as they are and on another day."""
    names, targets = np.unique(task.labels, return_inverse=True)
    plain, later = [], []
    for learn, judge in task.draws(shots, choose=choose):
        head = LinearHead.fit(what.features[learn], what.parts, targets[learn], len(names), c)
        plain.append(float((head(what.features[judge, 0]).argmax(1) == targets[judge]).mean()))
        later.append(float((head(what.another_day[judge]).argmax(1) == targets[judge]).mean()))
    return plain, later


def possible(task: Task, shots: int) -> bool:
    """Whether there are so many photos of each class."""
    return min(Counter(task.labels[~task.judge]).values()) >= shots


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[place == b].mean() - right[place == b].mean()) * (place == b).mean() for b in range(bins) if (place == b).any()))


def choose(found: list[Task], model: Path) -> None:
    """Try settings on training rows."""
    columns = [f"{task.name} {n}" for task in found for n in SHOTS if possible(task, n)]
    print(f"| features | C | mean | another day | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 4)}")
    ours = {task.name: seen(task, model) for task in found}
    kinds: dict[str, Callable[[Task], Seen]] = {
        "raw pixels": lambda task: seen_by(raw_pixels, task),
        "colour histogram": lambda task: seen_by(colour_histogram, task),
        "network, last map": lambda task: ours[task.name].only(1),
        "network, map before": lambda task: ours[task.name].only(0),
        "network, both": lambda task: ours[task.name].only(0, 1),
        "colours": lambda task: ours[task.name].only(2),
        "textures": lambda task: ours[task.name].only(3),
        "colours and textures": lambda task: ours[task.name].only(2, 3),
        "colours and textures, one view": lambda task: ours[task.name].only(2, 3).one_view(),
        "all but the last map": lambda task: ours[task.name].only(0, 2, 3),
        "all": lambda task: ours[task.name],
        "all, one view": lambda task: ours[task.name].one_view(),
    }
    for name, features_of in kinds.items():
        what = {task.name: features_of(task) for task in found}
        for c in (3, 10, 30, 100, 300):
            row = [accuracies(task, what[task.name], n, c, choose=True) for task in found for n in SHOTS if possible(task, n)]
            plain, later = ([np.mean(pair[i]) for pair in row] for i in (0, 1))
            cells = " | ".join(f"{a:.2f} / {b:.2f}" for a, b in zip(plain, later, strict=True))
            print(f"| {name} | {c} | {np.mean(plain):.3f} | {np.mean(later):.3f} | {cells} |", flush=True)


def judge(found: list[Task], model: Path) -> None:
    """The table of the README, and what a confidence is worth."""
    print("| taught, never seen by the network | classes | photos a class | ailab | colour histogram | raw pixels | guessing |")
    print("|---|---|---|---|---|---|---|")
    worth = []
    for task in found:
        ours, classes = seen(task, model), np.unique(task.labels)
        histogram, raw = (seen_by(kind, task) for kind in (colour_histogram, raw_pixels))
        for shots in (n for n in SHOTS if possible(task, n)):
            rows = [accuracies(task, what, shots, c, choose=False) for what, c in ((ours, ImageClassifier().C), (histogram, C_HISTOGRAM), (raw, C_RAW))]
            cells = " | ".join(f"{np.mean(plain):.2f} / {np.mean(later):.2f}" for plain, later in rows)
            print(f"| {task.name} ({int(task.judge.sum())} photos judge) | {len(classes)} | {shots} | {cells} | {1 / len(classes):.2f} |", flush=True)
            worth.append(confidence(task, shots, model, [path for other in found if other is not task for path in other.paths]))
    print("\n| taught | photos a class | calibration error | answered | right among the answers | a class never taught: answered | other things: answered |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(worth))


def confidence(task: Task, shots: int, model: Path, others: list[Path]) -> str:
    """A row: how far the confidence is to be believed, and how often photos of what was not taught are answered all the same."""
    sure, right, answered, strange, other = [], [], [], [], []
    classes = np.unique(task.labels)
    for draw, (learn, judged) in enumerate(task.draws(shots, choose=False)):
        if draw == 3:  # reading every photo is slow
            break
        untaught = classes[draw % len(classes)]
        kept = learn[task.labels[learn] != untaught]
        teach = ImageClassifier(model=model).fit([task.paths[i] for i in kept], task.labels[kept])
        other += [not teach.diagnose(path).abstained for path in np.random.default_rng(draw).permutation(np.array(others, object))[:50]]
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
    counts = " | ".join(f"{sum(part)} of {len(part)}" for part in (hits, strange, other))
    return f"| {task.name} | {shots} | {error:.3f} | {np.mean(answered):.2f} | {counts} |"


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
    photo_features.REMEMBERED = 5000
    model = network_without(args.data, args.work, args.threads)
    found = tasks(args.data)
    if args.choose:
        choose(found, model)
        return
    speed()
    judge(found, model)


if __name__ == "__main__":
    main()
