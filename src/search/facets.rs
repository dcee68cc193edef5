//! Which candidates pass the filters of a query, and how the rest spread over topics and tags.

use rustc_hash::FxHashMap as HashMap;

use super::Query;
use super::results::Scope;
use super::retrieve::{Candidate, Retrieved};
use crate::article::{Tag, TopicId};

/// How hits spread: each count is of what choosing that value would leave.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// By topic, most first.
    pub topics: Vec<(TopicId, usize)>,
    /// By tag, most first.
    pub tags: Vec<(Tag, usize)>,
}

/// The candidates worth showing that pass the filters, and the facets.
pub(super) fn choose(
    scope: &Scope<'_>,
    retrieved: &mut Retrieved,
    query: &Query,
) -> (Vec<Candidate>, Facets) {
    let filters: Vec<(Option<u16>, Option<u16>)> = scope
        .partitions
        .iter()
        .map(|partition| {
            let topic = query.topic.as_ref().map(|wanted| {
                partition.topics.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            let tag = query.tag.as_ref().map(|wanted| {
                partition.tags.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            (topic, tag)
        })
        .collect();
    let mut topics: Vec<Vec<u32>> =
        scope.partitions.iter().map(|p| vec![0; p.topics.len()]).collect();
    let mut tags: Vec<Vec<u32>> = scope.partitions.iter().map(|p| vec![0; p.tags.len()]).collect();
    let mut chosen = std::mem::take(&mut retrieved.candidates);
    let mut counted = |candidate: &Candidate| {
        let (at, article) = (candidate.partition(), candidate.article);
        let partition = scope.partitions[at];
        let own_topic = partition.topic_of[article as usize];
        let own_tags = partition.tags_of(article);
        let (topic, tag) = filters[at];
        let in_topic = topic.is_none_or(|topic| own_topic == topic);
        let in_tag = tag.is_none_or(|tag| own_tags.contains(&tag));
        if in_tag {
            topics[at][usize::from(own_topic)] += 1;
        }
        if in_topic {
            let tags = &mut tags[at];
            for tag in own_tags {
                tags[usize::from(*tag)] += 1;
            }
        }
        in_topic && in_tag
    };
    if query.topic.is_none() && query.tag.is_none() {
        // All pass, perhaps thousands: none has to be moved.
        for candidate in &chosen {
            counted(candidate);
        }
    } else {
        chosen.retain(counted);
    }
    let facets = Facets {
        topics: merged(scope.partitions.iter().map(|p| p.topics.as_slice()).zip(&topics)),
        tags: merged(scope.partitions.iter().map(|p| p.tags.as_slice()).zip(&tags)),
    };
    (chosen, facets)
}

fn merged<'a, T: Clone + Ord + std::hash::Hash + 'a>(
    counts: impl Iterator<Item = (&'a [T], &'a Vec<u32>)>,
) -> Vec<(T, usize)> {
    let mut sums: HashMap<&T, usize> = HashMap::default();
    for (values, counts) in counts {
        for (value, count) in values.iter().zip(counts).filter(|(_, count)| **count > 0) {
            *sums.entry(value).or_default() += *count as usize;
        }
    }
    let mut sums: Vec<(T, usize)> = sums.into_iter().map(|(v, n)| (v.clone(), n)).collect();
    sums.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sums
}
