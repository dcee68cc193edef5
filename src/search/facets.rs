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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::{Locale, SourcePath};

    const TOPICS: [&str; 3] = ["payments", "bonuses", "games"];
    const TAGS_THERE_ARE: [&str; 6] = ["card", "limits", "crypto", "mobile", "errors", "start"];

    fn article(at: usize, topic: usize, tags: &[usize]) -> Arc<Article> {
        let locale: Locale = "ru".parse().unwrap();
        let path = SourcePath::new(&format!("ru/{}/a{at}.md", TOPICS[topic]));
        let mut article =
            Article::plain(path, &locale, format!("a{at}").parse().unwrap(), "Карта", "карта");
        article.topic = TOPICS[topic].parse().unwrap();
        article.tags = tags.iter().map(|tag| TAGS_THERE_ARE[*tag].parse().unwrap()).collect();
        Arc::new(article)
    }

    proptest! {
        #[test]
        fn each_count_is_of_what_choosing_that_value_would_leave(
            articles in prop::collection::vec(
                (0..TOPICS.len(), prop::sample::subsequence((0..TAGS_THERE_ARE.len()).collect::<Vec<_>>(), 0..6)),
                1..150,
            ),
            topic in prop::option::of(0..TOPICS.len()),
            tag in prop::option::of(0..TAGS_THERE_ARE.len()),
            seed in any::<u64>(),
        ) {
            let made: Vec<_> =
                articles.iter().enumerate().map(|(at, (topic, tags))| article(at, *topic, tags)).collect();
            let mut partition = Partition::default();
            partition.labels = Arc::new(Labels::of(&made));
            let mut query = Query::new("карта", "ru".parse().unwrap()).unwrap();
            query.topic = topic.map(|topic| TOPICS[topic].parse().unwrap());
            query.tag = tag.map(|tag| TAGS_THERE_ARE[tag].parse().unwrap());
            let is_candidate = |at: usize| seed.rotate_left(at as u32) & 3 != 0;
            let partitions = [&partition];
            let mut counts = Counts::new(&partitions, &query);
            let mut passing = 0;
            for block in 0..made.len().div_ceil(64) {
                let all = (64 * block..made.len().min(64 * (block + 1))).filter(|at| is_candidate(*at));
                let bits = all.fold(0u64, |all, at| all | 1 << (at % 64));
                passing += counts.count(0, 64 * block as u32, bits).count_ones() as usize;
            }
            let candidates = || made.iter().enumerate().filter(|(at, _)| is_candidate(*at)).map(|(_, a)| a);
            let in_topic = |a: &Article| query.topic.as_ref().is_none_or(|topic| a.topic == *topic);
            let in_tag = |a: &Article| query.tag.as_ref().is_none_or(|tag| a.tags.contains(tag));
            prop_assert_eq!(passing, candidates().filter(|a| in_topic(a) && in_tag(a)).count());
            let facets = counts.facets();
            for topic in TOPICS {
                let told = facets.topics.iter().find(|(known, _)| known.as_str() == topic).map_or(0, |t| t.1);
                let of = |a: &&Arc<Article>| in_tag(a) && a.topic.as_str() == topic;
                prop_assert_eq!(told, candidates().filter(of).count());
            }
            for tag in TAGS_THERE_ARE {
                let told = facets.tags.iter().find(|(known, _)| known.as_str() == tag).map_or(0, |t| t.1);
                let of = |a: &&Arc<Article>| in_topic(a) && a.tags.iter().any(|own| own.as_str() == tag);
                prop_assert_eq!(told, candidates().filter(of).count());
            }
        }
    }
}
