//! Why something does not work, told once and not at every look.
//!
//! Invariant: a reason is new when it differs from the one before it.

use std::{
    error::Error,
    sync::{Mutex, PoisonError},
};

use crate::backend::EngineError;

/// The reason that was told last.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    told: Mutex<Option<String>>,
}

impl Trouble {
    /// The whole reason when it is new, for the log.
    pub(super) fn news(&self, error: &EngineError) -> Option<String> {
        let reason = reason(error);
        let earlier = self.set(Some(reason.clone()));
        (earlier.as_ref() != Some(&reason)).then_some(reason)
    }

    /// Forgets the reason, so that it is told again when it comes back.
    pub(super) fn end(&self) {
        self.set(None);
    }

    fn set(&self, reason: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner), reason)
    }
}

/// What happened and every cause of it: unlike callers, operators may read a node's own words.
fn reason(error: &EngineError) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |reason, cause| format!("{reason}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::elastic::problem::Problem;

    #[test]
    fn a_reason_is_told_with_its_cause_once_until_it_changes_or_ends() {
        let trouble = Trouble::default();
        let refused =
            Problem::Refused { status: 401, kind: "security_exception".to_owned(), reason: "bad password".to_owned() };
        let refused = refused.unexpected();
        let other = Problem::NotVerified.unavailable();
        let told = trouble.news(&refused).unwrap();
        assert!(told.ends_with(": node refused with status 401: security_exception: bad password"), "{told}");
        assert_eq!(trouble.news(&refused), None);
        assert!(trouble.news(&other).is_some());
        assert!(trouble.news(&refused).is_some());
        trouble.end();
        assert!(trouble.news(&refused).is_some());
    }
}
