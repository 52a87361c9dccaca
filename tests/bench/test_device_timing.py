"""Host and device apart: arithmetic on kernels, what profilers' records become, and the flushed cache."""

from types import SimpleNamespace

import pytest
from jax.profiler import ProfileData

from backend.bench.device_timing import device_metrics, host_time
from backend.bench.timing import Options, measure
from backend.environment import identity
from backend.frameworks import framework_class
from backend.frameworks.cpu_cache import last_cache
from backend.frameworks.jax_device import on_streams
from backend.frameworks.kernels import Kernel, covered, total
from backend.frameworks.torch_cuda_graph import replaying
from backend.frameworks.torch_device import on_device


class Device:
    """A framework whose clock is its own: a call keeps the host for 2 us, then the device for 30 us."""

    def __init__(self, kernels, queued=None):
        self.now, self._kernels, self._queued = 0.0, kernels, queued

    def clock(self):
        return self.now

    def call(self):
        self.now += 2e-6

    def synchronize(self, result):
        self.now += 30e-6

    def kernels(self, call, calls):
        return None if self._kernels is None else self._kernels * calls

    def queued_time(self, call, *, calls, launches, host_time):
        assert (launches, host_time) == (2, pytest.approx(2e-6))
        return self._queued


KERNELS = [Kernel("gemm", 0.0, 20e-6), Kernel("add", 10e-6, 15e-6)]   # they overlap by 10 us


def test_time_until_the_call_returns_leaves_out_the_wait():
    device = Device(None)
    assert host_time(device.call, device.synchronize, clock=device.clock) == pytest.approx(2e-6)


def test_kernels_are_summed_and_covered():
    assert total(KERNELS) == pytest.approx(35e-6)
    assert covered(KERNELS) == pytest.approx(25e-6)
    assert covered([*reversed(KERNELS), Kernel("later", 40e-6, 5e-6), Kernel("inside", 41e-6, 1e-6)]) == pytest.approx(
        30e-6)
    assert covered([]) == 0


@pytest.mark.parametrize(("kernels", "queued", "expected", "timer"), [
    (None, None, {"host_time": 2e-6}, None),
    ([], None, {"host_time": 2e-6}, "none"),
    (KERNELS, 26e-6,
     {"host_time": 2e-6, "kernel_launches": 2, "kernel_time": 35e-6, "device_time": 26e-6}, "CUDA events"),
    # the same kernels again and again: ten calls cover what one does
    (KERNELS, None, {"host_time": 2e-6, "kernel_launches": 2, "kernel_time": 35e-6, "device_time": 2.5e-6}, "trace"),
])
def test_the_mechanism_follows_from_what_the_framework_has(kernels, queued, expected, timer):
    device = Device(kernels, queued)
    metrics, words = device_metrics(device, device.call, clock=device.clock)
    assert metrics == pytest.approx(expected)
    assert (timer is None and not words) or timer in words["device_timer"]


def test_a_profilers_events_of_the_device_are_kernels_and_copies():
    def event(name, kind, start, duration):
        return SimpleNamespace(name=lambda: name, activity_type=lambda: kind, start_ns=lambda: start,
                               duration_ns=lambda: duration)

    events = [event("aten::mm", "cpu_op", 0, 900), event("sgemm", "kernel", 1000, 500),
              event("ProfilerStep", "gpu_user_annotation", 1000, 9000), event("cudaLaunchKernel", "cuda_runtime", 1, 2),
              event("Memcpy DtoD", "gpu_memcpy", 2000, 100), event("Memset", "gpu_memset", 2500, 50)]
    found = on_device(events)
    assert [each.name for each in found] == ["sgemm", "Memcpy DtoD", "Memset"]
    assert total(found) == pytest.approx(650e-9) and found[0].start == pytest.approx(1e-6)


def test_real_events_of_this_pytorch_have_what_is_read():
    import torch
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as record:
        torch.ones(3) + 1
    events = record.profiler.kineto_results.events()
    assert {each.activity_type() for each in events} == {"cpu_op"} and on_device(events) == []


