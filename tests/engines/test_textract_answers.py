"""What Textract answers, as pages, fields and tables: its own gaps, and hostile ones."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.types import Box, Field, Table, TextPage
from tests.engines import textract_blocks as made
from workers.analyzers.textract import (
    TextractExpenseAnalyzer,
    TextractFormsAnalyzer,
    TextractLongTextAnalyzer,
    TextractTextAnalyzer,
)
from workers.analyzers.textract_calls import TextractCalls
from workers.steps.normalize import normalized

CALLS = TextractCalls(lambda: None)
TEXT = TextractTextAnalyzer(CALLS)
FORMS = TextractFormsAnalyzer(CALLS, forms=True, tables=True)
EXPENSE = TextractExpenseAnalyzer(CALLS)
LONG = TextractLongTextAnalyzer(CALLS)


def test_lines_and_words_have_their_places_and_hands() -> None:
    raw = made.answer(
        *made.line("Dear Ada", (0.1, 0.1, 0.4, 0.03), written=True),
        *made.line("Invoice 12", (0.1, 0.2, 0.4, 0.03)),
    )
    (page,) = TEXT.pages_from_raw(raw)
    assert (page.number, page.source, page.rotation) == (1, "textract", 0)
    assert [(line.text, line.handwritten) for line in page.lines] == [
        ("Dear Ada", True),
        ("Invoice 12", False),
    ]
    assert [word.text for word in page.lines[0].words] == ["Dear", "Ada"]
    assert page.lines[0].words[1].box == Box(0.3, 0.1, 0.18, 0.03)


def test_two_columns_between_full_lines_are_read_one_after_the_other() -> None:
    left = [f"left line number {n} of the column" for n in range(6)]
    right = [f"right line number {n} of the column" for n in range(6)]
    tops = [0.2 + n * 0.03 for n in range(6)]
    raw = made.answer(
        *made.line("A heading that runs over all of the page", (0.1, 0.1, 0.8, 0.02)),
        *(
            one
            for pair in zip(left, right, tops, strict=True)
            for text, x in ((pair[0], 0.1), (pair[1], 0.55))
            for one in made.line(text, (x, pair[2], 0.38, 0.02))
        ),
        *made.line("A last line that runs over all of the page", (0.1, 0.5, 0.8, 0.02)),
    )
    (page,) = TEXT.pages_from_raw(raw)
    assert [line.text for line in page.lines[1:-1]] == [*left, *right]
    assert page.lines[-1].text.startswith("A last line")


@pytest.mark.parametrize(("corner", "rotation"), [(0, 0), (1, 270), (2, 180), (3, 90)])
def test_a_turned_page_is_known_by_where_its_words_begin(corner: int, rotation: int) -> None:
    blocks = made.line("Upside down", (0.4, 0.4, 0.2, 0.2))
    for one in blocks:
        corners = one["Geometry"]["Polygon"]
        one["Geometry"]["Polygon"] = corners[corner:] + corners[:corner]
    (page,) = TEXT.pages_from_raw(made.answer(*blocks))
    assert page.rotation == rotation


def test_pages_of_a_paged_answer_keep_their_numbers() -> None:
    blocks = [
        *made.line("second", (0.1, 0.1, 0.2, 0.02), page=2),
        made.block("PAGE", "p3", Page=3),
        made.block("PAGE", "p2", Page=2),
        *made.line("third", (0.1, 0.1, 0.2, 0.02), page=3),
    ]
    pages = LONG.pages_from_raw({"DocumentMetadata": {"Pages": {"Pages": 7}}, "Blocks": blocks})
    assert [(page.number, page.text) for page in pages] == [(2, "second"), (3, "third")]


def test_forms_give_keys_values_ticks_and_places() -> None:
    name, member = FORMS.fields_from_raw(made.form())
    assert (name.key, name.value, name.page) == ("Name", "Ada Lovelace", 1)
    assert name.key_box == Box(0.1, 0.1, 0.1, 0.03)
    assert name.value_box == Box(0.3, 0.1, 0.2, 0.03)
    assert (member.key, member.value) == ("Member", "☑")


def test_tables_give_cells_spans_heads_and_titles() -> None:
    (table,) = FORMS.tables_from_raw(made.form())
    assert (table.title, table.box) == ("Expenses", Box(0.1, 0.5, 0.8, 0.3))
    assert [(cell.row, cell.column, cell.text, cell.column_span) for cell in table.cells] == [
        (1, 1, "Costs", 2),
        (2, 1, "=1+1", 1),
        (2, 2, "4.50", 1),
    ]
    assert [cell.header for cell in table.cells] == [True, False, False]


def test_expenses_give_known_fields_once_and_normalized() -> None:
    fields = {
        field.kind or field.key: field
        for field in normalized(EXPENSE.fields_from_raw(made.expense()))
    }
    assert {kind: field.normalized for kind, field in fields.items()} == {
        "vendor": "",
        "date": "2024-03-14",
        "total": "16.20",
        "subtotal": "15.00",
        "tax": "1.20",
        "invoice_number": "",
        "currency": "USD",
        "Cash": "",
    }
    assert fields["vendor"].value == "CORNER MARKET"
    (items,) = EXPENSE.tables_from_raw(made.expense())
    texts = [cell.text for cell in items.cells]
    assert texts == ["Item", "Price", "Milk", "2.50", "Bread", "3.10", "Cheese", "9.40"]
    assert "Total $16.20" in EXPENSE.pages_from_raw(made.expense())[0].text


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("$6231", "6231.00"),
        ("1,350", "1350.00"),
        ("€ 1.234,50", "1234.50"),
        ("-12.00", "-12.00"),
        ("none", ""),
    ],
)
def test_amounts_compare_as_numbers(value: str, amount: str) -> None:
    (total, *_) = normalized([Field("", value, 90.0, kind="total")])
    assert total.normalized == amount


def test_what_is_missing_of_a_part_is_told() -> None:
    partly = made.answer(
        JobStatus="PARTIAL_SUCCESS", Warnings=[{"ErrorCode": "X", "Pages": [5, 3]}, {"Pages": [3]}]
    )
    assert LONG.missing_from_raw(partly) == [3, 5]
    assert LONG.missing_from_raw(made.answer(JobStatus="PARTIAL_SUCCESS")) == []
    assert LONG.missing_from_raw(made.answer(JobStatus="SUCCEEDED")) is None


def test_a_key_without_words_is_dropped_and_its_value_kept_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    raw = made.form()
    key = next(one for one in raw["Blocks"] if one["Id"] == "key")
    key["Relationships"] = made.related(VALUE=["value"])
    with caplog.at_level(logging.DEBUG):
        assert [field.key for field in FORMS.fields_from_raw(raw)] == ["Member"]
    assert "Lovelace" not in caplog.text


def damaged(raw: Any, at: int, by: Any) -> Any:
    """The answer with its ``at``-th value, counted through all of it, replaced or left out."""
    count = -1

    def walk(part: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            return by
        if isinstance(part, dict):
            return {name: walk(value) for name, value in part.items()}
        return [walk(value) for value in part] if isinstance(part, list) else part

    return walk(copy.deepcopy(raw))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    raw=st.sampled_from([made.form(), made.expense(), made.receipt()]),
    at=st.integers(1, 900),
    by=st.sampled_from([None, -1, 10**12, 1.5, float("nan"), "x", [], {}, ["x"], [None], True]),
)
def test_no_damage_to_an_answer_raises(raw: Any, at: int, by: Any) -> None:
    broken = damaged(raw, at, by)
    for analyzer in (TEXT, FORMS, EXPENSE):
        check(analyzer.pages_from_raw(broken), analyzer.tables_from_raw(broken))
        normalized(analyzer.fields_from_raw(broken))


def check(pages: Any, tables: Any) -> None:
    """Boxes lie on the page, and confidences are percentages."""
    for line in (line for page in pages for line in page.lines):
        assert 0 <= line.confidence <= 100
        assert within(line.box)
    for cell in (cell for table in tables for cell in table.cells):
        assert cell.row >= 1 and cell.column >= 1
        assert within(cell.box)


def within(box: Box) -> bool:
    return 0 <= box.left <= 1 and 0 <= box.top <= 1 and box.left + box.width <= 1.001


def recorded(samples: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((samples / "aws").glob("textract_*.json")):
        yield path.stem.removeprefix("textract_"), json.loads(path.read_text())


@pytest.mark.samples
def test_every_recorded_answer_is_understood(samples: Path) -> None:
    seen: dict[str, tuple[list[TextPage], list[Field], list[Table]]] = {}
    for name, raw in recorded(samples):
        analyzer = EXPENSE if "ExpenseDocuments" in raw else FORMS
        pages = list(analyzer.pages_from_raw(raw))
        seen[name] = (
            pages,
            normalized(analyzer.fields_from_raw(raw)),
            list(analyzer.tables_from_raw(raw)),
        )
        check(pages, seen[name][2])
        count = sum(block["BlockType"] == "LINE" for block in raw.get("Blocks", []))
        assert "ExpenseDocuments" in raw or sum(len(page.lines) for page in pages) == count
    assert seen["rotated_90"][0][0].rotation == 270
    assert [page.number for page in seen["async_forms_2_pages"][0]] == [1, 2]
    assert {table.page for table in seen["async_multipage_analysis"][2]} <= {1, 2}
    kinds = {field.kind: field.normalized for field in seen["AnalyzeExpense_receipt"][1]}
    assert (kinds["total"], kinds["date"], kinds["currency"]) == ("1810.46", "2019-12-07", "USD")


@pytest.mark.samples
def test_a_recorded_page_of_columns_is_read_column_by_column(samples: Path) -> None:
    raw = dict(recorded(samples))["multicolumn"]
    text = FORMS.pages_from_raw(raw)[0].text
    assert text.index("The left column contains") < text.index("A horizontally separate right")
    assert text.index("it after the left column") < text.index("A final footer section")
