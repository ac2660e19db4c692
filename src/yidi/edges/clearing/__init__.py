"""Clearing at the edge: what a month's table is made from is read and added up, and papers are made of it."""
