//! Purpose: types that the database holds as one text, each as one table: `inc:8`, `page:3:direct`, `ack_timeout`.

use crate::{IncidentId, PageId, PageVia};

/// What stands behind the name in a key.
pub(crate) trait Part: Sized {
    /// Takes it from the front of what is left; none when it is not there.
    fn take(rest: &mut Option<&str>) -> Option<Self>;
}

/// Everything up to the next colon.
fn next<'a>(rest: &mut Option<&'a str>) -> Option<&'a str> {
    let text = rest.take()?;
    match text.split_once(':') {
        Some((first, left)) => {
            *rest = Some(left);
            Some(first)
        }
        None => Some(text),
    }
}

impl Part for u32 {
    fn take(rest: &mut Option<&str>) -> Option<Self> {
        next(rest)?.parse().ok()
    }
}

impl Part for IncidentId {
    fn take(rest: &mut Option<&str>) -> Option<Self> {
        u32::take(rest).map(Self)
    }
}

impl Part for PageId {
    fn take(rest: &mut Option<&str>) -> Option<Self> {
        u32::take(rest).map(Self)
    }
}

impl Part for PageVia {
    fn take(rest: &mut Option<&str>) -> Option<Self> {
        Self::parse(next(rest)?)
    }
}

/// A name may hold anything, so it is the last part.
impl Part for String {
    fn take(rest: &mut Option<&str>) -> Option<Self> {
        rest.take().map(str::to_owned)
    }
}

/// The table of a type's keys: a name for each variant, and after it what the variant holds. Writes and reads them, also for serde.
/// A variant without a row does not compile.
macro_rules! keys {
    ($type:ident, $none:ident, $what:literal, { $($variant:ident $(($($part:ident),+))? = $name:literal,)+ }) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant $(($($part),+))? => {
                        f.write_str($name)?;
                        $($(write!(f, ":{}", $part)?;)+)?
                    })+
                }
                Ok(())
            }
        }

        #[doc = concat!("A text that is no ", $what, ".")]
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[error("`{0}` is no {what}", what = $what)]
        pub struct $none(String);

        impl std::str::FromStr for $type {
            type Err = $none;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let (name, mut rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
                let mut read = || match name {
                    $($name => Some(Self::$variant $(($({
                        let $part = $crate::key::Part::take(&mut rest)?;
                        $part
                    }),+))?),)+
                    _ => None,
                };
                let found = read();
                found.filter(|_| rest.is_none()).ok_or_else(|| $none(text.to_owned()))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// The table of a type's names: all of its variants, each written and read by one name.
macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal,)+ }) => {
        impl $type {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Name in the database, in keys, and for programs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Reads the name; none for one of a newer version.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|known| known.as_str() == name)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use {keys, names};
