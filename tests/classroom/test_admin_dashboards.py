"""The three lessons of administration as they are served, in a real browser."""

import io

import openpyxl
import pytest
from icalendar import Calendar
from serving import overflow

pytestmark = pytest.mark.browser

SUMMARY, TASKS, PRIVACY = "01_tom_tat_van_ban", "02_viec_va_han", "03_du_lieu_ca_nhan"
TEXT = "Trưởng các bản gửi danh sách trước ngày 15/8/2026. Liên hệ bà Lò Thị Mẫu, điện thoại 0912 000 123. Văn phòng tổng hợp, báo cáo Chủ tịch."
SECRET = f"UBND XÃ BẢN MẪU\nTỐI MẬT\n{TEXT}"


def open_lesson(page, server, name, language="vi"):
    page.goto(f"{server.url}voila/render/admin/{name}.ipynb?lang={language}")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector(".ailab-document-input select")


def paste(page, text):
    page.locator(".ailab-document-input textarea").fill(text)
    page.get_by_role("button", name="Đọc văn bản này").click()


def settled(page, server):
    """Nothing is too wide or too low, nothing failed, nothing came from elsewhere."""
    assert overflow(page) <= 0
    low = page.evaluate(
        """() => [...document.querySelectorAll(
            "button, select, summary, textarea, .jupyter-widgets input[type=text], .ailab-file-face, a.ailab-sentence-number"
        )].filter(one => one.checkVisibility()).map(one => [one.textContent.trim().slice(0, 40) || one.tagName, one.getBoundingClientRect().height])
        .filter(([, height]) => height < 43.5)"""
    )
    assert not low
    foreign = [url for url in page.requests if not url.startswith((server.url, "data:", "blob:", server.url.replace("http", "ws")))]
    assert not foreign
    assert not page.problems


def downloaded(page, name):
    button = page.get_by_role("button", name=name)
    with page.expect_download() as wait:
        button.click()
    return wait.value.suggested_filename, wait.value.path().read_bytes()


def test_a_summary_from_the_landing_page_to_the_last_button(page, real_lessons):
    page.goto(f"{real_lessons.url}?lang=vi")
    page.click("text=Tóm tắt văn bản")
    page.wait_for_selector(".ailab-document-input select", timeout=60000)
    settled(page, real_lessons)
    page.get_by_role("button", name="So sánh").click()  # too early
    page.wait_for_selector(".ailab-doubt")
    page.locator("select").select_option(index=4)
    page.wait_for_selector(".ailab-sentences > li >> nth=4")
    page.locator(".ailab-sentences summary").first.click()
    page.wait_for_selector(".ailab-sentences .ailab-bars >> visible=true")
    page.locator("a.ailab-sentence-number").nth(4).click()
    page.wait_for_function("""() => {
        const mark = document.querySelector("mark:target")?.getBoundingClientRect();
        return mark && mark.top >= 0 && mark.bottom <= innerHeight;
    }""")
    first = page.locator(".ailab-sentences > li p").first.inner_text()
    handle = page.locator(".noUi-handle").first
    handle.focus()
    handle.press("ArrowLeft")
    page.wait_for_function("document.querySelectorAll('.ailab-sentences > li').length === 4")
    page.get_by_placeholder("Mỗi dòng một ý").fill(f"{first}\nXã xây cầu treo.")
    compare = page.get_by_role("button", name="So sánh")
    compare.click()
    compare.click()
    page.wait_for_selector("text=Trong 2 ý của bạn, AI có")
    send = page.get_by_role("button", name="Gửi", exact=True)
    assert send.is_disabled()
    preview = page.get_by_role("button", name="Xem những gì sẽ gửi")
    preview.click()
    preview.click()
    page.wait_for_selector("pre.ailab-sent >> visible=true")
    settled(page, real_lessons)
    send.click()  # there is no server: it says so
    page.wait_for_selector("text=Các câu trích vẫn dùng được")
    assert send.is_disabled()
    settled(page, real_lessons)


