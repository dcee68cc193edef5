//! The index on disk: brought in step with a catalog, opened as it was left, rebuilt when it is
//! of no use. [`Indexer`] writes; [`Index`] is one commit of it, and never changes.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::directory::RamDirectory;
use tantivy::index::SegmentId;
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use super::partition::{Partition, indexed_digests};
use super::schema::{Fields, TextField, key_of};
use super::segment::SegmentKeys;
use super::storage::UnsyncedDirectory;
use super::vocabulary::Alike;
use super::{Analyzer, Synonyms, tokens};
use crate::article::{Article, Audience, Locale};
use crate::catalog::Catalog;

/// Memory that tantivy may fill before it writes a segment, in bytes: its minimum for a save, and
/// enough to build a large help center in few segments.
const SMALL_BATCH: usize = 15_000_000;
const LARGE_BATCH: usize = 100_000_000;
/// From how many articles on a batch is large.
const LARGE_FROM: usize = 500;

/// Why the index could not be brought in step.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The folder cannot be read or written.
    #[error("cannot use the index folder: {0}")]
    Folder(#[from] io::Error),
    /// Somebody else writes to it.
    #[error(
        "another spravka already uses this index folder: stop it, or give this one a folder of its own with --index"
    )]
    InUse,
    /// The index itself fails, even when it is new.
    #[error("the index of {locale} ({audience}) cannot be written: {source}")]
    Tantivy {
        /// Its locale.
        locale: Locale,
        /// `public` or `staff`.
        audience: &'static str,
        /// What tantivy says.
        source: tantivy::TantivyError,
    },
}

/// Everything searchable of one edition.
#[derive(Clone, Default)]
pub struct Index {
    pub(super) locales: HashMap<Locale, Arc<LocaleIndex>>,
}

/// One locale of it.
#[derive(Clone)]
pub(super) struct LocaleIndex {
    pub(super) analyzer: Arc<Analyzer>,
    pub(super) synonyms: Arc<Synonyms>,
    pub(super) alike: Arc<Alike>,
    /// What everybody may find.
    pub(super) public: Arc<Partition>,
    /// What only staff may find besides; words of it never show in what the public gets.
    pub(super) staff: Arc<Partition>,
}

impl Index {
    /// Reads the vocabulary, and analyzes every article whose words nobody has asked for yet, so that the first visitors
    /// after a start need not wait for it.
    pub fn warm(&self) {
        for locale in self.locales.values() {
            for partition in [&locale.public, &locale.staff] {
                for segment in &partition.segments {
                    segment.block(&locale.analyzer);
                }
                for article in &partition.articles {
                    article.words(&locale.analyzer);
                }
            }
        }
    }
}

/// How far an indexing run is: articles done, articles in all.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// Keeps the index in step with the catalog.
pub struct Indexer {
    /// `None`: in memory only.
    root: Option<PathBuf>,
    fields: Fields,
    stores: HashMap<(Locale, Audience), Store>,
    analyzers: HashMap<Locale, Arc<Analyzer>>,
    /// Held as long as the indexer lives.
    _lock: Option<fs::File>,
}

/// One tantivy index and its present state.
struct Store {
    index: tantivy::Index,
    reader: IndexReader,
    writer: Option<IndexWriter>,
    /// What is in it: the digest of each article, by key.
    digests: FxHashMap<u64, u64>,
    keys: FxHashMap<SegmentId, SegmentKeys>,
    partition: Arc<Partition>,
    /// Whether the partition is of what is in it.
    is_open: bool,
}

