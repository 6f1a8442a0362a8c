"""Train the bundled crop model: ``python -m ailab.training.crops --data FOLDER``.

The folder holds ``manifest.csv`` (file, crop, condition, split, group, shift, width, height, …) and the photos. The
network starts from random weights. Training can be interrupted at any time: the same command goes on from the last
finished epoch. When it is done it writes the model in transformers format and as ONNX, with its calibration.

Two networks are trained by the same recipe. The first, a shorter run, does without one source altogether, and shows how far a network is to be believed
on photos from elsewhere; the second, which is the model, learns from everything. Nothing here looks at the rows of split
``val`` but to print how it is going: temperatures and thresholds come from ``calib``, a twelfth of the training photos that is held
out by group, and from the source that the first network did without.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import hashlib
import json
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional
from transformers import RegNetConfig, RegNetForImageClassification

from .augment import Augmenter
from .export import Judgement, calibrate, disturbed, turned, write_model
from .novelty import Novelty
from .other_things import write_other_things
from .photos import Photos, describe, list_classes, load_photos
from .recipe import Recipe
from .step import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["build_network", "main", "predict", "run", "train"]

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def build_network(classes: list[str], width: float = 1.0) -> RegNetForImageClassification:
    """A RegNetY (Radosavovic et al. 2020) of 1.3 million parameters (at ``width`` 1) with random weights."""
    config = RegNetConfig(
        embedding_size=32, hidden_sizes=[round(w * width) * 24 for w in (1, 2, 5, 12)], depths=[1, 2, 4, 4], groups_width=24, layer_type="y",
        id2label=dict(enumerate(classes)), label2id={name: i for i, name in enumerate(classes)}, problem_type="single_label_classification",
    )  # fmt: skip
    return RegNetForImageClassification(config)


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """Pixels (N, 3, H, W) in 0..1 as the network wants them."""
    mean, std = (torch.tensor(v, device=pixels.device).view(1, 3, 1, 1) for v in (MEAN, STD))
    return ((pixels - mean) / std).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def predict(network: torch.nn.Module, photos: Photos, device: str, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits (N, n_classes) and features (N, n_features) of photos as they are."""
    network.eval()
    features = []
    for i in range(0, len(photos.labels), 64):
        x = photos.pixels[i : i + 64].to(device).float() / 255
        if size != x.shape[-1]:
            x = functional.interpolate(x, size=(size, size), mode="bilinear", antialias=True)
        features.append(network.regnet(normalise(x)).last_hidden_state.float().mean((2, 3)))
    found = torch.cat(features) if features else torch.zeros(0, network.config.hidden_sizes[-1], device=device)
    return network.classifier[1](found).cpu(), found.cpu()


def summarise(logits: torch.Tensor, photos: Photos) -> dict[str, float]:
    """Top-1 over everything, over the sources known from training, and over the new ones; AUROC of the background."""
    from sklearn.metrics import roc_auc_score

    right = (logits.argmax(1) == photos.labels).numpy()
    shift = np.array([row["shift"] == "yes" for row in photos.rows])
    background = (photos.labels == logits.shape[1] - 1).numpy()
    score = logits.softmax(1)[:, -1].numpy()
    figures = {"top1": right.mean(), "top1_known_sources": right[~shift].mean()}
    if (shift & ~background).any():
        figures["top1_new_sources"] = right[shift & ~background].mean()
    if background.any() and not background.all():
        figures["auroc_background"] = float(roc_auc_score(background, score))
    return {name: round(float(value), 4) for name, value in figures.items()}


