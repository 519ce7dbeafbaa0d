//! Purpose: says whether an edit would change anything.

use serde_json::Value;

/// A short text that is equal for equal bodies, whatever the order of their fields, on every machine and version
/// (FNV-1a, 64 bits). What only a creation carries does not count.
pub fn digest(body: &Value) -> String {
    let mut hash = Fnv(0xCBF2_9CE4_8422_2325);
    hash.value(&super::for_edit(body.clone()));
    format!("{:016x}", hash.0)
}

struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
        // Ends what may have any length, so that neighbours cannot swap characters.
        self.0 = (self.0 ^ 0xFF).wrapping_mul(0x0100_0000_01B3);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => self.bytes(value.to_string().as_bytes()),
            Value::String(text) => {
                self.bytes(b"\"");
                self.bytes(text.as_bytes());
            }
            Value::Array(items) => {
                self.bytes(b"[");
                for item in items {
                    self.value(item);
                }
                self.bytes(b"]");
            }
            Value::Object(fields) => {
                self.bytes(b"{");
                let mut names: Vec<&String> = fields.keys().collect();
                names.sort();
                for name in names {
                    self.bytes(name.as_bytes());
                    if let Some(field) = fields.get(name) {
                        self.value(field);
                    }
                }
                self.bytes(b"}");
            }
        }
    }
}
