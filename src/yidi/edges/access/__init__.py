"""Who may see and do what: users and their roles, sign-in, sessions, the record of readings, rate limits."""
