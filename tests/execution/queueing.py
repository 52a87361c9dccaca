"""Cases of the fake worker, and waiting for what a queue says of a job."""

from fakes import fake_case

OK = tuple(fake_case(seed=seed) for seed in range(3))
HANG = fake_case("hang")


def wait_until(queue, condition):
    """Returns the first status for which the condition holds; waits for changes, not for time."""
    while not condition(status := queue.status()):
        assert queue.wait(status.version, timeout=15) > status.version, "nothing changed for 15 s"
    return status


def progress(status, job):
    return next(each for each in status.jobs if each.job.id == job.id)


def ended(queue, job):
    """The job once it has ended."""
    return progress(wait_until(queue, lambda status: not progress(status, job).job.active), job).job


def measuring(queue, job, case):
    """The progress of the job at the moment when the case is being measured."""
    return progress(wait_until(queue, lambda status: progress(status, job).job.current == case.key), job)


def cases(name, count, seconds=1):
    return [fake_case(f"{name}:{number}", seed=seconds) for number in range(count)]
