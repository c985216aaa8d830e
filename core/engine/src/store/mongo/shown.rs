//! Reads in the words of the server's own shell, for tests to compare.

use purlin_model::plan::Select;

use super::select::{Query, page};

/// What the page of records is asked with. Skipping and limiting a find is left out.
pub(in crate::store) fn shown(select: &Select) -> String {
    let table = select.collection().table();
    match page(select, None, None) {
        Query::Find(find) => {
            let mut out = format!("{table}.find({})", find.filter);
            for (word, document) in [("sort", &find.sort), ("projection", &find.projection)] {
                if !document.is_empty() {
                    out += &format!(".{word}({document})");
                }
            }
            out
        }
        Query::Pipeline(stages) => {
            let stages: Vec<String> = stages.iter().map(ToString::to_string).collect();
            format!("{table}.aggregate([{}])", stages.join(", "))
        }
    }
}
