"""The daily reconciliation at a node: extract, compare, close the day, repair, compare again, report."""
