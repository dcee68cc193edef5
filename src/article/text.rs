//! An article as its reader and the index see it: the types that parsing makes and nothing else.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Anchor, ArticleId, Audience, Digest, HtmlTemplate, Locale, Number, Problem, Severity, Slug,
    SourcePath, Spot, Tag, TopicId,
};

/// A file as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies.
    pub path: SourcePath,
    /// Its bytes: whether they are text is for parsing to say.
    pub bytes: Vec<u8>,
    /// When it last changed: its last commit, else the file's own time.
    pub modified: Option<Timestamp>,
}

/// Whether an article is ready for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Shown to its audience.
    Published,
    /// Shown in preview only.
    Draft,
}

/// The time during which an article is shown: from its beginning, up to and without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    /// `publish_at`.
    pub from: Option<Timestamp>,
    /// `expires_at`.
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether the article is shown at this moment.
    pub fn contains(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// The next moment after `now` at which the answer of [`Window::contains`] changes.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        [self.from, self.until].into_iter().flatten().filter(|at| *at > now).min()
    }
}

/// A former address: `payments/old-slug` in the article's locale, or a former id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Alias {
    /// A former id: `/a/{id}` goes on working, and so does the page under its present topic.
    Id(ArticleId),
    /// A former page in the article's own locale.
    Page(TopicId, Slug),
}

/// What to do when an article is not enough.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// The kind of the channel to take: `chat`.
    pub channel: Option<String>,
    /// What to have ready.
    pub prepare: Vec<String>,
    /// How long it takes, in words.
    pub takes: Option<String>,
}

/// What a link or an image points to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// An article's file: `../payments/fees.md#limits`.
    File {
        /// The file.
        path: SourcePath,
        /// The section.
        anchor: Option<String>,
    },
    /// An article by id, in the locale of the page: `/a/fees#limits`, or `fees#limits`.
    Id {
        /// The article.
        id: ArticleId,
        /// The section.
        anchor: Option<String>,
    },
    /// A page of the help center by its address: `/ru/payments/`.
    Address(String),
    /// A file beside the article: an image, a form to fill in.
    Asset(SourcePath),
    /// A section of the same article.
    Here(String),
    /// Somewhere below the articles folder would be meant, but the link leads out of it.
    Outside(String),
}

/// A link or image that has to be resolved against all articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it points to.
    pub target: Target,
    /// Whether it is an image.
    pub image: bool,
    /// Where it stands in the file.
    pub spot: Spot,
}

/// A heading with the text under it; the first is the text before any heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name inside the page; [`Section::LEAD`] for the text before any heading.
    pub anchor: Anchor,
    /// Names that it had before, and that lead to it still.
    pub former: Box<[Anchor]>,
    /// 2 to 6; 1 for the text before any heading.
    pub level: u8,
    /// The heading as plain text; empty for the text before any heading.
    pub heading: String,
    /// Plain text as a reader sees it, blocks and table cells divided by line breaks.
    pub text: String,
    /// Where the heading stands in the file.
    pub spot: Spot,
}

impl Section {
    /// The anchor of the text before any heading: the page's own title carries it.
    pub const LEAD: &str = "top";

    /// Whether a name leads to it: its own, or a former one.
    pub fn goes_by(&self, anchor: &str) -> bool {
        self.anchor.as_str() == anchor || self.former.iter().any(|former| former.as_str() == anchor)
    }
}

