//! Rows and the stored JSON form, to and from products.
