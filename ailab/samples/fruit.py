"""Fruit of three invented varieties, for lessons that sort: what can be measured from outside, and what is inside.

The varieties do not exist, and neither does the rule by which they ripen. Nothing here is knowledge about any real fruit.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BASKETS", "EXAMPLES", "Fruit"]


@dataclass(frozen=True)
class Fruit:
    """One fruit.

    Attributes
    ----------
    redness : int
        0, green, to 100, dark red.
    size : int
        Millimetres across.
    wormy : bool, default=False
        True where a worm is inside. From outside it is a small dark hole, which nobody measures.
    """

    redness: int
    size: int
    wormy: bool = False

    @property
    def ripe(self) -> bool:
        """The larger the fruit, the redder it has to be."""
        return self.redness >= self.size + 20

    @property
    def good(self) -> bool:
        """What a person sees who cuts it open."""
        return self.ripe and not self.wormy


def _fruit(text: str) -> tuple[Fruit, ...]:
    """Read ``redness/size``, with ``!`` where a worm is inside."""
    measures = [(piece.strip("!").split("/"), piece.endswith("!")) for piece in text.split()]
    return tuple(Fruit(int(redness), int(size), wormy) for (redness, size), wormy in measures)


#: The first holds the large variety alone, the second all three, the third some with worms as well.
BASKETS: tuple[tuple[Fruit, ...], ...] = (
    _fruit("92/60 30/58 86/63 64/62 95/66 12/55 88/57 52/64"),
    _fruit("86/58 55/29 73/61 69/45 24/31 47/33 58/46 71/48 92/63 42/28 66/55 61/34"),
    _fruit("89/59 60/31 72/46! 30/44 57/28! 70/64 93/64! 40/33 74/47 88/62 52/48 26/57"),
)
#: Of all three varieties, without worms, in the order in which a learner sees them.
EXAMPLES: tuple[Fruit, ...] = _fruit("91/62 28/56 75/64 84/57 35/45 62/30 74/44 22/29 59/49 54/27 45/34 70/57")
