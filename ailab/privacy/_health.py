"""What ails a named person."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ailab.privacy._details import EMPTY
from ailab.privacy._view import Hit
from ailab.privacy._words import one_line
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._details import Named
    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["find_health"]

_AILMENTS = one_line(r"""
    tâm thần(?: phân liệt)?|trầm cảm|động kinh|rối loạn \w+(?: \w+)?|sa sút trí tuệ|chậm phát triển(?: trí tuệ| tâm thần)?|bại (?:não|liệt)|tự kỷ
    |hội chứng \w+|down
    |liệt(?: (?:nửa|hai|toàn|tứ|chi|chân|tay|giường|nhẹ|mặt|hoàn|cả|một|vận|dây|2))?|tê liệt|tai biến(?: mạch máu não)?|đột quỵ|nhồi máu|hôn mê
    |parkinson|alzheimer
    |ung thư|u (?:não|xơ|gan|phổi|nang|ác|máu|tuyến)|hóa trị|xạ trị|hiv(?:/aids)?|aids|giang mai|lao (?:phổi|hạch|kháng thuốc|màng|xương)|bệnh lao
    |viêm \w+|xơ gan
    |suy (?:thận|tim|hô hấp|gan|giảm|dinh dưỡng|nhược|tủy|tĩnh mạch)|suy kiệt|chạy thận(?: nhân tạo)?|lọc máu|đái tháo đường|tiểu đường|(?:tăng|cao
    |hạ|tụt) huyết áp
    |huyết áp cao|tim bẩm sinh|bệnh (?!viện|án|xá|nhân)\w+|hen(?: phế quản| suyễn)|phổi tắc nghẽn|copd|tan máu bẩm sinh|thalassemia|thiếu máu|teo cơ|bướu cổ
    |cường giáp|basedow|(?:người )?khuyết tật|tàn tật|thiểu năng|câm điếc|câm|điếc|mù|khiếm (?:thị|thính)|giảm thị lực|đục thủy tinh thể|mộng thịt
    |glôcôm|quặm mi|dị tật
    |dị ứng|di chứng
    |hở hàm ếch|sứt môi|cụt (?:tay|chân|hai|một|ngón|chi|cẳng|bàn|đùi)|gãy (?:xương|chân|tay|đùi|cổ|cột|răng|ngón|hở|kín|hai|cả|sống|mũi|vai)|đa chấn thương
    |chấn thương(?: \w+)?|tổn thương|bỏng|trật khớp|bong gân|chảy máu|xuất huyết|dập (?:phổi|não|gan|lách|nát|xương|ngón|bàn)|vỡ (?:lách|gan|xương
    |thận|hộp|ruột|bàng|ối)
    |đứt (?:gân|dây chằng|tay|ngón|lìa|mạch|bàn)|phẫu thuật|mổ (?:tim|ruột|não|đẻ|mắt|xương|sỏi|u|cấp|dạ|gan|thận|cột)|sốt rét|sốt xuất huyết|sốt cao
    |covid(?:-19)?
    |nghiện (?:ma|rượu|chất|heroin|thuốc|hút|game)|cai nghiện|methadone|(?:đang |có |mang )thai(?: (?:tháng thứ |lần thứ |lần )?\d+(?: tuần
    | tháng)?)?|mang bầu
    |thai \d+ tuần|(?:tiền )?sản giật|sảy thai|sinh non|vô sinh|thoái hóa|thoát vị|loãng xương|sỏi (?:thận|mật|tiết|bàng|niệu|đường)|gút|gout
    |bệnh trĩ|ngộ độc|chất độc
    |đau (?:thần kinh|dạ dày|đầu|lưng|tim|khớp|ngực|bụng|mắt|xương|thắt|cột|ốm|nặng|yếu)|nhiễm (?!vụ|bẩn)\w+|ốm nặng|ốm đau|mất (?:trí nhớ|khả năng|ngủ|sức)
""")
_AILMENT = re.compile(rf"\b(?:{unaccent(_AILMENTS)})\b".replace(" ", r"[ \n]"))
_EXACT = re.compile(re.sub(r"(?<!\\)[^\W\d_]+", lambda word: unify_tone(word[0]), _AILMENTS))
#: Short ailments that mean nothing else without accents.
_CLEAR = frozenset({"hiv", "aids", "bong", "gout", "diec", "liet"})
_VERBS = one_line("""
    bi|mac(?: phai)?|nhiem|dieu tri|chua benh|chua tri|chan doan|chuan doan|phat hien|ket luan|tien su|tinh trang|suc khoe|do|dang|la|voi|benh|vi|nga
    |te|phai|xac nhan
    |chung nhan|xac dinh|ho so|dang tat|muc do|so|them|con|va|thuoc dien|nam vien
