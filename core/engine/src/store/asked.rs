//! What a database would be asked.

use purlin_model::Json;

/// A statement as the database gets it: what an explanation shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// SQL with placeholders; of `MongoDB` the command as JSON.
    pub text: String,
    /// The values of the placeholders in their order.
    pub parameters: Vec<Json>,
}
