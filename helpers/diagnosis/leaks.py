"""A leak detector: change what comes later, and compare what came before, bit by bit.

Looking at weights does not find every leak (a mask after softmax leaves zeros where they should be
and leaks all the same). Trying does, and takes any function that turns a sequence into one output
for each of its positions: a line of attention, a layer, a whole model.

>>> import numpy as np
>>> from helpers.attention import scaled_dot_product_attention
>>> x = np.random.default_rng(0).normal(size=(5, 4))
>>> leaks(lambda x: scaled_dot_product_attention(x, x, x, causal=True)[0], x)
No leak: of 5 positions each was changed, and no earlier output moved by a bit.
"""

from dataclasses import dataclass

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis

_NAMED = 3  # leaks that are told one by one


@dataclass(frozen=True)
class Leaks:
    """What the detector found. It is true where there is a leak, so that `assert not` works.

    reach: boolean (n, n), as a mask is: [i, j] says whether output i moved when position j was
        changed. What a mask lets through and what it is meant to let through can be compared.
    """

    reach: np.ndarray

    @property
    def pairs(self):
        """The leaks: (output, position), where the position comes later than the output."""
        return [(int(i), int(j)) for i, j in np.argwhere(np.triu(self.reach, 1))]

    def __bool__(self):
        return bool(self.pairs)

    def __repr__(self):
        n, found = len(self.reach), self.pairs
        if not found:
            return (
                f"No leak: of {n} positions each was changed, and no earlier output moved by a bit."
            )
        told = ", ".join(f"output {i} hears position {j}" for i, j in found[:_NAMED])
        more = f", and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return f"{len(found)} of {n * (n - 1) // 2} pairs leak: {told}{more}."


def leaks(function, x, *, instead=None):
    """Which outputs move, be it by a bit, when a later position of the input changes?

    function: takes an array like x and gives one output for each position, (n, ...). It is called
        3 n + 2 times at most, and must give the same for the same input.
    x: (n, ...), one sequence, positions first: vectors (n, d), or tokens (n,) as integers.
    instead: (k, ...), what a position is changed to, one after the other; if not given, three
        other vectors made from x, or up to three other tokens of x.

    Returns Leaks. A position that is changed and not heard may still be heard in another state, so
    "no leak" is as good as x and `instead` are varied; a leak that is found is one.
    Raises ValueError where x or the outputs do not fit, or the function is not repeatable.
    """
    x = np.asarray(x)
    if x.ndim < 1 or len(x) < 2 or x.dtype.kind not in "fiu":
        raise ValueError(
            f"x {x.shape} holds {x.dtype}: expected numbers or tokens with positions first, "
            "(n, ...), two or more; take one sequence of a batch, x[0]."
        )
    before = _bits(function, x, len(x))
    if not np.array_equal(before, _bits(function, x, len(x))):
        raise ValueError(
            "the function gives two outputs for one input: without chance in it (dropout, "
            "sampling), a changed output would mean something."
        )
    reach = np.zeros((len(x), len(x)), dtype=bool)
    for position in range(len(x)):
        for other in _others(x, position, instead):
            changed = x.copy()
            changed[position] = other
            after = _bits(function, changed, len(x))
            reach[:, position] |= (after != before).any(axis=1)
    return Leaks(reach)


def _others(x, position, instead):
    """What stands at the position instead: (k, ...)."""
    if instead is not None:
        return _fitting(instead, x)
    here = x[position]
    if x.dtype.kind == "f":
        # Turned round, far away, and a neighbour: a layer norm, for one, does not see a shift.
        return np.stack([-here - 1, here + 100, x[(position + 1) % len(x)]])
    there = np.unique(x, axis=0)
    others = there[(there != here).reshape(len(there), -1).any(axis=1)][:3]
    if not len(others):
        raise ValueError("all tokens are the same: say what to put there, instead=[5, 6].")
    return others


def _fitting(instead, x):
    instead = np.asarray(instead)
    if instead.ndim != x.ndim or instead.shape[1:] != x.shape[1:] or not len(instead):
        raise ValueError(
            f"instead {instead.shape} does not fit x {x.shape}: expected (k, ...) with the axes "
            "of x behind the first, one row for each thing to put there."
        )
    return instead


def _bits(function, x, n):
    """The bytes of every output, (n, bytes): NaN equals NaN, and -0 differs from 0."""
    output = function(x.copy())
    if isinstance(output, tuple | list):
        raise ValueError(
            f"the function gives a {type(output).__name__} of {len(output)}: expected one array. "
            "If it gives output and weights, take the output: lambda x: f(x)[0]."
        )
    output = np.asarray(output)
    if output.ndim < 1 or len(output) != n or not output.size:
        raise ValueError(
            f"the function gives {output.shape} for {n} positions: expected ({n}, ...), one output "
            "for each."
        )
    return np.ascontiguousarray(output).reshape(n, -1).view(np.uint8)


def leaky_function(function, x):
    """Positions that hear later ones, found by trying; or None."""
    found = leaks(function, x)
    if not found:
        return None
    n = len(found.reach)
    return Diagnosis(
        "leak",
        "An output changes when a later position does.",
        f"{len(found.pairs)} of {n * (n - 1) // 2} pairs of an output and a later position.",
        "a mask that is missing, off by one or after softmax, or a step that mixes the words.",
        "compare weights and mask; if they agree, look for a mean or a norm taken over the words.",
    )
