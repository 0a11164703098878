"""The playground as visitors meet it: served by Voilà, without code, two of them at once."""

import csv
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lab import AXE, LOOPBACK

from tools.start.app import NOTEBOOK, App
from tools.start.server import free_port

ROOT = Path(__file__).resolve().parents[2]
MARKUP = "<script>window.hit=1</script> <img src=x onerror=window.hit=1> {__import__('os')}"


class Visitor:
    """A page of the app in a browser of its own, and what must stay empty."""

    def __init__(self, chromium, url):
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 1200}, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.errors, self.outside, self.sockets = [], [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda socket: self.sockets.append(socket.url))
        self.context.on("requestfinished", self._request)
        self.context.on("requestfailed", self._request)
        self.page.goto(url)
        self.root = self.page.locator(".explore")
        self.words = self.root.locator(".explore-words")
        self.words.wait_for(timeout=60_000)
        self.root.locator(".explore-words[aria-live]").wait_for()

    def _request(self, request):
        parts = urlsplit(request.url)
        kept_back = request.failure == "csp"  # by the browser, as the server told it to
        if parts.scheme in ("http", "https") and parts.hostname not in LOOPBACK and not kept_back:
            self.outside.append(request.url)

    def field(self, label):
        return self.root.get_by_label(label, exact=True)

    def write(self, sentence):
        self.field("Sentence").fill(sentence)
        self.field("Sentence").press("Enter")

    def says(self, text):
        self.words.get_by_text(text).wait_for(timeout=15_000)


@pytest.fixture(scope="module")
def app(chromium_path):
    port = free_port(19_500, say=lambda _: None)
    with App(sys.executable, ROOT / "notebooks" / NOTEBOOK, port=port, browser=False) as running:
        running.wait_until_open()
        yield running


@pytest.fixture(scope="module")
def visitors(app, chromium):
    pair = [Visitor(chromium, app.url()) for _ in range(2)]
    yield pair
    for visitor in pair:
        visitor.context.close()


@pytest.fixture
def visitor(visitors):
    one = visitors[0]
    yield one
    assert not one.errors, f"Errors on the page: {one.errors}"
    assert not one.outside, f"Requests left this machine: {one.outside}"


def test_the_page_shows_the_widget_and_no_code(visitor):
    shown = visitor.page.locator("body").inner_text()
    assert "Two settings, side by side" in shown and "explore.playground" not in shown
    assert '"it" looks most at "cat" (0.49)' in visitor.words.inner_text()
    assert visitor.root.locator("table").count() >= 3


def test_two_visitors_do_not_see_one_another(visitors, visitor):
    other = visitors[1]
    before = other.words.inner_text()
    visitor.field("A: model").select_option("tiny GPT")
    visitor.write("the king slept because he was ill")
    visitor.field("Word that asks").select_option("he")
    visitor.says('"he" looks most')
    other.field("B: mask").select_option("causal")
    other.says("a causal mask")
    assert other.field("Sentence").input_value() != visitor.field("Sentence").input_value()
    assert '"it" looks most at "cat" (0.49)' in before and "king" not in other.words.inner_text()
    assert "a causal mask" not in visitor.words.inner_text()


def test_by_keyboard(visitor):
    visitor.field("Ready sentences").select_option("the king sat by the fire because it was warm")
    visitor.says("looks most")
    visitor.field("A: model").select_option("tiny GPT")
    visitor.field("A: mask").focus()
    reached = []
    for _ in range(14):
        visitor.page.keyboard.press("Tab")
        reached.append(
            visitor.page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.labels?.[0]?.innerText || e.getAttribute('aria-label') || ''; }"
            )
        )
    for label in ("A: scale", "A: chosen scale", "B: model", "B: layer.head", "B: mask"):
        assert label in reached, f"Tab does not reach {label}: {reached}"
    visitor.field("A: mask").focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.says("tiny GPT, head 1.1, no mask")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (MARKUP, "does not know"),
        ("x" * 2000, "2,000 characters; the playground reads at most 500"),
        ("\N{GRINNING FACE}" * 30, "does not know"),
        ("", "Write a sentence first"),
    ],
    ids=["markup and code", "2,000 characters", "emoji", "nothing"],
)
def test_what_is_typed_is_shown_and_never_run(visitor, typed, answer):
    visitor.field("A: model").select_option("tiny GPT")
    visitor.write(typed)
    visitor.says(answer)
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.root.locator("script, img[src='x']").count() == 0


def test_the_server_refuses_code_from_a_page(visitor, app):
    kernel = visitor.sockets[-1].split("/api/kernels/")[1].split("/")[0]
    marker = "left behind"
    answer = visitor.page.evaluate(
        """([url, code]) => new Promise(resolve => {
            const socket = new WebSocket(url), said = [];
            socket.onopen = () => {
                socket.send(JSON.stringify({
                    header: {msg_id: 'm1', msg_type: 'execute_request', session: 's',
                             username: 'u', version: '5.3', date: new Date().toISOString()},
                    parent_header: {}, metadata: {}, channel: 'shell', buffers: [],
                    content: {code, silent: false, store_history: false, user_expressions: {},
                              allow_stdin: false, stop_on_error: true}}));
                setTimeout(() => { socket.close(); resolve(said.join('|')); }, 3000);
            };
            socket.onmessage = event => said.push(String(event.data));
            socket.onerror = () => resolve('refused');
        })""",
        [f"{app.address.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id=s",
         f"print('{marker}'.upper())"],
    )  # fmt: skip
    assert marker.upper() not in answer, "a page ran code in the kernel"


def test_files_can_be_saved_offline(visitor, tmp_path):
    visitor.field("Ready sentences").select_option(
        "the queen slept in the barn because she was tired"
    )
    visitor.field("A: model").select_option("tiny GPT")
    visitor.field("Files to save").select_option("PNG, SVG, text and CSV")
    links = visitor.root.locator("a[download]")
    links.nth(3).wait_for()
    visitor.context.set_offline(True)
    saved = {}
    for link in links.all():
        with visitor.page.expect_download() as download:
            link.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        saved[path.suffix] = path
    visitor.context.set_offline(False)
    assert set(saved) == {".png", ".svg", ".txt", ".csv"}
    assert saved[".png"].read_bytes().startswith(b"\x89PNG")
    assert saved[".svg"].read_text("utf-8").rstrip().endswith("</svg>")
    assert saved[".txt"].read_text("utf-8").strip() == visitor.words.inner_text().strip()
    with saved[".csv"].open(encoding="utf-8", newline="") as lines:
        assert {row["model"] for row in csv.DictReader(lines)} == {"tiny"}


def test_axe_finds_no_violation(visitor, axe):
    visitor.page.add_script_tag(path=str(AXE))
    found = visitor.root.evaluate(
        "async element => JSON.stringify((await axe.run(element)).violations.map(one =>"
        " [one.id, one.help, one.nodes.map(node => node.html)]))"
    )
    assert json.loads(found) == []


def test_the_page_may_ask_no_other_server(visitor):
    refused = visitor.page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation',
                event => resolve(event.effectiveDirective), { once: true });
            fetch('http://localhost:9/').catch(() => setTimeout(resolve, 2000, 'no rule'));
        })"""
    )
    assert refused == "connect-src", "the browser was not told to ask this server only"


def test_it_listens_on_loopback_only(app):
    assert urlsplit(app.address).hostname == "127.0.0.1"
    assert app.is_open()
