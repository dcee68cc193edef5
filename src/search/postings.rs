//! What the index has of a stem: in which articles it stands, where in each of them, and how often.
//!
//! tantivy keeps a posting list for each segment and each field. They are read when a stem is first
//! asked for and kept as one list in the order of articles, so that a search can look up any
//! article at once and need not pass by all the others.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::Weights;
use super::article_set::{ArticleSet, bits};
use super::partition::Partition;
use super::plan::Clause;
use super::schema::TextField;
use super::segment::{NO_ARTICLE, Segment};

/// That a stem stands in a field of an article, in four bytes: a large help center has a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    /// The section; then a bit for the last one of its article; in the lowest three bits the field,
    /// or [`MORE`].
    place: u16,
    /// How often it stands there, up to [`u8::MAX`]: by then, more of it tells no more.
    count: u8,
    /// How long the field is, in the byte that tantivy keeps of it.
    length: u8,
}

const FIELD_BITS: u16 = 3;
const FIELD: u16 = (1 << FIELD_BITS) - 1;
const LAST: u16 = 1 << FIELD_BITS;
const SECTION_BITS: u16 = FIELD_BITS + 1;
/// Words of later sections count as if they stood in this one.
const LAST_SECTION: u16 = u16::MAX >> SECTION_BITS;
/// In place of the field: this is no posting but tells where several begin.
const MORE: u16 = FIELD;

impl Posting {
    fn new(field: TextField, section: u16, count: u32, length: u8) -> Self {
        Self {
            place: section.min(LAST_SECTION) << SECTION_BITS | field as u16,
            count: u8::try_from(count).unwrap_or(u8::MAX),
            length,
        }
    }

    #[inline]
    pub(super) fn section(self) -> u16 {
        self.place >> SECTION_BITS
    }

    #[inline]
    pub(super) fn field(self) -> TextField {
        match self.place & FIELD {
            0 => TextField::Title,
            1 => TextField::Questions,
            2 => TextField::Tags,
            3 => TextField::Heading,
            _ => TextField::Text,
        }
    }

    /// Says where several postings of an article begin.
    fn more(at: usize) -> Self {
        let place = (at >> 16) as u16;
        Self { place: place << FIELD_BITS | MORE, count: (at >> 8) as u8, length: at as u8 }
    }

    /// Where several postings begin, if that is what it says.
    #[inline]
    fn beginning(self) -> Option<usize> {
        let high = usize::from(self.place >> FIELD_BITS);
        let low = usize::from(self.count) << 8 | usize::from(self.length);
        (self.place & FIELD == MORE).then_some(high << 16 | low)
    }
}

/// What a partition has of a stem.
#[derive(Debug, Default)]
pub(super) struct StemPostings {
    pub(super) count: Count,
    /// How many postings there are.
    len: usize,
    /// The articles that have it.
    pub(super) articles: ArticleSet,
    /// Those that have it in a field of their own, and not only in a section.
    pub(super) own: ArticleSet,
    /// By rank of an article: its posting, or where its several ones begin in `more`.
    firsts: Box<[Posting]>,
    /// By article, by section, and in each by field.
    more: Box<[Posting]>,
    /// Those that no other one outdoes in count or shortness: one of them is the most that the stem
    /// counts in any article, whatever the weights.
    peaks: Box<[Posting]>,
}

/// How often a stem is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// In how many articles.
    pub(super) articles: u32,
    /// How many times in all.
    pub(super) times: u32,
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { articles: self.articles + other.articles, times: self.times + other.times }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, one| sum + one)
    }
}

