"""The currencies that are told apart, and how they are printed."""

from __future__ import annotations

# As printed, longest first, to ISO 4217.
CURRENCIES = {
    "us$": "USD",
    "hk$": "HKD",
    "nz$": "NZD",
    "s$": "SGD",
    "a$": "AUD",
    "c$": "CAD",
    "r$": "BRL",
    "rm": "MYR",
    "rp": "IDR",
    "rs.": "INR",
    "fr.": "CHF",
    "sfr": "CHF",
    "kr": "SEK",
    "zł": "PLN",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "円": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "฿": "THB",
    "₫": "VND",
}
# fmt: off
CODES = (
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP",
    "HKD", "HUF", "IDR", "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD",
    "PHP", "PLN", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR",
)
# fmt: on
