"""What is written in JavaScript, in all three front ends: by keyboard, by mouse, and to be heard.

The server's policy lets no script run that stands in a page or in an attribute (lab.POLICY).
"""

import nbformat
import pytest
from lab import Lab, Notebook, Voila

CELLS = (
    """
import numpy as np
from helpers import explore

weights = np.exp(np.random.default_rng(0).normal(size=(4, 4)))
weights /= weights.sum(axis=1, keepdims=True)
words = ["the", "cat", "<b>sat</b>", "the"]
""",
    "explore.spotlight(weights, words)",
    "explore.mask_painter(words=list('abc'))",
    "explore.query_angle(angle=30)",
)
SPOTLIGHT, PAINTER, SLIDERS = range(3)


@pytest.fixture(scope="module", params=[Lab, Notebook, Voila], ids=lambda one: one.__name__)
def front(request, server, chromium):
    """A page with three explorers, in one of the front ends."""
    cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(written, server.workspace / "components.ipynb")
    context = chromium.new_context(viewport={"width": 1100, "height": 1000})
    page = request.param(server, context)
    page.open("components.ipynb")
    page.run_all()
    page.page.locator(".explore[role=group]").nth(len(CELLS) - 2).wait_for(timeout=60_000)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def clean(front):
    """No test may leave an error on the console or a request to elsewhere."""
    yield
    assert not front.errors, f"Errors on the browser's console: {front.errors}"
    assert not front.outside, f"Requests left this machine: {front.outside}"


def explorer(front, place):
    return front.page.locator(".explore").nth(place)


def says(root, text):
    root.locator(".explore-words").get_by_text(text).wait_for()


def has_focus(locator):
    return locator.evaluate("element => element === document.activeElement")


def test_words_are_chosen_by_keyboard_alone(front):
    root = explorer(front, SPOTLIGHT)
    radios = root.get_by_role("radio")
    assert root.get_by_role("radiogroup", name="Word that asks").count() == 1
    assert radios.nth(2).inner_text().startswith("<b>sat</b>"), "A word is text, not HTML."
    begin = front.cell(1 + SPOTLIGHT) if isinstance(front, Lab) else front.page.locator("body")
    front.tab_to(begin, radios.nth(0))
    for key, place in [("ArrowRight", 1), ("ArrowRight", 2), ("End", 3), ("ArrowRight", 0)]:
        front.page.keyboard.press(key)
        assert has_focus(radios.nth(place)), f"{key} does not lead to word {place}."
        assert [radio.get_attribute("aria-checked") for radio in radios.all()] == [
            str(other == place).lower() for other in range(4)
        ]
    says(root, 'The first "the" looks most')
    assert root.locator("[role=radio][tabindex='0']").count() == 1, "Tab stops once in the row."


def test_a_word_is_chosen_by_a_click(front):
    root = explorer(front, SPOTLIGHT)
    root.get_by_role("radio", name='"cat"').click()
    says(root, '"cat" looks most')
    assert "asks" in root.get_by_role("radio", name='"cat"').inner_text()
    root.get_by_role("radio", name='the first "the"').click()
    says(root, 'The first "the" looks most')


def test_a_mask_is_painted_by_keyboard_alone(front):
    root = explorer(front, PAINTER)
    cells = root.get_by_role("gridcell", name="query")
    named = {(i, j): cells.nth(3 * i + j) for i in range(3) for j in range(3)}
    front.tab_to(root.locator("select").last, named[0, 0])
    for key, place in [
        ("ArrowLeft", (0, 0)), ("ArrowRight", (0, 1)), ("ArrowDown", (1, 1)), ("End", (1, 2)),
        ("ArrowRight", (1, 2)), ("ArrowUp", (0, 2)), ("Home", (0, 0)), ("ArrowRight", (0, 1)),
    ]:  # fmt: skip
        front.page.keyboard.press(key)
        assert has_focus(named[place]), f"{key} does not lead to {place}."
    assert root.locator("[role=gridcell][tabindex='0']").count() == 1, "Tab stops once."
    says(root, "No leak")
    for key, answer, said, shown in [
        ("Space", "yes, a leak", 'One leak: "a" hears "b"', "⚠ leak"),
        ("Enter", "no", "No leak", ""),
    ]:
        front.page.keyboard.press(key)
        says(root, said)
        assert named[0, 1].get_attribute("aria-label") == (
            f'query "a" may look at key "b": {answer}'
        )
        assert named[0, 1].inner_text() == shown, "A leak is told by a sign and a word."
        assert named[0, 1].get_attribute("aria-selected") == str(answer != "no").lower()


def test_a_mask_is_painted_by_dragging(front):
    root = explorer(front, PAINTER)
    cells = root.get_by_role("gridcell", name="query")
    front.page.mouse.move(0, 0)
    cells.nth(0).scroll_into_view_if_needed()
    boxes = [cells.nth(place).bounding_box() for place in range(3)]
    centres = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    front.page.mouse.move(*centres[1])
    front.page.mouse.down()
    front.page.mouse.move(*centres[2], steps=4)
    front.page.mouse.up()
    says(root, 'Two leaks: "a" hears "b" and "a" hears "c"')
    front.page.mouse.move(*centres[0])
    assert root.get_by_label("Ready-made mask").input_value() == "painted by hand"
    root.get_by_label("Ready-made mask").select_option("causal")
    says(root, "No leak")


def test_a_slider_and_its_field_are_one_value(front):
    root = explorer(front, SLIDERS)
    name = "Angle of the query in degrees"
    slider = root.get_by_role("slider", name=name)
    field = root.get_by_role("spinbutton", name=name)
    slider.focus()
    front.page.keyboard.press("ArrowRight")
    says(root, "at 35°")
    assert field.input_value() == "35" and slider.get_attribute("aria-valuetext") == "35"
    for typed, taken in [("90", "90"), ("9999", "180"), ("", "180"), ("30", "30")]:
        field.fill(typed)
        field.press("Enter")
        says(root, f"at {taken}°")
        assert field.input_value() == slider.input_value() == taken


def test_plain_keys_stay_in_the_explorer(front):
    """In JupyterLab and Notebook, D D deletes a cell and B adds one."""
    for focused in (
        "[role=radio][tabindex='0']",
        "[role=gridcell][tabindex='0']",
        "input",
        "select",
    ):
        before = front.page.locator(".explore").count()
        front.page.locator(f".explore {focused}").last.focus()
        for key in ("d", "d", "b"):
            front.page.keyboard.press(key)
    front.page.wait_for_timeout(200)
    assert front.page.locator(".explore").count() == before == len(CELLS) - 1


def test_axe_finds_no_violation(front, axe):
    for place in range(len(CELLS) - 1):
        found = front.violations(explorer(front, place))
        assert not found, "\n".join(found)


def test_no_script_of_a_page_runs(front):
    """Jupyter's pages are under the policy; those of Voilà consist of such scripts."""
    ran = front.page.evaluate(
        """() => {
            const image = document.createElement('button');
            image.setAttribute('onclick', 'window.ranInline = true');
            document.body.append(image);
            image.click();
            image.remove();
            return Boolean(window.ranInline);
        }"""
    )
    assert ran == isinstance(front, Voila)
    front.errors.clear()  # what the browser says about it
