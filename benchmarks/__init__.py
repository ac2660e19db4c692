"""Benchmarks: `make bench`, or `python -m benchmarks`. Each theme is a module that also runs alone."""
