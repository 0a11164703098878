"""Controls that have a name, a place in the tab order, and one value.

A slider of ipywidgets gives its handle no accessible name. So each slider stands beside a
labelled field that says and sets the same value, and `in_browser` passes the name on.
"""

import math

from ipywidgets import BoundedIntText, Button, Dropdown, HBox, IntSlider, SelectionSlider, Text
from traitlets import link

LABEL = {"description_width": "initial"}


class Control:
    """One value that the reader sets.

    widget: what is shown.
    source: the widget whose trait `value` holds the value; it carries the label.
    """

    def __init__(self, widget, source):
        self.widget = widget
        self.source = source

    @property
    def value(self):
        """What the control that is listened to holds."""
        return self.source.value

    @value.setter
    def value(self, value):
        self.source.value = value

    def observe(self, callback):
        """Call `callback(change)` whenever the value changes."""
        self.source.observe(callback, names="value")


def number(label, value, low, high, step=1):
    """A whole number from `low` to `high`: a field, and a slider beside it."""
    _require(low <= value <= high, label, value, f"a number from {low} to {high}")
    field = BoundedIntText(value, min=low, max=high, step=step, description=label, style=LABEL)
    slider = IntSlider(value, min=low, max=high, step=step, readout=False)
    return _beside(field, slider)


def scale(label, value, options):
    """One of some ordered values: a drop-down, and a slider beside it.

    options: values, or (text, value) pairs.
    """
    options = _pairs(options)
    _require(value in [v for _, v in options], label, value, f"one of {_texts(options)}")
    field = Dropdown(options=options, value=value, description=label, style=LABEL)
    slider = SelectionSlider(options=options, value=value, readout=False)
    return _beside(field, slider)


def choice(label, value, options):
    """One of some values: a drop-down.

    options: values, or (text, value) pairs.
    """
    options = _pairs(options)
    _require(value in [v for _, v in options], label, value, f"one of {_texts(options)}")
    field = Dropdown(options=options, value=value, description=label, style=LABEL)
    return _row(field)


def text(label, value):
    """A line of text, taken over when Enter is pressed or the field is left."""
    field = Text(value, description=label, style=LABEL, continuous_update=False)
    field.add_class("explore-line")
    return _row(field)


def steps(label, value, options, *, what):
    """One of some values in a row: a drop-down, and buttons to the previous and the next.

    what: what is stepped through, for the names of the buttons.
    """
    field = choice(label, value, options).source
    values = [v for _, v in field.options]

    def step(by):
        field.value = values[(values.index(field.value) + by) % len(values)]

    buttons = []
    for name, by in ((f"Previous {what}", -1), (f"Next {what}", 1)):
        button = Button(description=name)
        button.on_click(lambda _, by=by: step(by))
        buttons.append(button)
    return _row(field, *buttons)


def _beside(field, slider):
    # Linked here and not in the browser: there, one change would arrive as two messages.
    link((field, "value"), (slider, "value"))
    return _row(field, slider)


def _row(field, *others):
    row = HBox([field, *others])
    row.add_class("explore-control")
    return Control(row, field)


def _pairs(options):
    pairs = [o if isinstance(o, tuple) else (str(o), o) for o in options]
    if not pairs:
        raise ValueError("A control needs at least one option; got none.")
    return pairs


def _texts(options):
    return ", ".join(text for text, _ in options)


def _require(holds, label, value, expected):
    if not holds:
        raise ValueError(f"{label}: expected {expected}, got {value!r}.")


def powers_of_two(low, high):
    """low, 2 low, …, high."""
    return [2**k for k in range(int(math.log2(low)), int(math.log2(high)) + 1)]
