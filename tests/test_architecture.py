"""Who may import whom: every file's imports are read, and any arrow that the tables do not allow fails."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.catalogue import catalogue

ROOT = Path(__file__).parents[1]

# part -> the parts that it may import. A part is a folder or a file of `backend/` or of the root, or JOBS, in
# which the queue declares what it keeps in the store.
JOBS = "backend.execution.jobs"
SHOWN = ("results_db cluster execution jobs spec metrics cost_model sweeps catalogue environment difference reproduce "
         "statistics front significance needs written_needs scaling units model_configs choosing")   # what pages show
ALLOWED = {
    "so3": "",
    "registry": "",
    "metrics": "",
    "statistics": "",
    "front": "",
    "needs": "",
    "units": "",
    "significance": "statistics",
    "spec": "so3",
    "written_needs": "needs spec",
    "scaling": "statistics",
    "catalogue": "spec",
    "environment": "spec catalogue",
    "reproduce": "spec catalogue",
    "difference": "spec environment statistics units",
    "frameworks": "registry spec",
    "tensor_products": "frameworks so3 spec registry catalogue",
    "expressivity": "tensor_products frameworks so3 spec catalogue",
    "bench": "expressivity tensor_products frameworks so3 spec metrics catalogue environment statistics units",
    "models": "tensor_products frameworks bench",
    "jobs": "spec",
    "cost_model": "spec",
    "model_configs": "spec",
    "choosing": "spec catalogue needs so3 statistics",
    "sweeps": "spec catalogue cost_model environment units",
    "execution": "jobs spec environment",
    "cluster": "execution jobs spec environment",
    "results_db": "jobs spec metrics environment difference statistics significance units",
    "pages": SHOWN,
    "app": f"{SHOWN} pages",
    "web": f"{SHOWN} pages",
    "server": f"{SHOWN} pages app web",
    "command_line": "results_db cluster execution jobs spec metrics cost_model sweeps catalogue environment reproduce "
                    "expressivity frameworks statistics units",
    "__main__": "catalogue spec command_line",
}

# package from outside -> the parts that may import it; native products may import theirs
ARRAY_FRAMEWORKS = ("jax", "jaxlib", "torch", "e3nn", "e3nn_jax", "flax", "e3x", "e3j", "cuequivariance",
                    "cuequivariance_jax", "cuequivariance_torch", "s2fft", "torch_harmonics", "allegro", "nequip",
                    "openequivariance")
RESERVED = dict.fromkeys(ARRAY_FRAMEWORKS, "frameworks bench") | {
    "streamlit": "pages app web server",
    "duckdb": "results_db",
    "dask": "cluster",
    "distributed": "cluster",
}

# the lowest parts -> all that they may import from outside the standard library
PLAIN = {"so3": "numpy", "front": "numpy", "spec": "", "registry": "", "metrics": "", "catalogue": "", "needs": "",
         "units": ""}


def sources() -> list[Path]:
    """Every Python file of the product: not the tests, nor the scripts that stand beside it."""
    folders = [path for name in ("backend", "results_db", "pages") for path in (ROOT / name).rglob("*.py")]
    return sorted([*folders, *ROOT.glob("*.py")])


def part_of(path: Path) -> str:
    """The part that a file belongs to."""
    inside = path.relative_to(ROOT).with_suffix("").parts
    return arrow(".".join(inside)) or inside[0]


def imported(path: Path) -> Iterator[str]:
    """The full name of every module or member that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"imports must be absolute, got {ast.unparse(node)} in {path}"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def arrow(module: str) -> str | None:
    """The part that an import points to, or None for a package from outside."""
    first, *rest = module.split(".")
    if f"{module}.".startswith(f"{JOBS}."):
        return "jobs"
    if first == "backend":
        return rest[0]
    return first if first in ALLOWED else None


