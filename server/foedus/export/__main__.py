"""``python -m foedus.export DATASET DIGEST FOLDER``: every file of a release.

A server that needs the files starts this as a process of its own: making them then takes neither
its memory nor its processor's turn.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from foedus.export.files import make

if __name__ == "__main__":
    dataset, digest, folder = sys.argv[1:]
    os.nice(5)
    make(Path(dataset), digest, Path(folder))
