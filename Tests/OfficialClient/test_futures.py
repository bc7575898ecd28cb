"""Long tasks: the roll-out of a deployment is one."""

import pytest
from dataikuapi.dss.future import DSSFuture
from dataikuapi.utils import DataikuException


def test_a_future_from_start_to_result(client, deployment):
    future = deployment.start_update()
    assert future.job_id
    result = future.wait_for_result()
    state = future.get_state()
    assert (state["jobId"], state["hasResult"], state["alive"]) == (future.job_id, True, False)
    assert (state["aborted"], state["unknown"]) == (False, False)
    assert state["result"] == result
    assert future.has_result() and future.get_result() == result


def test_peeking_shows_the_state_without_the_result(client, deployment):
    future = deployment.start_update()
    future.wait_for_result()
    state = client.get_future(future.job_id).peek_state()
    assert state["hasResult"] is True and "result" not in state


def test_a_result_can_be_read_again(client, deployment):
    future = deployment.start_update()
    result = future.wait_for_result()
    assert client.get_future(future.job_id).get_result() == result


def test_long_tasks_are_listed(client, deployment):
    future = deployment.start_update()
    for options in ({}, {"all_users": True}):
        listed = client.list_futures(**options)
        assert isinstance(listed, list) and all("jobId" in state for state in listed)
    assert all(each.job_id for each in client.list_futures(as_objects=True))
    future.wait_for_result()
    assert future.job_id not in [state["jobId"] for state in client.list_futures() if state.get("alive")]


def test_no_scenario_and_no_job_runs(client, needs):
    assert client.list_running_scenarios() == []
    assert client.list_running_scenarios(all_users=True) == []
    needs(client, "list_running_jobs")
    assert client.list_running_jobs() == []


def test_an_unknown_future_is_an_error(client):
    for call in (DSSFuture.get_state, DSSFuture.peek_state, DSSFuture.abort, DSSFuture.wait_for_result):
        with pytest.raises(DataikuException, match="IllegalArgumentException: No future by that id"):
            call(client.get_future("absent"))


def test_the_result_of_an_immediate_answer_is_asked_of_an_unknown_future(client, log):
    """The client's quirk: waiting takes the result from the answer, asking for it goes to the server."""
    answer = {"hasResult": True, "result": {"done": True}}
    assert DSSFuture.from_resp(client, answer).wait_for_result() == {"done": True}
    mark = len(log)
    with pytest.raises(DataikuException, match="No future by that id"):
        DSSFuture.from_resp(client, answer).get_result()
    assert log.since(mark) == ["GET /futures/None?peek=False"]


def test_an_aborted_future_has_ended(client, deployment):
    future = deployment.start_update()
    future.abort()
    state = client.get_future(future.job_id).get_state()
    assert state["alive"] is False and state["hasResult"] is True


def test_one_update_of_a_deployment_at_a_time(deployment):
    future = deployment.start_update()
    try:
        deployment.start_update().wait_for_result()
    except DataikuException as error:
        assert "already running" in str(error)
    future.wait_for_result()
