"""Clients of the API: made once, shown once, ended at once; and the command that people type."""

import json
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from dunning.entry.cli import api_clients, api_directory, app
from dunning.service.api_clients import (
    MOST_CLIENTS,
    READ,
    SETTINGS,
    WRITE,
    ApiClients,
    Client,
    ClientError,
    name_of,
    of_name,
)
from typer.testing import CliRunner, Result


class Pool:
    """A directory in memory."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.scopes: dict[str, Sequence[str]] = {}
        self.offered: list[str] = []
        self.admitted: list[str] = []
        self.closed = False

    def clients(self) -> list[Client]:
        found = (of_name(id_, name) for id_, name in self.made.items())
        return [one for one in found if one is not None]

    def offer(self, creditor: str) -> None:
        self.offered.append(creditor)

    def make(self, name: str, creditors: Sequence[str], scopes: Sequence[str]) -> tuple[str, str]:
        id_ = f"client-{len(self.scopes) + 1}"
        self.made[id_], self.scopes[id_] = name, scopes
        return id_, f"secret of {id_}"

    def end(self, client: str) -> None:
        self.made.pop(client, None)

    def admit(self, clients: Sequence[str]) -> None:
        if self.closed:
            raise api_directory.Refused("not authorized to perform: apigateway:PATCH")
        self.admitted = sorted(clients)


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def clients(pool: Pool) -> ApiClients:
    return ApiClients(pool)


def test_a_client_is_made_once_and_its_secret_is_shown_once(
    clients: ApiClients, pool: Pool
) -> None:
    (made,) = clients.issue(["acme"], WRITE)
    assert made.secret == "secret of client-1"
    assert pool.scopes["client-1"] == ["acme/read", "acme/write"]
    assert pool.offered == ["acme"]
    assert pool.admitted == ["client-1"]
    (again,) = clients.issue(["acme"], WRITE)
    assert again == (made.client, "")
    assert list(pool.made) == ["client-1"]


def test_to_read_alone_is_another_client_with_that_scope_alone(
    clients: ApiClients, pool: Pool
) -> None:
    clients.issue(["acme"], WRITE)
    (made,) = clients.issue(["acme"], READ)
    assert pool.scopes[made.client.id] == ["acme/read"]
    assert pool.admitted == ["client-1", "client-2"]


def test_to_change_settings_is_a_right_of_its_own_beside_those_to_tell_and_to_ask(
    clients: ApiClients, pool: Pool
) -> None:
    clients.issue(["acme"], WRITE)
    (made,) = clients.issue(["acme"], SETTINGS)
    assert pool.scopes["client-1"] == ["acme/read", "acme/write"]
    assert pool.scopes[made.client.id] == ["acme/read", "acme/write", "acme/settings"]
    assert [one.right for one in clients.listed()] == [SETTINGS, WRITE]


def test_one_client_may_hold_several_creditors_in_whatever_order_they_are_named(
    clients: ApiClients, pool: Pool
) -> None:
    (made,) = clients.issue(["beta", "acme"], READ)
    assert made.client.creditors == ("acme", "beta")
    assert pool.scopes[made.client.id] == ["acme/read", "beta/read"]
    assert clients.issue(["acme", "beta"], READ)[0].client == made.client
    with pytest.raises(ClientError, match="several of them"):
        clients.issue([f"creditor-number-{n:02}" for n in range(10)], READ)


def test_new_credentials_stand_beside_the_old_ones_until_these_are_revoked(
    clients: ApiClients, pool: Pool
) -> None:
    (old,) = clients.issue(["acme"], WRITE)
    (new,) = clients.issue(["acme"], WRITE, anew=True)
    assert new.secret
    assert pool.admitted == [old.client.id, new.client.id]
    assert clients.revoke(old.client.id)
    assert pool.admitted == [new.client.id]
    assert not clients.revoke(old.client.id)
    assert [one.client for one in clients.issue(["acme"], WRITE)] == [new.client]


def test_whatever_an_earlier_run_left_the_next_one_admits_who_is_there_and_nobody_else(
    clients: ApiClients, pool: Pool
) -> None:
    clients.issue(["acme"], WRITE)
    clients.issue(["beta"], WRITE)
    pool.admitted = ["gone", "client-2"]
    clients.issue(["acme"], WRITE)
    assert pool.admitted == ["client-1", "client-2"]


def test_a_client_that_cannot_be_admitted_is_not_left_behind(
    clients: ApiClients, pool: Pool
) -> None:
    pool.closed = True
    with pytest.raises(api_directory.Refused):
        clients.issue(["acme"], WRITE)
    assert pool.made == {}


def test_more_clients_than_an_authoriser_takes_are_refused_before_one_is_made(
    clients: ApiClients, pool: Pool
) -> None:
    for number in range(MOST_CLIENTS):
        clients.issue([f"c-{number}"], WRITE)
    with pytest.raises(ClientError, match="revoke one"):
        clients.issue(["one-more"], WRITE)
    assert len(pool.made) == MOST_CLIENTS


def test_a_client_that_somebody_made_by_hand_is_none_of_ours() -> None:
    assert of_name("x", "acme write") == Client("x", ("acme",), WRITE)
    assert of_name("x", name_of(["b", "a"], READ)) == Client("x", ("a", "b"), READ)
    assert of_name("x", "console") is None
    assert of_name("x", "acme admin") is None


@pytest.fixture
def dunning(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> Pool:
    """The command at a cell with two creditors."""
    settings = SimpleNamespace(creditors=lambda: ("acme", "beta"))
    monkeypatch.setattr(api_clients, "wiring_of", lambda _: SimpleNamespace(rulebooks=settings))
    where = api_directory.Where(pool, "https://tokens.example", "https://api.example")
    monkeypatch.setattr(api_directory, "of", lambda _: where)
    return pool


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["api-client", *arguments, "--cell", "eu-west-1"])


def test_the_command_tells_all_that_a_system_needs(dunning: Pool) -> None:
    done = run("acme")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == {
        "creditors": ["acme"],
        "right": "write",
        "client_id": "client-1",
        "client_secret": "secret of client-1",
        "token_url": "https://tokens.example",
        "api": "https://api.example",
    }
    assert "only time" in done.stderr
    again = run("acme")
    assert json.loads(again.stdout)["client_secret"] is None
    assert "--rotate" in again.stderr
    assert json.loads(run("acme", "--rotate").stdout)["client_id"] == "client-2"
    assert json.loads(run("acme", "--read-only").stdout)["right"] == "read"
    assert json.loads(run("beta", "--settings").stdout)["right"] == "settings"
    listed = [json.loads(line)["client_id"] for line in run().stdout.splitlines()]
    assert listed == ["client-3", "client-1", "client-2", "client-4"]
    assert json.loads(run("--revoke", "client-1").stdout) == {
        "client_id": "client-1",
        "revoked": True,
    }
    assert dunning.admitted == ["client-2", "client-3", "client-4"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gamma",), "acme, beta"),
        (("--rotate",), "CREDITOR"),
        (("--revoke", "client-1", "--rotate"), "--revoke"),
        (("--revoke", "client-1", "--settings"), "--revoke"),
        (("--settings",), "CREDITOR"),
        (("acme", "--settings", "--read-only"), "--settings"),
        (("beta", "--revoke", "client-1"), "of acme"),
    ],
)
def test_what_cannot_be_meant_is_told_and_changes_nothing(
    dunning: Pool, arguments: tuple[str, ...], said: str
) -> None:
    run("acme")
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert list(dunning.made) == dunning.admitted == ["client-1"]


def test_what_aws_refuses_is_told_in_its_own_words(dunning: Pool) -> None:
    dunning.closed = True
    done = run("acme")
    assert done.exit_code == 2
    assert "apigateway:PATCH" in done.stderr
