"""The Debian package: what is in it, what it needs, and that it starts. DEB names one that is built; else one is made here."""

import os
import pathlib
import re
import subprocess

import pytest

from conftest import MOORING, TOP

FILES = {
    "usr/bin/mooring": 0o755,
    "lib/systemd/system/mooring.service": 0o644,
    "usr/lib/sysusers.d/mooring.conf": 0o644,
    "usr/share/man/man1/mooring.1.gz": 0o644,
    "usr/share/bash-completion/completions/mooring": 0o644,
    "usr/share/zsh/vendor-completions/_mooring": 0o644,
    "usr/share/fish/vendor_completions.d/mooring.fish": 0o644,
    "usr/share/lintian/overrides/mooring": 0o644,
    "usr/share/doc/mooring/copyright": 0o644,
    "usr/share/doc/mooring/changelog.gz": 0o644,
    "usr/share/doc/mooring/README.md": 0o644,
    "usr/share/doc/mooring/examples/watch.yaml": 0o644,
}
# Loaded when they are first needed, so that no linker tells of them.
LOADED = {"libcurl.so.4": "libcurl4", "libgit2.so.1.5": "libgit2-1.5", "libpq.so.5": "libpq5"}


def run(*command, status=0, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def make(folder, name="mooring.deb"):
    """From a program with its symbols and without compression: a test has no time for either."""
    target = folder / name
    run(TOP / "scripts/deb.sh", MOORING, target, env=os.environ | {"STRIP": "no", "COMPRESSION": "none"})
    return target


@pytest.fixture(scope="module")
def deb(tmp_path_factory):
    return pathlib.Path(os.environ.get("DEB") or make(tmp_path_factory.mktemp("deb")))


def empty(root):
    """A machine on which nothing is installed."""
    for folder in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "etc"]:
        (root / folder).mkdir(parents=True)
    (root / "var/lib/dpkg/status").write_text("")
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")
    return root


def dpkg(root, *arguments):
    """As dpkg does it, scripts and all; what the package depends on is not there."""
    as_root = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    options = [f"--root={root}", "--force-script-chrootless", "--force-depends"]
    run(*as_root, "dpkg", *options, *arguments, env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"})


@pytest.fixture(scope="module")
def root(deb, tmp_path_factory):
    root = empty(tmp_path_factory.mktemp("root"))
    dpkg(root, "--install", deb)
    return root


def test_it_holds_these_files_and_no_others(deb):
    found = {}
    for line in run("dpkg-deb", "--contents", deb).splitlines():
        mode, owner, _, _, _, path = line.split(maxsplit=5)
        assert owner == "root/root", line
        if not path.endswith("/"):
            bits = [4, 2, 1] * 3
            found[path.removeprefix("./")] = sum(
                bit << shift for bit, letter, shift in zip(bits, mode[1:], [6] * 3 + [3] * 3 + [0] * 3) if letter != "-")
    documents = {f"usr/share/doc/mooring/docs/{file.name}": 0o644 for file in (TOP / "docs").glob("*.md")}
    assert found == FILES | documents


def test_secrets_lie_where_root_alone_looks(deb):
    line = next(line for line in run("dpkg-deb", "--contents", deb).splitlines() if line.endswith("./etc/mooring/secrets/"))
    assert line.startswith("drwx------ root/root")


def test_it_needs_the_libraries_that_the_program_loads(deb):
    linked = re.findall(r"=> (/(?:usr/)?lib/\S+)", run("ldd", MOORING))
    owners = set(LOADED.values())
    for library in linked:
        real = pathlib.Path(library).resolve()
        done = subprocess.run(["dpkg", "-S", str(real)], capture_output=True, text=True)
        if done.returncode:
            done = subprocess.run(["dpkg", "-S", str(real).removeprefix("/usr")], capture_output=True, text=True)
        assert done.returncode == 0, f"{library} is of no package"
        owners.add(done.stdout.split(":")[0])
    fields = {name: run("dpkg-deb", "--field", deb, name).strip() for name in ["Depends", "Recommends"]}
    named = {name: {part.split()[0] for part in text.split(", ")} for name, text in fields.items()}
    assert owners - named["Depends"] - named["Recommends"] == set()
    # What a plan without a daemon can do without is only recommended.
    assert {"libcurl4", "libgit2-1.5", "libssl3", "libyaml-0-2", "libsqlite3-0", "ca-certificates"} <= named["Depends"]


def test_the_libraries_are_loaded_by_these_names():
    sources = "".join(file.read_text() for file in (TOP / "Sources").glob("CLib*/*.c"))
    assert set(re.findall(r'#define LIBRARY "(.*\.so.*)"', sources)) == set(LOADED)


def test_the_program_starts_from_where_it_was_installed(root):
    version = run("dpkg-query", f"--root={root}", "--showformat=${Version}", "--show", "mooring")
    assert run(root / "usr/bin/mooring", "version") == f"mooring {version}\n"
    run(root / "usr/bin/mooring", "validate", "-C", TOP / "examples/quickstart")


def test_it_makes_the_user_that_the_service_runs_as(root):
    user = next(line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith("mooring:"))
    assert user.split(":")[5:] == ["/var/lib/mooring", "/usr/sbin/nologin"]
    assert int(user.split(":")[2]) < 1000


def test_the_service_is_enabled(root):
    link = root / "etc/systemd/system/multi-user.target.wants/mooring.service"
    assert link.is_symlink() and os.readlink(link) == "/lib/systemd/system/mooring.service"


def test_it_leaves_nothing_behind_when_purged(deb, tmp_path):
    dpkg(empty(tmp_path), "--install", deb)
    (tmp_path / "var/lib/mooring").mkdir(parents=True)
    dpkg(tmp_path, "--purge", "mooring")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if "mooring" in path.name} == set()


def test_the_manual_page_is_read_by_man(root):
    page = run("man", "--warnings", "-l", root / "usr/share/man/man1/mooring.1.gz", env=os.environ | {"MANWIDTH": "80"})
    assert "mooring - " in page.replace("‐", "-") and "watch" in page


def test_the_same_program_gives_the_same_bytes(deb, tmp_path):
    if os.environ.get("DEB"):
        pytest.skip("made elsewhere")
    assert make(tmp_path).read_bytes() == deb.read_bytes()


def test_lintian_finds_no_error(deb):
    # What the package of the tests leaves out to be made in no time.
    known = "unstripped-binary-or-object,custom-library-search-path,embedded-library,uses-no-compression-for-control-tarball," \
        "uses-no-compression-for-data-tarball"
    options = [] if os.environ.get("DEB") else ["--suppress-tags", known]
    done = subprocess.run(
        ["lintian", "--fail-on", "error", "--allow-root", *options, str(deb)], capture_output=True, text=True, timeout=300)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_installation_by_make_has_the_same_parts(tmp_path):
    run(TOP / "scripts/install.sh", MOORING, tmp_path, "/usr/local")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        "usr/local/bin/mooring", "usr/local/share/man/man1/mooring.1",
        "usr/local/share/bash-completion/completions/mooring", "usr/local/share/zsh/site-functions/_mooring",
        "usr/local/share/fish/vendor_completions.d/mooring.fish"}
