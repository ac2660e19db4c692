"""Sealing: facts about money are linked into chains of hashes, whose heads are signed now and then."""
