"""A page as a tree of elements, to ask what is where on it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass(slots=True)
class Element:
    """An element of a page, with what is in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words in it, with single spaces."""
        parts = [c if isinstance(c, str) else c.text for c in self.children]
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def walk(self) -> Iterator["Element"]:
        """It and every element in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, class_: str = "", **attributes: str) -> list["Element"]:
        """Elements by name, class and attributes."""
        return [
            e
            for e in self.walk()
            if e.tag == tag
            and (not class_ or class_ in e.attributes.get("class", "").split())
            and all(e.attributes.get(n) == v for n, v in attributes.items())
        ]

    def one(self, tag: str, class_: str = "", **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(tag, class_, **attributes)
        return found

    def section(self, id: str) -> "Element":
        """The part of a page under the heading with this id."""
        heading = self.one("h2", id=id)
        assert heading.parent is not None
        return heading.parent

    @property
    def links(self) -> list[str]:
        """Where the links in it lead."""
        return [a.attributes["href"] for a in self.all("a") if "href" in a.attributes]


class Tree(HTMLParser):
    """A page as a tree; raises where a tag is closed that was not open."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("#", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        new = Element(tag, {n: v or "" for n, v in attrs}, self.here)
        self.here.children.append(new)
        if tag not in VOID and not self.get_starttag_text().rstrip().endswith("/>"):  # type: ignore[union-attr]
            self.here = new

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}> at {self.getpos()}"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {n: v or "" for n, v in attrs}, self.here))

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(text: str) -> Element:
    """A page as a tree; every element that is opened is closed."""
    tree = Tree()
    tree.feed(text)
    assert tree.here is tree.root, f"<{tree.here.tag}> is not closed"
    return tree.root


Visit = Callable[..., Element]
