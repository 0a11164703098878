"""hint and reveal: four steps towards the solution, one a call."""

import html

from helpers.exercises import progress_file
from helpers.exercises.notice import Notice
from helpers.exercises.registry import find

_STEPS = ("a nudge", "a pointer", "the way in words", "the solution")


def hint(function, exercise=None):
    """Show the next hint of an exercise: a nudge, a pointer, the way in words, the solution.

    function: the function, or the exercise's name as text. exercise: as in `check`.
    """
    declared = find(function, exercise)
    entries, notes = progress_file.change(declared.name, _one_more)
    step = entries[declared.name]["hints"]
    return _shown(declared, step, notes)


def reveal(function, exercise=None):
    """Show the solution of an exercise: the reference that the check compares with.

    function: the function, or the exercise's name as text. exercise: as in `check`.
    """
    declared = find(function, exercise)
    _, notes = progress_file.change(declared.name, lambda entry: entry | {"hints": len(_STEPS)})
    return _shown(declared, len(_STEPS), notes)


def _one_more(entry):
    return entry | {"hints": min(max(entry["hints"], 0) + 1, len(_STEPS))}


def _shown(declared, step, notes):
    title = f"{declared.name}, hint {step} of {len(_STEPS)}, {_STEPS[step - 1]}:"
    if step == len(_STEPS):
        plain = f"{title}\n\n{declared.solution}"
        body = f"<pre><code>{html.escape(declared.solution)}</code></pre>"
    else:
        plain = f"{title} {declared.words[step - 1]}"
        body = f"<p>{html.escape(declared.words[step - 1])}</p>"
    plain = "\n".join([plain, *notes])
    body += "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    markup = f'<div class="hint"><p><strong>{html.escape(title)}</strong></p>{body}</div>'
    return Notice(plain, markup).show()
