"""What was asked of single things is asked once, and not all of it is kept."""

from foedus.web.remembered import Remembered


class Asked:
    """Answers with the length of a name, and knows nothing of names without letters."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, names):
        self.calls.append(list(names))
        return {name: len(name) for name in names if name.isalpha()}


def test_only_what_is_not_known_is_asked_and_in_one_go() -> None:
    asked, kept = Asked(), Remembered(10)
    assert kept.each(["iraq", "iran", "iraq"], asked) == {"iraq": 4, "iran": 4}
    assert kept.each(["iran", "oman", "7"], asked) == {"iran": 4, "oman": 4}
    assert asked.calls == [["iraq", "iran"], ["oman", "7"]]


def test_that_there_is_nothing_is_remembered_too() -> None:
    asked, kept = Asked(), Remembered(10)
    assert kept.each(["7"], asked) == kept.each(["7"], asked) == {}
    assert asked.calls == [["7"]]


def test_what_was_used_last_stays_and_the_rest_goes() -> None:
    asked, kept = Asked(), Remembered(2)
    kept.each(["a", "b"], asked)
    kept.each(["a"], asked)
    kept.each(["c"], asked)
    kept.each(["a", "c"], asked)
    assert asked.calls == [["a", "b"], ["c"]]
    kept.each(["b"], asked)
    assert asked.calls[-1] == ["b"]


def test_more_than_is_kept_is_answered_whole() -> None:
    assert Remembered(2).each("abcd", Asked()) == dict.fromkeys("abcd", 1)
