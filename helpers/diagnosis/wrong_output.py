"""What became of the values: does the output follow from weights and value?"""

from functools import partial

import numpy as np

from helpers.attention import merge_heads
from helpers.diagnosis.diagnosis import Diagnosis
from helpers.diagnosis.hypothesis import Hypothesis, first_that_fits, told


def wrong_output(evidence):
    """An output that is not weights · value; or None. Needs value and output."""
    if evidence.value is None or evidence.output is None:
        return None
    if not np.isfinite(evidence.output).all():
        return _not_finite(evidence)
    made = evidence.weights @ evidence.value
    if any(_fits(evidence, sound) for sound in (made, _heads_behind(made), _merged(made))):
        return None
    found = first_that_fits(HYPOTHESES, evidence, _fits)
    if found is None and made.shape != evidence.output.shape:
        raise ValueError(
            f"weights {evidence.weights.shape}, value {evidence.value.shape}, output "
            f"{evidence.output.shape}: expected an output {made.shape}, (..., n_queries, d_value), "
            "or its heads merged."
        )
    symptom, number = "The output is not weights · value.", "it is {}, to the digits that it has."
    return told(found, evidence, symptom, number) or _unexplained(evidence, made)


def _allowed(evidence):
    """How far from the output rounding may be: by the digits of output, weights and value."""
    relative = max(evidence.rounding[n].relative for n in ("output", "weights", "value"))
    absolute = evidence.weights_rounding.absolute
    largest = np.abs(evidence.value[np.isfinite(evidence.value)]).max(initial=0)
    return (16 * relative + 4 * evidence.value.shape[-2] * absolute) * largest + 1e-12


def _fits(evidence, made):
    output = evidence.output
    if made is None or made.shape != output.shape:
        return False
    return bool((np.abs(made - output) <= _allowed(evidence)).all())


def _heads_behind(made):
    """Heads behind the words, (..., n, heads, d), as some libraries keep them; None without."""
    return made.swapaxes(-2, -3) if made.ndim > 2 else None


def _merged(made):
    """Heads side by side, (..., n, heads · d); None without."""
    return merge_heads(made) if made.ndim > 2 else None


# What the output may be instead -------------------------------------------------------------


def _right(evidence):
    return evidence.weights @ evidence.value


def _of_heads(make):
    """The same, where there are heads."""
    return lambda evidence: make(evidence) if evidence.weights.ndim > 2 else None


def _merged_as_they_are(evidence):
    made = _right(evidence)
    *leading, heads, n, d = made.shape
    return made.reshape(*leading, n, heads * d)


def _shifted(by):
    def make(evidence):
        value = evidence.value
        if value.ndim < 3 or by >= value.shape[-3]:
            return None
        return evidence.weights @ np.roll(value, by, axis=-3)

    return make


def _backwards(evidence):
    value = evidence.value
    return evidence.weights @ value[..., ::-1, :, :] if value.ndim > 2 else None


def _weights_turned(evidence):
    weights = evidence.weights
    square = weights.shape[-1] == weights.shape[-2]
    return weights.swapaxes(-1, -2) @ evidence.value if square else None


def _mixed(name):
    def make(evidence):
        other = getattr(evidence, name)
        fits = other is not None and other.shape[-2] == evidence.weights.shape[-1]
        return evidence.weights @ other if fits else None

    return make


def _plus(name):
    def make(evidence):
        made, other = _right(evidence), getattr(evidence, name)
        return made + other if other is not None and other.shape == made.shape else None

    return make


def _mixed_by_scores(evidence):
    scores = evidence.scores
    if scores is None or not np.isfinite(scores).all():
        return None
    return scores @ evidence.value


def _plain_mean(evidence):
    counts = np.maximum(evidence.visible.sum(axis=-1, keepdims=True), 1)
    return evidence.visible / counts @ evidence.value


def _times(evidence):
    """The number by which weights · value comes nearest to the output."""
    made, output = _right(evidence), evidence.output
    size = float((made * made).sum()) if made.shape == output.shape else 0
    return float((made * output).sum()) / size if size else 1.0


_SPLIT_ALIKE = "split query, key and value into heads in the same way."
_OTHER_ORDER = "value heads stand in another order than the weights'."

_instead = partial(Hypothesis, part=None)  # an output mixes all that there is

HYPOTHESES = (
    _instead(
        "heads merged wrongly", "weights · value reshaped as they are",
        "heads were merged without moving them behind the words first.",
        "swap the axes of heads and words, then reshape: x.swapaxes(-2, -3).reshape(…).",
        _of_heads(_merged_as_they_are),
    ),
    _instead(
        "heads averaged", "the mean of the heads' outputs",
        "heads were averaged where they should stand side by side.",
        "put the heads side by side: swap the axes of heads and words, then reshape.",
        _of_heads(lambda evidence: _right(evidence).mean(axis=-3)),
    ),
    *(
        _instead(
            "value heads in another order", f"weights · value with the value heads shifted by {by}",
            _OTHER_ORDER, _SPLIT_ALIKE, _shifted(by),
        )
        for by in range(1, 9)
    ),
    _instead(
        "value heads in another order", "weights · value with the value heads in reverse order",
        _OTHER_ORDER, _SPLIT_ALIKE, _backwards,
    ),
    _instead(
        "weights transposed", "the transposed weights times value",
        "weights were transposed before they met the values: each key collects from the queries.",
        "multiply weights @ value: rows of weights are queries.", _weights_turned,
    ),
    *(
        _instead(
            f"{name} used as value", f"weights · {name}",
            f"the {name} stands where the value should.",
            "multiply the weights by the value.", _mixed(name),
        )
        for name in ("key", "query")
    ),
    *(
        _instead(
            "something added", f"weights · value plus the {name}",
            f"the {name} was added: a residual connection inside attention.",
            "leave it out here; a block adds its own input, after the output projection "
            f"({name} is not that).", _plus(name),
        )
        for name in ("value", "query")
    ),
    _instead(
        "softmax left out", "scores · value", "the values were mixed by scores, before softmax.",
        "mix the values by softmax of the scores.", _mixed_by_scores,
    ),
    _instead(
        "values averaged", "the plain mean of the values that may be seen",
        "the weights were not used.", "multiply the weights by the value.", _plain_mean,
    ),
    _instead(
        "output scaled", "weights · value times {:.3g}",
        "the output was multiplied by a number: a scale in the wrong place, or values that were "
        "scaled.",
        "leave the output as it is; scale the scores, before softmax.",
        lambda evidence: _right(evidence) * _times(evidence), constant=_times,
    ),
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


def _unexplained(evidence, made):
    apart = np.abs(made - evidence.output) > _allowed(evidence)
    place = tuple(int(i) for i in np.argwhere(apart)[0])
    return Diagnosis(
        "output not reproduced", "The output does not follow from weights and value.",
        f"first at {place}: weights · value gives {made[place]:.2g}, and "
        f"{evidence.output[place]:.2g} was passed; {int(apart.sum())} of {apart.size} numbers "
        "differ.",
        "dropout between weights and values, an output projection, or arrays of another layer or "
        "run.",
        "pass the output before its projection, and weights and value of the same call, with "
        "dropout off.",
    )  # fmt: skip
