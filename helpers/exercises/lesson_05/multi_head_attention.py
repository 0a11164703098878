"""multi_head_attention: several attentions side by side, and what people get wrong about it."""

import numpy as np

from helpers.attention import merge_heads, scaled_dot_product_attention, split_heads
from helpers.exercises import attention_steps as steps
from helpers.exercises import head_steps, softmax_steps
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.projection_steps import in_attention, of_itself
from helpers.exercises.steps import step


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


# In float64 only: at this size, scores in float32 are right to three digits at best.
@multi_head_attention.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return _inputs(rng, n=5, d_model=7, n_heads=2, d_head=3, size=60)


MAPS = "Every head has a map of its own."
BOTH = (
    "axes 0 and 1 swapped",
    "axes 1 and 2 swapped",
    "all axes turned round",
    "heads in reverse order",
    "batch and words run together",
)
# Matrices exchanged are known by what they come to: queries with themselves, and so on.
projected = of_itself(in_attention).adapted(
    without=[
        "query and key exchanged",
        "key from the query's matrix",
        "query from the key's matrix",
        "value from the key's matrix",
        "value from the query's matrix",
    ]
)


@step("query", "key", "value", said="heads")
def split(query, key, value, n_heads):
    """Each of the three, cut into heads: (..., n_heads, n, d_head)."""
    return tuple(head_steps.heads.right(part, n_heads) for part in (query, key, value))


def _each(cut):
    """All three cut in one wrong way."""
    return lambda query, key, value, n_heads: tuple(
        cut(part, n_heads) for part in (query, key, value)
    )


_CUTS = {
    "reshaped without transposing": "split by a reshape alone",
    "interleaved": "interleaved split",
}
for way in head_steps.heads.ways:
    # Merging has a way of the same name.
    name = _CUTS.get(way.name, f"{way.name}, to split" if way.name in BOTH else way.name)
    split.wrong(name, way.sentence, _each(way.function))


@split.wrong("key and value heads in another order", "Which head's keys does a query meet?")
def _(query, key, value, n_heads):
    query, key, value = split.right(query, key, value, n_heads)
    return query, key[..., ::-1, :, :], value[..., ::-1, :, :]


scaled = steps.scaled.adapted(
    names={"divided by the width": "scaled twice"},
    sentences={
        "divided by the width": "The root divides once; does what you call divide, too?",
        "no scale": "What keeps scores at the same size when a head grows wider?",
    },
    without=[
        "divided by the root of the number of queries", "divided by the root of the values' width",
    ],
)  # fmt: skip


@scaled.wrong("divided by the root of d_model", "How many numbers does a head's score add up?")
def _(scores, x):
    return scores / np.sqrt(x.shape[-1])


@scaled.wrong("divided by the root of all heads' width", "How many numbers does one score add up?")
def _(scores, w_query):
    return scores / np.sqrt(w_query.shape[-1])


@scaled.wrong("divided by the root of the number of heads", steps.SUMMED)
def _(scores, n_heads):
    return scores / np.sqrt(n_heads)


@scaled.wrong("multiplied by the root of the number of heads", steps.SUMMED)
def _(scores, n_heads):
    return scores * np.sqrt(n_heads)


weights = softmax_steps.weights.adapted(names={"later keys hidden": "later words hidden"})


@weights.wrong("softmax over the heads", "Whom does a query share its 1 out to: heads, or keys?")
def _(scaled):
    return softmax_steps.softmax(scaled, axis=-3)


mixed = steps.output.adapted(gives=["mixed"])


@mixed.wrong("weights averaged before they are used", "Every head mixes its values by its own map.")
def _(weights, value):
    return weights.mean(axis=-3, keepdims=True) @ value


merged = head_steps.merged.adapted(
    reads={"heads": "mixed"},
    names={
        "reshaped without transposing back": "merged by a reshape alone",
        "interleaved": "interleaved merge",
        "averaged, and repeated": "heads averaged",
        "summed, and repeated": "heads summed",
    },
    sentences={
        "reshaped without transposing back": "Whose numbers share a row after merging?",
        "interleaved": "In which order does w_output expect the heads?",
        "averaged, and repeated": "A mean forgets which head said what: put them side by side.",
        "summed, and repeated": "A sum forgets which head said what: put them side by side.",
    },
)


@step
def output(merged, w_output):
    """The heads, each heard by its own rows of w_output, added up."""
    return merged @ w_output


@output.wrong("output projection forgotten", "One matrix was not used: what is w_output for?")
def _(merged):
    return merged


@output.wrong("w_output transposed", steps.MEET)
def _(merged, w_output):
    return merged @ w_output.T


@output.wrong("heads not merged", "The heads of a word stand side by side before w_output.")
def _(mixed):
    return mixed


@output.wrong("heads averaged, first rows of w_output", "What are w_output's other rows for?")
def _(mixed, w_output):
    return mixed.mean(axis=-3) @ w_output[: mixed.shape[-1]]


@output.wrong("output divided by the number of heads", head_steps.SIDE_BY_SIDE)
def _(merged, w_output, n_heads):
    return merged @ w_output / n_heads


@output.wrong("input added", "The residual comes in lesson 08; what is asked for is simpler.")
def _(merged, w_output, x):
    return x + merged @ w_output


returned = steps.returned.adapted()


@returned.wrong("weights averaged over the heads", MAPS)
def _(output, weights):
    return output, weights.mean(axis=-3)


@returned.wrong("weights of the first head only", MAPS)
def _(output, weights):
    return output, weights[..., 0, :, :]


@returned.wrong(
    "weights of heads before the batch", "What stood in front of the words stays there."
)
def _(output, weights):
    return output, np.moveaxis(weights, -3, 0)


multi_head_attention.steps(
    projected, split, steps.scores, scaled, weights, mixed, merged, output, returned
)


def _in_one_head(x, w_query, w_key, w_value, w_output):
    output, weights = scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)
    return output @ w_output, weights


@multi_head_attention.mistake("one large head", "n_heads is not used: how many maps are there?")
def _(x, w_query, w_key, w_value, w_output, n_heads):
    return _in_one_head(x, w_query, w_key, w_value, w_output)


@multi_head_attention.mistake(
    "one large head, its map repeated", "Every head compares its own part of query and key."
)
def _(x, w_query, w_key, w_value, w_output, n_heads):
    output, weights = _in_one_head(x, w_query, w_key, w_value, w_output)
    return output, np.stack([weights] * n_heads, axis=-3)


@multi_head_attention.mistake(
    "words not split from heads", "Who meets whom here: the words of a head, or its heads?"
)
def _(x, w_query, w_key, w_value, w_output, n_heads):
    three = (head_steps.parts(x @ w, n_heads) for w in (w_query, w_key, w_value))
    mixed, weights = scaled_dot_product_attention(*three)
    return mixed.reshape(*x.shape[:-1], -1) @ w_output, weights


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
