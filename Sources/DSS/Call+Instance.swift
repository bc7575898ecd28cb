import HTTP

/// Calls that tell whether a connection works, and who we are on it.
extension Call {
    package static let listProjects = Call(
        "DSSClient.list_projects", .get, "/projects/", query: [QueryItem("includeLocation", false)], reply: .json)

    package static let listProjectKeys = Call("DSSClient.list_project_keys", .get, "/projects/", reply: .json)

    package static let getAuthInfo = Call(
        "DSSClient.get_auth_info", .get, "/auth/info", query: [QueryItem("withSecrets", false)], reply: .json)

    package static let getInstanceInfo = Call("DSSClient.get_instance_info", .get, "/instance-info", reply: .json)
}
