"""The base of explorers: one redraw a change, the latest state, errors that are seen."""

import asyncio
import base64
import io
import time

import ipywidgets
import numpy as np
import pytest
from ipywidgets import Dropdown
from PIL import Image

from helpers.explore.controls import choice, number, scale, steps
from helpers.explore.debouncer import PATIENCE, Debouncer
from helpers.explore.explorer import Explorer
from helpers.explore.figure_view import Drawing, FigureView
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.show import Picture


def plain(value=0, *, seconds=0.0, fails_at=None, log=None):
    """An explorer of one number that says what it shows."""

    def describe(value):
        time.sleep(seconds)
        if value == fails_at:
            raise ValueError(f"{value} < 7 is not allowed")
        if log is not None:
            log.append(value)
        return Picture(lambda figure: None, f"the value is {value}", title="One number")

    view = HtmlView(lambda value, picture: f"<b>{value}</b>")
    return Explorer(
        {"value": number("Value", value, 0, 100)}, lambda value: value, describe, [view],
        title="One number",
    )  # fmt: skip


def live(explorer):
    """What the first view shows as HTML, and what the words say."""
    return explorer._views[0].widget.value, explorer._words.text


# One redraw a change ----------------------------------------------------------------------------


def test_a_change_is_one_redraw_of_picture_and_words():
    log = []
    explorer = plain(3, log=log)
    explorer.controls["value"].value = 5
    assert log == [3, 5]
    assert live(explorer) == ("<b>5</b>", "the value is 5")
    assert explorer.words == "the value is 5"


def test_the_same_state_is_not_drawn_again():
    log = []
    explorer = plain(3, log=log)
    explorer.set(value=3)
    assert log == [3]


def test_several_controls_set_at_once_are_one_redraw():
    log = []
    explorer = Explorer(
        {"a": number("A", 0, 0, 9), "b": choice("B", "x", ["x", "y"])},
        lambda a, b: (a, b),
        lambda state: log.append(state) or Picture(lambda f: None, str(state), title="Two"),
        [],
        title="Two",
    )
    explorer.set(a=1, b="y")
    assert log == [(0, "x"), (1, "y")]


def test_an_unknown_control_is_named():
    with pytest.raises(ValueError, match=r"no control 'valeu'\. It has: value"):
        plain().set(valeu=1)


# The latest state -------------------------------------------------------------------------------


async def burst(explorer, values):
    """Changes as a kernel delivers them: each read by the event loop as a message of its own."""
    loop = asyncio.get_running_loop()
    for value in values:
        loop.call_soon(setattr, explorer.controls["value"], "value", value)
        await asyncio.sleep(0)
    while explorer._due.pending:
        await asyncio.sleep(0.001)


def test_a_burst_of_changes_draws_the_last_only():
    log = []
    explorer = plain(log=log)
    asyncio.run(burst(explorer, range(1, 31)))
    assert log[0] == 0 and log[-1] == 30
    assert len(log) <= 3, f"30 changes at once were drawn {len(log) - 1} times: {log}"


def test_a_slow_drawing_does_not_queue_the_changes():
    """Changes come every 5 ms and a drawing takes 60 ms: most are dropped, the last is drawn."""
    log = []
    explorer = plain(seconds=0.06, log=log)

    async def drag():
        loop = asyncio.get_running_loop()

        def move():  # in a thread: whoever drags does not wait for the drawing
            for value in range(1, 61):
                loop.call_soon_threadsafe(setattr, explorer.controls["value"], "value", value)
                time.sleep(0.005)

        await asyncio.to_thread(move)
        while explorer._due.pending:
            await asyncio.sleep(0.001)

    asyncio.run(drag())
    assert log[-1] == 60
    assert 3 <= len(log) < 20, f"60 changes were drawn {len(log) - 1} times: {log}"


def test_a_drag_that_never_pauses_is_drawn_meanwhile():
    calls = []
    debouncer = Debouncer(lambda: calls.append(1))

    async def drag():
        end = time.monotonic() + 6 * PATIENCE
        while time.monotonic() < end:
            debouncer.changed()
            await asyncio.sleep(0)
        return len(calls)

    assert asyncio.run(drag()) >= 2, "Nothing was drawn until the changes ended."


def test_reading_the_picture_draws_what_is_due():
    explorer = plain()

    async def read():
        explorer.controls["value"].value = 8
        assert explorer._due.pending
        return explorer.words

    assert asyncio.run(read()) == "the value is 8"


# Errors -----------------------------------------------------------------------------------------


def test_an_error_of_a_redraw_is_shown_and_the_next_setting_works():
    explorer = plain(3, fails_at=4)
    explorer.controls["value"].value = 4
    view, words = live(explorer)
    assert "ValueError: 4 < 7 is not allowed" in words
    assert "earlier setting" in words and view == "<b>3</b>"
    assert isinstance(explorer.error, ValueError)
    explorer.controls["value"].value = 5
    assert live(explorer) == ("<b>5</b>", "the value is 5")
    assert explorer.error is None


