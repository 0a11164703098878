"""Every explorer as a reader meets it: in JupyterLab, by keyboard, with and without sight."""

from dataclasses import dataclass

import nbformat
import pytest

SETUP = """
import time
import numpy as np
from helpers import explore
from helpers.explore.controls import number
from helpers.explore.html_view import HtmlView
from helpers.models import TinyGPT, Translator
from helpers.show import Picture
from helpers.tasks.sentence import WORDS

rng = np.random.default_rng(0)
weights = np.exp(rng.normal(size=(10, 10)))
weights /= weights.sum(axis=1, keepdims=True)
many = np.exp(rng.normal(size=(70, 70)))
many /= many.sum(axis=1, keepdims=True)
plain, looking = (
    Translator(24, 24, attention=attention, rng=np.random.default_rng(0), d_state=6)
    for attention in (False, True)
)
writes = TinyGPT(56, 12, rng=np.random.default_rng(0), d_model=8, pad=0)
"""

# An explorer that takes 0.2 s to draw, and says how often it did.
SLOW = """
class Counted:
    drawn = 0

def describe(value):
    Counted.drawn += 1
    time.sleep(0.2)
    words = f"value {value}, drawn {Counted.drawn} times"
    return Picture(lambda figure: None, words, title="Slow")

explore.Explorer(
    {"value": number("Slow value", 0, 0, 100)},
    lambda value: value, describe, [HtmlView(lambda value, picture: str(value))], title="Slow",
)
"""


@dataclass(frozen=True)
class Explored:
    """One explorer: the cell that makes it, a control, keys to press on it, what it says then."""

    code: str
    role: str
    control: str
    keys: tuple
    before: str
    after: str


