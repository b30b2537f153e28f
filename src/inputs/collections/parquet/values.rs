//! Values of leaves as JSON: what a record can keep.

use std::fmt::Display;

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::Type;
use serde_json::{Number, Value};

/// What a leaf holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Signed,
    Unsigned,
    Float,
    Half,
    Text,
    Uuid,
    /// With this number of digits after the point.
    Decimal(u32),
    /// Days since 1970.
    Date,
    /// Since midnight, in this many nanoseconds.
    Time(i64),
    /// Since 1970, in this many nanoseconds; whether it is in UTC.
    Timestamp(i64, bool),
}

/// The most digits of a decimal, whose number has 16 bytes then.
const MOST_DIGITS: u32 = 38;

impl Kind {
    /// What a leaf of the schema holds; `None` if it is bytes without a meaning that is known.
    pub(super) fn of(leaf: &Type) -> Option<Self> {
        let info = leaf.get_basic_info();
        let physical = leaf.get_physical_type();
        let is_bytes = matches!(physical, Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY);
        let logical = info.logical_type_ref();
        let precision = leaf.get_precision().unsigned_abs();
        if let Some(annotated) = logical.map_or_else(|| Self::converted(leaf), Self::logical) {
            let holds = match annotated {
                Self::Text => physical == Physical::BYTE_ARRAY,
                Self::Half | Self::Uuid => physical == Physical::FIXED_LEN_BYTE_ARRAY,
                Self::Decimal(scale) => {
                    scale.max(precision) <= MOST_DIGITS && physical != Physical::BYTE_ARRAY
                }
                _ => !is_bytes,
            };
            return holds.then_some(annotated);
        }
        match physical {
            Physical::BOOLEAN => Some(Self::Boolean),
            Physical::INT32 | Physical::INT64 => Some(Self::Signed),
            // Only timestamps are written in 96 bits.
            Physical::INT96 => Some(Self::Timestamp(1, false)),
            Physical::FLOAT | Physical::DOUBLE => Some(Self::Float),
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => None,
        }
    }

    /// Why a leaf has no kind.
    pub(super) fn fault(leaf: &Type) -> String {
        let others = "numbers, times and texts can be kept, and lists and structs of them";
        let digits = leaf.get_precision();
        match leaf.get_basic_info().converted_type() {
            ConvertedType::DECIMAL if digits.unsigned_abs() > MOST_DIGITS => {
                format!("has decimals of {digits} digits; those of up to {MOST_DIGITS} can be kept")
            }
            ConvertedType::INTERVAL => format!("holds intervals; {others}"),
            _ => format!("holds bytes; {others}"),
        }
    }

    fn logical(logical: &LogicalType) -> Option<Self> {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => Some(Self::Text),
            LogicalType::Uuid => Some(Self::Uuid),
            LogicalType::Float16 => Some(Self::Half),
            LogicalType::Decimal(decimal) => decimal.scale.try_into().ok().map(Self::Decimal),
            LogicalType::Date => Some(Self::Date),
            LogicalType::Time(time) => Some(Self::Time(nanoseconds(time.unit))),
            LogicalType::Timestamp(time) => {
                Some(Self::Timestamp(nanoseconds(time.unit), time.is_adjusted_to_u_t_c))
            }
            LogicalType::Integer(integer) if !integer.is_signed => Some(Self::Unsigned),
            _ => None,
        }
    }

    /// The annotations of files that are older than logical types.
    fn converted(leaf: &Type) -> Option<Self> {
        match leaf.get_basic_info().converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Some(Self::Text),
            ConvertedType::DECIMAL => leaf.get_scale().try_into().ok().map(Self::Decimal),
            ConvertedType::DATE => Some(Self::Date),
            ConvertedType::TIME_MILLIS => Some(Self::Time(1_000_000)),
            ConvertedType::TIME_MICROS => Some(Self::Time(1000)),
            ConvertedType::TIMESTAMP_MILLIS => Some(Self::Timestamp(1_000_000, true)),
            ConvertedType::TIMESTAMP_MICROS => Some(Self::Timestamp(1000, true)),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Some(Self::Unsigned),
            _ => None,
        }
    }

    pub(super) fn int32(self, number: i32) -> Value {
        match self {
            Self::Unsigned => number.cast_unsigned().into(),
            _ => self.int64(number.into()),
        }
    }

    /// A date or time that the calendar does not have stays a number.
    pub(super) fn int64(self, number: i64) -> Value {
        let text = match self {
            Self::Unsigned => return number.cast_unsigned().into(),
            Self::Decimal(scale) => Some(decimal(number.into(), scale)),
            Self::Date => date(number),
            Self::Time(unit) => time(number, unit),
            Self::Timestamp(unit, is_utc) => timestamp(i128::from(number) * i128::from(unit), is_utc),
            _ => None,
        };
        text.map_or_else(|| number.into(), Value::String)
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Value {
        match self {
            Self::Decimal(scale) => {
                let fill = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
                let number = bytes.iter().fold(fill, |number: i128, byte| number << 8 | i128::from(*byte));
                decimal(number, scale).into()
            }
            Self::Half => match bytes {
                [low, high] => float(half::f16::from_le_bytes([*low, *high])),
                _ => Value::Null,
            },
            Self::Uuid => {
                let digits = bytes.iter().fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
                let digits = format!("{digits:032x}");
                [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]).join("-").into()
            }
            _ => String::from_utf8_lossy(bytes).into(),
        }
    }
}

