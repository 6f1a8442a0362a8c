"""Personal data and marks of secrecy in a text: found by rules, on this computer.

>>> from ailab.privacy import mask_personal_data
>>> mask_personal_data("Liên hệ bà Lò Thị Mẫu, điện thoại 0912.000.123").text
'Liên hệ bà [HỌ TÊN 1], điện thoại [ĐIỆN THOẠI 1]'
"""

from __future__ import annotations

from ailab.privacy._find import find_personal_data
from ailab.privacy._marks import find_secrecy_marks, refuse_secret
from ailab.privacy._mask import LABELS, mask_personal_data

__all__ = ["LABELS", "find_personal_data", "find_secrecy_marks", "mask_personal_data", "refuse_secret"]
