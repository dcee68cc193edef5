//! Which candidates pass the filters of a query, and how they spread over topics and tags.

use std::sync::Arc;

use rustc_hash::FxHashMap as HashMap;

use super::Query;
use super::article_set::bits;
use super::partition::Partition;
use crate::article::{Article, Tag, TopicId};

/// How hits spread: each count is of what choosing that value would leave.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    /// By topic, most first.
    pub topics: Vec<(TopicId, usize)>,
    /// By tag, most first.
    pub tags: Vec<(Tag, usize)>,
}

/// The topics and tags of a partition's articles as numbers: of a common word, thousands are counted.
#[derive(Debug, Default)]
pub(super) struct Labels {
    topics: Vec<TopicId>,
    tags: Vec<Tag>,
    /// By article: its topic, then its first tags; where it has fewer, numbers that no tag has.
    of: Vec<[u16; 1 + TAGS]>,
    /// Further tags, by article.
    more: Vec<(u32, u16)>,
}

/// Tags of an article that stand with its topic; few have more.
const TAGS: usize = 3;
/// More different topics or tags than this are not counted.
const MOST: usize = u16::MAX as usize - TAGS;

impl Labels {
    pub(super) fn of(articles: &[Arc<Article>]) -> Self {
        let mut labels = Self::default();
        let mut topics: HashMap<&TopicId, u16> = HashMap::default();
        let mut tags: HashMap<&Tag, u16> = HashMap::default();
        for (at, article) in articles.iter().enumerate() {
            let mut own = [u16::MAX; 1 + TAGS];
            own[0] = number(&article.topic, &mut topics, &mut labels.topics);
            for (nth, tag) in article.tags.iter().enumerate() {
                let tag = number(tag, &mut tags, &mut labels.tags);
                match own.get_mut(1 + nth) {
                    Some(place) => *place = tag,
                    None => labels.more.push((at as u32, tag)),
                }
            }
            labels.of.push(own);
        }
        // Counted like all others, at places of their own: that costs less than asking.
        let unused = labels.tags.len() as u16..;
        for own in &mut labels.of {
            for (tag, unused) in own[1..].iter_mut().zip(unused.clone()) {
                *tag = if *tag == u16::MAX { unused } else { *tag };
            }
        }
        labels
    }

    fn topic(&self, wanted: &TopicId) -> u16 {
        self.topics.iter().position(|topic| topic == wanted).map_or(u16::MAX, |at| at as u16)
    }

    fn tag(&self, wanted: &Tag) -> u16 {
        self.tags.iter().position(|tag| tag == wanted).map_or(u16::MAX, |at| at as u16)
    }

    /// Further tags in the block of 64 articles from `first` on: the place of the article, and the tag.
    fn more(&self, first: u32) -> impl Iterator<Item = (u32, u16)> + '_ {
        let from = self.more.partition_point(|(article, _)| *article < first);
        let more = self.more[from..].iter().map(move |(article, tag)| (article - first, *tag));
        more.take_while(|(bit, _)| *bit < 64)
    }
}

/// The number of a topic or tag, the next one when it is new.
fn number<'a, T: Clone + Eq + std::hash::Hash>(
    value: &'a T,
    numbers: &mut HashMap<&'a T, u16>,
    values: &mut Vec<T>,
) -> u16 {
    if let Some(known) = numbers.get(value) {
        return *known;
    }
    if values.len() == MOST {
        return MOST as u16 - 1;
    }
    let next = values.len() as u16;
    values.push(value.clone());
    numbers.insert(value, next);
    next
}

/// The facets of a query while its candidates are counted.
pub(super) struct Counts<'a> {
    of: Vec<OfPartition<'a>>,
}

/// The counts of one partition.
struct OfPartition<'a> {
    labels: &'a Labels,
    /// What is asked for; a number that none has when the partition does not know it.
    topic: Option<u16>,
    tag: Option<u16>,
    topics: Vec<u32>,
    /// The last of them are of no tag.
    tags: Vec<u32>,
}

impl<'a> Counts<'a> {
    pub(super) fn new(partitions: &[&'a Partition], query: &Query) -> Self {
        let of = |partition: &&'a Partition| {
            let labels = &*partition.labels;
            OfPartition {
                labels,
                topic: query.topic.as_ref().map(|wanted| labels.topic(wanted)),
                tag: query.tag.as_ref().map(|wanted| labels.tag(wanted)),
                topics: vec![0; labels.topics.len()],
                tags: vec![0; labels.tags.len() + TAGS],
            }
        };
        Self { of: partitions.iter().map(of).collect() }
    }

    /// Counts some articles of a block of 64, of which `first` is the first; those that pass the
    /// filters.
    pub(super) fn count(&mut self, partition: usize, first: u32, articles: u64) -> u64 {
        let OfPartition { labels, topic, tag, topics, tags } = &mut self.of[partition];
        let own = &labels.of[first as usize..];
        let (mut in_topic, mut in_tag) = (articles, articles);
        if topic.is_some() || tag.is_some() {
            for bit in bits(articles) {
                let [own_topic, own_tags @ ..] = own[bit as usize];
                if topic.is_some_and(|wanted| own_topic != wanted) {
                    in_topic &= !(1 << bit);
                }
                let has = |wanted: u16| {
                    let mut more = labels.more(first);
                    own_tags.contains(&wanted) || more.any(|found| found == (bit, wanted))
                };
                if tag.is_some_and(|wanted| !has(wanted)) {
                    in_tag &= !(1 << bit);
                }
            }
        }
        if in_topic == articles && in_tag == articles {
            for bit in bits(articles) {
                let [topic, first, second, third] = own[bit as usize];
                topics[usize::from(topic)] += 1;
                tags[usize::from(first)] += 1;
                tags[usize::from(second)] += 1;
                tags[usize::from(third)] += 1;
            }
        } else {
            for bit in bits(in_tag) {
                topics[usize::from(own[bit as usize][0])] += 1;
            }
            for bit in bits(in_topic) {
                for tag in &own[bit as usize][1..] {
                    tags[usize::from(*tag)] += 1;
                }
            }
        }
        if !labels.more.is_empty() {
            for (bit, tag) in labels.more(first) {
                tags[usize::from(tag)] += (in_topic >> bit & 1) as u32;
            }
        }
        in_topic & in_tag
    }

    pub(super) fn facets(&self) -> Facets {
        Facets {
            topics: merged(self.of.iter().map(|of| (of.labels.topics.as_slice(), &of.topics))),
            tags: merged(self.of.iter().map(|of| (of.labels.tags.as_slice(), &of.tags))),
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
