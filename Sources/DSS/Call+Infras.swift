import HTTP
package import JSON

/// API Deployer: stages and infrastructures.
extension Call {
    package static let listStages = Call(
        "DSSAPIDeployer.list_stages", .get, "/api-deployer/stages", reply: .json)

    package static let listInfras = Call(
        "DSSAPIDeployer.list_infras", .get, "/api-deployer/infras", reply: .json)

    package static func createInfra(
        _ infra: String, stage: String, type: String, governCheckPolicy: String = "NO_CHECK"
    ) -> Call {
        let body: JSONValue = [
            "id": .string(infra), "stage": .string(stage), "type": .string(type),
            "governCheckPolicy": .string(governCheckPolicy),
        ]
        return Call(
            "DSSAPIDeployer.create_infra", .post, "/api-deployer/infras", body: .json(body), reply: .json)
    }

    package static func getInfraStatus(_ infra: String) -> Call {
        Call("DSSAPIDeployerInfra.get_status", .get, "/api-deployer/infras/\(infra)", reply: .json)
    }

    package static func getInfraSettings(_ infra: String) -> Call {
        Call("DSSAPIDeployerInfra.get_settings", .get, "/api-deployer/infras/\(infra)/settings", reply: .json)
    }

    /// `settings` is the whole object.
    package static func saveInfraSettings(_ infra: String, _ settings: JSONValue) -> Call {
        Call(
            "DSSAPIDeployerInfraSettings.save", .put, "/api-deployer/infras/\(infra)/settings", body: .json(settings),
            reply: .ignored)
    }

    /// The infra must have no deployment left.
    package static func deleteInfra(_ infra: String) -> Call {
        Call("DSSAPIDeployerInfra.delete", .delete, "/api-deployer/infras/\(infra)", reply: .ignored)
    }
}
