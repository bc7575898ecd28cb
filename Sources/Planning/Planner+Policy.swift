/// The rules that the environment sets for every plan.
extension Planner {
    mutating func checkPolicy() {}
}
