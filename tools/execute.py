"""Run a notebook from this environment, offline, and keep of its outputs what stays the same."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools.lesson import KERNEL, MACHINE_DEPENDENT, LessonError, place

ROOT = Path(__file__).resolve().parent.parent
CELL_SECONDS = 300
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def environment(folder):
    """The variables that a kernel runs with: this checkout, one BLAS thread, fresh progress.

    folder: a new folder of the caller's, which holds the kernel's progress file and settings, so
    that neither the reader's progress nor the reader's IPython start-up files change an output.
    """
    python_path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(python_path),
        "ATTENTION_PROGRESS": str(Path(folder) / "progress.json"),
        "IPYTHONDIR": str(Path(folder) / "ipython"),
        "OPENBLAS_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }


async def run(notebook, name, on_cell=lambda: None):
    """Run a notebook's cells in order, in a temporary folder, and store their outputs in it.

    notebook: changed in place. name: the lesson's, for messages. on_cell: called after each cell.
    Raises: LessonError that names the cell, shows its source, and says what it raised.
    """
    position = 0

    def started(cell, cell_index):
        nonlocal position
        position = cell_index

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        manager = AsyncKernelManager(
            kernel_name="python3",
            # No kernel folders: python3 is then the one that runs this, not one of the user's.
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        )
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=CELL_SECONDS,
            record_timing=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(work)}},
            on_cell_start=started,
            on_cell_executed=lambda **_: on_cell(),
        )
        try:
            await client.async_execute(
                env=environment(folder),
                stderr=subprocess.DEVNULL,  # the kernel's own log; a cell's stderr is an output
                cleanup_kc=True,
            )
        except CellExecutionError as error:
            said = f"{error.ename}: {_COLOUR.sub('', error.evalue)}"
        except CellTimeoutError:
            said = f"it did not end within {CELL_SECONDS} seconds."
        except DeadKernelError:
            said = "Python itself stopped. Did it run out of memory?"
        else:
            tidy(notebook)
            return
    source = notebook.cells[position].source
    raise LessonError(
        f"{place(name, position, source)} failed.\n{_indented(source)}\n  → {said}\n"
        "  Mend the lesson (or what it calls) and build again."
    )


def tidy(notebook):
    """Leave out what another run would write otherwise: widget state and live views, in place."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(nbformat.from_dict(KERNEL))  # nbclient adds the Python's version
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
        cell.outputs = [output for output in cell.outputs if output.get("data", True)]


def keep_measurements(notebook, earlier):
    """Keep an earlier build's outputs of machine-dependent cells, in place.

    A time never comes out the same twice. As long as the notebook's cells are those of the earlier
    build, its measurements stand, and building again gives the same bytes.
    """
    if earlier is None or _sources(earlier) != _sources(notebook):
        return
    for new, old in zip(notebook.cells, earlier.cells, strict=True):
        if MACHINE_DEPENDENT in new.metadata.get("tags", []) and old.get("execution_count"):
            new.outputs = old.outputs


def _sources(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def _indented(source):
    return "\n".join(f"    {line}" for line in source.splitlines())
