"""The total of a receipt or an invoice, and the subtotal and tax that lead to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workers.reading.amounts import Amount, amounts_in, blurred_in
from workers.reading.findings import Finding, below
from workers.reading.rows import Row

_T = r"t[o0]t[ae][l1i|]"
_STRONG = re.compile(
    rf"\b(?:grand|round\w*(?:\sd)?|nett?|final|overall|invoice|bill)\s*{_T}\b"
    rf"|\b{_T}\s*(?:amount|amt)?\s*(?:due|payable|to pay|rounded|after (?:r|adj)\w*|paid)\b"
    rf"|\b{_T}\s*(?:am[ao]unt|amt|ttc|a pagar|brutto)\b"
    rf"|\b{_T}\s*(?:sales?)?\s*\(?\s*"
    r"(?:in[a-z]{0,3}\.?\s*(?:of\s*)?(?:gst|tax|vat)|inclusive|incl|with gst)"
    r"|\b(?:am[ao]unt|amt|balance)\s*(?:due|payable|to pay)\b|\bnett\s*(?:am[ao]unt|amt)\b"
    r"|\b(?:gesamtbetrag|gesamtsumme|endbetrag|rechnungsbetrag|zu zahlen(?:der betrag)?)\b"
    r"|\b(?:net [aà] payer|montant (?:total|d[uû]|ttc)|importe total|total factura)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"(?<![\w-])(?:{_T}(?:\s*sales?)?|jumlah|summe|gesamt|betrag|montant|importe|totale)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"\b(?:sub|zwischen|sous)\s*-?\s*(?:{_T}|summe)|excl|exci|before|without|hors taxe|\bht\b|"
    rf"\bnetto\b|{_T}\s*\W?\s*(?:no\.?\s*(?:of)?|qty|quantity|items?\b|pcs|units?|pax|"
    r"disc|savings?|rabatt|points?|rounding|"
    r"(?:gst|g\.s\.t|tax|vat|sst|mwst|tva|iva)\b(?!\W{0,3}in))|"
    r"(?:qty|quantity|item|discount|tax|saving|gst)s?\s*\W?\s*t[o0]ta[l1]|you saved|"
    r"base imponible|\bdate\b",
    re.IGNORECASE,
)
_WORDS_BEFORE, _WORDS_AFTER = re.compile(r"[^\d]*$"), re.compile(r"[^\d]*")
_SUBTOTAL = re.compile(
    rf"\b(?:sub\s*-?\s*{_T}|zwischensumme|sous\s*-?\s*total|untaxed amount|net amount|"
    rf"nettobetrag|total ht|base imponible|{_T}\s*(?:sales?)?\s*\(?exc[li]\w*)",
    re.IGNORECASE,
)
_TAX = re.compile(
    r"(?<![^\W\d_])(?:gst|g\.s\.t|sst|vat|sales tax|tax(?:es)?|service tax|mwst|ust|mehrwertsteuer|"
    r"umsatzsteuer|tva|iva|hst)\b",
    re.IGNORECASE,
)
_NOT_TAX = re.compile(
    r"invoice|\breg|\bid\b|\bno\b|number|summary|incl|excl|before|total with|sub\s*-?total",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:cash|tender(?:ed)?|paid|payment|visa|master\w*|debit|credit|card|tunai|bar|gegeben|"
    r"especes|espèces|efectivo|eft\w*|amex)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:change|baki|r[uü]ckgeld|rendu|cambio|zur[uü]ck)\b", re.IGNORECASE)
_SUMMARY = re.compile(r"\b(?:gst|tax|vat|mwst)\W{0,3}(?:summary|analysis|code)", re.IGNORECASE)
_ROUNDING = re.compile(r"\b(?:round\w*(?:\sd)?\s*(?:adj\w*|ding)?|rundung)\b", re.IGNORECASE)
# More rows than this with a total, a tax or a payment are no bill's.
MAX_NAMED = 200
_CENTS = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Money:
    """What rows of a page say about money: each amount with its row's place."""

    rows: Sequence[Row]
    amounts: Sequence[tuple[int, Amount]]
    by_row: Mapping[int, Sequence[Amount]]

    def on(self, order: int, start: int) -> list[Amount]:
        """Return the amounts of a row from a place of its text on."""
        return [amount for amount in self.by_row.get(order, ()) if amount.start >= start]

    def by(self, pattern: re.Pattern[str], unless: re.Pattern[str] | None = None) -> list[Decimal]:
        """Return the amounts of rows with a word before them, the last of each row."""
        found = []
        for order, row in enumerate(self.rows):
            match = pattern.search(row.text)
            if match and not (unless and unless.search(row.text)):
                found += [amount.value for amount in self.on(order, match.end())[-1:]]
        return found


