"""``python -m ailab.inference``."""

from ailab.inference.server import main

main()
