import HTTP

/// Long tasks and jobs.
extension Call {
    /// `allUsers` needs administrator's rights.
    package static func listFutures(allUsers: Bool = false) -> Call {
        Call(
            "DSSClient.list_futures", .get, "/futures/",
            query: [
                QueryItem("withScenarios", false), QueryItem("withNotScenarios", true), QueryItem("allUsers", allUsers),
            ], reply: .json)
    }

    package static func listRunningScenarios(allUsers: Bool = false) -> Call {
        Call(
            "DSSClient.list_running_scenarios", .get, "/futures/",
            query: [
                QueryItem("withScenarios", true), QueryItem("withNotScenarios", false), QueryItem("allUsers", allUsers),
            ], reply: .json)
    }

    /// Jobs are not futures; they have no state call in this contract.
    package static func listRunningJobs(allUsers: Bool = true) -> Call {
        Call(
            "DSSClient.list_running_jobs", .get, "/jobs/running/", query: [QueryItem("allUsers", allUsers)],
            reply: .json)
    }

    /// The state, with the result when it is ready.
    package static func getFutureState(_ jobId: String) -> Call {
        Call("DSSFuture.get_state", .get, "/futures/\(jobId)", query: [QueryItem("peek", false)], reply: .future)
    }

    /// The state without the result.
    package static func peekFutureState(_ jobId: String) -> Call {
        Call("DSSFuture.peek_state", .get, "/futures/\(jobId)", query: [QueryItem("peek", true)], reply: .future)
    }

    package static func abortFuture(_ jobId: String) -> Call {
        Call("DSSFuture.abort", .delete, "/futures/\(jobId)", reply: .ignored)
    }
}
