"""Ledger 账: accounts and balanced entries of one jurisdiction. Money is integer fen, debit positive."""
