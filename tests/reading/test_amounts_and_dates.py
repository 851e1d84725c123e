"""Amounts and dates in the ways that tills and people write them."""

from __future__ import annotations

import pytest

from workers.reading.amounts import amounts_in, currency_of
from workers.reading.dates import dates_in, is_day_first


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("12.50", ["12.50"]),
        ("1,234.50", ["1234.50"]),
        ("1.234,50 €", ["1234.50"]),
        ("1 234,50 €", ["1234.50"]),
        ("CHF 1'234.50", ["1234.50"]),
        ("$20", ["20.00"]),
        ("RM0.47", ["0.47"]),
        ("RMO.47", ["0.47"]),
        ("190. 00", ["190.00"]),
        ("-3.50", ["-3.50"]),
        ("2 100.00", ["100.00"]),
        ("3.00  0.70  2.10", ["3.00", "0.70", "2.10"]),
        ("19 % 7,00%", []),
        ("12:30 2018 03-58751191", []),
        ("1.2.3.4", []),
        ("25.12.2018", []),
    ],
)
def test_amounts(printed: str, expected: list[str]) -> None:
    assert [amount.normalized for amount in amounts_in(printed)] == expected


@pytest.mark.parametrize(
    ("mark", "around", "code"),
    [
        ("RM", "", "MYR"),
        ("€", "", "EUR"),
        ("£", "", "GBP"),
        ("¥", "", "JPY"),
        ("$", "", "USD"),
        ("$", "12 Orchard Road, Singapore", "SGD"),
        ("S$", "", "SGD"),
        ("chf", "", "CHF"),
        ("kg", "", ""),
    ],
)
def test_currencies(mark: str, around: str, code: str) -> None:
    assert currency_of(mark, around) == code


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2018-03-18 13:18", "2018-03-18"),
        ("25/12/2018 8:13:39 PM", "2018-12-25"),
        ("29/12/201711:41", "2017-12-29"),
        ("18-11-18", "2018-11-18"),
        ("03.05.2024", "2024-05-03"),
        ("19/01/97", "1997-01-19"),
        ("3. Mai 2024", "2024-05-03"),
        ("le 14 février 2023", "2023-02-14"),
        ("3 de marzo de 2024", "2024-03-03"),
        ("August 3 , 2014", "2014-08-03"),
        ("Mar 5th, 2021", "2021-03-05"),
        ("07-Jan-2019", "2019-01-07"),
        ("2024年5月3日", "2024-05-03"),
        ("12/31/2020", "2020-12-31"),
        ("15/O6/2O18", "2018-06-15"),
        ("1l-12-2018", "2018-12-11"),
    ],
)
def test_dates(printed: str, expected: str) -> None:
    assert [found.day.isoformat() for found in dates_in(printed)] == [expected]


@pytest.mark.parametrize(
    "printed",
    [
        "30/02/2018",
        "03-58751191",
        "12.50",
        "10:15:20",
        "99/99/2018",
        "2 10 20",
        "1.2.3.4",
        "A4 1/2",
    ],
)
def test_what_is_no_date(printed: str) -> None:
    assert dates_in(printed) == []


def test_the_order_of_day_and_month_is_told_by_the_other_dates() -> None:
    assert is_day_first(["01/02/2020", "25/12/2020"], dollars=True)
    assert not is_day_first(["01/02/2020", "12/25/2020"], dollars=False)
    assert not is_day_first(["01/02/2020"], dollars=True)
    assert dates_in("01/02/2020", day_first=False)[0].day.isoformat() == "2020-01-02"


def test_a_day_that_could_be_a_month_is_unsure() -> None:
    assert dates_in("01/02/2020")[0].unsure
    assert not dates_in("02/02/2020")[0].unsure
    assert not dates_in("25/02/2020")[0].unsure


def test_a_date_to_come_is_read_with_its_year_first() -> None:
    assert dates_in("17-05-31")[0].day.isoformat() == "2017-05-31"
