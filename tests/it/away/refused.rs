//! What a start says of a database it cannot use: one sentence, and a failure.

use mongodb::bson::doc;
use purlin_tests::{Backend, Database, Home, OwnServer, tell_mongodb, tell_mysql, tell_postgres};

use crate::away::on_servers;

on_servers! { a_database_that_cannot_be_used_is_one_sentence }

/// Somebody who may enter with this password, and do nothing there.
const GUEST: (&str, &str) = ("guest", "secret1");

fn a_database_that_cannot_be_used_is_one_sentence(backend: Backend) {
    let server = OwnServer::start(backend);
    let database = Database::fresh_at(backend, &server.url);
    let url = database.url.clone().expect("a server has a URL");
    let host = server.url.split(['/', '@']).find(|part| part.starts_with("127.0.0.1:"));
    let host = host.expect("host and port").to_owned();
    let name = url.split(['/', '?']).nth(3).expect("a name");
    let at = |who: &str, path: &str| match backend {
        Backend::Postgres => format!("postgres://{who}{host}/{path}"),
        Backend::Mysql => format!("mysql://{who}{host}/{path}"),
        // The guests are users of this database, whichever they want.
        _ => format!("mongodb://{who}{host}/{path}?directConnection=true&authSource={name}"),
    };
    let guest = format!("{}:{}@", GUEST.0, GUEST.1);
    let wrong = format!("{}:wrong@", GUEST.0);
    let mut cases = vec![(at(&wrong, name), "password")];
    match backend {
        Backend::Postgres => {
            let role = format!("CREATE ROLE {} LOGIN PASSWORD '{}'", GUEST.0, GUEST.1);
            tell_postgres(&server.url, role);
            cases.extend([
                (at("postgres@", "nowhere"), "no such database"),
                (at(&guest, name), "may not"),
            ]);
        }
        Backend::Mysql => {
            let user = format!("CREATE USER {} IDENTIFIED BY '{}'", GUEST.0, GUEST.1);
            tell_mysql(&server.url, user);
            tell_mysql(&server.url, format!("GRANT SELECT ON {name}.* TO {}", GUEST.0));
            cases.extend([(at("root@", "nowhere"), "not there"), (at(&guest, name), "denied")]);
        }
        _ => {
            for (user, role) in [(GUEST.0, "read"), ("owner", "readWrite")] {
                let made = doc! { "createUser": user, "pwd": GUEST.1, "roles": [role] };
                tell_mongodb(&url, made);
            }
            cases.extend([
                (at("", name), "asks for a user"),
                (at(&guest, ""), "names no database"),
                (at(&guest, "nowhere"), "may not listCollections"),
                (at(&guest, name), "may not insert"),
            ]);
            // What the documents say is enough.
            let owner = at(&guest.replace(GUEST.0, "owner"), name);
            let made = Home::on(Backend::Sqlite).run(&superuser(&owner), "");
            assert!(made.success, "{}", made.err);
        }
    }
    for (url, said) in &cases {
        refused(url, said);
    }
    drop(database);
    let nobody = at("", name);
    drop(server);
    refused(&nobody, "refused");
}

fn superuser(url: &str) -> [&str; 6] {
    ["superuser", "create", "a@example.com", "long enough", "--database", url]
}

/// Both what serves and what is run beside it say so, without the password.
fn refused(url: &str, said: &str) {
    let home = Home::on(Backend::Sqlite);
    let serve = ["serve", "--http", "127.0.0.1:0", "--database", url];
    for command in [&serve[..], &superuser(url)[..]] {
        let ended = home.run(command, "");
        assert!(!ended.success, "{url}: {}", ended.out);
        assert_eq!(ended.out, "", "{url}");
        assert_eq!(ended.err.trim_end().lines().count(), 1, "{url}: {}", ended.err);
        let sentence = ended.err.strip_prefix("purlin: ").expect("who speaks");
        assert!(sentence.contains(said), "{url} does not say {said}: {sentence}");
        assert!(!sentence.contains(GUEST.1), "the password is printed: {sentence}");
        assert!(!sentence.contains('{'), "what drivers say to each other: {sentence}");
    }
}
