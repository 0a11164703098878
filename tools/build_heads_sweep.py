"""Make the stored runs of lesson 05, helpers/models/stored/heads_sweep.json, by training.

    python -m tools.build_heads_sweep            about two minutes

The tests train some of them again and compare; so there is no --check here.
"""

import json

from helpers.models.heads_sweep import PATH, SETTINGS, measure

DIGITS = 3


def record(runs):
    """Runs as plain numbers, rounded."""
    return runs._asdict() | {
        "accuracies": runs.accuracies.round(DIGITS).tolist(),
        "maps": runs.maps.round(DIGITS).tolist(),
    }


def main():
    """Train every model and write what was measured."""
    made = [record(measure(*setting)) for setting in SETTINGS]
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in made)
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{PATH.name}: {len(made)} models, {PATH.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
