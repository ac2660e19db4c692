"""Prepayment 预付金: the float between provinces, planned yearly, watched monthly, topped up in need."""
