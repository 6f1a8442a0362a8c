"""What each lever of the recipe brings, on photos from elsewhere: ``python benchmarks/crop_levers.py --data FOLDER --work FOLDER``.

Trains a short run for each lever, without the field photos of PlantDoc, and prints tables: how often the runs are right, on
known sources and on each new source apart; and how well scores of novelty tell each new source from the known ones. Runs can be
interrupted and go on where they were; a finished one is not trained again, so that the same command with ``--only`` and no name
just prints the tables. A third table averages several views of a photo, with the bundled model; ``--networks FOLDER ...`` prints a
fourth, in which whole models judge the photos alone and together (a whole training with another seed, say).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from crop_measures import auroc
from transformers import RegNetForImageClassification

from ailab.training.crops import build_network, predict, train
from ailab.training.novelty import Novelty
from ailab.training.photos import BACKGROUND, belongs_to, list_classes, load_photos
from ailab.training.recipe import Recipe
from ailab.vision import BUNDLED

LEFT_OUT = ("PlantDoc",)
#: The recipe of the first model, in a short run with small pictures.
FIRST = (
    "epochs=20", "sides=80,96,112", "background=0.35", "smallest=0.55", "zoom_out=0.15", "farthest=1.5", "border=0", "light=1", "dark=0", "style=0", "told=0",
)  # fmt: skip
CHANGED = ("background", "smallest", "zoom_out", "farthest", "border", "light", "dark", "style", "told")
#: Name of the run, settings that differ from the recipe of the first model.
LEVERS: dict[str, tuple[str, ...]] = {
    "first": (),
    "first, another seed": ("seed=1",),
    "no other backgrounds": ("background=0",),
    "twice the other backgrounds": ("background=0.7",),
    "smaller pieces": ("smallest=0.25",),
    "stronger light": ("light=1.7",),
    "colours of other photos": ("style=0.5",),
    "cutmix": ("cutmix=0.5",),
    "mixup": ("mixup=0.5",),
    "loss within the crop": ("told=1",),
    "small in the frame, borders, dark": ("zoom_out=0.25", "farthest=2", "border=0.5", "dark=0.1"),
    "recipe of this model": tuple(f"{name}={getattr(Recipe(), name)}" for name in CHANGED),
    "larger input": ("sides=112,128,160",),
    "wider": ("width=1.5",),
}
SOURCES = {"rice (UCI)": "Rice Leaf Diseases", "coffee (JMuBEN)": "JMuBEN", "maize (PlantDoc)": "PlantDoc", "unknown (chilli)": "Chilli"}


@dataclass
class Judged:
    """What a network says about photos, and what is true of them."""

    logits: np.ndarray
    features: np.ndarray
    labels: np.ndarray
    rows: list[dict[str, str]]


class Bench:
    """Photos, read when first needed, and the runs."""

    def __init__(self, data: Path, work: Path) -> None:
        self.classes = list_classes(data)
        self.work = work
        self._photos: dict = {}
        read = partial(load_photos, data, classes=self.classes)
        self._read = {
            "train": lambda: read(("train",), masks=True, without=LEFT_OUT),
            "calib": lambda: read(("calib",), masks=False, without=LEFT_OUT),
            "judged": lambda: read(("val",), masks=False),
            "left_out": lambda: read(("train", "calib"), masks=False, only=LEFT_OUT),
        }

    def photos(self, part: str):
        if part not in self._photos:
            self._photos[part] = self._read[part]()
        return self._photos[part]

    def folder(self, name: str) -> Path:
        return self.work / name.replace(" ", "_").replace(",", "")

    def recipe(self, name: str) -> Recipe:
        return Recipe().changed(*FIRST, *LEVERS[name])

    def train(self, name: str) -> None:
        """Train one lever, if that has not been done."""
        if (self.folder(name) / "network.pt").exists():
            return
        self.folder(name).mkdir(parents=True, exist_ok=True)
        print(name, self.recipe(name), flush=True)
        checkpoint = self.folder(name) / "checkpoint.pt"
        network = train(self.photos("train"), self.photos("judged"), self.classes, self.recipe(name), device="cpu", checkpoint=checkpoint)
        torch.save(network.state_dict(), self.folder(name) / "network.pt")

    def judge(self, name: str, *parts: str) -> Judged:
        """What the network of a run says about some photos."""
        recipe = self.recipe(name)
        network = build_network(self.classes, recipe.width)
        network.load_state_dict(torch.load(self.folder(name) / "network.pt", weights_only=True))
        found = [predict(network, self.photos(part), "cpu", recipe.sides[-1]) for part in parts]
        logits, features = (torch.cat(pieces).numpy() for pieces in zip(*found, strict=True))
        labels = torch.cat([self.photos(part).labels for part in parts]).numpy()
        return Judged(logits, features, labels, [row for part in parts for row in self.photos(part).rows])


def softmax(z: np.ndarray) -> np.ndarray:
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def groups(judged: Judged) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Photos of known sources, and those of each new one."""
    new = {name: np.array([belongs_to(row, (source,)) for row in judged.rows]) for name, source in SOURCES.items()}
    return ~np.any(list(new.values()), axis=0), new


