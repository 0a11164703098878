"""256 colours are enough: what stands for a number keeps its colour, and files stay small."""

import numpy as np
import pytest
from PIL import Image

from helpers import WORDS, show
from helpers.attention import softmax
from helpers.show.colours import ROLES
from helpers.show.palette import few_colours
from helpers.show.picture import LOSSLESS

ERR = 6  # of 255
RNG = np.random.default_rng(0)


def maps(*shape, causal=False):
    scores = 2 * RNG.normal(size=shape)
    return softmax(np.where(np.tri(shape[-1], dtype=bool), scores, -np.inf) if causal else scores)


def drawing():
    image = np.ones((16, 16, 3))
    image[4:8, 4:8], image[8:12, 12:16] = (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
    return image


PICTURES = {
    "a map": show.weights(maps(10, 10), WORDS),
    "a masked map": show.weights(maps(10, 10, causal=True), WORDS, mask=np.tri(10, dtype=bool)),
    "scores": show.weights(RNG.normal(size=(10, 10)), WORDS, label="score"),
    "many scores": show.weights(RNG.normal(size=(150, 150)), label="score"),
    "a large map": show.weights(maps(300, 300)),
    "several maps": show.weights(maps(8, 10, 10), WORDS),
    "a mosaic": show.weights(maps(12, 12, 20, 20)),
    "head_view": show.head_view(maps(6, 10, 10, causal=True), WORDS),
    "model_view": show.model_view(RNG.random((12, 12)), label="previous"),
    "model_view of scores": show.model_view(RNG.normal(size=(30, 9))),
    "neuron_view": show.neuron_view(*RNG.normal(size=(2, 10, 64)), WORDS, asks=7),
    "patches": show.patches(maps(7, 16), drawing(), list("abcdefg")),
}


def pixels_of(picture):
    figure = picture.figure()
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def bars_of(figure):
    """The pixels of every colour bar: (top, bottom, left, right), the frame included."""
    height = figure.get_figheight() * figure.dpi
    for axes in figure.axes:
        for one in (axes, *axes.child_axes):
            if getattr(one, "_colorbar", None) is not None:
                box = one.get_window_extent()
                yield (int(height - box.y1), int(np.ceil(height - box.y0)),
                       int(box.x0), int(np.ceil(box.x1)))  # fmt: skip


def test_no_pixel_of_a_colour_bar_errs_by_more_than_a_few_levels():
    for name, picture in PICTURES.items():
        exact = pixels_of(picture)
        few = np.asarray(few_colours(exact).convert("RGB"))
        off = np.abs(few.astype(int) - exact).max(axis=-1)
        bars = list(bars_of(picture.figure()))
        assert bars, f"{name} has no colour bar, so this test sees nothing"
        for top, bottom, left, right in bars:
            worst = off[top:bottom, left:right].max()
            assert worst <= ERR, f"{name}: a colour of the bar errs by {worst} of 255"


def test_the_colours_of_query_key_and_value_stay_exact():
    exact = pixels_of(PICTURES["a map"])
    few = np.asarray(few_colours(exact).convert("RGB"))
    for role in ("query", "key"):
        colour = [int(ROLES[role][at : at + 2], 16) for at in (1, 3, 5)]
        drawn = (exact == colour).all(axis=-1)
        assert drawn.any() and (few[drawn] == colour).all(), f"{role} changed its colour"


def test_every_picture_is_small_and_the_same_each_time():
    sizes = {name: len(picture.png()) for name, picture in PICTURES.items()}
    assert max(sizes.values()) < 100_000, sizes
    large = PICTURES["many scores"]
    assert large.png() == large.png(), "the palette is another one each time"


def test_more_colours_than_a_palette_holds_are_spread_not_cut():
    noise = np.random.default_rng(1).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    few = few_colours(noise)
    assert len(few.getcolors()) <= 256
    off = np.abs(np.asarray(few.convert("RGB")).astype(int) - noise).max()
    assert off < 60, f"a colour of noise errs by {off}: part of the cube has no entry near"
    one = np.full((4, 4, 3), 200, np.uint8)
    assert (np.asarray(few_colours(one).convert("RGB")) == one).all()


@pytest.mark.parametrize("lossless", [0, LOSSLESS])
def test_a_saved_picture_is_white_around(lossless, monkeypatch, tmp_path):
    monkeypatch.setattr("helpers.show.picture.LOSSLESS", lossless)
    saved = tmp_path / "map.png"
    saved.write_bytes(PICTURES["several maps"].png())
    assert Image.open(saved).convert("RGB").getpixel((0, 0)) == (255, 255, 255)
