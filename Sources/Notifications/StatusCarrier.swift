internal import Diagnostics
internal import Files
internal import HTTP
internal import Resources

/// Writes how commits fare to a forge, from the news of them.
struct StatusCarrier: Carrier {
    /// What says something of a commit.
    static let events: Set<WatchEvent> = [.applied, .held, .approvalNeeded, .failure, .recovery]

    let forge: ForgeSettings
    let secret: SecretSource
    let transport: any Transport
    let settings: OutboxSettings

    func carry(_ parcel: Parcel) async throws(DeliveryFailure) {
        let news = parcel.news
        guard let revision = news.revision, let (state, description) = Self.fate(news) else { return }
        let token = try await resolved(forge.token, secret)
        let forge = Forge(
            forge, token: token, transport: transport, timeout: settings.timeout, clock: settings.clock)
        do throws(ForgeError) {
            try await forge.setStatus(
                state, of: revision.id, context: "mooring/\(news.place.environment)", description: description,
                link: Wording.link(news))
        } catch {
            throw DeliveryFailure(error.diagnostic.message, isTransient: error.isTransient, pause: error.pause)
        }
    }

    private static func fate(_ news: News) -> (Forge.State, String)? {
        let reason = news.lines.first ?? news.title
        switch news.event {
        case .applied: return (.success, "live")
        // What works again is what is live.
        case .recovery: return (.success, "live")
        case .held: return (.failure, "held: \(reason)")
        case .approvalNeeded: return (.pending, "waits for an approval")
        case .failure: return (.pending, "tried again: \(reason)")
        case .drift: return nil
        }
    }
}
