"""Words that are shown at once: coloured in a notebook, printed everywhere else."""

import html
import sys


class Notice:
    """Something said to the learner, in plain words and in HTML.

    `show()` puts it on the page. The value that check or hint returns is a Notice too, so a
    notebook would show it a second time where the call stands last in its cell: the Notice
    remembers in which cell it was shown, and stays quiet for the rest of that cell.
    """

    def __init__(self, plain, markup=None):
        self.plain = plain
        self.markup = markup or f"<p>{html.escape(plain)}</p>"

    _shown_in = None

    def __str__(self):
        return self.plain

    __repr__ = __str__

    def _repr_html_(self):
        return self.markup

    def show(self):
        """Put it on the page: text and HTML in a notebook, plain words where there is none."""
        shell = _shell()
        if shell is not None:
            from IPython.display import display

            self._shown_in = shell.execution_count
            display({"text/plain": self.plain, "text/html": self._repr_html_()}, raw=True)
        elif not hasattr(sys, "ps1"):  # a plain Python prompt shows the returned value itself
            print(self.plain)
        return self

    def _ipython_display_(self):
        shell = _shell()
        if shell is None or self._shown_in != shell.execution_count:
            self.show()


def _shell():
    """The running IPython, or None. IPython is never imported just to ask."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
