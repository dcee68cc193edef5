//! JSON as answers carry it: what `serde_json` writes, but text is copied by the block.
//!
//! An answer to a search is 14 KB, most of it text, and `serde_json` looks at each byte of that for one
//! that must be escaped. Numbers and the like are left to it, and what is written here is what it
//! writes, byte for byte.

use std::fmt::{self, Display, Write as _};

use serde::{Serialize, Serializer, ser};

use crate::article::plain_run;

/// A document in the bytes of an answer.
pub(crate) fn to_json(document: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    /// Most answers fit.
    const USUAL: usize = 16 * 1024;
    let mut bytes = Vec::with_capacity(USUAL);
    document.serialize(Writer(&mut bytes))?;
    Ok(bytes)
}

/// Writes one value.
struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn scalar(self, value: &impl Serialize) -> Written {
        serde_json::to_writer(self.0, value)
    }

    fn text(self, text: &str) {
        self.0.push(b'"');
        escape_into(text, self.0);
        self.0.push(b'"');
    }

    fn open<'b>(self, begin: &str, end: &'static str) -> Members<'b>
    where
        Self: 'b,
    {
        self.0.extend_from_slice(begin.as_bytes());
        Members { bytes: self.0, end, is_first: true }
    }

    /// An object with one member, up to what stands in it.
    fn variant<'b>(self, name: &str, begin: &str, end: &'static str) -> Members<'b>
    where
        Self: 'b,
    {
        self.0.push(b'{');
        Writer(self.0).text(name);
        self.0.push(b':');
        self.open(begin, end)
    }
}

/// Writes what stands between the quotes.
fn escape_into(text: &str, bytes: &mut Vec<u8>) {
    let is_special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let mut rest = text.as_bytes();
    loop {
        let (plain, others) = rest.split_at(plain_run(rest, is_special));
        bytes.extend_from_slice(plain);
        let Some((special, others)) = others.split_first() else { return };
        match special {
            b'"' => bytes.extend_from_slice(b"\\\""),
            b'\\' => bytes.extend_from_slice(b"\\\\"),
            b'\n' => bytes.extend_from_slice(b"\\n"),
            b'\r' => bytes.extend_from_slice(b"\\r"),
            b'\t' => bytes.extend_from_slice(b"\\t"),
            8 => bytes.extend_from_slice(b"\\b"),
            12 => bytes.extend_from_slice(b"\\f"),
            control => bytes.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
        rest = others;
    }
}

/// Text that is escaped while it is put together.
struct Pieces<'a>(&'a mut Vec<u8>);

impl fmt::Write for Pieces<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        escape_into(piece, self.0);
        Ok(())
    }
}

/// The members of an array or an object, one after another.
struct Members<'a> {
    bytes: &'a mut Vec<u8>,
    end: &'static str,
    is_first: bool,
}

impl Members<'_> {
    fn next(&mut self) -> Writer<'_> {
        if !std::mem::take(&mut self.is_first) {
            self.bytes.push(b',');
        }
        Writer(self.bytes)
    }

    /// Names of fields are identifiers: there is nothing to escape in them.
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
        let bytes = self.next().0;
        bytes.push(b'"');
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b"\":");
        value.serialize(Writer(bytes))
    }

    fn close(self) {
        self.bytes.extend_from_slice(self.end.as_bytes());
    }
}

/// What is no text is left to `serde_json`.
macro_rules! scalars {
    ($($method:ident($type:ty)),* $(,)?) => {
        $(fn $method(self, value: $type) -> Written {
            self.scalar(&value)
        })*
    };
}

