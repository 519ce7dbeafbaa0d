//! Purpose: accepted reports, decided: many in one transaction, and if that fails each alone, so that none stops the others.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{AlertReport, IncidentId};
use store::{JournalMark, JournalRow};
use tracing::{error, warn};

use crate::decider::Decider;
use crate::work::{Work, unmapped};

impl Decider {
    /// Decides a batch, in as few transactions as it can.
    pub(crate) async fn journal(&mut self, rows: &[JournalRow]) -> store::Result<()> {
        for rows in apart(rows) {
            self.together(rows).await?;
        }
        Ok(())
    }

    /// Decides rows in one transaction; if that fails, each row alone, so that one bad row stops nobody.
    async fn together(&mut self, rows: &[JournalRow]) -> store::Result<()> {
        let mut work = self.work_on(rows).await?;
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, rows)));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        for row in rows {
            self.journal_alone(row).await?;
        }
        Ok(())
    }

    async fn journal_alone(&mut self, row: &JournalRow) -> store::Result<()> {
        let mut work = self.work_on(std::slice::from_ref(row)).await?;
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, std::slice::from_ref(row))));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        let error_id = self.shared.error_id();
        error!(
            error.id = error_id,
            "Journal row {} could not be decided ({error_id}); it becomes an unmapped alert", row.id
        );
        let text = row.report.as_ref().map_or_else(Clone::clone, |report| format!("{report:?}"));
        let broken = JournalRow { report: Ok(unmapped(row.id, &text, &error_id)), ..row.clone() };
        let mut work = Work::new(&self.shared);
        let decided = catch_unwind(AssertUnwindSafe(|| work.reports(&self.shared, std::slice::from_ref(&broken))));
        if let Ok(Ok(())) = decided
            && self.written(work).await?
        {
            return Ok(());
        }
        let mut work = Work::new(&self.shared);
        let mark = JournalMark { id: row.id, outcome: "failed", incident: None, stage: None, reason: None };
        work.batch.journal(mark)?;
        let text = words::undecided(row.id, &error_id, work.world.setup().language);
        work.tell_operators(format!("journal:{}:failed", row.id), text);
        work.commit(&self.shared).await?;
        Ok(())
    }

    /// Writes; false when what was decided cannot be written, however often it is tried.
    async fn written(&self, work: Work) -> store::Result<bool> {
        match work.commit(&self.shared).await {
            Ok(_) => Ok(true),
            Err(error) if error.fault().is_none() => {
                warn!("A decision could not be written: {error}");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The beginning of a decision about reports: what is known of their alerts.
    async fn work_on(&self, rows: &[JournalRow]) -> store::Result<Work> {
        let mut work = Work::new(&self.shared);
        let reports: Vec<&AlertReport> = rows.iter().filter_map(|row| row.report.as_ref().ok()).collect();
        work.look_up(&self.shared, &reports).await?;
        self.hold_finished(&work).await?;
        Ok(work)
    }

    /// Incidents that are over but whose alerts are resolved now are read back, so that their timeline stays complete.
    async fn hold_finished(&self, work: &Work) -> store::Result<()> {
        let firing_in = work.known.values().filter(|alert| alert.fires()).filter_map(|alert| alert.incident);
        let wanted: BTreeSet<IncidentId> = {
            let book = self.shared.book.read();
            firing_in.filter(|id| !book.incidents.contains_key(id)).collect()
        };
        for id in wanted {
            match self.shared.incident(id).await {
                Ok(Some(incident)) => self.shared.book.hold(incident),
                Ok(None) => {}
                // Its alerts end all the same; only its timeline does not say so.
                Err(error) if error.fault().is_none() => warn!("{} cannot be read back: {error}", id.label()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// What ends the rest of a group is decided apart: what fires of it must be in the database.
fn apart(rows: &[JournalRow]) -> impl Iterator<Item = &[JournalRow]> {
    let ends_rest = |row: &JournalRow| row.report.as_ref().is_ok_and(AlertReport::ends_rest_of_group);
    rows.chunk_by(move |one, next| !ends_rest(one) && !ends_rest(next))
}
