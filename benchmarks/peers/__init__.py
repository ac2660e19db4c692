"""The same rules in other engines, for comparison in the same run (extra [peers])."""
