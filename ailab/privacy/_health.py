"""What ails a named person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ailab.privacy._details import EMPTY
from ailab.privacy._view import Hit
from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ailab.privacy._details import Named
    from ailab.privacy._tables import Tables
    from ailab.privacy._view import View

__all__ = ["find_health"]

_AILMENTS = """
    tâm thần(?: phân liệt)?|trầm cảm|động kinh|rối loạn \\w+(?: \\w+)?|sa sút trí tuệ|chậm phát triển(?: trí tuệ| tâm thần)?|bại (?:não|liệt)|liệt(?: (?:nửa|hai|toàn|tứ|chi|chân|tay|giường|nhẹ|mặt|hoàn|cả|một|vận|dây|2))?|ung thư|u (?:não|xơ|gan|phổi|nang|ác|máu|tuyến)
    |hiv(?:/aids)?|aids|lao (?:phổi|hạch|kháng thuốc|màng|xương)|bệnh lao|viêm \\w+|xơ gan|suy (?:thận|tim|hô hấp|gan|giảm|dinh dưỡng|nhược|tủy|tĩnh mạch)|chạy thận(?: nhân tạo)?|lọc máu|đái tháo đường
    |tiểu đường|(?:tăng|cao|hạ|tụt) huyết áp|huyết áp cao|tai biến(?: mạch máu não)?|đột quỵ|nhồi máu|tim bẩm sinh|bệnh (?!viện|án|xá|nhân)\\w+|hen(?: phế quản| suyễn)|phổi tắc nghẽn|copd|tan máu bẩm sinh|thalassemia
    |hội chứng \\w+|tự kỷ|(?:người )?khuyết tật|câm điếc|câm|điếc|mù|khiếm (?:thị|thính)|cụt (?:tay|chân|hai|một|ngón|chi|cẳng|bàn|đùi)|gãy (?:xương|chân|tay|đùi|cổ|cột|răng|ngón|hở|kín|hai|cả|sống|mũi|vai)|đa chấn thương|chấn thương(?: \\w+)?|bỏng|sốt rét|sốt xuất huyết|sốt cao|covid(?:-19)?|giang mai|nghiện (?:ma|rượu|chất|heroin|thuốc|hút|game)
    |cai nghiện|methadone|(?:đang |có |mang )thai(?: (?:tháng thứ |lần thứ |lần )?\\d+(?: tuần| tháng)?)?|mang bầu|thai \\d+ tuần|sảy thai|sinh non|đục thủy tinh thể|thoái hóa|thoát vị|sỏi (?:thận|mật|tiết|bàng|niệu|đường)|loãng xương|đau (?:thần kinh|dạ dày|đầu|lưng|tim|khớp|ngực|bụng|mắt|xương|thắt|cột|ốm|nặng|yếu)|gút|gout|ngộ độc|bệnh trĩ|dị tật|dị ứng|(?:tiền )?sản giật|di chứng|nhiễm (?!vụ|bẩn)\\w+
    |chất độc|teo cơ|bướu cổ|cường giáp|basedow|thiếu máu|tổn thương|tàn tật|thiểu năng|hở hàm ếch|sứt môi|suy kiệt|mổ (?:tim|ruột|não|đẻ|mắt|xương|sỏi|u|cấp|dạ|gan|thận|cột)|phẫu thuật|hóa trị|xạ trị|ốm nặng|ốm đau|chảy máu|xuất huyết|dập (?:phổi|não|gan|lách|nát|xương|ngón|bàn)|vỡ (?:lách|gan|xương|thận|hộp|ruột|bàng|ối)|đứt (?:gân|dây chằng|tay|ngón|lìa|mạch|bàn)|trật khớp
    |bong gân|hôn mê|tê liệt|mất (?:trí nhớ|khả năng|ngủ|sức)|giảm thị lực|vô sinh|parkinson|alzheimer|down
