"""Photos of many things, as numbers, for :class:`~ailab.ImageClassifier`: ``python -m ailab.training.other_things --data FOLDER --model FOLDER``.

Whoever teaches a machine two kinds of leaf shows it no cup. To tell that a photo is none of what was taught, it compares with photos of other
things: this writes what is seen in two hundred of them beside a network. No photo can be made from these numbers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ailab.photo_features import look_at
from ailab.vision import OTHER_THINGS, Backbone

from .export import write_checksums
from .photos import BACKGROUND, class_name, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "write_other_things"]


def write_other_things(model: Path, data: Path, *, without: Sequence[str] = (), n: int = 200, seed: int = 0) -> None:
    """Write ``other_things.safetensors`` into the folder of a model.

    Parameters
    ----------
    model : Path
        Folder of the network.
    data : Path
        Folder with ``manifest.csv`` and the photos; training rows alone are used.
    without : sequence of str, default=()
        Beginnings of the names of sources or classes to leave out.
    n : int, default=200
        How many photos: half of them show leaves, half anything else; each class and each source counts about alike.
    seed : int, default=0
    """
    from safetensors.numpy import save_file

    rng = np.random.default_rng(seed)
    rows = read_rows(data, ("train",), without=without)
    chosen: list[Path] = []
    for leaves in (True, False):
        kinds: dict[str, list[Path]] = {}
        for row in rows:
            if (class_name(row) != BACKGROUND) == leaves:
                kinds.setdefault(class_name(row) if leaves else row.get("source_dataset", ""), []).append(data / row["file"])
        share = -(-n // 2 // len(kinds))
        paths = [path for kind in sorted(kinds) for path in rng.permutation(np.array(kinds[kind], object))[:share]]
        chosen += rng.permutation(np.array(paths, object))[: n // 2].tolist()
    features = np.stack([look.features[0] for look in look_at(chosen, Backbone(model))])
    save_file({"features": features.astype(np.float16)}, model / OTHER_THINGS)
    (model / OTHER_THINGS).chmod(0o644)
    write_checksums(model)


def main(argv: list[str] | None = None) -> None:
    """Write the numbers beside a network."""
    parser = argparse.ArgumentParser(prog="python -m ailab.training.other_things", description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the photos")
    parser.add_argument("--model", type=Path, required=True, help="folder of the network")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="beginnings of the names of sources or classes to leave out")
    args = parser.parse_args(argv)
    write_other_things(args.model, args.data, without=args.without)


if __name__ == "__main__":
    main()
