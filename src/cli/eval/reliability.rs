//! Whether the engine's confidence is what it says: of answers given at 0.8, about 80 % must be
//! right.

use std::fmt;

use serde_json::{Value, json};

/// Steps of confidence that are told apart.
const STEPS: usize = 5;

/// By step of confidence: how many questions, how sure on average, and how many right.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reliability {
    steps: [Step; STEPS],
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Step {
    questions: usize,
    confidence: f64,
    right: usize,
}

impl Reliability {
    /// Of questions, each with the confidence of its first hit and whether that was right.
    pub(super) fn of(questions: impl Iterator<Item = (f32, bool)>) -> Self {
        let mut reliability = Self::default();
        for (confidence, is_right) in questions {
            let at = ((f64::from(confidence) * STEPS as f64) as usize).min(STEPS - 1);
            let step = &mut reliability.steps[at];
            step.questions += 1;
            step.confidence += f64::from(confidence);
            step.right += usize::from(is_right);
        }
        reliability
    }

    /// The mean distance between what is said and what is so, weighted by questions: the expected
    /// calibration error (Guo and others, On calibration of modern neural networks, 2017).
    fn error(&self) -> f64 {
        let all: usize = self.steps.iter().map(|step| step.questions).sum();
        let apart: f64 =
            self.steps.iter().map(|step| (step.confidence - step.right as f64).abs()).sum();
        apart / all.max(1) as f64
    }

    pub(super) fn json(&self) -> Value {
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|step| {
                let n = step.questions.max(1) as f64;
                json!({
                    "questions": step.questions,
                    "confidence": step.confidence / n,
                    "right": step.right as f64 / n,
                })
            })
            .collect();
        json!({ "steps": steps, "error": self.error() })
    }
}

impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12} {:>10} {:>10} {:>10}", "confidence", "questions", "said", "right")?;
        for (at, step) in self.steps.iter().enumerate() {
            let width = 1.0 / STEPS as f64;
            let range = format!("{:.1} to {:.1}", at as f64 * width, (at + 1) as f64 * width);
            if step.questions == 0 {
                writeln!(f, "{range:<12} {:>10}", 0)?;
                continue;
            }
            let n = step.questions as f64;
            writeln!(
                f,
                "{range:<12} {:>10} {:>10.2} {:>10.2}",
                step.questions,
                step.confidence / n,
                step.right as f64 / n
            )?;
        }
        writeln!(f, "said and right are {:.3} apart on average", self.error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_compared_with_what_is_so() {
        let questions = [(0.9, true), (0.9, true), (0.1, false), (0.9, false), (1.0, true)];
        let reliability = Reliability::of(questions.into_iter());
        assert_eq!(reliability.steps[4].questions, 4);
        assert_eq!(reliability.steps[4].right, 3);
        assert!((reliability.error() - (0.7 + 0.1) / 5.0).abs() < 1e-6);
    }
}
