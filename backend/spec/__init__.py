"""What is measured and what came of it: `Problem`, `Case`, `Sweep`, `Result`, `Limits`, `Note`; JSON both ways."""

from backend.spec.case import (
    COMPILATIONS,
    DEVICES,
    DIRECTIONS,
    DTYPES,
    FRAMEWORKS,
    LAYOUTS,
    PRECISIONS,
    THREADS_LIMIT,
    Case,
    unique,
    with_batch,
)
from backend.spec.checks import SpecError, check_choice, check_integer
from backend.spec.limits import Limits, levels, limits_threads
from backend.spec.note import AUTHOR_LIMIT, NOTE_LIMIT, Note
from backend.spec.problem import (
    BATCH_LIMIT,
    CHANNELS_LIMIT,
    L_MAX_LIMIT,
    MIXINGS,
    NEIGHBOURS_LIMIT,
    PARITIES,
    SCOPES,
    SETTINGS,
    SPREAD,
    WEIGHTS,
    Problem,
)
from backend.spec.result import STATUSES, Result
from backend.spec.sweep import Sweep

__all__ = [
    "AUTHOR_LIMIT", "BATCH_LIMIT", "CHANNELS_LIMIT", "COMPILATIONS", "DEVICES", "DIRECTIONS", "DTYPES",
    "FRAMEWORKS", "LAYOUTS", "L_MAX_LIMIT", "MIXINGS", "NEIGHBOURS_LIMIT", "NOTE_LIMIT", "PARITIES", "PRECISIONS",
    "SCOPES", "SETTINGS", "SPREAD", "STATUSES", "THREADS_LIMIT", "WEIGHTS", "Case", "Limits", "Note", "Problem",
    "Result", "SpecError", "Sweep", "check_choice", "check_integer", "levels", "limits_threads", "unique",
    "with_batch",
]
