use proptest::prelude::*;

use super::*;

fn sought(words: &str) -> BTreeSet<String> {
    analyze(words).into_iter().map(|token| token.text).collect()
}

/// The text that a browser would show.
fn shown(html: &str) -> String {
    let plain = html.replace("<em>", "").replace("</em>", "");
    let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&amp;", "&")
}

#[test]
fn words_are_marked_as_they_were_found_and_neighbours_apart() {
    let html = whole("Running Shoes, red & <b>blue</b> — men's", &sought("run shoe blue man's men")).unwrap();
    assert_eq!(
        html,
        "<em>Running</em> <em>Shoes</em>, red &amp; &lt;b&gt;<em>blue</em>&lt;/b&gt; — <em>men&#39;s</em>"
    );
}

#[test]
fn nothing_is_shown_of_a_text_without_a_match() {
    assert_eq!(whole("Running Shoes", &sought("boot")), None);
    assert_eq!(whole("Running Shoes", &BTreeSet::new()), None);
    assert!(fragments("Running Shoes", &sought("boot")).is_empty());
    assert!(fragments("", &sought("boot")).is_empty());
}

#[test]
fn a_fraction_in_one_character_is_marked_once() {
    assert_eq!(whole("½ inch", &sought("1 2")).unwrap(), "<em>½</em> inch");
}

#[test]
fn a_short_text_is_one_fragment() {
    let text = "A lamp with a warm light for long evenings.";
    assert_eq!(
        fragments(text, &sought("warm lamps")),
        ["A <em>lamp</em> with a <em>warm</em> light for long evenings."]
    );
}

#[test]
fn the_fragment_with_most_words_comes_first_and_equal_ones_as_in_the_text() {
    let filler = "and so on and so forth ".repeat(10);
    let text = format!("lamp one {filler} lamp two {filler} red lamp three {filler} lamp four {filler} end");
    let found = fragments(&text, &sought("red lamp"));
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
    let found = fragments(&format!("before {word} after"), &sought(&word));
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
        if let Some(html) = whole(&text, &sought) {
            prop_assert_eq!(shown(&html), text.clone());
        }
        let found = fragments(&text, &sought);
        prop_assert!(found.len() <= FRAGMENTS);
        prop_assert_eq!(found.is_empty(), whole(&text, &sought).is_none());
        for fragment in found {
            let shown = shown(&fragment);
            prop_assert!(text.contains(&shown), "{:?}", fragment);
            prop_assert!(fragment.contains("<em>") && shown.chars().count() <= FRAGMENT_LENGTH, "{:?}", fragment);
            prop_assert_eq!(fragment.matches("<em>").count(), fragment.matches("</em>").count());
        }
    }
}
