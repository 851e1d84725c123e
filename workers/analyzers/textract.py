"""Textract: text, forms with tables, and expenses of one picture; text of a whole stored file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gallery.types import Field, Table, TextPage
from workers.analyzers.base import (
    AnalyzerError,
    AnalyzerInput,
    Billed,
    Completed,
    Pending,
    StoredInput,
)
from workers.analyzers.textract_blocks import document_of
from workers.analyzers.textract_calls import NAME, TextractCalls
from workers.analyzers.textract_expense import expense_fields, expense_tables
from workers.analyzers.textract_forms import fields_of, tables_of
from workers.analyzers.textract_pages import pages_of

Raw = Mapping[str, Any]
_BLOCKS_AT_ONCE = 1000
_MAX_ANSWERS = 1000
_DONE = ("SUCCEEDED", "PARTIAL_SUCCESS")


class TextractTextAnalyzer:
    """Reads one picture."""

    name = NAME
    provider = NAME
    operation = "DetectDocumentText"

    def __init__(self, calls: TextractCalls) -> None:
        self._calls = calls

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {"operation": self.operation}

    def analyze(self, picture: AnalyzerInput) -> Completed:
        """Return one page; raises AnalyzerError."""
        raw = self._ask(picture)
        return Completed(
            raw=raw,
            model_version=_version(raw),
            pages=tuple(self.pages_from_raw(raw)),
            fields=tuple(self.fields_from_raw(raw)),
            tables=tuple(self.tables_from_raw(raw)),
            units=1,
        )

    def pages_from_raw(self, raw: Raw) -> Sequence[TextPage]:
        """Rebuild the page from a kept raw answer; pure, offline."""
        return pages_of(*document_of([raw]))

    def fields_from_raw(self, raw: Raw) -> Sequence[Field]:
        """Rebuild the fields from a kept raw answer; pure, offline."""
        return ()

    def tables_from_raw(self, raw: Raw) -> Sequence[Table]:
        """Rebuild the tables from a kept raw answer; pure, offline."""
        return ()

    def _ask(self, picture: AnalyzerInput) -> dict[str, Any]:
        return self._calls.see("detect_document_text", picture.path)


class TextractFormsAnalyzer(TextractTextAnalyzer):
    """Reads one picture with its forms, its tables, or both; the answer holds all text, too."""

    def __init__(self, calls: TextractCalls, *, forms: bool, tables: bool) -> None:
        super().__init__(calls)
        wanted = {"FORMS": forms, "TABLES": tables}
        self._features = [name for name, is_wanted in wanted.items() if is_wanted]
        # Each feature has a price of its own.
        self.operation = f"AnalyzeDocument:{'+'.join(self._features)}"

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the picture that shapes the raw answer (cache key)."""
        return {"operation": "AnalyzeDocument", "features": self._features}

    def fields_from_raw(self, raw: Raw) -> Sequence[Field]:
        """Rebuild the keys and values from a kept raw answer; pure, offline."""
        return fields_of(*document_of([raw]))

    def tables_from_raw(self, raw: Raw) -> Sequence[Table]:
        """Rebuild the tables from a kept raw answer; pure, offline."""
        return tables_of(*document_of([raw]))

    def _ask(self, picture: AnalyzerInput) -> dict[str, Any]:
        return self._calls.see("analyze_document", picture.path, FeatureTypes=self._features)


class TextractExpenseAnalyzer(TextractTextAnalyzer):
    """Reads a receipt or an invoice: what was bought where, when and for how much."""

    operation = "AnalyzeExpense"

    def pages_from_raw(self, raw: Raw) -> Sequence[TextPage]:
        """Rebuild the page from a kept raw answer; older answers hold no text."""
        documents = raw.get("ExpenseDocuments")
        documents = documents if isinstance(documents, list) else []
        return pages_of(*document_of([one for one in documents if isinstance(one, Mapping)]))

    def fields_from_raw(self, raw: Raw) -> Sequence[Field]:
        """Rebuild the fields from a kept raw answer; pure, offline."""
        return expense_fields(raw, 1)

    def tables_from_raw(self, raw: Raw) -> Sequence[Table]:
        """Rebuild the line items from a kept raw answer; pure, offline."""
        return expense_tables(raw, 1)

    def _ask(self, picture: AnalyzerInput) -> dict[str, Any]:
        return self._calls.see("analyze_expense", picture.path)


