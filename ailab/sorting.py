"""Two small ways to sort things by two numbers: rules that a person writes, and the most similar example.

The second is the nearest neighbour rule (Cover and Hart 1967, "Nearest neighbor pattern classification").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from ailab.errors import AilabError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from ailab.samples.fruit import Fruit

__all__ = ["NearestExample", "Rule", "follow_rules"]


@dataclass(frozen=True)
class Rule:
    """A rule in words: if the size is from … to … and the redness is at least …, then it is good.

    Attributes
    ----------
    least_redness : int
    smallest, largest : int
        Sizes for which the rule holds, both included.
    """

    least_redness: int
    smallest: int = 0
    largest: int = 1000

    def holds(self, fruit: Fruit) -> bool:
        """Whether the rule calls a fruit good."""
        return self.smallest <= fruit.size <= self.largest and fruit.redness >= self.least_redness


def follow_rules(rules: Iterable[Rule], fruits: Iterable[Fruit]) -> list[bool]:
    """Call good what at least one rule calls good."""
    rules = list(rules)
    return [any(rule.holds(fruit) for rule in rules) for fruit in fruits]


class NearestExample:
    """Guess of a new thing what a person said of the most similar one. It believes every label.

    Attributes
    ----------
    X_ : ndarray of shape (n_examples, n_features)
    y_ : ndarray of shape (n_examples,)

    Examples
    --------
    >>> machine = NearestExample().fit([[90, 60], [20, 60]], [True, False])
    >>> machine.predict([[80, 55]]).tolist()
    [True]
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803 - scikit-learn's names
        """Keep the examples; that is all its learning.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)
        y : array-like of shape (n_examples,)

        Returns
        -------
        NearestExample
            Itself.
        """
        self.X_: NDArray[np.float64] = np.asarray(X, float)
        self.y_: NDArray[np.generic] = np.asarray(y)
        if len(self.X_) == 0 or len(self.X_) != len(self.y_):
            raise AilabError(_("The machine needs at least one example, and one label for each."), code="no_examples")
        return self

    def nearest(self, X: ArrayLike) -> NDArray[np.intp]:  # noqa: N803
        """Number of the most similar example of each row; of equals the one that came first.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
        """
        distances = ((np.asarray(X, float)[:, None, :] - self.X_[None, :, :]) ** 2).sum(axis=2)
        found: NDArray[np.intp] = distances.argmin(axis=1)
        return found

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:  # noqa: N803
        """Label of the most similar example of each row.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
        """
        return self.y_[self.nearest(X)]
