"""Bulk work: Parquet extracts of the facts, SQL jobs on DuckDB and the same jobs on Spark."""
