"""Who is named in a sentence: offices, posts and people that can be given a task."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ailab.text import unaccent, unify_tone

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Assignment", "find_agent", "find_assignment", "last_unit", "named_first", "only_unit"]

#: First words of a proper unit or post: it goes on as long as words have capitals or belong to names of offices.
_PROPER = """
ubnd|ủy ban nhân dân|ủy ban mttq|ủy ban mặt trận tổ quốc|ủy ban|hđnd|hội đồng nhân dân|hội đồng|thường trực|tiểu ban|chi nhánh|đoàn kiểm tra|tổ kiểm đếm|chi hội trưởng|chi hội phụ nữ|đồn|thư ký|tổ phó|tổ phó thường trực|tổ công tác|tổ giúp việc|thành viên|các thành viên|sở|phòng|ban|văn phòng|trung tâm|trung tâm dịch vụ tổng hợp|trung tâm phục vụ hành chính công|trung tâm cung ứng dịch vụ công|trung tâm dịch vụ nông nghiệp|trung tâm y tế|ban quản lý rừng phòng hộ|hội đồng tuyển dụng|
bộ phận một cửa|bộ phận tiếp nhận và trả kết quả|bộ phận trực ban|bộ phận chuyên môn|trường|trưởng|phó|phó trưởng|chủ tịch|
phó chủ tịch|giám đốc|phó giám đốc|hiệu trưởng|thủ trưởng|lãnh đạo|bí thư|phó bí thư|chánh văn phòng|chánh thanh tra|công an|quân sự|bộ chỉ huy|ban chỉ huy|ban chỉ đạo|ban quản lý|đồn biên phòng|bộ đội biên phòng|
trạm|tổ|tổ trưởng|đội|đội trưởng|hội|đoàn|đoàn thanh niên|mttq|mặt trận|mặt trận tổ quốc|cục|chi cục|kho bạc|ngân hàng|hạt kiểm lâm|bệnh viện|nhà trường|tỉnh đoàn|đảng ủy|chi bộ|chi hội|công đoàn|liên đoàn|
công ty|hợp tác xã|htx|viện|bảo hiểm xã hội|bhxh|bưu điện|điện lực|bộ phận|bộ|báo|đài|đài truyền thanh|trưởng ban|trưởng phòng|trưởng bản|trưởng thôn|trưởng trạm|trưởng công an|trưởng đoàn|kế toán|kế toán trưởng|thủ quỹ|văn thư|
thanh tra|tòa án|viện kiểm sát|thư viện|bảo tàng|nhà văn hóa|khối|nhóm|ban giám hiệu|ban đại diện cha mẹ học sinh|đảng bộ|tỉnh|xã|phường|thường trực đảng ủy|ban thường vụ|chỉ huy trưởng|bếp trưởng|chủ nhiệm|điều phối viên|hạt trưởng|nhà thầu
"""
#: First words of everybody else: it goes on until a word says what they do.
_COMMON = """
hai bên|các bên|hai gia đình|bên nào|đơn vị nào|lái xe|người dự tuyển|công chức trực quầy|cán bộ trực|cán bộ phụ trách|giáo viên phụ trách|thủ trưởng cơ quan chủ trì|cơ quan chủ trì|đơn vị chủ trì|cán bộ một cửa|các|mỗi|từng|toàn thể|toàn bộ|những|quý|đơn vị|cơ quan|cán bộ|công chức|viên chức|nhân viên|nhân viên y tế|giáo viên|phụ huynh|cha mẹ học sinh|cha mẹ|hộ gia đình|hộ dân|hộ|nhân dân|người dân|người|
bên a|bên b|bên giao|bên nhận|nông dân|học sinh|học viên|đại biểu|chủ hộ|chủ rừng|chủ cơ sở|chủ đầu tư|đoàn viên|hội viên|đảng viên|doanh nghiệp|cá nhân|tổ chức, cá nhân|thành viên|đại diện|gia đình|thí sinh|lực lượng|khách|người đứng đầu
"""
#: Units whose names are common words: they go on until a verb as well.
_DESCRIBED = "trung tâm|chi cục|hội|công ty|hợp tác xã|tổ|bộ phận|đội|hội đồng|trường|ban chỉ đạo|ban quản lý|ban|nhóm"
#: Words of names of offices that would otherwise say what somebody does.
_OFFICE = (
    "chăn nuôi|xây dựng|quản lý|kiểm soát|thi đua|đào tạo|giáo dục|thống kê|thanh tra|kiểm tra|tổ chức|tuyên giáo|dân vận|cung ứng|phục vụ|thi công|sửa chữa|kế hoạch|đăng ký|"
    "tiếp nhận|thủy lợi|cấp nước|dạy nghề|giới thiệu|trồng trọt|bảo vệ|tư vấn|dự án|vận hành|bảo trì|hỗ trợ|giải phóng mặt bằng|giám sát|hạ tầng|tiểu học|khách hàng|điều dưỡng|đầu tư|điều trị|dân phố|bảo hiểm|"
    "thu gom|kinh doanh|huấn luyện|hòa giải|phòng chống|cấp xã|cấp tỉnh|được hỗ trợ|ưu tiên|kiểm đếm"
)
#: What somebody does who is named behind what has to be done: “…, do Văn phòng bố trí”.
_CARES = "thực hiện|đảm nhiệm|đảm trách|phụ trách|bố trí|đôn đốc|theo dõi|chủ trì|lập|chịu trách nhiệm|tổng hợp|lựa chọn|chuẩn bị|hoàn thiện|chi trả|điều động|quản lý|tổ chức|triển khai|giám sát"
#: A person: ends at a comma.
_PERSON = "đồng chí|đ/c|ông|bà|anh|chị|thầy|cô|thầy giáo|cô giáo"
#: What starts like a unit and is none.
_NOT_UNITS = """
tổ chức|bố trí|ban hành|hội nghị|hội thảo|hội trường|hội thi|hội thao|hội chợ|trường hợp|phòng chống|phòng, chống|phòng ngừa|phòng bệnh|phòng trừ|phòng cháy|phòng họp|phòng dịch|xã hội|xã hội hóa|đội hình|đoàn kết|đội ngũ|báo cáo|báo giá|
sở hữu|cục bộ|viện trợ|viện phí|viện dẫn|công an nhân dân|bộ luật|bộ thủ tục|các nội dung|các nhiệm vụ|các biện pháp|các hoạt động|các giải pháp|các chỉ tiêu|các quy định|các văn bản|các chính sách|trung tâm xã|người bệnh|người chết|người bị|hộ khẩu|
hộ chiếu|bộ hồ sơ|ban đầu|ban đêm|tổ hợp|đài vòng|nhóm hồ sơ|nhóm nội dung|khối lượng|chị em|anh em|các khoản|các điều kiện|các công trình|các hạng mục|các tuyến|các điểm|các lớp|mỗi ngày|mỗi tuần|mỗi tháng|mỗi quý|mỗi năm|mỗi lần|quý i|quý ii|quý iii|quý iv|từng bước|tỉnh lộ|bộ phận hỏng
"""
#: Lower-case words that belong to the name of an office.
_NOMINAL = frozenset(
    """xã phường bản tỉnh thôn tổ dân phố thị trấn huyện các và của nhà nước cơ quan đơn vị phòng ban chuyên môn liên quan trên địa bàn trực thuộc thuộc nhân dân ủy hđnd ubnd hội đồng đảng chi bộ cấp
    trưởng phó ngành đoàn thể tổ chức chính trị - quân sự biên y tế tài kế toán hoạch văn hóa công cộng tác viên số kinh giáo dục đào tạo chủ tịch nhiệm giám đốc hiệu cơ sở khu vực điều hành một cửa tiếp
    nhận trả kết quả thú khuyến nông lâm thủy lợi bộ phận trực thanh niên phụ nữ cựu chiến binh mặt trận cùng với thường vụ học mầm non tiểu trung tâm dịch vụ việc làm ở tại từ nêu đã gồm""".split()
) - {"từ", "nêu", "đã", "gồm", "tại", "ở", "với", "làm", "việc", "tiếp", "nhận", "trả", "kết", "quả", "điều", "hành", "đào", "tạo", "-"}
#: What somebody does: a unit ends before it.
_VERBS = """
chủ trì|chủ động|phối hợp|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|tổ chức|triển khai|thực hiện|xây dựng|gửi|báo cáo|hoàn thành|hoàn tất|hoàn thiện|rà soát|tổng hợp|tham mưu|kiểm tra|hướng dẫn|tuyên truyền|cập nhật|đăng ký|nộp|
lập|cử|chuẩn bị|bố trí|nghiên cứu|tiếp tục|theo dõi|đôn đốc|giám sát|phân công|quán triệt|khẩn trương|nghiêm túc|thông báo|tiếp nhận|xử lý|giải quyết|xác minh|thống kê|đánh giá|điều tra|khảo sát|vận động|huy động|cung cấp|cung ứng|
bàn giao|thanh toán|chi trả|thẩm định|trình|phê duyệt|đề xuất|tham gia|đảm bảo|bảo đảm|duy trì|tăng cường|đẩy mạnh|chỉ đạo|cảnh báo|trực ban|trực|ứng trực|tạm dừng|dừng|di dời|sơ tán|khắc phục|hỗ trợ|cấp phát|cấp|phát|tiêm|phun|công khai|
niêm yết|đăng tải|đăng|góp ý|trả lời|trả|nhận|cần|phải|sẽ|được|không|đến|có mặt|có|đủ|mang|về|là|đã|đang|từ|trước|sau|trong|vào|chậm nhất|hằng|hàng|làm|đưa|nhằm|để|theo|căn cứ|quản lý|soạn|viết|họp|ký|giao|yêu cầu|đề nghị|
biên soạn|kiểm kê|mở|kết nối|chụp|chuyển|thu|thu thập|thu gom|sửa|sửa chữa|cài đặt|khởi công|nghiệm thu|quyết toán|học|đọc|xem xét|kiểm soát|chấp hành|cam kết|lưu|bổ sung|lên|ra|ban hành|khai báo|khai|điều chỉnh|phân bổ|phụ trách|điều hành|
quan tâm|nếu|khi|tại|thay mặt|thay|tìm|gặp|giúp|liên hệ|bám sát|áp dụng|lấy|tăng|giảm|bởi|do|lúc|mua|vẽ|đối thoại|tiếp công dân|tiếp|ghi|ghi sổ|kịp thời|thường xuyên|định kỳ|ngay|đi|đi công tác|chăm sóc|bảo quản|giữ|dạy|ôn tập|kiện toàn|
thành lập|sắp xếp|lựa chọn|giới thiệu|phổ biến|nắm|chốt|treo|dọn|vệ sinh|dự trữ|che chắn|tích cực|chấm|tự chấm|nhắc|kiểm đếm|giải trình|xin|mời|dự|tập hợp|thôi|phát hiện|tự|đo|đo đạc|chở|cùng|bằng|cho|dự tuyển nộp|ưu tiên|lồng ghép|kết hợp|phát động|
đảm nhiệm|đảm trách|báo|thông tin|cụ thể hóa|nhắc nhở|đóng góp|chăm lo|trông coi|phản ánh|điền|ra quân|hỏi|dán|nhân rộng|mở rộng|chấn chỉnh|xử phạt|tịch thu|khử trùng|tiêu hủy|cách ly|giải ngân|đấu thầu|ký kết|thẩm tra|
kiểm điểm|xây|đào|san gạt|tu sửa|nạo vét|phát quang|dọn dẹp|cắm|dựng|phân luồng|vận chuyển|tiếp tế|cứu trợ|điều động|hoàn chỉnh|lưu giữ|trích đo|kê|rà|làm việc|sẵn sàng|tập kết|đối chiếu|nghiệm thu|cắm lại|phát dọn|bàn|xã hội hóa|rút ngắn|phấn đấu|muốn|rời|ủng hộ|quyết định|xác nhận|cấm|không được|bị|còn|vẫn|nêu|hiện|chưa|này|trên|dưới|như|hoặc là|gồm|nhập|in|tra cứu|truy cập|tải|quét|số hóa|tuyển|đặt|lắp|lắp đặt|vận hành|đấu nối|thi công|trồng|gieo|gieo cấy|thu hoạch|chăn thả|nuôi|bán|kinh doanh|chấm dứt|
phối hợp với|trao|tặng|khen|biểu dương|phê bình|hiệp đồng|canh gác|tuần tra|chốt chặn|tập trung|sử dụng|thảo luận|kê khai|tháo dỡ|tạm ứng|trân trọng|kính|gia hạn|kéo dài|phân loại|thống nhất|tổng kết|sơ kết|tiến hành|in ấn|bầu|xếp|rút|trích|hợp đồng|nâng|kiến nghị|kiên quyết|chịu|hoàn trả|bồi thường|chuyển tiền|điều trị|khám|tư vấn|đón|đưa đón|nghe|thông qua|xem|bấm|chọn|quy định|nộp hồ sơ
"""
_ORDERS = "giao nhiệm vụ cho|giao trách nhiệm cho|giao cho|giao|yêu cầu|đề nghị|phân công|ủy quyền cho|ủy quyền|chỉ đạo|trân trọng kính mời|trân trọng mời|kính mời|kính đề nghị|nhờ"
_PASSIVE = "do|bởi|được|thuộc về|ai làm|người làm|người thực hiện|đơn vị thực hiện"
_NOT_ORDERS = "giao ban|giao thông|giao lưu|giao dịch|giao nộp|giao nhận|bàn giao|chuyển giao|trao đổi"
_HELP = "phối hợp chặt chẽ với|phối hợp với|phối hợp cùng|cùng với|cùng"
#: Single syllables that say what somebody does even without accents.
_SURE = frozenset("gui nop lap bao chuyen trinh hop cu phai can se da duoc khong den mang co ra ve la truoc sau trong vao de theo khi neu lam dua nham giao nhan tra cap".split())
#: Words that end a unit without saying that it does something.
_WEAK = frozenset("cho để trước sau trong từ vào là có về tại do bằng theo đến ra lên de truoc tu vao la co ve tai bang den len".split())
_TAIL = frozenset("và với các của cho để thì trên tại trong ở cùng thuộc hoặc là".split())
_BROKEN = re.compile(r"[;:.()|]")
_STOP = re.compile(r"[;:.()\[\]|“”\"\n–?!]")
_TOKEN = re.compile(r"[^\W_]+(?:[./'&][^\W_]+)*")
_MARK = re.compile(r"\s*(?:[-–—+•*▪]\s*|\(?(?:[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)/]\s+|điều\s+\d+\s*[.:]\s*|dieu\s+\d+\s*[.:]\s*)*", re.IGNORECASE)
_LEAD = re.compile(r"(?:về phía|về phần|ve phan|đối với|riêng|theo|thứ nhất|thứ hai|thứ ba|thứ tư|ve phia|doi voi|rieng|theo|trước|chậm nhất|trong|từ|đến|hằng|hàng|định kỳ|sau|khi|truoc|cham nhat|tu|den|hang|dinh ky)\b[^,;|]{3,90},\s*", re.IGNORECASE)
_ABOUT = re.compile(
    _MARK.pattern
    + r"(?:(?:đối với|về phía|trách nhiệm của|nhiệm vụ của|doi voi|ve phia|trach nhiem cua|nhiem vu cua|giao(?=[^:]*:\s*$)|đề nghị(?=[^:]*:\s*$)|yêu cầu(?=[^:]*:\s*$))\s+)",
    re.IGNORECASE,
)
_LONGEST = 26  # words


#: Phrases by their first word: the words of each, longest first.
_Phrases = dict[str, tuple[tuple[str, ...], ...]]


class _Words(NamedTuple):
    """The lists, with accents or without."""

    proper: _Phrases
    common: _Phrases
    person: _Phrases
    units: _Phrases  # proper and common
    not_units: _Phrases
    nominal: frozenset[str]
    verbs: _Phrases
    described: _Phrases
    cares: _Phrases
    office: _Phrases
    orders: _Phrases
    not_orders: _Phrases
    passive: _Phrases
    behind: _Phrases  # orders and passive
    helps: _Phrases
    tail: frozenset[str]


class _Token(NamedTuple):
    low: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True)
class Assignment:
    """Who leads and who helps: places in a sentence."""

    owner: tuple[int, int] | None
    helpers: tuple[tuple[int, int], ...] = ()
    ordered: bool = False  # by words such as “giao”, “yêu cầu”


@functools.cache
def _lists(*, accents: bool) -> _Words:
    clean = (lambda text: text) if accents else unaccent

    def phrases(*texts: str) -> _Phrases:
        return _index(" ".join(map(unify_tone, clean(phrase).split())) for text in texts for phrase in text.replace("\n", "").split("|"))

    verbs = phrases(_VERBS)
    if not accents:
        verbs = _index(" ".join(words) for found in verbs.values() for words in found if len(words) > 1 or words[0] in _SURE)
    return _Words(
        phrases(_PROPER), phrases(_COMMON), phrases(_PERSON), phrases(_PROPER, _COMMON), phrases(_NOT_UNITS), frozenset(map(unify_tone, map(clean, _NOMINAL))),
        verbs, phrases(_DESCRIBED), phrases(_CARES), phrases(_OFFICE), phrases(_ORDERS), phrases(_NOT_ORDERS), phrases(_PASSIVE), phrases(_ORDERS, _PASSIVE),
        phrases(_HELP), frozenset(map(clean, _TAIL)),
    )  # fmt: skip


def _index(phrases: Iterable[str]) -> _Phrases:
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        if words:
            found.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()}


@functools.lru_cache(maxsize=8192)
def _low(word: str) -> str:
    return unify_tone(word.lower())


class _Sentence:
    """A sentence as words."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.tokens = [
            _Token(unify_tone(found[0].lower()), found.start(), found.end(), found[0][0].isupper() or found[0][0].isdigit()) for found in _TOKEN.finditer(plain)
        ]
        self.lows = [token.low for token in self.tokens]
        self.shouted = plain.isupper() or not any(token.capital and not token.low[0].isdigit() for token in self.tokens)
        self.lists = _lists(accents=plain != unaccent(plain))

    def phrase_at(self, at: int, phrases: _Phrases) -> int:
        """How many words of the longest phrase that starts here; 0 if none does."""
        if not 0 <= at < len(self.lows):
            return 0
        for words in phrases.get(self.lows[at], ()):
            count = len(words)
            if count == 1:
                return 1
            if tuple(self.lows[at : at + count]) == words and not _BROKEN.search(self.plain, self.tokens[at].start, self.tokens[at + count - 1].end):
                return count
        return 0

    def unit_at(self, at: int) -> tuple[int, int] | None:
        """Words of a unit that starts at this word: from, to."""
        lists = self.lists
        if at >= len(self.tokens) or self.phrase_at(at, lists.not_units):
            return None
        proper, common, person = (self.phrase_at(at, phrases) for phrases in (lists.proper, lists.common, lists.person))
        opening = max(proper, common, person)
        bare = self.lists is _lists(accents=False)
        if not opening or (bare and opening == 1 and proper == 1 and not self.shouted and not self._capital(at + 1)):
            return None
        by_verb = self.shouted or (common == opening and not person) or bool(self.phrase_at(at, lists.described))
        to = at + opening
        while to < len(self.tokens) and to - at < _LONGEST:
            token, gap = self.tokens[to], self.plain[self.tokens[to - 1].end : self.tokens[to].start]
            starts = 0 if self.phrase_at(to, lists.not_units) else self.phrase_at(to, lists.units)
            if gap.strip() == "(" and token.low in {"bà", "ba"} and to == at + 1:  # ông (bà)
                to += 1
                continue
            if _STOP.search(gap) or (person == opening and "," in gap):
                break
            listed = token.low in lists.nominal and not self.phrase_at(to, lists.verbs)
            if "," in gap and not (starts or listed or (token.capital and not self.shouted)):
                break
            if " - " in gap and not (token.capital and not self.shouted):
                break
            office = self.phrase_at(to, lists.office) or (to > at + opening and self.phrase_at(to - 1, lists.office) - 1)
            if office > 0 and not gap.strip() and person != opening and ((to == at + opening and self.shouted) or self.tokens[to - 1].capital or token.capital or token.low in {"dự", "du", "dân", "dan", "cấp", "cap"}):
                to += office
                continue
            if not (token.capital and not self.shouted) and self.phrase_at(to, lists.verbs) and not (starts and (token.low,) in lists.proper.get(token.low, ())):
                break
            completes = self.tokens[to - 1].capital and not self.shouted and not gap.strip()  # “Nông nghiệp”: the second syllable of a word
            if not (by_verb or starts or token.capital or token.low in lists.nominal or completes):
                break
            by_verb = by_verb or ("," not in gap and self.phrase_at(to, lists.common) > 0 and person != opening)
            to += max(starts, 1)
        while to > at + opening and self.tokens[to - 1].low in lists.tail:
            to -= 1
        if to == at + 1 and self.tokens[at].low in {
            "các",
            "cac",
            "mỗi",
            "moi",
            "quý",
            "quy",
            "từng",
            "xã",
            "tỉnh",
            "phường",
            "báo",
            "bộ",
            "đài",
            "tổ",
            "to",
            "hội",
            "hoi",
            "phó",
            "ban",
        }:
            return None
        return at, to

    def no_order_at(self, at: int) -> bool:
        """Tell whether a word that looks like an order is none: “giao ban”, “bàn giao”; but “Giao Ban Chỉ huy” is one."""
        pair = bool(self.phrase_at(at, self.lists.not_orders)) and (self.shouted or not self.tokens[at + 1].capital)
        return pair or (at > 0 and bool(self.phrase_at(at - 1, self.lists.not_orders)) and not self.tokens[at].capital)

    def _capital(self, at: int) -> bool:
        return at < len(self.tokens) and (self.tokens[at].capital or bool(self.phrase_at(at, self.lists.units)))

    def span(self, words: tuple[int, int]) -> tuple[int, int]:
        start, end = self.tokens[words[0]].start, self.tokens[words[1] - 1].end
        return start, end + (self.plain[start:end].count("(") > self.plain[start:end].count(")") and self.plain.startswith(")", end))

    def word_at(self, offset: int) -> int:
        return next((at for at, token in enumerate(self.tokens) if token.start >= offset), len(self.tokens))


