"""What differs between two states of the content: statements, facts, types, disputes, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from foedus.content.names import BASE, F
from foedus.content.questions import Question, read_questions
from foedus.diff.sides import RDFS_LABEL, Said, Side
from foedus.engine.answers import Boolean, Solutions, value
from foedus.engine.errors import QueryError


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is new, gone or changed.

    ``label`` is what a reader calls it, ``place`` the file and line where it is written (on the
    new side, or where it was on the old one), ``details`` what changed about it or why it did.
    """

    iri: str
    label: str
    place: tuple[str, int] | None = None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What came, went and changed among the things of one sort."""

    added: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two states of the content."""

    statements: Changes
    facts: Changes
    types: Changes
    disputes: Changes
    things: Changes
    answers: Changes
    files: Changes

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def compare(old: Side, new: Side) -> Difference:
    """What a reader of *old* finds changed in *new*."""
    statements = _changes(old, new, old.statements, new.statements, _values)
    touched = {
        item.iri
        for items in (statements.added, statements.removed, statements.changed)
        for item in items
    }
    return Difference(
        statements=statements,
        facts=_changes(old, new, old.facts(), new.facts(), _values, _because(touched)),
        types=_types(old, new, touched),
        disputes=_changes(old, new, old.disputes(), new.disputes(), _values, _rivalry),
        things=_changes(old, new, old.written, new.written, _values),
        answers=_answers(old, new),
        files=_files(old, new),
    )


Details = Callable[[Side, Side, Said, Said], tuple[str, ...]]
Reason = Callable[[Side, str, Said], tuple[str, ...]]


def _none(_side: Side, _iri: str, _said: Said) -> tuple[str, ...]:
    return ()


def _changes(
    old: Side,
    new: Side,
    before: Mapping[str, Said],
    after: Mapping[str, Said],
    details: Details,
    reason: Reason = _none,
) -> Changes:
    def item(side: Side, iri: str, said: Said) -> Item:
        return Item(iri, side.label(iri), side.place(iri), reason(side, iri, said))

    changed = []
    for iri in sorted(before.keys() & after.keys()):
        if before[iri] != after[iri] and (told := details(old, new, before[iri], after[iri])):
            changed.append(Item(iri, new.label(iri), new.place(iri), told))
    return Changes(
        tuple(item(new, iri, after[iri]) for iri in sorted(after.keys() - before.keys())),
        tuple(item(old, iri, before[iri]) for iri in sorted(before.keys() - after.keys())),
        tuple(changed),
    )


def _values(old: Side, new: Side, before: Said, after: Said) -> tuple[str, ...]:
    """Each property whose values differ: what was said of it, and what is said now."""
    lines = []
    for name in sorted({pair[0] for pair in before ^ after}):
        was = sorted(words(old, o) for p, o in before - after if p == name)
        now = sorted(words(new, o) for p, o in after - before if p == name)
        if name == F + "evidence":
            lines.append(f"passages: {_passages(was)} → {_passages(now)}")
        elif name == F + "basis":
            lines += [f"no longer said by: {text}" for text in was]
            lines += [f"now also said by: {text}" for text in now]
        else:
            said = f"{', '.join(was) or 'nothing'} → {', '.join(now) or 'nothing'}"
            lines.append(f"{_called(new, name)}: {said}")
    return tuple(lines)


def _called(side: Side, name: str) -> str:
    return "wording" if name == RDFS_LABEL.value else side.label(name)


def _passages(values: list[str]) -> str:
    return f"{len(values)} changed" if values else "none"


def words(side: Side, form: str) -> str:
    """A term as a reader would say it."""
    if form.startswith("<") and form.endswith(">"):
        return side.label(form[1:-1])
    if form.startswith('"'):
        return form[1 : form.rindex('"')]
    return "a description" if form.startswith("[") else form


def _because(touched: set[str]) -> Reason:
    """The statements behind a fact; those of the change first."""

    def reason(side: Side, _iri: str, said: Said) -> tuple[str, ...]:
        basis = sorted(o[1:-1] for p, o in said if p == F + "basis")
        basis.sort(key=lambda iri: iri not in touched)
        return tuple(f"since {_source(side, iri)} says: {side.label(iri)}" for iri in basis)

    return reason


def _source(side: Side, statement: str) -> str:
    return side.label(f"{BASE}id/source/{statement.rsplit('/', 2)[1]}")


def _types(old: Side, new: Side, touched: set[str]) -> Changes:
    def item(side: Side, thing: str, cls: str) -> Item:
        label = f"{side.label(thing)} — {side.label(cls)}"
        return Item(thing, label, side.place(thing), _proof(side, thing, cls, touched))

    before, after = old.types(), new.types()
    return Changes(
        tuple(item(new, *pair) for pair in sorted(after - before)),
        tuple(item(old, *pair) for pair in sorted(before - after)),
    )


def _proof(side: Side, thing: str, cls: str, touched: set[str]) -> tuple[str, ...]:
    for found in side.explainer.types(thing):
        if found.type == cls:
            said = sorted(found.statements, key=lambda iri: iri not in touched)
            return (
                *(f"by definition: {axiom}" for axiom in found.proof.axioms),
                *(f"since {_source(side, iri)} says: {side.label(iri)}" for iri in said),
            )
    return ()


def _rivalry(side: Side, _iri: str, said: Said) -> tuple[str, ...]:
    rivals = sorted(o[1:-1] for p, o in said if p == F + "rival")
    return tuple(f"{_source(side, iri)} says: {side.label(iri)}" for iri in rivals)


def _answers(old: Side, new: Side) -> Changes:
    """Competency questions of the new side whose answer is another one on the old side."""
    changed = []
    for question in read_questions(new.content):
        was, now = _answer(old, question), _answer(new, question)
        if was != now:
            lost, gained = sorted(was - now), sorted(now - was)
            details = [f"no longer: {row}" for row in lost] + [f"now: {row}" for row in gained]
            place = (new.content.relative(question.path), 1)
            changed.append(Item(question.name, question.summary, place, tuple(details)))
    return Changes(changed=tuple(changed))


def _answer(side: Side, question: Question) -> set[str]:
    try:
        answer = side.engine.query(question.text, at=question.at or side.end)
    except QueryError as error:
        return {f"not answered: {error}"}
    if isinstance(answer, Boolean):
        return {"yes" if answer.value else "no"}
    if isinstance(answer, Solutions):
        return {
            ", ".join(_cell(side, value(term)) for term in row) or "(empty)" for row in answer.rows
        }
    return {str(triple) for triple in answer.triples}


def _cell(side: Side, text: str) -> str:
    return side.label(text) if text.startswith(("http://", "https://")) else text


def _files(old: Side, new: Side) -> Changes:
    """Files of rules, shapes and questions: what they say is not RDF that a reader can follow."""

    def told(name: str) -> bool:
        return not name.startswith("data/") and name != "ontology/prefixes.json"

    before = {name: digest for name, digest in old.files.items() if told(name)}
    after = {name: digest for name, digest in new.files.items() if told(name)}

    def items(names: set[str]) -> tuple[Item, ...]:
        return tuple(Item(name, name) for name in sorted(names))

    both = before.keys() & after.keys()
    return Changes(
        items(after.keys() - before.keys()),
        items(before.keys() - after.keys()),
        items({name for name in both if before[name] != after[name]}),
    )
