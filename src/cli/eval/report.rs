//! What the measures of collections look like, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::reliability::Reliability;
use crate::search::Measures;

/// How one file of questions went.
pub(super) struct Row {
    pub(super) collection: String,
    pub(super) kind: String,
    /// By question.
    pub(super) each: BTreeMap<String, Measures>,
}

impl Row {
    pub(super) fn mean(&self) -> Measures {
        let each: Vec<Measures> = self.each.values().copied().collect();
        Measures::mean(&each)
    }
}

/// How well a collection's questions that can be answered are told from those that cannot.
pub(super) struct Confidence {
    pub(super) collection: String,
    pub(super) answerable: Vec<f32>,
    pub(super) unanswerable: Vec<f32>,
    pub(super) reliability: Reliability,
}

/// Answerable questions that must pass when the share of refused ones is counted.
const PASSING: f64 = 0.95;

impl Confidence {
    /// The chance that an answerable question gets more confidence than an unanswerable one: the
    /// area under the ROC curve (Mann and Whitney's U).
    fn auc(&self) -> f64 {
        let mut wins = 0.0;
        for yes in &self.answerable {
            for no in &self.unanswerable {
                wins += match yes.total_cmp(no) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        wins / (self.answerable.len() * self.unanswerable.len()).max(1) as f64
    }

    /// The share of unanswerable questions below the confidence that 95 % of the answerable ones
    /// have.
    fn refused(&self) -> f64 {
        let mut sorted = self.answerable.clone();
        sorted.sort_by(f32::total_cmp);
        let at = ((1.0 - PASSING) * sorted.len() as f64) as usize;
        let Some(threshold) = sorted.get(at) else { return 0.0 };
        let below = self.unanswerable.iter().filter(|c| *c < threshold).count();
        below as f64 / self.unanswerable.len().max(1) as f64
    }
}

pub(super) fn report(rows: &[Row], confidences: &[Confidence]) -> String {
    let mut text = format!(
        "{:<15} {:<16} {:>8} {:>10} {:>9} {:>8} {:>10}\n",
        "collection", "kind", "nDCG@10", "Success@1", "Recall@5", "MRR@10", "questions"
    );
    // Writing to a string never fails.
    for row in rows {
        let measures = row.mean();
        let _ = writeln!(
            text,
            "{:<15} {:<16} {:>8.3} {:>10.3} {:>9.3} {:>8.3} {:>10}",
            row.collection,
            row.kind,
            measures.ndcg_10,
            measures.success_1,
            measures.recall_5,
            measures.mrr_10,
            measures.questions
        );
    }
    for confidence in confidences {
        let _ = write!(
            text,
            "\n{}: confidence tells {} answerable questions from {} unanswerable ones with an AUC of {:.3};\n\
             {:.1} % of the unanswerable are refused while 95 % of the answerable pass\n{}",
            confidence.collection,
            confidence.answerable.len(),
            confidence.unanswerable.len(),
            confidence.auc(),
            100.0 * confidence.refused(),
            confidence.reliability
        );
    }
    text
}

pub(super) fn report_json(rows: &[Row], confidences: &[Confidence]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mean = row.mean();
            let each: BTreeMap<&str, f64> =
                row.each.iter().map(|(id, measures)| (id.as_str(), measures.ndcg_10)).collect();
            json!({
                "collection": row.collection,
                "kind": row.kind,
                "ndcg@10": mean.ndcg_10,
                "success@1": mean.success_1,
                "recall@5": mean.recall_5,
                "mrr@10": mean.mrr_10,
                "questions": mean.questions,
                "each": each,
            })
        })
        .collect();
    let confidences: Vec<Value> = confidences
        .iter()
        .map(|confidence| {
            json!({
                "collection": confidence.collection,
                "auc": confidence.auc(),
                "refused_at_95": confidence.refused(),
                "reliability": confidence.reliability.json(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "rows": rows, "confidence": confidences }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_surer_of_what_can_be_answered_refuses_the_rest() {
        let confidence = Confidence {
            collection: String::new(),
            answerable: vec![0.9; 20],
            unanswerable: vec![0.1, 0.2, 0.95, 0.9],
            reliability: Reliability::default(),
        };
        assert!((confidence.auc() - 2.5 / 4.0).abs() < 1e-9);
        assert!((confidence.refused() - 0.5).abs() < 1e-9);
    }
}