@functools.lru_cache(maxsize=512)  # a line is looked at for a heading, for its first unit, and for orders
def _sentence(plain: str) -> _Sentence:
    return _Sentence(plain)


def named_first(plain: str) -> tuple[int, int] | None:
    """Unit at the start of a sentence, after its mark: “1. Phòng Kinh tế …”."""
    return _named_first(_sentence(plain))


def _named_first(sentence: _Sentence) -> tuple[int, int] | None:
    mark = _MARK.match(sentence.plain)
    found = sentence.unit_at(sentence.word_at(mark.end() if mark else 0))
    return sentence.span(found) if found else None


def only_unit(plain: str) -> tuple[int, int] | None:
    """Unit that a heading names: nothing else stands there but a colon or “có trách nhiệm:”."""
    lead = _ABOUT.match(plain)
    found = named_first(plain[lead.end() :]) if lead else named_first(plain)
    if found is None:
        return None
    if lead:
        found = found[0] + lead.end(), found[1] + lead.end()
    rest = unaccent(plain[found[1] :]).strip().lower()
    return (
        found
        if re.fullmatch(r"[:.]?|(?:co trach nhiem|chu tri|co nhiem vu|chiu trach nhiem)?\s*(?:thuc hien|to chuc thuc hien)?\s*:|\([^()]{0,110}\)\s*:?", rest)
        else None
    )


