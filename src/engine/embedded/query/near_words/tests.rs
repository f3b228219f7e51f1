//! Which words are near, by the library and by hand.

use super::*;

fn similarity_to(token: &str, distance: u8, term: &str) -> Option<f32> {
    let word = Word { token: token.to_owned(), distance };
    let pattern = Pattern::new(&word)?;
    let mut state = pattern.start();
    for byte in term.bytes() {
        state = pattern.accept(&state, byte);
        if !pattern.can_match(&state) {
            return None;
        }
    }
    let (Reverse(bits), found) = pattern.is_match(&state).then(|| pattern.near(term.as_bytes()))??;
    assert_eq!(found, term);
    Some(f32::from_bits(bits))
}

#[test]
fn a_word_is_nearer_the_fewer_edits_and_the_more_letters_it_has() {
    assert_eq!(similarity_to("mouse", 1, "mouse"), Some(1.0));
    assert_eq!(similarity_to("mouse", 1, "mousse"), Some(1.0 - 1.0 / 5.0));
    assert_eq!(similarity_to("mouse", 1, "mose"), Some(1.0 - 1.0 / 4.0));
    assert_eq!(similarity_to("kettle", 2, "kettles"), Some(1.0 - 1.0 / 6.0));
    assert_eq!(similarity_to("kettle", 2, "ketle"), Some(1.0 - 1.0 / 5.0));
    assert_eq!(similarity_to("kettle", 2, "kttles"), Some(1.0 - 2.0 / 6.0));
}

#[test]
fn swapped_neighbours_are_one_edit() {
    assert_eq!(similarity_to("mouse", 1, "muose"), Some(1.0 - 1.0 / 5.0));
    assert_eq!(similarity_to("дача", 1, "даач"), Some(1.0 - 1.0 / 4.0), "letters count, not bytes");
}

#[test]
fn the_first_letter_has_to_be_right_and_the_distance_is_kept() {
    assert_eq!(similarity_to("mouse", 1, "house"), None);
    assert_eq!(similarity_to("mouse", 1, "omuse"), None);
    assert_eq!(similarity_to("mouse", 1, "mus"), None);
    assert_eq!(similarity_to("kettle", 2, "kxxxle"), None);
}
