"""Lists of words that the rules share. With accents; what is compared without them is made here."""

from __future__ import annotations

from ailab.text import unaccent, unify_tone

__all__ = [
    "ETHNIC_GROUPS",
    "FAMILY",
    "FAMILY_BARE",
    "FAMOUS",
    "JOBS",
    "MARKERS",
    "NOT_A_NAME",
    "OFTEN_NO_NAME",
    "OFTEN_NO_NAME_BARE",
    "ORGANISATION",
    "PLACE_BEFORE",
    "PLACE_BEFORE_BARE",
    "PROVINCES",
    "USUAL_FAMILY",
    "one_line",
]


def one_line(text: str) -> str:
    """Join the lines of a pattern that is too long for one."""
    return "".join(line.strip() for line in text.split("\n"))


def _set(text: str) -> frozenset[str]:
    return frozenset(unify_tone(word) for word in text.split())


#: Family names: Kinh; Thai, Kho Mu, Khang, Lao, Xinh Mun; Mong, Dao, Ha Nhi, Si La, Cong, Hoa.
FAMILY = _set("""
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn lâm mai đào trương phùng tạ hà tô chu lưu cao thái châu tôn
    tống quách kiều la lại lương vương triệu nghiêm nông doãn khuất khổng mạc ninh phí quản thân thạch tăng tiêu trình từ văn đàm đồng giáp hứa kim lục
    lã mã ngụy nhữ bành bạch âu an biện cấn cung diệp đậu điền hầu hàn hán khương liêu lữ mẫn ngọ phương sầm sái tào thẩm thi tiết trà trang trầm uông bế
    giang thang tưởng chử đới hạ lỗ nhâm ứng
    lò lô quàng cà tòng lường vì vi bạc cầm điêu đèo mào lèo lự lộc kha khoàng lang ngần lừ lù cút lừu teo tao tếnh hặc mè vàng lềm cụt moong seo xeo hung
    chích ốc tạo lầm ít chẩu bồn lèng kháng toong xên ín cháng
    giàng thào thao sùng sồng xồng mùa lầu hạng hảng cứ cự ly chá vừ sình hờ và phàng tráng chảo khang ma má ngải chang sừng già lỳ dình vư thẻn tẩn
    tần phàn
    chìn bàn pờ vù toán hù chớ sính tếch lừ phà giềng kỳ lồ sần sền pòng lữ lỳ
""")
FAMILY_BARE = frozenset(map(unaccent, FAMILY))
#: Those that are hardly anything else, without accents.
USUAL_FAMILY = frozenset(
    "nguyen tran pham hoang huynh bui ngo dinh phung quang vang giang thao sung khoang lo".split()  # noqa: SIM905
)
#: Those that begin a sentence, or the name of a lake, a pass, a cave, far more often than a name without anything before it.
OFTEN_NO_NAME = _set("""
    và vì vi cứ là lại từ văn đầu an kỳ thi hung tạo ít thang quản viên đường đồng bàn phí lang kim hồ đèo thẩm trang trình tăng ứng lục đàm hạ đoàn
""")
OFTEN_NO_NAME_BARE = frozenset(map(unaccent, OFTEN_NO_NAME))
#: Words that come between family name and given name, and say that it is a name.
MARKERS = _set("văn thị a")
#: Words that no name has inside, or that start the next thing on a line.
NOT_A_NAME = _set("""
    ủy ubnd hđnd xã huyện tỉnh phường phòng trường trạm thôn bản tổ số người ngày tháng thoại đơn nơi trú ông bà và là theo căn các những khi tại trong
    về việc do được có không đã sẽ cho với đến để vào trên này đó họ tên luật mục khoản nay cccd cmnd sđt stk mst bhxh bhyt hộ khẩu nghề nữ quê ghi
    ký trưởng phó
    tm kt tl tuq tphcm thcs thpt
""")
#: What a person does, right behind the name; the first word and what may follow it.
JOBS = one_line(r"""
    (?:chu (?:tich|ho|nhiem|toa|tri)|pho (?:chu|truong|bi|giam|ban|phong|hieu|chanh|tong|vien|doi|tram)
    |truong (?:ban|phong|thon|doan|khoa|khu|nhom|bo|cong|tram|ty|xom|dai)|bi thu|giam (?:doc|sat)|ke toan|can bo|cong (?:chuc|an|dan)|chuyen vien|uy vien
    |dai (?:dien|bieu)|thu (?:ky|quy|truong)|to truong|hieu truong|doi truong|tram truong|hoi (?:truong|vien|dong)|nhan vien|giao vien|bac si|y si|y ta
    |dieu duong|ky su|lai xe|van thu|chanh (?:van|thanh)|vien chuc|dang vien|hoc sinh|sinh vien|nguoi\b)
""")
#: Words before a name that make it the name of a place or of a house.
PLACE_BEFORE = _set("""
    đường phố ngõ ngách hẻm trường thcs thpt ptdtbt ptdtnt ptcs xã phường bản thôn xóm huyện tỉnh quận tp tx tt đồi núi đèo sông suối hồ cầu chợ khu đền
    chùa tnhh htx đập hang thác bến ấp buôn phim tuyến cụm tổ
""")
PLACE_BEFORE_BARE = frozenset(
    "duong truong thcs thpt ptdtbt ptdtnt ptcs xa phuong thon xom huyen tinh tp tx doi nui suoi deo cau tnhh htx dap thac ngo ban".split()  # noqa: SIM905 - reads better
)
#: The same, of two words and more, without accents.
ORGANISATION = one_line("""
    (?:tieu hoc|mam non|trung hoc|pho thong|cao dang|dai hoc|thi tran|thanh pho|thi xa|cong vien|quang truong|nha van hoa|cong ty|hop tac xa|cua hang
    |khach san
    |nha hang|nha may|benh vien|tram y te|quy|giai thuong|giai|chien dich|khu di tich|bao tang|ben xe|san bay|thuy dien|diem truong|trung tam
    |doanh nghiep|tu nhan
    |co phan|dai lo|quoc lo|ky niem|tuong dai|thanh nien cong san|tu tuong|dao duc|phong cach|tam guong|lang|di san|danh hieu|mang ten|phong trao|loai|giong
    |nhan hieu|thuong hieu|san pham|dien bien|di tich)
""")
#: People of history: nobody's personal data.
FAMOUS = frozenset(
    one_line("""
    ho chi minh|vo nguyen giap|vu a dinh|to vinh dien|phan dinh giot|be van dan|tran can|ly tu trong|tran phu|le duan|pham van dong|kim dong
    |vo thi sau|le loi
    |ly thai to|ly thuong kiet|tran hung dao|quang trung|nguyen trai|nguyen du|phan boi chau|phan chu trinh|hoang dieu|hoang van thu|tran dang ninh
    |hoang cong chat
    |le hong phong|nguyen thi minh khai|chu van an|hoang lien son|mac lenin|dien bien phu|le nin|bac ho|ho chi|hoang minh giam|duong quang ham
""").split("|")
)
#: Provinces and towns whose names begin like a person's, without accents.
PROVINCES = frozenset(
    one_line("""
    ha noi|ha giang|ha nam|ha tinh|ha long|ha dong|ha tay|ha tien|cao bang|cao lanh|lai chau|thai nguyen|thai binh|thai lan|lam dong|an giang
    |mai chau|mai son
    |vi xuyen|vi thanh|vi thuy|kim boi|dong nai|dong thap|bac giang|bac ninh|bac kan|bac lieu|lang son|hoa binh|ninh binh|quang ninh|quang nam
    |quang ngai|quang binh
    |quang tri|tra vinh|lao cai|son la|dien bien|yen bai|muong nhe|muong lay|lo lo|phan thiet|chau au|chau a|dong nam|dong bac|tay bac|la hu|ha nhi
    |si la|kho mu
    |luong thuc|hoang sa|trang an|phi luat
""").split("|")
)


#: Ethnic groups as they are written, as a pattern without accents.
ETHNIC_GROUPS = one_line("""
    kinh|thai(?: den| trang| do)?|h'?mong(?: do| trang| hoa| den| xanh)?|mong(?: do| trang| hoa| den| xanh)?|meo|kho mu|khmu|khang|lao|lu|ha nhi|cong
    |si la|xinh mun|sinh mun
    |dao(?: do| tien| tuyen)?|hoa|tay|nung|muong|phu la|la hu|la ha|la chi|tho|cao lan|san chay|san diu|giay|mang|e de|ba na|gia rai|cham|khmer
    |kho me|ngai|bo y|pa then|lo lo
    |co lao|pu peo|van kieu|ta oi|co tu|chut|o du
""")