impl StemPostings {
    /// Gathers what all segments have.
    fn gather(partition: &Partition, stem: &str) -> Self {
        let mut found: Vec<(u32, Posting)> = Vec::new();
        let mut times = 0;
        for segment in &partition.segments {
            for field in TextField::ALL {
                let Ok(Some(term)) = segment.terms[field as usize].terms().get(stem) else {
                    continue;
                };
                let lengths = &*segment.norms[field as usize];
                segment.each_posting(&term, field, |doc, article, count| {
                    let section = segment.section_of[doc as usize];
                    let posting = Posting::new(field, section, count, lengths[doc as usize]);
                    found.push((article, posting));
                    times += count;
                });
            }
        }
        // Each list is in order as it is, and such runs are merged.
        found.sort();
        let mut articles = Vec::new();
        let mut own = Vec::new();
        let mut firsts = Vec::new();
        let mut more = Vec::new();
        let mut peaks: Vec<Posting> = Vec::new();
        for of_article in found.chunk_by_mut(|(a, _), (b, _)| a == b) {
            articles.push(of_article[0].0);
            if of_article.iter().any(|(_, posting)| posting.field().is_of_article()) {
                own.push(of_article[0].0);
            }
            for (_, posting) in &*of_article {
                posting.add_to(&mut peaks);
            }
            if let [.., (_, last)] = of_article {
                last.place |= LAST;
            }
            if let [(_, only)] = of_article {
                firsts.push(*only);
            } else {
                firsts.push(Posting::more(more.len()));
                more.extend(of_article.iter().map(|(_, posting)| *posting));
            }
        }
        let n = partition.articles.len();
        Self {
            count: Count { articles: articles.len() as u32, times },
            len: found.len(),
            articles: ArticleSet::of(articles, n),
            own: ArticleSet::of(own, n),
            firsts: firsts.into(),
            more: more.into(),
            peaks: peaks.into(),
        }
    }

    /// How many postings there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The postings of an article.
    pub(super) fn of(&self, article: u32) -> &[Posting] {
        self.articles.rank(article).map_or(&[], |rank| self.of_rank(rank))
    }

    /// The postings of the article that has this rank.
    #[inline]
    pub(super) fn of_rank(&self, rank: usize) -> &[Posting] {
        let first = &self.firsts[rank];
        let Some(beginning) = first.beginning() else { return std::slice::from_ref(first) };
        let all = &self.more[beginning..];
        let last = all.iter().position(|posting| posting.place & LAST != 0);
        &all[..last.map_or(0, |last| last + 1)]
    }

    /// Calls `found` with all articles and their postings.
    #[inline]
    pub(super) fn each(&self, mut found: impl FnMut(u32, &[Posting])) {
        let mut rank = 0;
        self.articles.each_block(|at, articles| {
            for bit in bits(articles) {
                found(64 * at as u32 + bit, self.of_rank(rank));
                rank += 1;
            }
        });
    }

    /// The most that the stem counts in any article's own fields, and in any section.
    pub(super) fn most(&self, shares: &Shares) -> (f32, f32) {
        let mut most = [0.0f32; TextField::ALL.len()];
        for peak in &self.peaks {
            let known = &mut most[peak.field() as usize];
            *known = known.max(shares.of(*peak));
        }
        let (mut own, mut section) = (0.0, 0.0);
        for field in TextField::ALL {
            let sum = if field.is_of_article() { &mut own } else { &mut section };
            *sum += most[field as usize];
        }
        (own, section)
    }
}

impl Posting {
    /// Whether it counts as much as another one of its field or more, whatever the weights.
    fn outdoes(self, other: Self) -> bool {
        self.field() == other.field() && self.count >= other.count && self.length <= other.length
    }

    fn add_to(self, peaks: &mut Vec<Self>) {
        if peaks.iter().all(|peak| !peak.outdoes(self)) {
            peaks.retain(|peak| !self.outdoes(*peak));
            peaks.push(self);
        }
    }
}

/// What a posting counts, before the word's rarity is known.
#[derive(Default)]
pub(super) struct Shares {
    /// What they were made for: in how many documents each field has words and how many words in all, and
    /// the weights.
    of: Option<([(u64, u64); TextField::ALL.len()], Weights)>,
    /// By field.
    weights: [f32; TextField::ALL.len()],
    /// By field and by length as tantivy tells them apart: BM25's share of the length.
    norms: Vec<[f32; 256]>,
}

impl Shares {
    /// Makes them those of these partitions, if they are not already.
    pub(super) fn fit(&mut self, partitions: &[&Partition], weights: &Weights) {
        let mut lengths = [(0, 0); TextField::ALL.len()];
        for partition in partitions {
            for (sum, own) in lengths.iter_mut().zip(&partition.lengths) {
                *sum = (sum.0 + own.documents, sum.1 + own.words);
            }
        }
        if self.of.as_ref().is_some_and(|of| of.0 == lengths && of.1 == *weights) {
            return;
        }
        self.norms.clear();
        for (field, (documents, words)) in TextField::ALL.into_iter().zip(lengths) {
            self.weights[field as usize] = weights.of(field).max(0.0) * (weights.saturation + 1.0);
            self.norms.push(weights.norms(field, words as f32 / documents.max(1) as f32));
        }
        self.of = Some((lengths, weights.clone()));
    }

