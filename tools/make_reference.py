"""Writes data/reference/: the states of the interstate system, and their codes.

    make reference

reads the crosswalk and the ISO table in FOEDUS_REFERENCE, CLDR by way of Babel, and
tools/states.csv, which is edited by hand and holds our slugs, English names, demonyms,
adjectives and seats of government. The same input gives the same bytes.

Two files, because their rights differ: states.ttl is ours (with the names of CLDR in it), codes.ttl
is others' and says so at its head.
"""

import argparse
import csv
import os
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.core import get_cldr_version
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from foedus.content.layout import write_turtle
from foedus.content.names import BASE, prefixes

CHECKOUT = Path(__file__).resolve().parent.parent
F = Namespace(BASE + "ontology#")
SOURCE = Namespace(BASE + "id/source/")
STATE = Namespace(BASE + "id/state/")
STATEHOOD = Namespace(BASE + "id/statehood/")
WD = Namespace("http://www.wikidata.org/entity/")

LANGUAGES = ("ar", "fa", "fr", "tr", "ur")

#: Not ISO 3166: the code that CLDR itself uses for a state without one.
CLDR_TERRITORY = {"KOS": "XK"}

#: The crosswalk joins GW by COW number, and COW has one number, 345, for Yugoslavia and Serbia.
#: GW has 340 for Serbia (1878 to 1915, which COW counts with Yugoslavia, and since 2006) and 345
#: for Yugoslavia.
GW_CODES = {"SRB": ("340",), "YUG": ("340", "345")}

#: The Wikidata item is the Socialist Federal Republic alone, narrower than COW's Yugoslavia.
NARROWER_ITEM = {"YUG"}

STATES_HEADER = """\
# The states of the interstate system since 1816, by name.
#
# Written by tools/make_reference.py (`make reference`) from tools/states.csv; do not edit by hand.
#
# English names, demonyms, adjectives and seats of government: CC BY 4.0, see LICENSE-DATA. Formal
# names in English come from datasets/country-codes (public domain). Names in Arabic, French,
# Persian, Turkish and Urdu come from CLDR, under the Unicode License V3, see NOTICE.
# A state that is no longer there has names in English alone.
"""

CODES_HEADER = """\
# Codes of the states, and the periods for which they were members of the interstate system.
#
# Written by tools/make_reference.py (`make reference`); do not edit by hand.
#
# RIGHTS. This file is NOT under the CC BY 4.0 of the rest of our data, nor under the licence of
# the program.
# - COW codes, abbreviations and periods: Correlates of War Project. 2025. "State System Membership
#   List, v2024." correlatesofwar.org. No explicit open licence was found; the project asks users to
#   name the version and to cite. Cited here, not relicensed by us.
# - GW codes: Gleditsch, Kristian S. and Michael D. Ward. 1999. "Interstate System Membership: A
#   Revised List of the Independent States since 1816." International Interactions 25: 393-413.
#   To be cited.
# - ISO 3166 codes and most Wikidata identifiers: datasets/country-codes, 2026-05-15, ODC-PDDL-1.0.
#   The other Wikidata identifiers: opensanctions/rigour (MIT). Wikidata itself: CC0 1.0.
#
# READING IT. f:begin and f:end are the first and the last day of membership, both included. A
# period without f:end has f:knownUntil, the last day of the data: still a member then, and nothing
# is known of the day after. Where f:begin is 1816-01-01 the data begins there, and not the state.
# COW counts predecessors with their successor: Prussia with Germany, Sardinia with Italy, the
# Ottoman Empire with Turkey, the Soviet Union with Russia, Serbia before 1918 with Yugoslavia.
# Yugoslavia and Serbia share the code 345; their abbreviations differ. The Wikidata item of the
# Netherlands is that of the Kingdom. For 20 historical states no Wikidata item was found, and none
# was guessed. NA is Namibia.
"""


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file as text; a blank is an empty string, and `NA` is Namibia."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def spells(text: str) -> list[tuple[str, str]]:
    """First and last days from `1902-05-20/1906-09-25; 1909-01-23/2024-12-31`."""
    return [tuple(spell.split("/")) for spell in text.split("; ")]


def en(text: str) -> Literal:
    return Literal(text, lang="en")


