"""What people do on the pages of a daemon that runs, in the order of a day: each test goes on where the one before it ended."""

import re

import pytest
from playwright.sync_api import expect

from daemon import PATIENCE_SECONDS, TOKEN, Daemon
from look import PHONE, looking, too_wide, violations

LONG = PATIENCE_SECONDS * 1000


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    daemon = Daemon(tmp_path_factory.mktemp("daemon"))
    yield daemon
    daemon.stop()


def log_in(tab, daemon, path="/"):
    tab.goto(daemon.url + path)
    tab.get_by_role("link", name="Log in").first.click()
    tab.get_by_label("Token").fill(TOKEN)
    tab.get_by_role("button", name="Log in").click()
    expect(tab).to_have_url(daemon.url + path)
    expect(tab.get_by_role("banner")).to_contain_text("ann")


def reload_until(tab, locator):
    """For who has no script: the page is asked for again until it shows what is waited for."""
    for _ in range(PATIENCE_SECONDS):
        if locator.count() > 0:
            return
        tab.wait_for_timeout(1000)
        tab.reload()
    raise AssertionError(f"{locator} does not appear in: {tab.locator('main').inner_text()}")


def test_a_first_commit_goes_live_and_is_seen(chromium, daemon):
    head = daemon.git("-C", "work", "rev-parse", "HEAD")
    daemon.wait_for_live("test", head)
    with looking(chromium) as tab:
        tab.goto(daemon.url)
        row = tab.get_by_role("row", name=re.compile("^churn v1"))
        expect(row).to_contain_text("Synced")
        expect(row).to_contain_text("Healthy")
        expect(tab.locator("#attention")).to_contain_text("churn/prod a plan waits for approval")
        assert violations(tab) == []
        tab.get_by_role("link", name="churn/test").click()
        expect(tab.locator("#state")).to_contain_text(head[:10])
        expect(tab.locator("#state")).to_contain_text("Serve the first version")
        assert tab.wrong == []


def test_a_visitor_may_look_and_nothing_else(chromium, daemon):
    with looking(chromium) as tab:
        for path in ["", "/plan", "/suspend", "/timeline", "/drift", "/graph"]:
            answer = tab.goto(f"{daemon.url}/r/churn/prod{path}")
            assert answer.status == 200
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            expect(tab.locator("form[method=post]")).to_have_count(0)
        assert tab.goto(f"{daemon.url}/r/churn/nowhere").status == 404
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Not found")


def test_a_wrong_token_opens_nothing(chromium, daemon):
    with looking(chromium) as tab:
        tab.goto(f"{daemon.url}/login?back=/r/churn/prod")
        tab.get_by_label("Token").fill("nonsense")
        tab.get_by_role("button", name="Log in").click()
        expect(tab.get_by_role("alert")).to_be_visible()
        expect(tab.get_by_role("banner")).not_to_contain_text("ann")
        assert violations(tab) == []


@pytest.mark.parametrize("script", [False, True])
def test_a_plan_is_read_and_approved(chromium, daemon, script):
    """Once without script and once with it; the second time a new commit brings a new plan."""
    if script:
        daemon.release("v2", "Serve the second version")
    head = daemon.git("-C", "work", "rev-parse", "HEAD")
    daemon.wait_for_plan("prod", head)
    with looking(chromium, script=script) as tab:
        log_in(tab, daemon, "/r/churn/prod")
        expect(tab.locator("#callouts")).to_contain_text("A plan waits for approval")
        tab.get_by_role("link", name="See what it changes").click()
        expect(tab.locator("main")).to_contain_text("Deployment/churn-main")
        tab.locator("article", has_text="Deployment/churn-main").locator("summary", has_text="step").click()
        expect(tab.locator("main")).to_contain_text("/api-deployer/deployments")
        tab.get_by_role("button", name=re.compile("^Approve")).click()
        expect(tab).to_have_url(re.compile("/r/churn/prod"))
        expect(tab.locator(".notice")).to_be_visible()
        assert tab.wrong == []
    daemon.wait_for_live("prod", head)
    with looking(chromium) as tab:
        tab.goto(f"{daemon.url}/r/churn/prod/timeline")
        expect(tab.locator(".timeline").first).to_contain_text(re.compile(r"Applied.*by ann", re.S))
        expect(tab.locator(".timeline").first).to_contain_text("Approved")
        tab.get_by_role("link", name=re.compile(r"Run \d+")).first.click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Run")
        expect(tab.locator("main")).to_contain_text("Deployment/churn-main")


