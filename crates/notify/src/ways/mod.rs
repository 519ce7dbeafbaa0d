//! Purpose: the ways to reach a person outside Discord, as code. What is known of each as data stands in the crate `ways`, whose table
//! and this one have the same rows.

pub(crate) mod email;
pub(crate) mod ntfy;
pub(crate) mod webhook;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use domain::{Outcome, WayId};
use secrecy::SecretString;

use crate::Message;

/// Variables of the environment that ways ask for, by name.
pub(crate) type Variables = BTreeMap<String, SecretString>;

/// How a way is opened: with the variables that everybody on it shares, and how long one attempt may take.
type Open = fn(&Variables, Duration) -> Box<dyn Opened>;

/// The code of every way. Another one is a folder beside this and a line here.
static CODE: [(WayId, Open); 3] = [(ntfy::ID, ntfy::open), (email::ID, email::open), (webhook::ID, webhook::open)];

/// A way that can be used, as far as it is set up.
pub(crate) trait Opened: Send + Sync {
    /// What closes it to everybody, as a sentence without secrets; none when nothing does. `used`: somebody has an address on it.
    fn closed(&self, used: bool) -> Option<&'static str>;

    /// What is said of a person who has no address on it.
    fn no_address(&self) -> &'static str;

    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, without the address.
    fn read(&self, address: &SecretString) -> Result<Box<dyn Line>, &'static str>;
}

/// A person's address on a way.
pub(crate) trait Line: Send + Sync {
    /// Tries once: what the other side called it, or why not, as a sentence without secrets and addresses.
    fn send<'a>(&'a self, message: &'a Message) -> Sending<'a>;
}

/// An attempt on its way.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Outcome<String>> + Send + 'a>>;

/// All ways, opened, in the order in which people read of them.
pub(crate) fn open(variables: &Variables, timeout: Duration) -> Vec<(WayId, Box<dyn Opened>)> {
    CODE.iter().map(|(id, open)| (*id, open(variables, timeout))).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_way_that_is_known_has_code_and_no_other() {
        let code: Vec<_> = super::CODE.iter().map(|(id, _)| *id).collect();
        assert_eq!(code, ways::ALL.map(|way| way.id));
    }
}