""")
_BETWEEN = "ban dau|xac dinh|la|bi|mac|benh|noi tru|ngoai tru|cac|chung|can|nguoi|vi|do|nang|rat|dang|chung benh|hien|co"
#: Words that say that somebody has what follows.
_HAS = re.compile(rf"\b(?:{_VERBS})(?: (?:{_BETWEEN})){{0,3}}[ \n:“\"(]{{1,3}}$")
_AGAINST = one_line("""
    phong,? ?(?:chong)?|chong|tuyen truyen|cong tac|chuong trinh|dich|ve|kiem soat|ngan ngua|tam soat|sang loc|thuoc|hoi|cham soc|ho tro|tro giup
    |tro cap|cac|nhung
    |doi voi|cho|thuong binh|danh cho|luat|quyen
""")
#: Words that speak of an ailment without anybody who has it.
_GENERAL = re.compile(rf"(?:{_AGAINST})[ \n](?:(?:va |cac |benh |dich |nguoi |ca |hoi )*)$")
_AGAINST_ANY = re.compile(r"\b(?:phong,? ?chong|tuyen truyen|chuong trinh|kiem soat|ngan ngua|tam soat|sang loc|phong benh)\b")
_UNNAMED = r"\d+ (?:ca|nguoi|truong hop|tre|hoc sinh|hoc vien|ho|con|benh nhan|luot)|\bdan (?:lon|ga|trau|bo)|\blon|\bgia suc|\bca|\bdich|neu|truong hop"
#: Who has it is nobody by name: 03 người bị, đàn lợn mắc.
_OTHERS = re.compile(rf"(?:{_UNNAMED})[^.;\n]{{0,12}}$")
#: What is hardly said of anybody but the person named before.
_GRAVE = re.compile(
    r"gay \w+|dot quy|liet (?:nua|hai|toan|tu|chi|chan|tay)|tai bien mach|bai (?:nao|liet)|suy (?:than|tim)|da chan thuong|chan thuong (?:so|cot)"
    r"|tam than phan liet|cut \w+|nhoi mau|mang thai|hon me|bong"
)
_ITEM = re.compile(r"\n[ ]*(?:[-+*•]|\d+[.)])")
_OTHER_SENTENCE = re.compile(r"[^.]\. [A-ZĐ].*[.:] ")
_LABELS = one_line("""
    chan doan|chuan doan|dang (?:khuyet )?tat|muc do (?:khuyet )?tat|loai benh|benh ly|benh nen|tien su(?: benh)?|tinh trang (?:benh|suc khoe
    |khuyet tat|thuong tat)
    |thuong tich|ton thuong|ly do vao vien|ket luan (?:cua )?(?:bac si|benh vien|giam dinh)
""")
_LABEL = re.compile(
    rf"\b(?:{_LABELS})(?: (?:ban dau|hien tai|luc vao vien|khi ra vien|xac dinh))?[ ]?:[ ]?(?P<what>[^\n.;|]{{2,120}}?)"
    r"(?=[\n.;|]|$|, (?:de nghi|can|phai|dang|duoc|hien|ra vien|dieu tri|nhap vien|chuyen|yeu cau|kham)\b)"
)
_STOPS = """
    đã đang được phải từ tại theo không cần nên với để ở cho hiện có thuộc năm ngày tháng sẽ của khi xin nhưng vào trong trên làm chưa thì này như
    sau trước và con chồng
    vợ bị mà hoàn điều khiến mới là nhà gia đơn tiếp riêng hoặc chỉ hay hơn hồ sơ do nằm còn mất cùng đề đi về ra tiền người
"""
_STOPS_BARE = """
    da dang duoc tu theo khong nen voi de cho hien co thuoc ngay thang se cua khi xin nhung vao trong lam chua thi nay nhu truoc va chong vo bi ma
    dieu la hoac hay do di ra den
