"""The same question in other languages: curl, Python and R, ready to be copied and run.

Each asks the public endpoint by SPARQL 1.1 Protocol, needs nothing but the language itself (R:
jsonlite for a question of yes or no), and writes the query so that no character of it can be taken
for anything else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from foedus.engine.serialize import CSV, JSON, TURTLE

LANGUAGES: Mapping[str, str] = {"curl": "curl", "python": "Python", "r": "R"}
#: What each form of a query is best answered in, for a program.
_ACCEPT = {"SELECT": CSV, "ASK": JSON}


def snippet(language: str, form: str, query: str, endpoint: str, parameters: dict[str, str]) -> str:
    """A program in *language* that asks *query* at *endpoint* with the other *parameters*."""
    accept = _ACCEPT.get(form, TURTLE)
    query = query.strip() + "\n"
    write = {"curl": _curl, "python": _python, "r": _r}[language]
    return write(form, query, endpoint, accept, parameters)


def _curl(form: str, query: str, endpoint: str, accept: str, parameters: dict[str, str]) -> str:
    end = "SPARQL"
    while end in query.splitlines():
        end += "_"
    more = "".join(f" \\\n  --data-urlencode {_shell(f'{k}={v}')}" for k, v in parameters.items())
    return (
        f"curl --silent --show-error --fail {_shell(endpoint)} \\\n"
        f"  --header {_shell(f'Accept: {accept}')} \\\n"
        f"  --data-urlencode query@-{more} <<'{end}'\n{query}{end}\n"
    )


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _python(form: str, query: str, endpoint: str, accept: str, parameters: dict[str, str]) -> str:
    reading, use = {
        "SELECT": (
            '    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))\n',
            "for row in rows:  # or pandas.DataFrame(rows)\n    print(row)\n",
        ),
        "ASK": ('    found = json.load(answer)["boolean"]\n', "print(found)\n"),
    }.get(form, ('    graph = answer.read().decode("utf-8")\n', "print(graph)\n"))
    imports = {"SELECT": "import csv\nimport io\n", "ASK": "import json\n"}.get(form, "")
    more = "".join(f", {json.dumps(k)}: {json.dumps(v)}" for k, v in parameters.items())
    return (
        f"{imports}from urllib.parse import urlencode\n"
        "from urllib.request import Request, urlopen\n\n"
        f"query = {_python_text(query)}\n"
        f'form = urlencode({{"query": query{more}}}).encode("ascii")\n'
        f'request = Request({json.dumps(endpoint)}, form, {{"Accept": {json.dumps(accept)}}})\n'
        f"with urlopen(request) as answer:\n{reading}{use}"
    )


def _python_text(text: str) -> str:
    for quotes in ('"""', "'''"):
        if quotes not in text and "\\" not in text and "\0" not in text:
            return f"{quotes}\\\n{text}{quotes}"
    return repr(text)


def _r(form: str, query: str, endpoint: str, accept: str, parameters: dict[str, str]) -> str:
    dashes = "-"
    while f']{dashes}"' in query:
        dashes += "-"
    pairs = ["query = query", *(f"{k} = {json.dumps(v)}" for k, v in parameters.items())]
    use = {
        "SELECT": 'rows <- read.csv(answer, na.strings = "", check.names = FALSE, '
        'encoding = "UTF-8")\nprint(rows)\n',
        "ASK": "found <- jsonlite::fromJSON(answer)$boolean\nprint(found)\n",
    }.get(
        form,
        'graph <- readLines(answer, encoding = "UTF-8")\nclose(answer)\ncat(graph, sep = "\\n")\n',
    )
    return (
        f'query <- r"{dashes}[{query}]{dashes}"\n'
        f"form <- list({', '.join(pairs)})\n"
        'form <- paste0(names(form), "=", URLencode(unlist(form), reserved = TRUE), '
        'collapse = "&")\n'
        f'answer <- url(paste0({json.dumps(endpoint)}, "?", form), '
        f"headers = c(Accept = {json.dumps(accept)}))\n{use}"
    )