class _Criterion:
    """Cross-entropy over all classes and, with weight ``told``, over the conditions of the right crop alone."""

    def __init__(self, classes: list[str], told: float, device: str) -> None:
        self.told = told
        crops = [name.split("__")[0] for name in classes]
        self.other_crop = torch.tensor([[a != b for b in crops] for a in crops], device=device)

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Loss of each picture."""
        loss = functional.cross_entropy(logits, labels, label_smoothing=0.05, reduction="none")
        if self.told:
            loss = loss + self.told * functional.cross_entropy(logits.masked_fill(self.other_crop[labels], -1e4), labels, reduction="none")
        return loss


def train(
    photos: Photos, val: Photos, classes: list[str], recipe: Recipe, *, device: str, checkpoint: Path,
    network: RegNetForImageClassification | None = None, teachers: Sequence[RegNetForImageClassification] = (),
) -> RegNetForImageClassification:  # fmt: skip
    """Train; return the averaged network.

    Parameters
    ----------
    photos, val : Photos
        To learn from; to print progress on.
    classes : list of str
        Class names, the background class last.
    recipe : Recipe
    device : str
        As torch names it.
    checkpoint : Path
        File that is written after each epoch and read at the start if it is there.
    network : RegNetForImageClassification, optional
        Where to begin; default: random weights.
    teachers : sequence of RegNetForImageClassification, default=()
        Networks whose mean probabilities for the same pictures make half of the loss (Hinton et al. 2015; Beyer et al. 2022).
    """
    torch.manual_seed(recipe.seed)
    settings = {"classes": classes, "photos": _fingerprint(photos)} | dataclasses.asdict(recipe)
    generator = torch.Generator(device).manual_seed(recipe.seed)
    order = torch.Generator().manual_seed(recipe.seed)
    augment = Augmenter(generator, recipe)
    network = (network or build_network(classes, recipe.width)).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(network).requires_grad_(requires_grad=False)
    criterion = _Criterion(classes, recipe.told, device)

    def mixed_loss(pixels: torch.Tensor, labels: torch.Tensor, partner: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        logits = network(pixel_values=pixels).logits
        loss = (kept * criterion(logits, labels) + (1 - kept) * criterion(logits, labels[partner])).mean()
        return (loss + functional.cross_entropy(logits, _believed(teachers, pixels))) / 2 if teachers else loss

    step = Step(network, average, mixed_loss, recipe.lr)
    steps_per_epoch = len(photos.labels) // recipe.batch_size
    state = _load(checkpoint, settings, device)
    start = state["epoch"] + 1 if state else 0
    if state:
        network.load_state_dict(state["network"])
        average.load_state_dict(state["average"])
        step.resume(state["optimizer"])
        if state["generator"].shape == generator.get_state().shape:
            generator.set_state(state["generator"].cpu())
        else:  # written on another kind of device, whose row of chances cannot go on here
            generator.manual_seed(recipe.seed + start)
        order.set_state(state["order"].cpu())
    done = start * steps_per_epoch
    other = (photos.labels == len(classes) - 1).nonzero().flatten()
    weights = torch.bincount(photos.labels, minlength=len(classes)).clamp(min=1)[photos.labels].float() ** -recipe.rare
    pixels, masks, aspects, labels = (tensor.to(device) for tensor in (photos.pixels, photos.masks, photos.aspects, photos.labels))
    # Small pieces stay in the cache of a processor, which makes this three times faster; a GPU waits for each piece.
    piece = 16 if device == "cpu" else recipe.batch_size
    for epoch in range(start, recipe.epochs):
        began, losses = time.perf_counter(), []
        size, _rate, augment.strength = recipe.plan(epoch)
        network.train()
        shuffled = torch.multinomial(weights, len(photos.labels), replacement=True, generator=order)

        def prepare(index: torch.Tensor, behind: torch.Tensor, size: int = size) -> tuple[torch.Tensor, ...]:
            pairs = zip(index.to(device).split(piece), behind.to(device).split(piece), strict=True)
            changed, partner, kept = augment.mix(torch.cat([augment(pixels[a], masks[a], aspects[a], pixels[b], size) for a, b in pairs]))
            return normalise(changed), labels[index.to(device)], partner, kept

        batches = shuffled[: steps_per_epoch * recipe.batch_size].split(recipe.batch_size)
        behind = [other[torch.randint(len(other), (recipe.batch_size,), generator=order)] for _ in batches]
        for batch in _ahead(prepare, batches, behind, device=device):
            warm = min(1.0, (done + 1) / (3 * steps_per_epoch))
            lr = recipe.lr * warm * recipe.plan(done / steps_per_epoch)[1]
            done += 1
            losses.append(step(*batch, lr=lr, momentum=min(0.999, (done + 1) / (done + 10))))
        step.wait()
        line = {"epoch": epoch + 1, "size": size, "loss": round(float(torch.stack(losses).mean()), 4), "seconds": round(time.perf_counter() - began)}
        if (epoch + 1) % 5 == 0 or epoch + 1 == recipe.epochs:
            line |= summarise(predict(average, val, device, size)[0], val)
        print(json.dumps(line), flush=True)
        state = {
            "epoch": epoch, "network": network.state_dict(), "average": average.state_dict(), "optimizer": step.optimizer.state_dict(),
            "generator": generator.get_state(), "order": order.get_state(), "settings": settings,
        }  # fmt: skip
        _save(state, checkpoint)
    return average


def _load(checkpoint: Path, settings: dict[str, Any], device: str) -> dict[str, Any] | None:
    """What was saved after the last finished epoch, or None at the beginning."""
    if not checkpoint.exists():
        return None
    state: dict[str, Any] = torch.load(checkpoint, map_location=device, weights_only=True)
    if state["settings"] != settings:
        changed = ", ".join(name for name in settings if settings[name] != state["settings"].get(name))
        raise SystemExit(f"{checkpoint} belongs to another run (different: {changed}). Choose another folder with --work, or remove it.")
    print(f"goes on after epoch {state['epoch'] + 1} of {settings['epochs']}", flush=True)
    return state


def _save(state: dict[str, Any], checkpoint: Path) -> None:
    """Write beside the old checkpoint first: a power cut leaves one of them whole."""
    new = checkpoint.with_suffix(".new")
    torch.save(state, new)
    new.replace(checkpoint)


def _fingerprint(photos: Photos) -> str:
    return hashlib.sha256("\n".join(sorted(row["file"] for row in photos.rows)).encode()).hexdigest()


def _ahead(function: Callable[..., Any], *arguments: Sequence[torch.Tensor], device: str) -> Iterator[Any]:
    """``map`` with the next two results made in another thread, on a GPU beside the training, while one is used."""
    stream = torch.cuda.Stream(device) if torch.device(device).type == "cuda" else None

    def make(*values: torch.Tensor) -> Any:
        if stream is None:
            return function(*values)
        with torch.cuda.stream(stream):
            result = function(*values)
        stream.synchronize()
        return result

    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting: deque[Future[Any]] = deque()
        for values in zip(*arguments, strict=True):
            waiting.append(pool.submit(make, *values))
            if len(waiting) > 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@torch.no_grad()
def _believed(teachers: Sequence[RegNetForImageClassification], pixels: torch.Tensor) -> torch.Tensor:
    """Mean probabilities (N, n_classes) of some networks."""
    return torch.stack([teacher.eval()(pixel_values=pixels).logits.softmax(1) for teacher in teachers]).mean(0)


def run(data: Path, work: Path, out: Path, recipe: Recipe, device: str, *, without: Sequence[str], new: Sequence[Judgement] = ()) -> Judgement:
    """Train without some sources or classes, calibrate, write the model; return what it says about the sources left out."""
    work.mkdir(parents=True, exist_ok=True)
    classes = list_classes(data, without)
    photos = load_photos(data, ("train",), classes, masks=True, without=without)
    val = load_photos(data, ("val",), classes, masks=False, without=without)
    print(f"{len(photos.rows)} photos to learn from, {len(val.rows)} in val, {len(classes)} classes, without: {', '.join(without) or '-'}", flush=True)
    network = train(photos, val, classes, recipe, device=device, checkpoint=work / "checkpoint.pt")
    calib = load_photos(data, ("calib",), classes, masks=True, without=without)
    left_out = load_photos(data, ("train", "calib", "val"), classes, masks=False, only=without) if without else None
    size, background = recipe.sides[-1], len(classes) - 1
    features = predict(network, calib, device, size)[1][calib.labels != background]
    novelty = Novelty.fit(predict(network, photos, device, size)[1], photos.labels, features, background)

    def judge(part: Photos) -> Judgement:
        logits, features = predict(network, part, device, size)
        return Judgement(logits, novelty(features), part.labels)

    found = calibrate(judge(turned(calib)), [judge(disturbed(calib, seed=recipe.seed)), *new], classes)
    settings = {"classes": classes[:-1], "size": size, "mean": MEAN, "std": STD} | found | {"seen": describe(photos)}
    write_model(network, novelty, out, settings)
    write_other_things(out, data, without=without)
    print(json.dumps(found), f"written to {out}", flush=True)
    return judge(left_out) if left_out else Judgement(torch.zeros(0, len(classes)), torch.zeros(0), torch.zeros(0, dtype=torch.long))


def main(argv: list[str] | None = None) -> None:
    """Train, calibrate, export: once without the sources that judge, once with everything."""
    parser = argparse.ArgumentParser(prog="python -m ailab.training.crops", description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the photos")
    parser.add_argument("--work", type=Path, default=Path("build/crops"), help="folder for checkpoints (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=None, help="folder for the model (default: WORK/model)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings", help="change the recipe (see recipe.py)")
    parser.add_argument(
        "--left-out", nargs="*", default=["PlantDoc"], metavar="SOURCE", help="sources or classes (how their names begin) that judge the first model"
    )
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    recipe = Recipe().changed(*args.settings)
    torch.set_num_threads(args.threads)
    new = []
    if args.left_out:
        scout = dataclasses.replace(recipe, epochs=max(1, round(recipe.scout * recipe.epochs)))
        new.append(run(args.data, args.work / "left_out", args.work / "left_out" / "model", scout, args.device, without=args.left_out))
    run(args.data, args.work, args.out or args.work / "model", recipe, args.device, without=(), new=[part for part in new if len(part.labels)])


if __name__ == "__main__":
    main()
