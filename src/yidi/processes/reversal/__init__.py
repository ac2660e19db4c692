"""Reversal 冲正: undoing a message whose answer never came, whatever became of it."""