impl Indexer {
    /// Opens the index folder, or begins one. Folders of other versions are removed.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let fields = Fields::new();
        fs::create_dir_all(folder)?;
        let lock = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(IndexError::InUse),
            Err(fs::TryLockError::Error(error)) => return Err(error.into()),
        }
        let version = fields.version();
        for entry in fs::read_dir(folder)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_index = name.starts_with('v') && name.contains('-') && entry.path().is_dir();
            if is_index && name != version {
                tracing::info!(
                    found = name,
                    made = version,
                    "the index is of another version and is built anew"
                );
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(Self { root: Some(folder.join(version)), _lock: Some(lock), ..Self::in_memory() })
    }

    /// An index that is nowhere but in memory.
    pub fn in_memory() -> Self {
        Self {
            root: None,
            fields: Fields::new(),
            stores: HashMap::new(),
            analyzers: HashMap::new(),
            _lock: None,
        }
    }

    /// The analyzer of a locale, the same one for as long as the indexer lives.
    pub fn analyzer(&mut self, locale: &Locale) -> Arc<Analyzer> {
        let analyzer =
            self.analyzers.entry(locale.clone()).or_insert_with(|| Arc::new(Analyzer::new(locale)));
        Arc::clone(analyzer)
    }

    /// Writes what differs from the catalog and opens the outcome. One commit for each partition
    /// that changed; a partition that cannot be written is begun anew, once.
    pub fn sync(
        &mut self,
        catalog: &Catalog,
        synonyms: &HashMap<Locale, Arc<Synonyms>>,
        progress: Progress<'_>,
    ) -> Result<Index, IndexError> {
        let mut index = Index::default();
        let total = catalog.shelf(Audience::Staff).article_count();
        let mut done = 0;
        for shelf in catalog.shelf(Audience::Staff).locales() {
            let locale = &shelf.locale;
            let for_public = catalog.shelf(Audience::Public).locale(locale);
            let public = for_public.map_or(&[][..], |shelf| shelf.articles());
            let is_public = for_public.is_some_and(|public| Arc::ptr_eq(public, shelf));
            let hidden = if is_public { &[] } else { shelf.articles() };
            let staff: Vec<Arc<Article>> =
                hidden.iter().filter(|a| a.audience == Audience::Staff).cloned().collect();
            let analyzer = self.analyzer(locale);
            let mut step = |n: usize| {
                done += n;
                progress(done, total);
            };
            let public = self.partition(locale, Audience::Public, public, &analyzer, &mut step)?;
            let staff = self.partition(locale, Audience::Staff, &staff, &analyzer, &mut step)?;
            let synonyms = synonyms.get(locale).cloned().unwrap_or_default();
            let alike = Arc::default();
            let entry = LocaleIndex { analyzer, synonyms, alike, public, staff };
            index.locales.insert(locale.clone(), Arc::new(entry));
        }
        Ok(index)
    }

    fn partition(
        &mut self,
        locale: &Locale,
        audience: Audience,
        articles: &[Arc<Article>],
        analyzer: &Arc<Analyzer>,
        step: &mut dyn FnMut(usize),
    ) -> Result<Arc<Partition>, IndexError> {
        let name = (locale.clone(), audience);
        let mut attempt = || {
            let mut store = match self.stores.remove(&name) {
                Some(store) => store,
                None => {
                    Store::open(self.root.as_deref(), &self.fields, locale, audience, analyzer)?
                }
            };
            let partition = store.sync(&self.fields, articles, step)?;
            self.stores.insert(name.clone(), store);
            Ok::<_, tantivy::TantivyError>(partition)
        };
        let failed = |source| IndexError::Tantivy {
            locale: locale.clone(),
            audience: audience.as_str(),
            source,
        };
        match attempt() {
            Ok(partition) => Ok(partition),
            Err(error) => {
                tracing::warn!(%locale, audience = audience.as_str(), %error, "the index is damaged and is built anew");
                if let Some(root) = &self.root {
                    let folder = folder_of(root, locale, audience);
                    if folder.exists() {
                        fs::remove_dir_all(folder)?;
                    }
                }
                let mut store =
                    Store::open(self.root.as_deref(), &self.fields, locale, audience, analyzer)
                        .map_err(failed)?;
                let partition = store.sync(&self.fields, articles, step).map_err(failed)?;
                self.stores.insert(name, store);
                Ok(partition)
            }
        }
    }
}

fn folder_of(root: &Path, locale: &Locale, audience: Audience) -> PathBuf {
    root.join(format!("{locale}-{}", audience.as_str()))
}

impl Store {
    fn open(
        root: Option<&Path>,
        fields: &Fields,
        locale: &Locale,
        audience: Audience,
        analyzer: &Arc<Analyzer>,
    ) -> tantivy::Result<Self> {
        let index = match root {
            None => tantivy::Index::create(
                RamDirectory::create(),
                fields.schema.clone(),
                IndexSettings::default(),
            )?,
            Some(root) => {
                let directory = UnsyncedDirectory::open(&folder_of(root, locale, audience))?;
                let index = tantivy::Index::open_or_create(directory, fields.schema.clone())?;
                let damaged = index.validate_checksum()?;
                if let Some(file) = damaged.iter().next() {
                    let message = format!("{} does not match its checksum", file.display());
                    return Err(tantivy::TantivyError::InternalError(message));
                }
                index
            }
        };
        tokens::register(&index, analyzer);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let digests = indexed_digests(&reader.searcher())?;
        Ok(Self {
            index,
            reader,
            writer: None,
            digests,
            keys: FxHashMap::default(),
            partition: Arc::default(),
            is_open: false,
        })
    }

