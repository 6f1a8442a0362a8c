"""The lesson as it is served, in a real browser: upload a photo through the real file input, read the verdict."""

import io

import pytest
from PIL import Image
from serving import get, overflow

from ailab import cards, samples
from ailab.cards import general

pytestmark = pytest.mark.browser

LESSON = "voila/render/agriculture/01_kham_benh_la.ipynb"


def jpeg(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92, **options)
    return {"name": "lá cà phê.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def open_lesson(page, server, language="vi"):
    page.goto(f"{server.url}{LESSON}?lang={language}")
    page.wait_for_selector("[data-testid=photo-file]", state="attached", timeout=60000)
    page.wait_for_selector("body.ready")


def send(page, photo):
    page.set_input_files("[data-testid=photo-file]", photo)


def first_verdict(page):
    return page.locator(".ailab-verdict").first


def test_from_the_landing_page_to_a_verdict(page, real_lessons):
    page.goto(f"{real_lessons.url}?lang=vi")
    page.click("text=Khám bệnh lá cây")
    page.wait_for_selector("[data-testid=photo-file]", state="attached", timeout=60000)
    assert overflow(page) <= 0
    page.get_by_role("button", name="Cà phê", exact=True).click()
    photo = samples.draw_leaf("coffee", "rust", 3, size=1400, label=False)
    send(page, jpeg(photo))
    first_verdict(page).wait_for(timeout=30000)
    assert first_verdict(page).get_attribute("data-label").startswith("coffee__")
    text = page.inner_text("#rendered_cells, #main")
    assert "AI đoán" in text or "AI không trả lời" in text
    assert general("notice") in text
    assert "%" in first_verdict(page).inner_text()
    page.wait_for_selector(".ailab-map")  # comes after the verdict
    assert page.locator(".ailab-map").count() == 1
    page.wait_for_function("document.querySelectorAll('.ailab-chart circle').length === 9")
    assert overflow(page) <= 0
    foreign = [url for url in page.requests if not url.startswith((real_lessons.url, "data:", "blob:", real_lessons.url.replace("http", "ws")))]
    assert not foreign
    assert not page.problems


def test_second_photo_a_broken_one_and_a_third(page, real_lessons):
    open_lesson(page, real_lessons)
    send(page, jpeg(samples.draw_leaf("rice", "blast", 1)))
    first_verdict(page).wait_for(timeout=30000)
    page.get_by_role("button", name="Lúa", exact=True).click()
    page.wait_for_function("document.querySelector('.ailab-verdict').dataset.label.startsWith('rice__')")
    send(page, {"name": "kế hoạch.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7 no photo"})
    page.wait_for_selector("text=Tệp này không phải là ảnh")
    send(page, jpeg(Image.new("RGB", (600, 400), "black")))
    page.wait_for_function("document.querySelector('.ailab-verdict')?.dataset.reason === 'poor_photo'")
    assert cards.abstention("poor_photo")["title"] in first_verdict(page).inner_text()
    send(page, jpeg(samples.draw_leaf("rice", "blast", 2)))
    page.wait_for_function("document.querySelector('.ailab-verdict')?.dataset.label.startsWith('rice__')")
    assert not page.problems


def test_sliders_and_samples(page, real_lessons):
    open_lesson(page, real_lessons)
    page.locator(".ailab-strip button").nth(2).click()
    first_verdict(page).wait_for(timeout=30000)
    assert "do máy vẽ" in page.inner_text("#rendered_cells, #main")
    what_if = page.locator(".ailab-demo", has=page.locator(".ailab-chart"))
    before = what_if.locator(".ailab-photo").get_attribute("src")
    handle = what_if.locator(".noUi-handle").first
    handle.focus()
    for _press in range(4):
        handle.press("ArrowLeft")
    page.wait_for_function("([old]) => [...document.querySelectorAll('.ailab-photo')].at(-1).src !== old", arg=[before])
    assert "bây giờ" in what_if.inner_text()
    page.get_by_role("button", name="Về ảnh ban đầu").click()
    page.wait_for_function("([old]) => [...document.querySelectorAll('.ailab-photo')].at(-1).src === old", arg=[before])


def test_english(page, real_lessons):
    open_lesson(page, real_lessons, "en")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="Rice", exact=True).click()
    send(page, jpeg(samples.draw_leaf("rice", "blast", 1)))
    first_verdict(page).wait_for(timeout=30000)
    text = page.inner_text("body")
    for word in ("Leaf check", "Which crop is it?", "Whom to ask", "Make it hard for the AI", "All lessons"):
        assert word in text
    assert "Đây chỉ là" not in text


def test_a_defect_reaches_the_learner_as_a_sentence_and_the_trainer_as_a_traceback(page, real_lessons):
    page.goto(f"{real_lessons.url}voila/render/admin/99_broken.ipynb")
    page.wait_for_selector("[data-testid=photo-file]", state="attached", timeout=60000)
    send(page, jpeg(samples.draw_leaf("rice", "blast", 1)))
    page.wait_for_selector("text=Chương trình gặp lỗi")
    assert "ZeroDivisionError" not in page.content()
    page.wait_for_timeout(500)
    log = real_lessons.log.read_text("utf-8")
    assert "Traceback" in log
    assert "zq82" in log


def test_what_a_visit_weighs(real_lessons):
    """A first visit is HTML of the lesson; scripts come compressed and are kept by the browser."""
    status, headers, body = get(f"{real_lessons.url}{LESSON}", **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 400_000
