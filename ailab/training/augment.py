"""Pictures of a leaf as another phone, another light and another field would have taken it.

Everything works on a batch at once, on whatever device the batch is on, and draws its chances from the
``torch.Generator`` that it is given, so that a training run can be repeated and resumed.

The lab photos give their label away by the background (grey cloth, white paper, black). So a share of the pictures
(``Recipe.background``) is cut out along the leaf, or along a leaf-like outline, and put on something else.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from .recipe import Recipe

__all__ = ["Augmenter"]


class Augmenter:
    """Change a batch of photos at random.

    Parameters
    ----------
    generator : torch.Generator
        Source of all chances; on the same device as the photos.
    recipe : Recipe, optional
        Says how often and how far.
    strength : float, default=1.0
        How far the photos are changed: 1 for most of a training run, less towards its end, 0 for hardly at all.
    """

    def __init__(self, generator: torch.Generator, recipe: Recipe | None = None, *, strength: float = 1.0) -> None:
        self.generator = generator
        self.recipe = recipe or Recipe()
        self.strength = strength

    def _rand(self, *shape: int, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        return torch.rand(*shape, generator=self.generator, device=self.generator.device) * (high - low) + low

    def _chance(self, n: int, p: float) -> torch.Tensor:
        return self._rand(n) < p

    def __call__(self, photos: torch.Tensor, masks: torch.Tensor, aspects: torch.Tensor, backgrounds: torch.Tensor, size: int) -> torch.Tensor:
        """Change a batch.

        Parameters
        ----------
        photos : uint8 tensor of shape (N, 3, S, S)
            Whole photos, squeezed into a square.
        masks : uint8 tensor of shape (N, 1, S, S)
            255 on the leaf; all zero where the leaf could not be cut out.
        aspects : float tensor of shape (N,)
            Width / height before the photo was squeezed.
        backgrounds : uint8 tensor of shape (N, 3, S, S)
            Photos without a leaf of ours, to put the leaf on.
        size : int
            Side of the result in pixels.

        Returns
        -------
        float tensor of shape (N, 3, size, size), 0..1
        """
        n = len(photos)
        masked = masks.flatten(1).amax(1) > 0
        grid = self._grid(n, size, aspects, centre=_centroid(masks), zoom_out=masked)
        layers = torch.cat([photos, masks], dim=1).float().div_(255)
        beyond = "border" if float(self._rand(1)) < self.recipe.border else "reflection"
        out = functional.grid_sample(layers, grid, mode="bilinear", padding_mode=beyond, align_corners=False)
        picture = out[:, :3]
        use = self._chance(n, self.recipe.background * self.strength).nonzero().flatten()
        if len(use):
            outline = torch.where(masked[use][:, None, None, None], out[use, 3:], self._outline(len(use), size))
            behind = self._behind(backgrounds[use], size)
            picture[use] = behind.lerp_(picture[use], outline)
        self._style(picture)
        picture = self._light(picture)
        self._camera(picture)
        self._cutout(picture)
        return picture

    def _grid(self, n: int, size: int, aspects: torch.Tensor, centre: torch.Tensor, zoom_out: torch.Tensor) -> torch.Tensor:
        angle = torch.where(self._chance(n, 0.5), self._rand(n, low=-math.pi, high=math.pi), self._rand(n, low=-0.35, high=0.35))
        scale = torch.exp(self._rand(n, low=self.strength * math.log(self.recipe.smallest), high=math.log(1.05)))
        scale = torch.where(zoom_out & self._chance(n, self.recipe.zoom_out), self._rand(n, low=1.05, high=self.recipe.farthest), scale)
        # Half-way back to the true proportions, sometimes beyond: phones hold leaves at every angle.
        stretch = torch.exp(self._rand(n, low=-0.2, high=0.2)) * aspects ** (-0.5 * self._rand(n))
        flip = torch.where(self._chance(n, 0.5), 1.0, -1.0).to(scale)
        sx, sy = scale * stretch.clamp(0.5, 2).sqrt() * flip, scale / stretch.clamp(0.5, 2).sqrt()
        room = (1 - scale).clamp(min=0)
        # The middle of the view wanders, at most until the view touches the border, around the middle of the leaf.
        tx = (centre[:, 0] + self._rand(n, low=-1, high=1) * 0.8).clamp(-1, 1) * room
        ty = (centre[:, 1] + self._rand(n, low=-1, high=1) * 0.8).clamp(-1, 1) * room
        cos, sin = torch.cos(angle), torch.sin(angle)
        theta = torch.stack([torch.stack([cos * sx, -sin * sy, tx], 1), torch.stack([sin * sx, cos * sy, ty], 1)], 1)
        return functional.affine_grid(theta, [n, 4, size, size], align_corners=False)

    def _outline(self, n: int, size: int) -> torch.Tensor:
        """Leaf-like outlines: a lens between two arcs, at a random angle."""
        axis = torch.linspace(-1, 1, size, device=self.generator.device)
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        angle = self._rand(n, 1, 1, high=math.pi)
        u = torch.cos(angle) * x + torch.sin(angle) * y - self._rand(n, 1, 1, low=-0.25, high=0.25)
        v = -torch.sin(angle) * x + torch.cos(angle) * y - self._rand(n, 1, 1, low=-0.25, high=0.25)
        length, width = self._rand(n, 1, 1, low=0.8, high=2.5), self._rand(n, 1, 1, low=0.2, high=0.9)
        bend = self._rand(n, 1, 1, low=-0.3, high=0.3) * u * u
        edge = width * (1 - (u / length) ** 2).clamp(min=0) - (v + bend).abs()
        return (edge * size / 3).clamp(0, 1)[:, None]

    def _behind(self, backgrounds: torch.Tensor, size: int) -> torch.Tensor:
        n, device = len(backgrounds), backgrounds.device
        still, never = torch.zeros(n, 2, device=device), torch.zeros(n, dtype=torch.bool, device=device)
        grid = self._grid(n, size, torch.ones(n, device=device), centre=still, zoom_out=never)
        photo = functional.grid_sample(backgrounds.float().div_(255), grid, padding_mode="reflection", align_corners=False)
        kind = self._rand(n)
        grey = torch.where(kind < 0.85, self._rand(n), self._rand(n, low=0.85, high=1.0))[:, None, None, None]
        slope = functional.interpolate(self._rand(n, 1, 2, 2, low=-0.12, high=0.12), size=(size, size), mode="bilinear", align_corners=True)
        plain = (grey + self._rand(n, 3, 1, 1, low=-0.07, high=0.07) + slope).clamp_(0, 1)
        return torch.where((kind < 0.5)[:, None, None, None], photo, plain)

    def _style(self, x: torch.Tensor) -> None:
        """Mean and spread of each colour from another picture (Reinhard et al. 2001, here in RGB), part of the way; in place."""
        some = self._chance(len(x), self.recipe.style * self.strength).nonzero().flatten()
        if len(some):
            other = x[torch.randint(len(x), (len(some),), generator=self.generator, device=x.device)]
            way = self._rand(len(some), 1, 1, 1)
            mean, spread = x[some].mean((2, 3), keepdim=True), x[some].std((2, 3), keepdim=True) + 0.02
            to_mean, to_spread = mean.lerp(other.mean((2, 3), keepdim=True), way), spread.lerp(other.std((2, 3), keepdim=True) + 0.02, way)
            x[some] = ((x[some] - mean) * (to_spread / spread).clamp(0.4, 2.5) + to_mean).clamp_(0, 1)

    def mix(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Mix the pictures of a batch with each other, or leave them.

        Parameters
        ----------
        x : float tensor of shape (N, 3, size, size)

        Returns
        -------
        mixed : float tensor of shape (N, 3, size, size)
        partner : tensor of shape (N,), int64
            Which picture each was mixed with.
        kept : float tensor of shape (N,)
            Share of each picture that is its own, 0..1.
        """
        n, size, recipe = len(x), x.shape[-1], self.recipe
        partner = torch.arange(n, device=x.device)
        kept = torch.ones(n, device=x.device)
        if not recipe.cutmix and not recipe.mixup:
            return x, partner, kept
        kind = float(self._rand(1)) / max(self.strength, 0.01)
        if kind < recipe.cutmix:
            partner = torch.randperm(n, generator=self.generator, device=x.device)
            side, (top, left) = float(self._rand(1)) ** 0.5 * 0.8, self._rand(2).tolist()
            h = max(1, int(side * size))
            i, j = int(top * (size - h)), int(left * (size - h))
            x = x.clone()
            x[:, :, i : i + h, j : j + h] = x[partner, :, i : i + h, j : j + h]
            kept = kept * (1 - h * h / size**2)
        elif kind < recipe.cutmix + recipe.mixup:
            partner = torch.randperm(n, generator=self.generator, device=x.device)
            way = float(self._rand(1)) * 0.5
            x, kept = x.lerp(x[partner], way), kept * (1 - way)
        return x, partner, kept

    def _light(self, x: torch.Tensor) -> torch.Tensor:
        n = len(x)
        strong = self.strength * self.recipe.light * torch.where(self._chance(n, 0.5), 1.0, 0.4).to(x)[:, None, None, None]
        gamma = torch.exp(strong * self._rand(n, 1, 1, 1, low=-0.3, high=0.3))
        x = x.clamp(1e-4, 1).pow_(gamma)
        # Gain, tint, saturation and contrast are one affine map of the colour of each picture.
        gain = (1 + strong * self._rand(n, 1, 1, 1, low=-0.35, high=0.35)) * (1 + strong * self._rand(n, 3, 1, 1, low=-0.12, high=0.12))
        saturation = 1 + strong * self._rand(n, 1, 1, 1, low=-0.4, high=0.4)
        contrast = 1 + strong * self._rand(n, 1, 1, 1, low=-0.3, high=0.3)
        gain = torch.where(self._chance(n, self.recipe.dark)[:, None, None, None], gain * self._rand(n, 1, 1, 1, low=0.25, high=0.9), gain)
        x.mul_(gain)
        grey, mean = x.mean(1, keepdim=True), x.mean((1, 2, 3), keepdim=True)
        x.mul_(saturation * contrast).add_(grey.mul_((1 - saturation) * contrast).add_(mean * (1 - contrast)))
        some = self._chance(n, 0.15).nonzero().flatten()
        if len(some):
            shadow = self._rand(len(some), 1, 3, 3, low=0.5, high=1.2)
            x[some] *= functional.interpolate(shadow, size=x.shape[-2:], mode="bilinear", align_corners=True)
        return x.clamp_(0, 1)

    def _camera(self, x: torch.Tensor) -> None:
        """Out of focus, or noisy; in place."""
        some = self._chance(len(x), 0.12).nonzero().flatten()
        if len(some):
            small = functional.interpolate(x[some], scale_factor=float(self._rand(1, low=0.35, high=0.8)), mode="bilinear", antialias=True)
            x[some] = functional.interpolate(small, size=x.shape[-2:], mode="bilinear", align_corners=False)
        some = self._chance(len(x), 0.12).nonzero().flatten()
        if len(some):
            noise = torch.randn(len(some), *x.shape[1:], generator=self.generator, device=x.device)
            x[some] = (x[some] + noise.mul_(self._rand(len(some), 1, 1, 1, high=0.06))).clamp_(0, 1)

    def _cutout(self, x: torch.Tensor) -> None:
        """A rectangle of one colour over part of some pictures; in place."""
        size = x.shape[-1]
        for i in self._chance(len(x), 0.2 * self.strength).nonzero().flatten().tolist():
            half, middle, colour = self._rand(2, low=0.08, high=0.22), self._rand(2), self._rand(3, 1, 1)
            top, left = ((middle - half).clamp(min=0) * size).int().tolist()
            bottom, right = ((middle + half) * size).int().tolist()
            x[i, :, top:bottom, left:right] = colour


def _centroid(masks: torch.Tensor) -> torch.Tensor:
    """Middle of each mask in grid coordinates (-1..1), shape (N, 2); the middle of the picture where a mask is empty."""
    weight = masks[:, 0, ::4, ::4].float()
    axis = torch.linspace(-1, 1, weight.shape[-1], device=masks.device)
    total = weight.sum((1, 2)).clamp(min=1)
    return torch.stack([(weight.sum(1) * axis).sum(1) / total, (weight.sum(2) * axis).sum(1) / total], 1)
