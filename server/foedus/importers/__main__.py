"""``python -m foedus.importers [FOLDER]``: write the pages of ``docs/data-sets/``."""

from __future__ import annotations

import sys
from pathlib import Path

from foedus.content.locate import packaged_content
from foedus.importers.documenting import write

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else packaged_content() / "docs" / "data-sets"
for name in write(folder):
    print(folder / name)
