"""cross_attention: one sequence asks another, and what people get wrong about it."""

import numpy as np

from helpers.exercises import attention_steps as steps
from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import for_one_table
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_03.scaled_dot_product_attention import scaled_dot_product_attention
from helpers.exercises.projection_steps import in_attention
from helpers.exercises.steps import step


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


ANSWERS = "A key and its value belong together: whose are they?"


@step("asks", "keeps", "gives")
def sequences(x, context):
    """Whose queries, whose keys, whose values."""
    return x, context, context


@sequences.wrong("self where cross was asked", "Here x asks itself: what does the context do?")
def _(x):
    return x, x, x


@sequences.wrong(
    "the context asks itself", "A row comes out for each row that asks: which are they?"
)
def _(context):
    return context, context, context


@sequences.wrong("x and context exchanged", "Who asks, and who answers?")
def _(x, context):
    return context, x, x


@sequences.wrong("keys from x", ANSWERS)
def _(x, context):
    return x, x, context


@sequences.wrong("values from x", ANSWERS)
def _(x, context):
    return x, context, x


@sequences.wrong("queries and keys from the context", "Who asks here?")
def _(x, context):
    return context, context, x


@sequences.wrong("queries and values from the context", "Who asks here?")
def _(x, context):
    return context, x, context


@sequences.wrong("x among the keys too", "There are more keys than the context has rows: whose?")
def _(x, context):
    both = np.concatenate([x, context])
    return x, both, both


@sequences.wrong("x and context added", "The two differ in length: has every row a partner?")
def _(x, context):
    return x + context, x + context, x + context


@sequences.wrong("context averaged", "Every row of the context is a key of its own.")
def _(x, context):
    mean = context.mean(axis=0, keepdims=True)
    return x, mean, mean


projected = in_attention.adapted(
    names={"query and key exchanged": "matrices of query and key exchanged"},
    sentences={"query and key exchanged": "Which matrix makes what asks?"},
)
scores = for_one_table(steps.scores).adapted(
    # What a key that was transposed beforehand, or a value from its matrix, comes to.
    without=["key not transposed", "values instead of keys"]
)
scaled = for_one_table(steps.scaled)


@scaled.wrong("divided by the root of the model's width", steps.SUMMED)
def _(scores, x):
    return scores / np.sqrt(x.shape[-1])


@scaled.wrong("divided by the root of the context's width", steps.SUMMED)
def _(scores, context):
    return scores / np.sqrt(context.shape[-1])


weights = for_one_table(softmax_steps.weights)


@weights.also("later keys hidden")
def _(scaled):
    seen = np.tri(*scaled.shape, scaled.shape[1] - scaled.shape[0], dtype=bool)
    return np.nan_to_num(softmax_steps.softmax(np.where(seen, scaled, -np.inf)))


returned = steps.returned.adapted()


@returned.wrong("query, key and value returned", steps.ONLY_THE_WAY_IN)
def _(query, key, value):
    return query, key, value


cross_attention.steps(
    sequences,
    projected,
    scores,
    scaled,
    weights,
    steps.output.adapted(without=["keys instead of values"]),
    returned,
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
