//! The forms of numbers that both readers have.

use super::reading::Reading;

pub(super) fn integer(text: &str, radix: u32) -> Reading {
    i64::from_str_radix(text, radix).map_or(Reading::Beyond, Reading::Int)
}

pub(super) fn is_digits(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_digit(radix))
}

/// Tells whether the text is a decimal number with an optional sign, fraction and exponent:
/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, which both readers have.
pub(super) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits =
        exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), 10));
    let mantissa_fits = match mantissa.split_once('.') {
        None => is_digits(mantissa, 10),
        Some(("", fraction)) => is_digits(fraction, 10),
        Some((whole, fraction)) => is_digits(whole, 10) && (fraction.is_empty() || is_digits(fraction, 10)),
    };
    mantissa_fits && exponent_fits
}
