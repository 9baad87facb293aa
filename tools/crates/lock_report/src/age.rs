//! Warnings for distros without support, and for locks that are too old.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::Timestamp;
use lock::Lock;

use crate::snapshot::snapshot;

/// The number of days before the end of support from which on there is a warning.
const NOTICE: i32 = 90;

/// The last days of support of a distro.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// By Debian's security team.
    pub security: Option<Date>,
    /// Long-term support.
    pub life: Option<Date>,
}

/// The requirements for the age of distros and locks.
#[derive(Clone, Debug)]
pub struct Ages {
    /// The time of the report.
    pub now: Timestamp,
    /// The support of distros, by name.
    pub support: BTreeMap<String, Support>,
    /// The highest age of a lock in days, if there is a limit.
    pub max_days: Option<u32>,
}

impl Ages {
    /// The warnings for a lock.
    pub fn warnings(&self, lock: &Lock) -> Vec<String> {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let support = self.support.get(&lock.distro).copied().unwrap_or_default();
        let mut warnings = Vec::new();
        // After the end of life, the end of security support is not news.
        let life = support
            .life
            .and_then(|day| end("long-term support", day, today));
        let security = support
            .security
            .and_then(|day| end("support by the security team", day, today));
        warnings.extend(life.or(security));
        warnings.extend(self.old(lock, today));
        let distro = &lock.distro;
        let named = warnings
            .iter()
            .map(|warning| format!("{distro}: {warning}"));
        named.collect()
    }

    fn old(&self, lock: &Lock, today: Date) -> Option<String> {
        let limit = self.max_days?;
        let locked = snapshot(lock)?.to_zoned(TimeZone::UTC).date();
        let days = days_between(locked, today);
        (i64::from(days) > i64::from(limit)).then(|| {
            format!("the newest signed Release of the lock is of {locked}, {days} days ago; expected at most {limit} days")
        })
    }
}

fn end(kind: &str, day: Date, today: Date) -> Option<String> {
    let days = days_between(today, day);
    match days {
        ..0 => Some(format!("{kind} ended on {day}")),
        0..=NOTICE => Some(format!("{kind} ends on {day}, in {days} days")),
        _ => None,
    }
}

/// The number of days from the first day to the second one.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
