//! What tests stand on: real nodes, catalogues, an oracle.
