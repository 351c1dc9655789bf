"""Catalogues of what can be taken away: DCAT 3, schema.org and Croissant, over the same list.

DCAT 3 (W3C Recommendation, 2024), sections 6.6 to 6.9; schema.org Dataset as search engines read
it; Croissant 1.0 (MLCommons) for those who load tables into models. Sizes and checksums are those
of the files. Addresses are below *base*, the public address of the folder of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.export import tables
from foedus.export.files import File
from foedus.export.tables import Table
from foedus.graph.describe import RIGHTS

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
SPDX, XSD = "http://spdx.org/rdf/terms#", "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_IANA = "https://www.iana.org/assignments/media-types/"
_PACKED = {"gzip": _IANA + "application/gzip", "zstd": _IANA + "application/zstd"}
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
NAME = "Foedus"
DESCRIPTION = "Who promised what to whom, since when, under which text, and which source says so."
CREATOR = "The Foedus contributors"
KEYWORDS = (
    *("alliances", "treaties", "international relations", "security", "commitments"),
    *("knowledge graph", "linked data"),
)

Address = Callable[[str], str]


def dcat(
    digest: str,
    version: str,
    files: Sequence[File],
    address: Address,
    catalogue: str,
    endpoint: str,
) -> list[ox.Triple]:
    """The catalogue at the address *catalogue*: the dataset, its files, its service."""
    found: list[ox.Triple] = []

    def add(subject: str, predicate: str, value: ox.NamedNode | ox.Literal | ox.BlankNode) -> None:
        found.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value))

    def link(subject: str, predicate: str, target: str) -> None:
        add(subject, predicate, ox.NamedNode(target))

    def text(subject: str, predicate: str, words: str, language: str | None = "en") -> None:
        add(subject, predicate, ox.Literal(words, language=language))

    release = f"{BASE}release/{digest}"
    link(catalogue, _TYPE.value, DCAT + "Catalog")
    text(catalogue, DCT + "title", f"{NAME}: what can be taken away")
    link(catalogue, DCAT + "dataset", release)
    link(catalogue, DCAT + "service", endpoint)
    link(catalogue, DCT + "license", LICENSE)
    link(release, _TYPE.value, DCAT + "Dataset")
    text(release, DCT + "title", NAME)
    text(release, DCT + "description", DESCRIPTION)
    text(release, DCT + "identifier", digest, None)
    text(release, DCAT + "version", version, None)
    text(release, DCT + "rights", RIGHTS)
    link(release, DCT + "license", LICENSE)
    link(release, DCT + "conformsTo", BASE + "ontology")
    for keyword in KEYWORDS:
        text(release, DCAT + "keyword", keyword)
    link(endpoint, _TYPE.value, DCAT + "DataService")
    text(endpoint, DCT + "title", "SPARQL endpoint")
    link(endpoint, DCAT + "endpointURL", endpoint)
    link(endpoint, DCAT + "servesDataset", release)
    link(endpoint, DCT + "conformsTo", "https://www.w3.org/TR/sparql11-protocol/")
    for file in files:
        at = address(file.name)
        link(release, DCAT + "distribution", at)
        link(at, _TYPE.value, DCAT + "Distribution")
        text(at, DCT + "title", file.title)
        link(at, DCAT + "downloadURL", at)
        link(at, DCAT + "mediaType", _IANA + file.media_type)
        link(at, DCT + "license", LICENSE)
        if file.compression:
            link(at, DCAT + "compressFormat", _PACKED[file.compression])
        size = ox.Literal(str(file.bytes), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        add(at, DCAT + "byteSize", size)
        sum_ = f"{at}#checksum"
        link(at, SPDX + "checksum", sum_)
        link(sum_, _TYPE.value, SPDX + "Checksum")
        link(sum_, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        value = ox.Literal(file.sha256, datatype=ox.NamedNode(XSD + "hexBinary"))
        add(sum_, SPDX + "checksumValue", value)
    return found


def _common(digest: str, version: str, page: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "description": DESCRIPTION,
        "url": page,
        "identifier": digest,
        "version": version,
        "license": LICENSE,
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "creator": {"@type": "Organization", "name": CREATOR},
    }


#: The words of schema.org without its remote context, which whoever reads JSON-LD would have to
#: fetch (JSON-LD 1.1, section 4.1.2); what is an address there is one here.
SCHEMA_ORG: Mapping[str, Any] = {
    "@vocab": "https://schema.org/",
    **{
        name: {"@type": "@id"}
        for name in ("contentUrl", "inDefinedTermSet", "isBasedOn", "license", "sameAs", "url")
    },
}


def schema_org(
    digest: str, version: str, files: Sequence[File], address: Address, page: str
) -> dict[str, Any]:
    """The dataset in schema.org, with its downloads."""
    return {
        "@context": SCHEMA_ORG,
        "@type": "Dataset",
        "@id": f"{BASE}release/{digest}",
        **_common(digest, version, page),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.title,
                "contentUrl": address(file.name),
                "encodingFormat": _encoding(file),
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in files
        ],
    }


_CROISSANT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_CROISSANT_TYPES = {
    tables.TEXT: "sc:Text",
    tables.INTEGER: "sc:Integer",
    tables.NUMBER: "sc:Float",
    tables.DAY: "sc:Date",
    tables.TRUTH: "sc:Boolean",
    tables.FLAG: "sc:Text",  # 0, 1 or NA
}


def croissant(
    digest: str,
    version: str,
    files: Sequence[File],
    every: Sequence[Table],
    address: Address,
    page: str,
) -> dict[str, Any]:
    """The tables in CSV with their columns, in Croissant 1.0."""
    listed = {f.name: f for f in files}
    sets = []
    objects = []
    for table in every:
        file = listed[f"tables/{table.name}.csv"]
        objects.append(
            {
                "@type": "cr:FileObject",
                "@id": f"{table.name}.csv",
                "name": f"{table.name}.csv",
                "description": table.title,
                "contentUrl": address(file.name),
                "contentSize": f"{file.bytes} B",
                "encodingFormat": file.media_type,
                "sha256": file.sha256,
            }
        )
        sets.append(
            {
                "@type": "cr:RecordSet",
                "@id": table.name,
                "name": table.name,
                "description": f"One row is {table.row}.",
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{table.name}/{column.name}",
                        "name": column.name,
                        "description": column.meaning,
                        "dataType": _CROISSANT_TYPES[column.type],
                        "source": {
                            "fileObject": {"@id": f"{table.name}.csv"},
                            "extract": {"column": column.name},
                        },
                    }
                    for column in table.columns
                ],
            }
        )
    return {
        "@context": dict(_CROISSANT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_common(digest, version, page),
        "citeAs": f"{CREATOR}. {NAME}. Release {digest}. {BASE}release/{digest}",
        "distribution": objects,
        "recordSet": sets,
    }


def _encoding(file: File) -> str:
    return {"gzip": "application/gzip", "zstd": "application/zstd"}.get(
        file.compression, file.media_type
    )
