"""A mask as a control: a grid of buttons, one for each place, and ready-made masks to begin with.

Every button is named by who asks and who answers. The Tab key reaches the grid once; the arrow
keys move in it and the space bar paints (`in_browser` sees to that; where a server forbids its
lines, Tab goes from button to button and the space bar paints all the same).
"""

import numpy as np
from ipywidgets import Dropdown, GridBox, HBox, Label, Layout, ToggleButton, VBox

from helpers.explore.controls import LABEL, Control

BY_HAND = "painted by hand"
CELL = 56  # pixels


class MaskGrid(Control):
    """A mask that the reader paints. Its value is a tuple of rows of True (may look) and False.

    label: of the drop-down of ready-made masks. value: the name of one, or an (n, n) mask.
    presets: dict name -> boolean (n, n). words: n labels. names: what the words are called in the
    names of the buttons, each once.
    """

    def __init__(self, label, value, presets, words, names):
        self._presets = {name: _frozen(mask) for name, mask in presets.items()}
        self._callbacks = []
        self._quiet = False
        self._value = ()
        self._cells = [[_cell(i, j, names) for j in range(len(words))] for i in range(len(words))]
        self._preset = Dropdown(
            options=[*self._presets, BY_HAND], value=BY_HAND, description=label, style=LABEL
        )
        self.value = value
        for cell in self._flat:
            cell.observe(self._painted, names="value")
        self._preset.observe(self._chosen, names="value")
        super().__init__(VBox([_row(self._preset), _box(self._cells, words)]), self)

    @property
    def _flat(self):
        return [cell for row in self._cells for cell in row]

    @property
    def value(self):
        """The mask, (n, n) booleans; True may look."""
        return self._value

    @value.setter
    def value(self, value):
        """Paint a whole mask: the name of a ready-made one, or an (n, n) mask."""
        if isinstance(value, str) and value not in self._presets:
            told = ", ".join(self._presets)
            raise ValueError(f"There is no mask {value!r}. There are: {told}; or pass booleans.")
        mask = self._presets[value] if isinstance(value, str) else _checked(value, self._cells)
        self._show(mask)

    def observe(self, callback):
        """Call `callback(change)` whenever the mask changes, once for a ready-made one."""
        self._callbacks.append(callback)

    def _painted(self, _):
        if not self._quiet:
            self._show(_frozen([[cell.value for cell in row] for row in self._cells]))

    def _chosen(self, change):
        if not self._quiet and change.new != BY_HAND:
            self._show(self._presets[change.new])

    def _show(self, mask):
        """Bring buttons, drop-down and value in line with a mask, and tell who listens."""
        self._quiet = True
        for row, wanted in zip(self._cells, mask, strict=True):
            for cell, value in zip(row, wanted, strict=True):
                cell.value = value
        same = [name for name, preset in self._presets.items() if preset == mask]
        self._preset.value = same[0] if same else BY_HAND
        self._quiet = False
        changed, self._value = mask != self._value, mask
        for callback in self._callbacks if changed else ():
            callback({"name": "value", "new": mask})


def _frozen(mask):
    return tuple(tuple(bool(place) for place in row) for row in mask)


def _checked(mask, cells):
    mask, n = np.asarray(mask), len(cells)
    if mask.dtype != bool or mask.shape != (n, n):
        raise ValueError(
            f"The mask is {mask.dtype} of shape {mask.shape}: expected booleans ({n}, {n}), True "
            "where a query may look."
        )
    return _frozen(mask)


def _cell(query, key, names):
    cell = ToggleButton(tooltip=f"{names[query]} looks at {names[key]}")
    cell.add_class("explore-cell")
    if key > query:
        cell.add_class("explore-future")
    return cell


def _row(preset):
    row = HBox([preset])
    row.add_class("explore-control")
    return row


def _box(cells, words):
    """Buttons under the words that answer (keys), beside the words that ask (queries)."""
    keys = [Label(word) for word in words]
    for label in keys:
        label.add_class("explore-key")
    children = [Label("asks ↓ answers →"), *keys]
    for word, row in zip(words, cells, strict=True):
        children += [Label(word), *row]
    box = GridBox(children, layout=Layout(
        grid_template_columns=f"max-content repeat({len(words)}, {CELL}px)"
    ))  # fmt: skip
    box.add_class("explore-grid")
    return box
