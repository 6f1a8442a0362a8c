"""The lesson of questions and answers as it is served, in a real browser."""

import pytest
from serving import overflow

pytestmark = pytest.mark.browser

LESSON = "voila/render/tourism/01_hoi_dap_du_lich.ipynb"


def open_lesson(page, server, language="vi"):
    page.goto(f"{server.url}{LESSON}?lang={language}")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector(".ailab-ask-row input")


def ask(page, question):
    page.locator(".ailab-ask-row input").fill(question)
    page.keyboard.press("Enter")


def test_from_the_landing_page_to_an_answer_and_a_refusal(page, real_lessons):
    page.goto(f"{real_lessons.url}?lang=vi")
    page.click("text=Hỏi đáp du lịch Điện Biên")
    page.wait_for_selector(".ailab-ask-row input", timeout=60000)
    assert overflow(page) <= 0
    ask(page, "ham do cat dai bao nhieu met")
    page.wait_for_selector(".ailab-quote")
    assert "20 m" in page.inner_text(".ailab-quote")
    assert page.inner_text(".ailab-passage mark") == page.inner_text(".ailab-quote")
    assert "hầm đờ cát dài bao nhiêu mét" in page.inner_text(".ailab-understood")
    page.wait_for_selector(".ailab-bars >> nth=1")
    ask(page, "hôm nay vé máy bay đi Đà Lạt còn không")
    page.wait_for_selector("[data-reason=not_in_base]")
    assert "Ủy ban nhân dân" in page.inner_text("[data-reason=not_in_base]")
    button = page.get_by_role("button", name="Hỏi", exact=True)
    button.click()
    button.click()
    page.wait_for_selector("[data-reason=not_in_base]")
    assert button.bounding_box()["height"] >= 44
    assert overflow(page) <= 0
    foreign = [url for url in page.requests if not url.startswith((real_lessons.url, "data:", "blob:", real_lessons.url.replace("http", "ws")))]
    assert not foreign
    assert not page.problems


def test_caution_and_traps(page, real_lessons):
    open_lesson(page, real_lessons)
    page.get_by_role("button", name="Hỏi AI tất cả các câu").click()
    page.wait_for_selector("svg.ailab-chart", timeout=30000)
    before = page.inner_html("svg.ailab-chart")
    handle = page.locator(".noUi-handle").first
    handle.focus()
    for _press in range(6):
        handle.press("ArrowRight")
    page.wait_for_function("([old]) => document.querySelector('svg.ailab-chart').innerHTML !== old", arg=[before])
    assert overflow(page) <= 0
    page.get_by_role("button", name="Mã lệnh trong câu hỏi").click()
    page.wait_for_selector(".ailab-asked")
    assert "<script>alert(1)</script>" in page.inner_text(".ailab-asked")
    page.get_by_role("button", name="Câu tiếp theo").click()
    page.wait_for_function("!document.querySelector('.ailab-asked').textContent.includes('script')")
    assert not page.problems


def test_english(page, real_lessons):
    open_lesson(page, real_lessons, "en")
    page.get_by_role("button", name="Where is the De Castries bunker?").click()
    page.wait_for_selector(".ailab-quote")
    assert page.get_attribute(".ailab-quote", "lang") == "en"
    text = page.inner_text("body")
    for word in ("Ask about Dien Bien", "Quoted from the knowledge base", "How careful should the AI be?", "Try to break it"):
        assert word in text
    assert "Trích từ" not in text
