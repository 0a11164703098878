"""Softmax cross-entropy: how surprised the model was by the right answer."""

import numpy as np


def cross_entropy(logits, targets, weights=None):
    """The mean of −log softmax(logits)[target], in nats, over the rows that count.

    logits: (..., n_classes). targets: (...) integers. weights: (...) numbers from 0, how much each
    row counts (0 ignores it: padding, words that were not blanked); None counts all rows alike.
    Returns (loss, d_logits, accuracy): the loss, its gradient (..., n_classes), and the share of
    counted rows whose largest logit is the target.

    d_logits = (softmax(logits) − one-hot(target)) · weight / sum of weights: the gradient is what
    the model said, minus what was true.
    """
    rows = logits.reshape(-1, logits.shape[-1])  # (rows, n_classes)
    target = targets.reshape(-1)  # (rows,)
    if len(target) != len(rows):
        raise ValueError(
            f"targets {targets.shape} must have the shape of logits {logits.shape} without the "
            "last axis, which holds the classes."
        )
    at_target = (np.arange(len(rows)), target)
    share = _shares(weights, targets.shape, rows.dtype)  # (rows,), sums to 1

    best = rows.argmax(axis=1)  # (rows,)
    shifted = rows - rows[at_target[0], best][:, None]  # the largest is 0: exp cannot overflow
    surprise = -shifted[at_target]  # (rows,)
    softmax = np.exp(shifted, out=shifted)
    total = softmax @ np.ones(softmax.shape[1], rows.dtype)  # (rows,)
    surprise += np.log(total)

    softmax *= (share / total)[:, None]
    softmax[at_target] -= share
    return float(share @ surprise), softmax.reshape(logits.shape), float(share @ (best == target))


def _shares(weights, shape, dtype):
    """Weights of all rows, divided by their sum."""
    if weights is None:
        count = int(np.prod(shape))
        return np.full(count, 1 / count, dtype)
    weights = np.asarray(weights, dtype)
    if weights.shape != shape:
        raise ValueError(f"weights {weights.shape} must have the shape of targets {shape}.")
    total = weights.sum()
    if not total > 0:
        raise ValueError(f"weights sum to {total}; at least one row must count.")
    return (weights / total).reshape(-1)
