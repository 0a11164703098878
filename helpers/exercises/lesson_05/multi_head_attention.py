"""multi_head_attention: several attentions side by side, and what people get wrong about it."""

import numpy as np

from helpers.attention import merge_heads, scaled_dot_product_attention, softmax, split_heads
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=5, gives={"output": "(..., n, d_model)", "weights": "(..., n_heads, n, n)"})
def multi_head_attention(x, w_query, w_key, w_value, w_output, n_heads):
    """Several attentions side by side.

    x: (..., n, d_model); w_query, w_key, w_value: (d_model, n_heads · d_head);
    w_output: (n_heads · d_head, d_model).
    Returns: output (..., n, d_model), weights (..., n_heads, n, n).
    """
    query = split_heads(x @ w_query, n_heads)
    key = split_heads(x @ w_key, n_heads)
    value = split_heads(x @ w_value, n_heads)
    output, weights = scaled_dot_product_attention(query, key, value)
    return merge_heads(output) @ w_output, weights


multi_head_attention.hints(
    "You have written every part. In which order do they come, and which one comes twice?",
    "Project x three times, and split each of the three. Scaled dot-product attention takes any "
    "axes in front, so it attends in all heads at once; what it gives is merged and projected.",
    "query, key, value = each projection, split into heads; output, weights = scaled dot-product "
    "attention of the three; return merged output @ w_output, and weights.",
)


def _inputs(rng, *leading, n, d_model, n_heads, d_head, size=1.5):
    width = n_heads * d_head
    return dict(
        x=numbers(rng, *leading, n, d_model),
        w_query=numbers(rng, d_model, width, size=size / np.sqrt(d_model)),
        w_key=numbers(rng, d_model, width, size=size / np.sqrt(d_model)),
        w_value=numbers(rng, d_model, width, size=1 / np.sqrt(d_model)),
        w_output=numbers(rng, width, d_model, size=1 / np.sqrt(width)),
        n_heads=n_heads,
    )


@multi_head_attention.case("one sentence")
def _(rng):
    return _inputs(rng, n=5, d_model=7, n_heads=2, d_head=3)


@multi_head_attention.case("a batch of sentences")
def _(rng):
    return _inputs(rng, 2, n=5, d_model=9, n_heads=3, d_head=4)


@multi_head_attention.case("two leading axes")
def _(rng):
    return _inputs(rng, 3, 2, n=6, d_model=11, n_heads=4, d_head=5)


mistake = multi_head_attention.mistake


def _three(x, w_query, w_key, w_value, n_heads, split=split_heads):
    return tuple(split(x @ w, n_heads) for w in (w_query, w_key, w_value))


def _attended(x, w_query, w_key, w_value, n_heads):
    """Outputs of the heads (..., n_heads, n, d_head), and weights, as they should be."""
    three = _three(x, w_query, w_key, w_value, n_heads)
    return scaled_dot_product_attention(*three)


@mistake("output projection forgotten", "One matrix has not been used: what is w_output for?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads), weights


@mistake("heads not merged", "The heads of a word have to stand side by side before w_output.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return _attended(x, w_query, w_key, w_value, n_heads)


@mistake("output only", "The weights are asked for as well.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return merge_heads(_attended(x, w_query, w_key, w_value, n_heads)[0]) @ w_output


@mistake("output and weights exchanged", "In which order are the two asked for?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return weights, merge_heads(heads) @ w_output


@mistake("weights averaged over the heads", "Every head has a map of its own.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights.mean(axis=-3)


@mistake("weights of the first head only", "Every head has a map of its own.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights[..., 0, :, :]


@mistake("scores returned", "The second array holds scores; what are weights?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    return merge_heads(softmax(scores) @ value) @ w_output, scores


@mistake("one large head", "n_heads is not used: how many maps should there be?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    return output @ w_output, weights


@mistake("one large head, its map repeated", "Every head compares its own part of query and key.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    return output @ w_output, np.stack([weights] * n_heads, axis=-3)


@mistake("query and key exchanged", "Rows are queries, columns are keys: who asks here?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_key, w_query, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake("keys instead of values", "What is mixed: what is searched, or what is found?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_key, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake("queries with themselves", "Where does w_key come in?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_query, w_value, n_heads)
    return merge_heads(heads) @ w_output, weights


@mistake("softmax over the heads", "Whom does a query share its 1 out to: the heads, or the keys?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    weights = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]), axis=-3)
    return merge_heads(weights @ value) @ w_output, weights


@mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    query, key, value = _three(x, w_query, w_key, w_value, n_heads)
    weights = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]), axis=-2)
    return merge_heads(weights @ value) @ w_output, weights


@mistake("later words hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    three = _three(x, w_query, w_key, w_value, n_heads)
    heads, weights = scaled_dot_product_attention(*three, causal=True)
    return merge_heads(heads) @ w_output, weights


@mistake("input added", "The residual connection comes in lesson 08; what is asked for is simpler.")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    heads, weights = _attended(x, w_query, w_key, w_value, n_heads)
    return x + merge_heads(heads) @ w_output, weights


holds = multi_head_attention.holds


@holds("in every head, the weights of every query sum to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(weights.shape[:-1]))


@holds("reordering the words reorders the output in the same way")
def _(call, x, output):
    return same(call(x=x[..., ::-1, :].copy())[0], output[..., ::-1, :])


@holds("twice w_output gives twice the output")
def _(call, w_output, output):
    return same(call(w_output=2 * w_output)[0], 2 * output)


@holds("a head whose queries are zero spreads its light evenly, and no other head changes")
def _(call, w_query, n_heads, weights):
    blind = w_query.copy()
    blind[:, : w_query.shape[1] // n_heads] = 0
    expected = weights.copy()
    expected[..., 0, :, :] = 1 / weights.shape[-1]
    return same(call(w_query=blind)[1], expected)


@holds("heads that change places with all their columns and rows leave the output as it is")
def _(call, w_query, w_key, w_value, w_output, n_heads, output):
    def turned(w):  # (d_model, n_heads * d_head), the heads in reverse order
        return w.reshape(len(w), n_heads, -1)[:, ::-1].reshape(w.shape)

    changed = dict(w_query=turned(w_query), w_key=turned(w_key), w_value=turned(w_value))
    return same(call(**changed, w_output=turned(w_output.T).T)[0], output)


@holds("with one head it is plain scaled dot-product attention")
def _(call, x, w_query, w_key, w_value, w_output):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    got = call(n_heads=1)
    return same(got[0], output @ w_output) and same(got[1], weights[..., None, :, :])


@holds("every sentence of a batch is treated alone")
def _(call, x, output):
    return x.ndim == 2 or same(call(x=x[0])[0], output[0])
