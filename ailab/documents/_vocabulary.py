"""Words by which an office, a post or a person is known, and what they do. Phrases are parted by bars, syllables by spaces."""

from __future__ import annotations

#: First words of a proper unit or post: it goes on as long as words have capitals or belong to names of offices.
PROPER = """
    ban | ban chỉ huy | ban chỉ đạo | ban giám hiệu | ban quản lý | ban quản lý rừng phòng hộ | ban thường vụ | ban đại diện cha mẹ học sinh | bhxh | báo
    | bí thư | bưu điện | bảo hiểm xã hội | bảo tàng | bếp trưởng | bệnh viện | bộ | bộ chỉ huy | bộ phận | bộ phận chuyên môn | bộ phận một cửa | bộ phận
    tiếp nhận và trả kết quả | bộ phận trực ban | bộ đội biên phòng | chi bộ | chi cục | chi hội | chi hội phụ nữ | chi hội trưởng | chi nhánh | chánh
    thanh tra | chánh văn phòng | chỉ huy trưởng | chủ nhiệm | chủ tịch | các thành viên | công an | công ty | công đoàn | cục | giám đốc | hiệu trưởng |
    htx | hđnd | hạt kiểm lâm | hạt trưởng | hội | hội đồng | hội đồng nhân dân | hội đồng tuyển dụng | hợp tác xã | kho bạc | khối | kế toán | kế toán
    trưởng | liên đoàn | lãnh đạo | mttq | mặt trận | mặt trận tổ quốc | ngân hàng | nhà thầu | nhà trường | nhà văn hóa | nhóm | phòng | phó | phó bí thư
    | phó chủ tịch | phó giám đốc | phó trưởng | phường | quân sự | sở | thanh tra | thành viên | thư ký | thư viện | thường trực | thường trực đảng ủy |
    thủ quỹ | thủ trưởng | tiểu ban | trung tâm | trung tâm cung ứng dịch vụ công | trung tâm dịch vụ nông nghiệp | trung tâm dịch vụ tổng hợp | trung tâm
    phục vụ hành chính công | trung tâm y tế | trường | trưởng | trưởng ban | trưởng bản | trưởng công an | trưởng phòng | trưởng thôn | trưởng trạm |
    trưởng đoàn | trạm | tòa án | tỉnh | tỉnh đoàn | tổ | tổ công tác | tổ giúp việc | tổ kiểm đếm | tổ phó | tổ phó thường trực | tổ trưởng | ubnd | viện
    | viện kiểm sát | văn phòng | văn thư | xã | điều phối viên | điện lực | đoàn | đoàn kiểm tra | đoàn thanh niên | đài | đài truyền thanh | đảng bộ |
    đảng ủy | đồn | đồn biên phòng | đội | đội trưởng | ủy ban | ủy ban mttq | ủy ban mặt trận tổ quốc | ủy ban nhân dân
"""
#: First words of everybody else: it goes on until a word says what they do.
COMMON = """
    bên a | bên b | bên giao | bên nhận | bên nào | cha mẹ | cha mẹ học sinh | chủ cơ sở | chủ hộ | chủ rừng | chủ đầu tư | cá nhân | các | các bên | cán
    bộ | cán bộ một cửa | cán bộ phụ trách | cán bộ trực | công chức | công chức trực quầy | cơ quan | cơ quan chủ trì | doanh nghiệp | gia đình | giáo
    viên | giáo viên phụ trách | hai bên | hai gia đình | học sinh | học viên | hộ | hộ dân | hộ gia đình | hội viên | khách | lái xe | lực lượng | mỗi |
    người | người dân | người dự tuyển | người đứng đầu | nhân dân | nhân viên | nhân viên y tế | những | nông dân | phụ huynh | quý | thành viên | thí
    sinh | thủ trưởng cơ quan chủ trì | toàn bộ | toàn thể | tổ chức, cá nhân | từng | viên chức | đoàn viên | đơn vị | đơn vị chủ trì | đơn vị nào | đại
    biểu | đại diện | đảng viên
"""
#: A person: ends at a comma.
PERSON = """
    anh | bà | chị | cô | cô giáo | thầy | thầy giáo | ông | đ/c | đồng chí
"""
#: What starts like a unit and is none.
NOT_UNITS = """
    anh em | ban hành | ban đêm | ban đầu | báo cáo | báo giá | bố trí | bộ hồ sơ | bộ luật | bộ phận hỏng | bộ thủ tục | chị em | các biện pháp | các
    chính sách | các chỉ tiêu | các công trình | các giải pháp | các hoạt động | các hạng mục | các khoản | các lớp | các nhiệm vụ | các nội dung | các
    quy định | các tuyến | các văn bản | các điều kiện | các điểm | công an nhân dân | cục bộ | hộ chiếu | hộ khẩu | hội chợ | hội nghị | hội thao | hội
    thi | hội thảo | hội trường | khối lượng | mỗi lần | mỗi ngày | mỗi năm | mỗi quý | mỗi tháng | mỗi tuần | người bệnh | người bị | người chết | nhóm
    hồ sơ | nhóm nội dung | phòng bệnh | phòng cháy | phòng chống | phòng dịch | phòng họp | phòng ngừa | phòng trừ | phòng, chống | quý i | quý ii | quý
    iii | quý iv | sở hữu | trung tâm xã | trường hợp | tỉnh lộ | tổ chức | tổ hợp | từng bước | viện dẫn | viện phí | viện trợ | xã hội | xã hội hóa |
    đoàn kết | đài vòng | đội hình | đội ngũ
"""
#: What somebody does: a unit ends before it.
VERBS = """
    ban hành | biên soạn | biểu dương | bàn | bàn giao | bám sát | bán | báo | báo cáo | bảo quản | bảo đảm | bấm | bầu | bằng | bị | bố trí | bồi thường
    | bổ sung | bởi | cam kết | canh gác | che chắn | chi trả | cho | chuyển | chuyển tiền | chuẩn bị | chăm lo | chăm sóc | chăn thả | chưa | chấm | chấm
    dứt | chấn chỉnh | chấp hành | chậm nhất | chỉ đạo | chịu | chịu trách nhiệm | chọn | chốt | chốt chặn | chở | chụp | chủ trì | chủ động | cung cấp |
    cung ứng | cài đặt | cách ly | còn | có | có mặt | có nhiệm vụ | có trách nhiệm | công khai | cùng | căn cứ | cảnh báo | cấm | cấp | cấp phát | cần |
    cập nhật | cắm | cắm lại | cụ thể hóa | cứu trợ | cử | di dời | do | duy trì | dán | dưới | dạy | dọn | dọn dẹp | dừng | dự | dự trữ | dự tuyển nộp |
    dựng | ghi | ghi sổ | gia hạn | giao | gieo | gieo cấy | giám sát | giúp | giải ngân | giải quyết | giải trình | giảm | giới thiệu | giữ | góp ý | gặp
    | gồm | gửi | hiện | hiệp đồng | hoàn chỉnh | hoàn thiện | hoàn thành | hoàn trả | hoàn tất | hoặc là | huy động | hàng | hướng dẫn | hằng | học | họp
    | hỏi | hỗ trợ | hợp đồng | in | in ấn | khai | khai báo | khen | khi | khám | không | không được | khảo sát | khẩn trương | khắc phục | khởi công |
    khử trùng | kinh doanh | kiên quyết | kiến nghị | kiểm kê | kiểm soát | kiểm tra | kiểm điểm | kiểm đếm | kiện toàn | kéo dài | kê | kê khai | kính |
    ký | ký kết | kết hợp | kết nối | kịp thời | liên hệ | là | làm | làm việc | lên | lúc | lưu | lưu giữ | lấy | lập | lắp | lắp đặt | lồng ghép | lựa
    chọn | mang | mua | muốn | mời | mở | mở rộng | ngay | nghe | nghiêm túc | nghiên cứu | nghiệm thu | nhân rộng | như | nhận | nhập | nhắc | nhắc nhở |
    nhằm | niêm yết | nuôi | này | nâng | nêu | nạo vét | nắm | nếu | nộp | nộp hồ sơ | phun | phát | phát dọn | phát hiện | phát quang | phát động | phân
    bổ | phân công | phân loại | phân luồng | phê bình | phê duyệt | phải | phản ánh | phấn đấu | phối hợp | phối hợp với | phổ biến | phụ trách | quan
    tâm | quy định | quyết toán | quyết định | quán triệt | quét | quản lý | ra | ra quân | rà | rà soát | rút | rút ngắn | rời | san gạt | sau | soạn |
    sơ kết | sơ tán | sắp xếp | sẵn sàng | sẽ | số hóa | sử dụng | sửa | sửa chữa | tham gia | tham mưu | thanh toán | thay | thay mặt | theo | theo dõi |
    thi công | thu | thu gom | thu hoạch | thu thập | thành lập | tháo dỡ | thôi | thông báo | thông qua | thông tin | thường xuyên | thảo luận | thẩm tra
    | thẩm định | thống kê | thống nhất | thực hiện | tiêm | tiêu hủy | tiến hành | tiếp | tiếp công dân | tiếp nhận | tiếp tế | tiếp tục | tra cứu | trao
    | treo | triển khai | trong | truy cập | trân trọng | trên | trình | trích | trích đo | trông coi | trước | trả | trả lời | trồng | trực | trực ban |
    tu sửa | tuyên truyền | tuyển | tuần tra | tìm | tích cực | tăng | tăng cường | tư vấn | tại | tạm dừng | tạm ứng | tải | tập hợp | tập kết | tập
    trung | tặng | tịch thu | tổ chức | tổng hợp | tổng kết | từ | tự | tự chấm | viết | vào | vẫn | vận chuyển | vận hành | vận động | vẽ | về | vệ sinh
    | xem | xem xét | xin | xác minh | xác nhận | xây | xây dựng | xã hội hóa | xếp | xử lý | xử phạt | yêu cầu | áp dụng | ôn tập | đang | đi | đi công
    tác | điền | điều chỉnh | điều hành | điều tra | điều trị | điều động | đo | đo đạc | đào | đánh giá | đã | đón | đóng góp | đôn đốc | đăng | đăng ký
    | đăng tải | đưa | đưa đón | được | đảm bảo | đảm nhiệm | đảm trách | đấu nối | đấu thầu | đẩy mạnh | đặt | đến | đề nghị | đề xuất | để | định kỳ |
    đọc | đối chiếu | đối thoại | đủ | ưu tiên | ủng hộ | ứng trực
"""
#: Units whose names are common words: they go on until a verb as well.
DESCRIBED = """
    ban | ban chỉ đạo | ban quản lý | bộ phận | chi cục | công ty | hội | hội đồng | hợp tác xã | nhóm | trung tâm | trường | tổ | đội
"""
#: What somebody does who is named behind what has to be done: “…, do Văn phòng bố trí”.
CARES = """
    bố trí | chi trả | chuẩn bị | chịu trách nhiệm | chủ trì | giám sát | hoàn thiện | lập | lựa chọn | phụ trách | quản lý | theo dõi | thực hiện | triển
    khai | tổ chức | tổng hợp | điều động | đôn đốc | đảm nhiệm | đảm trách
"""
#: Words of names of offices that would otherwise say what somebody does.
OFFICE = """
    bảo hiểm | bảo trì | bảo vệ | chăn nuôi | cung ứng | cấp nước | cấp tỉnh | cấp xã | dân phố | dân vận | dạy nghề | dự án | giám sát | giáo dục | giải
    phóng mặt bằng | giới thiệu | huấn luyện | hòa giải | hạ tầng | hỗ trợ | khách hàng | kinh doanh | kiểm soát | kiểm tra | kiểm đếm | kế hoạch | phòng
    chống | phục vụ | quản lý | sửa chữa | thanh tra | thi công | thi đua | thu gom | thống kê | thủy lợi | tiếp nhận | tiểu học | trồng trọt | tuyên giáo
    | tư vấn | tổ chức | vận hành | xây dựng | điều dưỡng | điều trị | đào tạo | đăng ký | được hỗ trợ | đầu tư | ưu tiên
"""
#: Words that give a task to whoever comes next.
ORDERS = """
    chỉ đạo | giao | giao cho | giao nhiệm vụ cho | giao trách nhiệm cho | kính mời | kính đề nghị | nhờ | phân công | trân trọng kính mời | trân trọng
    mời | yêu cầu | đề nghị | ủy quyền | ủy quyền cho
"""
#: Words before the one who does it.
PASSIVE = """
    ai làm | bởi | do | người làm | người thực hiện | thuộc về | đơn vị thực hiện | được
"""
#: What looks like an order and is none.
NOT_ORDERS = """
    bàn giao | chuyển giao | giao ban | giao dịch | giao lưu | giao nhận | giao nộp | giao thông | trao đổi
"""
#: Words before those who help.
HELP = """
    cùng | cùng với | phối hợp chặt chẽ với | phối hợp cùng | phối hợp với
"""
#: Syllables in small letters that belong to the name of an office.
NOMINAL = """
    ban binh biên bàn bản bộ chi chiến chuyên chính chủ chức các công cùng cơ cấp cộng của cửa cựu dân dịch dục giám giáo hiệu hoạch huyện hóa hđnd học
    hội khu khuyến kinh kế liên lâm lợi môn mầm mặt một ngành nhiệm nhà nhân niên non nông nước nữ phòng phó phường phận phố phụ quan quân số sở sự thanh
    thuộc thôn thú thường thể thị thủy tiểu toán trung trên trưởng trấn trận trị trực tài tác tâm tế tỉnh tịch tổ ubnd viên và văn vị vụ vực xã y đoàn đơn
    đảng địa đốc đồng ủy
"""
#: Words that end a unit without saying that it does something.
WEAK = """
    bang bằng cho co có de den do la len là lên ra sau tai theo trong truoc trước tu tại từ vao ve vào về đến để
"""
#: Single syllables that say what somebody does even without accents.
SURE = """
    bao can cap chuyen co cu da de den dua duoc giao gui hop khi khong la lam lap mang neu nham nhan nop phai ra sau se theo tra trinh trong truoc vao ve
"""
#: Words that no unit ends with.
TAIL = """
    cho các cùng của hoặc là thuộc thì trong trên tại và với để ở
"""
#: First words that are no unit alone.
ALONE = """
    ban báo bộ cac các hoi hộ hội khách moi mỗi người phó phường quy quý sở to trường tỉnh tổ từng xã đài đại
"""
