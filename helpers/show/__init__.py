"""Arrays in, pictures out: every picture is a figure and the words that say what it shows.

>>> from helpers import show
>>> show.weights(weights, words)

In a notebook the picture appears with its words below it. `picture.png()`, `picture.svg()`,
`picture.figure()` and, for maps and rankings, `picture.table()` give its other forms.
"""

import logging


def _import_matplotlib():
    """Import matplotlib without its notices.

    The first import on a machine announces on stderr that a font cache is being built. In a
    notebook that is a red box above the first picture, about something nobody has to act on.
    """
    log = logging.getLogger("matplotlib")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        import matplotlib.font_manager  # noqa: F401  (this is what builds the cache)
    finally:
        log.setLevel(level)


_import_matplotlib()

from helpers.show.arrows import arrows  # noqa: E402
from helpers.show.bars import bars  # noqa: E402
from helpers.show.colours import KEY, QUERY, VALUE  # noqa: E402
from helpers.show.curves import curves  # noqa: E402
from helpers.show.encoder_decoder import encoder_decoder  # noqa: E402
from helpers.show.head_view import head_view  # noqa: E402
from helpers.show.heatmap import heatmap  # noqa: E402
from helpers.show.histogram import histogram  # noqa: E402
from helpers.show.model_view import model_view  # noqa: E402
from helpers.show.neuron_view import neuron_view  # noqa: E402
from helpers.show.patches import patches  # noqa: E402
from helpers.show.picture import Picture  # noqa: E402
from helpers.show.shapes import shapes  # noqa: E402
from helpers.show.smoothing import smoothing  # noqa: E402
from helpers.show.weights import weights  # noqa: E402

__all__ = [
    "KEY",
    "QUERY",
    "VALUE",
    "Picture",
    "arrows",
    "bars",
    "curves",
    "encoder_decoder",
    "head_view",
    "heatmap",
    "histogram",
    "model_view",
    "neuron_view",
    "patches",
    "shapes",
    "smoothing",
    "weights",
]  # fmt: skip