# Explorers of later lessons are tested by one entry here.
EXPLORERS = {
    "spotlight": Explored(
        'explore.spotlight(weights, WORDS, start="it")',
        "radio", '"it"', ("ArrowRight",), '"it" looks', '"was" looks',
    ),
    "spotlight, to the end": Explored(
        'explore.spotlight(weights, WORDS, start="it")',
        "radio", '"it"', ("End", "ArrowRight", "ArrowLeft"), '"it" looks', '"tired" looks',
    ),
    "spotlight, many words": Explored(
        'explore.spotlight(many, [f"w{i}" for i in range(70)])',
        "combobox", "Word that asks", ("ArrowDown",), '"w0" looks', '"w1" looks',
    ),
    "query_angle": Explored(
        "explore.query_angle(angle=30)",
        "slider", "Angle of the query in degrees", ("ArrowRight",) * 3, "at 30°", "at 45°",
    ),
    "query_angle, sharpness": Explored(
        "explore.query_angle(angle=30)",
        "slider", "Sharpness (times the scores)", ("ArrowRight",), "sharpness 1,", "sharpness 2,",
    ),
    "scaling": Explored(
        "explore.scaling(d=64)",
        "slider", "Width d of query and key", ("ArrowRight",) * 2, "d = 64,", "d = 256,",
    ),
    "scaling, divisor": Explored(
        "explore.scaling(d=64)",
        "combobox", "Scores divided by", ("ArrowDown",), "not divided", "divided by √d",
    ),
    "mask_painter": Explored(
        "explore.mask_painter()",
        "combobox", "Ready-made mask", ("ArrowDown",), "21 of 36", "Six leaks",
    ),
    "mask_painter, painted": Explored(
        "explore.mask_painter()",
        "gridcell", 'query the first "the" may look at key the first "the": yes',
        ("ArrowRight", "Space"),
        "No leak", 'One leak: the first "the" hears "cat"',
    ),
    "mask_painter, layers": Explored(
        'explore.mask_painter(start="window")',
        "combobox", "Layers", ("ArrowDown",), "later one.", "through 2 layers",
    ),
    "several_heads": Explored(
        "explore.several_heads()",
        "slider", "Number of heads", ("ArrowRight",), "2 heads of", "4 heads of",
    ),
    "several_heads, width": Explored(
        "explore.several_heads(n_heads=4)",
        "combobox", "Width d_model", ("ArrowDown",), "d_model 16", "d_model 32",
    ),
    "who_answers": Explored(
        'explore.who_answers(start=("question", "who"))',
        "combobox", "Sequence that answers", ("ArrowUp",), "cross-attention", "self-attention",
    ),
    "who_answers, stepped": Explored(
        'explore.who_answers(start=("question", "tired"), answers="sentence")',
        "button", "Next word", ("Enter",), '"tired" of the question', 'The first "the" of the sent',
    ),
    "cost": Explored(
        "explore.cost()",
        "slider", "Tokens n", ("ArrowRight",) * 2, "2,048 tokens", "8,192 tokens",
    ),
    "cost, precision": Explored(
        "explore.cost()",
        "combobox", "Precision", ("ArrowDown",), "float16", "int8",
    ),
    "broken_attention": Explored(
        "explore.broken_attention()",
        "combobox", "Scores multiplied by", ("ArrowDown",), "Healthy", "scale missing",
    ),
    "broken_attention, mask": Explored(
        "explore.broken_attention()",
        "combobox", "Softmax over", ("ArrowDown",), "Healthy", "transposed",
    ),
    "next_word": Explored(
        'explore.next_word(writes, "the cat slept")',
        "slider", "Temperature", ("ArrowRight",), "At temperature 1,", "At temperature 1.5,",
    ),
    "next_word, top k": Explored(
        'explore.next_word(writes, "the cat slept")',
        "combobox", "Draw among", ("ArrowDown",),
        "At temperature 1, the", "among the likeliest alone",
    ),
    "next_word, typed": Explored(
        'explore.next_word(writes, "the cat slept because")',
        "textbox", "Beginning of the sentence", ("End", "Space", "i", "t", "Enter"),
        '"because" looks most', '"it" looks most',
    ),
    "head_view": Explored(
        'explore.head_view(head="3.1")',
        "combobox", "Head", ("ArrowDown",), "Head 3.1:", "Head 4.5:",
    ),
    "model_view": Explored(
        "explore.model_view()",
        "combobox", "Score", ("ArrowDown",), "highest previous", "highest next",
    ),
    "model_view, tall": Explored(
        'explore.model_view(kind="previous (decoder)")',
        "combobox", "Score", ("ArrowDown",), "highest previous", "highest first",
    ),
    "neuron_view": Explored(
        "explore.neuron_view()",
        "combobox", "Word that answers", ("ArrowDown",), 'of "it" with "cat"', 'of "it" with "sat"',
    ),
    "neuron_view, stepped": Explored(
        "explore.neuron_view()",
        "button", "Next query", ("Enter",), 'of "it" with "cat"', 'of "was" with "cat"',
    ),
    "playground": Explored(
        "explore.playground()",
        "combobox", "B: scale", ("ArrowUp",), "not scaled", "The two maps are the same",
    ),
    "playground, typed": Explored(
        "explore.playground()",
        "textbox", "Sentence", ("End", "Space", "x", "Enter"), "looks most", "only these sentences",
    ),
    "translator": Explored(
        "explore.translator(plain, looking)",
        "slider", "Words in the sentence", ("ArrowRight",) * 2, "of 8 words:", "of 10 words:",
    ),
    "translator, long": Explored(
        "explore.translator(plain, looking, length=16)",
        "slider", "Words in the sentence", ("ArrowRight",), "of 16 words:", "17 words, longer",
    ),
}  # fmt: skip
NAMES = list(EXPLORERS)


