"""Fictional administrative documents, for lessons that may not show anyone's real ones.

People, communes, units and numbers are invented, and each document says so near its top. Some hold (invented) personal data
on purpose: they are for the lesson on masking.

>>> from ailab.samples.documents import sample_documents
>>> sample_documents()[0].name
'01_cong_van_ra_soat_ho_ngheo.docx'
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.i18n import choose
from ailab.samples._document_source import FOLDER, read_source

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SampleDocument", "sample_documents"]


@dataclass(frozen=True)
class SampleDocument:
    """One document.

    Attributes
    ----------
    name : str
        Name of the file.
    kind : str
        ``'cong_van'``, ``'ke_hoach'``, ``'quyet_dinh'``, ``'bao_cao'``, ``'thong_bao'``, ``'giay_moi'``, ``'cong_dien'``, ``'don'``,
        ``'huong_dan'`` or ``'bien_ban'``.
    matter : str
        The same word for documents on one matter, to be summarised together; empty for a document that stands alone.
    titles : dict of str to str
        Language code -> what it is; ``vi`` and ``en``.
    folder : Path
        Where it lies.
    """

    name: str
    kind: str
    matter: str
    titles: dict[str, str] = field(hash=False)
    folder: Path = FOLDER

    @property
    def title(self) -> str:
        """What it is, in the language in force."""
        return choose(self.titles)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.name

    @property
    def data(self) -> bytes:
        """What is in the file."""
        return self.path.read_bytes()


@functools.cache
def sample_documents() -> tuple[SampleDocument, ...]:
    """List the documents, in the order in which a lesson shows them."""
    sources = map(read_source, sorted((FOLDER / "source").glob("*.txt")))
    return tuple(SampleDocument(s.file_name, s.about["kind"], s.about["matter"], {key: s.about[key] for key in ("vi", "en")}) for s in sources)
