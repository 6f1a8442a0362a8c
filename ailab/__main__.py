"""``python -m ailab`` is the command ``ailab``."""

from __future__ import annotations

import sys

from ailab.cli import main

if __name__ == "__main__":
    sys.exit(main())
