"""Slider: a labelled field and a slider that bears the same name."""

from anywidget import AnyWidget
from traitlets import Int, List, Unicode

from helpers.explore.live_region import HERE


class Slider(AnyWidget):
    """A whole number, or the place of one of some texts. The handle of ipywidgets has no name.

    label: of field and slider. value: from low to high. step: of a press of a key.
    texts: what the numbers from 0 on stand for; where there are none, the number is shown.
    """

    _esm = HERE / "slider.js"
    _css = HERE / "slider.css"
    label = Unicode().tag(sync=True)
    value = Int().tag(sync=True)
    low = Int(0).tag(sync=True)
    high = Int().tag(sync=True)
    step = Int(1).tag(sync=True)
    texts = List(Unicode()).tag(sync=True)
