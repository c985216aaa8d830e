//! A small legacy shop, adopted on paper.

mod draft;
mod proposals;
mod shape;

use std::sync::Arc;

use super::{Proposal, Reference, Table, TableColumn, propose};
use crate::schema::{Collection, NativeKind, Schema};

fn column(name: &str, type_text: &str, kind: NativeKind) -> TableColumn {
    let (name, type_text) = (name.to_owned(), type_text.to_owned());
    TableColumn { name, type_text, kind, nullable: false, filled: false, choices: Vec::new() }
}

fn nullable(column: TableColumn) -> TableColumn {
    TableColumn { nullable: true, ..column }
}

fn filled(column: TableColumn) -> TableColumn {
    TableColumn { filled: true, ..column }
}

fn table(name: &str, columns: Vec<TableColumn>, key: &[&str]) -> Table {
    Table {
        name: name.to_owned(),
        is_view: false,
        columns,
        key: key.iter().map(|&name| name.to_owned()).collect(),
        unique: Vec::new(),
        references: Vec::new(),
        rows: None,
    }
}

fn refers(column: &str, table: &str, to: &str, cascades: bool) -> Reference {
    let own = str::to_owned;
    Reference { column: own(column), table: own(table), to: own(to), cascades }
}

/// Customers (numbered), orders (UUIDs) of theirs, countries (codes), a view, two oddities.
fn shop() -> Vec<Table> {
    use NativeKind::*;
    let customers = Table {
        unique: vec![vec!["email".to_owned()]],
        references: vec![
            refers("country", "countries", "code", false),
            refers("referrer", "sales.customers", "customer_no", false),
        ],
        ..table(
            "sales.customers",
            vec![
                filled(column("customer_no", "bigint", Integer)),
                column("email", "varchar(120)", Text),
                nullable(column("country", "char(2)", Text)),
                nullable(column("referrer", "bigint", Integer)),
                column("password_hash", "text", Text),
                filled(column("since", "timestamp with time zone", Moment)),
                nullable(column("photo", "bytea", Other)),
            ],
            &["customer_no"],
        )
    };
    let orders = Table {
        references: vec![refers("customer", "sales.customers", "customer_no", true)],
        unique: vec![vec!["number".to_owned(), "customer".to_owned()]],
        ..table(
            "orders",
            vec![
                column("number", "integer", Integer),
                column("id", "uuid", Uuid),
                column("customer", "bigint", Integer),
                column("expand", "text", Text),
                TableColumn {
                    choices: vec!["new".to_owned(), "paid".to_owned()],
                    ..column("state", "order_state", Text)
                },
                column("total", "numeric(10,2)", Decimal),
                column("gift", "boolean", Bool),
                nullable(column("tags", "text[]", Texts)),
                column("due", "date", Day),
                column("2nd line", "text", Text),
                column("extra", "jsonb", Json),
            ],
            &["id"],
        )
    };
    let countries = table(
        "countries",
        vec![column("code", "char(2)", Text), column("id", "integer", Integer)],
        &["code"],
    );
    let totals = Table {
        is_view: true,
        ..table(
            "order_totals",
            vec![nullable(column("id", "uuid", Uuid)), nullable(column("sum", "numeric", Decimal))],
            &[],
        )
    };
    let lines = table(
        "order_lines",
        vec![column("a", "integer", Integer), column("b", "integer", Integer)],
        &["a", "b"],
    );
    let log = table("log", vec![column("line", "text", Text)], &[]);
    vec![countries, log, lines, totals, orders, customers]
}

fn all(tables: &[Table]) -> Vec<Proposal> {
    propose(&Schema::default(), "shop", tables, &|_| true)
}

/// The collections that the shop becomes.
fn collections() -> Vec<Collection> {
    all(&shop()).into_iter().filter_map(|proposal| proposal.collection.ok()).collect()
}

fn named(name: &str) -> Collection {
    collections().into_iter().find(|known| known.name == name).expect("it is proposed")
}

fn schema(collections: Vec<Collection>) -> Schema {
    Schema::new(collections.into_iter().map(Arc::new).collect())
}
