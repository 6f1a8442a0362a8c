"""The lessons for teachers as they are served, in a real browser."""

import pytest
from serving import overflow

pytestmark = pytest.mark.browser


def open_lesson(page, server, name, last):
    page.goto(f"{server.url}voila/render/education/{name}.ipynb")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector(".ailab-quiz-count")
    page.wait_for_selector(last)


def wrong(page):
    return page.locator(".ailab-fruit-wrong").count()


def test_rules_and_examples(page, real_lessons):
    open_lesson(page, real_lessons, "01_ai_la_gi", ".ailab-fruit-large")
    assert wrong(page) == 0
    baskets = page.locator(".ailab-fruit-baskets")
    baskets.first.locator("button").nth(1).click()
    page.wait_for_selector(".ailab-fruit-wrong")
    assert page.locator(".ailab-fruits").count() == 1
    buttons = page.locator(".ailab-demo", has=page.locator(".ailab-fruit-large")).locator("button")
    for count in (1, 2):
        buttons.nth(count % 2).click()
        page.wait_for_function("([n]) => [...document.querySelectorAll('button')].filter((b) => /^\\d+: /.test(b.textContent)).length === n", arg=[count])
    page.wait_for_selector(".ailab-fruit-map circle")
    assert page.locator(".ailab-fruit-map circle").count() == 2
    assert page.locator(".ailab-fruits").count() == 2
    assert overflow(page) <= 0
    assert not page.problems


def test_a_quiz_is_made_and_saved(page, real_lessons):
    open_lesson(page, real_lessons, "02_giao_vien_va_ai", ".ailab-quiz-options button")
    page.locator("select").first.select_option(index=1)
    page.wait_for_selector(".ailab-cloze-card")
    cards = page.locator(".ailab-cloze-card")
    assert cards.count() == 8
    dropped = cards.first.locator("textarea").input_value().splitlines()[0]
    cards.first.locator("input[type=checkbox]").click()
    page.wait_for_selector(".ailab-cloze-dropped")
    page.wait_for_timeout(500)  # until the file has followed
    with page.expect_download() as download:
        page.get_by_test_id("download").first.click()
    text = download.value.path().read_text(encoding="utf-8")
    assert dropped not in text
    assert cards.nth(1).locator("textarea").input_value().splitlines()[0] in text
    page.locator("select").nth(1).select_option(index=1)
    page.wait_for_selector(".ailab-mark-grave")
    assert overflow(page) <= 0
    assert not page.problems
