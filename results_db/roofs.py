"""What the newest limits of all frameworks say together: the view `roofs`, and the limits of a result as columns."""

from __future__ import annotations

import json

import duckdb
import pandas as pd

from results_db.limits import DEVICE, NEWEST_LIMITS

_KEY = ", ".join(DEVICE)
_ENTRIES = "unnest(map_entries(CAST(line -> '{}' AS MAP(VARCHAR, DOUBLE)))) AS entry"

# A row a device: working sets in bytes, smallest first, and for each the most bytes per second that any framework saw
# of it or of a larger one, so that no working set seems slower than a larger one; FLOP/s by "dtype precision", where a
# looser precision is at least as fast; seconds of an empty call by "framework compilation", and by framework the least.
ROOFS_SQL = f"""WITH newest AS ({NEWEST_LIMITS}),
moved AS (
    SELECT {_KEY}, rate.bytes AS size, max(greatest(rate.copy, rate.read)) AS rate FROM (
        SELECT {_KEY}, unnest(CAST(line -> 'bandwidth' AS STRUCT(bytes DOUBLE, "copy" DOUBLE, "read" DOUBLE)[])) AS rate
        FROM newest)
    GROUP BY ALL),
falling AS (
    SELECT {_KEY}, size, max(rate) OVER (
        PARTITION BY {_KEY} ORDER BY size ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS rate
    FROM moved),
sets AS (
    SELECT {_KEY}, list(size ORDER BY size) AS sizes, list(rate ORDER BY size) AS bandwidths
    FROM falling GROUP BY ALL),
computed AS (
    SELECT {_KEY}, split_part(entry.key, ' ', 1) AS dtype, split_part(entry.key, ' ', 2) AS precision,
           entry.value AS rate
    FROM (SELECT {_KEY}, {_ENTRIES.format('rates')} FROM newest)),
named AS (
    SELECT {_KEY}, dtype || ' ' || precision AS name, max(rate) AS rate FROM (
        FROM computed UNION ALL SELECT * REPLACE ('high' AS precision) FROM computed WHERE precision = 'highest')
    GROUP BY ALL),
rates AS (SELECT {_KEY}, map_from_entries(list(row(name, rate) ORDER BY name)) AS rates FROM named GROUP BY ALL),
called AS (
    SELECT {_KEY}, framework, entry.key AS compilation, entry.value AS seconds
    FROM (SELECT {_KEY}, framework, {_ENTRIES.format('launch')} FROM newest)),
times AS (
    SELECT {_KEY}, framework || ' ' || compilation AS name, seconds FROM called
    UNION ALL SELECT {_KEY}, framework AS name, min(seconds) FROM called GROUP BY {_KEY}, framework),
launches AS (
    SELECT {_KEY}, map_from_entries(list(row(name, seconds) ORDER BY name)) AS launches FROM times GROUP BY ALL),
devices AS (
    SELECT {_KEY}, max(measured_at) AS measured_at, list(framework ORDER BY framework) AS frameworks,
           any_value(line -> 'caches') AS caches
    FROM newest GROUP BY ALL)
SELECT {_KEY}, measured_at, frameworks, caches, sizes, bandwidths, rates, launches FROM devices
LEFT JOIN sets USING ({_KEY}) LEFT JOIN rates USING ({_KEY}) LEFT JOIN launches USING ({_KEY})"""

# What `backend/metrics.py` calls the limits of a result: columns beside those of `measurements`. On one thread of a CPU
# a call is launched and computed one after the other; else both may go on at once.
WITH_LIMITS = """measurements LEFT JOIN (
    SELECT machine AS roof_machine, device AS roof_device, device_name AS roof_device_name, threads AS roof_threads,
           sizes, bandwidths, rates, launches FROM roofs) AS roof
    ON roof_machine = measurements.machine AND roof_device = measurements.device
       AND roof_device_name = json_extract_string(measurements.identity, '$.device')
       AND roof_threads = CASE measurements.device WHEN 'cpu' THEN measurements.threads ELSE 1 END"""
LIMIT_COLUMNS = {
    "limit_bandwidth": "bandwidths[greatest(1, len(list_filter(sizes, lambda size: size <= bytes)))]",
    "limit_rate": "rates[dtype || ' ' || precision]",
    "limit_launch": "coalesce(launches[framework || ' ' || compilation], launches[framework])",
    "limit_serial": "CAST(device = 'cpu' AND threads = 1 AS INTEGER)",
}


def roofs_frame(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row a device and number of threads: `sizes`, `bandwidths`, `rates`, `launches`, `caches`, `measured_at`."""
    frame = cursor.execute(f"SELECT * FROM roofs ORDER BY {_KEY}").df()
    frame["measured_at"] = frame["measured_at"].dt.tz_localize("UTC")
    return frame.assign(caches=frame["caches"].map(json.loads))
