"""Constraints on one value (SHACL, sections 4.1 to 4.4, 4.8): each as a SPARQL expression.

An expression is true where the value conforms; an error in it counts as false, as the
specification has it for values that cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.check.shacl.paths import IllFormed, items

#: Lexical forms (XML Schema 1.1, part 2) of the datatypes of SPARQL 1.1, section 17.1, and those
#: derived from xsd:integer with their bounds.
_LEXICAL = {
    XSD.integer: r"[+-]?[0-9]+",
    XSD.decimal: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    XSD.float: r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)",
    XSD.double: r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)",
    XSD.boolean: r"(true|false|1|0)",
}
_CAST = {XSD.dateTime, XSD.date, XSD.time}
_BOUNDS: dict[URIRef, tuple[int | None, int | None]] = {
    XSD.nonPositiveInteger: (None, 0),
    XSD.negativeInteger: (None, -1),
    XSD.long: (-(2**63), 2**63 - 1),
    XSD.int: (-(2**31), 2**31 - 1),
    XSD.short: (-(2**15), 2**15 - 1),
    XSD.byte: (-128, 127),
    XSD.nonNegativeInteger: (0, None),
    XSD.unsignedLong: (0, 2**64 - 1),
    XSD.unsignedInt: (0, 2**32 - 1),
    XSD.unsignedShort: (0, 2**16 - 1),
    XSD.unsignedByte: (0, 255),
    XSD.positiveInteger: (1, None),
}
_KINDS = {
    SH.IRI: "isIRI({v})",
    SH.BlankNode: "isBlank({v})",
    SH.Literal: "isLiteral({v})",
    SH.BlankNodeOrIRI: "!isLiteral({v})",
    SH.BlankNodeOrLiteral: "!isIRI({v})",
    SH.IRIOrLiteral: "!isBlank({v})",
}
_ORDER = {
    SH.minExclusive: ">",
    SH.minInclusive: ">=",
    SH.maxExclusive: "<",
    SH.maxInclusive: "<=",
}
Expression = Callable[[str], str]


def value_tests(
    graph: Graph, shape: Node, classes: Callable[[Node], Iterable[Node]]
) -> list[tuple[URIRef, Expression]]:
    """The component and the expression of each constraint of *shape* on one value at a time.

    *classes* gives a class with all its subclasses. Raises
    :class:`~foedus.check.shacl.paths.IllFormed`.
    """
    tests: list[tuple[URIRef, Expression]] = []
    for value in graph.objects(shape, SH["class"]):
        tests.append((SH.ClassConstraintComponent, _class(list(classes(value)))))
    for value in graph.objects(shape, SH.datatype):
        tests.append((SH.DatatypeConstraintComponent, _datatype(value)))
    for value in graph.objects(shape, SH.nodeKind):
        if value not in _KINDS:
            raise IllFormed(f"sh:nodeKind is {value}")
        tests.append((SH.NodeKindConstraintComponent, _template(_KINDS[value])))  # type: ignore[index]
    for parameter, sign in _ORDER.items():
        for value in graph.objects(shape, parameter):
            if not isinstance(value, Literal):
                raise IllFormed(f"{parameter} is no literal")
            name = str(parameter).rsplit("#", 1)[-1]
            component = URIRef(f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent")
            tests.append((component, _template(f"COALESCE({{v}} {sign} {term(value)}, false)")))
    for parameter, sign, component in (
        (SH.minLength, ">=", SH.MinLengthConstraintComponent),
        (SH.maxLength, "<=", SH.MaxLengthConstraintComponent),
    ):
        for value in graph.objects(shape, parameter):
            number = whole(value, "length")
            test = f"(!isBlank({{v}}) && STRLEN(STR({{v}})) {sign} {number})"
            tests.append((component, _template(test)))
    flags = graph.value(shape, SH.flags)
    for value in graph.objects(shape, SH.pattern):
        pattern = term(Literal(str(value))) + (f", {term(Literal(str(flags)))}" if flags else "")
        test = f"(!isBlank({{v}}) && COALESCE(REGEX(STR({{v}}), {pattern}), false))"
        tests.append((SH.PatternConstraintComponent, _template(test)))
    for value in graph.objects(shape, SH.languageIn):
        ranges = [term(Literal(str(tag))) for tag in items(graph, value)]
        test = " || ".join(f"langMatches(lang({{v}}), {tag})" for tag in ranges) or "false"
        tests.append(
            (
                SH.LanguageInConstraintComponent,
                _template(f"(isLiteral({{v}}) && COALESCE({test}, false))"),
            )
        )
    for value in graph.objects(shape, SH["in"]):
        tests.append((SH.InConstraintComponent, _template(_in(items(graph, value)))))
    return tests


def term(node: Node) -> str:
    """An RDF term as SPARQL writes it, its lexical form untouched."""
    if isinstance(node, Literal):
        text = str(node)
        for letter, code in (
            ("\\", "\\\\"),
            ('"', '\\"'),
            ("\n", "\\n"),
            ("\r", "\\r"),
            ("\t", "\\t"),
        ):
            text = text.replace(letter, code)
        if node.language:
            return f'"{text}"@{node.language}'
        return f'"{text}"' + (f"^^<{node.datatype}>" if node.datatype else "")
    if isinstance(node, URIRef):
        return f"<{node}>"
    raise IllFormed(f"a blank node stands where a term is expected: {node}")


def whole(value: Node, what: str) -> int:
    """The number that a parameter is; raises :class:`IllFormed` for what is none."""
    try:
        return int(str(value))
    except ValueError:
        raise IllFormed(f"{what} is {value}, which is no whole number") from None


def _template(text: str) -> Expression:
    return lambda variable: text.replace("{v}", variable)


def _class(classes: list[Node]) -> Expression:
    tests = [f"EXISTS {{ {{v}} <{RDF.type}> {term(kind)} }}" for kind in classes]
    return _template("(" + " || ".join(tests) + ")")


def _datatype(datatype: Node) -> Expression:
    if not isinstance(datatype, URIRef):
        raise IllFormed(f"sh:datatype is {datatype}")
    tests = ["isLiteral({v})", f"datatype({{v}}) = <{datatype}>"]
    lexical = _LEXICAL.get(datatype)
    if datatype in _BOUNDS:
        lexical = _LEXICAL[XSD.integer]
        low, high = _BOUNDS[datatype]
        # Decimals hold what integers of the engine cannot.
        number = f"<{XSD.decimal}>(STR({{v}}))"
        tests += [f"{number} >= {low}.0"] if low is not None else []
        tests += [f"{number} <= {high}.0"] if high is not None else []
    if lexical:
        pattern = lexical.replace("\\", "\\\\")
        tests.insert(2, f'REGEX(STR({{v}}), "^{pattern}$")')
    elif datatype in _CAST:
        tests.append(f"BOUND({{v}}) && isLiteral(<{datatype}>(STR({{v}})))")
    return _template(f"COALESCE({' && '.join(tests)}, false)")


def _in(members: list[Node]) -> str:
    iris = [term(member) for member in members if isinstance(member, URIRef)]
    tests = [f"sameTerm({{v}}, {term(m)})" for m in members if not isinstance(m, URIRef)]
    if iris:
        tests.append(f"(isIRI({{v}}) && {{v}} IN ({', '.join(iris)}))")
    return "(" + (" || ".join(tests) or "false") + ")"
