"""What one sees while a model trains: a bar with the loss, in a notebook or in a terminal."""

import base64
import html
import sys
import time

SECONDS_BETWEEN = 0.15  # redrawing more often than this costs time and shows nothing more


class TrainingBar:
    """A line that is redrawn in place. Use it in a `with`.

    In a notebook the line ends as it began, "Training: tiny GPT, 400 steps.": what is stored there
    must be the same on every machine, and the tool that compares notebooks sees only the first
    state of an output that is updated in place, while the file keeps the last.
    In a terminal it is a bar on stderr, wiped at the end; anywhere else nothing is drawn.
    """

    def __init__(self, name, steps, *, on=True):
        self.name, self.steps = name, steps
        self.start = f"Training: {name}, {steps:,} steps."
        self.picture = ""
        self.drawn = time.perf_counter()
        self.handle = None
        self.terminal = False
        if on and _in_notebook():
            from IPython.display import display

            # One empty line where the bar will be, so that the page does not jump.
            self.handle = display({"text/plain": self.start}, raw=True, display_id=True)
        elif on:
            self.terminal = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.handle is not None:
            self.handle.update({"text/plain": self.start}, raw=True)
        elif self.terminal:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def show(self, step, words):
        """Draw the bar after `step` steps; too soon after the last drawing, do nothing."""
        now = time.perf_counter()
        if now - self.drawn < SECONDS_BETWEEN:
            return
        self.drawn = now
        self._draw(step, words)

    def show_picture(self, step, words, picture):
        """Draw the bar with a Picture (anything with .png() and .words) under it."""
        if self.handle is not None:
            image = base64.b64encode(picture.png()).decode()
            self.picture = (
                f'<img alt="{html.escape(picture.words)}" src="data:image/png;base64,{image}">'
                f"<p>{html.escape(picture.words)}</p>"
            )
        self._draw(step, words)

    def _draw(self, step, words):
        line = f"{self.name}: step {step:,} of {self.steps:,}, {words}"
        if self.handle is not None:
            bar = (
                f'<p><progress max="{self.steps}" value="{step}" aria-label="training"></progress> '
                f"{html.escape(line)}</p>"
            )
            self.handle.update({"text/plain": line, "text/html": bar + self.picture}, raw=True)
        elif self.terminal:
            done = 24 * step // self.steps
            sys.stderr.write(f"\r\033[K[{'#' * done}{'.' * (24 - done)}] {line}")
            sys.stderr.flush()


def _in_notebook():
    """True in a Jupyter kernel. IPython is asked only if it is loaded anyway."""
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None
