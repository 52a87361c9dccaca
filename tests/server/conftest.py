"""A server of its own for each test, and for REST one for each file, whose answers are checked by its document."""

import json

import pytest
from jsonschema import Draft202012Validator
from running_server import running_server
from sent_results import a_result, line


@pytest.fixture
def server(tmp_path):
    with running_server(tmp_path / "history.duckdb") as running:
        yield running


@pytest.fixture(scope="module")
def rest(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("rest") / "history.duckdb") as running:
        yield running


@pytest.fixture(scope="module")
def known(rest):
    return {"Authorization": f"Bearer {rest.token}"}


@pytest.fixture(scope="module")
def documented(rest):
    return json.loads(rest.ask("/api/v1/openapi.json")[2])


@pytest.fixture(scope="module")
def ask(rest, documented):
    """(status, object) of a request; the answer is one that the document describes."""
    def ask(path, body=None, **headers):
        status, answered, text = rest.ask(f"/api/v1/{path}", body=body, **headers)
        assert answered["Content-Type"] == "application/json"
        method, named = "get" if body is None else "post", "/" + path.partition("?")[0]
        pattern = next((each for each in documented["paths"] if fits(each, named)), None)
        if pattern and method in documented["paths"][pattern]:
            schema = documented["paths"][pattern][method]["responses"][str(status)]["content"]["application/json"]
            validator = Draft202012Validator(schema["schema"] | {"components": documented["components"]})
            validator.validate(json.loads(text))
        return status, json.loads(text)

    return ask


def fits(pattern, path):
    parts = list(zip(pattern.split("/"), path.split("/"), strict=False))
    return pattern.count("/") == path.count("/") and all(a == b or a.startswith("{") for a, b in parts)


@pytest.fixture(scope="module")
def results(ask, known):
    found = [a_result(batch) for batch in range(1, 6)]
    status, said = ask("results", "\n".join(map(line, found)), **known)
    assert (status, said) == (200, {"added": 5, "known": 0, "rejected": []})
    return found
