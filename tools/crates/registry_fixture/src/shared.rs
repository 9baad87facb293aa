//! The state that all connections share.

use std::sync::Mutex;

use crate::auth::Tokens;
use crate::fault::Rules;
use crate::record::Record;
use crate::settings::Settings;
use crate::store::Store;

pub(crate) struct Shared {
    pub(crate) settings: Mutex<Settings>,
    pub(crate) store: Mutex<Store>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) rules: Mutex<Rules>,
    pub(crate) records: Mutex<Vec<Record>>,
    /// `http://HOST:PORT` for a client that sent no `Host`.
    pub(crate) url: String,
}