def test_drift_is_seen_and_the_difference_opened(chromium, daemon):
    daemon.change_by_hand("test", "churn-main")
    with looking(chromium, width=PHONE) as tab:
        log_in(tab, daemon, "/r/churn/test")
        tab.get_by_role("button", name="Reconcile now").click()
        daemon.wait("test", lambda status: status["sync"] == "OutOfSync")
        tab.goto(daemon.url)
        tab.locator("#attention").get_by_role("link", name="churn/test").first.click()
        expect(tab).to_have_url(re.compile("/drift$"))
        expect(tab.locator("main")).to_contain_text("Deployment/churn-main")
        expect(tab.locator("main")).to_contain_text("enabled")
        assert violations(tab) == [] and too_wide(tab) == []
        tab.goto(f"{daemon.url}/r/churn/test?sync=OutOfSync")
        tab.locator("#resources").get_by_role("link", name="churn-main").click()
        expect(tab.locator("ins")).to_contain_text(['"enabled": true'])
        expect(tab.locator("del")).to_contain_text(['"enabled": false'])
        tab.get_by_role("navigation", name="Deployment/churn-main").get_by_role("link", name="Live").click()
        expect(tab.locator("main pre")).to_contain_text('"enabled": false')
        assert tab.wrong == []


@pytest.mark.parametrize("script", [False, True])
def test_what_drifted_is_put_back(chromium, daemon, script):
    """From the page of the drift, and from that of the environment."""
    if script:
        daemon.change_by_hand("test", "churn-main")
        daemon.look_now("test")
    daemon.wait("test", lambda status: status["drifted"] == 1)
    with looking(chromium) as tab:
        tab.goto(f"{daemon.url}/r/churn/test/drift")
        expect(tab.get_by_role("region", name="What to do")).to_contain_text("Log in to put it back.")
    with looking(chromium, script=script) as tab:
        log_in(tab, daemon, "/r/churn/test" if script else "/r/churn/test/drift")
        tab.get_by_role("button", name="Put back").click()
        expect(tab).to_have_url(re.compile("/r/churn/test[?]done=heal"))
        expect(tab.locator(".notice")).to_contain_text("being put back")
        daemon.wait("test", lambda status: status["drifted"] == 0 and status["sync"] == "Synced")
        tab.goto(f"{daemon.url}/r/churn/test")
        expect(tab.get_by_role("button", name="Put back")).to_have_count(0)
        expect(tab.locator("#recent")).to_contain_text(re.compile("Healed.*by ann", re.S))
        tab.goto(f"{daemon.url}/r/churn/test/drift")
        expect(tab.get_by_role("button", name="Put back")).to_have_count(0)
        assert tab.wrong == []


def test_the_badge_is_shown_with_what_to_write_for_it(chromium, daemon):
    with looking(chromium, width=PHONE) as tab:
        tab.goto(f"{daemon.url}/r/churn/test")
        tab.get_by_text("Badge", exact=True).click()
        text = tab.get_by_label("Markdown").inner_text()
        assert text == f"[![churn/test]({daemon.url}/badge/churn/test.svg)]({daemon.url}/r/churn/test)"
        picture = tab.locator("details img").element_handle()
        tab.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=picture)
        assert violations(tab) == [] and too_wide(tab) == [] and tab.wrong == []


def test_resources_are_found_and_the_graph_leads_to_them(chromium, daemon):
    with looking(chromium) as tab:
        tab.goto(f"{daemon.url}/r/churn/test")
        tab.get_by_label("Text").fill("discount")
        tab.get_by_role("button", name="Show").click()
        expect(tab.locator("#resources tbody tr:not(.group)")).to_have_count(1)
        tab.goto(f"{daemon.url}/r/churn/test/graph")
        expect(tab.locator("svg.graph a")).to_have_count(tab.locator("section tbody tr").count())
        tab.locator("svg.graph a", has_text="discount").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("discount")
        assert tab.wrong == []


@pytest.mark.parametrize("script", [False, True])
def test_an_environment_is_suspended_and_resumed(chromium, daemon, script):
    with looking(chromium, script=script) as tab:
        log_in(tab, daemon, "/r/churn/test")
        tab.get_by_role("link", name="Suspend").click()
        tab.get_by_label("Why").fill('the <b>fair</b> & "all"')
        tab.get_by_role("button", name="Suspend").click()
        box = tab.get_by_role("region", name="Suspended")
        expect(box).to_contain_text('the <b>fair</b> & "all"')
        expect(box).to_contain_text("By ann")
        head = daemon.release(f"v3{script}".lower(), "Serve the third version")
        daemon.wait_for_plan("test", head)
        assert daemon.environment("test")["revision"] != head
        box.get_by_role("button", name="Resume").click()
        expect(tab.get_by_role("region", name="Suspended")).to_have_count(0)
        assert tab.wrong == []
    daemon.wait_for_live("test", head)