    pub(super) fn new(partitions: &[&Partition], weights: &Weights) -> Self {
        let mut shares = Self::default();
        shares.fit(partitions, weights);
        shares
    }

    /// See [`Weights::norms`].
    #[inline]
    pub(super) fn of(&self, posting: Posting) -> f32 {
        let field = posting.field() as usize;
        let count = f32::from(posting.count);
        self.weights[field] * count / (count + self.norms[field][usize::from(posting.length)])
    }

    /// Whether there is a field that counts nothing.
    pub(super) fn ignore_a_field(&self) -> bool {
        self.weights.iter().any(|weight| *weight <= 0.0)
    }
}

/// What the partitions have of a stem.
pub(super) struct FoundStem {
    /// In how many articles it is.
    pub(super) df: u32,
    /// How much it tells; nothing when no article has it.
    pub(super) telling: f32,
    pub(super) postings: OfEach<Arc<StemPostings>>,
}

/// Something of each partition: the public has one, staff have two.
pub(super) type OfEach<T> = SmallVec<[T; 1]>;

impl FoundStem {
    /// What the partitions have of every stem that may stand for a clause, in the order of its
    /// alternatives.
    pub(super) fn of_clause(
        clause: &Clause,
        partitions: &[&Partition],
        weights: &Weights,
    ) -> Vec<Self> {
        let n = partitions.iter().map(|partition| partition.articles.len()).sum();
        let stems = clause.alternatives.iter().flat_map(|alternative| {
            alternative.stems.iter().map(|stem| (stem, &alternative.postings))
        });
        stems
            .map(|(stem, known)| {
                let postings: OfEach<_> = match known {
                    Some(known) => smallvec![Arc::clone(known)],
                    None => partitions.iter().map(|partition| partition.postings(stem)).collect(),
                };
                let count: Count = postings.iter().map(|postings| postings.count).sum();
                Self { df: count.articles, telling: weights.telling(stem, count, n), postings }
            })
            .collect()
    }

    /// How many postings there are to read.
    pub(super) fn len(&self) -> usize {
        self.postings.iter().map(|postings| postings.len()).sum()
    }
}

impl Segment {
    /// Calls `found` with each living document that has a stem in a field, its article, and how
    /// often the stem stands there. A posting list that cannot be read counts as empty.
    fn each_posting(
        &self,
        term: &TermInfo,
        field: TextField,
        mut found: impl FnMut(u32, u32, u32),
    ) {
        let terms = &self.terms[field as usize];
        let option = IndexRecordOption::WithFreqs;
        let Ok(mut block) = terms.read_block_postings_from_terminfo(term, option) else { return };
        while block.block_len() > 0 {
            for (doc, count) in block.docs().iter().zip(block.freqs()) {
                match self.article_of.get(*doc as usize) {
                    Some(&article) if article != NO_ARTICLE => found(*doc, article, *count),
                    _ => {}
                }
            }
            block.advance();
        }
    }
}

/// Postings that are kept of all stems together, those of a large help center: some forty megabytes.
pub(super) const MAX_POSTINGS: usize = 4_000_000;
/// What a word takes besides its postings, in postings.
pub(super) const A_WORD: usize = 40;

impl Partition {
    /// What it has of a stem. Counted over living documents, because the same articles must score
    /// the same whatever was edited before.
    pub(super) fn postings(&self, stem: &str) -> Arc<StemPostings> {
        if let Some(known) = self.stems.get(stem) {
            return known;
        }
        let postings = Arc::new(StemPostings::gather(self, stem));
        self.stems.keep(stem, &postings, postings.len() + A_WORD, MAX_POSTINGS);
        postings
    }

    /// In how many articles a stem is.
    pub(super) fn df(&self, stem: &str) -> u32 {
        self.count(stem).articles
    }

    /// How often a stem is said.
    pub(super) fn count(&self, stem: &str) -> Count {
        self.postings(stem).count
    }
}
