"""How heads are cut, scaled and put together wrongly: the other mistakes of lesson 05."""

import numpy as np

from helpers.attention import merge_heads, scaled_dot_product_attention, split_heads
from helpers.exercises.lesson_05.multi_head_attention import multi_head_attention

mistake = multi_head_attention.mistake


def _reshaped(x, n_heads):
    """(..., n, width) → (..., n_heads, n, d_head) by a reshape alone."""
    return x.reshape(*x.shape[:-2], n_heads, x.shape[-2], x.shape[-1] // n_heads)


def _interleaved(x, n_heads):
    return np.moveaxis(x.reshape(*x.shape[:-1], x.shape[-1] // n_heads, n_heads), -1, -3)


def _flat(heads):
    """(..., n_heads, n, d_head) → (..., n, width) by a reshape alone."""
    *leading, n_heads, n, d_head = heads.shape
    return heads.reshape(*leading, n, n_heads * d_head)


def _same_slice(x, n_heads):
    return np.stack([x[..., : x.shape[-1] // n_heads]] * n_heads, axis=-3)


def _attended(split, x, w_query, w_key, w_value, n_heads, scale=None):
    three = (split(x @ w, n_heads) for w in (w_query, w_key, w_value))
    return scaled_dot_product_attention(*three, scale=scale)


def _with_scale(scale, x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads, scale)
    return merge_heads(heads) @ w_output, weights


@mistake("split by a reshape alone", "What are the rows of one head: words, or parts of words?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(_reshaped, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake(
    "merged by a reshape alone", "The maps are right; whose numbers share a row after merging?"
)
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return _flat(heads) @ w_output, weights


@mistake("split and merged by a reshape alone", "What are the rows of a head: words, or parts?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(_reshaped, x, w_query, w_key, w_value, n_heads)
    return _flat(heads) @ w_output, weights


@mistake("interleaved split", "Is a head made of neighbouring columns, or of every n-th one?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(_interleaved, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake("interleaved split and merge", "Is a head made of neighbouring columns?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(_interleaved, x, w_query, w_key, w_value, n_heads)
    return np.moveaxis(heads, -3, -1).reshape(*x.shape[:-1], -1) @ w_output, weights


@mistake("interleaved merge", "The maps are right; in which order does w_output expect the heads?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.moveaxis(heads, -3, -1).reshape(*x.shape[:-1], -1) @ w_output, weights


@mistake(
    "every head gets the same slice", "All maps are alike: which columns are the second head's?"
)
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(_same_slice, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake("words not split from heads", "Who meets whom here: the words of a head, or its heads?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    def words_first(y, n_heads):
        return split_heads(y, n_heads).swapaxes(-2, -3)

    heads, weights = _attended(words_first, x, w_query, w_key, w_value, n_heads)
    return heads.reshape(*x.shape[:-1], -1) @ w_output, weights


@mistake("heads before the batch", "What stands in front of the words stays in front of the heads.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, np.moveaxis(weights, -3, 0)


@mistake("heads averaged", "A mean forgets which head said what: put them side by side.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.concatenate([heads.mean(axis=-3)] * n_heads, axis=-1) @ w_output, weights


@mistake("heads summed", "A sum forgets which head said what: put them side by side.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return np.concatenate([heads.sum(axis=-3)] * n_heads, axis=-1) @ w_output, weights


@mistake("heads averaged, first rows of w_output", "What are the other rows of w_output for?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return heads.mean(axis=-3) @ w_output[: heads.shape[-1]], weights


@mistake("weights averaged before they are used", "Every head mixes its values by its own map.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    _, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    mean = weights.mean(axis=-3, keepdims=True)
    return merge_heads(mean @ split_heads(x @ w_value, n_heads)) @ w_output, weights


@mistake(
    "output divided by the number of heads",
    "Merging puts heads side by side; nothing is shared out.",
)
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(split_heads, x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output / n_heads, weights


@mistake("divided by the root of d_model", "How many numbers does a score of one head add up?")
def _(x, *others):
    return _with_scale(x.shape[-1] ** -0.5, x, *others)


@mistake(
    "divided by the root of all heads' width", "How many numbers does one head's score add up?"
)
def _(x, w_query, *others):
    return _with_scale(w_query.shape[-1] ** -0.5, x, w_query, *others)


@mistake("divided by the root of the number of heads", "Which axis does a dot product sum over?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return _with_scale(n_heads**-0.5, x, w_query, w_key, w_value, w_output, n_heads)


@mistake("no scale", "What keeps scores at the same size when a head grows wider?")
def _(*inputs):
    return _with_scale(1.0, *inputs)


@mistake("scaled twice", "The root divides once; the attention that you call divides, too.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    root = np.sqrt(w_query.shape[-1] // n_heads)
    heads, weights = _attended(split_heads, x, w_query / root, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights
