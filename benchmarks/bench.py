"""Speed, measured on this machine: `make bench`, `make bench ARGS="peers --sizes S M"`.

building    what building a release and starting the server cost
peers       Foedus and other servers side by side, over HTTP
places      reading Turtle with the place of every triple, and without
shapes      the shapes of the gate over 20 thousand to a million triples
site        the time at the server of every page
static      the whole site as files: exported, compared with the live answers, crawled
rewriting   each query in the embedded engine as written and as rewritten

Without a name `peers` is measured at its smallest size. Nothing is asserted here.
"""

from __future__ import annotations

import sys

import building
import gate
import peers
import rewriting
import site_pages
import static_files

COMMANDS = {
    "building": building.main,
    "peers": peers.main,
    "places": gate.places,
    "shapes": gate.shapes,
    "rewriting": rewriting.main,
    "site": site_pages.main,
    "static": static_files.main,
}


def main() -> None:
    """Run the benchmark that the first argument names."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in ("-h", "--help"):
        sys.exit(__doc__)
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else "peers"
    COMMANDS[name](arguments)


if __name__ == "__main__":
    main()
