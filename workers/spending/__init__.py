"""Every paid call goes through here: prices, caps, ledger, pace, and providers on pause."""