class TextractLongTextAnalyzer:
    """Reads a whole PDF or TIFF that lies in a bucket."""

    name = NAME
    provider = NAME
    operation = "StartDocumentTextDetection"

    def __init__(self, calls: TextractCalls) -> None:
        self._calls = calls

    def parameters(self) -> Mapping[str, Any]:
        """Everything besides the file that shapes the raw answer (cache key)."""
        return {"operation": self.operation}

    def start(self, stored: StoredInput, token: str) -> Pending:
        """Hand the file over; the same ``token`` never starts (nor costs) twice."""
        answer = self._calls.call(
            "start_document_text_detection",
            DocumentLocation={"S3Object": {"Bucket": stored.bucket, "Name": stored.key}},
            ClientRequestToken=token,
        )
        if not answer.get("JobId"):
            message = "Textract took the file and gave no number to ask for it by."
            raise AnalyzerError("no_answer", message, permanent=False, billed=Billed.UNCERTAIN)
        return Pending(str(answer["JobId"]))

    def collect(self, provider_job_id: str) -> Completed | Pending:
        """Return all pages, or Pending; raises AnalyzerError."""
        answer = self._get(provider_job_id)
        status = answer.get("JobStatus")
        if status == "IN_PROGRESS":
            return Pending(provider_job_id)
        if status not in _DONE:
            raise _failed(answer)
        raw = self._joined(provider_job_id, answer)
        pages = tuple(self.pages_from_raw(raw))
        units = len({page.number for page in pages})
        return Completed(raw=raw, model_version=_version(raw), pages=pages, units=units)

    def pages_from_raw(self, raw: Raw) -> Sequence[TextPage]:
        """Rebuild the pages from a kept raw answer; pure, offline."""
        return pages_of(*document_of([raw]))

    def missing_from_raw(self, raw: Raw) -> Sequence[int] | None:
        """The pages that Textract says it could not read; None when it read all."""
        if raw.get("JobStatus") != "PARTIAL_SUCCESS":
            return None
        warnings = [one for one in raw.get("Warnings") or () if isinstance(one, Mapping)]
        pages = {page for warning in warnings for page in warning.get("Pages") or ()}
        return sorted(page for page in pages if isinstance(page, int))

    def _get(self, job_id: str, token: str = "") -> dict[str, Any]:
        more = {"NextToken": token} if token else {}
        return self._calls.call(
            "get_document_text_detection", JobId=job_id, MaxResults=_BLOCKS_AT_ONCE, **more
        )

    def _joined(self, job_id: str, answer: dict[str, Any]) -> dict[str, Any]:
        """All parts of a paged answer as one."""
        blocks = list(answer.get("Blocks") or [])
        warnings = list(answer.get("Warnings") or [])
        token, asked = answer.get("NextToken"), 1
        while token and asked < _MAX_ANSWERS:
            part = self._get(job_id, token)
            blocks += part.get("Blocks") or []
            warnings += part.get("Warnings") or []
            token, asked = part.get("NextToken"), asked + 1
        return {**answer, "Blocks": blocks, "Warnings": warnings, "NextToken": None}


def _failed(answer: Raw) -> AnalyzerError:
    reason = " ".join(str(answer.get("StatusMessage") or "no reason was given").split())[:300]
    message = f"Textract could not read the file: {reason}."
    return AnalyzerError("job_failed", message, permanent=True, billed=Billed.UNCERTAIN)


def _version(raw: Raw) -> str:
    names = (
        "AnalyzeDocumentModelVersion",
        "DetectDocumentTextModelVersion",
        "AnalyzeExpenseModelVersion",
    )
    return next((str(raw[name]) for name in names if raw.get(name)), "")
