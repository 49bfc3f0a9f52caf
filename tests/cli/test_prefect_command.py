"""`duban prefect open`: the way into Prefect, for whoever may read the project's own files."""

from duban.runtime.environment import runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.presence import Presence


def test_without_a_running_service_there_is_nothing_to_open(duban, city):
    ran = duban("prefect", "open")

    assert ran.code == 1
    assert "duban up" in ran.err


def test_it_gives_the_page_the_login_and_the_lines_for_a_terminal(duban, city):
    with Presence(city) as service:
        service.announce("http://127.0.0.1:4200/api")
        shown = duban("prefect", "open")
        told = duban("prefect", "open", "--json").json

    login = prefect_login(runtime_folder(city))
    assert "http://127.0.0.1:4200" in shown.out
    assert f"export PREFECT_API_AUTH_STRING='{login}'" in shown.out
    assert "export PREFECT_API_URL='http://127.0.0.1:4200/api'" in shown.out
    assert f"{told['user']}:{told['password']}" == login
    assert told["environment"]["PREFECT_API_AUTH_STRING"] == login
