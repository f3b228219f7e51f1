//! Bounds the shape of JSON before it is parsed: parsers recurse, stacks end, and a value takes many times the memory of
//! its text.

use crate::failure::Failure;

/// How much JSON one request may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonLimits {
    /// Deepest nesting of objects and lists.
    pub nesting: usize,
    /// Most items in one list, or entries in one object.
    pub items: usize,
    /// Most values altogether.
    pub values: usize,
}

impl Default for JsonLimits {
    /// Ours: a list of 1,000 products with everything that a product may have comes to about 180,000 values; no list
    /// that the API takes is longer than one of products, and ten times that still gets an answer of the field's own.
    fn default() -> Self {
        Self { nesting: 64, items: 10_000, values: 200_000 }
    }
}

impl JsonLimits {
    /// Refuses JSON text that goes beyond a limit.
    pub(super) fn check(&self, json: &[u8]) -> Result<(), Failure> {
        let shape = Shape::of(json, self);
        for (what, limit, actual) in [
            ("nesting of JSON", self.nesting, shape.deepest),
            ("length of a list or object in JSON", self.items, shape.longest),
            ("values in JSON", self.values, shape.values),
        ] {
            if actual > limit {
                return Err(Failure::too_complex(what, limit as u64, actual as u64));
            }
        }
        Ok(())
    }
}

/// What a text would become, as far as its brackets and commas tell; what is empty counts as having something in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    deepest: usize,
    longest: usize,
    values: usize,
}

impl Shape {
    /// The shape of a text, read no further than until it is too long or has too many values.
    fn of(json: &[u8], limits: &JsonLimits) -> Self {
        let mut shape = Self { values: 1, ..Self::default() };
        let mut lengths: Vec<usize> = Vec::new();
        let mut depth = 0_usize;
        let mut bytes = json.iter();
        while let Some(byte) = bytes.next() {
            if shape.longest > limits.items || shape.values > limits.values {
                break;
            }
            match byte {
                b'{' | b'[' => {
                    depth += 1;
                    shape.deepest = shape.deepest.max(depth);
                    shape.values += 1;
                    if depth <= limits.nesting {
                        lengths.push(1);
                    }
                }
                b'}' | b']' => {
                    if depth <= limits.nesting {
                        lengths.pop();
                    }
                    depth = depth.saturating_sub(1);
                }
                b',' => {
                    shape.values += 1;
                    if let Some(length) = lengths.last_mut() {
                        *length += 1;
                        shape.longest = shape.longest.max(*length);
                    }
                }
                b'"' => skip_string(&mut bytes),
                _ => {}
            }
        }
        shape
    }
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

    fn shape(json: &[u8]) -> (usize, usize, usize) {
        let Shape { deepest, longest, values } = Shape::of(json, &JsonLimits::default());
        (deepest, longest, values)
    }

    #[test]
    fn brackets_and_commas_count_outside_of_strings_only() {
        assert_eq!(shape(br#"{"a": [{"b": "[[[\"[[,,"}, []]}"#), (3, 2, 6));
        assert_eq!(shape(br#""\\" [ ] [ [ ] ]"#), (2, 0, 4));
        assert_eq!(shape(b"]]]]["), (1, 0, 2));
        assert_eq!(shape(br#"[[1,2,3],[1],{"a":1,"b":2}]"#), (2, 3, 10));
    }

    #[test]
    fn each_limit_is_the_last_that_passes() {
        let limits = JsonLimits { nesting: 3, items: 4, values: 6 };
        for (passes, beyond, actual) in
            [("[[[]]]", "[[[[]]]]", 4), ("[1,2,3,4]", "[1,2,3,4,5]", 5), ("[[1,2],[3]]", "[[1,2,3],[4]]", 7)]
        {
            assert!(limits.check(passes.as_bytes()).is_ok(), "{passes}");
            let failure = limits.check(beyond.as_bytes()).unwrap_err();
            assert!(failure.facts.contains(&crate::failure::Fact::Actual(actual)), "{beyond}: {failure:?}");
        }
    }
}