TRACE = """
planes { name: "/device:GPU:0"
  lines { name: "Stream #13(Compute)" timestamp_ns: 1000
    events { metadata_id: 1 offset_ps: 0 duration_ps: 2000000 }
    events { metadata_id: 2 offset_ps: 3000000 duration_ps: 1000000 } }
  lines { name: "XLA Modules" timestamp_ns: 1000 events { metadata_id: 3 offset_ps: 0 duration_ps: 4000000 } }
  event_metadata { key: 1 value { id: 1 name: "gemm_fusion" } }
  event_metadata { key: 2 value { id: 2 name: "loop_fusion" } }
  event_metadata { key: 3 value { id: 3 name: "jit_call" } } }
planes { name: "/host:CPU" lines { name: "Stream of the host" events { metadata_id: 1 offset_ps: 0 duration_ps: 9 } }
  event_metadata { key: 1 value { id: 1 name: "python" } } }
"""


def test_a_trace_of_jax_gives_the_streams_of_the_gpu_alone():
    found = on_streams(ProfileData.from_serialized_xspace(ProfileData.text_proto_to_serialized_xspace(TRACE)))
    assert [each.name for each in found] == ["gemm_fusion", "loop_fusion"]
    assert total(found) == pytest.approx(3e-6)
    assert covered(found) == pytest.approx(3e-6)


@pytest.mark.parametrize(("name", "compilation"), [("numpy", "eager"), ("jax", "jit"), ("torch", "eager")])
def test_a_cpu_has_no_launches_and_a_cache_to_sweep(name, compilation):
    framework = framework_class(name)(device="cpu", dtype="float32", precision="highest", compilation=compilation)
    assert framework.kernels(lambda: None, 1) is None
    assert framework.queued_time(lambda: None, calls=1, launches=1, host_time=1e-6) is None
    framework.cache_sweeper()()


def test_the_last_cache_is_the_largest_that_the_system_names(tmp_path):
    for number, size in enumerate(("32K", "1024K", "33M", "unknown")):
        (tmp_path / f"index{number}").mkdir()
        (tmp_path / f"index{number}" / "size").write_text(size)
    assert last_cache(tmp_path) == 33 * 2**20
    assert last_cache(tmp_path / "nowhere") == 64 * 2**20


def test_with_a_flushed_cache_every_sample_is_one_call_and_the_flush_is_not_timed():
    now, flushed, calls = [0.0], [], []

    def step(seconds, log):
        now[0] += seconds
        log.append(now[0])

    timing = measure(lambda: step(1e-5, calls), lambda result: step(1e-6, []), options=Options(samples=10, flush=True),
                     clock=lambda: now[0], before=lambda: step(1e-3, flushed))
    assert len(flushed) == len(calls)
    assert timing.calls_per_sample == timing.calls_per_latency_sample == 1
    assert timing.throughput == timing.latency == pytest.approx([1.1e-5] * 10)


def test_a_flushed_time_is_of_another_identity():
    about = {"machine": {"name": "a"}, "device": "a", "versions": {"jax": "1"}, "source": "s"}
    assert identity(about | {"cache": "flushed"}) == identity(about) | {"cache": "flushed"}


def test_a_replay_reads_its_own_arguments_and_lends_them_to_others():
    """A captured graph as a function that reads and writes fixed tensors, as a graph does."""
    import torch

    x, y, z = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]), torch.zeros(2)
    replays = []

    def replay():
        replays.append(1)
        torch.mul(x, y, out=z)

    call = replaying(replay, (x, y), (z,))
    assert call(x, y)[0] is z and z.tolist() == [3.0, 8.0]
    other = call(torch.tensor([10.0, 10.0]), y)
    assert other[0].tolist() == [30.0, 40.0] and x.tolist() == [1.0, 2.0] and len(replays) == 2
    assert call(x, y)[0].tolist() == [3.0, 8.0] and other[0].tolist() == [30.0, 40.0]
