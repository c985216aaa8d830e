//! The wish of a list request (http-api.md 1.6).

use super::{Expr, MAX_FILTER_BYTES, QueryError, SortItem, parse, sort};

/// The largest page.
pub const MAX_PER_PAGE: u64 = 1000;
const DEFAULT_PER_PAGE: u64 = 30;

/// Which page of which records a client wants.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// From 1.
    pub page: u64,
    /// 1 to [`MAX_PER_PAGE`].
    pub per_page: u64,
    /// Do not count.
    pub skip_total: bool,
    /// What must hold.
    pub filter: Option<Expr>,
    /// In which order.
    pub sort: Vec<SortItem>,
}

impl ListRequest {
    /// Reads the parameters of a list request; those it does not know are ignored.
    ///
    /// # Errors
    /// When a number, truth value, filter or sort is not one.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, QueryError> {
        let first = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let filter = first("filter");
        if filter.len() > MAX_FILTER_BYTES {
            return Err(QueryError::whole(format!(
                "the filter is longer than {MAX_FILTER_BYTES} bytes"
            )));
        }
        Ok(ListRequest {
            page: whole(first("page"), "page")?.map_or(1, |page| page.max(1).unsigned_abs()),
            per_page: match whole(first("perPage"), "perPage")? {
                Some(wanted) if wanted > 0 => wanted.unsigned_abs().min(MAX_PER_PAGE),
                _ => DEFAULT_PER_PAGE,
            },
            skip_total: truth(first("skipTotal"), "skipTotal")?,
            filter: if filter.is_empty() { None } else { Some(parse(filter)?) },
            sort: sort(first("sort"))?,
        })
    }

    /// The page as the JSON object clients expect: `items` are finished objects joined by commas,
    /// a `total` of `None` was not counted.
    #[must_use]
    pub fn page_json(&self, items: &[u8], total: Option<u64>) -> Vec<u8> {
        let per_page = self.per_page;
        let (total, pages) = match total {
            Some(total) => (total.to_string(), total.div_ceil(per_page).to_string()),
            None => ("-1".to_owned(), "-1".to_owned()),
        };
        let tail = format!(
            "],\"page\":{},\"perPage\":{per_page},\"totalItems\":{total},\"totalPages\":{pages}}}",
            self.page
        );
        let mut json = Vec::with_capacity(items.len() + tail.len() + 10);
        json.extend_from_slice(b"{\"items\":[");
        json.extend_from_slice(items);
        json.extend_from_slice(tail.as_bytes());
        json
    }

    /// How many records come before the page.
    #[must_use]
    pub fn offset(&self) -> u64 {
        (self.page - 1).saturating_mul(self.per_page)
    }
}

fn whole(text: &str, name: &str) -> Result<Option<i64>, QueryError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| QueryError::whole(format!("{name} is not a whole number")))
}

fn truth(text: &str, name: &str) -> Result<bool, QueryError> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "" | "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(QueryError::whole(format!("{name} is not true or false"))),
    }
}
