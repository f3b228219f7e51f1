//! The order of names.
//!
//! Invariant: both engines compare this key by its UTF-8 bytes; there is no locale in it.

use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// The key by which names are sorted: NFKD, marks removed, casefolded.
pub fn name_sort_key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    folded_without_marks(name)
}

fn folded_without_marks(name: &str) -> String {
    let folded = CaseMapper::new().fold_string(&without_marks(name)).into_owned();
    // A few folds bring marks or composed letters back.
    without_marks(&folded)
}

fn without_marks(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let categories = CodePointMapData::<GeneralCategory>::new();
    DecomposingNormalizerBorrowed::new_nfkd()
        .normalize_iter(text.chars())
        .filter(|&character| !GeneralCategoryGroup::Mark.contains(categories.get(character)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_width_do_not_move_a_name() {
        assert_eq!(name_sort_key("Éclair"), "eclair");
        assert_eq!(name_sort_key("ﬁne Ｓtraße İ"), "fine strasse i");
        assert_eq!(name_sort_key("Ωμέγα"), "ωμεγα");
    }

    #[test]
    fn ascii_is_folded_as_everything_is() {
        let ascii: String = ('\0'..='\u{7f}').collect();
        assert_eq!(name_sort_key(&ascii), folded_without_marks(&ascii));
    }

    #[test]
    fn names_sort_as_a_reader_expects() {
        let mut names = ["zebra", "Éclair", "apple", "Zoo", "eclair 2", "Äpfel"];
        names.sort_by_key(|name| name_sort_key(name));
        assert_eq!(names, ["Äpfel", "apple", "Éclair", "eclair 2", "zebra", "Zoo"]);
    }

    #[test]
    fn the_key_of_a_key_is_itself_for_every_character() {
        for character in ('\0'..='\u{33ff}').chain('\u{a000}'..='\u{abff}').chain('\u{f900}'..='\u{1ffff}') {
            let key = name_sort_key(&format!("A{character}"));
            assert_eq!(name_sort_key(&key), key, "{character:?}");
        }
    }
}
