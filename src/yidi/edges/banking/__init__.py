"""Files to and from the bank: statements in (CSV, camt.053), payment orders out (pain.001, pacs.009).

A file that cannot be right is refused as a whole and changes nothing; amounts are integer fen throughout.
"""
