"""What each lever of the recipe brings, on photos from elsewhere: ``python benchmarks/crop_levers.py --data FOLDER --work FOLDER``.

Trains a short run for each lever, without the field photos of PlantDoc, and prints one table: known sources, and each new
source apart. Each run can be interrupted and goes on where it was; a finished one is not trained again, so that the same command
with ``--only none`` just prints the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from ailab.training.crops import predict, train
from ailab.training.photos import list_classes, load_photos
from ailab.training.recipe import Recipe

LEFT_OUT = ("PlantDoc",)
#: The recipe of the first model, in a short run with small pictures.
FIRST = (
    "epochs=20", "sides=80,96,112", "background=0.35", "smallest=0.55", "zoom_out=0.15", "farthest=1.5", "border=0", "light=1", "dark=0", "style=0", "told=0",
)  # fmt: skip
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
    "larger input": ("sides=112,128,160",),
    "wider": ("width=1.5",),
    "small in the frame, borders, dark": ("zoom_out=0.25", "farthest=2", "border=0.5", "dark=0.1"),
    "recipe of this model": tuple(
        f"{name}={getattr(Recipe(), name)}" for name in ("background", "smallest", "zoom_out", "farthest", "border", "light", "dark", "style", "told")
    ),
}
SOURCES = {"rice (UCI)": "Rice Leaf Diseases", "coffee (JMuBEN)": "JMuBEN", "maize (PlantDoc)": "PlantDoc", "unknown (chilli)": "Chilli"}


def run(name: str, data: Path, work: Path, photos: dict) -> None:
    """Train one lever and keep what it says about val and the photos left out."""
    recipe = Recipe().changed(*FIRST, *LEVERS[name])
    folder = work / name.replace(" ", "_").replace(",", "")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "logits.npz").exists():
        return
    classes = list_classes(data)
    if not photos:
        photos["train"] = load_photos(data, ("train",), classes, masks=True, without=LEFT_OUT)
        photos["val"] = load_photos(data, ("val",), classes, masks=False, without=LEFT_OUT)
        photos["left_out"] = load_photos(data, ("train", "calib", "val"), classes, masks=False, only=LEFT_OUT)
        photos["calib"] = load_photos(data, ("calib",), classes, masks=False, without=LEFT_OUT)
    print(name, recipe, flush=True)
    network = train(photos["train"], photos["val"], classes, recipe, device="cpu", checkpoint=folder / "checkpoint.pt")
    torch.save(network.state_dict(), folder / "network.pt")
    judged = {part: predict(network, photos[part], "cpu", recipe.sides[-1])[0].numpy() for part in ("val", "left_out", "calib")}
    np.savez(folder / "logits.npz", **judged)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the photos")
    parser.add_argument("--work", type=Path, default=Path("build/levers"), help="folder for the runs (default: %(default)s)")
    parser.add_argument("--only", nargs="*", default=list(LEVERS), help="names of the runs to train")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    photos: dict = {}
    for name in args.only:
        if name != "none":
            run(name, args.data, args.work, photos)


if __name__ == "__main__":
    main()
