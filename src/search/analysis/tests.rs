use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use proptest::prelude::*;

use super::{LONGEST_TOKEN, Token, allowed_edits, analyze, join};

fn texts(text: &str) -> Vec<String> {
    analyze(text).into_iter().map(|token| token.text).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(texts(text), expected, "{text:?}");
}

#[track_caller]
fn check_equal(one: &str, other: &str) {
    assert_eq!(texts(one), texts(other), "{one:?} and {other:?}");
    assert!(!texts(one).is_empty(), "{one:?} has no token");
}

#[test]
fn english_words_are_lower_cased_and_stemmed() {
    check("Running SHOES", &["run", "shoe"]);
    check("T-Shirts", &["t", "shirt"]);
    check("batteries battery", &["batteri", "batteri"]);
}

#[test]
fn words_with_digits_are_not_stemmed() {
    check("12.5 2.4L 200pcs iPhone 6s MP3s", &["12.5", "2.4l", "200pcs", "iphon", "6s", "mp3s"]);
}

#[test]
fn the_possessive_is_removed_whichever_apostrophe_it_has() {
    for word in ["Men's", "Men’s", "MEN‘S", "Menʼs", "men＇s", "men's."] {
        check(word, &["men"]);
    }
    check("boys' dogs’", &["boy", "dog"]);
}

#[test]
fn an_apostrophe_within_a_word_makes_no_difference() {
    check_equal("don’t", "don't");
    check_equal("L’Oréal", "loreal");
    check_equal("O'Keeffe's", "OKeeffe");
    check("L'Oreal", &["loreal"]);
}

#[test]
fn feet_and_inches_are_two_words() {
    check("5'9\" 10’6”", &["5", "9", "10", "6"]);
}

#[test]
fn accents_are_folded_however_they_are_encoded() {
    check("Crème Brûlée", &["creme", "brule"]);
    check_equal("café", "cafe\u{301}");
    check_equal("café", "cafe");
    check("x\u{30c}y", &["xy"]);
    check("đ\u{301} Đà Nẵng", &["d", "da", "nang"]);
}

#[test]
fn letters_without_decomposition_are_spelled_out() {
    check_equal("STRASSE", "straße");
    check_equal("STRAẞE", "straße");
    check("Ærø Œuvre Þórr Łódź Ħal ŋ", &["aero", "oeuvr", "thorr", "lodz", "hal", "n"]);
    check("Smørrebrød", &["smorrebrod"]);
}

#[test]
fn the_turkish_letters_i_become_one() {
    check_equal("İstanbul", "istanbul");
    check_equal("ISTANBUL", "ıstanbul");
    check("İ", &["i"]);
}

#[test]
fn compatibility_letters_become_plain_lower_case_ones() {
    check("ＡＢＣ１２ ﬁsh 𝐓ool Ⅳ m²", &["abc12", "fish", "tool", "iv", "m", "2"]);
}

#[test]
fn other_scripts_are_kept_in_lower_case_and_composed() {
    check("Йод МОСКВА", &["йод", "москва"]);
    check("и\u{306}", &["й"]);
    check("हिन्दी", &["हिन्दी"]);
    check("한국어", &["한국어"]);
    check_equal("한", "\u{1112}\u{1161}\u{11ab}");
    check("Ώρα", &["ώρα"]);
    check("ΟΔΟΣ οδος", &["οδοσ", "οδοσ"]);
    check_equal("10 µm", "10 μm");
}

#[test]
fn scripts_without_spaces_are_indexed_character_by_character() {
    check("日本語", &["日", "本", "語"]);
    check("カメラ", &["カメラ"]);
    check("ที่", &["ที่"]);
}

#[test]
fn symbols_are_no_words() {
    check("Apple® iPhone™ ★ 😀 👩‍👩‍👧 🇩🇪 © + & # __ — …", &["appl", "iphon"]);
    check("❤️ Ⓡ 🅰", &[]);
    check("-\u{93e} [\u{cca}", &[]);
    check("\u{3164}\u{200d}😀", &[]);
}

