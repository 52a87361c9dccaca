"""The paper's published figures: read with their units, devices, normalisers and caveats, and kept apart."""

import csv
import io
import json

import pytest
from running_server import running_server

from backend.environment import identity
from backend.spec import SpecError
from results_db import Store
from results_db.__main__ import WRONG, main
from results_db.client import find_server
from results_db.published import Point, computed, headlines, read_points
from results_db.published.caveats import FIXED_GRID, FOURIER, NOT_MATRIX, TF32, UNUSABLE

HEADERS = {
    "walltime": "lmax,irreps_type,tensor_product_type,batch,Time,normalization",
    "flops": "lmax,irreps_type,tensor_product_type,batch,flops,normalization",
    "nsight": ",irreps_type,tensor_product_type,lmax,batch,normalization,Time,all GFLOPs,GB,TC GFLOPs/s,CC GFLOPs/s,"
              "all GFLOPs/s,GB/s",
}
PATHS = {1: (6, 5), 2: (19, 14), 3: (44, 30), 4: (85, 55), 5: (146, 91)}   # L -> all, even: arXiv:2506.13523


def wall(l_max=2, setting="MIMO", named="CGTP-dense", batch=10000, time=0.25, normaliser=14):
    return f"{l_max},{setting},{named},{batch},{time},{normaliser}"


def nsight(l_max=2, setting="MIMO", named="CGTP-dense", batch=10000, time=0.25, normaliser=19, gflop=3, gb=0.5):
    return f"7,{setting},{named},{l_max},{batch},{normaliser},{time},{gflop},{gb},1,2,3,4"


def read(form, *rows, name, header=None, **asked):
    text = "\n".join([header or HEADERS[form], *rows]) + "\n"
    return read_points(io.BytesIO(text.encode()), name, **asked)


def said(kind, row, name):
    return " ".join(read(kind, row, name=name)[0].caveats)


def test_a_wall_time_knows_where_it_comes_from():
    (point,) = read("walltime", wall(), name="walltime_cpu.csv")
    assert (point.source, point.file_kind, point.device) == ("arXiv:2506.13523", "walltime", "AMD EPYC 7313")
    assert (point.product, point.setting, point.l_max, point.channels, point.batch) == (
        "clebsch_gordan_dense", "mimo", 2, 1, 10000)
    assert (point.quantity, point.value, point.unit, point.normaliser, point.line) == ("time", 0.25, "s", 14, 2)
    assert "even paths" in point.normaliser_is and "mean of the first 80 of 100" in point.counted


def test_gigabytes_of_the_files_are_powers_of_two():
    found = {point.quantity: point for point in read("nsight", nsight(), name="nsight_profiling_RTX.csv")}
    assert found["time"].value == 0.25 and found["time"].device == "NVIDIA RTX A5500"
    assert (found["flop"].value, found["flop"].unit) == (3 * 1024**3, "FLOP")
    assert (found["bytes"].value, found["bytes"].unit) == (2**29, "B")
    assert found["bytes_rate"].value == 4 * 1024**3 and "does not weigh" in found["bytes_rate"].counted


def test_two_counters_are_told_apart():
    (plain,) = read("flops", wall(), name="flops_cpu.csv")
    (perf,) = read("flops", wall(normaliser=19), name="flops_cpu_perf.csv")
    assert (plain.file_kind, perf.file_kind) == ("flops", "flops_perf") and plain.id != perf.id
    assert "perf" in perf.counted and "10 to 120 times" in " ".join(plain.caveats)
    with pytest.raises(SpecError, match=r"normalization of CGTP-dense, MIMO, L = 2 must be 19 .* got 14"):
        read("flops", wall(), name="flops_cpu.csv", kind="flops_perf")
    with pytest.raises(SpecError, match="must be said by --kind flops or flops_perf"):
        read("flops", wall(), name="cpu.csv")


@pytest.mark.parametrize("l_max", PATHS)
def test_clebsch_gordan_is_even_paths_alone_and_divided_by_all(l_max):
    every, even = PATHS[l_max]
    assert f"{even} of the {every} paths" in said("walltime", wall(l_max, normaliser=even), "walltime_cpu.csv")
    text = said("nsight", nsight(l_max, normaliser=every), "nsight_profiling_A100.csv")
    assert f"divides by all {every}, {every / even:.2f} times too favourable" in text
    assert computed("CGTP-dense", "mimo", l_max) == (even, even)
    assert computed("GTP-grid", "mimo", l_max) == (even, 4 * l_max + 1)
    assert computed("CGTP-sparse", "simo", l_max) == (l_max + 1, l_max + 1)
    assert computed("GTP-grid", "siso", l_max) == ((0, 0) if l_max % 2 else (1, 1))


