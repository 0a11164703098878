"""What a mistake is called today where it once was called otherwise: old name to new name."""

# By exercise. A name that became one of a family goes by the family's.
RENAMED = {
    "multi_head_attention": {
        "split and merged by a reshape alone": "split by a reshape alone",
        "interleaved split and merge": "interleaved split",
        "heads before the batch": "weights of heads before the batch",
    },
    "cross_attention": {
        f"{name}, written out": name
        for name in (
            "keys from x",
            "values from x",
            "queries and keys from the context",
            "queries and values from the context",
        )
    },
    "entropy": {"something small added, 1e-6": "something small added"},
    "masked_softmax": {
        "after softmax, shared out again, guarded": "after softmax, shared out again",
        "zeros for the hidden, no softmax": "scores returned",
        "-10 put in place": "a small number put in place of -inf",
        "-100 put in place": "a large number put in place of -inf",
        "smallest number put in place": "a large number put in place of -inf",
        "10 taken off": "a small number taken off",
    },
    "online_softmax": {
        "block's own maximum, rescaled late": "every block from its own maximum",
    },
    "feed_forward": {"both biases forgotten": "b_in forgotten"},
    "transformer_block": {
        "both residuals forgotten": "first residual forgotten",
        "residuals of the normed": "first residual of the normed",
        "mlp of attention, added once": "first residual forgotten",
    },
    "repair_reading_padding": {"-10 put in place": "a small number put in place of -inf"},
    "repair_thin_rows": {"-10 put in place": "a small number put in place of -inf"},
    "repair_nan_rows": {"-10 instead of infinity": "a small number put in place of -inf"},
    "previous_token_score": {"two tokens back": "further back"},
}

# What is right today, since the exercise asks for less than it once did.
RIGHT = {
    # n_keys is n_queries or more: nobody asks what more queries than keys would see.
    "causal_mask": {"shift cut off at 0"},
}
