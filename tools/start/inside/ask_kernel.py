"""Start a kernel as JupyterLab does, have it import the course, and end it. Prints what failed.

This runs in the course's Python: a kernel that does not start is silent in JupyterLab.
"""

import sys

from jupyter_client.manager import start_new_kernel

SECONDS = 60


def main():
    """Returns: the exit code, 0 where the kernel answered."""
    manager, client = start_new_kernel(startup_timeout=SECONDS)
    try:
        reply = client.execute("import helpers", reply=True, timeout=SECONDS)["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if reply["status"] == "ok":
        return 0
    print(f"{reply['ename']}: {reply['evalue']}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
