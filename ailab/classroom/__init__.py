"""The classroom: ``ailab serve`` shows the notebooks as dashboards to a room of people.

::

    dashboards   which notebooks are offered, and in which language
    network      the address that phones can reach, and its QR code
    render       a notebook becomes a page: faster than stock Voila, and polite when a cell fails
    static       style sheets and scripts, compressed once
    handlers     what each address answers
    app          the server itself, a subclass of Voila

It serves notebooks and knows no demo. Importing it is cheap; Voila is imported with :mod:`ailab.classroom.app`.
"""

from __future__ import annotations

from ailab.classroom.dashboards import Dashboard, find_dashboards, notebooks_dir

__all__ = ["MESSAGE_SIZE", "PORT", "Dashboard", "find_dashboards", "notebooks_dir"]

#: Port of the classroom, unless another is asked for.
PORT = 8866
#: Most bytes of one message: a photo from a phone is 3 to 12 MB. Beyond this limit the connection closes without a word.
MESSAGE_SIZE = 24 * 2**20
