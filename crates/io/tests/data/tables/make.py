"""Writes the Parquet files that tests/connectome.rs reads, as other programs write them.

    python -m venv venv && venv/bin/pip install pyarrow pandas numpy && venv/bin/python make.py

The files here were written by pyarrow 26.0.1 and pandas 3.1.1.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

rng = np.random.default_rng(1)
ids = 720575940600000000 + 1000003 * np.arange(12)
source, target = rng.integers(0, 12, 40), rng.integers(0, 12, 40)
count, sign = rng.integers(1, 30, 40), np.where(source % 3 == 0, -1, 1)
flywire = pd.DataFrame(
    {
        "Presynaptic_ID": ids[source],
        "Postsynaptic_ID": ids[target],
        "Presynaptic_Index": source,
        "Postsynaptic_Index": target,
        "Connectivity": count,
        "Excitatory": sign,
        "Excitatory x Connectivity": sign * count,
    }
)
# As pandas does by default: snappy, dictionary pages, its own metadata.
flywire.to_parquet("flywire_pandas_snappy.parquet")
flywire.to_csv("flywire.csv", index=False)

# Every type that is read, with and without nulls, in row groups and pages of the second version.
rows = 1000
i = np.arange(rows)
null = i % 7 == 3
types = pa.table(
    {
        "int32": pa.array(i - 500, pa.int32()),
        "uint32": pa.array(4294967295 - i, pa.uint32()),
        "int64": pa.array(i * 1_000_000_007, pa.int64(), mask=null),
        "uint16": pa.array(i, pa.uint16()),
        "float": pa.array(i / 8, pa.float32()),
        "double": pa.array(i / 10, pa.float64(), mask=null),
        "bool": pa.array(i % 3 == 0, pa.bool_()),
        "text": pa.array([f"n{k:04d}" for k in i], pa.string(), mask=null),
        "category": pa.array([f"c{k % 5}" for k in i]).dictionary_encode(),
        "day": pa.array(i, pa.int32()).cast(pa.date32()),
        "list": pa.array([[k] for k in range(rows)], pa.list_(pa.int64())),
    }
)
pq.write_table(types, "types_zstd.parquet", compression="zstd", row_group_size=300, data_page_version="2.0")
pq.write_table(types.select(["int64", "text"]), "types_gzip.parquet", compression="gzip", data_page_size=512)
