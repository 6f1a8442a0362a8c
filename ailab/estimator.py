"""What the estimators share: the conventions of scikit-learn, without importing it."""

from __future__ import annotations

import inspect
from typing import Any, Self

from ailab.i18n import gettext as _

__all__ = ["Classifier", "Estimator"]


class Estimator:
    """Base of an estimator whose ``__init__`` stores its parameters under their names and does nothing else."""

    def __repr__(self) -> str:
        defaults = {name: parameter.default for name, parameter in inspect.signature(type(self)).parameters.items()}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.get_params().items() if value is not defaults[name])})"

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's signature
        """Parameters, as given to ``__init__``."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; returns self. Raises ValueError for a parameter that does not exist."""
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                message = _("Unknown parameter %(name)r. Choose one of: %(known)s.")
                raise ValueError(message % {"name": name, "known": ", ".join(known)})
            setattr(self, name, value)
        return self


class Classifier(Estimator):
    """Base of a classifier whose inputs are no table of numbers: photos, texts. One that is taught sets ``classes_``."""

    _estimator_type = "classifier"
    _needs_fit = True

    def __sklearn_tags__(self) -> Any:  # scikit-learn asks; it is imported then, not before
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        tags = Tags(estimator_type="classifier", target_tags=TargetTags(required=self._needs_fit), classifier_tags=ClassifierTags())
        tags.input_tags = InputTags(two_d_array=False)
        tags.requires_fit = self._needs_fit
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return not self._needs_fit or hasattr(self, "classes_")
