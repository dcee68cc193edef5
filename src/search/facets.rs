//! Which candidates pass the filters of a query, and how the rest spread over topics and tags.

use rustc_hash::FxHashMap as HashMap;

use super::Query;
use super::article_set::bits;
use super::partition::Partition;
use crate::article::{Tag, TopicId};

/// How hits spread: each count is of what choosing that value would leave.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// By topic, most first.
    pub topics: Vec<(TopicId, usize)>,
    /// By tag, most first.
    pub tags: Vec<(Tag, usize)>,
}

/// The facets of a query while its candidates are counted.
pub(super) struct Counts<'a> {
    partitions: &'a [&'a Partition],
    of: Vec<OfPartition>,
    is_filtered: bool,
}

/// The counts of one partition, by its own positions of topics and tags.
struct OfPartition {
    /// What is asked for; a position that none has when the partition does not know it.
    topic: Option<u16>,
    tag: Option<u16>,
    topics: Vec<u32>,
    tags: Vec<u32>,
}

impl<'a> Counts<'a> {
    pub(super) fn new(partitions: &'a [&'a Partition], query: &Query) -> Self {
        let of = |partition: &&Partition| {
            let topic = query.topic.as_ref().map(|wanted| {
                partition.topics.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            let tag = query.tag.as_ref().map(|wanted| {
                partition.tags.iter().position(|t| t == wanted).map_or(u16::MAX, |at| at as u16)
            });
            OfPartition {
                topic,
                tag,
                topics: vec![0; partition.topics.len()],
                tags: vec![0; partition.tags.len()],
            }
        };
        let is_filtered = query.topic.is_some() || query.tag.is_some();
        Self { partitions, of: partitions.iter().map(of).collect(), is_filtered }
    }

    /// Counts some of 64 articles of a partition, of which `first` is the first; those that pass the
    /// filters.
    pub(super) fn count(&mut self, partition: usize, first: u32, articles: u64) -> u64 {
        let (of, partition) = (&mut self.of[partition], self.partitions[partition]);
        let mut passing = articles;
        for bit in bits(articles) {
            let article = first + bit;
            let topic = partition.topic_of[article as usize];
            let tags = partition.tags_of(article);
            let in_topic = of.topic.is_none_or(|wanted| topic == wanted);
            let in_tag = of.tag.is_none_or(|wanted| tags.contains(&wanted));
            if in_tag {
                of.topics[usize::from(topic)] += 1;
            }
            if in_topic {
                for tag in tags {
                    of.tags[usize::from(*tag)] += 1;
                }
            }
            if self.is_filtered && !(in_topic && in_tag) {
                passing &= !(1 << bit);
            }
        }
        passing
    }

    pub(super) fn facets(&self) -> Facets {
        let both = || self.partitions.iter().zip(&self.of);
        Facets {
            topics: merged(both().map(|(p, of)| (p.topics.as_slice(), &of.topics))),
            tags: merged(both().map(|(p, of)| (p.tags.as_slice(), &of.tags))),
        }
    }
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
