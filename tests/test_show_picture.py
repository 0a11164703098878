"""Picture: one figure and its words, the same bytes each time, and no trace left in matplotlib."""

import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from helpers import show

pytestmark = pytest.mark.filterwarnings("error")
ROOT = Path(__file__).parent.parent
WORDS = "The weight falls from 0.90 to 0.10 & stays < 0.20."


def draw(figure):
    axes = figure.add_subplot()
    axes.plot([1, 2, 3], [0.9, 0.4, 0.1], color=show.KEY, marker="o")


def picture():
    return show.Picture(draw, WORDS, title="The weight falls")


@pytest.mark.parametrize("caption", [False, True])
def test_png_is_the_same_each_time_and_names_no_software(caption):
    first, again = picture().png(caption=caption), picture().png(caption=caption)
    assert first == again, "the same picture gave other bytes: the build would never settle"
    assert first.startswith(b"\x89PNG")
    assert b"Software" not in first and b"tEXt" not in first, "a PNG carries a version text"


def test_asking_twice_gives_the_same_bytes_and_the_same_figure():
    one = picture()
    assert one.png() == one.png()
    assert one.figure() is one.figure()
    assert one.svg() == one.svg() == picture().svg()


def test_the_caption_is_drawn_below_the_picture_not_over_it():
    from io import BytesIO

    from PIL import Image

    plain = np.asarray(Image.open(BytesIO(picture().png())))
    both = np.asarray(Image.open(BytesIO(picture().png(caption=True))))
    assert both.shape[0] > plain.shape[0] and both.shape[1] == plain.shape[1]
    assert (both[: len(plain)] == plain).all(), "the caption changed the picture above it"
    assert (both[len(plain) :] < 128).any(), "no words below the picture"


def published(one, monkeypatch):
    from IPython import display

    outputs = []
    monkeypatch.setattr(
        display,
        "publish_display_data",
        lambda data, metadata=None, **_: outputs.append((data, metadata or {})),
    )
    one._ipython_display_()
    return outputs


def test_a_notebook_gets_the_image_with_alternative_text_and_then_the_words(monkeypatch):
    (image, metadata), (words, _) = published(picture(), monkeypatch)
    assert set(image) == {"image/png", "text/plain"}
    assert image["text/plain"] == "Picture: The weight falls"
    assert metadata == {"image/png": {"alt": WORDS}}
    assert words["text/plain"] == WORDS
    assert words["text/html"] == (
        '<p class="picture-words">The weight falls from 0.90 to 0.10 &amp; stays &lt; 0.20.</p>'
    )


def test_the_readers_settings_are_neither_used_nor_changed():
    expected = picture().png()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 300}):
        before = dict(matplotlib.rcParams)
        assert picture().png() == expected, "the reader's own settings changed our picture"
        assert dict(matplotlib.rcParams) == before, "drawing changed the reader's settings"


@pytest.mark.parametrize("words, title", [("", "a title"), ("words", " "), (None, "a title")])
def test_a_picture_without_words_or_title_is_refused(words, title):
    with pytest.raises(ValueError, match="Say in a sentence what the figure shows"):
        show.Picture(draw, words, title=title)


def test_a_large_picture_stays_small_in_bytes_and_white_around():
    from io import BytesIO

    from PIL import Image

    def noise(figure):
        values = np.random.default_rng(0).random((400, 400))
        figure.add_subplot().imshow(values, interpolation="nearest")

    data = show.Picture(noise, "Noise.", title="Noise").png()
    assert len(data) < 200_000, f"{len(data):,} bytes; even noise should be saved in few colours"
    image = Image.open(BytesIO(data)).convert("RGB")
    assert image.getpixel((0, 0)) == (255, 255, 255), "the page is no longer white"


def in_a_fresh_python(code, tmp_path):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={"MPLCONFIGDIR": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


def test_the_font_cache_notice_never_reaches_the_reader(tmp_path):
    """matplotlib says after five seconds that it builds a cache; here the five are over at once."""
    hurry = (
        "import threading\n"
        "class Now(threading.Timer):\n"
        "    def start(self): self.function()\n"
        "threading.Timer = Now\n"
    )
    ran = in_a_fresh_python(hurry + "from helpers import show", tmp_path)
    assert ran.stderr == "", "the first import of show wrote to stderr, a red box in a notebook"
    assert any(tmp_path.glob("fontlist*")), "no font cache was built, so this test saw nothing"


def test_pyplot_is_never_touched(tmp_path):
    code = (
        "import sys\n"
        "from helpers import show\n"
        "show.weights([[.5, .5], [.2, .8]]).png()\n"
        "show.histogram([1., 2.]).png(caption=True)\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    assert in_a_fresh_python(code, tmp_path).stdout.strip() == "False"
