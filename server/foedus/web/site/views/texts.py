"""What became of a promise in practice: its invocations; and whether its text can be read."""

from __future__ import annotations

from foedus.web.site.asked.texts import Acts, invocations, publication
from foedus.web.site.views.desk import Desk, Section, iris_in_facts, iris_in_statements


def invoked(desk: Desk, iri: str, name: str, heading: str) -> Section | None:
    """The invocations and what came of them; ``None`` of what promises nothing and was not."""
    calls, answers = invocations(desk.knowledge, iri)
    promises = desk.knowledge.rows(
        f"SELECT ?x {{ {{ <{iri}> f:hasCommitment ?x }} "
        f"UNION {{ ?x f:instrument|f:provision <{iri}> ; f:commitmentType ?type }} }} LIMIT 1"
    )
    if not calls and not answers and not promises:
        return None
    for acts in (calls, answers):
        _learn(desk, acts)
    return Section(
        name,
        heading,
        "site/parts/invoked.html",
        {"calls": calls, "answers": answers},
        total=len(calls.facts) + len(calls.said),
    )


def _learn(desk: Desk, acts: Acts) -> None:
    desk.learn(iris_in_facts(acts.facts), iris_in_statements(acts.said))


def readable(desk: Desk, iri: str, name: str, heading: str) -> Section:
    """Whether the text is published, where it can be read, and where it is registered."""
    found = publication(desk.knowledge, iri)
    desk.learn(
        (publicity for publicity, _ in found.said),
        (i for _, basis in found.said for i in iris_in_statements(basis)),
        iris_in_facts(found.registered),
    )
    return Section(name, heading, "site/parts/publication.html", {"of": found})
