//! Lines as Casbin loads them.

use std::sync::Arc;

use async_trait::async_trait;
use casbin::error::AdapterError;
use casbin::{Adapter, Filter, Model, Result};
use purlin_model::policy::subject::ROLE;
use purlin_model::policy::{Line, Lines};
use purlin_model::{Json, Schema};

/// Gives Casbin the policies (`p`), roles (`g`) and the collections that `*` stands for (`g2`).
/// Lines change through their records only.
#[derive(Debug)]
pub(super) struct LineAdapter {
    policies: Vec<Vec<String>>,
    roles: Vec<Vec<String>>,
    collections: Vec<Vec<String>>,
}

impl LineAdapter {
    /// Of all lines.
    pub(super) fn new(schema: &Schema, lines: &Lines) -> Self {
        let roles = lines.roles.pairs();
        let open = schema.collections().iter().filter(|collection| !collection.system);
        LineAdapter {
            policies: lines.policies().iter().map(|line| columns(schema, line)).collect(),
            roles: roles.map(|(member, role)| vec![member.text(schema), role_text(role)]).collect(),
            collections: open.map(|it| vec![it.name.clone(), "*".to_owned()]).collect(),
        }
    }

    /// Without the policies, for an enforcer that is given them one by one.
    pub(super) fn without_policies(self) -> Self {
        LineAdapter { policies: Vec::new(), ..self }
    }
}

fn role_text(name: &Arc<str>) -> String {
    format!("{ROLE}{name}")
}

/// A policy as the columns of the policy definition.
pub(super) fn columns(schema: &Schema, line: &Line) -> Vec<String> {
    let name =
        |id: &Arc<str>| schema.by_id(id).map_or_else(|| id.to_string(), |it| it.name.clone());
    let fields = line.fields.iter().map(|name| Json::from(name.as_str())).collect();
    vec![
        line.subject.text(schema),
        line.object.as_ref().map_or_else(|| "*".to_owned(), name),
        line.deed.text().to_owned(),
        line.rule.text().to_owned(),
        Json::List(fields).to_text(),
        line.effect.text().to_owned(),
    ]
}

fn read_only<T>() -> Result<T> {
    Err(AdapterError("lines change through their records".into()).into())
}

#[async_trait]
impl Adapter for LineAdapter {
    async fn load_policy(&mut self, model: &mut dyn Model) -> Result<()> {
        for (definition, lines) in
            [("p", &self.policies), ("g", &self.roles), ("g2", &self.collections)]
        {
            for line in lines {
                // False where the line is there already, or the model does not define `g2`.
                model.add_policy(&definition[..1], definition, line.clone());
            }
        }
        Ok(())
    }

    async fn load_filtered_policy<'a>(&mut self, _: &mut dyn Model, _: Filter<'a>) -> Result<()> {
        read_only()
    }

    async fn save_policy(&mut self, _: &mut dyn Model) -> Result<()> {
        read_only()
    }

    async fn clear_policy(&mut self) -> Result<()> {
        read_only()
    }

    fn is_filtered(&self) -> bool {
        false
    }

    async fn add_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> Result<bool> {
        read_only()
    }

    async fn add_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> Result<bool> {
        read_only()
    }

    async fn remove_policy(&mut self, _: &str, _: &str, _: Vec<String>) -> Result<bool> {
        read_only()
    }

    async fn remove_policies(&mut self, _: &str, _: &str, _: Vec<Vec<String>>) -> Result<bool> {
        read_only()
    }

    async fn remove_filtered_policy(
        &mut self,
        _: &str,
        _: &str,
        _: usize,
        _: Vec<String>,
    ) -> Result<bool> {
        read_only()
    }
}
