"""Patient 10, the wrong sentence, and the repairs that people try."""

from helpers.exercises import head_steps
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.tasks import clinic


@exercise(lesson=10, gives={"heads": "(batch, n_heads, n, d_head)"})
def repair_wrong_sentence(x, n_heads):
    """Heads of a batch of sentences.

    x: (batch, n, d_model), where n_heads divides d_model.
    Returns: (batch, n_heads, n, d_head).
    """
    batch, n, d_model = x.shape
    parts = x.reshape(batch, n, n_heads, d_model // n_heads)
    return parts.transpose(0, 2, 1, 3)


repair_wrong_sentence.hints(
    "With 2 sentences, 3 heads and 5 words: which shape comes out, and which should?",
    "The reshape is right. Read off the new order of the axes, one number after the other.",
    "The batch, axis 0, stays in front; heads and words, axes 2 and 1, change places.",
)


@repair_wrong_sentence.case("two sentences, three heads")
def _(rng):
    return dict(x=numbers(rng, 2, 5, 12), n_heads=3)


@repair_wrong_sentence.case("as many heads as sentences")
def _(rng):
    return dict(x=numbers(rng, 3, 7, 12), n_heads=3)


@repair_wrong_sentence.case("one sentence")
def _(rng):
    return dict(x=numbers(rng, 1, 4, 10), n_heads=2)


repair_wrong_sentence.brought_in(
    clinic.wrong_sentence, "Which axis stands in front: the sentences, or the heads?"
)
heads = head_steps.heads.adapted(
    without=[
        "heads before the batch",  # so it was brought in
        "axes 1 and 2 swapped",  # right, since there always is a batch
    ],
    names={
        "heads left behind the words": "heads behind the words",
        "interleaved": "heads cut crosswise",
        "words and widths exchanged": "width before words",
    },
)


@heads.wrong("only reshaped back", "The shape is right: whose numbers stand in the first head?")
def _(x, n_heads):
    brought = clinic.wrong_sentence(x, n_heads)
    return brought.reshape(brought.shape[1], n_heads, *brought.shape[2:])


repair_wrong_sentence.steps(heads)


@repair_wrong_sentence.holds("the first word's first numbers are the first head's")
def _(heads, x):
    return same(heads[:, 0, 0, 0], x[:, 0, 0])


@repair_wrong_sentence.holds("every sentence keeps its own numbers")
def _(heads, x):
    return same(heads.sum(axis=(1, 2, 3)), x.sum(axis=(1, 2)))


@repair_wrong_sentence.holds("reordering the words reorders them in every head")
def _(call, heads, x):
    return same(call(x=x[:, ::-1].copy()), heads[:, :, ::-1])
