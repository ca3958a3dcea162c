//! Prints the walk: numbered steps, and lines below them.

use std::io::Write;

use crate::WalkError;

/// Prints the steps of the walk as they run.
pub(crate) struct StepPrinter<'a> {
    out: &'a mut (dyn Write + Send),
    steps: usize,
}

impl<'a> StepPrinter<'a> {
    pub(crate) fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self { out, steps: 0 }
    }

    /// Prints the title of the next step.
    pub(crate) fn step(&mut self, what: &str) -> Result<(), WalkError> {
        self.steps += 1;
        let number = self.steps;
        self.write(&format!("\n{number:2}. {what}\n"))
    }

    /// Prints a line about the current step.
    pub(crate) fn line(&mut self, what: &str) -> Result<(), WalkError> {
        self.write(&format!("    {what}\n"))
    }

    /// Prints the last line.
    pub(crate) fn end(&mut self, what: &str) -> Result<(), WalkError> {
        self.write(&format!("\n{what}\n"))
    }

    fn write(&mut self, text: &str) -> Result<(), WalkError> {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        written.map_err(WalkError::io("cannot write the output"))
    }
}
