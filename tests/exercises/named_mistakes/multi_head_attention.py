"""Wrong answers to multi_head_attention, each under the name by which it is known."""

import numpy as np

from helpers.attention import merge_heads, scaled_dot_product_attention, softmax, split_heads
from named_mistakes.answers import Answers

answers = Answers("multi_head_attention")


def _three(x, w_query, w_key, w_value, n_heads, split=split_heads):
    return tuple(split(x @ w, n_heads) for w in (w_query, w_key, w_value))


def _attended(x, w_query, w_key, w_value, n_heads):
    """Outputs of the heads (..., n_heads, n, d_head), and weights, as they should be."""
    three = _three(x, w_query, w_key, w_value, n_heads)
    return scaled_dot_product_attention(*three)


def _attended_wrong_heads(split, x, w_query, w_key, w_value, n_heads, scale=None):
    three = (split(x @ w, n_heads) for w in (w_query, w_key, w_value))
    return scaled_dot_product_attention(*three, scale=scale)


def _reshaped(x, n_heads):
    """(..., n, width) → (..., n_heads, n, d_head) by a reshape alone."""
    return x.reshape(*x.shape[:-2], n_heads, x.shape[-2], x.shape[-1] // n_heads)


def _flat(heads):
    """(..., n_heads, n, d_head) → (..., n, width) by a reshape alone."""
    *leading, n_heads, n, d_head = heads.shape
    return heads.reshape(*leading, n, n_heads * d_head)


def _interleaved(x, n_heads):
    return np.moveaxis(x.reshape(*x.shape[:-1], x.shape[-1] // n_heads, n_heads), -1, -3)


def _same_slice(x, n_heads):
    return np.stack([x[..., : x.shape[-1] // n_heads]] * n_heads, axis=-3)


def _with_scale(scale, x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads, scale)
    return merge_heads(heads) @ w_output, weights


@answers("output projection forgotten")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads), weights


@answers("heads not merged")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return _attended(x, w_query, w_key, w_value, n_heads)


@answers("output only")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return merge_heads(_attended(x, w_query, w_key, w_value, n_heads)[0]) @ w_output


@answers("output and weights exchanged")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return weights, merge_heads(heads) @ w_output


@answers("weights averaged over the heads")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights.mean(axis=-3)


@answers("weights of the first head only")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights[..., 0, :, :]


@answers("scores returned")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    return merge_heads(softmax(scores) @ value) @ w_output, scores


@answers("one large head")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    return output @ w_output, weights


@answers("one large head, its map repeated")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    return output @ w_output, np.stack([weights] * n_heads, axis=-3)


@answers("query and key exchanged")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_key, w_query, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("keys instead of values")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_key, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("queries with themselves")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_query, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("softmax over the heads")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    weights = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]), axis=-3)
    return merge_heads(weights @ value) @ w_output, weights


@answers("softmax over the queries")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    weights = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]), axis=-2)
    return merge_heads(weights @ value) @ w_output, weights


@answers("later words hidden")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    three = _three(x, w_query, w_key, w_value, n_heads)
    heads, weights = scaled_dot_product_attention(*three, causal=True)
    return merge_heads(heads) @ w_output, weights


@answers("input added")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return x + merge_heads(heads) @ w_output, weights


@answers("split by a reshape alone")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(_reshaped, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("merged by a reshape alone")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return _flat(heads) @ w_output, weights


@answers("split and merged by a reshape alone")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(_reshaped, x, w_query, w_key, w_value, n_heads)
    return _flat(heads) @ w_output, weights


@answers("interleaved split")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(_interleaved, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("interleaved split and merge")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(_interleaved, x, w_query, w_key, w_value, n_heads)
    return np.moveaxis(heads, -3, -1).reshape(*x.shape[:-1], -1) @ w_output, weights


@answers("interleaved merge")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.moveaxis(heads, -3, -1).reshape(*x.shape[:-1], -1) @ w_output, weights


@answers("every head gets the same slice")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(_same_slice, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@answers("words not split from heads")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    def words_first(y, n_heads):
        return split_heads(y, n_heads).swapaxes(-2, -3)

    heads, weights = _attended_wrong_heads(words_first, x, w_query, w_key, w_value, n_heads)
    return heads.reshape(*x.shape[:-1], -1) @ w_output, weights


@answers("heads before the batch")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, np.moveaxis(weights, -3, 0)


@answers("heads averaged")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.concatenate([heads.mean(axis=-3)] * n_heads, axis=-1) @ w_output, weights


@answers("heads summed")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.concatenate([heads.sum(axis=-3)] * n_heads, axis=-1) @ w_output, weights


@answers("heads averaged, first rows of w_output")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return heads.mean(axis=-3) @ w_output[: heads.shape[-1]], weights


@answers("weights averaged before they are used")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    _, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    mean = weights.mean(axis=-3, keepdims=True)
    return merge_heads(mean @ split_heads(x @ w_value, n_heads)) @ w_output, weights


@answers("output divided by the number of heads")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended_wrong_heads(split_heads, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output / n_heads, weights


@answers("divided by the root of d_model")
def _(x, *others):
    return _with_scale(x.shape[-1] ** -0.5, x, *others)


@answers("divided by the root of all heads' width")
def _(x, w_query, *others):
    return _with_scale(w_query.shape[-1] ** -0.5, x, w_query, *others)


@answers("divided by the root of the number of heads")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return _with_scale(n_heads**-0.5, x, w_query, w_key, w_value, w_output, n_heads)


@answers("no scale")
def _(*inputs):
    return _with_scale(1.0, *inputs)


@answers("scaled twice")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    root = np.sqrt(w_query.shape[-1] // n_heads)
    heads, weights = _attended_wrong_heads(split_heads, x, w_query / root, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights
