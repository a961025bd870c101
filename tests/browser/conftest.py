"""A real Chromium against the reference town; skipped, with the reason, where there is none."""

import os
import shutil
from io import StringIO

import pytest
from django.core.management import call_command

PATHS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Nothing of the browser's own may ask the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
PHONE, DESK = {"width": 360, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def chromium():
    """The path of a Chromium on this machine."""
    found = next(filter(None, map(shutil.which, PATHS)), None)
    if found is None:
        pytest.skip("no chromium on this machine: browser tests are skipped")
    return found


@pytest.fixture(scope="session")
def playwright_driver():
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    # Playwright's own loop runs in this thread; Django would otherwise refuse the database here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with driver.sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium, playwright_driver):
    running = playwright_driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
    yield running
    running.close()


@pytest.fixture
def town(transactional_db, settings, live_server):
    """The reference town behind a live server."""
    settings.DEMO_LOGINS = True
    call_command("load_demo", "--json", stdout=StringIO(), stderr=StringIO())
    return live_server


@pytest.fixture
def visit(browser, town):
    """Log in as somebody in a window of a size; the page keeps what the console complains about."""
    opened = []

    def enter(username: str, size: dict, **options):
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        opened.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{town.url}/login/")
        page.get_by_role("textbox", name="用户名").fill(username)
        page.get_by_role("textbox", name="密码").fill("zhucun2026")
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state()
        return page

    yield enter
    for context in opened:
        context.close()