def dataset(graph: Graph, slug: str, label: str, about: dict[URIRef, str]) -> URIRef:
    """Adds a source that is a data set, and what is said about it."""
    node = SOURCE[slug]
    graph.add((node, RDF.type, F.Dataset))
    graph.add((node, RDFS.label, en(label)))
    for term, text in about.items():
        if term == DCTERMS.license:
            graph.add((node, term, URIRef(text)))
        else:
            graph.add((node, term, Literal(text) if term == OWL.versionInfo else en(text)))
    return node


def describe_states(graph: Graph) -> None:
    ours = dataset(
        graph,
        "state-names",
        "Foedus: names of states",
        {
            DCTERMS.license: "https://creativecommons.org/licenses/by/4.0/",
            DCTERMS.rights: "Our selection of names in English, demonyms, adjectives and seats of "
            "government: CC BY 4.0. Formal names in English: public domain. Names in other "
            "languages: Unicode License V3.",
        },
    )
    cldr = dataset(
        graph,
        "cldr",
        "Unicode Common Locale Data Repository (CLDR)",
        {
            DCTERMS.rights: "Copyright Unicode, Inc. Unicode License V3 (SPDX: Unicode-3.0).",
            OWL.versionInfo: str(get_cldr_version()),
        },
    )
    graph.add((ours, DCTERMS.source, cldr))
    graph.add((ours, DCTERMS.source, SOURCE["country-codes"]))


def describe_codes(graph: Graph) -> None:
    ours = dataset(
        graph,
        "state-codes",
        "Foedus: codes of states and periods of statehood",
        {
            DCTERMS.rights: "Compiled from the sources named; each keeps its own terms. "
            "Outside the CC BY 4.0 of the other data of Foedus: cite the sources."
        },
    )
    parts = (
        dataset(
            graph,
            "cow-state-system-2024",
            "COW State System Membership List, v2024",
            {
                DCTERMS.bibliographicCitation: "Correlates of War Project. 2025. “State System "
                "Membership List, v2024.” correlatesofwar.org.",
                DCTERMS.rights: "No explicit open licence was found. The project asks users to "
                "name the version and to cite. Cited here, not relicensed.",
                OWL.versionInfo: "2024",
            },
        ),
        dataset(
            graph,
            "gleditsch-ward-1999",
            "Gleditsch and Ward: list of independent states",
            {
                DCTERMS.bibliographicCitation: "Gleditsch, Kristian S. and Michael D. Ward. 1999. "
                "“Interstate System Membership: A Revised List of the Independent States since "
                "1816.” International Interactions 25: 393-413.",
                DCTERMS.rights: "To be cited. Taken by way of the R packages states (MIT) and "
                "isard.",
            },
        ),
        dataset(
            graph,
            "country-codes",
            "datasets/country-codes",
            {
                DCTERMS.bibliographicCitation: "Open Knowledge Foundation and contributors: "
                "datasets/country-codes, 2026-05-15.",
                DCTERMS.license: "https://opendatacommons.org/licenses/pddl/1-0/",
                DCTERMS.rights: "Public domain (ODC-PDDL-1.0).",
                OWL.versionInfo: "2026-05-15",
            },
        ),
        dataset(
            graph,
            "rigour",
            "opensanctions/rigour: territories",
            {
                DCTERMS.rights: "MIT License. For the Wikidata identifiers that "
                "datasets/country-codes lacks."
            },
        ),
    )
    for part in parts:
        graph.add((ours, DCTERMS.source, part))


def name_states(graph: Graph, names: list[dict[str, str]], iso: dict[str, tuple[str, str]]) -> None:
    """Adds each state with its names; `iso` is alpha-2 code and formal name by COW abbreviation."""
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for row in names:
        state = STATE[row["slug"]]
        graph.add((state, RDF.type, F.State))
        graph.add((state, RDFS.label, en(row["label"])))
        alpha2, formal = iso.get(row["cow_abbreviation"], ("", ""))
        for name in {*row["other_names"].split("|"), formal.removeprefix("the ")} - {
            "",
            row["label"],
        }:
            graph.add((state, SKOS.altLabel, en(name)))
        for column, term in (
            ("demonyms", F.demonym),
            ("adjectives", F.adjective),
            ("seats", F.seatOfGovernment),
        ):
            for word in filter(None, row[column].split("|")):
                graph.add((state, term, en(word)))
        if row["comment"]:
            graph.add((state, RDFS.comment, en(row["comment"])))
        if territory := alpha2 or CLDR_TERRITORY.get(row["cow_abbreviation"]):
            for language in LANGUAGES:
                name = Literal(territories[language][territory], lang=language)
                graph.add((state, RDFS.label, name))


