"""The data set itself as a thing, and what it could have known.

A coverage says of which states, in which days and of what a data set records every case that it
knows: within it, what the data set does not record it says is not there; outside it, the data set
says nothing. Without it "no alliance" and "not covered" would be one.
"""

from __future__ import annotations

from foedus.content.names import BASE, F
from foedus.importers.registry import Given
from foedus.importers.statements import concept
from foedus.importers.writing import RDF_TYPE, RDFS_LABEL, iri, text

_DCT = "http://purl.org/dc/terms/"
_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
_DATE = "http://www.w3.org/2001/XMLSchema#date"


def write_source(given: Given) -> None:
    """Write the data set as a source, and its coverage, into the default graph."""
    data_set, version, statements = given.data_set, given.version, given.statements
    title = f"{data_set.title}, version {version.name}"
    given.statements.quads.add(
        statements.source,
        (
            (RDF_TYPE, iri(F + "Dataset")),
            (RDFS_LABEL, text(title, "en")),
            (_DCT + "bibliographicCitation", text(version.citation, "en")),
            (_DCT + "rights", text(data_set.rights, "en")),
            (_VERSION, text(version.name)),
            (F + "knownUntil", text(version.known_until)),
        ),
    )
    coverage = data_set.coverage
    if not coverage:
        return
    population = coverage.get("population")
    given.statements.quads.add(
        f"{BASE}id/coverage/{statements.slug}",
        (
            (RDF_TYPE, iri(F + "Coverage")),
            (RDFS_LABEL, text(f"What {title} could have known", "en")),
            (F + "coverageOf", iri(statements.source)),
            *((F + "coveredKind", concept(f"kind/{kind}")) for kind in coverage["kinds"]),
            *(
                (F + "coveredType", concept(f"commitment/{type}"))
                for type in coverage.get("commitment_types", ())
            ),
            *([(F + "population", iri(f"{BASE}id/source/{population}"))] if population else []),
            (F + "begin", text(version.begin)),
            (F + "knownUntil", text(version.known_until)),
            (F + "earliestBegin", f'"{version.begin}"^^<{_DATE}>'),
            (F + "latestEnd", f'"{version.known_until}"^^<{_DATE}>'),
            (F + "note", text(coverage["says"], "en")),
        ),
    )
