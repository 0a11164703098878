"""LiveRegion: words that a screen reader says when they change."""

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Bool, Unicode

HERE = Path(__file__).parent


class LiveRegion(AnyWidget):
    """The words of an explorer. ipywidgets has no live region: its HTML replaces what it holds.

    text: the words, shown as they are. wrong: whether they say what could not be drawn.
    title: the name of the whole explorer, for those who do not see it. In the browser, the
        explorer also keeps plain keys for itself, which JupyterLab would take for its cells.
    """

    _esm = HERE / "live_region.js"
    _css = HERE / "explorer.css"
    text = Unicode().tag(sync=True)
    wrong = Bool(False).tag(sync=True)
    title = Unicode().tag(sync=True)