def test_going_back_after_an_error_clears_it():
    explorer = plain(3, fails_at=4)
    explorer.controls["value"].value = 4
    explorer.controls["value"].value = 3
    assert live(explorer)[1] == "the value is 3"


def test_set_raises_what_went_wrong():
    with pytest.raises(ValueError, match="is not allowed"):
        plain(3, fails_at=4).set(value=4)


def test_an_error_at_the_start_is_raised():
    with pytest.raises(ValueError, match="is not allowed"):
        plain(4, fails_at=4)


# Stored form ------------------------------------------------------------------------------------


def test_the_bundle_holds_widget_picture_and_words_of_the_start():
    explorer = plain(3)
    explorer.set(value=9)
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == "the value is 3"
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.size[0] > 100
    assert metadata == {"image/png": {"alt": "the value is 3"}}


def test_the_stored_bytes_are_the_same_each_time():
    assert (
        plain(3)._repr_mimebundle_()[0]["image/png"] == plain(3)._repr_mimebundle_()[0]["image/png"]
    )


# Closing ----------------------------------------------------------------------------------------


def test_close_releases_widgets_figures_and_what_was_due():
    before = set(ipywidgets.widgets.widget._instances)
    explorer = Explorer(
        {"value": number("Value", 1, 0, 9)}, lambda value: value,
        lambda value: line.picture(value, f"{value}"),
        [FigureView(line)], title="Line",
    )  # fmt: skip
    view = explorer._views[0]

    async def change_and_close():
        explorer.controls["value"].value = 2
        explorer.close()
        await asyncio.sleep(0.05)
        return explorer.redraws

    assert asyncio.run(change_and_close()) == 1, "It was drawn after it was closed."
    assert view._figure is None and view._background is None
    left = set(ipywidgets.widgets.widget._instances) - before
    names = {type(ipywidgets.widgets.widget._instances[key]).__name__ for key in left}
    assert not {name for name in names if not name.endswith(("Layout", "Style", "StyleModel"))}


# Controls ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "control",
    [number("N", 2, 0, 9), scale("S", 2, [1, 2, 4]), choice("C", 2, [("two", 2), ("three", 3)]),
     steps("W", 2, [1, 2, 3], what="word")],
    ids=["number", "scale", "choice", "steps"],
)  # fmt: skip
def test_every_control_has_a_visible_label(control):
    source = control.source
    assert getattr(source, "label", None) or source.description in "CW"
    if isinstance(source, Dropdown):
        assert source.style.description_width == "initial", "The label would be cut short."


def test_a_scale_is_set_by_place_or_by_value():
    control = scale("S", 2, [("two", 2), ("four", 4)])
    control.source.value = 1  # what the browser sends: the place
    assert control.value == 4 and control.source.texts == ["two", "four"]
    control.value = 2
    assert control.source.value == 0
    with pytest.raises(ValueError, match="S: expected one of two, four, got 3"):
        control.value = 3


def test_steps_go_round():
    control = steps("W", 1, [1, 2, 3], what="word")
    _, back, forth = control.widget.children
    assert (back.description, forth.description) == ("Previous word", "Next word")
    back.click()
    assert control.value == 3
    forth.click()
    assert control.value == 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: number("Angle", 200, 0, 180), "Angle: expected a number from 0 to 180, got 200"),
        (lambda: scale("d", 3, [1, 2, 4]), "d: expected one of 1, 2, 4, got 3"),
        (lambda: choice("d", 3, []), "at least one option"),
    ],
)
def test_a_wrong_start_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


# Views ------------------------------------------------------------------------------------------


def _build(figure):
    from types import SimpleNamespace

    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(0, 10))
    line = axes.plot([0, 1], [0, 0])[0]
    text = axes.text(0.5, 5, "none")
    return SimpleNamespace(line=line, text=text, moving=[line, text])


def _move(parts, value):
    parts.line.set_ydata([0, value])
    parts.text.set_text(f"{value:.1f}")


line = Drawing(_build, _move, title="A line", size=(3, 2))


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_the_live_image_is_the_picture_pixel_for_pixel():
    view = FigureView(line)
    for value in (2.0, 7.0, 4.0):
        stored = pixels(line.picture(value, "a line").png())
        assert np.array_equal(pixels(view.png(value)), stored), f"They differ at {value}."


def test_the_live_image_has_alternative_text_and_a_size():
    view = FigureView(line)
    view.show(2.0, Picture(lambda figure: None, "up to 2", title="Up & down"))
    assert 'alt="Up &amp; down. The text below' in view.widget.value
    assert 'width="360" height="240"' in view.widget.value


def test_a_pixel_map_holds_one_pixel_a_weight():
    from helpers.show.colours import WEIGHTS

    made = pixel_map(np.eye(30, 40), WEIGHTS, row=3, alt="map", width=480)
    data = made.split("base64,")[1].split('"')[0]
    image = pixels(base64.b64decode(data))
    assert image.shape == (30, 40, 3)
    assert image[2, 2].sum() < image[2, 3].sum(), "The larger weight is the darker one."