def test_files_and_a_secret(page, real_lessons):
    open_lesson(page, real_lessons, SUMMARY)
    files = page.locator("[data-testid=file-input]")
    one = {"name": "một.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}
    two = {"name": "<b>hai.txt", "mimeType": "text/plain", "buffer": "Đoàn thanh niên trồng cây trước ngày 20/9/2026.".encode()}
    bad = {"name": "hỏng.docx", "mimeType": "application/zip", "buffer": b"PK no"}
    files.set_input_files([one, bad, two])
    page.wait_for_selector("text=hỏng.docx")
    page.wait_for_function("document.querySelectorAll('.ailab-doc').length === 2")
    assert "<b>hai.txt" in page.inner_text(".ailab-summary-source")
    assert "trồng cây" in page.inner_text(".ailab-sentences")
    settled(page, real_lessons)
    files.set_input_files([{"name": "mật.txt", "mimeType": "text/plain", "buffer": SECRET.encode()}])
    page.wait_for_selector("text=mật.txt")
    page.wait_for_function("!document.querySelector('.ailab-doc')")
    paste(page, SECRET)
    page.wait_for_function("document.querySelector('.ailab-document-input textarea').value === ''")
    assert "TỐI MẬT" in page.inner_text(".ailab-document-input .ailab-doubt")
    assert "danh sách" not in page.inner_text("body")
    paste(page, TEXT)
    page.wait_for_selector(".ailab-sentences")
    assert page.locator(".ailab-document-input .ailab-doubt").count() == 0
    settled(page, real_lessons)


def test_a_deadline_is_corrected_and_taken_along(page, real_lessons):
    open_lesson(page, real_lessons, TASKS)
    settled(page, real_lessons)
    page.locator("select").first.select_option(index=1)
    page.wait_for_selector(".ailab-tasks td")
    due = page.get_by_label("Hạn", exact=True)
    due.fill("mai")
    save = page.get_by_role("button", name="Lưu chỗ sửa")
    save.click()
    page.wait_for_selector("text=“mai” không phải")
    due.fill("28/8/2026 14:30")
    page.get_by_role("button", name="Theo người làm").click()
    page.get_by_role("button", name="Theo ngày").click()
    assert due.input_value() == "28/8/2026 14:30"
    save.click()
    save.click()
    page.wait_for_selector(".ailab-tasks td >> text=28/08/2026 14:30")
    page.wait_for_selector(".ailab-due >> text=28")
    settled(page, real_lessons)
    name, workbook = downloaded(page, "Tải bảng tính (.xlsx)")
    assert name == "142-UBND-VX.xlsx"
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook)).active.values)
    assert f"{rows[1][4]:%d/%m/%Y %H:%M}" == "28/08/2026 14:30"
    name, calendar = downloaded(page, "Tải lịch (.ics)")
    assert name == "142-UBND-VX.ics"
    starts = [str(event.decoded("dtstart")) for event in Calendar.from_ical(calendar).walk("VEVENT")]
    assert "2026-08-28 07:30:00+00:00" in starts
    tasks = page.locator(".ailab-tasks tbody tr")
    before = tasks.count()
    assert len(rows) == 1 + before
    drop = page.get_by_role("button", name="Bỏ việc này")
    drop.dblclick()
    page.wait_for_function("([n]) => document.querySelectorAll('.ailab-tasks tbody tr').length === n", arg=[before - 1])
    assert drop.is_disabled()
    page.get_by_role("button", name="Hoàn tác").click()
    page.wait_for_function("([n]) => document.querySelectorAll('.ailab-tasks tbody tr').length === n", arg=[before])
    paste(page, SECRET)
    page.wait_for_function("!document.querySelector('.ailab-tasks')")
    assert not save.is_visible()
    settled(page, real_lessons)


