package import Diagnostics
package import Resources

/// One resource's part of a plan.
package struct Change: Hashable, Sendable {
    /// As declared; of what is deleted, as last applied. A version's address names it.
    package let resource: Resource
    package var action: Action
    package var fields: [FieldChange]
    package var cause: Cause
    package var steps: [Step]
    /// The changes that must be done before this one, sorted.
    package var waitsFor: [Address] = []
    /// What could not be checked, and what the user should know.
    package var notes: [String]
    /// The object is there, and Mooring neither made it nor recorded it.
    package var adoptsExisting = false

    package var address: Address { resource.address }

    /// The address whose settings the change is saved with: all endpoints of a service are saved in one request.
    package var unit: Address { address.kind == .endpoint ? address.service ?? address : address }

    package init(
        _ resource: Resource, _ action: Action, fields: [FieldChange] = [], cause: Cause, steps: [Step],
        notes: [String] = []
    ) {
        self.resource = resource
        self.action = action
        self.fields = fields
        self.cause = cause
        self.steps = steps
        self.notes = notes
    }
}

/// Why a change is in a plan.
package struct Cause: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case manifest
        /// The nodes lack what is saved.
        case outOfSync = "out-of-sync"
        /// Something that it depends on changes.
        case dependency
        /// Somebody changed what was applied.
        case drift
        /// Both the manifest and the live object changed.
        case conflict
        /// No manifest declares it any more.
        case orphaned
        /// Another resource says that it takes its place.
        case replaced
        /// A run ended before it was done with it.
        case unfinished
        /// The user asked for it: a roll-back, a roll-out, the end of it all.
        case request
    }

    package let kind: Kind
    /// Where the first field that differs is declared, or the resource.
    package let mark: SourceMark
    /// Words, where the place alone does not tell.
    package let text: String?

    package init(_ kind: Kind, at mark: SourceMark, _ text: String? = nil) {
        self.kind = kind
        self.mark = mark
        self.text = text
    }
}

/// One remote call of a change, in the order in which they are sent.
package struct Step: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case createAPIService = "create-api-service"
        case saveAPIService = "save-api-service"
        case createPackage = "create-package"
        case publishPackage = "publish-package"
        case createPublishedService = "create-published-service"
        case savePublishedService = "save-published-service"
        case importVersion = "import-version"
        case promoteVersion = "promote-version"
        case createInfra = "create-infra"
        case saveInfra = "save-infra"
        case deleteInfra = "delete-infra"
        case createDeployment = "create-deployment"
        case saveDeployment = "save-deployment"
        case startUpdate = "start-update"
        case awaitHealth = "await-health"
        case disableDeployment = "disable-deployment"
        case deleteDeployment = "delete-deployment"
        case deletePackage = "delete-package"
        case deleteVersion = "delete-version"
        case deletePublishedService = "delete-published-service"
    }

    /// Which of the environment's nodes is asked.
    package enum Node: String, Hashable, Sendable, CaseIterable { case designer, deployer }

    package let kind: Kind
    /// Method and path, as `PUT /api-deployer/infras/prod/settings`.
    package let call: String
    package let node: Node
    /// What the step is about beyond the resource: the version that is promoted, say.
    package let subject: String?

    package init(_ kind: Kind, _ call: String, on node: Node, subject: String? = nil) {
        self.kind = kind
        self.call = call
        self.node = node
        self.subject = subject
    }
}
