"""Runs the SQL of a job on DuckDB or on Spark: the same text, the same tables, the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import duckdb
import pyarrow as pa

from yidi.edges.batch.form import FORM

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LISTS = ("excluded", "carried")
LIST_WITH_KEY = pa.schema([("settlement_key", pa.int64()), ("settlement_id", pa.string())])


class EngineMissing(RuntimeError):
    """The engine asked for is not installed; the message says what to install."""


class Task(NamedTuple):
    """What an engine gets: the text, its parameters, the Parquet files of each side, the lists."""

    text: str
    parameters: Mapping[str, str | int]
    files: Mapping[str, Sequence[str]]
    lists: Mapping[str, pa.Table]


class Engine(Protocol):
    """An engine that runs a task and returns the rows in the order of the text."""

    name: str

    def run(self, task: Task) -> pa.Table:
        """Run it."""
        ...


class DuckDB:
    """The embedded engine. `memory` is written `4GB`; what does not fit goes to a temporary folder."""

    name = "duckdb"

    def __init__(self, memory: str = "4GB", threads: int = 2) -> None:
        self._memory, self._threads = memory, threads

    def run(self, task: Task) -> pa.Table:
        """Run a task on a connection of its own."""
        with tempfile.TemporaryDirectory(prefix="yidi-batch-") as spill:
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": self._memory,
                "threads": self._threads,
                "temp_directory": spill,
                "preserve_insertion_order": False,  # every text orders its result itself
            }
            with duckdb.connect(config=settings) as connection:
                empty = FORM.empty_table()
                for side, files in task.files.items():
                    if files:
                        connection.read_parquet(list(files)).create_view(side)
                    else:
                        connection.register(side, empty)
                for name, table in task.lists.items():
                    connection.register(name, table)
                return connection.execute(task.text, dict(task.parameters)).to_arrow_table()


class Spark:
    """Spark, of the extra [spark]; it needs Java 17 or later. Without a session, a local one is made."""

    name = "spark"

    def __init__(
        self, memory: str = "4g", threads: int = 2, session: SparkSession | None = None, master: str = ""
    ) -> None:
        self._session = session or local_session(memory, threads, master)

    def run(self, task: Task) -> pa.Table:
        """Run a task in the session."""
        for side, files in task.files.items():
            frame = (
                self._session.read.parquet(*files)
                if files
                else self._session.createDataFrame(FORM.empty_table())
            )
            frame.createOrReplaceTempView(side)
        for name, table in task.lists.items():
            self._session.createDataFrame(table).createOrReplaceTempView(name)
        return self._session.sql(task.text, args=dict(task.parameters)).toArrow()


def local_session(memory: str = "4g", threads: int = 2, master: str = "") -> SparkSession:
    """Start Spark in this process's own Java machine, or drive the executors of a `master` from it.

    `local-cluster[2,1,1024]` starts two executors of a core and 1,024 MiB each as processes of their own.
    EngineMissing when Spark cannot start.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise EngineMissing("pip install 'yidi[spark]'") from missing
    builder = SparkSession.builder.master(master or f"local[{threads}]").appName("yidi")
    settings = {
        "spark.driver.memory": memory.lower().removesuffix("b"),
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",  # an overflow is an error, as it is on DuckDB
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": tempfile.gettempdir(),
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except Exception as trouble:
        raise EngineMissing("Spark needs Java 17 or later: apt-get install default-jre-headless") from trouble
