//! The name of an uploaded image.

/// The length a name may have at most: a sha256 in hexadecimal and a file extension fit well.
const MAX_LENGTH: usize = 128;

/// Whether `name` can be the content address of an uploaded image: 1–128 of `A–Z a–z 0–9 . _ -`, not starting with a
/// dot, so that `/images/{name}` never leads elsewhere.
pub fn is_image_name(name: &str) -> bool {
    (1..=MAX_LENGTH).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_file_names_are_image_names() {
        assert!(is_image_name("9f86d081.webp"));
        for name in ["", ".", "..", "../a", "a/b", ".hidden", "a b", "ü.png", &"a".repeat(129)] {
            assert!(!is_image_name(name), "{name}");
        }
    }
}
