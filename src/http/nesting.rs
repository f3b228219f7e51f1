//! Bounds the nesting of JSON before it is parsed: parsers recurse, and stacks end.

use crate::failure::Failure;

/// Refuses JSON text that opens more than `limit` objects and lists within each other.
pub(super) fn check(json: &[u8], limit: usize) -> Result<(), Failure> {
    let deepest = deepest(json);
    if deepest > limit {
        return Err(Failure::too_complex("nesting of JSON", limit as u64, deepest as u64));
    }
    Ok(())
}

fn deepest(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_of_strings_only() {
        assert_eq!(deepest(br#"{"a": [{"b": "[[[\"[["}, []]}"#), 3);
        assert_eq!(deepest(br#""\\" [ ] [ [ ] ]"#), 2);
        assert_eq!(deepest(b"]]]]["), 1);
    }

    #[test]
    fn the_limit_is_the_last_depth_that_passes() {
        assert!(check(b"[[[]]]", 3).is_ok());
        assert!(check(b"[[[[]]]]", 3).is_err());
    }
}
