"""The page in which Python runs, in a browser, from a server on this machine."""

from __future__ import annotations

import contextlib
import functools
import http.server
import io
import keyword
import os
import re
import threading
import time
import tokenize
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, draw
from tests import try_page
from tests.try_page import EXAMPLES, build, examples

END = re.compile(r"^Done|^Line \d|^An error|is ready\.$|초 걸렸")
SLOW = 120_000.0  # milliseconds until Python must be there: the machine may be busy
HANGUL = '# 한글 🙂 "따옴표" & \\ +/=\nlabel = "ŷ₁의 기울기"\nprint(label)\n\n\tprint(\'탭\')   '
CODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
ROUND_TRIP = """async texts => {
  const {packed, unpacked} = await import('./link.js');
  const links = await Promise.all(texts.map(packed));
  return [links, await Promise.all(links.map(unpacked))];
}"""
PIECES = "async code => (await import('./highlight.js')).pieces(code)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    """The page as it is built."""
    target: Path = tmp_path_factory.mktemp("try")
    if not build(target):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the page can't be built here")
    return target


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *given: Any) -> None:
            pass

        def copyfile(self, source: Any, outputfile: Any) -> None:
            with contextlib.suppress(ConnectionError):  # of a worker that was ended
                super().copyfile(source, outputfile)

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def faults() -> Iterator[list[str]]:
    """What a page complained of, and what it requested of other hosts; at the end there is none."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture(scope="module")
def visit(browser: Any, address: str, faults: list[str]) -> Iterator[Any]:
    """A function that opens the page."""
    contexts: list[Any] = []

    def open_page(fragment: str = "", width: int = 1280, **options: Any) -> Any:
        options = {"color_scheme": "light", "locale": "en-US", **options}
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab = context.new_page()
        origin = address.rpartition("/")[0]
        tab.on("console", lambda message: faults.append(f"console: {message.text}"))
        tab.on("pageerror", lambda error: faults.append(f"error: {error}"))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((origin, "data:", "blob:"))
                else faults.append(f"request: {request.url[:80]}")
            ),
        )
        tab.set_default_timeout(SLOW)
        tab.goto(address + fragment)
        return tab

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tab(visit: Any) -> Any:
    """One page for all tests that leave it usable; when it was opened, Python was not there yet."""
    began = time.perf_counter()
    found = visit()
    picture_of(found).wait_for()
    print(f"\nthe first picture after {time.perf_counter() - began:.1f} s")
    finished(found)
    return found


def picture_of(tab: Any) -> Any:
    return tab.frame_locator("#results iframe >> nth=0").locator("svg").first


def texts(tab: Any) -> str:
    """The texts of the first picture."""
    found: str = picture_of(tab).evaluate("svg => svg.textContent")
    return found


def finished(tab: Any, end: re.Pattern[str] = END) -> str:
    """Wait for the end of what was begun; the status."""
    tab.locator("#status", has_text=end).wait_for()
    found: str = tab.locator("#status").inner_text()
    return found


def after(tab: Any, act: Callable[[], object], end: re.Pattern[str] = END) -> str:
    """The status at the end of what an act begins."""
    tab.locator("#status").evaluate("status => { status.textContent = '' }")
    act()
    return finished(tab, end)


def link_of(tab: Any, code: str) -> str:
    """The address that the button copies."""
    tab.locator("#code").fill(code)
    after(tab, tab.locator("#copy").click, re.compile("^Copied|^The address"))
    found: str = tab.url
    return found


def begin(tab: Any, code: str) -> None:
    """Write code and run it by the keyboard."""
    tab.locator("#code").fill(code)
    tab.locator("#code").press("Control+Enter")


def ran(tab: Any, code: str) -> str:
    """The status at the end of a run."""
    return after(tab, lambda: begin(tab, code))


def choose(tab: Any, name: str) -> str:
    """Open an example; the status at the end."""
    return after(tab, tab.locator(f"#examples a[data-word={name}]").click)


