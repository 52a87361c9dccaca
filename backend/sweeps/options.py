"""How long to measure, by name: what a measuring process is told."""

PRESETS: dict[str, dict[str, float]] = {
    "default": {},   # as the process knows
    "quick": {"samples": 10, "width": 0.05, "min_sample_time": 0.002, "max_time": 0.5},
    "thorough": {"samples": 100, "width": 0.01, "min_sample_time": 0.01, "max_time": 20.0},
}
