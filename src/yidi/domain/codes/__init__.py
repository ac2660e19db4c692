"""National codes: parse, check, format. One module a code; every check returns the value or a refusal.

Structures: section 7 of the reconstructed hospital interface, checked on recorded messages. Where only
the length and the leading letter are sure, the check asks for no more than that.
"""
