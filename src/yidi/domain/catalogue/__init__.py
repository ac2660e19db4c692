"""What a care place pays for: dated items, the price of a line in four parts, and national expense classes.

Payment scope is the care place's rule, line by line (regulation 3.1); ratios and deductibles are the
insured place's and are not here.
"""