def test_masking_copying_and_the_quiz(page, real_lessons):
    open_lesson(page, real_lessons, PRIVACY)
    settled(page, real_lessons)
    paste(page, TEXT)
    page.wait_for_selector(".ailab-kinds")
    page.get_by_placeholder("Tên hoặc số mà AI bỏ sót").fill("trưởng các bản")
    add = page.get_by_role("button", name="Che thêm")
    add.click()
    page.wait_for_selector("text=Đã che “trưởng các bản”")
    add.click()  # the field is empty now
    masked = page.locator("textarea").nth(1)
    text = masked.input_value()
    assert "0912" not in text
    assert "Lò Thị" not in text
    assert "Trưởng các bản" not in text
    settled(page, real_lessons)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_test_id("copy")
    for way in ("new", "old"):
        if way == "old":  # as on a phone that reaches the classroom without encryption
            page.evaluate("() => { Object.defineProperty(window, 'isSecureContext', {value: false}); }")
        page.evaluate("navigator.clipboard.writeText('before')")
        copy.click()
        page.wait_for_selector("[data-testid=copy] >> text=Đã sao chép")
        assert page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n") == text
        assert page.evaluate("document.activeElement.dataset.testid") == "copy"
    page.evaluate("document.execCommand = () => false")
    copy.click()
    page.wait_for_function("document.querySelector('[data-testid=copy]').textContent.length > 30")  # says what to do instead
    name, saved = downloaded(page, "Tải văn bản đã che")
    assert name.endswith(".txt")
    assert saved.decode() == text
    paste(page, SECRET)
    page.wait_for_function("document.querySelector('.ailab-document-input textarea').value === ''")
    page.wait_for_function("!document.querySelector('.ailab-kinds')")
    assert not masked.is_visible()
    take_the_quiz(page)
    settled(page, real_lessons)
    page.get_by_role("button", name="Làm lại từ đầu").click()
    page.wait_for_selector("text=Câu 1 trên 10")


def take_the_quiz(page):
    on = page.locator(".ailab-quiz-options + .widget-html + .jupyter-button, .ailab-quiz-options ~ .jupyter-button").first
    for number in range(1, 11):
        page.wait_for_selector(f"text=Câu {number} trên 10")
        if number > 1:  # the question is on the screen, however long the one before was
            page.wait_for_function("(({top, bottom}) => top >= 0 && bottom < innerHeight)(document.querySelector('.ailab-quiz-count').getBoundingClientRect())")
        page.get_by_role("button", name="Không bao giờ").click()
        on.wait_for(state="visible")
        if number == 1:
            assert on.bounding_box()["y"] > page.locator("[role=status] .ailab-doubt").last.bounding_box()["y"]
        on.dblclick()  # the second tap skips nothing
    page.wait_for_selector(".ailab-quiz-count >> text=/Đúng \\d+ trên 10/")
    page.get_by_role("button", name="Làm lại từ đầu").wait_for(state="visible")


def test_english(page, real_lessons):
    open_lesson(page, real_lessons, TASKS, "en")
    page.locator("select").first.select_option(index=1)
    page.wait_for_selector(".ailab-tasks td")
    text = page.inner_text("body")
    for words in ("Tasks and deadlines", "Who leads", "before 12/08/2026", "Month 8/2026", "Something is wrong? Correct it"):
        assert words in text
    for words in ("Người làm", "Tháng 8/2026", "Tải bảng tính"):
        assert words not in text
    settled(page, real_lessons)


def test_no_sample_is_too_wide_for_a_phone(phone, real_lessons):
    open_lesson(phone, real_lessons, TASKS)
    samples = phone.locator(".ailab-document-input select")
    for at in range(1, samples.locator("option").count()):
        before = phone.inner_text(".ailab-head") if phone.locator(".ailab-head").count() else ""
        samples.select_option(index=at)
        phone.wait_for_function("old => document.querySelector('.ailab-head') && document.querySelector('.ailab-head').innerText !== old", arg=before)
        assert overflow(phone) <= 0, f"sample {at}"
