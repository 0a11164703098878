"""What became of the values: does the output follow from weights and value?"""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis


def wrong_output(evidence):
    """An output that is not weights · value; or None. Needs value and output."""
    value, output = evidence.value, evidence.output
    if value is None or output is None:
        return None
    if not np.isfinite(output).all():
        return _not_finite(evidence)
    test = _Test(evidence)
    made = evidence.weights @ value
    if made.shape == output.shape and test.same(made):
        return None
    for name, other, cause, remedy in _others(evidence, made):
        if other.shape == output.shape and test.same(other):
            if not name:
                return None
            return Diagnosis(
                name, "The output is not weights · value.",
                f"it is {cause[0]}, to the digits that it has.", cause[1], remedy,
            )  # fmt: skip
    if made.shape != output.shape:
        raise ValueError(
            f"weights {evidence.weights.shape}, value {value.shape}, output {output.shape}: "
            f"expected an output {made.shape}, (..., n_queries, d_value), or its heads merged."
        )
    return _unexplained(evidence, made, test)


class _Test:
    """Comparison with the output, to the digits that output, weights and value have."""

    def __init__(self, evidence):
        self.output = evidence.output
        relative = max(evidence.rounding[n].relative for n in ("output", "weights", "value"))
        absolute = evidence.weights_rounding.absolute
        largest = np.abs(evidence.value[np.isfinite(evidence.value)]).max(initial=0)
        self.allowed = (16 * relative + 4 * evidence.value.shape[-2] * absolute) * largest + 1e-12

    def same(self, other):
        return bool((np.abs(other - self.output) <= self.allowed).all())


@np.errstate(all="ignore")
def _others(evidence, made):
    """(name, what it may be instead, (what, cause), remedy); no name where it is sound."""
    weights, value, output = evidence.weights, evidence.value, evidence.output
    if made.ndim > 2:
        *leading, heads, n, d = made.shape
        merged = made.swapaxes(-2, -3).reshape(*leading, n, heads * d)
        yield "", merged, ("", ""), ""
        yield "", made.swapaxes(-2, -3), ("", ""), ""
        yield (
            "heads merged wrongly", made.reshape(*leading, n, heads * d),
            ("weights · value reshaped as they are", "heads were merged without moving them "
             "behind the words first."),
            "swap the axes of heads and words, then reshape: x.swapaxes(-2, -3).reshape(…).",
        )  # fmt: skip
        yield (
            "heads averaged", made.mean(axis=-3),
            ("the mean of the heads' outputs", "heads were averaged where they should stand side "
             "by side."),
            "put the heads side by side: swap the axes of heads and words, then reshape.",
        )  # fmt: skip
        for by in range(1, min(value.shape[-3], 9)):
            yield (
                "value heads in another order", weights @ np.roll(value, by, axis=-3),
                (f"weights · value with the value heads shifted by {by}", "value heads stand in "
                 "another order than the weights'."),
                "split query, key and value into heads in the same way.",
            )  # fmt: skip
        yield (
            "value heads in another order", weights @ value[..., ::-1, :, :],
            ("weights · value with the value heads in reverse order", "value heads stand in "
             "another order than the weights'."),
            "split query, key and value into heads in the same way.",
        )  # fmt: skip
    if weights.shape[-1] == weights.shape[-2]:
        yield (
            "weights transposed", weights.swapaxes(-1, -2) @ value,
            ("the transposed weights times value", "weights were transposed before they met the "
             "values: each key collects from the queries."),
            "multiply weights @ value: rows of weights are queries.",
        )  # fmt: skip
    for name, other in (("key", evidence.key), ("query", evidence.query)):
        if other is not None and other.shape[-2] == weights.shape[-1]:
            yield (
                f"{name} used as value", weights @ other,
                (f"weights · {name}", f"the {name} stands where the value should."),
                "multiply the weights by the value.",
            )  # fmt: skip
    for name, other in (("value", value), ("query", evidence.query)):
        if other is not None and other.shape == made.shape:
            yield (
                "something added", made + other,
                (f"weights · value plus the {name}", f"the {name} was added: a residual "
                 "connection inside attention."),
                f"leave it out here; a block adds its own input, after the output projection "
                f"({name} is not that).",
            )  # fmt: skip
    scores = evidence.scores
    if scores is not None and np.isfinite(scores).all():
        yield (
            "softmax left out", scores @ value,
            ("scores · value", "the values were mixed by scores, before softmax."),
            "mix the values by softmax of the scores.",
        )  # fmt: skip
    seen = evidence.visible / np.maximum(evidence.visible.sum(axis=-1, keepdims=True), 1)
    yield (
        "values averaged", seen @ value,
        ("the plain mean of the values that may be seen", "the weights were not used."),
        "multiply the weights by the value.",
    )  # fmt: skip
    yield from _times_a_number(made, output)


def _times_a_number(made, output):
    if made.shape != output.shape:
        return
    size = float((made * made).sum())
    times = float((made * output).sum()) / size if size else 1.0
    yield (
        "output scaled", made * times,
        (f"weights · value times {times:.3g}", "the output was multiplied by a number: a scale in "
         "the wrong place, or values that were scaled."),
        "leave the output as it is; scale the scores, before softmax.",
    )  # fmt: skip


def _not_finite(evidence):
    bad = ~np.isfinite(evidence.output)
    where = (
        "it was in value"
        if not np.isfinite(evidence.value).all()
        else ("weights and value hold none: sums beyond the largest number of the type")
    )
    hidden = ~evidence.visible.any(axis=tuple(range(evidence.visible.ndim - 1)))
    cause = f"{where}."
    if not np.isfinite(evidence.value).all() and hidden.any():
        cause += " Weight 0 times NaN is NaN: hiding a key does not help its value."
    return Diagnosis(
        "NaN in the output", "NaN or inf in the output.",
        f"{int(bad.sum())} of {bad.size} numbers of output are not finite.", cause,
        "look at what made the value; put 0 in values that nobody may see; compute in float32.",
    )  # fmt: skip


def _unexplained(evidence, made, test):
    apart = np.abs(made - test.output) > test.allowed
    place = tuple(int(i) for i in np.argwhere(apart)[0])
    return Diagnosis(
        "output not reproduced", "The output does not follow from weights and value.",
        f"first at {place}: weights · value gives {made[place]:.2g}, and "
        f"{test.output[place]:.2g} was passed; {int(apart.sum())} of {apart.size} numbers differ.",
        "dropout between weights and values, an output projection, or arrays of another layer or "
        "run.",
        "pass the output before its projection, and weights and value of the same call, with "
        "dropout off.",
    )  # fmt: skip