/// What one article file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Its file.
    pub path: SourcePath,
    /// Identity across locales.
    pub id: ArticleId,
    /// From its folder.
    pub locale: Locale,
    /// From its folder.
    pub topic: TopicId,
    /// The last part of its address: the file's stem.
    pub slug: Slug,
    /// The question or task, in the reader's words.
    pub title: String,
    /// One or two sentences for result lists: given, else the first paragraph.
    pub summary: String,
    /// Other ways in which people ask this.
    pub questions: Vec<String>,
    /// What it is also about.
    pub tags: Vec<Tag>,
    /// Who may read it.
    pub audience: Audience,
    /// Whether it is ready.
    pub status: Status,
    /// When it is shown.
    pub window: Window,
    /// What its readers are led to when its time has passed.
    pub replaced_by: Vec<ArticleId>,
    /// When it last changed.
    pub updated: Option<Timestamp>,
    /// Whether `updated` is the author's word, which no commit overrules.
    pub has_own_date: bool,
    /// When somebody should look whether it is still true.
    pub review_by: Option<Date>,
    /// The team that answers for it.
    pub owner: Option<String>,
    /// Former addresses.
    pub aliases: Vec<Alias>,
    /// Articles to read next, named by the author.
    pub related: Vec<ArticleId>,
    /// Order inside the topic, higher first.
    pub weight: i64,
    /// What to do when it is not enough.
    pub contact: Option<Contact>,
    /// Its text, cut at headings; never empty.
    pub sections: Vec<Section>,
    /// Its links and images that need the other articles to be resolved, in order.
    pub links: Vec<Link>,
    /// The numbers of its text, in order.
    pub numbers: Box<[Number]>,
    /// Its markup, and the file itself: [`Article::body`] unpacks it.
    pub body: PackedBody,
    /// Where the front-matter keys stand that checks of all articles point to.
    pub keys: Vec<(FrontMatterKey, Spot)>,
    /// The facts that it quotes, by name.
    pub facts: Box<[Box<str>]>,
    /// The hash of the file and its path, and of what its facts say.
    pub digest: Digest,
}

/// The front-matter keys whose values only all articles together can prove wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrontMatterKey {
    /// `title`
    Title,
    /// `id`
    Id,
    /// `aliases`
    Aliases,
    /// `related`
    Related,
    /// `replaced_by`
    ReplacedBy,
    /// `review_by`
    ReviewBy,
    /// `contact`
    Contact,
}

impl Article {
    /// An article of a title and a text, with nothing else said: one section, no markup.
    pub fn plain(
        path: SourcePath,
        locale: &Locale,
        id: ArticleId,
        title: &str,
        text: &str,
    ) -> Self {
        let lead = Section {
            anchor: Slug::lead(),
            former: Box::default(),
            level: 1,
            heading: String::new(),
            text: text.to_owned(),
            spot: Spot::START,
        };
        let mut article = Self {
            digest: Digest::of(format!("{path}\0{title}\0{text}").as_bytes()),
            path,
            slug: id.clone(),
            id,
            locale: locale.clone(),
            topic: Slug::all(),
            title: title.to_owned(),
            summary: String::new(),
            questions: Vec::new(),
            tags: Vec::new(),
            audience: Audience::Public,
            status: Status::Published,
            window: Window::default(),
            replaced_by: Vec::new(),
            updated: None,
            has_own_date: false,
            review_by: None,
            owner: None,
            aliases: Vec::new(),
            related: Vec::new(),
            weight: 0,
            contact: None,
            sections: vec![lead],
            links: Vec::new(),
            numbers: Box::default(),
            body: PackedBody::default(),
            keys: Vec::new(),
            facts: Box::default(),
        };
        let html = HtmlTemplate::of_text(text);
        article.pack(&Body { source: text.to_owned(), expanded: None, markdown_from: 0, html });
        article
    }

    /// Keeps its body, compressed. Called last: the body is what its other parts do not say.
    pub(crate) fn pack(&mut self, body: &Body) {
        let bytes =
            postcard::to_allocvec(body).expect("a body of strings always has a binary form");
        let packed = lz4_flex::block::compress_prepend_size_with_dict(&bytes, &self.said());
        self.body = PackedBody(packed.into());
    }