def find_assignment(plain: str, until: int | None = None) -> Assignment:
    """Who has to do what a sentence says.

    Parameters
    ----------
    plain : str
        Sentence in NFC.
    until : int, optional
        Where the deadline starts: of several orders the last one before it counts.
    """
    sentence = _sentence(plain)
    lists = sentence.lists
    until = len(plain) if until is None else until
    helpers: list[tuple[int, int]] = []
    owner: tuple[int, int] | None = None
    at = 0
    while at < len(sentence.tokens):
        if sentence.no_order_at(at):
            at += 1
            continue
        if count := sentence.phrase_at(at, lists.helps):
            unit = sentence.unit_at(at + count)
            if unit:
                helpers += _each(sentence, unit)
                at = unit[1]
                continue
        if (count := sentence.phrase_at(at, lists.orders)) and sentence.tokens[at].start < until:
            unit = sentence.unit_at(at + count)
            if unit:
                owner = sentence.span(unit)
                at = unit[1]
                continue
        at += 1
    if owner is not None:
        return Assignment(owner, tuple(helpers), ordered=True)
    first = _named_first(sentence)
    if first is None:  # after a phrase of time: “Trước ngày 15/8, các trưởng bản …”
        mark = _MARK.match(plain)
        lead = _LEAD.match(plain, mark.end() if mark else 0)
        unit = sentence.unit_at(sentence.word_at(lead.end())) if lead else None
        first = sentence.span(unit) if unit else None
    return Assignment(first, tuple(helpers))


