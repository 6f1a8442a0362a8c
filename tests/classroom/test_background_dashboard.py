"""The lesson about the background as it is served, in a real browser."""

import pytest
from serving import overflow

pytestmark = pytest.mark.browser

LESSON = "voila/render/agriculture/03_nen_anh_danh_lua.ipynb"


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_guess_teach_move_and_mix(page, real_lessons):
    page.goto(f"{real_lessons.url}{LESSON}?lang=en")
    page.wait_for_selector("body.ready", timeout=60000)
    page.wait_for_selector(".ailab-dots-pair .ailab-seen")
    assert page.locator(".ailab-strip-of-photos img").count() == 3
    assert overflow(page) <= 0
    button(page, "Teach the machine").click()
    page.wait_for_selector("text=Choose your guess first")
    button(page, "about 18").click()
    button(page, "Teach the machine").click()
    page.wait_for_selector(".ailab-dots-gallery", timeout=60000)
    assert page.locator(".ailab-counts li").count() == 3
    button(page, "Was it luck? Once more, with other leaves").click()
    page.wait_for_selector(".ailab-counts li:nth-child(4)", timeout=60000)
    page.locator(".ailab-strip button").nth(2).click()
    page.wait_for_selector("text=It lies on the table where its team photographed it", timeout=30000)
    button(page, "Table of team 1").click()
    page.wait_for_selector("text=The leaf has not changed by a single pixel")
    button(page, "Move all 36 leaves to another team's table").click()
    page.wait_for_selector(".ailab-scores", timeout=30000)
    button(page, "Mix the tables and teach again").click()
    page.wait_for_function("document.querySelectorAll('.ailab-scores').length === 2", timeout=60000)
    assert overflow(page) <= 0
    assert not page.problems