#[test]
fn an_emoji_digit_is_the_digit() {
    check("1\u{fe0f}\u{20e3}", &["1"]);
}

#[test]
fn a_fraction_is_its_two_numbers_however_it_is_written() {
    check("½", &["1", "2"]);
    check_equal("2½\"", "2 1/2\"");
    check_equal("¾", "3\u{2044}4");
    let tokens = analyze("a ½");
    let [_, one, two] = tokens.as_slice() else { panic!("{tokens:?}") };
    assert_eq!((one.start, one.end), (2, 4));
    assert_eq!((two.start, two.end), (2, 4));
}

#[test]
fn a_decimal_point_stays_and_a_thousands_separator_goes() {
    check("12.5 1.2.3", &["12.5", "1.2.3"]);
    check("1,500 12,345,678.50 1,500W", &["1500", "12345678.50", "1500w"]);
    check("8,10 1466,2010 1,2000", &["8", "10", "1466", "2010", "1", "2000"]);
}

#[test]
fn words_run_together_by_punctuation_are_apart() {
    check("Color:Black", &["color", "black"]);
    check("Color：Black", &["color", "black"]);
    check("this design.The next", &["this", "design", "the", "next"]);
    check("_Sleeve_Length_", &["sleev", "length"]);
    check("10;20 10:20", &["10", "20", "10", "20"]);
    check("J.Crew", &["j", "crew"]);
}

#[test]
fn initials_are_one_word_with_or_without_full_stops() {
    check_equal("U.S.A.", "USA");
    check_equal("L.E.D.", "led");
    check_equal("É.U.", "eu");
}

#[test]
fn invisible_characters_within_a_word_are_removed() {
    check_equal("mattress", "mat\u{ad}tress");
    check_equal("mattress", "mat\u{200c}tress\u{200d}");
    check_equal("mattress", "\u{feff}mat\u{2060}tress");
    check("\u{3164} \u{ad} \u{200b} \u{115f}", &[]);
}

#[test]
fn every_kind_of_white_space_and_control_character_separates() {
    for gap in
        "\t\n\u{b}\u{c}\r\u{1c}\u{1f}\0\u{7f}\u{85}\u{a0}\u{1680}\u{2007}\u{2028}\u{202f}\u{3000}\u{200b}".chars()
    {
        check(&format!("10{gap}000"), &["10", "000"]);
        check(&format!("a{gap}\u{93e}b"), &["a", "b"]);
    }
}

#[test]
fn a_character_that_decomposes_to_a_space_is_kept_whole() {
    check("\u{37a}", &["\u{37a}"]);
    check("\u{fe70}", &["\u{fe70}"]);
}

#[test]
fn text_without_words_has_no_tokens() {
    for text in ["", " ", "!?", "'", "’", "...", "*"] {
        check(text, &[]);
    }
}

#[test]
fn a_long_word_is_cut() {
    check(&"ab".repeat(5_000), &[&"ab".repeat(LONGEST_TOKEN / 2)]);
    check(&"я".repeat(65), &[&"я".repeat(LONGEST_TOKEN)]);
    check(&"я".repeat(64), &[&"я".repeat(LONGEST_TOKEN)]);
    check(&"ß".repeat(40), &[&"s".repeat(LONGEST_TOKEN)]);
}

#[test]
fn offsets_are_those_of_the_word_as_it_was_written() {
    let text = "Des «Men’s» Stra\u{ad}ße:x, cafe\u{301}s U.S.A.";
    let tokens = analyze(text);
    let words: Vec<_> = tokens.iter().filter_map(|token| text.get(token.start..token.end)).collect();
    assert_eq!(words, ["Des", "Men’s", "Stra\u{ad}ße", "x", "cafe\u{301}s", "U.S.A"]);
}

#[test]
fn joined_tokens_have_one_space_between_them() {
    assert_eq!(join(&analyze("  Men's T-Shirts!")), "men t shirt");
    assert_eq!(join(&[]), "");
}

