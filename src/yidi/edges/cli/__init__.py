"""The command line: `yidi <noun> <verb>`, one module a noun. Tables for people, `--json` for machines."""
