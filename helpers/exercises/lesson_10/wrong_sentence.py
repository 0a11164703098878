"""Patient 10, the wrong sentence, and the repairs that people try."""

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


mistake = repair_wrong_sentence.mistake


def _parts(x, n_heads):
    return x.reshape(*x.shape[:2], n_heads, x.shape[2] // n_heads)


repair_wrong_sentence.brought_in(
    clinic.wrong_sentence, "Which axis stands in front: the sentences, or the heads?"
)


@mistake("reshaped without transposing", "The first head holds whole words: what should it hold?")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return x.reshape(batch, n_heads, n, d_model // n_heads)


@mistake("only reshaped back", "The shape is right: whose numbers stand in the first head?")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return clinic.wrong_sentence(x, n_heads).reshape(batch, n_heads, n, d_model // n_heads)


@mistake("heads behind the words", "Which two axes still have to change places?")
def _(x, n_heads):
    return _parts(x, n_heads)


@mistake("heads cut crosswise", "Does a head get neighbouring numbers, or every third?")
def _(x, n_heads):
    batch, n, d_model = x.shape
    return x.reshape(batch, n, d_model // n_heads, n_heads).transpose(0, 3, 1, 2)


@mistake("width before words", "What should the last axis be: words, or numbers of one word?")
def _(x, n_heads):
    return _parts(x, n_heads).transpose(0, 2, 3, 1)


@repair_wrong_sentence.holds("the first word's first numbers are the first head's")
def _(heads, x):
    return same(heads[:, 0, 0, 0], x[:, 0, 0])


@repair_wrong_sentence.holds("every sentence keeps its own numbers")
def _(heads, x):
    return same(heads.sum(axis=(1, 2, 3)), x.sum(axis=(1, 2)))


@repair_wrong_sentence.holds("reordering the words reorders them in every head")
def _(call, heads, x):
    return same(call(x=x[:, ::-1].copy()), heads[:, :, ::-1])
