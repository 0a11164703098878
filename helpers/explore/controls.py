"""Controls that have a name, a place in the tab order, and one value."""

import math

from ipywidgets import Button, Dropdown, HBox, Text

from helpers.explore.slider import Slider

LABEL = {"description_width": "initial"}


class Control:
    """One value that the reader sets.

    widget: what is shown.
    source: the widget whose trait `trait` holds the value.
    """

    def __init__(self, widget, source, trait="value"):
        self.widget = widget
        self.source = source
        self._trait = trait

    @property
    def value(self):
        """What the control that is listened to holds."""
        return getattr(self.source, self._trait)

    @value.setter
    def value(self, value):
        setattr(self.source, self._trait, value)

    def observe(self, callback):
        """Call `callback(change)` whenever the value changes."""
        self.source.observe(callback, names=self._trait)


class _Scale(Control):
    """One of some values, set by the place of it."""

    def __init__(self, slider, values):
        super().__init__(slider, slider)
        self._values = values

    @property
    def value(self):
        return self._values[self.source.value]

    @value.setter
    def value(self, value):
        texts = ", ".join(self.source.texts)
        _require(value in self._values, self.source.label, value, f"one of {texts}")
        self.source.value = self._values.index(value)


def number(label, value, low, high, step=1):
    """A whole number from `low` to `high`: a field, and a slider beside it."""
    _require(low <= value <= high, label, value, f"a number from {low} to {high}")
    slider = Slider(label=label, value=value, low=low, high=high, step=step)
    return Control(slider, slider)


def scale(label, value, options):
    """One of some ordered values: a drop-down, and a slider beside it.

    options: values, or (text, value) pairs.
    """
    options = _pairs(options)
    texts, values = ([pair[part] for pair in options] for part in (0, 1))
    _require(value in values, label, value, f"one of {', '.join(texts)}")
    return _Scale(
        Slider(label=label, value=values.index(value), high=len(values) - 1, texts=texts), values
    )


def choice(label, value, options):
    """One of some values: a drop-down.

    options: values, or (text, value) pairs.
    """
    options = _pairs(options)
    texts, values = ([pair[part] for pair in options] for part in (0, 1))
    _require(value in values, label, value, f"one of {', '.join(texts)}")
    field = Dropdown(options=options, value=value, description=label, style=LABEL)
    return Control(row(field), field)


def text(label, value):
    """A line of text, taken over when Enter is pressed or the field is left."""
    field = Text(value, description=label, style=LABEL, continuous_update=False)
    field.add_class("explore-line")
    return Control(row(field), field)


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
    return Control(row(field, *buttons), field)


def row(*widgets):
    """Widgets of one control beside one another."""
    box = HBox(widgets)
    box.add_class("explore-control")
    return box


def _pairs(options):
    pairs = [o if isinstance(o, tuple) else (str(o), o) for o in options]
    if not pairs:
        raise ValueError("A control needs at least one option; got none.")
    return pairs


def _require(holds, label, value, expected):
    if not holds:
        raise ValueError(f"{label}: expected {expected}, got {value!r}.")


def powers_of_two(low, high):
    """low, 2 low, …, high."""
    return [2**k for k in range(int(math.log2(low)), int(math.log2(high)) + 1)]