def find_agent(plain: str, *, until: int | None = None, end: int | None = None) -> tuple[int, int] | None:
    """Who is named behind what has to be done: “do Văn phòng bố trí”, “giao Trung tâm …”, “(đồng chí …)”, “…, Công an xã chủ trì”.

    Parameters
    ----------
    plain : str
        A clause, or a whole line.
    until : int, optional
        Where the deadline starts. A unit after a comma that does anything counts before it; behind it only one that takes care.
    end : int, optional
        Where the deadline ends, for a person in brackets right behind it.
    """
    sentence = _sentence(plain)
    lists = sentence.lists
    weak = None
    for at in range(1, len(sentence.tokens)):
        gap = sentence.plain[sentence.tokens[at - 1].end : sentence.tokens[at].start].strip()
        passive = _ends_with(sentence, at, lists.behind)
        gap = gap[-1:]
        if not passive and gap not in {",", ":", "(", ";"} and sentence.tokens[at - 1].low not in {"thì", "thi"}:
            continue
        unit = sentence.unit_at(at)
        if unit is None or sentence.no_order_at(at - 1):
            continue
        person = sentence.phrase_at(at, lists.person) > 0
        span, labelled = sentence.span(unit), gap == ":" and passive
        after = unit[1]
        joined = after < len(sentence.tokens) and not re.search(r"[;.:()]", sentence.plain[span[1] : sentence.tokens[after].start])
        cares = joined and sentence.phrase_at(after, lists.cares) > 0
        ordered = not gap and _ends_with(sentence, at, lists.orders)
        acts = joined and sentence.phrase_at(after, lists.verbs) > 0 and sentence.tokens[after].low not in _WEAK
        bracket = person and gap == "(" and end is not None and 0 <= span[0] - end <= 3
        if (passive and (acts or labelled or person or ordered)) or bracket or (cares and gap != "("):
            return span
        if gap == ":" and end is not None and 0 <= span[0] - end <= 3 and (acts or person):
            return span
        before = until is not None and sentence.tokens[at].start < until
        if before and acts and sentence.tokens[after].start < (until or 0):
            weak = span
    return weak


