//! How the walk is told: numbered steps, and lines under them.

use std::io::Write;

use crate::WalkError;

/// Writes the walk down as it goes.
pub(crate) struct Story<'a> {
    out: &'a mut (dyn Write + Send),
    steps: usize,
}

impl<'a> Story<'a> {
    pub(crate) fn new(out: &'a mut (dyn Write + Send)) -> Self {
        Self { out, steps: 0 }
    }

    /// Begins a step.
    pub(crate) fn step(&mut self, what: &str) -> Result<(), WalkError> {
        self.steps += 1;
        let number = self.steps;
        self.write(&format!("\n{number:2}. {what}\n"))
    }

    /// Says more about the step.
    pub(crate) fn line(&mut self, what: &str) -> Result<(), WalkError> {
        self.write(&format!("    {what}\n"))
    }

    /// Says how it ended.
    pub(crate) fn end(&mut self, what: &str) -> Result<(), WalkError> {
        self.write(&format!("\n{what}\n"))
    }

    fn write(&mut self, text: &str) -> Result<(), WalkError> {
        self.out.write_all(text.as_bytes()).map_err(WalkError::machine("the walk cannot be written"))
    }
}
