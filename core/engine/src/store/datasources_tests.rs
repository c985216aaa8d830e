//! Which database a collection's records are in.

use std::sync::Arc;

use purlin_model::{Collection, schema};

use super::{Datasources, Options, StoreError, api_error, open};
use crate::config::Address;

fn collection(datasource: &str) -> Collection {
    let mut collection = schema::scaffold::scaffold("base", &mut |_| String::new()).unwrap();
    (collection.name, collection.datasource) = ("notes".to_owned(), datasource.to_owned());
    collection
}

#[tokio::test]
async fn collections_are_where_they_say() {
    let root = std::env::temp_dir().join(format!("purlin-datasources-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    let at = |name: &str| Address::Sqlite(root.join(name));
    let options = Options::default();
    let main = open(&at("main.db"), &options).await.unwrap();
    let old = open(&at("old.db"), &options).await.unwrap();
    let all = Datasources::from(main.clone()).with("old", old.clone());
    assert!(Arc::ptr_eq(all.of(&collection("main")).unwrap(), &main));
    assert!(Arc::ptr_eq(all.of(&collection("old")).unwrap(), &old));
    assert_eq!(all.names().collect::<Vec<_>>(), ["main", "old"]);
    let error = all.of(&collection("gone")).unwrap_err();
    assert!(matches!(error, StoreError::NoDatasource { .. }));
    let answer = api_error(error);
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.message,
        "The datasource `gone` of the collection `notes` is not configured."
    );
    all.ping().await.unwrap();
    all.close().await;
    assert!(old.ping().await.is_err());
    std::fs::remove_dir_all(root).unwrap();
}