def _ends_with(sentence: _Sentence, at: int, phrases: _Phrases) -> bool:
    """Tell whether one of the phrases stands right before a word."""
    return any(tuple(sentence.lows[at - count : at]) in phrases.get(sentence.lows[at - count], ()) for count in range(1, min(4, at) + 1))


def _each(sentence: _Sentence, unit: tuple[int, int]) -> list[tuple[int, int]]:
    """The units of a list, one by one."""
    start, found = unit[0], []
    for at in range(unit[0] + 1, unit[1] + 1):
        gap = sentence.plain[sentence.tokens[at - 1].end : sentence.tokens[at].start] if at < unit[1] else ","
        joined = at < unit[1] and sentence.tokens[at].low in {"và", "va"} and sentence.unit_at(at + 1) is not None
        if "," in gap or joined:
            found.append(sentence.span((start, at)))
            start = at + 1 if joined else at
    return [span for span in found if span[0] < span[1]]


def last_unit(plain: str, until: int) -> tuple[int, int] | None:
    """Unit that ends right before a place: in a table without bars it stands before the date."""
    sentence = _Sentence(plain[:until])
    count = len(sentence.tokens)
    found = [unit for at in range(count) if sentence.tokens[at].capital and (unit := sentence.unit_at(at)) and unit[1] == count]
    return sentence.span(found[0]) if found else None
