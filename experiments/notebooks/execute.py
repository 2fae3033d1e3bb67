#!/usr/bin/env python3
"""Runs notebooks from the first cell to the last, and keeps what they show.

    execute.py --out FOLDER NOTEBOOK...

Needs nbclient (pip install nbclient) and the kernel of `./chainrule notebook install`. A cell that
fails ends the run with exit code 1 and its error.
"""

import argparse
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


STARTS = 5


def execute(client):
    """Starts a kernel that died anew, from the first cell: some die while they start."""
    for start in range(STARTS):
        try:
            client.execute()
            return
        except RuntimeError as failure:
            if "Kernel died" not in str(failure) or start == STARTS - 1:
                raise


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("notebooks", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=600, help="longest time of one cell")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for file in arguments.notebooks:
        begun = time.monotonic()
        notebook = nbformat.read(file, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=arguments.seconds,
            startup_timeout=300,
            resources={"metadata": {"path": str(file.parent)}},
        )
        try:
            execute(client)
        except CellExecutionError as failure:
            print(f"{file}: {failure}", file=sys.stderr)
            return 1
        finally:
            nbformat.write(notebook, arguments.out / file.name)
        print(f"{file}: {time.monotonic() - begun:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