def test_an_apply_is_watched_as_it_goes(chromium, daemon):
    """With script the page that is open tells it by itself, and leaves alone what somebody types meanwhile."""
    daemon.slow_down("test", 12000)
    with looking(chromium) as tab:
        tab.goto(f"{daemon.url}/r/churn/test")
        tab.get_by_label("Text").fill("half a wo")
        head = daemon.release("v4", "Serve the fourth version")
        running = tab.get_by_role("region", name="Applying")
        expect(running).to_be_visible(timeout=LONG)
        expect(running).to_contain_text("Deployment/churn-main", timeout=LONG)
        expect(tab.locator("#spoken")).to_contain_text(re.compile(r"\d of \d changes done"))
        assert violations(tab) == []
        daemon.wait_for_live("test", head)
        expect(running).to_have_count(0, timeout=LONG)
        expect(tab.locator("#state")).to_contain_text(head[:10], timeout=LONG)
        expect(tab.get_by_label("Text")).to_have_value("half a wo")
        assert tab.wrong == []


def test_without_script_the_browser_asks_again_while_something_runs(chromium, daemon):
    daemon.slow_down("test", 12000)
    with looking(chromium, script=False) as tab:
        tab.goto(f"{daemon.url}/r/churn/test")
        assert tab.locator("meta[http-equiv=refresh]").count() == 0
        head = daemon.release("v5", "Serve the fifth version")
        reload_until(tab, tab.locator("#running section"))
        assert tab.locator("meta[http-equiv=refresh]").count() == 1
        # From here on nobody asks but the browser.
        expect(tab.locator("#state")).to_contain_text(head[:10], timeout=LONG)
        expect(tab.locator("#running section")).to_have_count(0, timeout=LONG)
    daemon.wait_for_live("test", head)
    daemon.slow_down("test", 0)


def test_a_bad_commit_is_held_with_its_reason_and_place(chromium, daemon):
    good = daemon.environment("test")["revision"]
    manifests = daemon.folder / "work" / "apis" / "churn.yaml"
    manifests.write_text(manifests.read_text().replace("type: STATIC", "type: STATIK"))
    bad = daemon.push("Misspell the type <img src=x onerror=alert(1)>")
    daemon.wait("test", lambda status: (status["held"] or {}).get("revision") == bad)
    with looking(chromium) as tab:
        tab.goto(daemon.url)
        expect(tab.locator("#attention")).to_contain_text(f"commit {bad[:10]} is held")
        log_in(tab, daemon, "/r/churn/test")
        box = tab.get_by_role("region", name="A commit is held")
        expect(box).to_contain_text("apis/churn.yaml:14")
        expect(box).to_contain_text("STATIK")
        expect(box).to_contain_text("<img src=x onerror=alert(1)>")
        expect(tab.locator("#state")).to_contain_text(good[:10])
        box.get_by_role("button", name="Apply it once more").click()
        expect(tab.locator(".notice")).to_be_visible()
        assert violations(tab) == [] and tab.wrong == []
    daemon.wait("test", lambda status: (status["held"] or {}).get("revision") == bad)


def test_who_is_logged_in_stays_so_when_the_file_is_read_again(chromium, daemon):
    with looking(chromium) as tab:
        log_in(tab, daemon)
        daemon.read_again()
        tab.goto(daemon.url)
        expect(tab.get_by_role("banner")).to_contain_text("ann")
        (daemon.folder / "watch.yaml").write_text((daemon.folder / "watch.yaml").read_text().replace("ANN_", "BOB_"))
        daemon.read_again()
        tab.goto(daemon.url)
        expect(tab.get_by_role("banner")).to_contain_text("Log in")


def test_a_daemon_that_ends_leaves_a_page_that_says_so(chromium, daemon):
    """The last test of these: the daemon does not come back."""
    with looking(chromium) as tab:
        tab.goto(daemon.url)
        expect(tab.locator("#stale")).to_be_hidden()
        daemon.started[-1].terminate()
        expect(tab.locator("#stale")).to_be_visible(timeout=LONG)
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
