"""The configuration file, the contexts it holds, and those that are found without it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cloudctl import config
from cloudctl.commands.invocation import Invocation
from cloudctl.commands.shared import Given
from cloudctl.errors import NotFound, UsageError
from cloudctl.files import config_path
from cloudctl.scope import PROVIDERS, Context

VARIABLES = [
    ("aws", "AWS_PROFILE", "profile"),
    ("aws", "AWS_REGION", "region"),
    ("aws", "AWS_DEFAULT_REGION", "region"),
    ("azure", "AZURE_SUBSCRIPTION_ID", "subscription"),
    ("azure", "AZURE_TENANT_ID", "tenant"),
    ("azure", "AZURE_DEFAULTS_LOCATION", "region"),
    ("azure", "AZURE_DEFAULTS_GROUP", "group"),
    ("gcp", "GOOGLE_CLOUD_PROJECT", "project"),
    ("gcp", "CLOUDSDK_CORE_PROJECT", "project"),
    ("gcp", "CLOUDSDK_COMPUTE_REGION", "region"),
    ("gcp", "CLOUDSDK_COMPUTE_ZONE", "zone"),
]
CREDENTIAL_VARIABLES = [
    ("aws", "AWS_ACCESS_KEY_ID"),
    ("aws", "AWS_PROFILE"),
    ("aws", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ("aws", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
    ("azure", "AZURE_CLIENT_ID"),
    ("azure", "AZURE_FEDERATED_TOKEN_FILE"),
    ("gcp", "GOOGLE_APPLICATION_CREDENTIALS"),
]
CREDENTIAL_FILES = [
    ("aws", ".aws/credentials"),
    ("aws", ".aws/config"),
    ("azure", ".azure/azureProfile.json"),
    ("gcp", ".config/gcloud/application_default_credentials.json"),
]

Write = Callable[[str], Path]


@pytest.fixture
def write() -> Write:
    """Writes the configuration file."""

    def to_file(text: str) -> Path:
        path = config_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def go(**flags: object) -> Invocation:
    return Invocation(Given(flags))


# the file


def test_no_file_is_an_empty_configuration() -> None:
    assert config.load() == config.Configuration()


def test_contexts_keep_the_order_of_the_file(write: Write) -> None:
    write('current = "b"\n[contexts.b]\nprovider = "gcp"\nproject = "p"\n[contexts.a]\nprovider = "aws"\n')
    loaded = config.load()
    assert list(loaded.contexts) == ["b", "a"]
    assert loaded.current == "b"
    assert loaded.contexts["b"] == Context("b", "gcp", {"project": "p"})


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('\ncurent = "a"\n', 2, "unknown key curent; did you mean current?"),
        ('[contexts.a]\nprovider = "aws"\n\nregoin = "us-east-1"\n', 4, "unknown key contexts.a.regoin; did you mean"),
        ('[contexts.a]\nprovider = "aws"\nproject = "p"\n', 3, "unknown key contexts.a.project; known: provider"),
        ('[contexts.a]\nprovider = "aws"\nsecret_access_key = "x"\n', 3, "unknown key contexts.a.secret_access_key"),
        ('\n[contexts.a]\nprovider = "alibaba"\n', 2, "contexts.a.provider must be one of aws, azure, gcp"),
        ('\n\n[contexts.a]\nregion = "us-east-1"\n', 3, "contexts.a.provider must be one of aws, azure, gcp"),
        ('[contexts.a]\nprovider = "aws"\nregion = 1\n', 3, "contexts.a.region must be a text"),
        ('[contexts.a]\nprovider = "aws"\nregion = ""\n', 3, "contexts.a.region must be a text"),
        ('\n[contexts."a b"]\nprovider = "aws"\n', 2, "contexts.a b is not a table with a valid name"),
        ("\n[contexts]\na = 1\n", 3, "contexts.a is not a table with a valid name"),
        ('\n\ncurrent = "gone"\n', 3, "current names no context: 'gone'"),
        ("\ncontexts = 1\n", 2, "contexts must be a table"),
    ],
)
def test_a_complaint_names_file_line_and_key(text: str, line: int, message: str, write: Write) -> None:
    path = write(text)
    with pytest.raises(UsageError) as caught:
        config.load()
    assert caught.value.message.startswith(f"{path}:{line}: {message}")
    assert caught.value.fix


def test_a_file_that_is_no_toml_is_named_with_the_line(write: Write) -> None:
    path = write('[contexts.a]\nprovider = "aws\n')
    with pytest.raises(UsageError, match="line 2") as caught:
        config.load()
    assert str(path) in caught.value.message


def test_a_file_that_cannot_be_read_is_a_usage_error() -> None:
    config_path().mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot read"):
        config.load()


def test_a_variable_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[contexts.a]\nprovider = "aws"\n')
    monkeypatch.setenv("CLOUDCTL_CONFIG", str(other))
    assert list(config.load().contexts) == ["a"]


@pytest.mark.parametrize("value", ["plain", 'quote " and \\ backslash', "größe", "tab\tline\nend", "# no comment"])
def test_what_is_saved_is_what_is_loaded(value: str) -> None:
    saved = config.Configuration({"a.b": Context("a.b", "aws", {"profile": value, "region": "us-east-1"})}, "a.b")
    config.save(saved)
    assert config.load() == saved


def test_the_file_is_for_its_owner_only() -> None:
    config.save(config.Configuration({"a": Context("a", "aws")}))
    assert stat.S_IMODE(config_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(config_path().parent.stat().st_mode) == 0o700
    assert [path.name for path in config_path().parent.iterdir()] == ["config.toml"]


# contexts that need no file


@pytest.mark.parametrize(("provider", "variable", "setting"), VARIABLES)
def test_an_implicit_context_takes_its_settings_from_the_usual_variables(
    provider: str, variable: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "from-variable")
    context = config.known_contexts(config.Configuration())[provider]
    assert context == Context(provider, provider, {setting: "from-variable"}, implicit=True)


def test_aws_region_comes_before_aws_default_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert config.known_contexts(config.Configuration())["aws"].get("region") == "eu-west-1"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_cloud_without_variables_and_files_has_no_credentials(provider: str) -> None:
    assert not config.has_credentials(Context(provider, provider))


@pytest.mark.parametrize(("provider", "variable"), CREDENTIAL_VARIABLES)
def test_a_variable_tells_that_a_cloud_has_credentials(
    provider: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "something")
    found = config.with_credentials(config.known_contexts(config.Configuration()))
    assert [context.name for context in found] == [provider]


@pytest.mark.parametrize(("provider", "path"), CREDENTIAL_FILES)
def test_a_file_tells_that_a_cloud_has_credentials(provider: str, path: str) -> None:
    file = Path.home() / path
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    found = config.with_credentials(config.known_contexts(config.Configuration()))
    assert [context.name for context in found] == [provider]


def test_a_configured_context_takes_the_place_of_the_implicit_one_of_its_cloud(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/key.json")
    configured = config.Configuration({"work": Context("work", "aws")})
    found = config.with_credentials(config.known_contexts(configured))
    assert [context.name for context in found] == ["work", "gcp"]


def test_in_the_sandbox_places_stay_and_accounts_are_the_sandbox_s() -> None:
    configured = config.Configuration({"work": Context("work", "gcp", {"project": "mine", "region": "europe-west1"})})
    endpoints = dict.fromkeys(PROVIDERS, "http://127.0.0.1:1")
    context = config.known_contexts(configured, endpoints)["work"]
    assert (context.sandbox, context.endpoint) == (True, "http://127.0.0.1:1")
    assert context.settings == {"project": "sandbox-project", "region": "europe-west1"}


def test_an_unknown_context_is_answered_with_the_nearest_names() -> None:
    contexts = config.known_contexts(config.Configuration({"production": Context("production", "aws")}))
    with pytest.raises(UsageError) as caught:
        config.context_named(contexts, "prodution")
    assert caught.value.why == "did you mean production?"


def test_removing_the_context_in_use_leaves_none_in_use() -> None:
    before = config.Configuration({"a": Context("a", "aws"), "b": Context("b", "aws")}, "a")
    assert config.remove_context(before, "a") == config.Configuration({"b": Context("b", "aws")})


def test_removing_a_context_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        config.remove_context(config.Configuration(), "a")


# precedence


def test_a_region_comes_from_the_flag_then_cloudctl_s_variable_then_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[contexts.work]\nprovider = "aws"\nregion = "us-west-2"\n')
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    context = config.load().contexts["work"]
    assert go().scope(context).region == "us-west-2"
    monkeypatch.setenv("CLOUDCTL_REGION", "eu-west-1")
    assert go().scope(context).region == "eu-west-1"
    assert go(region="eu-central-1").scope(context).region == "eu-central-1"


def test_without_a_file_the_sdk_s_variable_gives_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert go().scope(go().contexts()["aws"]).region == "us-east-1"
    monkeypatch.setenv("CLOUDCTL_REGION", "eu-west-1")
    assert go().scope(go().contexts()["aws"]).region == "eu-west-1"


@pytest.mark.parametrize(("flags", "prompts"), [({}, True), ({"no_input": True}, False)])
def test_no_context_asks_where_nothing_may_be_asked(write: Write, flags: dict[str, bool], prompts: bool) -> None:
    write('[contexts.one]\nprovider = "aws"\n')
    invocation = go(**flags, context=("one",), provider=("aws",))
    assert [context.prompts for context in invocation.targets()] == [prompts]
    assert {context.prompts for context in invocation.contexts().values()} == {prompts}


def test_contexts_come_from_the_flag_then_cloudctl_s_variable_then_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('current = "one"\n' + "".join(f'[contexts.{name}]\nprovider = "aws"\n' for name in ("one", "two", "three")))
    assert [context.name for context in go().targets()] == ["one"]
    monkeypatch.setenv("CLOUDCTL_CONTEXT", "two")
    assert [context.name for context in go().targets()] == ["two"]
    assert [context.name for context in go(context=("three",)).targets()] == ["three"]


def test_a_provider_stands_for_its_configured_contexts_or_its_implicit_one(write: Write) -> None:
    write('[contexts.one]\nprovider = "aws"\n[contexts.two]\nprovider = "aws"\n')
    assert [context.name for context in go(provider=("aws", "gcp")).targets()] == ["one", "two", "gcp"]


def test_a_context_of_another_provider_is_a_usage_error(write: Write) -> None:
    write('[contexts.one]\nprovider = "aws"\n')
    with pytest.raises(UsageError, match="context one is of aws, not gcp"):
        go(context=("one",), provider=("gcp",)).targets()


def test_a_create_needs_one_context(write: Write) -> None:
    write('[contexts.one]\nprovider = "aws"\n[contexts.two]\nprovider = "gcp"\n')
    with pytest.raises(UsageError, match="which context"):
        go().target()
    assert go(context=("two",)).target().name == "two"


@pytest.mark.parametrize(("value", "on"), [("1", True), ("true", True), ("0", False), ("false", False), ("", False)])
def test_a_variable_is_a_switch(value: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCTL_NO_INPUT", value)
    assert go().flag("no_input") is on
