"""Tests of accounts and entries."""