def money_on(rows: Sequence[Row]) -> Money:
    """Read every amount once."""
    by_row = {i: found for i, row in enumerate(rows) if (found := amounts_in(row.text))}
    return Money(rows, [(i, one) for i, found in by_row.items() for one in found], by_row)


def find_total(money: Money) -> Finding | None:
    """Return what was to be paid: the total that other amounts agree with best."""
    candidates = list(_totals(money))[:MAX_NAMED]
    if not candidates:
        return _paid(money)
    support = _support(money)
    scored = [(_score(one, support), one) for one in candidates]
    best_score, best = max(scored, key=lambda pair: (pair[0], pair[1].order))
    rivals = {one.normalized for score, one in scored if score > best_score - 0.5}
    certainty = 0.95 if best_score >= 3 else 0.85 if best_score >= 2 else 0.6
    return best.sure(certainty if len(rivals) == 1 else certainty - 0.15)


def find_parts(money: Money, total: Decimal | None) -> list[Finding]:
    """Return subtotal and tax where rows name them: those that make up the total, if any do."""
    subtotals, taxes = _parts(money)
    subtotals = [s for s in subtotals if total is None or s.amount <= total + 1]
    taxes = [t for t in taxes if total is not None and t.amount < total / 2]
    for subtotal in reversed(subtotals):
        for tax in taxes:
            if total is not None and abs(subtotal.amount + tax.amount - total) <= _CENTS:
                return [subtotal.sure(0.95), tax.sure(0.95)]
    return [one[0].sure(0.8) for one in (subtotals[::-1], taxes) if one]


def _parts(money: Money) -> tuple[list[Finding], list[Finding]]:
    return list(_subtotals(money))[:MAX_NAMED], list(_taxes(money))[:MAX_NAMED]


def _subtotals(money: Money) -> Iterator[Finding]:
    for order, row in enumerate(money.rows):
        match = _SUBTOTAL.search(row.text)
        amount = _beside(money, order, match.end()) if match else None
        if match and amount and amount.value > 0:
            yield _finding("subtotal", money.rows, order, match.span(), amount, 0.8)


def _taxes(money: Money) -> Iterator[Finding]:
    for order, row in enumerate(money.rows):
        match = _TAX.search(row.text)
        amount = _beside(money, order, match.end()) if match else None
        if match and amount and amount.value > 0 and not _NOT_TAX.search(row.text):
            yield _finding("tax", money.rows, order, match.span(), amount, 0.8)