def native_products() -> set[Path]:
    """The files of products that are a library's, or written for one framework, and what a library's products share,
    named after it: they may use it."""
    libraries = [entry for entry in catalogue().values() if entry.library]
    shared = {path for entry in libraries for path in entry.path.parent.glob(f"{entry.key}_*.py")}
    return shared | {entry.path for entry in catalogue().values() if entry.library or len(entry.frameworks) == 1}


def text_of(path: Path) -> Iterator[str]:
    """Every string in a file that is not a docstring."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


every_file = pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))


@every_file
def test_imports_go_only_where_they_may(path):
    part = part_of(path)
    assert part in {*ALLOWED, "__init__"}, f"{part} must have a row in ALLOWED"
    allowed = {part, *ALLOWED.get(part, "").split()}
    wrong = {module for module in imported(path) if (arrow(module) or part) not in allowed}
    assert not wrong, f"{part} may import {', '.join(sorted(allowed))}, got {', '.join(sorted(wrong))}"


@every_file
def test_heavy_packages_stay_where_they_belong(path):
    if path in native_products():
        return
    part = part_of(path)
    for module in imported(path):
        package = module.split(".")[0]
        allowed = RESERVED.get(package, part).split()
        assert part in allowed, f"{package} may be imported by {', '.join(allowed)}, got {path}"


@every_file
def test_the_lowest_parts_stay_plain(path):
    part = part_of(path)
    if part in PLAIN:
        outside = {module.split(".")[0] for module in imported(path) if arrow(module) is None}
        assert outside <= {*sys.stdlib_module_names, *PLAIN[part].split()}


STATEMENT = re.compile(
    r"""\b (?: select \s .* \s from \s | insert \s+ into \s | delete \s+ from \s | update \s+ \w+ \s+ set \s
      | (?: create | alter | drop ) \s+ (?: table | view | index | sequence ) \s
      | with \s+ \w+ \s+ as \s* \( | pragma \s )""",
    re.VERBOSE | re.DOTALL,
)


def is_sql(text: str) -> bool:
    """SQL in capitals anywhere, or in small letters at the beginning: prose selects things from lists too."""
    return bool(STATEMENT.match(text.lstrip()) or STATEMENT.search(text.swapcase()))


@every_file
def test_sql_stands_in_the_store_and_in_metrics_only(path):
    if part_of(path) not in {"results_db", "metrics"}:
        assert not [text for text in text_of(path) if is_sql(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT 1 FROM results", True),
        ("  select a,\n b from results ", True),
        ("; delete nothing, DELETE FROM jobs", True),
        ("delete from jobs where true", True),
        ("with newest as (select 1)", True),
        ("CREATE TABLE x (y int)", True),
        ("Select a product from the list", False),
        ("Choose products; a click will select one from the table", False),
        ("with batch as wide as possible", False),
    ],
)
def test_sql_is_told_from_prose(text, found):
    assert is_sql(text) == found


def test_the_table_has_no_cycle():
    """What a part may reach never leads back to it."""
    def reach(part: str, seen: tuple[str, ...] = ()) -> set[str]:
        assert part not in seen, f"{' -> '.join((*seen, part))}"
        below = ALLOWED[part].split()
        return set(below).union(*(reach(each, (*seen, part)) for each in below))

    for part in ALLOWED:
        assert part not in reach(part)


@pytest.mark.parametrize("entry", catalogue().values(), ids=catalogue())
def test_every_entry_of_the_catalogue_has_its_module(entry):
    assert entry.path == ROOT / "backend" / "tensor_products" / f"{entry.key}.py"
    assert entry.path.is_file()


def test_no_product_takes_code_from_another_products_file():
    """What products share stands in files of its own: a result's source hash holds those and the product's file."""
    stems = {known.path.stem for known in catalogue().values()}
    for known in catalogue().values():
        imported = re.findall(r"^from backend\.tensor_products\.(\w+) import", known.path.read_text(), re.MULTILINE)
        assert not stems & set(imported), known.path.name
