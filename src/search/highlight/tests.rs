use proptest::prelude::*;

use super::{super::analysis::analyze, *};

fn tokens(words: &str) -> BTreeSet<String> {
    analyze(words).into_iter().map(|token| token.text).collect()
}

fn sought(words: &str) -> Sought {
    Sought { words: tokens(words), ..Sought::default() }
}

/// What is looked for when words may be two of a name.
fn sought_joined(words: &str) -> Sought {
    Sought { words: tokens(words), joined: tokens(words) }
}

/// The text that a browser would show.
fn shown(html: &str) -> String {
    let plain = html.replace("<em>", "").replace("</em>", "");
    let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&")
}

#[test]
fn words_are_marked_as_they_were_found_and_neighbours_apart() {
    let html = name("Running Shoes, red & <b>blue</b> — men's", &sought("run shoe blue man's men")).unwrap();
    assert_eq!(
        html,
        "<em>Running</em> <em>Shoes</em>, red &amp; &lt;b&gt;<em>blue</em>&lt;/b&gt; — <em>men&#39;s</em>"
    );
}

#[test]
fn nothing_is_shown_of_a_text_without_a_match() {
    assert_eq!(name("Running Shoes", &sought("boot")), None);
    assert_eq!(name("Running Shoes", &Sought::default()), None);
    assert!(description("Running Shoes", &sought("boot")).is_empty());
    assert!(description("", &sought("boot")).is_empty());
}

#[test]
fn a_fraction_in_one_character_is_marked_once() {
    assert_eq!(name("½ inch", &sought("1 2")).unwrap(), "<em>½</em> inch");
}

#[test]
fn two_words_of_a_name_that_were_found_as_one_are_marked_and_those_of_a_description_are_not() {
    let text = "E-cloth duster, a cloth";
    assert_eq!(name(text, &sought_joined("ecloth")).unwrap(), "<em>E</em>-<em>cloth</em> duster, a cloth");
    assert_eq!(name(text, &sought_joined("ecloths")).unwrap(), "<em>E</em>-<em>cloth</em> duster, a cloth");
    assert_eq!(name(text, &sought("ecloth")), None, "joined words are not always looked for");
    assert!(description(text, &sought_joined("ecloth")).is_empty());
    let thrice = name("ab ab ab", &sought_joined("abab")).unwrap();
    assert_eq!(thrice, "<em>ab</em> <em>ab</em> <em>ab</em>");
}

#[test]
fn a_word_is_not_two_of_which_it_is_the_stem_of_one() {
    // "crib bed" as one is "cribbed", whose token is that of "crib".
    assert_eq!(name("Bed crib bed", &sought_joined("crib")).unwrap(), "Bed <em>crib</em> bed");
}

#[test]
fn a_short_text_is_one_fragment() {
    let text = "A lamp with a warm light for long evenings.";
    assert_eq!(
        description(text, &sought("warm lamps")),
        ["A <em>lamp</em> with a <em>warm</em> light for long evenings."]
    );
}

#[test]
fn the_fragment_with_most_words_comes_first_and_equal_ones_as_in_the_text() {
    let filler = "and so on and so forth ".repeat(10);
    let text = format!("lamp one {filler} lamp two {filler} red lamp three {filler} lamp four {filler} end");
    let found = description(&text, &sought("red lamp"));
    assert_eq!(found.len(), FRAGMENTS);
    let tells = ["three", "one", "two"];
    for (fragment, word) in found.iter().zip(tells) {
        assert!(fragment.contains(word), "{word}: {found:#?}");
        assert!(shown(fragment).chars().count() <= FRAGMENT_LENGTH);
        assert!(!fragment.starts_with(' ') && !fragment.ends_with(' '));
    }
    assert!(found[0].contains("<em>red</em> <em>lamp</em>"));
}

#[test]
fn a_word_longer_than_a_fragment_is_cut() {
    let word = "x".repeat(400);
    let found = description(&format!("before {word} after"), &sought(&word));
    assert_eq!(found, [format!("<em>{}</em>", "x".repeat(FRAGMENT_LENGTH))]);
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-c]{1,3}",
        1 => "[&<>\"' .,\n]{1,4}",
        1 => "\\PC{1,6}",
        1 => Just("é½ß🎉ﷺ日本 שלום ".to_owned()),
        1 => "[a]{140,160}",
    ];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn without_marks_and_entities_a_fragment_is_a_part_of_the_text(text in text(), words in "[a-c]{1,2}( [a-c]{1,3}){0,3}") {
        let sought = sought(&words);
        if let Some(html) = name(&text, &sought) {
            prop_assert_eq!(shown(&html), text.clone());
        }
        let found = description(&text, &sought);
        prop_assert!(found.len() <= FRAGMENTS);
        prop_assert_eq!(found.is_empty(), name(&text, &sought).is_none());
        for fragment in found {
            let shown = shown(&fragment);
            prop_assert!(text.contains(&shown), "{:?}", fragment);
            prop_assert!(fragment.contains("<em>") && shown.chars().count() <= FRAGMENT_LENGTH, "{:?}", fragment);
            prop_assert_eq!(fragment.matches("<em>").count(), fragment.matches("</em>").count());
        }
    }
}
