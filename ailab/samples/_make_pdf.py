"""A sample document as a PDF with an embedded font: a head of two columns, page numbers, real tables."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from ailab.samples._document_source import plain, runs

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.samples._document_source import Block, Source

__all__ = ["pdf_file"]

_MADE = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
_LINE = 6.2  # millimetres


def pdf_file(source: Source, font: Path) -> bytes:
    """Make a PDF; the same bytes on every run with the same font and the same fpdf2.

    Parameters
    ----------
    source : Source
    font : Path
        A TrueType font that covers Vietnamese, ``<name>-Regular.ttf``; its bold and italic lie beside it.
    """
    pdf = _paper(source, font)
    for block in source.blocks:
        if block.kind in {"head", "sign"}:
            _columns(pdf, block)
        elif block.kind == "table":
            _table(pdf, block)
        elif block.kind == "landscape":
            pdf.add_page(orientation="L")
        else:
            for (line,) in block.rows:
                _paragraph(pdf, line, centred=block.kind == "center")
    return bytes(pdf.output())


def _paper(source: Source, font: Path) -> Any:
    import fpdf

    class Paper(fpdf.FPDF):
        """Pages with their number on top, from the second on."""

        def header(self) -> None:
            if self.page_no() > 1:
                self.set_font("serif", "", 12)
                self.cell(0, _LINE, str(self.page_no()), align="C", new_x="LMARGIN", new_y="NEXT")
                self.ln(2)

    pdf = Paper(format="A4")
    for style, ending in (("", "Regular"), ("B", "Bold"), ("I", "Italic"), ("BI", "BoldItalic")):
        pdf.add_font("serif", style, font.with_name(font.name.replace("Regular", ending)))
    pdf.set_margins(30, 18, 20)
    pdf.set_auto_page_break(auto=True, margin=20)
    pdf.set_title(source.about["vi"])
    pdf.set_author("ailab")
    pdf.set_subject("Văn bản hư cấu dùng cho đào tạo")
    pdf.set_lang("vi-VN")
    pdf.set_creation_date(_MADE)
    pdf.add_page()
    return pdf


def _paragraph(pdf: Any, line: str, *, centred: bool) -> None:
    marked = runs(line)
    if centred or len(marked) == 1:
        pdf.set_font("serif", marked[0][1], 12)
        pdf.multi_cell(0, _LINE, plain(line), align="C" if centred else "J", new_x="LMARGIN", new_y="NEXT")
    else:
        for text, style in marked:
            pdf.set_font("serif", style, 12)
            pdf.write(_LINE, text)
        pdf.ln(_LINE)
    pdf.ln(1.2)


def _columns(pdf: Any, block: Block) -> None:
    top = pdf.get_y() + 2
    if pdf.will_page_break(_LINE * max(map(len, block.rows))):
        pdf.add_page()
        top = pdf.get_y()
    bottom = top
    for lines, left, width in zip(block.rows, (30, 95), (64, 95), strict=True):
        pdf.set_xy(left, top)
        for line in lines:
            text, style = (runs(line) or [("", "")])[0]
            pdf.set_font("serif", style, 11)
            pdf.multi_cell(width, _LINE, text, align="L" if block.kind == "sign" and left == 30 else "C", new_x="LEFT", new_y="NEXT")
        bottom = max(bottom, pdf.get_y())
    pdf.set_y(bottom + 3)


def _table(pdf: Any, block: Block) -> None:
    import fpdf

    pdf.set_font("serif", "", 11)
    bold = fpdf.FontFace(emphasis="BOLD")
    with pdf.table(col_widths=block.widths, text_align="LEFT", line_height=_LINE, headings_style=bold, padding=1) as table:
        for texts in block.rows:
            row = table.row()
            for text in texts:
                row.cell(text)
    pdf.ln(3)
