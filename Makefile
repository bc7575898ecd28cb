# Every target starts from a clean clone on a bare Debian 12 with Swift 6.3, git, make and python3.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests lint build test test-swift test-schemas test-clients test-page test-packaging test-endurance soak kills daemon-kills daemon-idle recordings demo bench install deb clean

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
SWIFT_BUILD := swift build --jobs $(JOBS)
RELEASE := -c release --static-swift-stdlib --product mooring

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs the Debian packages that are missing (as root), else prints the command that does.
	@scripts/setup.sh

setup-tests:
	@scripts/setup.sh tests

lint: ## Checks the layout of the code, as .swift-format says.
	@echo "== lint"
	@swift format lint --strict --parallel -r Sources Tests Benchmarks Package.swift

build: setup ## Builds the release: .build/release/mooring, which needs no Swift where it runs.
	@echo "== build the release"
	@$(SWIFT_BUILD) $(RELEASE)

test: setup-tests lint test-swift test-schemas test-clients test-page test-packaging test-endurance ## Checks everything: layout, code, schemas, official clients, pages, sudden ends.
	@echo "== all checks passed"

test-swift: setup-tests ## Runs the Swift tests, with a PostgreSQL server of their own.
	@echo "== build the tests"
	@$(SWIFT_BUILD) --build-tests --explicit-target-dependency-import-check error
	@echo "== run the tests"
	@scripts/with-postgres.sh swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width 32

test-schemas: test-swift ## Checks the JSON Schemas with an independent validator.
	@scripts/python-env.sh
	@echo "== check the schemas"
	@MOORING=.build/debug/mooring PYTHONDONTWRITEBYTECODE=1 .venv/bin/python -m pytest -q -p no:cacheprovider Tests/Schemas

test-clients: test-swift ## Runs the official Python clients against `mooring sandbox`.
	@echo "== run the official clients"
	@scripts/python-env.sh
	@MOORING=.build/debug/mooring Tests/OfficialClient/run.sh

test-page: test-swift ## Looks at the daemon's pages in Chromium; SCREENSHOTS=DIR leaves pictures there.
	@scripts/python-env.sh
	@echo "== look at the pages"
	@MOORING=.build/debug/mooring Tests/Page/run.sh $(if $(SCREENSHOTS),--screenshots $(SCREENSHOTS))

test-packaging: test-swift ## Runs the examples for CI, and looks at the Debian package, the service, the manifests, the image.
	@scripts/python-env.sh
	@echo "== check packages and examples for CI"
	@MOORING=.build/debug/mooring PYTHONDONTWRITEBYTECODE=1 \
		.venv/bin/python -m pytest -q -p no:cacheprovider Tests/Packaging

ENDURANCE := Tests/Endurance/endurance.py

test-endurance: test-swift ## Lets ten applies run at once, imports 500 objects, kills applies and daemons, floods webhooks.
	@echo "== crowd, import, kills, daemons"
	@$(ENDURANCE) crowd --mooring .build/debug/mooring
	@$(ENDURANCE) import --mooring .build/debug/mooring
	@$(ENDURANCE) kills --mooring .build/debug/mooring --count 3 --resources 100
	@$(ENDURANCE) daemon-kills --mooring .build/debug/mooring --count 3
	@$(ENDURANCE) hooks --mooring .build/debug/mooring --seconds 2

SECONDS ?= 600

soak: setup-tests ## Lives random stories through for SECONDS (600): edits, strangers, faults, sudden ends.
	@$(SWIFT_BUILD) --build-tests
	@SOAK_SECONDS=$(SECONDS) swift test --skip-build --disable-xctest --filter SoakTests

COUNT ?= 200

kills: build ## Kills COUNT (200) applies of 300 resources at random moments, each followed by another one.
	@$(ENDURANCE) kills --mooring .build/release/mooring --count $(COUNT)

daemon-kills: build ## Kills a daemon 50 times at random moments while commits are pushed.
	@$(ENDURANCE) daemon-kills --mooring .build/release/mooring --count 50

MINUTES ?= 10

daemon-idle: build ## Watches 50 repositories for MINUTES (10): memory, CPU and look-ups of a daemon at rest.
	@$(ENDURANCE) daemon-idle --mooring .build/release/mooring --repositories 50 --minutes $(MINUTES)
	@$(ENDURANCE) hooks --mooring .build/release/mooring

recordings: setup-tests ## Records again what the official client sends: Tests/OfficialClient/recordings.json.
	@scripts/python-env.sh
	@Tests/OfficialClient/run.sh --record

demo: setup ## Plans, applies, breaks and mends the quick-start example on the built-in sandbox.
	@echo "== build"
	@$(SWIFT_BUILD) --product mooring
	@MOORING="$(CURDIR)/.build/debug/mooring" scripts/demo.sh

bench: build setup-tests ## Measures Mooring against curl, the official client, libyaml and Terraform; minutes.
	@scripts/python-env.sh
	@$(SWIFT_BUILD) -c release --static-swift-stdlib --product Benchmarks
	@Benchmarks/bench.py --mooring .build/release/mooring --reading .build/release/Benchmarks --python .venv/bin/python

install: build ## Installs the release, its manual page and completions in PREFIX (/usr/local).
	@scripts/install.sh .build/release/mooring "$(DESTDIR)" "$(PREFIX)"
	@echo "installed $(DESTDIR)$(PREFIX)/bin/mooring, its manual page and completions"

DEB ?= mooring.deb

deb: build ## Makes a Debian package of the release, DEB (mooring.deb), and checks it.
	@echo "== make $(DEB)"
	@scripts/deb.sh .build/release/mooring "$(DEB)"
	@if command -v lintian >/dev/null; then lintian --allow-root --fail-on error "$(DEB)"; fi

clean: ## Removes what was built.
	@rm -rf .build .venv
