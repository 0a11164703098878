"""Run a module by the course's own Python: what .pre-commit-config.yaml calls on every system.

python -m tools.hook ruff check
"""

import subprocess
import sys
from pathlib import Path

from tools.start.environment import Environment
from tools.start.problem import again

ROOT = Path(__file__).resolve().parent.parent


def main(arguments, root=ROOT):
    """Run the module that is named first, with the other arguments. Returns its exit code."""
    python = Environment(root).python
    if not python.exists():
        print(f"There is no {python}. Make it by: {again('test', '--version')}", file=sys.stderr)
        return 1
    return subprocess.run([python, "-m", *arguments], cwd=root).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