#[test]
fn longer_tokens_may_differ_more() {
    let allowed: Vec<_> = ["", "tv", "led", "cable", "cables", "日本", "日本語"].map(allowed_edits).to_vec();
    assert_eq!(allowed, [0, 0, 1, 1, 2, 0, 1]);
}

#[test]
fn more_words_than_the_cache_holds_have_the_same_stems() {
    let word = |number: u32| -> String {
        let letters = (0..5).map(|place| (b'a' + (number / 26_u32.pow(place) % 26) as u8) as char);
        letters.chain("ings".chars()).collect()
    };
    let all: String = (0..20_000).map(|number| word(number) + " ").collect();
    let first = texts(&all);
    assert_eq!(first.len(), 20_000);
    assert_eq!(first, texts(&all));
}

/// White space as Java's `Character.isWhitespace` sees it, and as Rust does.
fn is_white(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}' | '\u{180e}')
}

fn check_invariants(text: &str, tokens: &[Token]) {
    let (mut start, mut end) = (0, 0);
    for token in tokens {
        assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
        assert!(token.start < token.end && token.end <= text.len());
        let same_fraction = (token.start, token.end) == (start, end);
        assert!(token.start >= end || same_fraction, "{tokens:?}");
        (start, end) = (token.start, token.end);
        assert!(!token.text.is_empty() && !token.text.contains(is_white), "{token:?}");
        assert!(token.text.chars().count() <= LONGEST_TOKEN);
        assert!(!token.text.contains(|c: char| c.is_ascii_uppercase() || c == '\''), "{token:?}");
        assert!(token.text.contains(char::is_alphanumeric), "{token:?}");
    }
}

/// Texts in which the traps meet more often than in random ones.
fn tricky() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a", "S", "é", "e\u{301}", "İ", "ı", "ß", "Σ", "ς", "й", "한", "ि", "\u{345}", "\u{93e}", "1", "½", "²", "Ⅳ",
        "'", "’", "'s", ".", ",", ":", "_", "\u{2044}", "\u{ad}", "\u{200d}", "\u{202f}", "\u{a0}", " ", "\t",
        "\u{1c}", "\u{180e}", "\u{3164}", "\u{37a}", "\u{fe0f}", "™", "😀", "日", "カ", "ท", "500", "wordings",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_keeps_the_invariants(text in prop_oneof![any::<String>(), tricky()]) {
        let tokens = analyze(&text);
        check_invariants(&text, &tokens);
        prop_assert_eq!(&tokens, &analyze(&text));
    }

    #[test]
    fn a_node_that_splits_at_white_space_sees_the_same_tokens(text in tricky()) {
        let tokens = analyze(&text);
        let joined = join(&tokens);
        let split: Vec<_> = joined.split(is_white).collect();
        if tokens.is_empty() {
            prop_assert_eq!(joined, "");
        } else {
            prop_assert_eq!(split, tokens.iter().map(|token| &token.text).collect::<Vec<_>>());
        }
    }

    #[test]
    fn case_makes_no_difference(text in "[a-zA-Zà-ÿÀ-Þ0-9 .,:'’_-]{0,60}") {
        prop_assert_eq!(texts(&text.to_lowercase()), texts(&text));
        prop_assert_eq!(texts(&text.to_uppercase()), texts(&text));
    }

    #[test]
    fn composed_and_decomposed_text_have_the_same_tokens(
        text in "[a-zA-ZÀ-ÿĀ-ſ가-힣Ѐ-џ0-9 .,:'-]{0,60}",
    ) {
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&text).into_owned();
        let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&text).into_owned();
        prop_assert_eq!(texts(&composed), texts(&decomposed));
    }

    #[test]
    fn texts_with_a_space_between_have_the_tokens_of_both(one in tricky(), other in tricky()) {
        let both = [texts(&one), texts(&other)].concat();
        prop_assert_eq!(texts(&format!("{one} {other}")), both);
    }
}
