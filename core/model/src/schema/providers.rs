//! The services people can sign in through, in the order they are listed (http-api.md 3.2, 5.5).

use crate::json::Json;

const PROVIDERS: [(&str, &str); 32] = [
    ("apple", "Apple"),
    ("google", "Google"),
    ("microsoft", "Microsoft"),
    ("yandex", "Yandex"),
    ("facebook", "Facebook"),
    ("instagram2", "Instagram"),
    ("github", "GitHub"),
    ("gitlab", "GitLab"),
    ("bitbucket", "Bitbucket"),
    ("gitee", "Gitee"),
    ("gitea", "Gitea/Forgejo"),
    ("discord", "Discord"),
    ("twitter", "X/Twitter"),
    ("kakao", "Kakao"),
    ("vk", "ВКонтакте"),
    ("linear", "Linear"),
    ("notion", "Notion"),
    ("monday", "monday.com"),
    ("lark", "Lark"),
    ("box", "Box"),
    ("spotify", "Spotify"),
    ("trakt", "Trakt"),
    ("twitch", "Twitch"),
    ("patreon", "Patreon"),
    ("strava", "Strava"),
    ("wakatime", "WakaTime"),
    ("livechat", "LiveChat"),
    ("mailcow", "mailcow"),
    ("planningcenter", "Planning Center"),
    ("oidc", "OIDC"),
    ("oidc2", "OIDC"),
    ("oidc3", "OIDC"),
];

/// Whether a service can be configured under that name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    PROVIDERS.iter().any(|(known, _)| *known == name)
}

/// All services as the API lists them: name, name for people, and an SVG text as logo.
#[must_use]
pub fn providers_json() -> Json {
    let entry = |(name, display): &(&str, &str)| {
        let members = [("name", *name), ("displayName", display), ("logo", &logo(display))];
        Json::Object(members.map(|(key, text)| (key.to_owned(), Json::from(text))).into())
    };
    Json::List(PROVIDERS.iter().map(entry).collect())
}

/// The first letter in a circle: trade marks are not ours to ship.
fn logo(display: &str) -> String {
    let letter = display.chars().next().unwrap_or_default().to_uppercase();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" \
         r=\"11\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><text x=\"12\" y=\"17\" \
         text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\
         {letter}</text></svg>"
    )
}