    /// Its markup and the file itself. Bytes that are no body give an empty one.
    pub fn body(&self) -> Body {
        lz4_flex::block::decompress_size_prepended_with_dict(&self.body.0, &self.said())
            .ok()
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
            .unwrap_or_default()
    }

    /// What its parts say already, as the dictionary of its body. Whoever changes one of them has
    /// to pack the body anew.
    fn said(&self) -> Vec<u8> {
        let mut said = Vec::with_capacity(1024);
        let mut add = |text: &str| {
            said.extend_from_slice(text.as_bytes());
            said.push(b'\n');
        };
        add(&self.title);
        add(&self.summary);
        self.questions.iter().for_each(|question| add(question));
        for section in &self.sections {
            add(section.anchor.as_str());
            add(&section.heading);
            add(&section.text);
        }
        said
    }

    /// Whether it has this id, or had it.
    pub fn goes_by(&self, id: &ArticleId) -> bool {
        let is_former = |alias: &Alias| matches!(alias, Alias::Id(former) if former == id);
        self.id == *id || self.aliases.iter().any(is_former)
    }

    /// Whether it is at this place of its locale, or was.
    pub fn stood_at(&self, topic: &TopicId, slug: &Slug) -> bool {
        let is_former = |alias: &Alias| match alias {
            Alias::Id(id) => id == slug,
            Alias::Page(a, b) => a == topic && b == slug,
        };
        (self.topic == *topic && self.slug == *slug) || self.aliases.iter().any(is_former)
    }

    /// Where a front-matter key stands, else the beginning of the file.
    pub fn key_spot(&self, key: FrontMatterKey) -> Spot {
        self.keys.iter().find(|(k, _)| *k == key).map_or(Spot::START, |(_, spot)| *spot)
    }

    /// A problem with this article at a place of its file.
    pub fn problem(
        &self,
        spot: Spot,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        Problem::new(&self.path, &self.body().source, spot, severity, code, message)
    }
}

/// The whole file and its markup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Body {
    /// The file, front matter included.
    pub source: String,
    /// The same with its facts in place, when it quotes any.
    pub expanded: Option<String>,
    /// Where the Markdown begins in what is read, in bytes.
    pub markdown_from: usize,
    /// The markup, with places left open for links.
    pub html: HtmlTemplate,
}

impl Body {
    /// The file as it is read: facts in place.
    pub fn text(&self) -> &str {
        self.expanded.as_deref().unwrap_or(&self.source)
    }

    /// The file as it is read.
    pub fn into_text(self) -> String {
        self.expanded.unwrap_or(self.source)
    }

    /// The Markdown without its front matter, as readers should have it: facts in place.
    pub fn markdown(&self) -> &str {
        self.text().get(self.markdown_from..).unwrap_or_default().trim_start_matches(['\r', '\n'])
    }
}

/// A [`Body`] as what it says beyond the article that it is of.
///
/// Source and markup repeat the title, the questions and the sections, which are in memory as plain
/// text for searches: with these as its dictionary, compression leaves a third of what it leaves
/// without.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackedBody(Box<[u8]>);

/// What an `_index.md` file says: of a topic, or of a locale's front page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexPage {
    /// Its file.
    pub path: SourcePath,
    /// The locale that it is written in.
    pub locale: Locale,
    /// The topic; `None` for a locale's front page.
    pub topic: Option<TopicId>,
    /// The topic's or the page's title.
    pub title: String,
    /// One sentence for lists of topics.
    pub summary: String,
    /// Position among the topics, lower first.
    pub order: i64,
    /// The name of a picture that the design knows.
    pub icon: Option<String>,
    /// What to do when no article of the topic is enough.
    pub contact: Option<Contact>,
    /// The links of its text.
    pub links: Vec<Link>,
    /// The introduction.
    pub html: HtmlTemplate,
    /// The facts that it quotes, by name.
    pub facts: Box<[Box<str>]>,
    /// The hash of the file, and of what its facts say.
    pub digest: Digest,
}