def accuracy_row(name: str, judged: Judged, classes: list[str]) -> str:
    """Line of the first table."""
    known, new = groups(judged)
    background = len(classes) - 1
    leaf = judged.labels != background
    crops = np.array([label.split("__")[0] for label in classes])
    told = np.where(crops[None] == crops[judged.labels][:, None], judged.logits, -np.inf).argmax(1) == judged.labels
    untold = judged.logits.argmax(1) == judged.labels
    outlier = softmax(judged.logits)[:, -1]
    cells = [untold[known].mean(), told[known & leaf].mean(), *(told[new[source]].mean() for source in SOURCES if not source.startswith("unknown"))]
    cells.append(auroc(outlier[~leaf], outlier[leaf]))
    return f"| {name} | {' | '.join(f'{value:.3f}' for value in cells)} |"


def novelty_rows(bench: Bench, name: str) -> list[str]:
    """Lines of the second table: AUROC of each new source against leaves of known ones."""
    train_, calib, judged = bench.judge(name, "train"), bench.judge(name, "calib"), bench.judge(name, "judged", "left_out")
    background = len(bench.classes) - 1
    held_out = torch.from_numpy(calib.features[calib.labels != background])
    novelty = Novelty.fit(torch.from_numpy(train_.features), torch.from_numpy(train_.labels), held_out, background)
    leaf_features = train_.features[train_.labels != background]
    unit = leaf_features / np.linalg.norm(leaf_features, axis=1, keepdims=True)
    z, f = judged.logits, judged.features
    scores = {
        "1 - highest probability": 1 - softmax(z)[:, :-1].max(1),
        "energy (Liu et al. 2020)": -np.log(np.exp(z[:, :-1]).sum(1)),
        "probability of background": softmax(z)[:, -1],
        "5th nearest neighbour, cosine (Sun et al. 2022)": -np.sort(f / np.linalg.norm(f, axis=1, keepdims=True) @ unit.T, axis=1)[:, -5],
        "relative Mahalanobis distance (Ren et al. 2021)": novelty(torch.from_numpy(f)).numpy(),
    }
    known, new = groups(judged)
    leaf = judged.labels != background
    columns = {"background": ~leaf & known, **new}
    return [f"| {score} | " + " | ".join(f"{auroc(v[m], v[known & leaf]):.3f}" for m in columns.values()) + " |" for score, v in scores.items()]


