"""What a network learns from photos without the names of their conditions: SimCLR (Chen et al. 2020), for ``crop_levers.py``."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from ailab.training.augment import Augmenter
from ailab.training.crops import build_network, normalise
from ailab.training.recipe import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import RegNetForImageClassification

    from ailab.training.photos import Photos

__all__ = ["pretrain"]

EPOCHS, SIDE, BATCH, GROUP = 20, 80, 128, 64
TEMPERATURE, STRENGTH = 0.2, 0.5
RECIPE = Recipe(smallest=0.35)  # smaller pieces than where a condition has to be told


def contrast(seen: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
    """Normalised temperature-scaled cross-entropy of two views of each photo.

    Parameters
    ----------
    seen : tensor of shape (2 N, n_features)
        First views, then second ones.
    kinds : tensor of shape (N,)
        Only photos of one kind have to be told apart.
    """
    n = len(kinds)
    unit = functional.normalize(seen, dim=1)
    kinds = kinds.repeat(2)
    alike = (unit @ unit.T / TEMPERATURE).masked_fill(kinds[:, None] != kinds, -1e4).fill_diagonal_(-1e4)
    return functional.cross_entropy(alike, torch.arange(2 * n).roll(n))


def batches(kinds: torch.Tensor, generator: torch.Generator) -> list[torch.Tensor]:
    """Photos of an epoch, in groups of one kind, two groups a batch."""
    order = torch.randperm(len(kinds), generator=generator)
    groups = [group for kind in kinds.unique() for group in order[kinds[order] == kind].split(GROUP) if len(group) > GROUP // 4]
    shuffled = [groups[i] for i in torch.randperm(len(groups), generator=generator)]
    return [torch.cat(shuffled[i : i + BATCH // GROUP]) for i in range(0, len(shuffled), BATCH // GROUP)]


def pretrain(photos: Photos, classes: list[str], *, same_crop: bool, checkpoint: Path) -> RegNetForImageClassification:
    """Learn to recognise a photo in another view of it, on another background, among other photos.

    Parameters
    ----------
    photos : Photos
        With masks.
    classes : list of str
        Class names; conditions are not looked at, crops only if ``same_crop``.
    same_crop : bool
        Tell photos apart from those of their own crop only, which was photographed in the same place: the place does not help there.
    checkpoint : Path
        Written after each epoch, and read at the start if it is there.
    """
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    augment = Augmenter(generator, RECIPE, strength=STRENGTH)
    network = build_network(classes).to(memory_format=torch.channels_last)
    width = network.config.hidden_sizes[-1]
    head = torch.nn.Sequential(torch.nn.Linear(width, width), torch.nn.BatchNorm1d(width), torch.nn.ReLU(), torch.nn.Linear(width, 128))
    parts = torch.nn.ModuleList([network.regnet, head])
    optimizer = torch.optim.AdamW(parts.parameters(), lr=1.5e-3, weight_decay=0.05)
    crops = [name.split("__")[0] for name in classes]
    kinds = torch.tensor([crops.index(crop) for crop in crops])[photos.labels] if same_crop else torch.zeros_like(photos.labels)
    other = (photos.labels == len(classes) - 1).nonzero().flatten()
    start = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        parts.load_state_dict(state["parts"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"])
        start = state["epoch"]

    def view(index: torch.Tensor) -> torch.Tensor:
        behind = other[torch.randint(len(other), (len(index),), generator=generator)]
        pieces = zip(index.split(16), behind.split(16), strict=True)
        return torch.cat([augment(photos.pixels[a], photos.masks[a], photos.aspects[a], photos.pixels[b], SIDE) for a, b in pieces])

    for epoch in range(start, EPOCHS):
        began, losses = time.perf_counter(), []
        parts.train()
        todo = batches(kinds, generator)
        for i, index in enumerate(todo):
            done = (epoch + i / len(todo)) / EPOCHS
            for group in optimizer.param_groups:
                group["lr"] = 1.5e-3 * min(1.0, 10 * done + 0.01) * (0.5 + 0.5 * math.cos(math.pi * done))
            pixels = normalise(torch.cat([view(index), view(index)]))
            loss = contrast(head(network.regnet(pixels).pooler_output.flatten(1)), kinds[index])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        line = {"epoch without names": epoch + 1, "loss": round(float(np.mean(losses)), 3), "seconds": round(time.perf_counter() - began)}
        print(json.dumps(line), flush=True)
        torch.save({"parts": parts.state_dict(), "optimizer": optimizer.state_dict(), "generator": generator.get_state(), "epoch": epoch + 1}, checkpoint)
    return network