def notebook(*cells):
    """A notebook of code cells."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


@pytest.fixture(scope="module")
def ran(lab):
    """The lab with a notebook that holds every explorer, run; the cell of a name is its place."""
    cells = [SETUP, *(case.code for case in EXPLORERS.values()), SLOW]
    nbformat.write(notebook(*cells), lab.workspace / "explorers.ipynb")
    lab.open("explorers.ipynb")
    lab.run_all()
    lab.cell_output(len(cells) - 1).locator(".explore-words[aria-live]").wait_for()
    return lab


@pytest.fixture(autouse=True)
def clean(lab):
    """No test may leave an error on the console or a request to elsewhere."""
    yield
    assert not lab.errors, f"Errors on the browser's console: {lab.errors}"
    assert not lab.outside, f"Requests left this machine: {lab.outside}"


def explorer(lab, name):
    return lab.cell_output(1 + NAMES.index(name)).locator(".explore")


def shown(root):
    """What changes before the eyes: tables and the bytes of images."""
    return root.evaluate(
        "root => [...root.querySelectorAll('img, table')].map(e => e.src || e.innerText).join()"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_key_changes_picture_and_words(ran, name):
    case = EXPLORERS[name]
    root = explorer(ran, name)
    words = root.locator(".explore-words")
    assert case.before in words.inner_text()
    picture = shown(root)
    control = root.get_by_role(case.role, name=case.control, exact=True)
    ran.tab_to(ran.cell(1 + NAMES.index(name)), control)
    outline = control.evaluate("element => getComputedStyle(element).outline")
    assert "3px" in outline, f"The focus cannot be seen: outline is {outline!r}."
    for key in case.keys:
        ran.page.keyboard.press(key)
    words.get_by_text(case.after).wait_for()
    assert shown(root) != picture, "The words changed and the picture did not."


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(ran, axe, name):
    found = ran.violations(explorer(ran, name))
    assert not found, "\n".join(found)


def test_axe_would_find_one(ran, axe):
    root = explorer(ran, "query_angle")
    slider = root.get_by_role("slider").first
    name = slider.get_attribute("aria-label")
    slider.evaluate("element => element.removeAttribute('aria-label')")
    found = ran.violations(root)
    slider.evaluate("(element, name) => element.setAttribute('aria-label', name)", name)
    assert [text for text in found if "label" in text], "A slider without a name was not found."


@pytest.mark.parametrize("name", NAMES)
def test_what_a_screen_reader_is_told(ran, name):
    root = explorer(ran, name)
    assert root.get_attribute("role") == "group"
    assert root.get_attribute("aria-label")
    assert root.locator(".explore-words").get_attribute("aria-live") == "polite"
    for slider in root.get_by_role("slider").all():
        said = (
            slider.locator("xpath=../label")
            .locator("input, select")
            .evaluate("field => field.options ? field.selectedOptions[0].text : field.value")
        )
        assert slider.get_attribute("aria-valuetext") == said


def test_a_slow_machine_drops_what_lies_between(ran):
    root = ran.cell_output(1 + len(NAMES)).locator(".explore")
    control = root.get_by_role("slider", name="Slow value")
    control.focus()
    presses = 20
    for _ in range(presses):
        ran.page.keyboard.press("ArrowRight")
    words = root.locator(".explore-words")
    words.get_by_text(f"value {presses},").wait_for(timeout=10_000)
    drawn = int(words.inner_text().split("drawn ")[1].split()[0]) - 1
    assert 1 <= drawn < presses / 2, f"{presses} changes were drawn {drawn} times."


def test_opened_without_running_it_is_the_picture(ran):
    """The build takes the widget views out; what is left must not show as an error."""
    ran.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    ran.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    stored = nbformat.read(ran.workspace / "explorers.ipynb", 4)
    stored.metadata.pop("widgets", None)
    for cell in stored.cells:
        for output in cell.outputs:
            output.data.pop("application/vnd.jupyter.widget-view+json", None)
    nbformat.write(stored, ran.workspace / "stored.ipynb")
    ran.open("stored.ipynb")
    for place, name in enumerate(NAMES, start=1):
        output = ran.cell_output(place)
        image = output.locator("img")
        image.wait_for()
        assert image.evaluate("image => image.naturalWidth") > 400
        assert "rror" not in output.inner_text()
        assert EXPLORERS[name].before in stored.cells[place].outputs[0].data["text/plain"]