    fn sync(
        &mut self,
        fields: &Fields,
        articles: &[Arc<Article>],
        step: &mut dyn FnMut(usize),
    ) -> tantivy::Result<Arc<Partition>> {
        if let Some(edited) = self.partition.edits(articles).filter(|_| self.is_open) {
            return self.edit(fields, articles, &edited, step);
        }
        let wanted: FxHashMap<u64, u64> =
            articles.iter().map(|article| (key_of(&article.id), article.digest.0)).collect();
        let gone: Vec<u64> =
            self.digests.keys().filter(|key| !wanted.contains_key(key)).copied().collect();
        let changed: Vec<&Arc<Article>> = articles
            .iter()
            .filter(|a| self.digests.get(&key_of(&a.id)) != Some(&a.digest.0))
            .collect();

        if !gone.is_empty() || !changed.is_empty() {
            self.write(fields, &gone, &changed, step)?;
            self.digests = wanted;
        }
        step(articles.len() - changed.len());
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let partition =
            Partition::open(fields, &searcher, articles, &self.partition, &mut self.keys)?;
        self.partition = Arc::new(partition);
        self.is_open = true;
        Ok(Arc::clone(&self.partition))
    }

    /// The usual save: other versions of the articles at these positions.
    fn edit(
        &mut self,
        fields: &Fields,
        articles: &[Arc<Article>],
        edited: &[usize],
        step: &mut dyn FnMut(usize),
    ) -> tantivy::Result<Arc<Partition>> {
        if edited.is_empty() {
            step(articles.len());
            return Ok(Arc::clone(&self.partition));
        }
        let changed: Vec<&Arc<Article>> = edited
            .iter()
            .map(|at| &articles[*at])
            .filter(|a| self.digests.get(&key_of(&a.id)) != Some(&a.digest.0))
            .collect();
        if !changed.is_empty() {
            self.write(fields, &[], &changed, step)?;
            self.digests.extend(changed.iter().map(|a| (key_of(&a.id), a.digest.0)));
        }
        step(articles.len() - changed.len());
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let partition = self.partition.with_edits(fields, &searcher, articles, &mut self.keys)?;
        self.partition = Arc::new(partition);
        Ok(Arc::clone(&self.partition))
    }

    fn write(
        &mut self,
        fields: &Fields,
        gone: &[u64],
        changed: &[&Arc<Article>],
        step: &mut dyn FnMut(usize),
    ) -> tantivy::Result<()> {
        let is_large = changed.len() >= LARGE_FROM;
        let mut writer = match self.writer.take() {
            Some(writer) if !is_large => writer,
            // Waits for the old one's merges, for there is one writer at a time.
            Some(writer) => {
                writer.wait_merging_threads()?;
                self.index.writer_with_num_threads(1, LARGE_BATCH)?
            }
            None => {
                let budget = if is_large { LARGE_BATCH } else { SMALL_BATCH };
                self.index.writer_with_num_threads(1, budget)?
            }
        };
        for key in gone {
            writer.delete_term(Term::from_field_u64(fields.article, *key));
        }
        for article in changed {
            let key = key_of(&article.id);
            if self.digests.contains_key(&key) {
                writer.delete_term(Term::from_field_u64(fields.article, key));
            }
            for document in documents(fields, article) {
                writer.add_document(document)?;
            }
            step(1);
        }
        writer.commit()?;
        if is_large {
            // Its buffers are large, and the saves that follow are not.
            writer.wait_merging_threads()?;
        } else {
            self.writer = Some(writer);
        }
        Ok(())
    }
}

/// An article's sections as documents.
fn documents<'a>(
    fields: &'a Fields,
    article: &'a Article,
) -> impl Iterator<Item = TantivyDocument> + 'a {
    let key = key_of(&article.id);
    article.sections.iter().enumerate().map(move |(at, section)| {
        let mut document = TantivyDocument::new();
        document.add_u64(fields.article, key);
        document.add_u64(fields.section, at as u64);
        let mut add = |field: TextField, text: &str| {
            if !text.is_empty() {
                document.add_text(fields.text[field as usize], text);
                document.add_text(fields.word, text);
            }
        };
        if at == 0 {
            add(TextField::Title, &article.title);
            for question in &article.questions {
                add(TextField::Questions, question);
            }
            for tag in article.tags.iter().chain([&article.topic]) {
                add(TextField::Tags, tag.as_str());
            }
        }
        add(TextField::Heading, &section.heading);
        add(TextField::Text, &section.text);
        if at == 0 {
            document.add_u64(fields.digest, article.digest.0);
        }
        document
    })
}
