//! The arguments of look-ups, as the catalogue understands them.
//!
//! Invariant: `None` stands for a value that no product can have; only what breaks a rule is a failure.

use async_graphql::ID;

use crate::{
    failure::Failure,
    product::{self, LookUp, ProductId, Rule, TextProblem, UniqueKey, Violation, quoted},
    search::SearchLimits,
};

/// The product of an id; a malformed id is an unknown one.
pub(super) fn id(id: &ID) -> Option<LookUp> {
    ProductId::parse(id).map(LookUp::Id)
}

/// The products of a list of ids.
pub(super) fn ids(ids: &[ID], limits: &SearchLimits) -> Result<Vec<Option<LookUp>>, Failure> {
    if ids.len() > limits.ids {
        let message = format!("ids takes at most {} values, not {}", limits.ids, ids.len());
        return Err(Failure::invalid(vec![Violation::new("ids", Rule::MaxItems, message)]));
    }
    Ok(ids.iter().map(id).collect())
}

/// The product of a stock keeping unit.
pub(super) fn sku(sku: &str) -> Result<Option<LookUp>, Failure> {
    key("sku", sku, UniqueKey::sku)
}

/// The product of a name.
pub(super) fn name(name: &str) -> Result<Option<LookUp>, Failure> {
    key("name", name, UniqueKey::name)
}

fn key(argument: &str, text: &str, key: fn(&str) -> UniqueKey) -> Result<Option<LookUp>, Failure> {
    let text = product::label_value(text).map_err(|TextProblem::ControlCharacter(character)| {
        let character = u32::from(character);
        let message = format!("{argument} {} must not contain the character U+{character:04X}", quoted(text));
        Failure::invalid(vec![Violation::new(argument, Rule::ControlCharacter, message)])
    })?;
    let key = key(&text);
    Ok((!key.value().is_empty()).then_some(LookUp::Key(key)))
}