type Written = Result<(), serde_json::Error>;

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    scalars! {
        serialize_bool(bool), serialize_char(char), serialize_bytes(&[u8]),
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64), serialize_i128(i128),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_u128(u128),
        serialize_f32(f32), serialize_f64(f64),
    }

    fn serialize_none(self) -> Written {
        self.scalar(&())
    }
    fn serialize_unit(self) -> Written {
        self.scalar(&())
    }
    fn serialize_unit_struct(self, _name: &'static str) -> Written {
        self.scalar(&())
    }

    fn serialize_str(self, value: &str) -> Written {
        self.text(value);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Written {
        self.0.push(b'"');
        write!(Pieces(self.0), "{value}").map_err(ser::Error::custom)?;
        self.0.push(b'"');
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let mut members = self.open("{", "}");
        members.field(variant, value)?;
        members.close();
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.variant(variant, "[", "]}"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, serde_json::Error> {
        Ok(self.variant(variant, "{", "}}"))
    }
}

impl Members<'_> {
    /// The key of a map: text, or what can stand between quotes.
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        let bytes = self.next().0;
        let start = bytes.len();
        key.serialize(Writer(bytes))?;
        match bytes.get(start) {
            Some(b'"') => {}
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
                bytes.insert(start, b'"');
                bytes.push(b'"');
            }
            _ => return Err(ser::Error::custom("key must be a string")),
        }
        Ok(())
    }
}

/// Arrays of all kinds are written alike, and so are objects.
macro_rules! members {
    ($($shape:ident: $method:ident($($name:ident)?)),* $(,)?) => {
        $(impl ser::$shape for Members<'_> {
            type Ok = ();
            type Error = serde_json::Error;
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Written {
                members!(@write self, value $(, $name)?)
            }
            fn end(self) -> Written {
                self.close();
                Ok(())
            }
        })*
    };
    (@write $self:ident, $value:ident) => { $value.serialize($self.next()) };
    (@write $self:ident, $value:ident, $name:ident) => { $self.field($name, $value) };
}

members! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(name),
    SerializeStructVariant: serialize_field(name),
}

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.bytes.push(b':');
        value.serialize(Writer(self.bytes))
    }

    fn end(self) -> Written {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn written(document: &impl Serialize) -> String {
        String::from_utf8(to_json(document).unwrap()).unwrap()
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        Newtype(Option<&'static str>),
        Tuple(i8, char),
        Struct { a: f32, b: () },
    }

    #[derive(Serialize)]
    struct Pair(u64, Vec<u8>);

    #[derive(Serialize)]
    struct Everything {
        shapes: Vec<Shape>,
        pair: Pair,
        by_number: BTreeMap<i32, bool>,
        by_letter: BTreeMap<char, String>,
        nothing: Option<()>,
        #[serde(flatten)]
        more: BTreeMap<&'static str, f64>,
        moment: jiff::Timestamp,
        edges: (f64, f64, f32, i64, u64),
    }

    #[test]
    fn every_shape_is_written_as_serde_json_writes_it() {
        let everything = Everything {
            shapes: vec![
                Shape::Unit,
                Shape::Newtype(Some("\u{1f}\u{7f}\u{2028}</script>\u{10ffff}")),
                Shape::Newtype(None),
                Shape::Tuple(-1, '"'),
                Shape::Struct { a: 0.1, b: () },
            ],
            pair: Pair(u64::MAX, vec![]),
            by_number: BTreeMap::from([(-1, true), (2, false)]),
            by_letter: BTreeMap::from([('"', String::new())]),
            nothing: None,
            more: BTreeMap::from([("x", 1.0)]),
            moment: jiff::Timestamp::UNIX_EPOCH,
            edges: (f64::NAN, 1e300, f32::MIN_POSITIVE, i64::MIN, u64::MAX),
        };
        assert_eq!(written(&everything), serde_json::to_string(&everything).unwrap());
    }

    #[test]
    fn a_key_that_is_no_text_is_refused() {
        let by_list = BTreeMap::from([(vec![1], 1)]);
        assert!(to_json(&by_list).is_err());
        assert!(serde_json::to_string(&by_list).is_err());
    }

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            // What must be escaped, at any place of a block.
            "[a-я\"\\\\\n\u{0}-\u{20}]{0,70}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_document_is_written_as_serde_json_writes_it(document in documents()) {
            prop_assert_eq!(written(&document), serde_json::to_string(&document).unwrap());
        }
    }
}
