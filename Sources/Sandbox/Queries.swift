import JSON

/// Queries to what nodes serve: choosing the generation, the right to ask, the answer.
extension State {
    /// The generation that answers a query: the forced one, else by the hash of the dispatch key, else by chance.
    mutating func chooseGeneration(
        _ service: NodeService, _ dispatch: JSONValue?
    ) throws(APIError) -> NodeService.Generation {
        guard service.isEnabled, let mapping = service.mapping else {
            throw .missing("an active generation of the service")
        }
        let name: String
        if let forced = dispatch?["forcedGeneration"]?.string {
            name = forced
        } else if let key = dispatch?["dispatchKey"]?.string {
            name = mapping.pick(SplitMix64.unit(stableHash(key.utf8)))
        } else {
            name = mapping.pick(dice.unit())
        }
        guard let generation = service.generation(name) else { throw .missing("generation \(name)") }
        return generation
    }

    /// Answers a user's query on a node.
    mutating func answerQuery(_ call: Call, verb: String) throws(APIError) -> JSONValue {
        let (node, id) = (call["N"], call["S"])
        nodes[node]?.requests[id, default: 0] += 1
        do throws(APIError) {
            // An empty body stands for an empty object: the official client sends none then.
            let body = try call.object()
            let generation = try chooseGeneration(try nodeService(node, id), body["dispatch"])
            let archive = archives[generation.archive]
            try State.authorize(call, archive?.definition)
            return try answer(verb, call["E"], body, call.query, id, generation: generation.id, archive)
        } catch {
            nodes[node]?.errors[id, default: 0] += 1
            throw error
        }
    }

    /// By the service's own mode. With OAUTH2 any bearer token passes: there is no one to ask about it here.
    private static func authorize(_ call: Call, _ definition: JSONValue?) throws(APIError) {
        let credentials = Credentials(call.headers)
        switch definition?["authMethod"]?.string {
        case "API_KEYS":
            let keys = (definition?["authRealm"]?["queryKeys"]?.array ?? []).compactMap(\.string)
            guard keys.contains(where: credentials.show) else { throw .notAuthenticated }
        case "OAUTH2": if credentials.isEmpty { throw .notAuthenticated }
        default: break
        }
    }

    private func answer(
        _ verb: String, _ endpointID: String, _ body: JSONObject, _ query: Query, _ service: String,
        generation: String, _ archive: PackageArchive?
    ) throws(APIError) -> JSONValue {
        guard let endpoint = archive?.endpoint(endpointID) else { throw .missing("endpoint \(endpointID)") }
        if archive?.isUnhealthy == true { throw .failure("Generation '\(generation)' does not start") }
        let type = endpoint["type"]?.string ?? ""
        guard Predictor.verbs(of: type).contains(verb) else {
            throw .bad("Endpoint '\(endpointID)' of type \(type) has no '\(verb)'")
        }
        var answer = try Predictor(endpoint: endpoint, now: now).answer(verb, body, query)
        answer["timing"] = ["preProcessing": 0.1, "predictionPredict": 0.2]
        answer["apiContext"] = [
            "serviceId": .string(service), "endpointId": .string(endpointID), "serviceGeneration": .string(generation),
        ]
        return .object(answer)
    }

    /// Asks a deployment through the deployer: its rolled-out version that answers most. Item fields are inferred.
    ///
    /// Without `queries` the endpoint's own test queries are asked. The endpoint must be named where there are several.
    func runQueries(_ id: String, endpoint: String?, queries: [JSONValue]?) throws(APIError) -> JSONValue {
        let deployment = try deployment(id)
        guard let applied = deployment.applied, applied["enabled"]?.bool == true else {
            throw .bad("Deployment '\(id)' is not running")
        }
        let mapping = try GenerationMapping(applied["generationsMapping"])
        guard let version = mapping.entries.max(by: { $0.proba < $1.proba })?.generation,
            let archive = try published(deployment.serviceID).version(version).flatMap({ archives[$0.archive] })
        else { throw .missing("the version of deployment \(id)") }
        let endpoints = archive.endpoints.filter { endpoint == nil || $0["id"]?.string == endpoint }
        if let endpoint, endpoints.isEmpty { throw .missing("endpoint \(endpoint)") }
        if endpoints.count > 1 { throw .bad("Deployment '\(id)' has several endpoints: name one") }
        var results: [JSONValue] = []
        for item in endpoints {
            let (name, type) = (item["id"]?.string ?? "", item["type"]?.string ?? "")
            for query in queries ?? item["testQueries"]?.array ?? [] {
                var result: JSONObject = ["endpointId": .string(name)]
                result["name"] = query["name"]
                do throws(APIError) {
                    result["response"] = try answer(
                        Predictor.verb(of: type), name, query["q"]?.object ?? [:], Query(""),
                        Deployment.deployedServiceID(applied), generation: version, archive)
                    result["success"] = true
                } catch {
                    result["success"] = false
                    result["error"] = .string(error.message)
                }
                results.append(.object(result))
            }
        }
        return ["results": .array(results)]
    }

    /// An OpenAPI 2 description of a service's calls.
    static func openAPI(_ service: String, _ version: String, _ archive: PackageArchive?) throws(APIError) -> JSONValue
    {
        guard let archive, archive.definition != nil else { throw .missing("OpenAPI document of \(service)") }
        var paths: JSONObject = [:]
        for endpoint in archive.endpoints {
            for verb in Predictor.verbs(of: endpoint["type"]?.string ?? "").sorted() {
                let method = verb == "predict-simple" ? "get" : "post"
                paths["/\(endpoint["id"]?.string ?? "")/\(verb)"] = [
                    method: ["responses": ["200": ["description": "The answer"]]]
                ]
            }
        }
        return [
            "swagger": "2.0", "info": ["title": .string(service), "version": .string(version)],
            "basePath": .string("/public/api/v1/\(service)"), "paths": .object(paths),
        ]
    }
}
