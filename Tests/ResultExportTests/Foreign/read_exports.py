"""Reads a run's exports with readers that know nothing of Kentledge, and finds the figures of results.json in them.

    python3 read_exports.py RUN_DIRECTORY

The run must have been made with --sqlite --csv --path-totals. SQLite and csv are Python's own; DuckDB and pandas are used
where they are installed. Ends with 0 when every figure has the same bits everywhere.
"""

import csv
import importlib.util
import json
import math
import os
import sqlite3
import struct
import sys
import tempfile

directory = sys.argv[1]
with open(f"{directory}/results.json", encoding="utf-8") as file:
    result = json.load(file)
NUMBERS = ["value", "standard_error", "lower", "upper", "parameter_error", "model_error"]
TEXTS = ["entity", "quarter", "item", "statistic", "variant", "unit"]


def bits(value):
    """A negative zero counts as zero: SQLite and many others have none."""
    return None if value is None else struct.pack("<d", float(value) + 0.0)


def compare(name, rows):
    rows = list(rows)
    assert len(rows) == len(result["rows"]), f"{name}: {len(rows)} rows, expected {len(result['rows'])}"
    for row, expected in zip(rows, result["rows"]):
        for key in TEXTS:
            assert row[key] == expected.get(key), f"{name}: {key} is {row[key]}, expected {expected.get(key)}"
        for key in NUMBERS:
            assert bits(row[key]) == bits(expected.get(key)), f"{name}: {key} is {row[key]}, expected {expected.get(key)}"
    print(f"{name}: {len(rows)} figures, the same bits")


def figure(item, statistic):
    return next(
        row["value"]
        for row in result["rows"]
        if (row["entity"], row["item"], row["statistic"]) == ("system", item, statistic)
        and "variant" not in row and "quarter" not in row
    )


database = sqlite3.connect(f"file:{directory}/results.sqlite?mode=ro", uri=True)
database.row_factory = sqlite3.Row
assert [tuple(row) for row in database.execute("PRAGMA integrity_check")] == [("ok",)]
assert not list(database.execute("PRAGMA foreign_key_check"))
compare(f"SQLite {sqlite3.sqlite_version}", database.execute("SELECT * FROM statistics ORDER BY position"))
assert database.execute("SELECT count(*) FROM tail_values").fetchone()[0] == sum(
    len(path["values"]) for path in result["tail_paths"]
)

with open(f"{directory}/results.csv", encoding="utf-8", newline="") as file:
    compare("csv", ({key: cell or None for key, cell in row.items()} for row in csv.DictReader(file)))

with open(f"{directory}/paths.csv", encoding="utf-8", newline="") as file:
    paths = list(csv.DictReader(file))
assert len(paths) == result["scenario"]["paths"]
losses = sorted(float(row["loan_loss"]) for row in paths)
for statistic, level in [("var_95", 95), ("var_99", 99)]:
    found = losses[math.ceil(len(losses) * level / 100) - 1]
    assert bits(found) == bits(figure("loan_loss", statistic)), f"{statistic} from paths.csv is {found}"
worst = [path["values"][0] for path in result["tail_paths"]]
assert [bits(loss) for loss in losses[::-1][: len(worst)]] == [bits(loss) for loss in worst]
print(f"paths.csv: {len(paths)} paths, VaR and the worst of them as reported")

if importlib.util.find_spec("duckdb"):
    import duckdb

    with tempfile.TemporaryDirectory() as scratch:
        parquet = os.path.join(scratch, "results.parquet")
        duckdb.sql(f"COPY (FROM read_csv('{directory}/results.csv', sample_size = -1)) TO '{parquet}'")
        table = duckdb.sql(f"SELECT * FROM '{parquet}'")
        rows = [dict(zip(table.columns, row)) for row in table.fetchall()]
    compare(f"DuckDB {duckdb.__version__}, by way of Parquet", rows)
else:
    print("DuckDB is not installed: Parquet not tried")

if importlib.util.find_spec("pandas"):
    import pandas

    frame = pandas.read_csv(f"{directory}/results.csv", dtype={"entity": str, "variant": str})
    frame = frame.astype(object).where(frame.notna(), None)
    compare(f"pandas {pandas.__version__}", frame.to_dict("records"))
