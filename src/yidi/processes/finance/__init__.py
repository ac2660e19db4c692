"""Finance 财务: accounts agree with accounts and with money: statements, matching, payment orders."""
