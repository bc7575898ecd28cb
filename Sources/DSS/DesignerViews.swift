package import JSON

/// One API service in a project's list.
package struct APIServiceListItem: Sendable, Hashable {
    package let id: String
    package let projectKey: String?
    package let name: String?
    package let authMethod: String?
    /// As the list has them: at least `id` and `type` each.
    package let endpoints: [JSONValue]

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        id = try object.requiredString("id")
        projectKey = try object.string("projectKey")
        name = try object.string("name")
        authMethod = try object.string("authMethod")
        endpoints = try object.list("endpoints") { (element) throws(ShapeError) in .object(try element.dueObject()) }
    }
}

/// One version of a service, on the designer or on the deployer.
package struct PackageListItem: Sendable, Hashable {
    package let id: String
    /// Milliseconds since 1970; nil where the list does not tell.
    package let createdOn: Int?

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        id = try object.requiredString("id")
        createdOn = try object.integer("createdOn")
    }
}

/// What a node says of itself.
package struct InstanceInfo: Sendable, Hashable {
    package let nodeId: String?
    package let nodeName: String?
    /// `DESIGN`, `AUTOMATION` or `DEPLOYER`; others may come.
    package let nodeType: String?

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        nodeId = try object.string("nodeId")
        nodeName = try object.string("nodeName")
        nodeType = try object.string("nodeType")
    }
}

/// As whom a connection acts.
package struct AuthInfo: Sendable, Hashable {
    /// The login of a user, or the id of a key.
    package let authIdentifier: String?
    /// Empty for keys.
    package let groups: [String]

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        authIdentifier = try object.string("authIdentifier")
        groups = try object.list("groups") { (element) throws(ShapeError) in
            try element.due("a string", element.string)
        }
    }
}
