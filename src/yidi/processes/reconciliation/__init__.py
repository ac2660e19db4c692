"""Reconciliation: the three copies of a day's settlements compared, repaired where provable, else a case."""
