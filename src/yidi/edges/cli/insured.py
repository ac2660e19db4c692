"""What commands about a person at the insured place are asked for."""

from __future__ import annotations

import typer

PROVINCE = typer.Option(..., "--province", help="参保省区划代码 Division code of the insured province")
PERSON = typer.Option(..., "--person", help="人员编号 Person number")
AGENCY = "agency"
"""Sender of what is done at the insured place's window or machine."""
