"""Why an ontology is inconsistent: a smallest set of axioms and facts that clash.

HermiT only says that there is a clash. What clashes is mostly foreseen by rules
(:mod:`foedus.graph.contradictions`), and then one run of HermiT proves it: without any one of the
set all is consistent, with all of it nothing is. What the rules do not foresee is found by probes:
it is asked for growing parts, and the last thing that was added before the clash is needed
(deletion by prefixes; the set found is one from which nothing can be spared). One run of Java reads
many parts one after the other and stops at the first that clashes. To need few and small probes,
what :mod:`foedus.graph.modules` holds suspect comes first, and only the module that speaks of it
goes in.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from foedus.content.names import BASE
from foedus.findings import CannotRun
from foedus.graph.axioms import Axiom, is_declaration, terms, units
from foedus.graph.contradictions import foreseen
from foedus.graph.modules import module, suspicious
from foedus.graph.reasoning import (
    JAVA_HEAP_MB,
    JAVA_OPTIONS,
    OWL,
    TYPE,
    java,
)

#: So many parts go into one run of Java, once it is known about where the clash comes.
AT_ONCE = 12
#: A clash is expected so near: up to here every step is tried at once.
NEAR = 24
_CLASH = "InconsistentOntologyException"
_CONSISTENT = "is satisfiable"
#: Of known axioms and a list of more: how many of the list are needed until they clash; 0 for none.
First = Callable[[Sequence[Axiom], Sequence[Axiom]], int]


def justify(axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]) -> list[Axiom]:
    """A smallest set of axioms and facts that clash; all of *axioms* and *facts* together do.

    Facts come first: few are left over, and only the module of the ontology that speaks of them is
    searched for axioms. Raises :class:`CannotRun` where HermiT does not run, or finds no clash.
    """
    if found := foreseen_clash(axioms, facts):
        return found
    declared = [triple for triple in axioms if is_declaration(triple)]
    groups = units(axioms)

    def first(known: Sequence[Axiom], more: Sequence[Axiom]) -> int:
        return _first_clash(declared, known, more)

    suspects = suspicious(facts, groups)
    needed = smallest(module(groups, facts), suspects, first)
    return smallest(needed, module(groups, [t for fact in needed for t in fact]), first) + needed


def foreseen_clash(axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]) -> list[Axiom]:
    """The smallest clash that rules foresee and HermiT proves; empty where there is none such."""
    guess = foreseen(module(units(axioms), facts), [(fact,) for fact in facts])
    declared = [triple for triple in axioms if is_declaration(triple)]
    return proven(declared, guess) if guess else []


def proven(declared: Sequence[ox.Triple], guess: Sequence[Axiom]) -> list[Axiom]:
    """The part of *guess* that clashes and of which nothing can be spared, by HermiT's word.

    Empty where all of it is consistent. One run of Java when nothing could be spared; one more for
    each that could.
    """
    left = list(guess)
    while True:
        named = {term for unit in left for term in terms(unit)}
        needed = [t for t in declared if t.subject.value in named]  # type: ignore[union-attr]
        without = [[unit for unit in left if unit is not spared] for spared in left]
        parts = [*without, left]
        consistent = _consistent([*needed, *(t for unit in part for t in unit)] for part in parts)
        if consistent > len(left):
            return []
        if consistent == len(left):
            return left
        left.pop(consistent)


def unsatisfiable(axioms: Sequence[ox.Triple], cls: str) -> list[Axiom]:
    """A smallest set of axioms by which *cls* can have no member."""
    member = ox.Triple(ox.NamedNode(BASE + "any-member"), TYPE, ox.NamedNode(cls))
    return [axiom for axiom in justify(axioms, [member]) if axiom != (member,)]


def smallest(background: Sequence[Axiom], soft: Sequence[Axiom], first: First) -> list[Axiom]:
    """A smallest part of *soft* that clashes together with *background*; all of both clash.

    Empty when the background clashes by itself. Smallest means that nothing of it can be spared.
    """
    needed: list[Axiom] = []
    rest = list(soft)
    while last := first([*background, *needed], rest):
        needed.append(rest[last - 1])
        rest = rest[: last - 1]
        if not rest:
            break
    return needed


def _first_clash(
    declared: Sequence[ox.Triple], known: Sequence[Axiom], more: Sequence[Axiom]
) -> int:
    low: int = 0
    high: int = len(more)  # the clash comes with at least low and at most high of them
    doubled = (NEAR * 2**n for n in range(high.bit_length()))
    ends: list[int] = [*range(min(NEAR, high)), *(end for end in doubled if end < high), high]
    while True:
        consistent = _consistent(
            [*declared, *(t for axiom in (*known, *more[:end]) for t in axiom)] for end in ends
        )
        if consistent == len(ends):
            raise CannotRun("HermiT finds no clash among the axioms and facts that clashed before.")
        high = ends[consistent]
        low = ends[consistent - 1] + 1 if consistent else high
        if low >= high:
            return high
        ends = sorted({*range(low, high, max(1, (high - low) // AT_ONCE)), high})


def _consistent(parts: Iterable[Iterable[ox.Triple]]) -> int:
    """How many of *parts* are consistent before the first that is not."""
    import owlready2.reasoning

    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        paths = []
        for number, part in enumerate(parts):
            path = Path(folder) / f"{number}.nt"
            name = ox.NamedNode(f"{BASE}reasoned/{number}")
            with path.open("wb") as file:
                ox.serialize(
                    [ox.Triple(name, TYPE, ox.NamedNode(OWL + "Ontology")), *part],
                    output=file,
                    format=ox.RdfFormat.N_TRIPLES,
                )
            paths.append(path.as_uri())
        command = [str(java()), f"-Xmx{JAVA_HEAP_MB}M", *JAVA_OPTIONS.split()]
        command += ["-cp", owlready2.reasoning._HERMIT_CLASSPATH]
        command += ["org.semanticweb.HermiT.cli.CommandLine", "-k", *paths]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotRun(f"HermiT did not run: {error}") from error
    if ran.returncode and _CLASH not in ran.stderr:
        raise CannotRun(f"HermiT did not run: {ran.stderr[:400]}")
    return ran.stdout.count(_CONSISTENT)
