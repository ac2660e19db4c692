"""Prepayment at the edge: its notices as papers."""
