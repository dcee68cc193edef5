//! What was once found out about words, kept for whoever asks again.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap as HashMap;

/// Answers by word. Full, it forgets all and begins anew: what is asked often is soon there again.
#[derive(Debug)]
pub(super) struct Remembered<T: ?Sized> {
    known: RwLock<Known<T>>,
}

#[derive(Debug)]
struct Known<T: ?Sized> {
    by_word: HashMap<Box<str>, Arc<T>>,
    /// What all of them take together.
    size: usize,
}

impl<T: ?Sized> Default for Remembered<T> {
    fn default() -> Self {
        Self { known: RwLock::new(Known { by_word: HashMap::default(), size: 0 }) }
    }
}

impl<T: ?Sized> Remembered<T> {
    /// What is known of a word already.
    pub(super) fn get(&self, word: &str) -> Option<Arc<T>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.by_word.get(word).cloned()
    }

    /// Keeps an answer that takes `size` of the `most` that all may take together.
    pub(super) fn keep(&self, word: &str, answer: &Arc<T>, size: usize, most: usize) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.size + size > most {
            *known = Known { by_word: HashMap::default(), size: 0 };
        }
        if size <= most && known.by_word.insert(word.into(), Arc::clone(answer)).is_none() {
            known.size += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_is_known_until_there_is_too_much() {
        let remembered = Remembered::<str>::default();
        for (at, word) in ["карта", "вывод", "бонус"].into_iter().enumerate() {
            remembered.keep(word, &Arc::from("известно"), 1, 2);
            assert_eq!(remembered.get(word).as_deref(), Some("известно"));
            assert_eq!(remembered.get("карта").is_some(), at < 2);
        }
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let remembered = Remembered::<str>::default();
        remembered.keep("карта", &Arc::from("длинно"), 3, 2);
        assert_eq!(remembered.get("карта"), None);
    }
}