"""
#: Words with which a sentence goes on to something else; of those without accents only the clear ones.
_STOP = frozenset(map(unify_tone, _STOPS.split()))
_STOP_BARE = frozenset(_STOPS_BARE.split())
#: Where there is a left and a right, phải is no must.
_SIDE = re.compile(r"(?:chan|tay|mat|tai|vai|dui|goi|hong|phoi|than|co|ban|ben|chi|canh tay|cang|xuong|non|khop|nguc|ham|ma)[ \n]$")
#: Stops that are none: độ 3, nửa người, còn bù.
_GOES_ON = re.compile(r"(?:do[ \n]\d|nua[ \n]nguoi|con[ \n]bu)\b")
_MOST_MORE = 12
#: What is between a person, or what was said of the person, and the ailment.
_LINK = re.compile(r"^[^.!?]*?[,;:()–-][ \n]*(?:(?:la|nguoi|hien|dang|bi|nu|nam|co|con|ban than|thuoc|dien|rat|da)[ \n]*)*$")
_NEXT = re.compile(r",?[ \n](?:(?:va|kem|kem theo|do|sau|cung|bien chung|dan den|hoac|va bi)[ \n])?(?:bi[ \n])?")
_WORD = re.compile(r"[ \n]([a-z0-9/%'+-]+)")
#: How far behind a name an ailment, or a label for one, is still about the person.
_NEAR, _FAR = 300, 3000
#: How long a row of a table can be behind its name.
_WIDEST = 600


_OF_PERSONS = frozenset({"person_name", "dob", "sensitive", "national_id", "address"})


def find_health(view: View, named: Named, tables: Tables, known: Sequence[Hit]) -> Iterator[Hit]:
    """Illness, injury, disability, pregnancy of persons who are named just before, or in the same row of a table."""
    if not named:
        return
    for found in _LABEL.finditer(view.bare):
        first_on_line = not view.text[view.line_of(found.start())[0] : found.start()].strip(" -+*•")
        if (first_on_line or named.end_before(found.start(), _FAR) >= 0) and not EMPTY.fullmatch(found["what"]):
            yield Hit(found.start("what"), found.start("what") + len(found["what"].rstrip()), "sensitive_health", 3)
    for cell in tables.cells:
        if cell.role == "health" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]):
            yield Hit(cell.start, cell.end, "sensitive_health", 3)
    ends = sorted(hit.end for hit in known if hit.kind in _OF_PERSONS)
    last = 0
    behind_names = (found for window in named.windows(_WIDEST) for found in _AILMENT.finditer(view.bare, *window))
    for found in behind_names:
        row = tables.row_at(found.start())
        in_row = row is not None and "health" in row.roles
        if found.start() >= last and _is_meant(view, found) and (in_row or _is_about_person(view, found, named, ends)):
            last = _end(view, found.end())
            yield Hit(found.start(), last, "sensitive_health", 2)


def _is_meant(view: View, found: re.Match[str]) -> bool:
    """Tell whether the accents fit, and it is no label; long ones are sure without accents."""
    if view.bare[found.end() : found.end() + 2].lstrip().startswith(":"):
        return False
    if not view.accented:
        return len(found[0]) > 5 or found[0] in _CLEAR
    if len(found[0]) > 11:
        return True
    words = " ".join(unify_tone(word) for word in view.text[found.start() : found.end()].lower().split())
    return bool(_EXACT.fullmatch(words))


def _is_about_person(view: View, found: re.Match[str], named: Named, ends: list[int]) -> bool:
    """Tell whether somebody who is named has it; ``ends`` is where names and what was said of them end."""
    at = found.start()
    name = named.end_before(at, _NEAR)
    if name < 0:
        return False
    before = view.soft[max(name, at - 60) : at]
    if _GENERAL.search(before) or _OTHERS.search(before[-40:].rstrip() + " "):
        return False
    line = view.text[view.line_of(at)[0] : at]
    if "|" in line or "\t" in line:
        return True
    index = bisect_left(ends, at + 1) - 1
    gap = at - ends[index] if index >= 0 else _NEAR
    between = view.soft[at - gap : at]
    if gap <= 2 or (gap <= 60 and _LINK.search(between) and not _AGAINST_ANY.search(between)):
        return True
    if _GRAVE.match(found[0]) and at - name <= 200 and not _ITEM.search(view.text, name, at):
        return True
    return bool(_HAS.search(before)) and not _OTHER_SENTENCE.search(view.text, name, at)


def _end(view: View, end: int) -> int:
    """Where the description of an ailment ends: with its sentence, or with a word that goes on to something else."""
    for _more in range(_MOST_MORE):
        following = _NEXT.match(view.bare, end)
        further = _AILMENT.match(view.bare, following.end()) if following else None
        word = _WORD.match(view.bare, end)
        if further:
            end = further.end()
        elif word and not _stops(view, word):
            end = word.end()
        else:
            break
    return end


def _stops(view: View, word: re.Match[str]) -> bool:
    """Tell whether an ailment ends before a word."""
    start, end = word.span(1)
    raw = view.text[start:end]
    new_line = view.text[start - 1] == "\n" and not raw.islower()
    if new_line or (raw.isupper() and view.style != "upper" and len(raw) > 2 and not set(raw) <= set("IVX")):
        return True
    side = word[1] == "phai" and _SIDE.search(view.bare, max(0, start - 10), start)
    half = word[1] == "nguoi" and view.bare[start - 4 : start - 1] == "nua"
    if side or half or _GOES_ON.match(view.bare, start):
        return False
    return unify_tone(raw.lower()) in _STOP if view.accented else word[1] in _STOP_BARE
