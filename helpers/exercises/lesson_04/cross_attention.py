"""cross_attention: one sequence asks another, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_03.scaled_dot_product_attention import scaled_dot_product_attention


@exercise(
    lesson=4, gives={"output": "(n_queries, d_value)", "weights": "(n_queries, n_keys)"}
)  # fmt: skip
def cross_attention(x, context, w_query, w_key, w_value):
    """Attention of one sequence to another.

    x: (n_queries, d_model), context: (n_keys, d_context);
    w_query: (d_model, d_k), w_key: (d_context, d_k), w_value: (d_context, d_v).
    Returns: output (n_queries, d_v) and weights (n_queries, n_keys).
    """
    return scaled_dot_product_attention(x @ w_query, context @ w_key, context @ w_value)


cross_attention.hints(
    "Who asks, and who answers? Asking takes one of the three vectors, answering the other two.",
    "It is self_attention with one change: what can be found, and what is handed over, both belong "
    "to the sequence that answers.",
    "query is x times w_query; key and value are context times w_key and w_value; hand the three "
    "to scaled_dot_product_attention and return what it returns.",
)


def made(rng, n_queries, n_keys, d_model, d_key, d_value, d_context=None, size=1.0):
    """Inputs whose scores stay moderate, whatever the widths are."""
    d_context = d_model if d_context is None else d_context
    return dict(
        x=numbers(rng, n_queries, d_model),
        context=numbers(rng, n_keys, d_context),
        w_query=numbers(rng, d_model, d_key, size=size / np.sqrt(d_model)),
        w_key=numbers(rng, d_context, d_key, size=size / np.sqrt(d_context)),
        w_value=numbers(rng, d_context, d_value),
    )


# The first two cases have one width for both sequences, so that a sequence that stands in the
# wrong place gives a wrong result, and not only an error.
@cross_attention.case("three words ask six")
def _(rng):
    return made(rng, n_queries=3, n_keys=6, d_model=5, d_key=7, d_value=4, size=1.3)


@cross_attention.case("seven words ask four")
def _(rng):
    return made(rng, n_queries=7, n_keys=4, d_model=6, d_key=3, d_value=5, size=1.4)


@cross_attention.case("the context has a width of its own")
def _(rng):
    return made(
        rng, n_queries=4, n_keys=7, d_model=5, d_key=3, d_value=6, d_context=8, size=1.3
    )  # fmt: skip


# In float64 only: at this size, scores in float32 are right to three digits at best.
@cross_attention.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return made(rng, n_queries=2, n_keys=5, d_model=4, d_key=3, d_value=6, size=60)


mistake = cross_attention.mistake


def _scores(x, context, w_query, w_key):
    return x @ w_query @ (context @ w_key).T


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


def _right(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, context @ w_key, context @ w_value)


@mistake("output only", "The weights are asked for as well.")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[0]


@mistake("weights only", "The output is asked for as well.")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[1]


@mistake("output and weights exchanged", "In which order are the two asked for?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[::-1]


@mistake("query, key and value returned", "The three are only the way in: what do they do next?")
def _(x, context, w_query, w_key, w_value):
    return x @ w_query, context @ w_key, context @ w_value


@mistake("matrices of query and key exchanged", "Which matrix makes what asks?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_key, w_query, w_value)


@mistake("key from the query's matrix", "Which matrix makes the keys?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_query, w_value)


@mistake("query from the key's matrix", "Which matrix makes the queries?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_key, w_key, w_value)


@mistake("value from the key's matrix", "Which matrix makes the values?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_key)


@mistake("key and value exchanged", "What is searched, and what is found?")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_value, w_key)


@mistake("nothing projected", "Which of the inputs have no part in the result?")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, context, context)


@mistake("matrices passed instead of projections", "What do the three matrices act on?")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(w_query, w_key, w_value)


@mistake("value left as it came", "The values are projected too.")
def _(x, context, w_query, w_key, w_value):
    weights = _right(x, context, w_query, w_key, w_value)[1]
    return weights @ context, weights


@mistake("matrix transposed", "Write the two shapes side by side: which axes must meet?")
def _(x, context, w_query, w_key, w_value):
    return _mixed(x @ w_query.T, context @ w_value.T)


@mistake("matrix in front", "Write the two shapes side by side: which axes must meet?")
def _(x, context, w_query, w_key, w_value):
    return _mixed(w_query @ x, w_value @ context)


@mistake("key transposed beforehand", "Who turns the keys, you or the function that you call?")
def _(x, context, w_query, w_key, w_value):
    key = (context @ w_key).T
    return attention.scaled_dot_product_attention(x @ w_query, key, context @ w_value)


@mistake("query left as it came", "Which matrix makes the queries?")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, context @ w_key, context @ w_value)


@mistake("key left as it came", "Which matrix makes the keys?")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, context, context @ w_value)


@mistake("no scale", "What did lesson 03 do to the scores before the softmax?")
def _(x, context, w_query, w_key, w_value):
    return _mixed(_scores(x, context, w_query, w_key), context @ w_value)


@mistake("divided by the root of the model's width", "Which axis does the dot product sum over?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(x.shape[-1])
    return _mixed(scores, context @ w_value)


@mistake("divided by the root of the context's width", "Which axis does the dot product sum over?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(context.shape[-1])
    return _mixed(scores, context @ w_value)


@mistake("divided by the root of the number of keys", "Which axis does the dot product sum over?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(len(context))
    return _mixed(scores, context @ w_value)


@mistake("divided by the width", "The root of the width goes in once: how often do you divide?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / w_key.shape[-1]
    return _mixed(scores, context @ w_value)


@mistake("multiplied by the root", "Which way should the scale change a score that is too large?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) * np.sqrt(w_key.shape[-1])
    return _mixed(scores, context @ w_value)


@mistake("scores returned", "The second array holds scores; what are weights?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return attention.softmax(scores) @ (context @ w_value), scores


@mistake("no softmax", "Scores are no weights yet: what do the weights of a query sum to?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return scores @ (context @ w_value), scores


@mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores, axis=0)
    return weights @ (context @ w_value), weights


@mistake("softmax over everything", "Every query shares out a 1 of its own.")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ (context @ w_value), weights


@mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(x, context, w_query, w_key, w_value):
    exponentials = np.exp(_scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ (context @ w_value), weights


@mistake("weights transposed", "Rows are queries, in the weights too.")
def _(x, context, w_query, w_key, w_value):
    output, weights = _right(x, context, w_query, w_key, w_value)
    return output, weights.T


@mistake("later keys hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06.")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(
        x @ w_query, context @ w_key, context @ w_value, causal=True
    )


holds = cross_attention.holds


@holds("the weights of every query sum to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(len(weights)))


@holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@holds("the output is the weights times the context's projected values")
def _(output, weights, context, w_value):
    return same(output, weights @ (context @ w_value))


@holds("the context in another order leaves the output as it is")
def _(call, context, output):
    return same(call(context=context[::-1].copy())[0], output)


@holds("a query's output does not depend on the other queries")
def _(call, x, output):
    return same(call(x=x[:1])[0], output[:1])


@holds("a context of one row is all that any query gets")
def _(call, context, w_value, output):
    return same(call(context=context[:1])[0], np.broadcast_to(context[:1] @ w_value, output.shape))


@holds("with a query matrix of zeros every query gets the mean of the context's values")
def _(call, context, w_query, w_value, output):
    mean = (context @ w_value).mean(axis=0)
    return same(call(w_query=0 * w_query)[0], np.broadcast_to(mean, output.shape))


@holds("twice the query's matrix and half of the key's change nothing")
def _(call, w_query, w_key, weights):
    return same(call(w_query=2 * w_query, w_key=w_key / 2)[1], weights)
