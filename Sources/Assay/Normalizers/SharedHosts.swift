/// Hosts that many companies share: a domain in a table that names none of them.
///
/// Values are looked at in the normal form of a domain; anything else is no shared host, so a raw
/// value is normalised first: `SharedHosts.predicate(Normalizer.domain.normalized(value))`.
public enum SharedHosts {
    /// Hosts that are shared together with every host under them: `docs.google.com`.
    ///
    /// Each has two labels, so that the last two labels of a value decide.
    static let families = [
        "about.me", "aol.com", "baidu.com", "behance.net", "bing.com", "bit.ly", "bitbucket.org",
        "buff.ly", "calendly.com", "capterra.com", "crunchbase.com", "discord.com", "discord.gg",
        "dribbble.com", "dropbox.com", "duckduckgo.com", "eventbrite.com", "facebook.com", "fb.com",
        "fb.me", "fiverr.com", "flickr.com", "forms.gle", "g2.com", "github.com", "gitlab.com",
        "glassdoor.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "goo.gl", "google.com",
        "googlemail.com", "hotmail.com", "icloud.com", "imgur.com", "indeed.com", "instagram.com",
        "is.gd", "linkedin.com", "linktr.ee", "live.com", "lnkd.in", "mail.com", "mail.ru",
        "me.com", "medium.com", "meetup.com", "msn.com", "npmjs.com", "outlook.com", "ow.ly",
        "patreon.com", "pinterest.com", "pm.me", "producthunt.com", "proton.me", "protonmail.com",
        "pypi.org", "qq.com", "quora.com", "rb.gy", "rebrand.ly", "reddit.com", "slack.com",
        "slideshare.net", "soundcloud.com", "spotify.com", "stackoverflow.com", "t.co", "t.ly",
        "t.me", "telegram.me", "threads.net", "tiktok.com", "tinyurl.com", "trello.com",
        "trustpilot.com", "twitch.tv", "twitter.com", "upwork.com", "vimeo.com", "web.de",
        "wechat.com", "whatsapp.com", "wikipedia.org", "x.com", "xing.com", "yahoo.com",
        "yandex.ru", "yelp.com", "youtu.be", "youtube.com", "zoom.us",
    ]

    /// Hosts that are shared themselves, while a host under them is one company's.
    ///
    /// Site builders, where `acme.wordpress.com` is Acme, and hosts of more than two labels.
    static let singles = [
        "apps.apple.com", "blogspot.com", "bubbleapps.io", "carrd.co", "framer.website",
        "gitbook.io", "github.io", "gitlab.io", "herokuapp.com", "itunes.apple.com",
        "myshopify.com", "netlify.app", "notion.site", "notion.so", "pages.dev", "substack.com",
        "tumblr.com", "vercel.app", "webflow.io", "weebly.com", "wixsite.com", "wordpress.com",
        "yahoo.co.jp", "yahoo.co.uk",
    ]

    private static let familySet = Set(families)
    private static let singleSet = Set(singles)

    /// Whether a domain in normal form is a shared host.
    public static func contains(_ domain: String) -> Bool {
        if familySet.contains(domain) || singleSet.contains(domain) { return true }
        let labels = domain.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 2 else { return false }
        return familySet.contains(
            labels.suffix(2).map { String(Substring($0)) }.joined(separator: "."))
    }

    /// Whether the bytes of a text, in the normal form of a domain, are a shared host.
    package static func isShared(_ text: [UInt8]) -> Bool {
        let isNormal = Normalizer.domain.isNormalized(text.span)
        return Normalizer.domain.key(text, isNormal: isNormal)
            .map { contains(String(decoding: $0, as: UTF8.self)) } ?? false
    }

    /// A SQL boolean: whether a domain in normal form is a shared host; never null.
    ///
    /// Servers from version 14 look the value up in a hash table; only hosts of three labels and
    /// more are cut.
    public static func predicate(_ value: SQL) -> SQL {
        let text: SQL = "\(value)::text COLLATE \"C\""
        return """
            (CASE WHEN \(text) = ANY (\(array(families + singles))) THEN true \
            WHEN \(text) LIKE '%.%.%' THEN \
            substring(\(text) FROM '[^.]+[.][^.]+$') = ANY (\(array(families))) \
            ELSE false END IS TRUE)
            """
    }

    private static func array(_ hosts: [String]) -> SQL {
        "\(.literal(SQL.arrayLiteral(hosts).filter { $0 != "\"" }))::text[]"
    }
}