def test_the_first_example_is_there_with_its_picture_and_its_page(tab: Any) -> None:
    assert choose(tab, "neuron").startswith("Done in ")
    assert "0.7071" in texts(tab)
    assert tab.locator("#results pre").inner_text() == "∂o/∂w1 = 1.0000\n"
    page = tab.frame_locator("#pages iframe")
    page.locator("#picture svg").wait_for()
    assert "o" in page.locator("#picture").inner_text()
    assert tab.url.endswith("#example=neuron")


def test_a_changed_neuron_is_another_picture(tab: Any) -> None:
    choose(tab, "neuron")
    before = texts(tab)
    code = tab.locator("#code").input_value()
    assert ran(tab, code.replace("Value(-3.0", "Value(-2.5")).startswith("Done in ")
    assert "−2.500" in texts(tab)
    assert texts(tab) != before


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_shows_its_picture_without_an_error(tab: Any, name: str) -> None:
    assert choose(tab, name).startswith("Done in ")
    assert tab.locator("#examples a[aria-current]").get_attribute("data-word") == name
    assert tab.locator("#results .error").count() == 0
    picture_of(tab).wait_for()
    assert tab.locator("#code").input_value() == examples()[name]
    pages = len(re.findall(r"^(?:history\.)?explore\(", examples()[name], re.MULTILINE))
    assert tab.locator("#pages iframe").count() == pages


def test_the_layout_has_what_that_of_a_program_has(tab: Any) -> None:
    x = Value(2.0, label="x")
    ours = draw(x.exp() * x).svg
    ran(tab, "from autograd import *\nx = Value(2.0, label='x')\ndraw(x.exp() * x)")
    ids = "svg => [...svg.querySelectorAll('g[id]')].map(group => group.id.split('-')[1])"
    expected = re.findall(r'<g id="cr[0-9a-f]+-(\w+)"', ours)
    assert sorted(picture_of(tab).evaluate(ids)) == sorted(expected)


def test_an_error_is_shown_with_its_line(tab: Any) -> None:
    assert ran(tab, "x = 1\ny = x / 0\n") == "Line 2: an error, see below."
    error = tab.locator("#results .error")
    assert error.inner_text().endswith("ZeroDivisionError: division by zero\n")
    assert 'File "try.py", line 2' in error.inner_text()
    assert tab.locator("#lines .wrong").inner_text().strip() == "2"
    tab.locator("#code").press("Control+End")
    tab.keyboard.type("# mended")
    assert tab.locator("#lines .wrong").count() == 0
    assert ran(tab, "if").startswith("Line 1")


def test_a_warning_is_shown_in_every_run(tab: Any) -> None:
    for _ in range(2):
        ran(tab, "import warnings\nwarnings.warn('careful')")
        assert "try.py:2: UserWarning: careful" in tab.locator("#results pre").inner_text()


def test_a_layout_that_fails_is_an_error_of_the_line(tab: Any) -> None:
    code = (
        "import browser_graphviz\nfrom autograd.drawing.layout import lay_out\n"
        "lay_out('digraph { a -- b }')"
    )
    assert ran(tab, code) == "Line 3: an error, see below."
    assert (
        "module://browser_graphviz: JsException: Error: syntax error"
        in tab.locator("#results .error").inner_text()
    )


def test_a_loop_without_end_is_stopped(tab: Any) -> None:
    tab.locator("#code").fill("print('begun', flush=True)\nwhile True:\n    print('on and on')")
    tab.locator("#run").click()
    tab.locator("#results pre").get_by_text("begun").wait_for()
    assert tab.locator("#run").is_disabled()
    tab.locator("#stop").click()
    assert "Stopped" in tab.locator("#status").inner_text()
    assert re.fullmatch(r"Stopped\. .* is ready\.", finished(tab, re.compile(r"ready\.$")))
    shown = tab.locator("#results pre")
    assert shown.inner_text().startswith("begun")
    assert shown.evaluate("pre => pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 2")
    assert ran(tab, "print(6 * 7)").startswith("Done")
    assert tab.locator("#results pre").inner_text() == "42\n"
    assert "draw(y)" in tab.locator("#results p").inner_text()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os\nos.abort()", "Python could not go on: "),
        ("y = ()\nfor i in range(100_000):\n    y = (y,)\ndel y", "Too deep for a browser"),
    ],
)
def test_what_breaks_python_itself_does_not_break_the_page(
    tab: Any, faults: list[str], code: str, said: str
) -> None:
    assert after(tab, lambda: begin(tab, code), re.compile("Run starts")).startswith(said)
    assert ran(tab, "1 + 1").startswith("Done")
    assert tab.locator("#results pre").inner_text() == "2\n"
    assert all(fault.startswith("console: ") for fault in faults)  # Pyodide explains itself
    faults.clear()


