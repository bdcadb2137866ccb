//! Canonical JSON, written straight from what is serialised: a plan would else build a tree of the whole fleet to throw it away.

use std::ops::Range;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};
use serde_json::{Error, Value};

/// Writes one value: keys sorted at every level, no white space.
pub(super) struct Canonical<'o>(pub(super) &'o mut Vec<u8>);

/// Scalars are what they are in any JSON.
macro_rules! scalars {
    ($($name:ident: $of:ty),+) => {$(
        fn $name(self, value: $of) -> Result<(), Error> {
            serde_json::Serializer::new(self.0).$name(value)
        }
    )+};
}

impl<'o> Serializer for Canonical<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'o>;
    type SerializeTuple = List<'o>;
    type SerializeTupleStruct = List<'o>;
    type SerializeTupleVariant = List<'o>;
    type SerializeMap = Entries<'o>;
    type SerializeStruct = Entries<'o>;
    type SerializeStructVariant = Entries<'o>;

    scalars! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8]
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        begin_variant(self.0, variant)?;
        value.serialize(Canonical(self.0))?;
        self.0.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'o>, Error> {
        Ok(List::begin(self.0, b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'o>, Error> {
        Ok(List::begin(self.0, b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'o>, Error> {
        Ok(List::begin(self.0, b"]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<List<'o>, Error> {
        begin_variant(self.0, variant)?;
        Ok(List::begin(self.0, b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'o>, Error> {
        Ok(Entries::begin(self.0, b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries<'o>, Error> {
        Ok(Entries::begin(self.0, b"}"))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Entries<'o>, Error> {
        begin_variant(self.0, variant)?;
        Ok(Entries::begin(self.0, b"}}"))
    }
}

/// `{"Variant":`
fn begin_variant(out: &mut Vec<u8>, variant: &str) -> Result<(), Error> {
    out.push(b'{');
    serde_json::to_writer(&mut *out, variant)?;
    out.push(b':');
    Ok(())
}

/// A list that is being written.
pub(super) struct List<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
    close: &'static [u8],
}

impl<'o> List<'o> {
    fn begin(out: &'o mut Vec<u8>, close: &'static [u8]) -> Self {
        out.push(b'[');
        Self { out, is_first: true, close }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        value.serialize(Canonical(self.out))
    }

    fn close(self) {
        self.out.extend_from_slice(self.close);
    }
}

/// A map that is being written: its values stand behind each other until all are known and can be put in the order of their keys.
pub(super) struct Entries<'o> {
    out: &'o mut Vec<u8>,
    begin: usize,
    key: String,
    values: Vec<(String, Range<usize>)>,
    close: &'static [u8],
}

impl<'o> Entries<'o> {
    fn begin(out: &'o mut Vec<u8>, close: &'static [u8]) -> Self {
        out.push(b'{');
        Self { begin: out.len(), out, key: String::new(), values: Vec::new(), close }
    }

    fn put<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), Error> {
        let start = self.out.len();
        value.serialize(Canonical(self.out))?;
        self.values.push((key, start..self.out.len()));
        Ok(())
    }

    fn close(mut self) -> Result<(), Error> {
        let written = self.out.split_off(self.begin);
        self.values.sort_by(|a, b| a.0.cmp(&b.0));
        for (at, (key, value)) in self.values.iter().enumerate() {
            // A key that is given twice has its last value, as in a map.
            if self.values.get(at + 1).is_some_and(|(next, _)| next == key) {
                continue;
            }
            if self.out.len() > self.begin {
                self.out.push(b',');
            }
            serde_json::to_writer(&mut *self.out, key)?;
            self.out.push(b':');
            self.out.extend_from_slice(&written[value.start - self.begin..value.end - self.begin]);
        }
        self.out.extend_from_slice(self.close);
        Ok(())
    }
}

/// Implements the traits of things that have items, or keys and values.
macro_rules! compound {
    ($($of:ident: $($trait:ident)+, $name:ident;)+) => {$($(
        compound!(@$of $trait $name);
    )+)+};
    (@List $trait:ident $name:ident) => {
        impl $trait for List<'_> {
            type Ok = ();
            type Error = Error;

            fn $name<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    };
    (@Entries $trait:ident $name:ident) => {
        impl $trait for Entries<'_> {
            type Ok = ();
            type Error = Error;

            fn $name<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
                self.put(key.to_owned(), value)
            }

            fn end(self) -> Result<(), Error> {
                self.close()
            }
        }
    };
}

compound! {
    List: SerializeSeq SerializeTuple, serialize_element;
    List: SerializeTupleStruct SerializeTupleVariant, serialize_field;
    Entries: SerializeStruct SerializeStructVariant, serialize_field;
}

impl SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = match serde_json::to_value(key)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            _ => return Err(Error::custom("a key is text, a number or a truth value")),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.put(key, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}
