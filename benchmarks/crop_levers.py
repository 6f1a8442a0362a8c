"""What each lever of the recipe brings, on photos from elsewhere: ``python benchmarks/crop_levers.py --data FOLDER --work FOLDER``.

Trains a short run for each lever, without the field photos of PlantDoc, and prints tables: how often the runs are right, on
known sources and on each new source apart; and how well scores of novelty tell each new source from the known ones. Runs can be
interrupted and go on where they were; a finished one is not trained again, so that the same command with ``--only`` and no name
just prints the tables. Another table sets classical features (colours and textures, extremely randomised trees) beside a network; another
averages several views of a photo, with the bundled model; ``--networks FOLDER ...`` prints one in which whole models judge the photos
alone and together (a whole training with another seed, say).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from crop_measures import auroc
from crop_pretraining import pretrain
from transformers import RegNetForImageClassification

from ailab.colour_texture import code_maps, histograms
from ailab.training.crops import MEAN, STD, build_network, normalise, predict, train
from ailab.training.novelty import Novelty
from ailab.training.photos import BACKGROUND, Photos, belongs_to, list_classes, load_photos
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
    "all classes equally often": ("rare=1",),
    "twice as long": ("epochs=40",),
    "colour constancy": (),
    "without names first (SimCLR)": (),
    "the same, each crop among its own": (),
    "taught by two networks": (),
}
CONSTANT = "colour constancy"
#: Runs that begin with what was learned without names: whether photos were told apart from those of their own crop only.
PRETRAINED = {"without names first (SimCLR)": False, "the same, each crop among its own": True}
#: Runs that learn from other runs, too.
TAUGHT = {"taught by two networks": ("first", "first, another seed")}
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
        teachers = TAUGHT.get(name, ())
        for teacher in teachers:
            self.train(teacher)
        print(name, self.recipe(name), flush=True)
        network = train(
            self.photos("train"), self.photos("judged"), self.classes, self.recipe(name), device="cpu", checkpoint=self.folder(name) / "checkpoint.pt",
            network=self.beginning(name), teachers=[self.network(teacher) for teacher in teachers],
        )  # fmt: skip
        torch.save(network.state_dict(), self.folder(name) / "network.pt")

    def untrained(self, name: str) -> RegNetForImageClassification:
        """A network as a run needs it, with random weights."""
        network = build_network(self.classes, self.recipe(name).width)
        if name == CONSTANT:
            network.regnet.register_forward_pre_hook(constant_colours)
        return network

    def beginning(self, name: str) -> RegNetForImageClassification:
        """The network of a run before it learns names."""
        if name in PRETRAINED:
            checkpoint = self.folder(name) / "pretraining.pt"
            return pretrain(self.photos("train"), self.classes, same_crop=PRETRAINED[name], checkpoint=checkpoint)
        torch.manual_seed(self.recipe(name).seed)
        return self.untrained(name)

    def network(self, name: str) -> RegNetForImageClassification:
        """The network of a finished run."""
        network = self.untrained(name)
        network.load_state_dict(torch.load(self.folder(name) / "network.pt", weights_only=True))
        return network

    def judge(self, name: str, *parts: str) -> Judged:
        """What the network of a run says about some photos."""
        network, side = self.network(name), self.recipe(name).sides[-1]
        found = [predict(network, self.photos(part), "cpu", side) for part in parts]
        logits, features = (torch.cat(pieces).numpy() for pieces in zip(*found, strict=True))
        labels = torch.cat([self.photos(part).labels for part in parts]).numpy()
        return Judged(logits, features, labels, [row for part in parts for row in self.photos(part).rows])


def constant_colours(_network: torch.nn.Module, given: tuple) -> tuple:
    """Pixels as in grey light: shades of grey (Finlayson and Trezzi 2004), with the sixth power."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    pixels = (given[0] * std + mean).clamp(0, 1)
    light = pixels.pow(6).mean((2, 3), keepdim=True).pow(1 / 6).clamp(min=0.02)
    return (normalise((pixels * light.mean(1, keepdim=True) / light).clamp(0, 1)), *given[1:])


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


def classical_rows(bench: Bench, name: str) -> list[str]:
    """Lines of the third table: what colours and textures say, counted over the whole photo, beside a network."""
    from sklearn.ensemble import ExtraTreesClassifier

    def counted(*parts: str) -> np.ndarray:
        pictures = (picture for part in parts for picture in bench.photos(part).pixels.permute(0, 2, 3, 1).contiguous().numpy())
        return np.stack([histograms(code_maps(picture)) for picture in pictures])

    trees = ExtraTreesClassifier(500, class_weight="balanced", random_state=0).fit(counted("train"), bench.photos("train").labels.numpy())
    judged = bench.judge(name, "judged", "left_out")
    seen = np.full_like(judged.logits, 1e-6)
    seen[:, trees.classes_] += trees.predict_proba(counted("judged", "left_out"))
    believed = {f"run “{name}”": softmax(judged.logits), "trees": seen, "both (mean)": (softmax(judged.logits) + seen) / 2}
    return [accuracy_row(what, replace(judged, logits=np.log(p)), bench.classes) for what, p in believed.items()]


