//! Changes to settings and what a stock server says to them.

use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::settings::Settings;

mod observed;

fn judge(body: &str) -> String {
    let mut settings = Settings::default();
    let body = Json::parse(body.as_bytes()).expect(body);
    if settings.merge(&body).is_err() {
        return "UNREADABLE".to_owned();
    }
    let mut lines = Vec::new();
    flatten(&settings.check(), "", &mut lines);
    lines.sort();
    lines.join(" | ")
}

fn flatten(faults: &Faults, path: &str, lines: &mut Vec<String>) {
    for (key, fault) in &faults.0 {
        match fault {
            Fault::Group(group) => flatten(group, &format!("{path}{key}."), lines),
            Fault::Item { code, message, params } => {
                // What is wrong with a cron expression is said in our own words.
                let free = code == "validation_invalid_cron";
                let message = if free { "*" } else { message };
                let mut line = format!("{path}{key} {code} {message}");
                for (name, value) in params {
                    line += &format!(" {name}={}", value.to_text());
                }
                lines.push(line);
            }
        }
    }
}

#[test]
fn changes_are_judged_as_observed() {
    let accepted = observed::ACCEPTED.iter().map(|body| (*body, ""));
    let wrong = observed::REFUSED.iter().copied().chain(accepted).filter_map(|(body, expected)| {
        let found = judge(body);
        (found != expected).then(|| format!("{body}\n  found {found}\n  not   {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_defaults_read_as_observed() {
    assert_eq!(
        Settings::default().to_json().to_text(),
        r##"{"superuserIPs":[],"smtp":{"enabled":false,"port":587,"host":"smtp.example.com","username":"","authMethod":"","tls":false,"localName":""},"backups":{"cron":"","cronMaxKeep":3,"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","forcePathStyle":false}},"s3":{"enabled":false,"bucket":"","region":"","endpoint":"","accessKey":"","forcePathStyle":false},"meta":{"accentColor":"#1055c9","appName":"Acme","appURL":"http://localhost:8090","senderName":"Support","senderAddress":"support@example.com","hideControls":false},"rateLimits":{"rules":[{"label":"*:auth","audience":"","duration":3,"maxRequests":2},{"label":"*:create","audience":"","duration":5,"maxRequests":20},{"label":"/api/batch","audience":"","duration":1,"maxRequests":3},{"label":"/api/","audience":"","duration":10,"maxRequests":300}],"excludedIPs":[],"enabled":false},"trustedProxy":{"headers":[],"useLeftmostIP":false},"batch":{"enabled":false,"maxRequests":50,"timeout":3,"maxBodySize":0},"logs":{"maxDataSize":0,"maxDays":5,"minLevel":0,"logIP":true,"logAuthId":false}}"##
    );
}