def test_a_link_holds_the_code(tab: Any, visit: Any) -> None:
    link = link_of(tab, HANGUL)
    assert re.fullmatch(r"[^#]*#code=[-\w]+", link)
    other = visit("#" + link.partition("#")[2])
    other.locator("#status").get_by_text("The code came with the link").wait_for()
    assert other.locator("#code").input_value() == HANGUL
    assert other.locator("#results > *").count() == 0  # another's code does not run by itself
    other.close()


def test_a_link_can_be_pasted_into_the_open_page(tab: Any) -> None:
    link = link_of(tab, "print('첫째')")
    choose(tab, EXAMPLES[2])
    tab.evaluate("link => { location.href = link }", link)
    tab.get_by_text("The code came with the link").wait_for()
    assert tab.locator("#code").input_value() == "print('첫째')"
    after(tab, tab.locator("#run").click)
    assert tab.locator("#results pre").inner_text() == "첫째\n"
    after(tab, tab.go_back)  # to the example
    assert tab.locator("#code").input_value() == examples()[EXAMPLES[2]]


@pytest.mark.parametrize("fragment", ["#code=@@@", "#code=AAAA", "#code=", "#code=c0lR&x"])
def test_a_damaged_link_is_refused_in_words(tab: Any, fragment: str) -> None:
    tab.evaluate("hash => { location.hash = hash }", fragment)
    if fragment == "#code=":
        tab.get_by_text(re.compile("damaged|came with the link")).wait_for()
    else:
        tab.get_by_text("The link is damaged").wait_for()
    after(tab, lambda: tab.evaluate("() => { location.hash = '#example=neuron' }"))


@given(texts=st.lists(CODE, max_size=20))
def test_any_text_comes_back_from_a_link(tab: Any, texts: list[str]) -> None:
    links, back = tab.evaluate(ROUND_TRIP, texts)
    assert back == texts
    assert all(re.fullmatch(r"[-\w]*", link) for link in links)


def test_a_link_to_a_huge_text_is_refused(tab: Any) -> None:
    with pytest.raises(Exception, match="the code is too long"):
        tab.evaluate(ROUND_TRIP, ["x" * 1_000_000])


@given(code=CODE)
def test_the_colors_leave_the_text_as_it_is(tab: Any, code: str) -> None:
    assert "".join(text for text, _ in tab.evaluate(PIECES, code)) == code


def test_the_colors_are_those_of_python(tab: Any) -> None:
    """Against Python's own tokenizer."""
    names = {tokenize.COMMENT: "comment", tokenize.NUMBER: "number", tokenize.STRING: "string"}
    for code in [*examples().values(), "x = 'it\\'s' # 'no'\ny = '''a\n# b'''\nif x1: 1e5\n"]:
        plain = re.sub(r"\bf(?=['\"])", " ", code)  # since Python 3.12 these have parts
        tokens = tokenize.generate_tokens(io.StringIO(plain).readline)
        expected = [
            (token.string, names.get(token.type, "keyword"))
            for token in tokens
            if token.type in names or keyword.iskeyword(token.string)
        ]
        found = [(text, kind) for text, kind in tab.evaluate(PIECES, plain) if kind]
        assert found == expected


