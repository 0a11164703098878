"""Explorer: controls → arrays → the same Picture, updated in place."""

import base64

from ipywidgets import VBox

from helpers.explore.debouncer import Debouncer
from helpers.explore.live_region import LiveRegion


class Explorer(VBox):
    """Controls, what they show, and words that follow.

    controls: dict name -> Control. Their values are the state.
    compute(**state) -> arrays: the mathematics, a pure function.
    describe(arrays) -> Picture: what a reader of the stored notebook sees of a state.
    views: what is shown live, each with `show(arrays, picture)`, `widget` and `close()`; the words
        stand below the first. A control that shows something too is among them.
    title: the name of the whole, for those who do not see it.

    Live, a change of a control costs one redraw; where drawing is slow, only the latest state is
    drawn. Stored in a notebook, it is the Picture of its starting state.
    """

    def __init__(self, controls, compute, describe, views, *, title):
        self.controls = dict(controls)
        self._compute = compute
        self._describe = describe
        self._views = list(views)
        self._drawn = None
        self._picture = None
        self.error = None
        self.redraws = 0
        self._due = Debouncer(self._redraw)
        self._words = LiveRegion(title=title)
        self._draw(self.state)
        self._stored = None
        self._start = self._picture
        super().__init__(
            [
                *(one.widget for one in self.controls.values() if one not in self._views),
                *(view.widget for view in self._views[:1]),
                self._words,
                *(view.widget for view in self._views[1:]),
            ]
        )
        self.add_class("explore")
        for control in self.controls.values():
            control.observe(self._changed)

    @property
    def state(self):
        """The values of the controls, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def picture(self):
        """The Picture of the present state; where that could not be drawn, of the last that was."""
        if self._due.pending:
            self._due.now()
        return self._picture

    @property
    def words(self):
        """What the present state shows, in a sentence or two."""
        return self.picture.words

    def set(self, **state):
        """Set controls by name and draw at once. An error of the drawing is raised here."""
        for name in state:
            if name not in self.controls:
                raise ValueError(
                    f"This explorer has no control {name!r}. It has: {', '.join(self.controls)}."
                )
        with self._due.held():
            for name, value in state.items():
                self.controls[name].value = value
        self._due.now()
        if self.error is not None:
            raise self.error

    def close(self):
        """Free what the explorer holds: controls, figures, and what was due to be drawn."""
        self._due.cancel()
        for view in self._views:
            view.close()
        _close_all(self.children)
        self._views = []
        super().close()

    def _changed(self, _):
        self._due.changed()

    def _redraw(self):
        """Show the present state, or say why that is not possible."""
        state = self.state
        if state == self._drawn:
            return
        try:
            self._draw(state)
        except Exception as error:
            # Raised here, it would end in a log that no reader of a notebook looks at.
            self.error = error
            self._drawn = None
            self.log.error("An explorer could not draw %s", state, exc_info=True)
            self._say(
                f"This setting could not be drawn ({type(error).__name__}: {error}). "
                "What is shown above belongs to an earlier setting.",
                wrong=True,
            )

    def _draw(self, state):
        self.redraws += 1
        arrays = self._compute(**state)
        picture = self._describe(arrays)
        for view in self._views:
            view.show(arrays, picture)
        self._say(picture.words)
        self._picture = picture
        self._drawn = state
        self.error = None

    def _say(self, text, *, wrong=False):
        with self._words.hold_sync():
            self._words.text, self._words.wrong = text, wrong

    def _repr_mimebundle_(self, **kwargs):
        """The live widget, and for where there is none the Picture of the starting state."""
        if self._stored is None:
            words, png = self._start.words, self._start.png(caption=True)
            self._start = None  # with its figure
            self._stored = {
                "image/png": base64.b64encode(png).decode("ascii"),
                "text/plain": words,
            }
        data = {**super()._repr_mimebundle_(**kwargs), **self._stored}
        return data, {"image/png": {"alt": self._stored["text/plain"]}}


def _close_all(widgets):
    for widget in widgets:
        _close_all(getattr(widget, "children", ()))
        widget.close()
