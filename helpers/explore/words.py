"""Words: a row of words of which one is chosen, by a click or by the arrow keys."""

from anywidget import AnyWidget
from traitlets import Int, List, Unicode

from helpers.explore.live_region import HERE


class Words(AnyWidget):
    """Words that can be clicked.

    words: texts. chosen: the place of one of them. label: the name of the row.
    names: what a screen reader calls each word; the words themselves if empty.
    notes: what stands below each word. backgrounds, inks: a colour each; those of the page if
        empty.
    """

    _esm = HERE / "words.js"
    _css = HERE / "words.css"
    words = List(Unicode()).tag(sync=True)
    chosen = Int(0).tag(sync=True)
    label = Unicode().tag(sync=True)
    names = List(Unicode()).tag(sync=True)
    notes = List(Unicode()).tag(sync=True)
    backgrounds = List(Unicode()).tag(sync=True)
    inks = List(Unicode()).tag(sync=True)

    def paint(self, notes, backgrounds, inks):
        """Change what stands below the words and their colours, in one message."""
        with self.hold_sync():
            self.notes, self.backgrounds, self.inks = list(notes), list(backgrounds), list(inks)
