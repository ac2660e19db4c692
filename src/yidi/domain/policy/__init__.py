"""What a policy pack means: dated, sourced parameters, checked and compiled to integer tables."""
