//! YAML with places: the one module that knows the YAML library.
