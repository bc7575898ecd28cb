extension WorkspaceTemplate {
    /// What rehearses each change, on GitHub: it needs no keys, so it runs for everybody's pull request.
    var github: String {
        """
        # Checks each change, and rehearses it on the built-in sandbox. Set as variables of the repository: MOORING_URL, where
        # mooring's Debian package lies, and MOORING_SHA256. Plans and applies for nodes of your own: examples/ci of mooring.
        name: mooring
        on: [pull_request]
        permissions:
          contents: read
        jobs:
          rehearse:
            runs-on: ubuntu-24.04
            container: debian:bookworm-slim
            steps:
              - name: Install git and curl
                run: apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates curl git
              - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
                with:
                  persist-credentials: false
              - name: Install mooring
                env:
                  URL: ${{ vars.MOORING_URL }}
                  SHA256: ${{ vars.MOORING_SHA256 }}
                run: |
        \(install(url: "URL", sha256: "SHA256", indent: 10))
              - run: mooring validate
              - run: mooring plan -e local
              - run: mooring apply -e local --auto-approve

        """
    }

    /// The same on GitLab.
    var gitlab: String {
        """
        # Checks each change, and rehearses it on the built-in sandbox. Set as variables of the project: MOORING_URL, where
        # mooring's Debian package lies, and MOORING_SHA256. Plans and applies for nodes of your own: examples/ci of mooring.
        rehearse:
          image: debian:bookworm-slim
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
          before_script:
            - apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates curl
            - |
        \(install(url: "MOORING_URL", sha256: "MOORING_SHA256", indent: 6))
          script:
            - mooring validate
            - mooring plan -e local --report junit=plan.xml
            - mooring apply -e local --auto-approve --report junit=apply.xml
          artifacts:
            when: always
            reports:
              junit: [plan.xml, apply.xml]

        """
    }

    /// The lines that bring the program, unless it is there: what was downloaded is looked at before it is run.
    private func install(url: String, sha256: String, indent: Int) -> String {
        [
            "if ! command -v mooring >/dev/null; then",
            "  curl --fail --silent --show-error --location --output /tmp/mooring.deb \"$\(url)\"",
            "  echo \"$\(sha256)  /tmp/mooring.deb\" | sha256sum --check --quiet",
            "  apt-get install -y -qq /tmp/mooring.deb",
            "fi",
        ].map { String(repeating: " ", count: indent) + $0 }.joined(separator: "\n")
    }
}
