//! Carrying out reads.

use purlin_model::plan::{Found, Output, Page, Select};
use sqlx::postgres::PgConnection;

use super::{encode, run};
use crate::store::sql::{self, postgres::POSTGRES};

/// Carries a read out. Page and total come of one statement, which sees one state of the database.
pub(super) async fn select(
    connection: &mut PgConnection,
    select: &Select,
) -> Result<Page, sqlx::Error> {
    let mut page = Page::default();
    if let Output::Counts { field, prefix } = select.output {
        let statement = sql::groups(POSTGRES, select, field, prefix);
        run::rows(connection, statement, |row| {
            let text = encode::text(row, 0)?.unwrap_or_default();
            page.counts.push((text.to_owned(), encode::count(row, 1)?));
            page.count += 1;
            Ok(())
        })
        .await?;
    } else if select.limit > 0 {
        rows(connection, select, &mut page).await?;
        let ends = page.count < select.limit && (page.count > 0 || select.offset == 0);
        if select.total && page.total.is_none() && select.after.is_none() && ends {
            page.total = Some(select.offset + page.count);
        }
    }
    if select.total && page.total.is_none() {
        let statement = sql::count(POSTGRES, &select.condition);
        let mut total = 0;
        run::rows(connection, statement, |row| {
            total = encode::count(row, 0)?;
            Ok(())
        })
        .await?;
        page.total = Some(total);
    }
    Ok(page)
}

async fn rows(
    connection: &mut PgConnection,
    select: &Select,
    page: &mut Page,
) -> Result<(), sqlx::Error> {
    let statement = match select.total {
        true if select.after.is_some() => sql::page_with_total(POSTGRES, select),
        true => sql::page_with_total_if_full(POSTGRES, select),
        false => sql::page(POSTGRES, select),
    };
    // A statement has to answer some column.
    let fields = sql::columns(select).len().max(1);
    let masks = select.masks.len();
    let collection = select.collection();
    run::rows(connection, statement, |row| {
        match &select.output {
            Output::Json(shape) => {
                if page.count == 0 {
                    page.json.reserve(if select.limit == 1 { 1 << 10 } else { 16 << 10 });
                } else {
                    page.json.push(b',');
                }
                encode::object(&mut page.json, row, collection, shape, fields)?;
            }
            Output::Records => {
                let mask = |index| encode::truth(row, fields + index);
                let found = Found {
                    record: encode::record(row, collection)?,
                    masks: (0..masks).map(mask).collect::<Result<_, _>>()?,
                };
                page.records.push(found);
            }
            Output::Nothing | Output::Counts { .. } => {}
        }
        if select.total && page.total.is_none() {
            page.total = encode::count_if_any(row, fields + masks)?;
        }
        page.count += 1;
        Ok(())
    })
    .await
}
