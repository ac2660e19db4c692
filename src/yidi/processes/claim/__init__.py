"""Claim 手工报销: what was not settled at the counter is claimed afterwards, by the same engine, once."""
