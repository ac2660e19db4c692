"""Reads packs/: reviewed data without code."""
