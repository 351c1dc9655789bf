"""Dates that are no dates, and ends before beginnings."""

from pathlib import Path

from .conftest import Small

STAGE = ("shapes",)


def test_a_date_that_is_not_edtf_is_told_where_it_stands(small: Small) -> None:
    small.replace(small.STATEMENTS, '"1955-06"', '"June 1955"')
    found = [f for f in small.check(*STAGE).findings if f.path == "f:date"]
    (finding,) = found
    assert finding.rule == "shape-date"
    assert finding.file == Path(small.STATEMENTS)
    assert small.said(finding) == '"June 1955"'
    assert "EDTF" in finding.message


def test_a_day_that_no_month_has_is_not_edtf(small: Small) -> None:
    small.replace(small.STATEMENTS, '"1955-06"', '"1955-06-31"')
    (finding,) = small.found("date", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert small.said(finding) == '"1955-06-31"'


def test_an_end_before_its_beginning_is_told_where_it_stands(small: Small) -> None:
    small.replace(small.STATEMENTS, '"1959-03-24"', '"1954"')
    (finding,) = small.found("end-before-begin", STAGE)
    assert finding.file == Path(small.STATEMENTS)
    assert small.said(finding) == '"1954"'
    assert finding.value == "1954"


def test_an_end_in_the_year_of_the_beginning_is_no_finding(small: Small) -> None:
    small.replace(small.STATEMENTS, '"1959-03-24"', '"1955"')
    assert not small.found("end-before-begin", STAGE)


def test_days_without_their_year_are_never_out_of_order(small: Small) -> None:
    small.replace(small.STATEMENTS, 'f:begin "1955"', 'f:begin "XXXX-09-15"')
    small.replace(small.STATEMENTS, '"1959-03-24"', '"XXXX-03-24"')
    assert not small.found("end-before-begin", STAGE)
    assert not small.found("date", STAGE)