"""
_TEXT = "".join(_AILMENTS.split("\n")).replace("    ", "")
_AILMENT = re.compile(rf"\b(?:{unaccent(_TEXT)})\b".replace(" ", "[ \\n]"))
_EXACT = re.compile(re.sub(r"(?<!\\)[^\W\d_]+", lambda word: unify_tone(word[0]), _TEXT))
#: Words that say that somebody has what follows.
_HAS = re.compile(
    r"\b(?:bi|mac(?: phai)?|nhiem|dieu tri|chua benh|chua tri|chan doan|chuan doan|phat hien|ket luan|tien su|tinh trang|suc khoe|do|dang|la|voi|benh|vi|nga|te|phai|xac nhan|chung nhan|xac dinh|ho so|dang tat|muc do|so|them|con|va|thuoc dien|nam vien)"
    r"(?: (?:ban dau|xac dinh|la|bi|mac|benh|noi tru|ngoai tru|cac|chung|can|nguoi|vi|do|nang|rat|dang|chung benh|hien|co)){0,3}[ \n:“\"(]{1,3}$"
)
_GENERAL = re.compile(
    r"(?:phong,? ?(?:chong)?|chong|tuyen truyen|cong tac|chuong trinh|dich|ve|kiem soat|ngan ngua|tam soat|sang loc|thuoc|hoi|cham soc|ho tro|tro giup|tro cap|cac|nhung|doi voi|cho|thuong binh|danh cho|luat|quyen)"
    r"[ \n](?:(?:va |cac |benh |dich |nguoi |ca |hoi )*)$"
)
#: Who has it is nobody by name: 03 người bị, đàn lợn mắc.
_OTHERS = re.compile(
    r"(?:\d+ (?:ca|nguoi|truong hop|tre|hoc sinh|hoc vien|ho|con|benh nhan|luot)|\bdan (?:lon|ga|trau|bo)|\blon|\bgia suc|\bca|\bdich|neu|truong hop)[^.;\n]{0,12}$"
)
#: What is hardly said of anybody but the person named before.
_GRAVE = re.compile(
    r"gay \w+|dot quy|liet (?:nua|hai|toan|tu|chi|chan|tay)|tai bien mach|bai (?:nao|liet)|suy (?:than|tim)|da chan thuong|chan thuong (?:so|cot)|tam than phan liet|cut \w+|nhoi mau|mang thai|hon me|bong"
)
_LABEL = re.compile(
    r"\b(?:chan doan|chuan doan|dang (?:khuyet )?tat|muc do (?:khuyet )?tat|loai benh|benh ly|benh nen|tien su(?: benh)?|tinh trang (?:benh|suc khoe|khuyet tat|thuong tat)|thuong tich|ly do vao vien|ket luan (?:cua )?(?:bac si|benh vien|giam dinh))"
    r"(?: (?:ban dau|hien tai|luc vao vien|khi ra vien|xac dinh))?[ ]?:[ ]?(?P<what>[^\n.;|]{2,120}?)(?=[\n.;|]|$|, (?:de nghi|can|phai|dang|duoc|hien|ra vien|dieu tri|nhap vien|chuyen|yeu cau|kham)\b)"
)
#: Words with which a sentence goes on to something else. The second list is clear without accents as well.
_STOP = frozenset(
    unify_tone(word)
    for word in """đã đang được phải từ tại theo không cần nên với để ở cho hiện có thuộc năm ngày tháng sẽ của khi xin nhưng vào trong trên làm chưa thì này như sau trước và con chồng vợ bị mà hoàn
    điều khiến mới là nhà gia đơn tiếp rieng riêng hoặc chỉ hay hơn hồ sơ do nằm còn mất cùng đề đi về ra tiền người""".split()
)
_STOP_BARE = frozenset(
    "da dang duoc tu theo khong nen voi de cho hien co thuoc ngay thang se cua khi xin nhung vao trong lam chua thi nay nhu truoc va chong vo bi ma dieu la hoac hay do di ra den nay".split()
)  # noqa: SIM905
#: Where there is a left and a right, phải is no must; of these, người and con are no persons.
_SIDE = re.compile(r"(?:chan|tay|mat|tai|vai|dui|goi|hong|phoi|than|co|ban|ben|chi|canh tay|cang|xuong|non|khop|nguc|ham|ma)[ \n]$")
_GOES_ON = re.compile(r"(?:do[ \n]\d|nua[ \n]nguoi|con[ \n]bu|[ivx]+[ \n]con)\b")
#: What is between a person, or what was said of the person, and the ailment.
_LINK = re.compile(r"^[^.!?]*?[,;:()–-][ \n]*(?:(?:la|nguoi|hien|dang|bi|nu|nam|co|con|ban than|thuoc|dien|rat|da)[ \n]*)*$")
_NEXT = re.compile(r",?[ \n](?:(?:va|kem|kem theo|do|sau|cung|bien chung|dan den|hoac|va bi)[ \n])?(?:bi[ \n])?")
_WORD = re.compile(r"[ \n]([a-z0-9/%'+-]+)")


def find_health(view: View, named: Named, tables: Tables, known: Sequence[Hit]) -> Iterator[Hit]:
    """Illness, injury, disability, pregnancy of persons who are named just before, or in the same row of a table."""
    if not named:
        return
    for found in _LABEL.finditer(view.bare):
        if named.end_before(found.start(), 3000) >= 0 or not view.text[view.line_of(found.start())[0] : found.start()].strip(" -+*•"):
            start, end = found.span("what")
            if not EMPTY.fullmatch(found["what"]):
                yield Hit(start, end - (len(found["what"]) - len(found["what"].rstrip())), "sensitive_health", 3)
    for cell in tables.cells:
        if cell.role == "health" and not EMPTY.fullmatch(view.bare[cell.start : cell.end]):
            yield Hit(cell.start, cell.end, "sensitive_health", 3)
    details = sorted(hit.end for hit in known if hit.kind in {"person_name", "dob", "sensitive", "national_id", "address"})
    last = 0
    for found in _AILMENT.finditer(view.bare):
        if found.start() >= last and _is_meant(view, found) and _about_person(view, found, named, details):
            last = _extent(view, found.end())
            yield Hit(found.start(), last, "sensitive_health", 2)


def _is_meant(view: View, found: re.Match[str]) -> bool:
    """Tell whether the accents fit; long ones are sure without."""
    if not view.accented:
        return len(found[0]) > 5 or found[0] in {"hiv", "aids", "bong", "gout", "diec", "liet"}
    if len(found[0]) > 11:
        return True
    words = " ".join(unify_tone(word) for word in view.text[found.start() : found.end()].lower().split())
    return bool(_EXACT.fullmatch(words))


def _about_person(view: View, found: re.Match[str], named: Named, details: list[int]) -> bool:
    from bisect import bisect_left

    at = found.start()
    name = named.end_before(at, 300)
    if name < 0:
        return False
    before = view.bare[max(name, at - 60) : at]
    if _GENERAL.search(before) or _OTHERS.search(view.bare[max(name, at - 40) : at].rstrip() + " "):
        return False
    line = view.text[view.line_of(at)[0] : at]
    if "|" in line or "\t" in line:
        return True
    detail = details[bisect_left(details, at + 1) - 1] if details and details[0] <= at else -1
    if 0 <= at - detail <= 2 or 0 <= at - detail <= 60 and _LINK.search(view.bare[detail:at]):
        return True
    if _GRAVE.match(found[0]) and at - name <= 200 and not re.search(r"\n[ ]*(?:[-+*•]|\d+[.)])", view.text[name:at]):
        return True
    return bool(_HAS.search(before)) and not re.search(r"[^.]\. [A-ZĐ].*[.:] ", view.text[name:at])


def _extent(view: View, end: int) -> int:
    """Where the description of an ailment ends: with its sentence, or with a word that goes on to something else."""
    for _more in range(12):
        following = _AILMENT.match(view.bare, _NEXT.match(view.bare, end).end()) if _NEXT.match(view.bare, end) else None  # type: ignore[union-attr]
        if following:
            end = following.end()
            continue
        word = _WORD.match(view.bare, end)
        if not word or _stops(view, word):
            break
        end = word.end()
    return end


def _stops(view: View, word: re.Match[str]) -> bool:
    """Tell whether an ailment ends before a word."""
    start, end = word.span(1)
    raw = view.text[start:end]
    if view.text[start - 1] == "\n" and not raw.islower():
        return True
    if raw.isupper() and len(raw) > 2 and not set(raw) <= set("IVX"):
        return True
    if word[1] == "phai" and _SIDE.search(view.bare, max(0, start - 10), start):
        return False
    if _GOES_ON.match(view.bare, start) or (word[1] == "nguoi" and view.bare[start - 4 : start - 1] == "nua"):
        return False
    return word[1] in _STOP_BARE if not view.accented else unify_tone(raw.lower()) in _STOP
