"""HtmlView: an explorer's arrays as HTML, which is written by hand in well under 1 ms."""

from ipywidgets import HTML


class HtmlView:
    """HTML made from the arrays and the Picture by `write(arrays, picture)`."""

    def __init__(self, write):
        self._write = write
        self.widget = HTML()

    def show(self, arrays, picture):
        """Write the HTML anew."""
        self.widget.value = self._write(arrays, picture)

    def close(self):
        """Close the widget."""
        self.widget.close()
