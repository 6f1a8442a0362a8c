"""What each condition looks like, as plant pathology books describe it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ailab.samples._fields import blend, colour, noise, smoothstep
from ailab.samples._marks import Ring, places, speckle, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from ailab.samples._leaves import Leaf


def healthy(leaf: Leaf) -> None:
    """Nothing."""


# Rice


def rice_blast(leaf: Leaf) -> None:
    """Spindles with a grey-white centre and a brown border."""
    rings = (Ring(1.7, "#b9a63f", 0.5, 0.7), Ring(1.05, "#6a3a16"), Ring(0.68, "#a98f68", 1, 0.2), Ring(0.52, "#cdc8b8", 1, 0.2))
    for place in places(leaf, int(leaf.rng.integers(8, 13)), s=(0.05, 0.92), v=(0, 0.7), gap=0.07):
        long = leaf.rng.uniform(0.04, 0.085)
        stamp(leaf, place, (long, long * 0.33), rings, form="spindle", rough=0.08)


def rice_brown_spot(leaf: Leaf) -> None:
    """Many small brown ovals with a yellow halo, all over the blade; the larger ones pale inside."""
    rings = (Ring(2.0, "#c9b13c", 0.75, 0.9), Ring(1.0, "#55290f", 1, 0.2))
    for place in places(leaf, int(leaf.rng.integers(32, 46)), s=(0.05, 0.96), v=(0, 0.85), gap=0.032):
        long = leaf.rng.uniform(0.009, 0.019)
        pale = (Ring(0.5, "#a58a6a", 0.9, 0.4),) if long > 0.014 else ()
        stamp(leaf, place, (long, long * 0.68), rings + pale, rough=0.05)


def rice_bacterial_leaf_blight(leaf: Leaf) -> None:
    """A wavy band, yellow and then straw white, down both margins from the tip."""
    rng = leaf.rng
    for side in (-1, 1):
        on = np.sign(leaf.t) == side
        reach = rng.uniform(0.42, 0.6)  # s where the band ends
        band = 1.15 - 1.05 * smoothstep(leaf.s, reach, rng.uniform(0.88, 1.0)) + 0.10 * np.sin(leaf.s * rng.uniform(60, 90)) + 0.07 * leaf.grain
        depth = np.asarray(np.abs(leaf.v) - band, dtype=np.float32)
        blend(leaf.rgb, np.asarray(on * smoothstep(depth, -0.30, -0.02), dtype=np.float32), colour("#d6c446"))
        blend(leaf.rgb, np.asarray(on * smoothstep(depth, -0.02, 0.14), dtype=np.float32), colour("#e6dcb4"), 1 + np.float32(0.05) * leaf.fine)
    leaf.gloss *= 0.3


def rice_tungro(leaf: Leaf) -> None:
    """Yellow to orange from the tip downwards, with a few rusty specks."""
    front = np.asarray(leaf.s + 0.03 * leaf.grain - 0.05 * np.abs(leaf.v), dtype=np.float32)
    blend(leaf.rgb, 0.85 * smoothstep(front, 0.42, 0.74), colour("#d9bc34"))
    blend(leaf.rgb, 0.85 * smoothstep(front, 0.66, 0.97), colour("#dd8a24"))
    blend(leaf.rgb, 0.35 * leaf.vein * smoothstep(front, 0.45, 0.6), colour("#8fa63d"))
    blend(leaf.rgb, 0.75 * speckle(leaf, places(leaf, 45, s=(0.55, 0.98)), (0.006, 0.0028)), colour("#8a4a16"))


# Maize


def maize_common_rust(leaf: Leaf) -> None:
    """Very many small raised pustules, reddish brown, over the whole blade."""
    spots = places(leaf, int(leaf.rng.integers(210, 300)), s=(0.02, 0.99), v=(0.06, 0.95))
    body = speckle(leaf, spots, (0.0082, 0.0042))
    blend(leaf.rgb, 0.55 * speckle(leaf, spots[::2], (0.014, 0.009), blur=0.9), colour("#b7b44a"))
    blend(leaf.rgb, np.clip(body * 1.5, 0, 1), colour("#9a3f17"))
    step = max(1, leaf.n // 300)
    shift = (round(leaf.light[1] * step), round(leaf.light[0] * step))
    leaf.shade += 0.5 * (np.roll(body, (-shift[0], -shift[1]), (0, 1)) - np.roll(body, shift, (0, 1)))


def maize_gray_leaf_spot(leaf: Leaf) -> None:
    """Long rectangles, grey to tan, held between two veins."""
    rings = (Ring(1.25, "#c3b455", 0.6, 0.5), Ring(1.0, "#7d6238", 1, 0.12), Ring(0.84, "#b3a283", 1, 0.2))
    for place in places(leaf, int(leaf.rng.integers(13, 20)), s=(0.05, 0.95), v=(0.12, 0.88), gap=0.055):
        stamp(leaf, place, (leaf.rng.uniform(0.03, 0.085), leaf.rng.uniform(0.009, 0.015)), rings, form="box", rough=0.05)


def maize_northern_leaf_blight(leaf: Leaf) -> None:
    """A few long lesions shaped like a cigar, straw brown with a darker border."""
    rings = (Ring(1.5, "#8d9a4b", 0.6, 0.5), Ring(1.0, "#6d5a34", 1, 0.12), Ring(0.82, "#a89160", 1, 0.25), Ring(0.45, "#bcab80", 0.9, 0.5))
    for place in places(leaf, int(leaf.rng.integers(3, 5)), s=(0.15, 0.9), v=(0.25, 0.7), gap=0.20):
        long = leaf.rng.uniform(0.14, 0.24)
        stamp(leaf, place, (long, long * leaf.rng.uniform(0.16, 0.21)), rings, form="cigar", rough=0.10)


# Banana


def banana_sigatoka(leaf: Leaf) -> None:
    """Short streaks beside the side veins: yellow, then brown, then ovals with a grey centre and a black border."""
    rng = leaf.rng
    for place in places(leaf, int(rng.integers(50, 70)), s=(0.05, 0.95), v=(0.1, 0.92), gap=0.035):
        turn = np.sign(place[1]) * (np.pi / 2 - 0.25)
        stage = rng.uniform()
        if stage < 0.25:
            stamp(leaf, place, (rng.uniform(0.014, 0.026), 0.005), (Ring(1.2, "#cfc04a", 0.9, 0.6),), turn=turn)
        elif stage < 0.6:
            stamp(leaf, place, (rng.uniform(0.016, 0.03), 0.0058), (Ring(1.9, "#cbb945", 0.7, 0.9), Ring(1.0, "#5d3216", 1, 0.3)), turn=turn)
        else:
            long = rng.uniform(0.022, 0.04)
            rings = (Ring(1.7, "#d2bd42", 0.85, 0.7), Ring(1.0, "#2b1d13"), Ring(0.7, "#a9a08d", 1, 0.2))
            stamp(leaf, place, (long, long * 0.36), rings, turn=turn)
    _scorch(leaf, "#8a6a3c", "#c9b64a", 0.03)


def banana_pestalotiopsis(leaf: Leaf) -> None:
    """Grey-brown patches from the margin, dark at the border, with black specks."""
    rng = leaf.rng
    rings = (Ring(1.35, "#d0b63e", 0.85, 0.5), Ring(1.0, "#3b2717", 1, 0.08), Ring(0.88, "#8b7458", 1, 0.15), Ring(0.6, "#a99a86", 0.9, 0.6))
    margin = places(leaf, int(rng.integers(4, 7)), s=(0.1, 0.9), v=(0.94, 1.0), gap=0.16)
    inner = places(leaf, 4, s=(0.1, 0.9), v=(0.3, 0.8), gap=0.2)
    specks = []
    for place, scale in [*((p, 1.0) for p in margin), *((p, 0.42) for p in inner)]:
        size = scale * rng.uniform(0.07, 0.12)
        stamp(leaf, place, (size, size * rng.uniform(0.65, 0.95)), rings, rough=0.16, parts=2 if scale == 1 else 1)
        specks += [(place[0] + rng.normal(0, 0.016) * scale, place[1] + rng.normal(0, 0.012) * scale) for _ in range(18)]
    blend(leaf.rgb, 0.8 * speckle(leaf, specks, (0.0025, 0.0025)), colour("#1e1712"))


def _scorch(leaf: Leaf, dry: str, yellow: str, depth: float) -> None:
    front = np.asarray(leaf.edge + 0.35 * depth * leaf.grain, dtype=np.float32)
    blend(leaf.rgb, 0.8 * (1 - smoothstep(front, depth * 0.6, depth * 1.8)), colour(yellow))
    blend(leaf.rgb, 1 - smoothstep(front, depth * 0.55, depth * 0.75), colour(dry))


# Coffee


def coffee_rust(leaf: Leaf) -> None:
    """Spots of orange powder with a pale yellow halo."""
    rng, grain = leaf.rng, []
    for place in places(leaf, int(rng.integers(8, 15)), s=(0.12, 0.85), v=(0.1, 0.85), gap=0.06):
        size = rng.uniform(0.015, 0.034)
        rings = (Ring(1.55, "#cfc552", 0.85, 0.7), Ring(1.0, "#e08a1e", 0.95, 0.5), Ring(0.6, "#d9741a", 0.8, 0.6))
        stamp(leaf, place, (size, size), rings, rough=0.2, parts=int(rng.integers(1, 4)), raised=0.15)
        grain += [(place[0] + rng.normal(0, 0.55) * size, place[1] + rng.normal(0, 0.55) * size) for _ in range(int(size * 700))]
    blend(leaf.rgb, 0.8 * speckle(leaf, grain, (0.0035, 0.0035)), colour("#f6a93a"))


def coffee_cercospora(leaf: Leaf) -> None:
    """Round brown eye spots with a grey-white centre and a yellow halo."""
    rings = (Ring(1.75, "#cdbb3d", 0.85, 0.7), Ring(1.0, "#4a2512"), Ring(0.78, "#8a4a22", 1, 0.2), Ring(0.42, "#d8d3c6", 1, 0.2))
    for place in places(leaf, int(leaf.rng.integers(9, 15)), s=(0.1, 0.88), v=(0.1, 0.85), gap=0.08):
        size = leaf.rng.uniform(0.017, 0.033)
        stamp(leaf, place, (size, size * leaf.rng.uniform(0.85, 1.0)), rings, rough=0.07)


def coffee_leaf_miner(leaf: Leaf) -> None:
    """Dry brown patches without a regular form, blistered, where the larva has eaten inside the leaf."""
    rings = (Ring(1.12, "#93954a", 0.7, 0.25), Ring(1.0, "#5f3f1f", 1, 0.07), Ring(0.9, "#a57a45", 1, 0.2), Ring(0.5, "#6e4a26", 0.9, 0.5))
    for place in places(leaf, int(leaf.rng.integers(3, 6)), s=(0.2, 0.8), v=(0.2, 0.75), gap=0.16):
        size = leaf.rng.uniform(0.04, 0.075)
        stamp(leaf, place, (size, size * 0.8), rings, rough=0.3, parts=4, raised=0.22)


def coffee_phoma(leaf: Leaf) -> None:
    """Black-brown dying tissue from the margin and the tip of a twisted leaf."""
    rng = leaf.rng
    rings = (Ring(1.16, "#8f8a35", 0.75, 0.3), Ring(1.0, "#4a2d17", 1, 0.12), Ring(0.85, "#241812", 1, 0.3), Ring(0.4, "#3d2a1e", 0.7, 0.5))
    side, at, _, _ = leaf.shape.cuts[0]
    stamp(leaf, (at, side * leaf.half_width(at) * 0.9), (rng.uniform(0.11, 0.15), rng.uniform(0.10, 0.14)), rings, rough=0.16, parts=3)
    stamp(leaf, (0.97, 0.0), (rng.uniform(0.12, 0.2), 0.12), rings, rough=0.16, parts=2)
    for place in places(leaf, 3, s=(0.2, 0.7), v=(0.85, 1.0), gap=0.15):
        stamp(leaf, place, (rng.uniform(0.025, 0.05), 0.03), rings, rough=0.2, parts=2)


# Potato and tomato


def _target(size: float, steps: int) -> list[Ring]:
    """Concentric rings like those of a shooting target."""
    dark, light = "#45280f", "#8b6234"
    edges = np.linspace(1.0, 0.14, steps)
    rings = [Ring(float(r), light if i % 2 else dark, 0.95, 0.14) for i, r in enumerate(edges)]
    return [Ring(1.45 if size > 0.03 else 1.7, "#d3c03f", 0.85, 0.55), *rings]


def early_blight(leaf: Leaf) -> None:
    """Brown spots with concentric rings and a yellow halo."""
    for place in places(leaf, int(leaf.rng.integers(6, 10)), s=(0.12, 0.85), v=(0.1, 0.8), gap=0.10):
        size = leaf.rng.uniform(0.025, 0.062)
        stamp(leaf, place, (size, size * leaf.rng.uniform(0.85, 1.0)), _target(size, 8 if size > 0.035 else 5), rough=0.07)


def late_blight(leaf: Leaf) -> None:
    """Large patches from the margin: as if wetted and grey-green outside, brown-black inside, with a rim of white mould."""
    rng = leaf.rng
    rings = (Ring(1.32, "#7f8f62", 0.85, 0.3), Ring(1.08, "#c3c8b4", 0.55, 0.12), Ring(1.0, "#4a3a26", 1, 0.2), Ring(0.75, "#2f2118", 0.95, 0.4))
    spots = [*places(leaf, int(rng.integers(2, 4)), s=(0.2, 0.85), v=(0.88, 1.0), gap=0.28), (0.97, 0.0)]
    for place in spots:
        size = rng.uniform(0.10, 0.17)
        stamp(leaf, place, (size, size * rng.uniform(0.7, 1.0)), rings, rough=0.17, parts=3)


def tomato_septoria_leaf_spot(leaf: Leaf) -> None:
    """Very many small round spots, grey inside, brown at the border, with a black point."""
    rings = (Ring(1.75, "#b9b443", 0.6, 0.9), Ring(1.0, "#3f2412", 1, 0.2), Ring(0.66, "#bdb5a4", 1, 0.25), Ring(0.17, "#1d1510", 0.9, 0.15))
    for place in places(leaf, int(leaf.rng.integers(48, 64)), s=(0.06, 0.92), v=(0.06, 0.88), gap=0.026):
        size = leaf.rng.uniform(0.0075, 0.0135)
        stamp(leaf, place, (size, size), rings, rough=0.04)


def tomato_bacterial_spot(leaf: Leaf) -> None:
    """Many small angular spots, nearly black, most at the margin and the tip."""
    rng = leaf.rng
    rings = (Ring(1.9, "#bcae3a", 0.65, 0.9), Ring(1.0, "#20150e", 1, 0.2))
    spots = places(leaf, 26, s=(0.1, 0.98), v=(0.6, 0.98)) + places(leaf, 14, s=(0.65, 0.97), v=(0, 0.8)) + places(leaf, 12)
    for place in spots:
        size = rng.uniform(0.006, 0.0135)
        stamp(leaf, place, (size, size * rng.uniform(0.7, 1.0)), rings, form="angular", rough=0.05)


def tomato_leaf_mold(leaf: Leaf) -> None:
    """Pale yellow patches without a clear border, some with an olive-brown bloom."""
    for i, place in enumerate(places(leaf, int(leaf.rng.integers(7, 11)), s=(0.12, 0.85), v=(0.1, 0.8), gap=0.13)):
        size = leaf.rng.uniform(0.05, 0.085)
        bloom = (Ring(0.55, "#8a7a35", 0.75, 0.8),) if i % 3 == 0 else ()
        stamp(leaf, place, (size, size * 0.85), (Ring(1.0, "#d8cf4c", 0.9, 0.95), *bloom), rough=0.25, parts=2)


def tomato_mosaic_virus(leaf: Leaf) -> None:
    """Light and dark green mottling on a narrow, crumpled leaflet."""
    mottle = noise(leaf.rng, leaf.n, 14, 2)
    blend(leaf.rgb, 0.6 * smoothstep(mottle, -0.1, 0.8), colour("#b9c768"))
    blend(leaf.rgb, 0.6 * smoothstep(-mottle, 0.0, 0.9), colour("#24552b"))
    leaf.shade += 0.10 * (mottle - np.roll(mottle, (leaf.n // 40, leaf.n // 40), (0, 1)))


def tomato_spider_mites(leaf: Leaf) -> None:
    """Tiny pale yellow points over the upper side, which runs together into bronze, and some fine web."""
    rng = leaf.rng
    cloud = noise(rng, leaf.n, 5, 2)
    blend(leaf.rgb, 0.5 * smoothstep(cloud, -0.3, 0.9), colour("#b3a54c"))
    spots = places(leaf, 650, s=(0.04, 0.95), v=(0.02, 0.92))
    blend(leaf.rgb, np.clip(1.3 * speckle(leaf, spots, (0.0023, 0.0023), spread=0.5), 0, 1), colour("#ece6a2"))
    blend(leaf.rgb, 0.9 * speckle(leaf, places(leaf, 9, v=(0, 0.5)), (0.0048, 0.0034)), colour("#7c2314"))
    threads = []
    for _ in range(4):  # web runs straight over veins
        angle, off = rng.uniform(0, np.pi), rng.uniform(-0.08, 0.12)
        threads.append(np.abs((leaf.s - 0.4) * math.sin(angle) + leaf.t * math.cos(angle) - off))
    blend(leaf.rgb, 0.35 * (1 - smoothstep(np.minimum.reduce(threads), 0.0, 0.003)), colour("#f2f2ea"))


def tomato_target_spot(leaf: Leaf) -> None:
    """Brown spots with faint rings and a paler centre."""
    rings = (
        Ring(1.5, "#b3ab45", 0.7, 0.6),
        Ring(1.0, "#5a3a1c", 1, 0.12),
        Ring(0.8, "#8a6a42", 0.9, 0.2),
        Ring(0.62, "#6f4f2c", 0.7, 0.2),
        Ring(0.42, "#c9b48c", 1, 0.3),
    )
    for place in places(leaf, int(leaf.rng.integers(13, 20)), s=(0.08, 0.9), v=(0.08, 0.82), gap=0.06):
        size = leaf.rng.uniform(0.014, 0.036)
        stamp(leaf, place, (size, size * leaf.rng.uniform(0.8, 1.0)), rings, rough=0.10)


def tomato_yellow_leaf_curl_virus(leaf: Leaf) -> None:
    """A small leaflet cupped upwards, yellow between the veins and most at the margin."""
    toward = np.asarray(np.abs(leaf.v) + 0.12 * leaf.grain - 0.25 * leaf.vein - 0.3 * leaf.midrib + 0.25 * smoothstep(leaf.s, 0.7, 1.0), dtype=np.float32)
    blend(leaf.rgb, 0.92 * smoothstep(toward, 0.25, 0.8), colour("#dccb45"))


# Citrus


def citrus_canker(leaf: Leaf) -> None:
    """Raised corky sores with a small crater and a yellow halo."""
    rings = (Ring(1.95, "#dccb3c", 0.9, 0.8), Ring(1.12, "#5f5a24", 0.9, 0.2), Ring(0.9, "#b08a55", 1, 0.2), Ring(0.32, "#4d3014", 0.95, 0.25))
    for place in places(leaf, int(leaf.rng.integers(9, 16)), s=(0.1, 0.9), v=(0.1, 0.85), gap=0.07):
        size = leaf.rng.uniform(0.014, 0.026)
        stamp(leaf, place, (size, size), rings, rough=0.12, raised=0.5)


def citrus_black_spot(leaf: Leaf) -> None:
    """Small spots with a grey centre and a dark border."""
    rings = (Ring(1.3, "#6d6a2c", 0.5, 0.4), Ring(1.0, "#24140c", 1, 0.15), Ring(0.62, "#b9b2a3", 1, 0.2))
    for place in places(leaf, int(leaf.rng.integers(12, 20)), s=(0.08, 0.92), v=(0.08, 0.88), gap=0.05):
        size = leaf.rng.uniform(0.010, 0.019)
        stamp(leaf, place, (size, size * leaf.rng.uniform(0.85, 1)), rings, rough=0.06)


def citrus_greening(leaf: Leaf) -> None:
    """Blotchy yellow that differs between the two halves, with green veins."""
    rng = leaf.rng
    blotch = 0.9 * noise(rng, leaf.n, 7, 3) + np.where(np.sign(leaf.t) == rng.choice([-1, 1]), 0.35, -0.45)
    blend(leaf.rgb, 0.9 * smoothstep(np.asarray(blotch, dtype=np.float32), -0.3, 0.5), colour("#d8cb48"))
    line = np.clip(1.3 * np.maximum(leaf.midrib, leaf.vein * (leaf.vein > 0.3)), 0, 1)
    blend(leaf.rgb, 0.8 * np.asarray(line, dtype=np.float32), colour("#4f8236"))


#: Crop -> condition -> what draws it.
PAINTERS: dict[str, dict[str, Callable[[Leaf], None]]] = {
    "banana": {"healthy": healthy, "pestalotiopsis": banana_pestalotiopsis, "sigatoka": banana_sigatoka},
    "citrus": {"black_spot": citrus_black_spot, "canker": citrus_canker, "greening": citrus_greening, "healthy": healthy},
    "coffee": {"cercospora": coffee_cercospora, "healthy": healthy, "leaf_miner": coffee_leaf_miner, "phoma": coffee_phoma, "rust": coffee_rust},
    "maize": {
        "common_rust": maize_common_rust,
        "gray_leaf_spot": maize_gray_leaf_spot,
        "healthy": healthy,
        "northern_leaf_blight": maize_northern_leaf_blight,
    },
    "potato": {"early_blight": early_blight, "healthy": healthy, "late_blight": late_blight},
    "rice": {
        "bacterial_leaf_blight": rice_bacterial_leaf_blight,
        "blast": rice_blast,
        "brown_spot": rice_brown_spot,
        "healthy": healthy,
        "tungro": rice_tungro,
    },
    "tomato": {
        "bacterial_spot": tomato_bacterial_spot,
        "early_blight": early_blight,
        "healthy": healthy,
        "late_blight": late_blight,
        "leaf_mold": tomato_leaf_mold,
        "mosaic_virus": tomato_mosaic_virus,
        "septoria_leaf_spot": tomato_septoria_leaf_spot,
        "spider_mites": tomato_spider_mites,
        "target_spot": tomato_target_spot,
        "yellow_leaf_curl_virus": tomato_yellow_leaf_curl_virus,
    },
}
