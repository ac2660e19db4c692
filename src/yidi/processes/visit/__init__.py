"""Visit 就诊: registration, admission, changes, discharge, and the fee lines with their in-scope parts."""
