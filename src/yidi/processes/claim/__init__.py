"""Claim 手工报销: what could not be settled at the counter is claimed afterwards, by the same engine, once."""
