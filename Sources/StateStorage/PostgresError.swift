internal import Diagnostics

extension StateError {
    static let withoutLibrary = StateError(
        .failed, "libpq-missing", "the state is on a PostgreSQL server, and libpq is not installed here",
        hint: "Install libpq, as by 'apt-get install libpq5'.")

    static let noConnectionString = StateError(
        .failed, "state-connection", "the state's connection is no connection string",
        hint: """
            It is either as 'postgres://USER:PASSWORD@HOST/DATABASE' or as 'host=HOST dbname=DATABASE user=USER'; a \
            password with other characters than letters and digits is written as in a URL in the first form, and in \
            single quotes in the second. It is not shown, since it may hold a password.
            """)

    static func unreachable(_ message: String, isUnsure: Bool = false) -> StateError {
        StateError(
            .unreachable, "state-unreachable", "the state server can't be reached: \(message)",
            hint: isUnsure
                ? "Whether it kept the last step is not known; the next run finds out by reading."
                : hint(for: message))
    }

    private static func hint(for message: String) -> String? {
        guard message.contains("SSL") || message.contains("certificate") else { return nil }
        return """
            Over a network the server must prove who it is, unless the connection says otherwise: name its certificate \
            authority by 'sslrootcert=FILE', or say 'sslmode=require' to encrypt without knowing the server.
            """
    }

    static func damagedServer(_ reason: String) -> StateError {
        StateError(
            .damaged, "state-damaged", "the state on the server is damaged: \(reason)",
            hint: """
                Restore the schema 'mooring' from a backup; or move it aside, as by 'ALTER SCHEMA mooring RENAME TO \
                mooring_damaged', and run again: what is live and declared is adopted.
                """)
    }

    static func encoding(_ name: String) -> StateError {
        StateError(
            .failed, "state-encoding", "the state's database has the encoding '\(name)', which lacks characters",
            hint: "Make one by 'createdb --encoding=UTF8 --template=template0 NAME'.")
    }

    /// What the server says, in the terms of who has to mend it; `state` is its SQLSTATE.
    static func refused(_ state: String, _ message: String) -> StateError {
        switch state {
        case "53100":
            StateError(
                .full, "state-full", "there is no room on the state server's disk: \(message)",
                hint: "Nothing of this step was remembered, and all that was before still is.")
        case "42501", "28000", "28P01":
            StateError(
                .denied, "state-denied", "the state server refuses: \(message)",
                hint: """
                    The user needs a schema 'mooring' of its own: 'CREATE SCHEMA mooring AUTHORIZATION USER', by \
                    whoever may.
                    """)
        case "25006":
            StateError(
                .denied, "state-denied", "the state server is for reading only: \(message)",
                hint:
                    "Of several servers, 'target_session_attrs=read-write' in the connection finds the one to write to."
            )
        case "55P03", "57014":
            StateError(
                .failed, "state-busy", "the state server took too long: \(message)",
                hint: "Another program may have the state locked in a transaction; see pg_stat_activity.")
        default:
            StateError(.failed, "state-failed", "the state server refuses: \(message) (SQLSTATE \(state))")
        }
    }
}
