r"""Vietnamese administrative documents: their head, who has to do what, and by when.

Everything is quoted: a field, a task or a deadline names the characters of the text where it stands. Rules, no learning; how documents
are laid out follows Decree 30/2020/NĐ-CP.

>>> from ailab.documents import parse_document
>>> document = parse_document("UBND XÃ BẢN MẪU\nSố: 12/UBND-VX\nBản Mẫu, ngày 05 tháng 8 năm 2026\nKính gửi: Các trưởng bản\nBáo cáo trước ngày 15/8.")
>>> document.number, document.deadlines[0].value, document.deadlines[0].inferred
('12/UBND-VX', '2026-08-15', True)
"""

from __future__ import annotations

from ailab.documents.export import tasks_ics, tasks_xlsx
from ailab.documents.parse import parse_document, parse_documents

__all__ = ["parse_document", "parse_documents", "tasks_ics", "tasks_xlsx"]
