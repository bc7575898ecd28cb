"""The examples for CI, each run as far as it goes without its server: on a pull request, on main, and when a release fails."""

import re
import subprocess
import sys

import pytest
import yaml
from lxml import etree

import runners
from conftest import TOP, bad_release, edit, release
from forge import AzureForge, Forge, serve
from runners import EXAMPLES, Azure, GitHub, GitLab

sys.path.append(str(TOP / "Tests" / "Schemas"))
import formats  # noqa: E402


def check_secrets(project, steps):
    """No secret is on a command line or in a log."""
    secrets = set(project.secrets().values()) | {"the-token-of-the-job", "the-token-of-notes"}
    for text in [step.output for step in steps] + project.command_lines():
        assert not any(secret in text for secret in secrets), text


def succeed(result, runner):
    assert result in ("success", "Succeeded"), "\n".join(f"== {step.name}\n{step.output}" for step in runner.steps)


def check_comment(text):
    """The branch's own change is told apart from what its target asks for already: all of it, as nothing is live yet."""
    assert len(text.encode()) < 60_000
    assert "Already pending, whatever this branch changes: 4" in text, text
    assert text.startswith("<!-- mooring plan prod -->\n**mooring plan** <code>prod</code>")
    assert "Deployment/churn-on-local" in text


def start_live(project):
    """Brings main live, as an earlier run did."""
    folder = project.clone()
    done = project.mooring(folder, "apply", "-e", "prod", "--auto-approve")
    assert done.returncode == 0, done.stdout + done.stderr


def live_version(project):
    return project.mooring(project.clone(), "status", "-e", "prod").stdout.split("churn-on-local")[1].split("\n")[0]


# What `mooring init` writes