/// A number as its shortest decimal text, so that 0.1 is 0.1 in either precision. JSON has no infinity and no NaN, which become strings.
pub(super) fn float(number: impl Display) -> Value {
    let text = number.to_string();
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map_or_else(|| text.into(), Value::Number)
}

/// A timestamp of 96 bits: nanoseconds since midnight, then the Julian day.
pub(super) fn int96(words: &[u32]) -> Value {
    let [low, high, day] = words else { return Value::Null };
    let of_day = i128::from(*high) << 32 | i128::from(*low);
    let nanoseconds = (i128::from(*day) - 2_440_588) * 86_400_000_000_000 + of_day;
    timestamp(nanoseconds, false).unwrap_or_else(|| nanoseconds.to_string()).into()
}

/// Nanoseconds since 1970.
fn timestamp(nanoseconds: i128, is_utc: bool) -> Option<String> {
    let seconds = nanoseconds.div_euclid(1_000_000_000).try_into().ok()?;
    let rest = nanoseconds.rem_euclid(1_000_000_000).try_into().ok()?;
    let time = DateTime::from_timestamp(seconds, rest)?.naive_utc();
    Some(format!("{}{}", time.format("%Y-%m-%dT%H:%M:%S%.f"), if is_utc { "Z" } else { "" }))
}

fn nanoseconds(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000_000,
        TimeUnit::MICROS => 1000,
        TimeUnit::NANOS => 1,
    }
}

fn date(days: i64) -> Option<String> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let distance = Days::new(days.unsigned_abs());
    let date = if days < 0 { epoch.checked_sub_days(distance) } else { epoch.checked_add_days(distance) };
    Some(date?.to_string())
}

fn time(number: i64, unit: i64) -> Option<String> {
    let nanoseconds = number.checked_mul(unit)?;
    let seconds = u32::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
    Some(NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest)?.format("%H:%M:%S%.f").to_string())
}

/// `-1.50` for -150 of scale 2.
fn decimal(number: i128, scale: u32) -> String {
    let scale = scale as usize;
    let digits = format!("{:0width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if number < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use parquet::schema::parser::parse_message_type;
    use serde_json::json;

    use super::*;

    #[test]
    fn integers() {
        assert_eq!(Kind::Signed.int32(-1), json!(-1));
        assert_eq!(Kind::Unsigned.int32(-1), json!(u32::MAX));
        assert_eq!(Kind::Unsigned.int64(-1), json!(u64::MAX));
        assert_eq!(Kind::Signed.int64(i64::MIN), json!(i64::MIN));
    }

    #[test]
    fn what_has_no_kind_is_named() {
        let fault = |leaf: &str| {
            let schema = parse_message_type(&format!("message m {{ {leaf} }}")).unwrap();
            let leaf = &schema.get_fields()[0];
            assert_eq!(Kind::of(leaf), None);
            Kind::fault(leaf)
        };
        let decimals = "required fixed_len_byte_array(21) a (DECIMAL(50, 2));";
        assert_eq!(fault(decimals), "has decimals of 50 digits; those of up to 38 can be kept");
        let interval = "required fixed_len_byte_array(12) a (INTERVAL);";
        assert!(fault(interval).starts_with("holds intervals; numbers, "));
        assert!(fault("required binary a;").starts_with("holds bytes; numbers, "));
    }

    #[test]
    fn decimals() {
        for (number, scale, text) in
            [(150, 2, "1.50"), (-150, 2, "-1.50"), (5, 3, "0.005"), (-5, 0, "-5"), (0, 1, "0.0")]
        {
            assert_eq!(Kind::Decimal(scale).int64(number), json!(text));
        }
        assert_eq!(Kind::Decimal(1).bytes(&[0xff, 0x85]), json!("-12.3"));
        assert_eq!(Kind::Decimal(0).bytes(&[0x7f; 16]), json!((i128::from_be_bytes([0x7f; 16])).to_string()));
        assert_eq!(Kind::Decimal(0).bytes(&[]), json!("0"));
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(Kind::Date.int32(-1), json!("1969-12-31"));
        assert_eq!(Kind::Date.int32(i32::MAX), json!(i32::MAX));
        assert_eq!(Kind::Time(1000).int64(3_723_500_000), json!("01:02:03.500"));
        assert_eq!(Kind::Time(1).int64(-1), json!(-1));
        let stamp = |unit, is_utc, number| Kind::Timestamp(unit, is_utc).int64(number);
        assert_eq!(stamp(1_000_000, true, 1_700_000_000_000), json!("2023-11-14T22:13:20Z"));
        assert_eq!(stamp(1, false, -1), json!("1969-12-31T23:59:59.999999999"));
        assert_eq!(stamp(1_000_000, true, i64::MAX), json!(i64::MAX));
        assert_eq!(int96(&[1_000_000_000, 0, 2_440_589]), json!("1970-01-02T00:00:01"));
    }

    #[test]
    fn other_values() {
        assert_eq!(float(0.1f32), json!(0.1));
        assert_eq!(float(-2.5f64), json!(-2.5));
        assert_eq!([float(f32::NAN), float(f64::NEG_INFINITY)], [json!("NaN"), json!("-inf")]);
        assert_eq!(Kind::Half.bytes(&[0x00, 0x3e]), json!(1.5));
        assert_eq!(Kind::Text.bytes(b"gr\xc3\xbcn\xff"), json!("grün\u{fffd}"));
        let uuid: Vec<u8> = (0..16).collect();
        assert_eq!(Kind::Uuid.bytes(&uuid), json!("00010203-0405-0607-0809-0a0b0c0d0e0f"));
    }
}