def code_states(
    graph: Graph, crosswalk: list[dict[str, str]], names: dict[str, dict[str, str]]
) -> None:
    """Adds codes and periods of each row of the crosswalk; `names` is by COW abbreviation."""
    last_day = max(end for row in crosswalk for _, end in spells(row["system_spells"]))
    for row in crosswalk:
        abbreviation = row["stateabb"]
        slug, label = names[abbreviation]["slug"], names[abbreviation]["label"]
        state = STATE[slug]
        graph.add((state, F.cowCode, Literal(row["ccode"])))
        graph.add((state, F.cowAbbreviation, Literal(abbreviation)))
        for code in GW_CODES.get(abbreviation) or filter(None, row["gwcode"].split("|")):
            graph.add((state, F.gwCode, Literal(code)))
        for column, term in (
            ("iso3166_alpha2", F.isoAlpha2),
            ("iso3166_alpha3", F.isoAlpha3),
            ("iso3166_numeric", F.isoNumeric),
        ):
            if row[column]:
                graph.add((state, term, Literal(row[column])))
        if row["wikidata_qid"]:
            match = SKOS.narrowMatch if abbreviation in NARROWER_ITEM else SKOS.exactMatch
            graph.add((state, match, WD[row["wikidata_qid"]]))
        for number, (begin, end) in enumerate(spells(row["system_spells"]), start=1):
            period = STATEHOOD[f"{slug}-{number}"]
            until = "" if end == last_day else f" to {end}"
            graph.add((period, RDF.type, F.Statehood))
            graph.add((period, RDFS.label, en(f"{label} in the system from {begin}{until}")))
            graph.add((period, F.ofState, state))
            graph.add((period, F.begin, Literal(begin)))
            graph.add((period, F.knownUntil if end == last_day else F.end, Literal(end)))
            graph.add((period, DCTERMS.source, SOURCE["cow-state-system-2024"]))


def make(reference: Path) -> dict[str, str]:
    """The text of each file of data/reference/, by its name."""
    names = list(rows(CHECKOUT / "tools" / "states.csv"))
    crosswalk = list(rows(reference / "state_crosswalk.csv"))
    by_abbreviation = {row["cow_abbreviation"]: row for row in names if row["cow_abbreviation"]}
    if by_abbreviation.keys() != {row["stateabb"] for row in crosswalk}:
        difference = by_abbreviation.keys() ^ {row["stateabb"] for row in crosswalk}
        raise SystemExit(f"states.csv and the crosswalk differ in {', '.join(sorted(difference))}")
    formal = {
        row["ISO3166-1-Alpha-2"]: row["UNTERM English Formal"]
        for row in rows(reference / "iso_country_codes.csv")
    }
    iso = {
        row["stateabb"]: (row["iso3166_alpha2"], formal[row["iso3166_alpha2"]])
        for row in crosswalk
        if row["iso3166_alpha2"]
    }
    table = {**prefixes(), "statehood": str(STATEHOOD)}
    states, codes = Graph(), Graph()
    describe_states(states)
    name_states(states, names, iso)
    describe_codes(codes)
    code_states(codes, crosswalk, by_abbreviation)
    return {
        "codes.ttl": CODES_HEADER + "\n" + write_turtle(codes, table),
        "states.ttl": STATES_HEADER + "\n" + write_turtle(states, table),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the reference data on states.")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "data" / "reference")
    arguments = parser.parse_args()
    reference = Path(os.environ.get("FOEDUS_REFERENCE") or CHECKOUT.parent / "shared" / "reference")
    if not reference.is_dir():
        raise SystemExit(f"there are no reference data sets at {reference}; set FOEDUS_REFERENCE")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, text in make(reference).items():
        (arguments.out / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{arguments.out / name}: {len(text.splitlines())} lines")


if __name__ == "__main__":
    main()
