"""The page Runs: start a sweep after its dry run, change its priority, go on with what was cut off."""

import pytest
from made_results import made

from backend.execution.jobs import Job
from backend.sweeps import preset
from pages.components.runs.sweep_words import figure_links


def words(page):
    return "\n".join(element.value for element in (*page.markdown, *page.caption, *page.info))


def button(page, text):
    return next((each for each in page.button if text in each.label), None)


def active(here):
    return [each.job for each in here.queue.status().active]


def test_a_sweep_is_started_after_its_dry_run(app, here, executor):
    page = app("runs")
    assert not page.exception
    assert page.selectbox(key="sweep").value == "paper"
    assert "**45 cases** · how long is not known" in words(page)
    button(page, "Measure 45 cases").click().run()
    (job,) = active(here)
    assert (job.priority, len(job.cases), job.requested_by[:6]) == ("low", 45, "reader")
    assert sorted(case.key for case in job.cases) == sorted(case.key for case in preset("paper").cases())
    executor.started.wait(5)
    page.run()
    assert "All of it is in the queue." in words(page) and button(page, "Measure 45") is None


def test_what_is_measured_is_left_out(app, here):
    cases = preset("paper").cases()
    here.store.add_many([made(case) for case in cases[:15]])
    page = app("runs")
    assert "**45 cases** · 15 measured here already · 30 to measure" in words(page)
    page.selectbox(key="sweep_how_long").set_value("quick").run()
    button(page, "Measure 30 cases").click().run()
    (job,) = active(here)
    assert {case.key for case in job.cases} == {case.key for case in cases[15:]}
    assert job.options == {"samples": 10, "width": 0.05, "min_sample_time": 0.002, "max_time": 0.5}
    here.store.add_many([made(case) for case in cases])
    assert "nothing is left to measure" in words(app("runs"))


def test_what_this_machine_cannot_do_is_said(app, here):
    page = app("runs", sweep="The paper's GPU figure")
    assert page.selectbox(key="sweep").value == "paper-gpu"
    assert "This machine has no CUDA device" in words(page)
    assert button(page, "Measure").disabled


def test_the_parts_name_their_sources(app, here):
    page = app("runs", sweep="Layers of published models")
    table = page.dataframe[0].value
    assert len(table) == len(preset("models").parts)
    assert table["Source"].str.contains("github.com|huggingface.co").all()


def test_a_priority_is_changed_on_the_page(app, here, executor):
    here.queue.submit(preset("paper").cases(), requested_by="somebody")
    executor.started.wait(5)
    waiting = here.queue.submit(preset("crossover").cases(degrees=(1,)), requested_by="another", priority="low").job
    page = app("runs")
    running, queued = (each.proto.text for each in page.get("progress"))
    assert running.startswith("Measuring 1 of 45") and queued.endswith("waiting for the CPU, next.")
    page.selectbox(key=f"priority_{waiting.id}_low").set_value("high").run()
    assert not page.exception
    assert here.store.job(waiting.id).priority == "high"
    assert page.selectbox(key=f"priority_{waiting.id}_high").value == "high"


@pytest.mark.parametrize("state", ["interrupted", "cancelled"])
def test_what_was_cut_off_is_gone_on_with(app, here, state):
    cases = preset("paper").cases(degrees=(1,))
    job = Job.new(cases, options={"samples": 10}, requested_by="somebody", priority="low")
    here.store.add_job(job)
    here.store.update_job(job.id, state=state, done=6, message="the server ended")
    here.store.add_many([made(case) for case in cases[:5]])
    here.store.add(made(cases[5], status="interrupted", message="the server ended"))
    page = app("runs")
    page.session_state["jobs_picked"] = [job.id]
    page.run()
    button(page, "Measure the 10 cases that it left").click().run()
    (again,) = active(here)
    assert {case.key for case in again.cases} == {case.key for case in cases[5:]}
    assert (again.options, again.priority) == ({"samples": 10}, "low")


def test_figures_are_linked_with_what_time_is_divided_by(app, here):
    siso, *_ = preset("paper").parts
    links = figure_links(siso)
    assert links.startswith("SISO, every path: [time](/?setting=SISO&l_max=3&channels=1&batch=1000&parity=both")
    assert "per=degrees+of+freedom" in links
    query = dict(pair.split("=") for pair in links.split("(/?")[3].rstrip(")").split("&"))
    page = app(**{name: value.replace("+", " ") for name, value in query.items()})
    assert not page.exception and not page.warning
    assert page.sidebar.selectbox(key="per").value == "degrees_of_freedom"
    assert "SISO · L 3 · 1 channel · batch 1,000" in words(page)
    assert figure_links(preset("models").parts[0]) == ""
