"""Statements to begin with: what they answer, and their SQL."""

from results_db.break_even import break_even_sql

EXAMPLES = {
    "The fastest product at each L": """\
SELECT setting, l_max, channels, batch, framework,
       arg_min(product, throughput_time) AS fastest, min(throughput_time) AS seconds
FROM results
WHERE status = 'ok' AND device = 'cpu' AND direction = 'forward'
GROUP BY ALL
ORDER BY ALL""",
    "The price of a degree of freedom": """\
SELECT product, variant, l_max, channels, batch, framework, throughput_time, degrees_of_freedom,
       time_per_degree_of_freedom
FROM results
WHERE status = 'ok' AND degrees_of_freedom > 0
ORDER BY time_per_degree_of_freedom
LIMIT 100""",
    "What failed, and why": """\
SELECT product, framework, l_max, status, message, count(*) AS times, max(measured_at) AS last
FROM results
WHERE status NOT IN ('ok', 'unsupported')
GROUP BY ALL
ORDER BY last DESC""",
    "How much samples scatter": """\
SELECT product, l_max, framework, len(samples) AS n, list_median(samples) AS median,
       (list_aggregate(samples, 'quantile_cont', 0.75) - list_aggregate(samples, 'quantile_cont', 0.25))
           / list_median(samples) AS spread
FROM results
WHERE len(samples) > 2
ORDER BY spread DESC
LIMIT 100""",
    "Versions of JAX and PyTorch": """\
SELECT machine, environment ->> '$.versions.jax' AS jax, environment ->> '$.versions.torch' AS torch,
       count(*) AS results, min(measured_at) AS first, max(measured_at) AS last
FROM results
GROUP BY ALL
ORDER BY last DESC""",
    "After how many calls compiling pays": break_even_sql().strip(),
}
