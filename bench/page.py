"""What a browser fetches for a page that it has never seen: how many requests, and how many bytes."""

import gzip
import shutil
from dataclasses import dataclass

from playwright.sync_api import Response, sync_playwright


@dataclass(frozen=True)
class Page:
    """Bytes as they travel; pages as a proxy in front compresses them, since gunicorn does not."""

    requests: int
    bytes: int
    script: int
    style: int

    def __str__(self) -> str:
        return f"{self.bytes:,} bytes in {self.requests} requests ({self.script:,} script, {self.style:,} CSS)"


def cold_page(address: str) -> Page | None:
    """Open it in Chromium; None where there is none."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("response", keep)
        tab.goto(address)
        tab.wait_for_load_state("networkidle")
        sizes = [(one.headers.get("content-type", ""), _size(one)) for one in answers]
        browser.close()
    of = lambda kind: sum(size for name, size in sizes if kind in name)  # noqa: E731
    return Page(len(sizes), sum(size for _, size in sizes), of("javascript"), of("css"))


def _size(answer: Response) -> int:
    """WhiteNoise sends static files compressed, and says how long they are then."""
    if "content-encoding" in answer.headers:
        return int(answer.headers["content-length"])
    return len(gzip.compress(answer.body(), 9)) if answer.status == 200 else 0
