package import JSON

/// A step of the way to production that infras belong to.
package struct Stage: Sendable, Hashable {
    package let id: String
    package let desc: String?

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        id = try object.requiredString("id")
        desc = try object.string("desc")
    }
}

/// The light status of an infrastructure.
package struct InfraStatus: Sendable, Hashable {
    package let id: String
    package let stage: String?
    package let type: String?
    package let governCheckPolicy: String?
    /// The ids of the deployments on it.
    package let deployments: [String]

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        let basic = try object.nested("infraBasicInfo")
        id = try basic.requiredString("id")
        stage = try basic.string("stage")
        type = try basic.string("type")
        governCheckPolicy = try basic.string("governCheckPolicy")
        deployments = try object.list("deployments") { (element) throws(ShapeError) in
            try DeploymentReference(element).id
        }
    }
}

/// A deployment as the status of another object names it.
package struct DeploymentReference: Sendable, Hashable {
    package let id: String
    package let infraId: String?

    init(_ value: JSONValue) throws(ShapeError) {
        let basic = try value.dueObject().nested("deploymentBasicInfo")
        id = try basic.requiredString("id")
        infraId = try basic.string("infraId")
    }
}

/// The light status of a published service.
package struct ServiceStatus: Sendable, Hashable {
    package let id: String
    /// Its versions, in the server's order, which is not known to mean anything.
    package let packages: [PackageListItem]
    package let deployments: [DeploymentReference]

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        id = try object.nested("serviceBasicInfo").requiredString("id")
        packages = try object.list("packages") { (element) throws(ShapeError) in try PackageListItem(element) }
        deployments = try object.list("deployments") { (element) throws(ShapeError) in
            try DeploymentReference(element)
        }
    }
}

/// The light status of a deployment.
package struct DeploymentStatus: Sendable, Hashable {
    package let id: String
    /// A missing field counts as not enabled, as for the official client.
    package let enabled: Bool
    package let publishedServiceId: String?
    package let deployedServiceId: String?
    package let infraId: String?
    package let generationsMapping: JSONValue?

    /// The id under which the nodes serve it.
    package var serviceId: String? { deployedServiceId ?? publishedServiceId }

    init(_ value: JSONValue) throws(ShapeError) {
        let basic = try value.dueObject().nested("deploymentBasicInfo")
        id = try basic.requiredString("id")
        enabled = try basic.flag("enabled") ?? false
        publishedServiceId = try basic.string("publishedServiceId")
        deployedServiceId = try basic.string("deployedServiceId")
        infraId = try basic.string("infraId")
        generationsMapping = basic["generationsMapping"]
    }
}

/// One update of a deployment, as a list item or in full.
package struct UpdateItem: Sendable, Hashable {
    /// Milliseconds since 1970 as the server wrote them: the key of the update in paths.
    package let startTimestamp: String
    package let type: String?
    package let status: String?
    package let endTimestamp: String?
    package let requester: String?
    /// Nil when the answer has no log.
    package let logLines: [String]?

    init(_ value: JSONValue) throws(ShapeError) {
        let object = try value.dueObject()
        startTimestamp = try object.required("startTimestamp") { (value) throws(ShapeError) in
            try value.due("a number", Self.timestamp(value))
        }
        type = try object.string("type")
        status = try object.string("status")
        endTimestamp = try object.optional("endTimestamp") { (value) throws(ShapeError) in
            try value.due("a number", Self.timestamp(value))
        }
        requester = object["requester"]?.string
        logLines = try object.optional("logs") { (value) throws(ShapeError) in
            try value.dueObject().list("lines") { (line) throws(ShapeError) in try line.due("a string", line.string) }
        }
    }

    private static func timestamp(_ value: JSONValue) -> String? { value.number?.text ?? value.string }
}
