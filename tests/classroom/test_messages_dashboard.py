"""The lesson on citizens' messages as it is served, in a real browser: teach, test, look at the words, save and load."""

import pytest
from serving import overflow

pytestmark = pytest.mark.browser

LESSON = "voila/render/admin/04_phan_loai_phan_anh.ipynb"


def test_teach_test_read_save_and_load(page, real_lessons, tmp_path):
    page.goto(f"{real_lessons.url}{LESSON}?lang=en")
    page.wait_for_selector("body.ready", timeout=60000)
    sorter, exam, words = (page.locator(".ailab-sorter").nth(at) for at in range(3))
    first = sorter.locator(".ailab-message").inner_text()
    for name in ("Economic Office", "Commune Police", "Commune Health Station"):
        sorter.get_by_role("button", name=name).click()
        sorter.get_by_role("button", name="Next message").click(timeout=30000)
    assert sorter.locator(".ailab-message").inner_text() != first
    assert "Taught so far: 3 messages" in sorter.inner_text()
    sorter.get_by_role("button", name="A colleague sorts 40 more").click()
    page.wait_for_selector("text=Taught so far: 43 messages", timeout=30000)

    exam.get_by_role("button", name="Test my machine").click()
    page.wait_for_selector("text=Of 60 messages:", timeout=30000)
    exam.locator(".ailab-cell-refused").first.click()
    exam.locator(".ailab-messages li").first.wait_for()
    assert overflow(page) <= 0

    words.get_by_role("button", name="Ironic").click()
    words.locator(".ailab-doc mark").first.wait_for()
    words.get_by_role("button", name="Cover the heaviest word").click()
    words.locator("text=Covered:").wait_for()
    assert "___" in words.locator("textarea").input_value()

    with page.expect_download() as download:
        sorter.get_by_role("button", name="Save my machine").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".ailab"
    sorter.get_by_role("button", name="Forget everything").click()
    page.wait_for_selector("text=The machine has forgotten everything.")
    sorter.locator("[data-testid=file-input]").set_input_files(file)
    page.wait_for_selector(f"text={file.name} is loaded. It was taught 43 messages.", timeout=30000)
    assert "Taught so far: 43 messages" in sorter.inner_text()
    foreign = [url for url in page.requests if not url.startswith((real_lessons.url, "data:", "blob:", real_lessons.url.replace("http", "ws")))]
    assert not foreign
    assert not page.problems