def view_rows(bench: Bench) -> list[str]:
    """Lines of the third table: averages over several views of a photo, with the bundled model, on photos held out of training."""
    network = RegNetForImageClassification.from_pretrained(BUNDLED)
    photos, background = bench.photos("calib"), len(bench.classes) - 1
    side = photos.pixels.shape[-1]

    def view(size: int, *, mirror: bool = False, piece: float = 1.0) -> np.ndarray:
        edge = round(side * (1 - piece) / 2)
        pixels = photos.pixels[:, :, edge : side - edge, edge : side - edge]
        return predict(network, replace(photos, pixels=pixels.flip(3) if mirror else pixels), "cpu", size)[0].numpy()

    whole = view(144)
    others = {"mirrored": view(144, mirror=True), "at 128 pixels": view(128), "at 96 pixels": view(96), "its middle (0.8 of the sides)": view(144, piece=0.8)}
    labels = photos.labels.numpy()
    leaf = labels != background
    crops = np.array([label.split("__")[0] for label in bench.classes])
    rows = []
    for name, logits in {"the whole photo at 144 pixels": whole, **{f"and {name}": (whole + other) / 2 for name, other in others.items()}}.items():
        told = np.where(crops[None] == crops[labels][:, None], logits, -np.inf).argmax(1) == labels
        rows.append(f"| {name} | {(logits.argmax(1) == labels).mean():.3f} | {told[leaf].mean():.3f} |")
    return rows


def network_rows(bench: Bench, folders: list[Path]) -> list[str]:
    """Lines of the fourth table: whole models alone, and the mean of their probabilities."""
    photos = bench.photos("judged")
    found = [predict(RegNetForImageClassification.from_pretrained(folder), photos, "cpu", Recipe().sides[-1])[0].softmax(1).numpy() for folder in folders]
    labels, background = photos.labels.numpy(), len(bench.classes) - 1
    leaf = labels != background
    crops = np.array([label.split("__")[0] for label in bench.classes])
    rows = []
    for name, probabilities in [*zip(map(str, folders), found, strict=True), *([("together", np.mean(found, axis=0))] if len(found) > 1 else [])]:
        judged = Judged(np.log(probabilities), probabilities, labels, photos.rows)
        known, new = groups(judged)
        told = np.where(crops[None] == crops[labels][:, None], probabilities, -1).argmax(1) == labels
        untold = probabilities.argmax(1) == labels
        sources = [told[new[source]].mean() for source in ("rice (UCI)", "coffee (JMuBEN)")]
        cells = [untold[known].mean(), told[known & leaf].mean(), *sources, auroc(probabilities[~leaf, -1], probabilities[leaf, -1])]
        rows.append(f"| {name} | {' | '.join(f'{value:.3f}' for value in cells)} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the photos")
    parser.add_argument("--work", type=Path, default=Path("build/levers"), help="folder for the runs (default: %(default)s)")
    parser.add_argument("--only", nargs="*", choices=list(LEVERS), default=list(LEVERS), help="names of the runs to train")
    parser.add_argument("--networks", type=Path, nargs="+", metavar="FOLDER", help="whole models to judge alone and together")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    bench = Bench(args.data, args.work)
    for name in args.only:
        bench.train(name)
    done = [name for name in LEVERS if (bench.folder(name) / "network.pt").exists()]
    leaves = [source for source in SOURCES if not source.startswith("unknown")]
    print(f"\n| lever | known, all classes | known, told | {' | '.join(leaves)} | AUROC of {BACKGROUND} |\n|{'---|' * 7}")
    for name in done:
        print(accuracy_row(name, bench.judge(name, "judged", "left_out"), bench.classes))
    if "first" in done:
        print(f"\n| AUROC against known leaves, run “first” | background | {' | '.join(SOURCES)} |\n|{'---|' * 6}")
        print("\n".join(novelty_rows(bench, "first")))
    print("\n| views of a photo, bundled model, photos held out of training | all classes | told |\n|---|---|---|")
    print("\n".join(view_rows(bench)))
    if args.networks:
        print(f"\n| network | known, all classes | known, told | rice (UCI) | coffee (JMuBEN) | AUROC of {BACKGROUND} |\n|{'---|' * 6}")
        print("\n".join(network_rows(bench, args.networks)))


if __name__ == "__main__":
    main()
