"""Set the course up and open it, or test it. Needs Python and nothing else.

python start.py                 make .venv if need be, and open lesson 00 in JupyterLab
python start.py test [...]      everything that can be tested; [...] goes to pytest
python start.py reset 02        a fresh copy of lesson 02; yours is set aside
python start.py app             the playground as a page without code
python start.py models          two pretrained models, 190 MB; no lesson needs them
python start.py --help          all options
"""

# This file alone must be readable by old Pythons, so that they get a sentence and no SyntaxError.
# ruff: noqa: E402, UP031
import os
import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "This course needs Python %d.%d or later, and this is Python %d.%d (%s).\n"
        "Get a newer one (https://www.python.org/downloads/), then run it by name, for example:\n"
        "    python%d.%d start.py" % (OLDEST + sys.version_info[:2] + (sys.executable,) + OLDEST)
    )

# Python leaves the folder of the script out where PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tools.start.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__))
