"""A sample document as a Word file: Times New Roman, a head of two columns, real tables, Word's own bullets."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from ailab.samples._document_source import runs

if TYPE_CHECKING:
    from ailab.samples._document_source import Block, Source

__all__ = ["word_file"]

_FONT = "Times New Roman"
_MADE = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_BULLETS = """
<w:abstractNum %s w:abstractNumId="90"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>
<w:lvlText w:val="-"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="1060" w:hanging="340"/></w:pPr></w:lvl></w:abstractNum>"""


def word_file(source: Source) -> bytes:
    """Make a .docx file; the same bytes on every run.

    Parameters
    ----------
    source : Source
    """
    import docx

    document: Any = docx.Document()
    _page(document.sections[0], 210, 297)
    _styles(document, source)
    for block in source.blocks:
        if block.kind in {"head", "sign"}:
            _columns(document, block)
        elif block.kind == "table":
            _table(document, block)
        elif block.kind == "landscape":
            _page(document.add_section(), 297, 210)
        else:
            for (line,) in block.rows:
                _paragraph(document, line, centred=block.kind == "center")
    links = document.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[key]  # a picture of python-docx's own template
    buffer = io.BytesIO()
    document.save(buffer)
    return _same_every_time(buffer.getvalue())


def _page(section: Any, width: int, height: int) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = section.right_margin = Mm(20)
    section.left_margin = Mm(30)


def _styles(document: Any, source: Source) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(4)
    document.part.numbering_part.element.insert(0, parse_xml(_BULLETS % nsdecls("w")))
    about = document.core_properties
    about.author, about.title, about.comments, about.language = "ailab", source.about["vi"], "Văn bản hư cấu dùng cho đào tạo", "vi-VN"
    about.created = about.modified = _MADE
    section = document.sections[0]
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _paragraph(parent: Any, line: str, *, centred: bool = False, size: int = 13, indent: bool = True) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = parent.add_paragraph()
    bullet = line.startswith("- ") and size == 13
    for text, style in runs(line.removeprefix("- ") if bullet else line):
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(size), "B" in style, "I" in style
    if bullet:
        _number(paragraph)
    elif centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif indent:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
    return paragraph


def _number(paragraph: Any) -> None:
    """Let Word write the dash of a list."""
    numbering = paragraph.part.numbering_part.element
    ours = [number.numId for number in numbering.num_lst if number.abstractNumId.val == 90]
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - python-docx has no numbering of its own
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = ours[0] if ours else numbering.add_num(90).numId


def _columns(document: Any, block: Block) -> None:
    """Two columns, as everybody makes them: a table without borders, one row."""
    from docx.shared import Mm, Pt

    table = document.add_table(1, 2)
    table.autofit = False
    for cell, lines, width in zip(table.rows[0].cells, block.rows, (65, 95), strict=True):
        cell.width = Mm(width)
        for line in lines:
            paragraph = _paragraph(cell, line, centred=block.kind == "head" or lines is block.rows[1], size=12, indent=False)
            paragraph.paragraph_format.space_after = Pt(0)
        first = cell.paragraphs[0]  # the empty one that a new cell has
        if lines:
            first._p.getparent().remove(first._p)  # noqa: SLF001 - python-docx cannot take a paragraph away
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(document: Any, block: Block) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    table = document.add_table(len(block.rows), len(block.widths), style="Table Grid")
    table.autofit = False
    section = document.sections[-1]
    unit = (section.page_width - section.left_margin - section.right_margin) / Mm(sum(block.widths))
    for number, (row, texts) in enumerate(zip(table.rows, block.rows, strict=True)):
        for cell, text, width in zip(row.cells, texts, block.widths, strict=True):
            cell.width = Mm(width * unit)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(11), number == 0
            if number == 0 or cell is row.cells[0]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader" if number == 0 else "w:cantSplit"))  # noqa: SLF001 - python-docx lacks both
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _same_every_time(data: bytes) -> bytes:
    """Pack a Word file anew, without the hour and the system on which it was made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, 0))
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(member, old.read(name))
    return buffer.getvalue()
