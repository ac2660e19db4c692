"""Terms of money between provinces: the dates, periods and percentages the regulation sets."""
