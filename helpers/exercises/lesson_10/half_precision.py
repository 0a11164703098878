"""Patient 9, half precision, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import turned
from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import scaled_steps as steps
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_half_precision(query, key):
    """Weights of scaled dot-product attention, for numbers that came from float16.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key); both float32 or float64.
    Returns: (..., n_queries, n_keys) in that type, computed in float32 or finer.
    """
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    return softmax(scores)


repair_half_precision.hints(
    "What is the largest float16, and how large can a product of two vectors be?",
    "The numbers of query and key fit into 16 bits. Does what is computed from them?",
    "Multiply, scale and take softmax in float32 or in the type that the arrays come in.",
)
# Compared in float32 only, so that whoever computes in float32 is right, as diagnose advises.
FLOAT32 = ("float32",)


def _halves(rng, *leading, wide=0.0, **sizes):
    """Numbers that float16 holds exactly, in another type; the first feature may be wide."""
    made = queries_keys_values(rng, *leading, size=1.3, **sizes)
    for array in made.values():
        array[..., 0] += wide
    return {name: array.astype(np.float16).astype(float) for name, array in made.items()}


@repair_half_precision.case("one head", dtypes=FLOAT32)
def _(rng):
    return _halves(rng, n_queries=5, n_keys=7, d_key=16)


@repair_half_precision.case("several heads", dtypes=FLOAT32)
def _(rng):
    return _halves(rng, 2, n_queries=4, n_keys=6, d_key=9)


@repair_half_precision.case("a wide feature", extreme=True, dtypes=FLOAT32)
def _(rng):
    made = _halves(rng, n_queries=5, n_keys=7, d_key=16)
    # Quarters, so that float32 holds every sum of their products exactly, whatever its order.
    made = {name: np.round(array * 4) / 4 for name, array in made.items()}
    made["query"][:, 0] = made["key"][:, 0] = 300
    return made


def _product(query, key):
    """Multiplied in float16, and brought back."""
    halves = query.astype(np.float16), key.astype(np.float16)
    return (halves[0] @ turned(halves[1])).astype(query.dtype)


repair_half_precision.brought_in(
    clinic.half_precision, "How large is the largest product, and how large the largest float16?"
)
scores = steps.scores.adapted()


@scores.wrong("clipped at the largest float16", "Which of two products beyond the edge is larger?")
def _(query, key):
    return np.clip(_product(query, key), -65504, 65504)


scaled = steps.scaled.adapted(
    names={"no scale": "scale lost on the way"},
    sentences={
        "no scale": "The type is right: where did the division go?",
        "divided by the width": "It fits, as the scores are too small: what is their scale?",
    },
)


@scaled.wrong("divided first, still in 16 bits", "Nothing overflows: how many digits are left?")
def _(query, key):
    return _product(query / np.sqrt(query.shape[-1]), key)


# Whoever computes in float32 is right.
weights = steps.weights.adapted(without=["softmax in float32", "largest of everything taken off"])


@weights.wrong("NaN replaced by 0", "Do these queries look at nothing, or were they not computed?")
def _(query, key):
    return np.nan_to_num(softmax_steps.softmax(_product(query, key) / np.sqrt(query.shape[-1])))


repair_half_precision.steps(scores, scaled, weights)
shared.scale_holds(repair_half_precision)


@repair_half_precision.holds("a hundred times the query and a hundredth of the key change nothing")
def _(call, weights, query, key):
    return same(call(query=query * 100, key=key / 100), weights)
