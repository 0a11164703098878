"""show.smoothing: exact words, clear refusals, same bytes."""

import numpy as np
import pytest

from helpers import show
from helpers.attention import softmax

pytestmark = pytest.mark.filterwarnings("error")
KEYS = np.array([0.0, 1.0, 2.0, 5.0])
VALUES = np.array([1.0, 3.0, -1.0, 2.0])
ASKED = np.array([0.0, 1.4, 5.0])
NEAR = softmax(-((ASKED[:, None] - KEYS) ** 2) / (2 * 0.5**2))


def picture(at=1, **changes):
    given = {"keys": KEYS, "values": VALUES, "queries": ASKED, "means": NEAR @ VALUES,
             "weights": NEAR}  # fmt: skip
    return show.smoothing(*(given | changes).values(), at=at)


def test_the_words_say_whom_the_query_asks_and_what_comes_out():
    assert picture().words == (
        "Query 1.4 asks 4 points: the largest weight, 0.59, is on the key at 1.0, and 2 points "
        "have nine tenths of all weight; the weighted mean is 1.39. Asked at 3 places, the means "
        "lie between 1.24 and 2.00, the points between -1.00 and 3.00."
    )
    assert picture().title == "Nine tenths of one query's light fall on 2 of 4 points"
    assert picture(at=2).title.endswith("light fall on 1 of 4 points")


def test_the_picture_is_the_same_each_time_and_shows_the_answer():
    assert picture().png() == picture().png()
    lines = {line.get_label(): line for line in picture().figure().axes[0].get_lines()}
    np.testing.assert_allclose(lines["its answer"].get_xydata(), [[1.4, (NEAR @ VALUES)[1]]])
    np.testing.assert_array_equal(lines["weighted means"].get_ydata(), NEAR @ VALUES)


def test_a_point_is_as_large_as_its_weight():
    (points,) = picture().figure().axes[0].collections
    sizes = points.get_sizes()
    np.testing.assert_allclose(sizes - sizes[3], 900 * (NEAR[1] - NEAR[1, 3]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values": VALUES[:3]}, "4 keys, 3 values"),
        ({"weights": NEAR.T}, r"weights \(4, 3\) do not fit"),
        ({"weights": NEAR - 1}, "are these scores"),
        ({"keys": np.array([0, 1, 2, np.nan])}, "keys has shape"),
        ({"at": 3}, "index of one of the 3 queries"),
    ],
)
def test_what_does_not_fit_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        picture(**changes)