@pytest.mark.parametrize(("kind", "row", "name", "sentence"), [
    ("walltime", wall(named="Matrix-TP", normaliser=5), "walltime_cpu.csv", NOT_MATRIX),
    ("walltime", wall(named="GTP-fourier", normaliser=5), "walltime_cpu.csv", FOURIER),
    ("walltime", wall(named="GTP-grid", normaliser=5, batch=500), "walltime_gpu_A100.csv", FIXED_GRID),
    ("walltime", wall(normaliser=14, batch=500), "walltime_gpu_A100.csv", UNUSABLE),
    ("nsight", nsight(named="GTP-grid", normaliser=9, batch=100000), "nsight_profiling_RTX.csv", FIXED_GRID),
    ("nsight", nsight(named="GTP-grid", normaliser=9), "nsight_profiling_RTX.csv", TF32),
    ("walltime", wall(3, "SISO", normaliser=0), "walltime_gpu_RTX.csv", "Nothing is computed: at odd L = 3"),
    ("walltime", wall(3, "SISO", "GTP-grid", normaliser=1), "walltime_gpu_RTX.csv", "and zeros are timed"),
])
def test_every_known_defect_is_said(kind, row, name, sentence):
    assert sentence in said(kind, row, name)


def test_what_has_no_defect_is_not_blamed():
    text = said("walltime", wall(named="GTP-grid", normaliser=5), "walltime_cpu.csv")
    assert not [each for each in (FIXED_GRID, UNUSABLE, TF32, NOT_MATRIX, "Even paths") if each in text]
    assert "fixed grid" not in said("nsight", nsight(named="GTP-grid", normaliser=9), "nsight_profiling_RTX.csv")
    assert "Nothing is computed" not in said("walltime", wall(2, "SISO", normaliser=1), "walltime_cpu.csv")


def test_duplicates_and_gaps_are_said():
    points = read("walltime", wall(time=0.25), wall(time=0.5), wall(4, normaliser=55), name="walltime_cpu.csv")
    assert len({point.id for point in points}) == 3
    assert "2 times with different numbers, on lines 2, 3" in points[0].caveats[-2]
    assert points[2].caveats[-1].endswith("no row at L = 1, 3.")


def test_the_file_without_a_normaliser():
    header = HEADERS["walltime"].removesuffix(",normalization")
    (point,) = read("walltime", "2,MIMO,CGTP-dense,500,0.25", name="walltime_gpu_A100.csv", header=header)
    assert point.normaliser is None and "The file has no normaliser." in point.caveats


@pytest.mark.parametrize(("row", "fault"), [
    (wall(named="GTP-mesh"), "line 2: tensor_product_type must be one of CGTP-dense.*got 'GTP-mesh'"),
    (wall(setting="MISO"), "irreps_type must be one of SISO, SIMO, MIMO, got 'MISO'"),
    (wall(l_max="2.5"), "lmax must be a whole number from 1 to 12, got '2.5'"),
    (wall(l_max=99), "lmax must be .* got '99'"),
    (wall(batch=0), "batch must be a whole number from 1 .* got '0'"),
    (wall(time="nan"), "Time must be a finite number, not negative, got 'nan'"),
    (wall(time=-1), "Time must be .* got '-1'"),
    (wall(time=""), "Time must be .* got ''"),
    (wall(normaliser=15), "normalization of CGTP-dense, MIMO, L = 2 must be 14 .* got 15"),
    ("2,MIMO,CGTP-dense", "a row must have 6 cells as the header, got 3"),
    (HEADERS["walltime"], "the header stands here again: two files in one"),
    ('2,"MIMO', "line 3: the row must be valid CSV"),
])
def test_a_malformed_line_refuses_the_file(row, fault):
    with pytest.raises(SpecError, match=fault):
        read("walltime", row, wall(), name="walltime_cpu.csv")


@pytest.mark.parametrize(("header", "name", "fault"), [
    (HEADERS["walltime"] + ",GPU", "walltime_cpu.csv", "a column must be one of .* got GPU"),
    (HEADERS["walltime"] + ",flops", "walltime_cpu.csv", "one kind .* got Time, flops; import each kind alone"),
    ("lmax,Time", "walltime_cpu.csv", "has no batch, irreps_type, tensor_product_type"),
    (HEADERS["walltime"], "times.csv", "device must be said by --device cpu, rtx, a100: .* its name tells none"),
    (HEADERS["nsight"], "nsight_cpu.csv", "a file of kind nsight must be of a GPU, got cpu"),
    (HEADERS["walltime"], "walltime_cpu.csv", "must have rows, got a header alone"),
])
def test_a_header_that_does_not_fit_refuses_the_file(header, name, fault):
    with pytest.raises(SpecError, match=fault):
        read("walltime", name=name, header=header)