def test_the_keyboard_alone_is_enough(tab: Any) -> None:
    editor = tab.locator("#code")
    tab.locator("#code").fill("")
    editor.focus()
    tab.keyboard.type("for i in range(2):")
    tab.keyboard.press("Enter")
    tab.keyboard.type("print(i)")
    assert editor.input_value() == "for i in range(2):\n    print(i)"
    tab.keyboard.press("Tab")
    assert editor.input_value() == "for i in range(2):\n    print(i)    "
    tab.keyboard.press("Control+a")
    tab.keyboard.press("Tab")
    assert editor.input_value() == "    for i in range(2):\n        print(i)    "
    tab.keyboard.press("Shift+Tab")
    assert editor.input_value() == "for i in range(2):\n    print(i)    "
    tab.keyboard.press("Control+z")
    assert editor.input_value() == "    for i in range(2):\n        print(i)    "
    tab.keyboard.press("Control+y")
    after(tab, lambda: tab.keyboard.press("Control+Enter"))
    assert tab.locator("#results pre").inner_text() == "0\n1\n"
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.id") == "run"
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.id") == "copy"
    editor.focus()
    tab.keyboard.press("Escape")
    tab.keyboard.press("Shift+Tab")
    after(tab, lambda: tab.keyboard.press("Enter"))
    assert tab.locator("#code").input_value() == examples()[EXAMPLES[-1]]


def test_the_lines_are_counted_and_lie_upon_the_text(tab: Any) -> None:
    tab.locator("#code").fill(
        "\n".join([f"x{i} = {i}  # 한글 {'긴 ' * (5 * i)}" for i in range(30)])
    )
    assert tab.locator("#lines").inner_text().split() == [str(i) for i in range(1, 31)]
    sizes = "e => [e.clientWidth, e.clientHeight, e.scrollWidth, e.scrollHeight]"
    assert tab.locator("#code").evaluate(sizes) == tab.locator("#colors").evaluate(sizes)


def test_the_page_takes_the_full_width_and_goes_back(tab: Any) -> None:
    choose(tab, "neuron")
    width = "() => document.querySelector('#pages iframe').clientWidth"
    before = tab.evaluate(width)
    button = tab.locator("#wide")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert tab.evaluate(width) > 1000 > before
    button.click()
    assert tab.evaluate(width) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_and_nothing_bars_anyone(
    tab: Any,
    axe: Any,
    width: int,
    scheme: str,
) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": width, "height": 900})
    choose(tab, "paths")
    assert tab.evaluate("() => document.documentElement.scrollWidth") == width
    assert axe(tab) == ""
    ran(tab, "print('x' * 300)\n1 / 0")
    assert tab.evaluate("() => document.documentElement.scrollWidth") == width
    assert axe(tab) == ""
    heights = "all => all.filter(one => one.offsetParent).map(one => one.offsetHeight)"
    assert min(tab.locator("button, nav a").evaluate_all(heights)) >= 32
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 1280, "height": 900})


def test_the_texts_are_korean_for_who_wants_them(visit: Any) -> None:
    tab = visit("#example=derive", locale="ko-KR")
    picture_of(tab).wait_for()
    assert finished(tab).endswith("초 걸렸습니다.")
    assert tab.locator("html").get_attribute("lang") == "ko"
    assert tab.locator("#run").inner_text() == "실행"
    tab.locator("#language").click()
    assert finished(tab).startswith("Done in ")
    tab.reload()
    assert tab.locator("#run").inner_text() == "Run"
    tab.close()


def test_without_a_server_the_page_says_so(browser: Any, folder: Path) -> None:
    tab = browser.new_page()
    tab.goto((folder / "index.html").as_uri())
    assert "python -m http.server" in tab.locator("#status").inner_text()
    tab.close()


def test_the_wheel_is_the_one_that_was_built(folder: Path, tmp_path: Path) -> None:
    [ours] = folder.glob("chainrule-*.whl")
    assert ours.read_bytes() == try_page.engine_wheel(tmp_path).read_bytes()
    with zipfile.ZipFile(ours) as archive:
        assert "autograd/value.py" in archive.namelist()
