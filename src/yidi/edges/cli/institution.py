"""`yidi institution show|traits`: what the care place has on record of an institution beside its level."""

from __future__ import annotations

from pathlib import Path

import typer

from yidi.domain.policy.known import TRAITS
from yidi.edges.cli.clearing import answered
from yidi.edges.cli.insured import AGENCY
from yidi.edges.cli.settings import CONFIG
from yidi.edges.cli.telling import JSON, made, on_node
from yidi.processes.network.commands import AskInstitution, DescribeInstitution, InstitutionFound
from yidi.processes.ports.deciding import Command

app = typer.Typer(no_args_is_help=True, help="定点医药机构 Designated institutions")
CODE = typer.Argument(..., help="机构编码 Code of the institution")
CARE = typer.Option(..., "--province", help="就医省区划代码 Division code of the care province")
TRAIT = typer.Option(
    [], "--trait", help=f"特征，可多次 A trait, may be repeated: {', '.join(TRAITS)}", show_default=False
)
NONE = typer.Option(False, "--none", help="没有任何特征 None of them")


def told(context: typer.Context, config: Path | None, command: Command, *, as_json: bool) -> None:
    """Have a command decided and print the institution as it stands; refusals end with status 1."""
    reply = on_node(context, config, lambda node: node.ask(command))
    found = answered(reply, InstitutionFound, as_json=as_json)
    if as_json:
        return
    typer.echo(f"{found.institution_code}  {found.name}  {found.area}  {found.state}")
    for trait in found.traits:
        zh, en = TRAITS[trait]
        typer.echo(f"  {trait}  {zh} {en}")
    if not found.traits:
        typer.echo("  没有登记特征。 No trait on record.")


@app.command("show")
def show(
    context: typer.Context,
    code: str = CODE,
    province: str = CARE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """显示机构及其特征。 Show an institution with its traits."""
    told(context, config, made(AskInstitution, province, AGENCY, institution_code=code), as_json=as_json)


@app.command("traits")
def traits(
    context: typer.Context,
    code: str = CODE,
    province: str = CARE,
    trait: list[str] = TRAIT,
    none: bool = NONE,
    config: Path | None = CONFIG,
    as_json: bool = JSON,
) -> None:
    """登记机构特征，替换原有的。 Record what an institution is beside its level; replaces what stood."""
    if bool(trait) == none:
        raise typer.BadParameter(
            "写明特征，或用 --none。 Name the traits, or say --none.", param_hint="--trait"
        )
    command = made(DescribeInstitution, province, AGENCY, institution_code=code, traits=tuple(trait))
    told(context, config, command, as_json=as_json)
