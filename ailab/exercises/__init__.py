"""Exercises: notebooks with blanks, and checks that say what is wrong and why, both from one file a lesson.

:mod:`~ailab.exercises.source` reads the files in ``assets/exercises``, :mod:`~ailab.exercises.checking` judges an answer,
:mod:`~ailab.exercises.trials` tries out answers that have to be tried, :mod:`~ailab.exercises.build` writes the notebooks.
"""

from ailab.exercises.checking import check

__all__ = ["check"]
