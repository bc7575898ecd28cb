"""What runs the steps of the examples for CI as far as they go without a server: the shells, variables and artifacts."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import yaml

from conftest import LONGEST_SECONDS, TOP

EXAMPLES = TOP / "examples" / "ci"


class Step:
    """What a step came to."""

    def __init__(self, name, status, output):
        self.name, self.status, self.output = name, status, output


def shell(script, folder, environment, options=("-e", "-o", "pipefail")):
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", *options, "-c", script], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST_SECONDS, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


class GitHub:
    """A run of examples/ci/github/workflow.yml, or another one. Expressions are those that it uses: names, texts, ==, && and always()."""

    def __init__(self, project, event, branch, api, number=7, file=EXAMPLES / "github" / "workflow.yml"):
        self.project, self.event, self.branch = project, event, branch
        self.workflow = yaml.safe_load(file.read_text())
        self.artifacts, self.steps, self.outputs = {}, [], {}
        self.summary = ""
        self.api = api
        self.github = {
            "event_name": event, "token": "the-token-of-the-job", "event": {"pull_request": {"number": number}},
            "base_ref": "main" if event == "pull_request" else ""}

    def run(self, job):
        """Runs a job; returns its result, or None when its condition does not hold."""
        definition = self.workflow["jobs"][job]
        self.workspace = self.project.scratch / f"runner-{self.event}-{job}-{self.project.clones}"
        self.temp = pathlib.Path(f"{self.workspace}.temp")
        needs = {name: {"outputs": self.outputs[name]} for name in [definition.get("needs")] if name}
        context = {"github": self.github, "needs": needs, "steps": {}, "job_failed": False,
                   "secrets": {"MOORING_STATE_URL": ""} | self.project.secrets(),
                   "vars": {"MOORING_URL": "https://example.com/mooring.deb", "MOORING_SHA256": "0" * 64}}
        if "if" in definition and not self.value(definition["if"], context):
            return None
        self.workspace.mkdir()
        self.temp.mkdir()
        self.perform(definition["steps"], context, {})
        self.outputs[job] = {
            name: self.text(value, context) for name, value in definition.get("outputs", {}).items()}
        return "failure" if context["job_failed"] else "success"

    def perform(self, steps, context, variables):
        for step in steps:
            condition = step.get("if", "success()")
            if "always()" not in condition and context["job_failed"]:
                continue
            if not self.value(condition, context):
                continue
            environment = variables | {name: self.text(value, context) for name, value in step.get("env", {}).items()}
            inputs = {name: self.text(value, context) for name, value in step.get("with", {}).items()}
            if "uses" in step:
                self.use(step, inputs, context, environment)
            else:
                self.shell(step, context, environment)

    def use(self, step, inputs, context, environment):
        name = step["uses"].split("@")[0]
        if name.startswith("actions/"):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]), "an action is pinned to a commit"
        if name == "actions/checkout":
            assert inputs["persist-credentials"] == "False"
            shutil.rmtree(self.workspace)
            self.project.checkout(self.branch, isWhole=inputs.get("fetch-depth") == "0").rename(self.workspace)
            # As a user puts them there.
            place = self.workspace / ".github" / "actions" / "mooring"
            place.mkdir(parents=True)
            shutil.copy(EXAMPLES / "github" / "action.yml", place)
        elif name == "actions/upload-artifact":
            kept = self.project.scratch / f"artifact-{self.project.clones}"
            shutil.copytree(self.workspace / inputs["path"], kept)
            self.artifacts[inputs["name"]] = kept
        elif name == "actions/download-artifact":
            shutil.copytree(self.artifacts[inputs["name"]], self.workspace / inputs["path"])
        else:
            action = yaml.safe_load((self.workspace / name / "action.yml").read_text())
            given = {key: row.get("default", "") for key, row in action["inputs"].items()} | inputs
            assert set(inputs) <= set(action["inputs"])
            inner = context | {"inputs": given, "steps": {}}
            self.perform(action["runs"]["steps"], inner, environment)
            context["job_failed"] = inner["job_failed"]
            if "id" in step:
                context["steps"][step["id"]] = {"outputs": {
                    key: self.text(row["value"], inner) for key, row in action["outputs"].items()}}

    def shell(self, step, context, environment):
        script = self.text(step["run"], context)
        assert script == step["run"], "a script takes no expression: what others wrote would become code"
        if "apt-get" in script and "mooring" not in script:
            return
        files = {name: self.temp / name for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"]}
        for file in files.values():
            file.write_text("")
        status, output = shell(script, self.workspace, self.project.variables() | {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_API_URL": self.api, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r",
            "GITHUB_RUN_ID": "9", "RUNNER_TEMP": str(self.temp), "GITHUB_BASE_REF": self.github["base_ref"],
        } | {name: str(file) for name, file in files.items()} | environment)
        self.steps.append(Step(step.get("name", step["run"]), status, output))
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": outputs}
        if status:
            context["job_failed"] = True

    def text(self, value, context):
        return re.sub(r"\$\{\{(.*?)\}\}", lambda match: str(self.value(match[1], context)), str(value))

    def value(self, expression, context):
        tokens = re.findall(r"'[^']*'|&&|==|!=|\w+\(\)|[\w.-]+", expression)
        assert "".join(tokens) == expression.replace(" ", ""), f"the runner knows what {expression} means"
        words = {"&&": "and", "==": "==", "!=": "!=", "always()": "True", "success()": "(not job_failed)"}
        parts = [words.get(token) or (token if token[0] == "'" else repr(self.look_up(token, context))) for token in tokens]
        return eval(" ".join(parts), {}, {"job_failed": context["job_failed"]})

    def look_up(self, name, context):
        value = context
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


class GitLab:
    """A pipeline of examples/ci/gitlab/gitlab-ci.yml, or another one: rules are looked at by the test, not here."""

    def __init__(self, project, api, variables, file=EXAMPLES / "gitlab" / "gitlab-ci.yml"):
        self.project, self.artifacts, self.steps = project, [], []
        self.jobs = yaml.safe_load(file.read_text())
        self.variables = self.jobs.get("variables", {}) | {
            "CI": "true", "CI_API_V4_URL": api, "CI_PROJECT_ID": "3", "CI_JOB_URL": "https://gitlab.example.com/-/jobs/1",
        } | variables

    def run(self, name, branch):
        """Returns 'success', 'warning' or 'failed', as the pipeline shows the job."""
        job = self.jobs[name]
        depth = {**self.variables, **job.get("variables", {})}.get("GIT_DEPTH")
        folder = self.project.checkout(branch, isWhole=depth == "0")
        for path, data in self.artifacts:
            (folder / path).write_bytes(data)
        environment = self.project.variables() | self.variables | self.project.secrets()
        before = job.get("before_script") or self.jobs["default"]["before_script"]
        script = [line for line in before if not line.startswith("apt-get ")] + job["script"]
        status, output = shell("\n".join(script), folder, environment)
        self.steps.append(Step(name, status, output))
        if "after_script" in job:
            # A shell of its own, whose end does not matter to the job.
            self.steps.append(Step(f"{name}, after", *shell("\n".join(job["after_script"]), folder, environment)))
        names = job["artifacts"]["reports"]["junit"]
        self.reports = [folder / name for name in ([names] if isinstance(names, str) else names)]
        self.artifacts = [
            (path, (folder / path).read_bytes()) for path in job["artifacts"].get("paths", []) if (folder / path).exists()]
        allowed = job.get("allow_failure", {}).get("exit_codes", [])
        return "success" if status == 0 else "warning" if status in allowed else "failed"


class Azure:
    """A run of examples/ci/azure/azure-pipelines.yml."""

    def __init__(self, project, api="http://127.0.0.1:1", pull_request=None):
        self.project, self.steps, self.artifact = project, [], None
        self.variables = {
            "Build.Reason": "PullRequest" if pull_request else "IndividualCI", "Build.Repository.Provider": "TfsGit",
            "Build.Repository.Id": "r", "Build.BuildId": "1", "System.CollectionUri": f"{api}/o/",
            "System.TeamProject": "p", "System.TeamProjectId": "p-1",
        } | ({"System.PullRequest.PullRequestId": str(pull_request),
              "System.PullRequest.TargetBranch": "refs/heads/main"} if pull_request else {})
        self.stages = {
            row["stage"]: row for row in
            yaml.safe_load((EXAMPLES / "azure" / "azure-pipelines.yml").read_text())["stages"]}
        self.outputs, self.summaries = {}, []

    def run(self, stage, branch):
        """Returns the stage's result."""
        job = self.stages[stage]["jobs"][0]
        steps = job["steps"] if "job" in job else job["strategy"]["runOnce"]["deploy"]["steps"]
        place = self.project.scratch / f"agent-{self.project.clones}"
        place.mkdir()
        macros = {"Pipeline.Workspace": str(place), "System.AccessToken": "the-token-of-the-job"}
        macros |= {"MOORING_STATE_URL": ""} | self.project.secrets()
        result = "Succeeded"
        for step in steps:
            if step.get("checkout") == "self":
                assert step["persistCredentials"] == "false"
                folder = self.project.checkout(branch, isWhole=step.get("fetchDepth") == "0")
            elif "publish" in step and result == "Succeeded":
                self.artifact = self.project.scratch / f"artifact-{self.project.clones}"
                shutil.copytree(self.expand(step["publish"], macros), self.artifact)
            elif "download" in step:
                shutil.copytree(self.artifact, place / step["artifact"])
            elif step.get("task") == "PublishTestResults@2":
                self.reports = [pathlib.Path(self.expand(step["inputs"]["testResultsFiles"], macros))]
            elif "bash" in step and self.holds(step.get("condition", "succeeded()"), result):
                ended = self.bash(step, folder, macros)
                result = ended if result == "Succeeded" else result
        return result

    def holds(self, condition, result):
        """Whether a step runs. Conditions are those that the pipeline has: and, eq, names of variables, how it went."""
        tokens = re.findall(r"variables\['[\w.]+'\]|'[^']*'|\w+\(|[(),]", condition)
        assert "".join(tokens) == re.sub(r"\s", "", condition), f"the agent knows what {condition} means"
        names = {"all_of": lambda *values: all(values), "eq": lambda one, other: one == other, "variables": self.variables,
                 "succeeded": lambda: result == "Succeeded", "succeededOrFailed": lambda: True}
        return eval("".join("all_of(" if token == "and(" else token for token in tokens), {}, names)

    def bash(self, step, folder, macros):
        environment = self.project.variables() | {
            "TF_BUILD": "True"} | {name.upper().replace(".", "_"): value for name, value in self.variables.items()}
        environment |= {name: self.expand(value, macros) for name, value in step.get("env", {}).items()}
        status, output = shell(step["bash"], folder, environment, options=())
        self.steps.append(Step(step["displayName"], status, output))
        self.outputs |= dict(re.findall(r"^##vso\[task\.setvariable variable=(\w+);isOutput=true\](\w+)$", output, re.M))
        self.summaries += [
            pathlib.Path(path).read_text() for path in re.findall(r"^##vso\[task\.uploadsummary\](.*)$", output, re.M)]
        if status:
            return "Failed"
        match = re.search(r"^##vso\[task\.complete result=(\w+);\]", output, re.M)
        return match[1] if match else "Succeeded"

    @staticmethod
    def expand(text, macros):
        return re.sub(r"\$\(([\w.]+)\)", lambda match: macros[match[1]], text)


def jenkins(project, folder, branch, **variables):
    """Runs examples/ci/jenkins/Jenkinsfile by Groovy with pipeline.groovy as its server; returns what it says of the build."""
    java = pathlib.Path(shutil.which("java")).resolve().parents[1]
    result = project.scratch / f"jenkins-{project.clones}.json"
    environment = project.variables() | project.secrets() | {
        "JAVA_HOME": str(java), "BRANCH_NAME": branch, "BUILD_TAG": "jenkins-mooring-1",
        "BUILD_URL": "https://jenkins.example.com/job/mooring/1/", "RESULT": str(result)} | variables
    done = subprocess.run(
        ["groovy", str(pathlib.Path(__file__).with_name("pipeline.groovy")), str(EXAMPLES / "jenkins" / "Jenkinsfile")],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST_SECONDS)
    assert done.returncode == 0, done.stdout
    return json.loads(result.read_text()) | {"output": done.stdout}