def view_rows(bench: Bench) -> list[str]:
    """Lines of the fourth table: averages over several views of a photo, with the bundled model.

    Known sources: photos held out of training. New ones: as in the first table.
    """
    network = RegNetForImageClassification.from_pretrained(BUNDLED)
    background = len(bench.classes) - 1
    crops = np.array([label.split("__")[0] for label in bench.classes])

    def view(photos: Photos, size: int, *, mirror: bool = False, piece: float = 1.0, at: tuple[float, float] = (0.5, 0.5)) -> np.ndarray:
        side = photos.pixels.shape[-1]
        kept = round(side * piece)
        top, left = (round((side - kept) * share) for share in at)
        pixels = photos.pixels[:, :, top : top + kept, left : left + kept]
        return predict(network, replace(photos, pixels=pixels.flip(3) if mirror else pixels), "cpu", size)[0].numpy()

    def views(photos: Photos) -> dict[str, np.ndarray]:
        whole = view(photos, 144)
        others = {
            "mirrored": view(photos, 144, mirror=True),
            "at 128 pixels": view(photos, 128),
            "at 96 pixels": view(photos, 96),
            "its middle (0.8 of the sides)": view(photos, 144, piece=0.8),
        }
        nine = np.mean([softmax(view(photos, 144, piece=0.5, at=(y, x))) for y in (0, 0.5, 1) for x in (0, 0.5, 1)], axis=0)
        averaged = {f"and {name}": (whole + other) / 2 for name, other in others.items()}
        voted = {"nine pieces (0.5 of the sides)": np.log(nine), "and nine pieces": np.log((nine + softmax(whole)) / 2)}
        return {"the whole photo at 144 pixels": whole} | averaged | voted

    def right(logits: np.ndarray, labels: np.ndarray, *, told: bool) -> np.ndarray:
        return np.where((not told) | (crops[None] == crops[labels][:, None]), logits, -np.inf).argmax(1) == labels

    held_out, judged = bench.photos("calib"), bench.photos("judged")
    known, new = held_out.labels.numpy(), judged.labels.numpy()
    places = [np.array([belongs_to(row, (SOURCES[source],)) for row in judged.rows]) for source in ("rice (UCI)", "coffee (JMuBEN)")]
    rows = []
    for (name, logits), elsewhere in zip(views(held_out).items(), views(judged).values(), strict=True):
        cells = [right(logits, known, told=False), right(logits, known, told=True)[known != background]]
        cells += [right(elsewhere, new, told=True)[place] for place in places]
        rows.append(f"| {name} | {' | '.join(f'{cell.mean():.3f}' for cell in cells)} |")
    return rows


def network_rows(bench: Bench, folders: list[Path]) -> list[str]:
    """Lines of the last table: whole models alone, and the mean of their probabilities."""
    held_out, judged = bench.photos("calib"), bench.photos("judged")
    networks = [RegNetForImageClassification.from_pretrained(folder) for folder in folders]
    found = [[predict(network, part, "cpu", Recipe().sides[-1])[0].softmax(1).numpy() for part in (held_out, judged)] for network in networks]
    background = len(bench.classes) - 1
    crops = np.array([label.split("__")[0] for label in bench.classes])

    def right(probabilities: np.ndarray, photos: Photos) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        labels = photos.labels.numpy()
        told = np.where(crops[None] == crops[labels][:, None], probabilities, -1).argmax(1) == labels
        return probabilities.argmax(1) == labels, told, labels != background

    rows = []
    together = [("together", [np.mean(parts, axis=0) for parts in zip(*found, strict=True)])] if len(found) > 1 else []
    for name, (first, probabilities) in [*zip(map(str, folders), found, strict=True), *together]:
        untold, told, leaf = right(first, held_out)
        cells = [untold.mean(), told[leaf].mean()]
        untold, told, leaf = right(probabilities, judged)
        known, new = groups(Judged(np.log(probabilities), probabilities, judged.labels.numpy(), judged.rows))
        cells += [untold[known].mean(), told[known & leaf].mean(), *(told[new[source]].mean() for source in ("rice (UCI)", "coffee (JMuBEN)"))]
        rows.append(f"| {name} | {' | '.join(f'{value:.3f}' for value in cells)} | {auroc(probabilities[~leaf, -1], probabilities[leaf, -1]):.3f} |")
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
        print(f"\n| colours and textures | known, all classes | known, told | {' | '.join(leaves)} | AUROC of {BACKGROUND} |\n|{'---|' * 7}")
        print("\n".join(classical_rows(bench, "first")))
    print(f"\n| views of a photo, bundled model | held out, all classes | held out, told | rice (UCI) | coffee (JMuBEN) |\n|{'---|' * 5}")
    print("\n".join(view_rows(bench)))
    if args.networks:
        print(f"\n| network | held out, all classes | told | known, all classes | told | rice (UCI) | coffee (JMuBEN) | AUROC of {BACKGROUND} |\n|{'---|' * 8}")
        print("\n".join(network_rows(bench, args.networks)))


if __name__ == "__main__":
    main()