def test_twice_adds_nothing_and_no_result_comes_of_it(store, make_result, make_case, tmp_path):
    result = make_result()
    store.add(result)
    points = read("nsight", nsight(), nsight(3, normaliser=44), name="nsight_profiling_A100.csv")
    version = store.data_version
    assert store.add_published(points) == 14 and store.data_version > version
    assert store.add_published(read("nsight", nsight(), name="another_name_a100.csv")) == 0
    assert [each.id for each in store.each_result()] == [result.id] and len(store.results()) == 1
    assert store.lookup(make_case(3), identity(result.environment)).kind == "miss"
    frame = store.published(quantity="time", l_max=3)
    assert frame["id"].tolist() == [point.id for point in points if (point.quantity, point.l_max) == ("time", 3)]
    assert list(frame["caveats"].iloc[0]) == list(points[7].caveats)
    assert store.query("SELECT count(*) AS n FROM published")["n"].item() == 14


def test_the_command_names_line_and_value_and_exports_only_when_asked(path, tmp_path, capsys):
    good, bad, out = tmp_path / "walltime_cpu.csv", tmp_path / "walltime_gpu_RTX.csv", tmp_path / "out"
    good.write_text(f"{HEADERS['walltime']}\n{wall()}\n")
    bad.write_text(f"{HEADERS['walltime']}\n{wall()}\n{wall(named='mine')}\n")
    history = ["--history", str(path)]
    assert main(["import-published", str(good), str(bad), *history]) == WRONG
    assert "walltime_gpu_RTX.csv, line 3: tensor_product_type" in capsys.readouterr().err
    assert not path.exists()   # the good one neither: all are read first
    for added in ("1 figures added, 0", "0 figures added, 1"):
        assert main(["import-published", str(good), *history]) == 0
        assert added in capsys.readouterr().out
    assert main(["import", str(good), *history]) == WRONG
    assert "import-published" in capsys.readouterr().err
    assert main(["export", f"{out}.jsonl", *history]) == 0 and not (tmp_path / "out.jsonl").read_text()
    for suffix in ("jsonl", "csv", "parquet"):
        assert main(["export", "--published", f"{out}.{suffix}", *history]) == 0
    line = json.loads((tmp_path / "out.jsonl").read_text())
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines())
    assert line["value"] == float(row["value"]) == 0.25 and json.loads(row["caveats"]) == line["caveats"]


def test_through_a_running_server(path):
    points = read("walltime", wall(), wall(3, normaliser=30), name="walltime_cpu.csv")
    with running_server(path) as server:
        client = find_server(path)
        assert [client.add_published(points), client.add_published(points)] == [2, 0]
        status, _, body = server.ask("/api/v1/published", body='{"value": 1}', Authorization=f"Bearer {server.token}")
        assert status == 400 and b"a published point must have the fields" in body
    with Store(path) as store:
        assert store.published()["value"].tolist() == [0.25, 0.25]


@pytest.mark.parametrize("change", [{"value": float("inf")}, {"l_max": 0}, {"caveats": [1]}, {"named": None}])
def test_a_point_from_outside_is_checked(change):
    (point,) = read("walltime", wall(), name="walltime_cpu.csv")
    assert Point.from_json(json.loads(json.dumps(point.to_json()))) == point
    with pytest.raises(SpecError):
        Point.from_json(point.to_json() | change)


def test_the_headlines_agree_with_one_another():
    """What the table claims follows from the times that it lists."""
    times = {(each.file_kind, each.device, each.named, each.l_max): each.value for each in headlines() if each.point}
    ratios = {each.says.rpartition(" on ")[2]: each.value for each in headlines()
              if each.says.startswith("Clebsch-Gordan dense over Gaunt grid")}
    assert len(ratios) == 3
    for words, ratio in ratios.items():
        dense, grid = (next(time for (_, device, of, l_max), time in times.items()
                            if l_max == 10 and of == named and words.split(",")[0].split()[-1] in device)
                       for named in ("CGTP-dense", "GTP-grid"))
        assert dense / grid == pytest.approx(ratio, rel=0.01)
    for (kind, device, named, l_max), time in times.items():
        if named == "GTP-grid" and (kind, device, "CGTP-dense", l_max) in times:
            assert (time < times[kind, device, "CGTP-dense", l_max]) == (l_max >= 2)


def test_every_headline_has_its_place_and_its_caveats():
    assert all(each.place and each.says for each in headlines())
    mace = next(each for each in headlines() if each.says.startswith("Training MACE"))
    assert mace.value == 1.3 and "Both are Gaunt products" in mace.caveat
    for point in filter(None, (each.point for each in headlines())):
        assert point.caveats and Point.from_json(point.to_json()) == point
