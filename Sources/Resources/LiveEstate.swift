package import Diagnostics
package import JSON

/// All objects of one environment's nodes that a key can see, whoever declares them: what an import starts from.
package struct LiveEstate: Sendable {
    /// A service of the API Designer, with its endpoints.
    package struct Service: Sendable {
        package let project: String
        package let id: String
        /// The whole settings, to the byte.
        package let settings: JSONValue
        /// In the server's order.
        package let packages: [Version]

        package init(project: String, id: String, settings: JSONValue, packages: [Version]) {
            self.project = project
            self.id = id
            self.settings = settings
            self.packages = packages
        }
    }

    /// A package of a service, or a version of a published service.
    package struct Version: Hashable, Sendable {
        package let id: String
        /// Milliseconds since 1970; nil where the list does not tell.
        package let createdOn: Int?

        package init(id: String, createdOn: Int?) {
            self.id = id
            self.createdOn = createdOn
        }
    }

    package struct PublishedService: Sendable {
        package let id: String
        /// Nil where they could not be read.
        package let settings: JSONValue?
        /// In the server's order.
        package let versions: [Version]

        package init(id: String, settings: JSONValue?, versions: [Version]) {
            self.id = id
            self.settings = settings
            self.versions = versions
        }
    }

    package struct Infra: Sendable {
        package let id: String
        /// Nil where they could not be read.
        package let settings: JSONValue?

        package init(id: String, settings: JSONValue?) {
            self.id = id
            self.settings = settings
        }
    }

    package struct Deployment: Sendable {
        package let id: String
        package let settings: JSONValue
        /// Nil where it is of no form that Mooring knows.
        package let mapping: GenerationsMapping?

        package init(id: String, settings: JSONValue, mapping: GenerationsMapping?) {
            self.id = id
            self.settings = settings
            self.mapping = mapping
        }
    }

    package var services: [Service] = []
    package var publishedServices: [PublishedService] = []
    package var infras: [Infra] = []
    package var deployments: [Deployment] = []
    /// The objects that were asked for; the others were read since these refer to them.
    package var selected: Set<Address> = []
    /// What could not be seen, and why.
    package var notes: [Diagnostic] = []

    package init() {}
}
