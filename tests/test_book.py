"""The book: it is built without a warning, offline; its links lead somewhere, its search finds.

The tests of the site skip where Sphinx or a browser is missing.
"""

import html
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

import autograd
import nn
from tests.papers import PAGES, ROOT, build_book

NEEDED = ("sphinx", "furo", "myst_nb", "latex2mathml", "ipython_pygments_lexers", "sklearn")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"the book needs {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    build_book(folder)
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    """The text of each page of the book, by its path in the site."""
    found = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert len(found) > len(PAGES)
    return found


@cache
def ids(text):
    return {html.unescape(found) for found in re.findall(r'\b(?:id|name)="([^"]*)"', text)}


def dead_links(pages):
    """The links and sources of pages that lead to no file, or to no place in a page."""
    for path, text in pages.items():
        plain = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        for target in re.findall(r'\b(?:href|src)="([^"]*)"', plain):
            address, place = urldefrag(html.unescape(target))
            address = address.partition("?")[0]
            if re.match(r"https?:|data:|mailto:", address):
                continue
            there = (path.parent / unquote(address)).resolve() if address else path
            dead = not there.exists()
            if place and "=" not in place and there.suffix == ".html" and not dead:
                dead = unquote(place) not in ids(pages.get(there) or there.read_text("utf-8"))
            if dead:
                yield f"{path.name}: {target}"


def test_every_link_inside_the_site_leads_somewhere(pages):
    aside = ": try/index.html"  # built beside the book, where npm is
    assert [link for link in dead_links(pages) if aside not in link] == []


def test_dead_links_are_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p id="here"><a href="#here"><a href="#there"><a href="page.html#here">')
    assert list(dead_links({page: page.read_text() + '<img src="no.svg">'})) == [
        "page.html: #there",
        "page.html: no.svg",
    ]


def test_no_page_names_a_path_of_the_machine(pages):
    places = {str(ROOT), str(Path.home()), sys.prefix, "file://"}
    for path, text in pages.items():
        assert not [place for place in places - {"/"} if place in text], path.name


def test_pictures_have_words(pages):
    """Those of notebooks too, whose alternative text is else the path of their file."""
    for path, text in pages.items():
        for words in re.findall(r'<img[^>]*\balt="([^"]*)"', text):
            assert words, path.name
            assert not words.endswith((".svg", ".png")), f"{path.name}: {words}"


def test_every_public_name_is_described(pages):
    for package in (autograd, nn):
        text = next(t for path, t in pages.items() if path.name == f"api-{package.__name__}.html")
        described = ids(text)
        for name in package.__all__:
            assert f"{package.__name__}.{name}" in described or (
                f"module-{package.__name__}.{name}" in described
            ), name


def test_the_navigation_has_two_levels(pages):
    start = next(text for path, text in pages.items() if path.name == "start.html")
    assert "toctree-l1" in start
    assert "toctree-l2" not in start
    captions = re.findall(r'class="caption-text">([^<]*)<', start)
    assert captions == [
        *("Start", "Learn", "Try it", "Do", "Teach", "Look up", "Understand", "Measure"),
        "Changes",
    ]


@pytest.fixture
def visit(browser, site):
    """A function that opens a page of the site from its file; nothing else may be requested."""
    faults, contexts = [], []

    def open_page(name, width=1280, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-US"
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: faults.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: faults.append(f"error: {error}"))
        tab.on("request", lambda request: requested(request.url))
        tab.goto((site / name).as_uri())
        return tab

    def requested(url):
        if not url.startswith((site.as_uri(), "data:", "blob:")):
            faults.append(f"request: {url[:80]}")

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize(
    ("words", "page", "place"),
    [
        ("how to save a model", "saving.html", ""),
        ("softplus", "api-autograd.html", "autograd.softplus"),
        ("derivative of softplus at 0", "operations.html", ""),
        ("give SciPy a Hessian", "scipy.html", ""),
        ("엑셀", "own-data.html", ""),
        ("Excel cp949", "own-data.html", ""),
        ("why backward() twice doubles leaves", "conventions.html", ""),
        ("graph as PDF in a slide", "pictures.html", ""),
        ("clip_norm", "api-nn.html", "nn.clip_norm"),
        ("walkthrough", "walkthrough.html", ""),
        ("lesson plan classroom", "teaching.html", ""),
        ("own lesson questions", "pages.html", ""),
        ("export a model to C", "export.html", ""),
        ("신경망", "walkthrough.ko.html", ""),
    ],
)
def test_the_search_finds_without_a_server(visit, words, page, place):
    """What a newcomer types leads, among the first five, to the page that has the answer."""
    tab = visit("index.html")
    tab.fill("input.sidebar-search", words)
    tab.press("input.sidebar-search", "Enter")
    tab.wait_for_selector("#search-results li a")
    tab.wait_for_function("document.querySelector('.search-summary').textContent.includes('found')")
    found = tab.eval_on_selector_all("#search-results li > a", "links => links.map(a => a.href)")
    hits = [urldefrag(link) for link in found[:5]]
    assert any(
        Path(hit.url.partition("?")[0]).name == page and place in hit.fragment for hit in hits
    ), found[:8]


def test_pictures_on_a_phone_keep_their_size_and_scroll(visit):
    """A picture wider than the column lies in a box of its own that scrolls."""
    tab = visit("walkthrough.html", 390)
    scrolls = """pictures => pictures.map(picture => {
        let box = picture.parentElement;
        while (box.tagName !== 'ARTICLE' && getComputedStyle(box).overflowX !== 'auto')
            box = box.parentElement;
        return picture.clientWidth >= picture.naturalWidth && box.tagName !== 'ARTICLE';
    })"""
    assert tab.locator("article img").evaluate_all(scrolls) == [True] * 6


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_is_wider_than_the_window(visit, pages, site, width, scheme):
    """Nor sends a request, nor has an error."""
    tab, wide = visit("index.html", width, scheme), []
    for path in pages:
        if "_static" not in path.parts:
            tab.goto(path.as_uri())
            page = "document.documentElement"
            if tab.evaluate(f"{page}.scrollWidth > {page}.clientWidth"):
                wide.append(path.relative_to(site).as_posix())
    assert wide == []


def test_the_lesson_is_live(visit):
    frame = visit("lesson.html").frame_locator("iframe.lesson")
    frame.get_by_text("1 of").first.wait_for()
    frame.get_by_role("tab", name="Paths").click()


@pytest.mark.parametrize("plan", ["teaching.html", "teaching.ko.html"])
def test_states_of_the_lesson_are_links_in_the_plans(visit, plan):
    tab = visit(plan)
    links = tab.locator("article a[href^='iris.html#']")
    assert links.count() == 12
    links.first.click()
    tab.locator("#tab-paths[aria-selected=true]").wait_for()


def test_formulas_are_set_in_both_schemes(visit):
    """As MathML, in the color of the text."""
    tab = visit("operations.html")
    rows = tab.locator(".operations tbody tr")
    softplus = rows.filter(has=tab.get_by_role("link", name="softplus", exact=True))
    assert softplus.count() == 1
    assert "derivative 0.5000" in softplus.inner_text()
    assert softplus.locator("math").first.bounding_box()["width"] > 50
