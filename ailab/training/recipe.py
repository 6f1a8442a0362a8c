"""Everything that can be chosen about a training run, in one place."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

__all__ = ["Cycle", "Recipe"]


@dataclass(frozen=True)
class Cycle:
    """Part of a training run over which the learning rate falls to zero.

    ``share`` of all epochs; learning rate at its start, in multiples of the recipe's; ``sizes``: (share of the cycle, index
    of the side of the training pictures), small pictures first, because they are cheaper; ``strength`` of the augmentation.
    """

    share: float
    lr: float
    sizes: tuple[tuple[float, int], ...]
    strength: float


# The second cycle gets the network used to photos as they are.
CYCLES = (Cycle(64 / 90, 1.0, ((0.4, 0), (0.85, 1), (1.0, 2)), 1.0), Cycle(26 / 90, 0.5, ((1.0, 2),), 0.5))


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Parameters
    ----------
    epochs : int, default=180
    batch_size : int, default=32
    lr : float, default=1.5e-3
        Highest learning rate of AdamW.
    sides : tuple of int, default=(96, 128, 144)
        Sides of the training pictures in pixels, from the first epochs to the last; photos are judged at the last one.
    seed : int, default=0
    rare : float, default=0.5
        How much more often than their share rare classes are seen: 0 no more often, 1 as often as the others.
    background : float, default=0.45
        Share of the pictures that are cut out along the leaf and put on something else.
    smallest : float, default=0.45
        Side of the smallest piece of a photo that is looked at, as a share of the photo's side.
    zoom_out : float, default=0.25
        Share of the cut-out leaves that are shown small in the frame.
    farthest : float, default=2.0
        Side of the frame of the smallest of them, as a multiple of the photo's side.
    border : float, default=0.5
        Share of the pictures beyond whose edge the last pixel goes on; beyond the others' edge is their mirror image.
    light : float, default=1.3
        Strength of the changes of light and colour.
    dark : float, default=0.1
        Share of the pictures that lose up to three quarters of their light.
    style : float, default=0.2
        Share of the pictures that take over the colours (mean and spread of each channel) of another one in the batch.
    cutmix : float, default=0.0
        Share of the batches in which a rectangle of each picture comes from another one (Yun et al. 2019).
    mixup : float, default=0.0
        Share of the batches in which each picture is blended with another one (Zhang et al. 2018).
    told : float, default=0.5
        Weight of a second loss that compares the conditions of the right crop only: the crop's camera and background do not
        help there.
    width : float, default=1.0
        Widths of the network, in multiples.
    scout : float, default=0.3
        Length of the run that does without a source, as a share of the whole run.
    """

    epochs: int = 180
    batch_size: int = 32
    lr: float = 1.5e-3
    sides: tuple[int, ...] = (96, 128, 144)
    seed: int = 0
    rare: float = 0.5
    background: float = 0.45
    smallest: float = 0.45
    zoom_out: float = 0.25
    farthest: float = 2.0
    border: float = 0.5
    light: float = 1.3
    dark: float = 0.1
    style: float = 0.2
    cutmix: float = 0.0
    mixup: float = 0.0
    told: float = 0.5
    width: float = 1.0
    scout: float = 0.3

    def changed(self, *settings: str) -> Recipe:
        """The same recipe with ``name=value`` settings; raises ValueError where there is no such name."""
        values: dict[str, Any] = {}
        for setting in settings:
            name, _equals, text = setting.partition("=")
            now = dataclasses.asdict(self)
            if name not in now:
                raise ValueError(f"no setting {name!r}; choose from {', '.join(now)}")
            values[name] = tuple(int(side) for side in text.split(",")) if isinstance(now[name], tuple) else type(now[name])(text)
        return dataclasses.replace(self, **values)

    def plan(self, epoch: float) -> tuple[int, float, float]:
        """Side of the pictures, multiple of the learning rate and strength of the augmentation at a (broken) epoch."""
        ends = [round(self.epochs * sum(cycle.share for cycle in CYCLES[: i + 1])) for i in range(len(CYCLES))]
        index = next((i for i, end in enumerate(ends) if epoch < end), len(CYCLES) - 1)
        cycle, start = CYCLES[index], ends[index - 1] if index else 0
        done = (epoch - start) / (ends[index] - start)
        side = next(side for share, side in cycle.sizes if (int(epoch) - start + 0.5) / (ends[index] - start) <= share)
        return self.sides[min(side, len(self.sides) - 1)], cycle.lr * (0.5 + 0.5 * math.cos(math.pi * min(done, 1.0))), cycle.strength
