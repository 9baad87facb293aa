//! apt's algorithm (apt 2.6, `MarkInstall`) on a system without installed packages.
//!
//! For each requested package: mark it, unmark packages in conflict with it, then satisfy its relations in their order,
//! each with the first solution that works, depth first. The only solution of a relation is *protected* together with
//! the package that needs it: no later step may unmark it. Frames on the heap replace recursion.

use std::collections::BTreeSet;
use std::rc::Rc;

use blob::Result;

use crate::choices::Choices;
use crate::pool::{Id, Pool, Relations};
use crate::state::State;

/// A package whose relations are being satisfied.
struct Frame<'u> {
    id: Id,
    relations: Rc<Relations<'u>>,
    /// The numbers of the relations to satisfy, and the position of the next one.
    to_meet: Vec<usize>,
    next: usize,
    /// The solutions of the current relation.
    choices: Choices,
    waiting: Waiting,
    /// Whether it was protected before this frame started.
    protected: bool,
    requested: bool,
    fail_early: bool,
    failed: bool,
}

/// The package that a frame waits for.
#[derive(Clone, Copy, PartialEq)]
enum Waiting {
    Nothing,
    /// A solution of the current relation.
    Solution,
    /// The only solution of a relation that is already satisfied. It is being protected.
    Protection,
}

/// The result of a step.
enum Step {
    Done(bool),
    Started,
}

/// A run of the algorithm.
pub(crate) struct Walk<'p, 'u> {
    state: State<'p, 'u>,
    frames: Vec<Frame<'u>>,
}

/// Runs the algorithm from the requested packages. Returns the marked packages, consistent or not.
pub(crate) fn walk(pool: &Pool<'_>, requested: &[Id]) -> Result<Vec<Id>> {
    let mut walk = Walk {
        state: State::new(pool),
        frames: Vec::new(),
    };
    for id in requested {
        walk.state.protect(*id, true);
        walk.state.mark_alone(*id, true)?;
    }
    for id in requested {
        if let Step::Started = walk.begin(*id, true)? {
            walk.run()?;
        }
    }
    Ok(walk.state.installed())
}

impl<'u> Walk<'_, 'u> {
    /// Marks a package. If it has relations to satisfy, this starts a frame.
    fn begin(&mut self, id: Id, requested: bool) -> Result<Step> {
        if let Some(settled) = self.state.settled(id, requested)? {
            return Ok(Step::Done(settled));
        }
        let relations = self.state.pool.relations(id)?;
        if !self.state.is_possible(id, &relations) {
            return Ok(Step::Done(false));
        }
        if requested {
            self.state.mark(id);
        }
        let protected = self.state.is_protected(id);
        let fail_early = !protected && !requested;
        let open = |number: &usize| {
            let group = &relations.depends[*number];
            !group.needs_excluded() && (protected || !self.state.is_met(group))
        };
        let to_meet = (0..relations.depends.len()).filter(open).collect();
        let failed = !self
            .state
            .set_conflicts_aside(&relations, protected, requested);
        if failed && fail_early {
            return Ok(Step::Done(false));
        }
        if !requested {
            self.state.mark(id);
        }
        self.state.protect(id, true);
        self.frames.push(Frame {
            id,
            relations,
            to_meet,
            next: 0,
            choices: Choices::default(),
            waiting: Waiting::Nothing,
            protected,
            requested,
            fail_early,
            failed,
        });
        Ok(Step::Started)
    }

    fn run(&mut self) -> Result<()> {
        let mut ended = None;
        while let Some(mut frame) = self.frames.pop() {
            if let Some(success) = ended.take() {
                self.resume(&mut frame, success);
            }
            match self.advance(&mut frame)? {
                Step::Done(success) => ended = Some(success),
                // The new frame is on top; this one waits below it.
                Step::Started => {
                    let below = self.frames.len() - 1;
                    self.frames.insert(below, frame);
                }
            }
        }
        Ok(())
    }

    /// Continues a frame after the frame above it has ended.
    fn resume(&mut self, frame: &mut Frame<'u>, success: bool) {
        match frame.waiting {
            Waiting::Protection => {
                frame.failed |= !success;
                frame.next += 1;
            }
            Waiting::Solution if success => {
                frame.next += 1;
            }
            Waiting::Solution | Waiting::Nothing => {}
        }
        if frame.waiting == Waiting::Protection || success {
            frame.waiting = Waiting::Nothing;
        }
    }

    /// Continues a frame until it ends or has to wait for another.
    fn advance(&mut self, frame: &mut Frame<'u>) -> Result<Step> {
        while let Some(number) = frame.to_meet.get(frame.next).copied() {
            if frame.waiting == Waiting::Nothing && !self.open(frame, number) {
                match self.protect_only(frame, number)? {
                    Some(Step::Started) => {
                        frame.waiting = Waiting::Protection;
                        return Ok(Step::Started);
                    }
                    Some(Step::Done(success)) => frame.failed |= !success,
                    None => {}
                }
                frame.next += 1;
                continue;
            }
            match self.try_solutions(frame)? {
                Step::Started => return Ok(Step::Started),
                Step::Done(success) => {
                    frame.waiting = Waiting::Nothing;
                    frame.next += 1;
                    if !success {
                        frame.failed = true;
                        if !frame.protected && !frame.requested {
                            break;
                        }
                    }
                }
            }
        }
        Ok(Step::Done(self.end(frame)))
    }

    /// Collects the solutions of a relation. Returns false if it is already satisfied.
    fn open(&self, frame: &mut Frame<'u>, number: usize) -> bool {
        let group = &frame.relations.depends[number];
        if self.state.is_met(group) {
            return false;
        }
        frame.choices = Choices::of(&self.state, group);
        frame.waiting = Waiting::Solution;
        true
    }

    /// Protects the only solution of a relation of a protected package.
    fn protect_only(&mut self, frame: &Frame<'u>, number: usize) -> Result<Option<Step>> {
        if !frame.protected {
            return Ok(None);
        }
        let solutions = frame.relations.depends[number].solutions();
        let solutions = solutions.filter(|id| self.state.is_usable(*id));
        let solutions: Vec<Id> = solutions.collect::<BTreeSet<_>>().into_iter().collect();
        match solutions[..] {
            [only] if !self.state.is_protected(only) => {
                self.state.protect(only, true);
                self.begin(only, false).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn try_solutions(&mut self, frame: &mut Frame<'u>) -> Result<Step> {
        let Some(number) = frame.to_meet.get(frame.next).copied() else {
            return Ok(Step::Done(false));
        };
        let group = &frame.relations.depends[number];
        while let Some(id) = frame.choices.next(&self.state, group) {
            if !self.state.is_candidate(id) {
                continue;
            }
            if frame.protected && frame.choices.only {
                if !self.state.mark_alone(id, false)? {
                    continue;
                }
                self.state.protect(id, true);
            }
            match self.begin(id, false)? {
                Step::Started => return Ok(Step::Started),
                Step::Done(true) => return Ok(Step::Done(true)),
                Step::Done(false) => {}
            }
        }
        Ok(Step::Done(false))
    }

    /// Ends a frame.
    fn end(&mut self, frame: &Frame<'u>) -> bool {
        if frame.failed && frame.fail_early {
            self.state.install(frame.id, false);
            self.state.discard(frame.id);
        }
        if !frame.protected {
            self.state.protect(frame.id, false);
        }
        !frame.failed
    }
}
