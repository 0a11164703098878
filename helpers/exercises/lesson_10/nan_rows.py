"""Patient 7, rows of NaN, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.compare import same
from helpers.exercises.declare import AS_BROUGHT, exercise
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


@repair_nan_rows.case("scores near -1000", dtypes=("float64",), extreme=True)
def _(rng):
    made = shared.masked_scores(rng, 3, 6, empty=[1])
    return made | dict(scores=made["scores"] - 1000)


mistake = repair_nan_rows.mistake


def _guarded(scores, mask, hidden):
    """Softmax with another number than -inf at hidden places."""
    return softmax(np.where(mask, scores, hidden))


repair_nan_rows.brought_in(
    clinic.nan_rows, "What is the largest score of a row in which everything is hidden?"
)


@mistake("a billion instead of infinity", "What does a row look at in which all scores are equal?")
def _(scores, mask):
    return _guarded(scores, mask, -1e9)


@mistake("the lowest number of the type", "What does a row look at in which all scores are equal?",
         same_as="a billion instead of infinity")  # fmt: skip
def _(scores, mask):
    return _guarded(scores, mask, np.finfo(scores.dtype).min)


@mistake("-10 instead of infinity", "How small is the exponential of that number: is it 0?")
def _(scores, mask):
    return _guarded(scores, mask, -10)


@mistake("the first key shown to everybody", "Whom does a query see that may see nobody?")
def _(scores, mask):
    mask = mask.copy()
    mask[..., 0] |= ~mask.any(axis=-1)
    return softmax(np.where(mask, scores, -np.inf))


@mistake("only the division guarded", "Which step comes before, and has no answer either?",
         same_as=AS_BROUGHT)  # fmt: skip
def _(scores, mask):
    scores = np.where(mask, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


@mistake("no maximum taken off", "What is the exponential of a score of minus a thousand?")
def _(scores, mask):
    exponentials = np.where(mask, np.exp(scores), 0)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


@mistake("mask dropped in empty rows", "Whom does a query see that may see nobody?")
def _(scores, mask):
    return softmax(np.where(mask | ~mask.any(axis=-1, keepdims=True), scores, -np.inf))


shared.hidden_has_nothing(repair_nan_rows)


@repair_nan_rows.holds("a row sums to 1, or to 0 where it has nothing to look at")
def _(weights, mask):
    return same(weights.sum(axis=-1), mask.any(axis=-1).astype(weights.dtype))


@repair_nan_rows.holds("with everything hidden all is 0")
def _(call, scores, mask):
    return not call(mask=np.zeros_like(mask)).any()


shared.hidden_is_not_heard(repair_nan_rows)
