"""Switch heads off: replace what a head gathered by its mean over the places, or by zero.

"mean" takes away what a head says about each place and leaves what it always says; "zero" takes
away both, and pushes the layers above out of what they know. Michel et al. 2019, "Are sixteen heads
really better than one?"; Wang et al. 2023, "Interpretability in the wild", for the mean.
"""

WAYS = ("mean", "zero")


def check_ablation(ablate, n_layers, n_heads):
    """Raise ValueError unless ablate is None or a dict (layer, head) -> "mean" or "zero"."""
    for place, way in (ablate or {}).items():
        if way not in WAYS:
            raise ValueError(f'Ablation of head {place} is {way!r}; it can be "mean" or "zero".')
        layer, head = place
        if not (0 <= layer < n_layers and 0 <= head < n_heads):
            raise ValueError(
                f"There is no head {layer}.{head}: layers count from 0 to {n_layers - 1}, "
                f"heads from 0 to {n_heads - 1}."
            )


def replace_heads(head_outputs, layer, ablate):
    """Ablate heads of one layer in place. head_outputs: (heads, n, d_head)."""
    for (place, head), way in (ablate or {}).items():
        if place == layer:
            mean = head_outputs[head].mean(axis=0) if way == "mean" else 0
            head_outputs[head] = mean
