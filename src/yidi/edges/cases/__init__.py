"""Worked examples: cases a policy officer writes, run by the engine and compared figure by figure."""