def _totals(money: Money) -> Iterator[Finding]:
    """Give every amount that a word for total names; ``certainty`` is how plainly."""
    for order, row in enumerate(money.rows):
        for pattern, weight in ((_STRONG, 2.0), (_PLAIN, 1.0)):
            plain = [m for m in pattern.finditer(row.text) if not _is_other(row.text, m)]
            if plain:
                yield from _named(money, order, plain[-1], weight)
                break


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Tell by the words around it whether a total is one of something else."""
    before = _WORDS_BEFORE.search(text, max(match.start() - 16, 0), match.start())
    after = _WORDS_AFTER.match(text, match.end(), match.end() + 16)
    return bool(
        _OTHER.search((before[0] if before else "") + match[0] + (after[0] if after else ""))
    )


def _named(money: Money, order: int, match: re.Match[str], weight: float) -> Iterator[Finding]:
    rows = money.rows
    beside = money.on(order, match.end() - 1)
    if not beside:
        beside = _repaired(money, rows[order], match.end())
        weight -= 0.5
    if beside:
        amount = max(beside, key=lambda one: one.value)
        if amount.value > 0:
            yield _finding("total", rows, order, match.span(), amount, weight)
        return
    under = below(rows, order, rows[order].between(*match.span()), 1)
    amounts = amounts_in(under.text) if under else []
    if under and amounts and not (_PAID.search(under.text) or _CHANGE.search(under.text)):
        value = under.between(amounts[-1].start, amounts[-1].end)
        key = rows[order].between(*match.span())
        normalized = amounts[-1].normalized
        yield Finding("total", key, value, under.page, weight - 0.5, "", normalized, order)


def _repaired(money: Money, row: Row, start: int) -> list[Amount]:
    """Return numbers whose point was not read, if other rows hold the same amount."""
    known = {amount.value for _, amount in money.amounts}
    return [a for a in blurred_in(row.text) if a.start >= start and a.value in known]


@dataclass(frozen=True, slots=True)
class _Support:
    paid: frozenset[Decimal]
    settled: frozenset[Decimal]
    counts: Counter[Decimal]
    rounded: frozenset[Decimal]
    end: int


def _support(money: Money) -> _Support:
    """Collect what other rows say: paid, paid less change, parts, rounded, how often each is."""
    paid = money.by(_PAID, _CHANGE)[:MAX_NAMED]
    change = money.by(_CHANGE)[:MAX_NAMED]
    settled = {p - c for p in paid for c in change if c > 0}
    subtotals, taxes = _parts(money)
    settled |= {s.amount + t.amount for s in subtotals for t in taxes}
    roundings = {abs(value) for value in money.by(_ROUNDING, _PLAIN)} - {Decimal("0.00")}
    small = {value for value in roundings if value <= _CENTS}
    values = [amount.value for _, amount in money.amounts]
    small = set(sorted(small)[:5])
    rounded = {v + sign * r for v in values for r in small for sign in (1, -1)} & set(values)
    # Rounded sums end on five cents.
    rounded = {value for value in rounded if value % _CENTS == 0}
    return _Support(
        frozenset(paid), frozenset(settled), Counter(values), frozenset(rounded), _end(money)
    )


def _end(money: Money) -> int:
    """Return the row where all is paid: what comes below sums up taxes."""
    for order, row in enumerate(money.rows):
        if _SUMMARY.search(row.text) or (order in money.by_row and _CHANGE.search(row.text)):
            return order
    return len(money.rows)


def _score(one: Finding, support: _Support) -> float:
    value = one.amount
    score = one.certainty
    score += 1.0 if value in support.settled else 0.5 if value in support.paid else 0.0
    score += 1.0 if value in support.rounded else 0.0
    score -= 0.5 if one.order > support.end else 0.0
    return score + 0.25 * min(support.counts[value] - 1, 3)


def _paid(money: Money) -> Finding | None:
    """Return the amount that stands most often among the largest, where no row names a total."""
    counts = Counter(a.value for _, a in money.amounts if a.value > 0)
    support = _support(money)
    if not counts:
        return None
    value = max(counts, key=lambda v: (v in support.settled, min(counts[v], 2), v))
    order, amount = next((o, a) for o, a in money.amounts if a.value == value)
    return _finding("total", money.rows, order, None, amount, 0.4)


def _beside(money: Money, order: int, start: int) -> Amount | None:
    found = money.on(order, start)
    return found[-1] if found else None


def _finding(
    kind: str,
    rows: Sequence[Row],
    order: int,
    key: tuple[int, int] | None,
    amount: Amount,
    certainty: float,
) -> Finding:
    row = rows[order]
    return Finding(
        kind=kind,
        key=row.between(*key) if key else (),
        value=row.between(amount.start, amount.end),
        page=row.page,
        certainty=certainty,
        text=row.text[amount.start : amount.end],
        normalized=amount.normalized,
        order=order,
    )
