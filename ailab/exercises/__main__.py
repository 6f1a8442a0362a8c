"""``python -m ailab.exercises build``."""

import sys

from ailab.exercises.build import main

if __name__ == "__main__":
    sys.exit(main())
