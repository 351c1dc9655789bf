"""Which addresses are endpoints, and which machines they may mean."""

import socket

import pytest

from foedus.engine import Federation, ServiceFailed
from foedus.engine.endpoints import Pinned, endpoint, plain

Entry = tuple[int, int, int, str, tuple[str, int]]


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to these addresses, one answer after the other; the names asked for."""
    waiting, asked = list(answers), []

    def getaddrinfo(host: str, port: int, **_: object) -> list[Entry]:
        asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in waiting.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://x.example/", "http://", "http:///sparql", "http://u@x.example/",
     "http://u:p@x.example/", "http://x.example/#a", "http://x.example/#", "http://x.example/?", "http://x.example:0/",
     "http://x.example:/", "http://x.example:99999/", "http://x.example:a/", "http://x example/",
     "http://x.example/\n", "http://x.example/a b", "http://münchen.example/", "http://[::1/",
     "http://x.example/\\x", "//x.example/", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        endpoint(url)
    with pytest.raises(ValueError, match=r"."):
        Federation([url])


@pytest.mark.parametrize("url", ["HTTP://X.Example/sparql?a=b", "http://x.example:80/sparql?a=b"])
def test_what_is_equal_by_the_standard_is_equal_here(url: str) -> None:
    assert endpoint(url) == endpoint("http://x.example/sparql?a=b")


def test_an_address_is_sent_to_the_host_it_names() -> None:
    assert endpoint("http://[2001:db8::1]:3030/x").authority == "[2001:db8::1]:3030"
    assert endpoint("https://x.example:443").authority == "x.example"
    assert endpoint("https://x.example").target == "/"


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "2002:7f00:1::", "64:ff9b::7f00:1", "224.0.0.1", "ff02::1", "255.255.255.255", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_means_a_private_address_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    for found in ([address], ["93.184.215.14", address]):
        resolving(monkeypatch, found)
        with pytest.raises(ServiceFailed, match="not public"):
            Pinned(endpoint("http://x.example/")).addresses()


def test_a_private_network_can_be_allowed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["10.0.0.1"], ["224.0.0.1"])
    assert Pinned(endpoint("http://fuseki/"), private=True).addresses() == ("10.0.0.1",)
    with pytest.raises(ServiceFailed):
        Pinned(endpoint("http://fuseki/"), private=True).addresses()


def test_an_address_in_numbers_and_localhost_are_as_they_are_written() -> None:
    assert Pinned(endpoint("http://127.0.0.1:1/")).addresses() == ("127.0.0.1",)
    assert "127.0.0.1" in Pinned(endpoint("http://localhost:1/")).addresses()


def test_a_name_that_changes_its_address_later_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    pinned = Pinned(endpoint("http://x.example/"))
    assert pinned.addresses() == ("93.184.215.14",)
    assert pinned.addresses() == ("93.184.215.14",)
    assert asked == ["x.example"]


def test_a_name_that_cannot_be_found_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> list[Entry]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    federation = Federation(["http://x.example/sparql"])
    assert len(federation.pin()) == 1
    resolving(monkeypatch, ["93.184.215.14"])
    assert federation.pin() == []


def test_an_address_within_another_is_judged_by_what_it_leads_to() -> None:
    assert str(plain("::ffff:192.0.2.1")) == "192.0.2.1"
    assert str(plain("64:ff9b::c000:201")) == "192.0.2.1"
    assert str(plain("2002:c000:201::")) == "192.0.2.1"
