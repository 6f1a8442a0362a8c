"""The lesson about language models as it is served, in a real browser."""

import pytest
from serving import overflow

pytestmark = pytest.mark.browser

LESSON = "voila/render/tourism/03_may_doan_chu.ipynb"


def open_lesson(page, server, language="vi"):
    page.goto(f"{server.url}{LESSON}?lang={language}")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector(".ailab-lm-next .ailab-bar")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_accents_and_what_comes_next(page, real_lessons):
    open_lesson(page, real_lessons)
    sentence = page.inner_text(".ailab-lm-sentence")
    page.locator("input[type=text]").first.fill(sentence)
    page.keyboard.press("Enter")
    page.wait_for_selector(".ailab-lm-chip")
    chips = page.locator(".ailab-lm-chip")
    assert chips.count() == len(sentence.split())
    assert min(chips.nth(at).bounding_box()["height"] for at in range(chips.count())) >= 44
    chips.nth(0).click()
    page.wait_for_selector(".ailab-lm-chip.ailab-lm-chosen:first-child")
    button(page, "Câu khác").click()
    page.wait_for_function("([old]) => document.querySelector('.ailab-lm-sentence').textContent !== old", arg=[sentence])
    page.wait_for_function("!document.querySelector('.ailab-lm-chip')")
    text = page.locator("textarea")
    first = page.locator(".ailab-lm-next button").first
    chosen = first.inner_text()
    first.click()
    page.wait_for_function("([word]) => document.querySelector('textarea').value.endsWith(' ' + word)", arg=[chosen])
    button(page, "Để máy tự viết tiếp").click()
    page.wait_for_function("document.querySelector('textarea').value.split(' ').length >= 14")
    button(page, "Làm lại từ đầu").click()
    page.wait_for_function("document.querySelector('textarea').value === 'Bảo tàng'")
    assert text.input_value() == "Bảo tàng"
    assert overflow(page) <= 0
    assert not page.problems


def test_it_learns_and_makes_things_up(page, real_lessons):
    open_lesson(page, real_lessons)
    teach, invent = button(page, "Dạy máy"), button(page, "Bịa một câu")
    assert invent.is_disabled()
    teach.click()
    page.wait_for_selector(".ailab-lm-samples")  # while it learns: the progress reaches the browser
    assert invent.is_disabled()
    page.wait_for_function("[...document.querySelectorAll('button')].some((b) => b.textContent === 'Bịa một câu' && !b.disabled)", timeout=120000)
    button(page, "Đồi A1").click()
    for count in (1, 2):
        invent.click()
        page.wait_for_function("([n]) => document.querySelectorAll('.ailab-lm-pair .ailab-lm-invented').length === n", arg=[count])
        page.wait_for_selector(".ailab-answer")
    lines = page.locator(".ailab-lm-invented").all_inner_texts()
    assert all(line.startswith("MÁY BỊA RA – KHÔNG CÓ THẬT") for line in lines)
    assert overflow(page) <= 0
    assert not page.problems
