//! The services people can sign in through, in the order they are listed (http-api.md 3.2, 5.5).

use crate::json::Json;

/// A service people can sign in through, as it is unless a collection configures it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What it is configured by.
    pub name: &'static str,
    /// What people call it.
    pub display_name: &'static str,
    /// Where people are sent to agree; `""` where every installation has its own.
    pub auth_url: &'static str,
    /// What is asked for, separated by spaces.
    pub scope: &'static str,
    /// Whether a code challenge is sent along.
    pub pkce: bool,
    /// How the service is told to answer; `""` = not told.
    pub response_mode: &'static str,
}

const fn provider(
    name: &'static str,
    display_name: &'static str,
    auth_url: &'static str,
    scope: &'static str,
) -> Provider {
    Provider { name, display_name, auth_url, scope, pkce: true, response_mode: "" }
}

impl Provider {
    const fn without_pkce(self) -> Self {
        Provider { pkce: false, ..self }
    }

    const fn answering_by(self, response_mode: &'static str) -> Self {
        Provider { response_mode, ..self }
    }
}

#[rustfmt::skip] // A table reads best as one.
const PROVIDERS: [Provider; 32] = [
    provider("apple", "Apple", "https://appleid.apple.com/auth/authorize", "name email").answering_by("form_post"),
    provider("google", "Google", "https://accounts.google.com/o/oauth2/v2/auth", "https://www.googleapis.com/auth/userinfo.profile https://www.googleapis.com/auth/userinfo.email"),
    provider("microsoft", "Microsoft", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", "User.Read"),
    provider("yandex", "Yandex", "https://oauth.yandex.com/authorize", "login:email login:avatar login:info"),
    provider("facebook", "Facebook", "https://www.facebook.com/v3.2/dialog/oauth", "email"),
    provider("instagram2", "Instagram", "https://www.instagram.com/oauth/authorize", "instagram_business_basic"),
    provider("github", "GitHub", "https://github.com/login/oauth/authorize", "read:user user:email"),
    provider("gitlab", "GitLab", "https://gitlab.com/oauth/authorize", "read_user"),
    provider("bitbucket", "Bitbucket", "https://bitbucket.org/site/oauth2/authorize", "account").without_pkce(),
    provider("gitee", "Gitee", "https://gitee.com/oauth/authorize", "user_info emails"),
    provider("gitea", "Gitea/Forgejo", "https://gitea.com/login/oauth/authorize", "read:user user:email"),
    provider("discord", "Discord", "https://discord.com/api/oauth2/authorize", "identify email"),
    provider("twitter", "X/Twitter", "https://x.com/i/oauth2/authorize", "users.read users.email tweet.read"),
    provider("kakao", "Kakao", "https://kauth.kakao.com/oauth/authorize", "account_email profile_nickname profile_image"),
    provider("vk", "ВКонтакте", "https://oauth.vk.com/authorize", "email").without_pkce(),
    provider("linear", "Linear", "https://linear.app/oauth/authorize", "read").without_pkce(),
    provider("notion", "Notion", "https://api.notion.com/v1/oauth/authorize", ""),
    provider("monday", "monday.com", "https://auth.monday.com/oauth2/authorize", "me:read"),
    provider("lark", "Lark", "https://accounts.feishu.cn/open-apis/authen/v1/authorize", ""),
    provider("box", "Box", "https://account.box.com/api/oauth2/authorize", "root_readonly"),
    provider("spotify", "Spotify", "https://accounts.spotify.com/authorize", "user-read-private"),
    provider("trakt", "Trakt", "https://trakt.tv/oauth/authorize", ""),
    provider("twitch", "Twitch", "https://id.twitch.tv/oauth2/authorize", "user:read:email"),
    provider("patreon", "Patreon", "https://www.patreon.com/oauth2/authorize", "identity identity[email]"),
    provider("strava", "Strava", "https://www.strava.com/oauth/authorize", "profile:read_all"),
    provider("wakatime", "WakaTime", "https://wakatime.com/oauth/authorize", "email"),
    provider("livechat", "LiveChat", "https://accounts.livechat.com/", ""),
    provider("mailcow", "mailcow", "", "profile"),
    provider("planningcenter", "Planning Center", "https://api.planningcenteronline.com/oauth/authorize", "people"),
    provider("oidc", "OIDC", "", "openid email profile"),
    provider("oidc2", "OIDC", "", "openid email profile"),
    provider("oidc3", "OIDC", "", "openid email profile"),
];

/// The service of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|known| known.name == name)
}

/// Whether a service can be configured under that name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    find(name).is_some()
}

/// All services as the API lists them: name, name for people, and an SVG text as logo.
#[must_use]
pub fn providers_json() -> Json {
    let entry = |known: &Provider| {
        let logo = logo(known.display_name);
        let members = [("name", known.name), ("displayName", known.display_name), ("logo", &*logo)];
        Json::Object(members.map(|(key, text)| (key.to_owned(), Json::from(text))).into())
    };
    Json::List(PROVIDERS.iter().map(entry).collect())
}

/// The first letter in a circle: trade marks are not ours to ship.
#[must_use]
pub fn logo(display: &str) -> String {
    let letter = display.chars().next().unwrap_or_default().to_uppercase();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" \
         r=\"11\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><text x=\"12\" y=\"17\" \
         text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\
         {letter}</text></svg>"
    )
}
