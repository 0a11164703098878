"""Patient 7, rows of NaN, and the repairs that people try."""

import numpy as np

from helpers.exercises import mask_steps
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_nan_rows(scores, mask):
    """Softmax of what the mask lets through; a query with nothing to look at gets zeros.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it, True = may look.
    Returns: weights (..., n_queries, n_keys).
    """
    scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=-1, keepdims=True)
    largest = np.where(largest == -np.inf, 0, largest)
    exponentials = np.exp(scores - largest)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


repair_nan_rows.hints(
    "Which rows are NaN? Look at their rows of the mask.",
    "Where everything is hidden, two steps have no answer: taking off the largest score, and "
    "dividing by the sum.",
    "Take off 0 where the largest score is minus infinity; divide by 1 where the sum is 0.",
)


@repair_nan_rows.case("one map, every row sees something")
def _(rng):
    return shared.masked_scores(rng, 4, 6)


@repair_nan_rows.case("a row that sees nothing")
def _(rng):
    return shared.masked_scores(rng, 5, 7, empty=[2])


@repair_nan_rows.case("several heads, rows that see nothing")
def _(rng):
    return shared.masked_scores(rng, 2, 4, 5, empty=[0, 3])


@repair_nan_rows.case("rows near 1000 and near -1000", dtypes=("float64",), extreme=True)
def _(rng):
    made = shared.masked_scores(rng, 3, 6, empty=[1])
    return made | dict(scores=made["scores"] + np.array([[1000.0], [0], [-1000]]))


shared.hidden_far_above(repair_nan_rows)
repair_nan_rows.brought_in(
    clinic.nan_rows, "What is the largest score of a row in which everything is hidden?"
)
visible = mask_steps.visible.adapted(
    names={
        "a large number put in place of -inf": "a billion instead of infinity",
        "a large number taken off": "mask dropped in empty rows",
    },
    sentences={"a large number taken off": "Whom does a query see that may see nobody?"},
)


@visible.wrong(
    "nan_to_num of the scores", mask_steps.ALIKE, same_as="a billion instead of infinity"
)
def _(scores, looked):
    return np.nan_to_num(np.where(looked, scores, -np.inf))


filled = mask_steps.filled.adapted(
    without=[
        "nothing to look at gives NaN",  # so it was brought in
        "a billion put in place", "a billion taken off",  # as smaller numbers do
        "multiplied before softmax and after",
    ],
    names={"nothing to look at gives the first key": "the first key shown to everybody"},
)  # fmt: skip
repair_nan_rows.steps(mask_steps.looked, visible, mask_steps.weights, filled)
shared.hidden_has_nothing(repair_nan_rows)


@repair_nan_rows.holds("a row sums to 1, or to 0 where it has nothing to look at")
def _(weights, mask):
    return same(weights.sum(axis=-1), mask.any(axis=-1).astype(weights.dtype))


@repair_nan_rows.holds(
    "a NaN that comes in is still to be seen",
    advice="Which zeros does your repair make: only those of rows with nothing to look at?",
)
def _(call, scores, mask):
    return bool(np.isnan(call(scores=np.where(mask, np.nan, scores))).any())


@repair_nan_rows.holds("with everything hidden all is 0")
def _(call, scores, mask):
    return not call(mask=np.zeros_like(mask)).any()


shared.hidden_is_not_heard(repair_nan_rows)
