"""Take the pictures of the README: ``python docs/screenshots.py``. Needs the ``test`` extra and Chromium."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

PORT = 8899
LESSON = f"http://127.0.0.1:{PORT}/voila/render/agriculture/01_kham_benh_la.ipynb?lang=vi"
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


def shot(browser: Browser, width: int, height: int, sample: int) -> Image.Image:
    """The lesson with the answer to a drawn leaf in view."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(LESSON)
    button = page.locator(".ailab-strip button").nth(sample)
    button.click(timeout=60_000)
    page.locator(".ailab-verdict").first.wait_for()
    page.evaluate("scrollTo({top: document.querySelector('.ailab-verdict').getBoundingClientRect().top + scrollY - 190, behavior: 'instant'})")
    page.wait_for_timeout(600)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture


def main() -> None:
    """Projector and phone side by side in ``docs/dashboard.png``."""
    command = [sys.executable, "-m", "ailab", "serve", "--host", "127.0.0.1", "--port", str(PORT), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        for _attempt in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/").read()
                break
            except OSError:
                time.sleep(0.2)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET.split())
            projector, phone = shot(browser, 1280, 720, 2), shot(browser, 390, 844, 2)
    finally:
        server.terminate()
    phone = phone.resize((round(390 * 720 / 844), 720), Image.Resampling.LANCZOS)
    picture = Image.new("RGB", (projector.width + phone.width + 60, 760), "#e3e7de")
    picture.paste(projector, (20, 20))
    picture.paste(phone, (projector.width + 40, 20))
    ImageDraw.Draw(picture).rectangle((19, 19, 20 + projector.width, 740), outline="#b9c0b2")
    picture.quantize(256, kmeans=1).save(Path(__file__).with_name("dashboard.png"), optimize=True)


if __name__ == "__main__":
    main()