def test_the_files_of_a_new_workspace_rehearse_it(project, tmp_path):
    def begin(folder):
        for file in project.git(folder, "ls-files").splitlines():
            (folder / file).unlink()
        done = project.mooring(folder, "init")
        assert done.returncode == 0, done.stdout + done.stderr

    project.push(begin, branch="new")
    folder = project.clone("new")
    files = [folder / ".github/workflows/mooring.yml", folder / ".gitlab-ci.yml"]
    checker("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(files[0]))
    checker("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(files[1]))
    checker("zizmor", "--offline", "--no-progress", "--min-severity", "medium", str(files[0]))
    github = GitHub(project, "pull_request", "new", "http://127.0.0.1:1", file=files[0])
    succeed(github.run("rehearse"), github)
    assert "**mooring apply** <code>local</code>" in github.summary
    gitlab = GitLab(project, "http://127.0.0.1:1", {}, file=files[1])
    succeed(gitlab.run("rehearse", "new"), gitlab)
    assert all(formats.junit_problems(report.read_text()) == [] for report in gitlab.reports)


# GitHub


def test_github_comments_on_a_pull_request_and_applies_on_main(project):
    forge = Forge("Authorization")
    # Comments of others, one of which quotes ours, fill the first page.
    forge.comments = [{"id": number, "body": f"> <!-- mooring plan prod -->\n{number}"} for number in range(1, 105)]
    project.push(release, branch="change")
    with serve(forge) as api:
        run = GitHub(project, "pull_request", "change", api)
        succeed(run.run("plan"), run)
        assert run.outputs["plan"]["changes"] == "true"
        assert len(forge.comments) == 105
        check_comment(forge.comments[-1]["body"])
        assert "**mooring validate** valid" in run.summary and "**mooring plan**" in run.summary
        assert run.run("apply") is None, "a pull request is not applied"
        # The next push updates the same comment.
        project.push(lambda folder: edit(folder, "code/discount.py", "0.25", "0.2"), branch="change", base="change")
        again = GitHub(project, "pull_request", "change", api)
        succeed(again.run("plan"), again)
        assert len(forge.comments) == 105
        assert "0.2," in forge.comments[-1]["body"]
        assert {header for _, _, header in forge.requests} == {"Bearer the-token-of-the-job"}

        project.push(release)
        main = GitHub(project, "push", "main", api)
        succeed(main.run("plan"), main)
        assert len(forge.comments) == 105, "main gets no comment"
        succeed(main.run("apply"), main)
        assert "**mooring apply** <code>prod</code>" in main.summary
        done = GitHub(project, "push", "main", api)
        succeed(done.run("plan"), done)
        assert done.outputs["plan"]["changes"] == "false"
        assert done.run("apply") is None
    check_secrets(project, run.steps + again.steps + main.steps + done.steps)


def test_github_marks_what_is_wrong_and_fails(project):
    def breaks(folder):
        edit(folder, "services/churn.yaml", "type: PY_FUNCTION", "type: PY_FUNKTION")

    project.push(breaks, branch="change")
    forge = Forge("Authorization")
    with serve(forge) as api:
        run = GitHub(project, "pull_request", "change", api)
        assert run.run("plan") == "failure"
    assert re.search(r"^::error file=services/churn.yaml,line=\d+,", "".join(step.output for step in run.steps), re.M)
    assert forge.comments == []


def test_github_refuses_a_package_with_another_sum(project, tmp_path):
    action = yaml.safe_load((EXAMPLES / "github" / "action.yml").read_text())
    workflow = yaml.safe_load((EXAMPLES / "github" / "workflow.yml").read_text())
    gitlab = yaml.safe_load((EXAMPLES / "gitlab" / "gitlab-ci.yml").read_text())
    azure = Azure(project)
    scripts = [
        step["run"] for step in action["runs"]["steps"] + workflow["jobs"]["apply"]["steps"]
        if step.get("name") == "Install mooring"]
    scripts.append("\n".join(gitlab["default"]["before_script"]))
    for stage in azure.stages.values():
        job = stage["jobs"][0]
        steps = job["steps"] if "job" in job else job["strategy"]["runOnce"]["deploy"]["steps"]
        scripts += [step["bash"] for step in steps if step.get("displayName") == "Install mooring"]
    assert len(scripts) == 5
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    (stubs / "curl").write_text('#!/bin/bash\nwhile [ "$1" != --output ]; do shift; done\necho bad >"$2"\n')
    (stubs / "apt-get").write_text(f'#!/bin/bash\necho "$*" >>{tmp_path}/installed\n')
    for stub in stubs.iterdir():
        stub.chmod(0o755)
    good = subprocess.run(["sha256sum"], input="bad\n", text=True, capture_output=True).stdout.split()[0]
    environment = {"PATH": f"{stubs}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path)}
    for script in scripts:
        script = script.replace("/tmp/mooring.deb", f"{tmp_path}/mooring.deb")
        for total, expected in [("0" * 64, False), (good, True)]:
            (tmp_path / "installed").write_text("")
            names = {"URL": "https://x", "SHA256": total, "MOORING_URL": "https://x", "MOORING_SHA256": total}
            status, output = runners.shell(script, tmp_path, environment | names)
            assert (status == 0) == expected, output
            assert ("mooring.deb" in (tmp_path / "installed").read_text()) == expected


# GitLab


def test_gitlab_notes_on_a_merge_request_and_applies_on_the_default_branch(project):
    forge = Forge("PRIVATE-TOKEN")
    forge.comments = [{"id": 1, "body": "Nice. <!-- mooring plan prod -->"}]
    project.push(release, branch="change")
    request = {"CI_MERGE_REQUEST_IID": "4", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
               "MOORING_NOTES_TOKEN": "the-token-of-notes"}
    with serve(forge) as api:
        run = GitLab(project, api, request)
        succeed(run.run("plan", "change"), run)
        assert formats.junit_problems(run.reports[0].read_text()) == []
        assert [path for path, _ in run.artifacts] == ["release.plan", "plan.md"]
        assert len(forge.comments) == 2
        check_comment(forge.comments[1]["body"])
        project.push(lambda folder: edit(folder, "code/discount.py", "0.25", "0.2"), branch="change", base="change")
        succeed(run.run("plan", "change"), run)
        assert len(forge.comments) == 2
        assert "0.2," in forge.comments[1]["body"]
        assert {header for _, _, header in forge.requests} == {"the-token-of-notes"}

        project.push(release)
        main = GitLab(project, api, {})
        succeed(main.run("plan", "main"), main)
        succeed(main.run("apply", "main"), main)
        assert etree.parse(main.reports[0]).getroot()[0].get("tests") == "7"
        assert len(forge.comments) == 2
    check_secrets(project, run.steps + main.steps)


def test_gitlab_shows_a_release_that_was_rolled_back_as_a_warning(project):
    start_live(project)
    project.push(bad_release)
    run = GitLab(project, "http://127.0.0.1:1", {})
    succeed(run.run("plan", "main"), run)
    assert run.run("apply", "main") == "warning"
    assert etree.parse(run.reports[0]).getroot()[0].get("failures") == "1"
    assert "v1" in live_version(project)


def test_gitlab_refuses_a_plan_that_is_stale(project):
    project.push(release)
    run = GitLab(project, "http://127.0.0.1:1", {})
    succeed(run.run("plan", "main"), run)
    start_live(project)
    assert run.run("apply", "main") == "failed"
    assert run.steps[-1].status == 5


def test_gitlab_runs_each_job_where_it_says():
    jobs = runners.yaml.safe_load((EXAMPLES / "gitlab" / "gitlab-ci.yml").read_text())
    assert jobs["apply"]["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}]
    assert jobs["apply"]["needs"] == ["plan"] and jobs["apply"]["resource_group"]


# Azure DevOps


def test_azure_shows_the_plan_and_applies_on_main(project):
    project.push(release)
    run = Azure(project)
    succeed(run.run("Plan", "main"), run)
    assert run.outputs == {"changes": "true"}
    assert "**mooring plan** <code>prod</code>" in run.summaries[0]
    assert formats.junit_problems(run.reports[0].read_text()) == []
    succeed(run.run("Apply", "main"), run)
    assert etree.parse(run.reports[0]).getroot()[0].get("tests") == "7"
    again = Azure(project)
    succeed(again.run("Plan", "main"), again)
    assert again.outputs == {"changes": "false"}, "the condition of the stage asks for 'true'"
    assert "'plan.plan.changes'], 'true'" in again.stages["Apply"]["condition"]
    check_secrets(project, run.steps + again.steps)


def test_azure_comments_on_a_pull_request(project):
    forge = AzureForge("Authorization")
    forge.comments = [{"id": 1, "body": "Nice. <!-- mooring plan prod -->"}]
    project.push(release, branch="change")
    with serve(forge) as api:
        run = Azure(project, api, pull_request=7)
        succeed(run.run("Plan", "change"), run)
        assert len(forge.comments) == 2
        check_comment(forge.comments[1]["body"])
        project.push(lambda folder: edit(folder, "code/discount.py", "0.25", "0.2"), branch="change", base="change")
        again = Azure(project, api, pull_request=7)
        succeed(again.run("Plan", "change"), again)
        assert len(forge.comments) == 2
        assert "0.2," in forge.comments[1]["body"]
        assert {header for _, _, header in forge.requests} == {"Bearer the-token-of-the-job"}
        main = Azure(project, api)
        succeed(main.run("Plan", "main"), main)
        assert len(forge.comments) == 2, "main gets no comment"
    check_secrets(project, run.steps + again.steps + main.steps)


def test_azure_succeeds_with_issues_when_a_release_was_rolled_back(project):
    start_live(project)
    project.push(bad_release)
    run = Azure(project)
    succeed(run.run("Plan", "main"), run)
    assert run.run("Apply", "main") == "SucceededWithIssues"
    assert "v1" in live_version(project)


def test_azure_fails_when_manifests_are_wrong(project):
    project.push(lambda folder: edit(folder, "services/churn.yaml", "type: PY_FUNCTION", "type: PY_FUNKTION"))
    assert Azure(project).run("Plan", "main") == "Failed"


# Jenkins


def test_jenkins_plans_a_branch_and_applies_main(project):
    project.push(release, branch="change")
    build = runners.jenkins(project, project.checkout("change", isWhole=True), "PR-7", CHANGE_TARGET="main")
    assert build["result"] == "SUCCESS", build
    assert build["stages"] == ["Check", "Plan"]
    assert build["reports"] == ["plan.xml"] and build["archived"] == ["release.plan", "plan.md"]
    assert "Already pending" in build["output"]
    project.push(release)
    folder = project.clone()
    build = runners.jenkins(project, folder, "main")
    assert build["result"] == "SUCCESS", build["output"]
    assert build["stages"] == ["Check", "Plan", "Agree", "Apply"]
    assert build["questions"] == ["Apply this plan to prod?"]
    assert etree.parse(folder / "apply.xml").getroot()[0].get("tests") == "7"
    again = runners.jenkins(project, project.clone(), "main")
    assert again["stages"] == ["Check", "Plan"], "nothing to do"
    check_secrets(project, [runners.Step("build", 0, build["output"]), runners.Step("again", 0, again["output"])])


def test_jenkins_is_unstable_when_a_release_was_rolled_back(project):
    start_live(project)
    project.push(bad_release)
    build = runners.jenkins(project, project.clone(), "main")
    assert (build["result"], build["reason"]) == ("UNSTABLE", "The release was rolled back."), build["output"]
    assert build["reports"] == ["plan.xml", "apply.xml"]
    assert "v1" in live_version(project)


def test_jenkins_fails_when_manifests_are_wrong(project):
    project.push(lambda folder: edit(folder, "services/churn.yaml", "type: PY_FUNCTION", "type: PY_FUNKTION"))
    build = runners.jenkins(project, project.clone(), "main")
    assert build["result"] == "FAILURE" and build["stages"] == ["Check"]


# What their makers' schemas and checkers say


def checker(name, *arguments):
    program = f"{sys.prefix}/bin/{name}"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema, file, more", [
    ("vendor.github-workflows", "github/workflow.yml", []),
    ("vendor.github-actions", "github/action.yml", []),
    ("vendor.gitlab-ci", "gitlab/gitlab-ci.yml", ["--data-transform", "gitlab-ci"]),
    ("vendor.azure-pipelines", "azure/azure-pipelines.yml",
     ["--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"]),
])
def test_the_files_are_what_their_servers_read(schema, file, more):
    checker("check-jsonschema", "--builtin-schema", schema, *more, str(EXAMPLES / file))


def test_no_known_trap_of_github_is_in_the_workflow(tmp_path):
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/actions/mooring").mkdir(parents=True)
    (tmp_path / ".github/workflows/mooring.yml").write_text((EXAMPLES / "github/workflow.yml").read_text())
    (tmp_path / ".github/actions/mooring/action.yml").write_text((EXAMPLES / "github/action.yml").read_text())
    checker("zizmor", "--offline", "--no-progress", "--min-severity", "medium", str(tmp_path))


def scripts():
    """All that a shell runs, by file and line."""
    for file in sorted(EXAMPLES.glob("*/*")):
        if file.suffix == ".yml":
            yield from yaml_scripts(file.name, yaml.safe_load(file.read_text()))
        else:
            for match in re.finditer(r"'''(.*?)'''|\bsh '(.*?)'", file.read_text(), re.S):
                yield file.name, match[1] or match[2]


def yaml_scripts(name, node, key=""):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from yaml_scripts(name, value, key)
    elif isinstance(node, list):
        if key in ("script", "before_script", "after_script"):
            yield name, "\n".join(node)
        else:
            for value in node:
                yield from yaml_scripts(name, value)
    elif key in ("run", "bash", "script"):
        yield name, node


def test_shells_have_no_fault_that_shellcheck_knows(tmp_path):
    found = list(scripts())
    assert len(found) > 12
    for number, (name, script) in enumerate(found):
        file = tmp_path / f"{number}-{name}.sh"
        file.write_text("#!/bin/bash\n" + script)
    checker("shellcheck", "--severity", "info", *map(str, sorted(tmp_path.iterdir())))


def test_no_secret_is_printed_or_given_on_a_command_line():
    """What scripts of others for this job do: keys as arguments, as defaults of parameters, and the environment printed."""
    for name, script in scripts():
        assert not re.search(r"\bprintenv\b|\bset -[a-z]*x|^\s*env\s*$|--insecure|curl.* -k\b", script, re.M), name
        for line in script.splitlines():
            if re.search(r"\$\{?(DSS_|MOORING_STATE_URL|TOKEN|MOORING_NOTES_TOKEN)", line):
                assert "printf" in line or line.strip().startswith("if ["), f"{name}: {line}"
    azure = (EXAMPLES / "azure/azure-pipelines.yml").read_text()
    assert "parameters:" not in azure and "default:" not in azure
    jenkins = (EXAMPLES / "jenkins/Jenkinsfile").read_text()
    assert not re.search(r'script: "|sh\s+"', jenkins), "Groovy puts no secret into a script"
