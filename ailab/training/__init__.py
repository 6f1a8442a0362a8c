"""How the bundled models were made: one reproducible command each. The only place, with ``hub``, that imports torch."""
