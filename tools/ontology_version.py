"""`make ontology-version`: keep the ontology as it is now, under its `owl:versionInfo`.

A version that is kept keeps answering at its IRI, and `/ontology/changes` tells what changed since.
A version is kept once; another text under the same number needs `--again`, before it is published.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyoxigraph as ox

from foedus.web.ontology_docs.codebook import Codebook
from foedus.web.ontology_docs.versions import read, write

ONTOLOGY = Path(__file__).resolve().parent.parent / "ontology"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--again", action="store_true", help="replace the version of this number")
    options = parser.parse_args()
    files = sorted(ONTOLOGY.glob("*.ttl"))
    quads = [quad for path in files for quad in ox.parse(path=str(path), rename_blank_nodes=True)]
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in quads]
    version = Codebook.of(triples).version
    path = ONTOLOGY / "versions" / f"{version}.nt.gz"
    if path.exists() and not options.again:
        print(f"{version} is kept already; raise owl:versionInfo, or use --again.", file=sys.stderr)
        return 1
    write(triples, path)
    print(f"{path.name}: {len(read(path))} triples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
