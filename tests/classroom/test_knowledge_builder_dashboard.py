"""The lesson of the knowledge base as it is served, in a real browser."""

import pytest
from serving import overflow

from ailab.passages import load_passages

pytestmark = pytest.mark.browser

LESSON = "voila/render/tourism/02_xay_kho_tri_thuc.ipynb"
MARKET = "Chợ phiên Bản Mẫu họp vào sáng Chủ nhật hằng tuần. Chợ phiên Bản Mẫu nằm cạnh cầu treo."
HOLIDAY = "Học sinh xã Bản Mẫu nghỉ hè từ tháng 6 đến hết tháng 8."


def open_lesson(page, server, language="vi"):
    page.goto(f"{server.url}{LESSON}?lang={language}")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector("[data-testid=download]")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def add(page, text):
    page.get_by_placeholder("Dán văn bản vào đây").fill(text)
    press(page, "Thêm vào kho")
    page.wait_for_function("document.querySelector('textarea').value === ''")


def ask(page, question):
    page.get_by_placeholder("Gõ câu hỏi").fill(question)
    page.keyboard.press("Enter")


def test_paste_ask_miss_add_ask_again_save_reload_load_ask(page, real_lessons, tmp_path):
    open_lesson(page, real_lessons)
    assert page.locator("[data-testid=download]").is_disabled()
    add(page, MARKET)
    press(page, "Thêm kho ví dụ (một xã không có thật)")
    page.wait_for_selector("text=Kho ví dụ: đã thêm 5 đoạn")
    ask(page, "cho phien hop ngay nao")
    page.wait_for_selector(".ailab-quote")
    assert page.inner_text(".ailab-quote") in MARKET
    ask(page, "Học sinh nghỉ hè từ tháng mấy?")
    page.wait_for_selector("[data-reason=not_in_base]")
    assert "Hỏi người viết tài liệu" in page.inner_text("[data-reason=not_in_base]")
    press(page, "Viết câu trả lời")
    page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    assert page.get_by_placeholder("Có thể để trống", exact=True).input_value() == "Học sinh nghỉ hè từ tháng mấy?"
    add(page, HOLIDAY)
    press(page, "Hỏi lại tất cả")
    page.wait_for_selector(".ailab-kb-found")
    assert HOLIDAY in page.inner_text(".ailab-kb-found")
    assert overflow(page) <= 0
    buttons = page.locator(".ailab-demo button:visible, .ailab-file-face, .ailab-demo input[type=text]")
    assert min(buttons.evaluate_all("all => all.map((button) => button.offsetHeight)")) >= 44
    with page.expect_download() as download:
        page.click("[data-testid=download]")
    assert download.value.suggested_filename.startswith("kho-tri-thuc-")
    file = tmp_path / "kho.toml"
    download.value.save_as(file)
    assert len(load_passages(file)) == 7
    page.wait_for_selector("text=Trình duyệt lưu tệp")
    ask(page, "bao giờ họp chợ phiên")  # the kernel has outlived the download
    page.wait_for_selector(".ailab-quote")

    open_lesson(page, real_lessons)
    assert "Kho còn trống" in page.inner_text("#rendered_cells, #main")
    page.set_input_files("[data-testid=file-input] >> nth=1", file)
    page.wait_for_selector("text=kho.toml: đã thêm 7 đoạn")
    ask(page, "hoc sinh nghi he thang may")
    page.wait_for_selector(".ailab-quote")
    assert HOLIDAY in page.inner_text(".ailab-quote")
    assert not page.problems
    assert not [url for url in page.requests if not url.startswith((real_lessons.url, "data:", "blob:", real_lessons.url.replace("http", "ws")))]


def test_files_one_broken_one_too_big_and_the_same_again(page, real_lessons):
    open_lesson(page, real_lessons)
    page.evaluate("document.querySelector('[data-testid=file-input]').scrollIntoView()")
    good = {"name": "chợ <b>.txt", "mimeType": "text/plain", "buffer": MARKET.encode()}
    files = [
        {"name": "hỏng.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"},
        {"name": "to.pdf", "mimeType": "application/pdf", "buffer": bytes(21 * 2**20)},
        good,
    ]
    page.set_input_files("[data-testid=file-input] >> nth=0", files)
    page.wait_for_selector("text=chợ <b>.txt: đã thêm 1 đoạn", timeout=30000)
    text = page.inner_text("#rendered_cells, #main")
    assert "hỏng.pdf" in text
    assert "“to.pdf” quá lớn" in text
    page.wait_for_selector("[data-testid=file-input] >> nth=0", state="attached")
    page.wait_for_function("!document.querySelector('[data-testid=file-input]').disabled")
    page.set_input_files("[data-testid=file-input] >> nth=0", [good])
    page.wait_for_selector("text=chợ <b>.txt: tất cả đã có trong kho")
    press(page, "Xóa hết")
    page.wait_for_selector("text=Bấm lần nữa để xóa cả 1 đoạn")
    page.click("text=Bấm lần nữa để xóa cả 1 đoạn")
    page.wait_for_selector("text=Kho bây giờ trống")
    press(page, "Đưa lại")
    page.wait_for_selector("text=Kho có 1 đoạn")
    assert overflow(page) <= 0
    assert not page.problems


def test_english(page, real_lessons):
    open_lesson(page, real_lessons, "en")
    press(page, "Add the example (a commune that does not exist)")
    page.wait_for_selector("text=Example: 5 passages added")
    page.get_by_placeholder("Type a question").fill("When is the one-stop desk open?")
    press(page, "Ask")
    page.wait_for_selector(".ailab-quote")
    assert "7:30" in page.inner_text(".ailab-quote")
    for word in ("Build a knowledge base", "Paste no personal data", "What this AI cannot do", "Two questions to discuss"):
        assert word in page.inner_text("#rendered_cells, #main")
