//! Numbers as base62 digits `0-9A-Za-z`, big-endian and of a fixed width.
//!
//! No encoding that clients apply changes a character of this alphabet.

use zeroize::{Zeroize, Zeroizing};

/// Encodes a big-endian number. The width fits every number of that many bytes: 11 digits for 8 bytes, 22 for 16.
///
/// Only for ids: it does not wipe its copies, so never pass a secret.
#[must_use]
pub fn encode(number: &[u8]) -> String {
    // A digit holds log2(62), a little more than 5.954 bits.
    let width = number.len() * 8 * 1_000 / 5_954 + 1;
    encode_secret(number, width).as_str().to_owned()
}

/// Decodes a number; `None` if a character is not a digit or the number does not fit in 16 bytes.
#[must_use]
pub fn decode(digits: &str) -> Option<u128> {
    digits.bytes().try_fold(0_u128, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'A'..=b'Z' => digit - b'A' + 10,
            b'a'..=b'z' => digit - b'a' + 36,
            _ => return None,
        };
        number.checked_mul(62)?.checked_add(value.into())
    })
}

/// Decodes 16 bytes; `None` for every text other than the 22 digits that [`encode`] writes for them.
#[must_use]
pub fn decode_id(digits: &str) -> Option<[u8; 16]> {
    if digits.len() != ID_DIGITS {
        return None;
    }
    decode(digits).map(u128::to_be_bytes)
}

/// Encodes a big-endian number with exactly `width` digits, padded with `0` on the left.
///
/// `width` must fit every number of that many bytes: 6 for 4 bytes, 22 for 16, 43 for 32.
pub(crate) fn encode_secret(number: &[u8], width: usize) -> Zeroizing<String> {
    let mut rest = limbs(number);
    let mut digits = vec![b'0'; width];
    for group in digits.rchunks_mut(GROUP_DIGITS) {
        let mut of_group = divide(&mut rest);
        for digit in group.iter_mut().rev() {
            *digit = DIGITS[of_group % DIGITS.len()];
            of_group /= DIGITS.len();
        }
        debug_assert!(of_group == 0, "the width is too small");
    }
    debug_assert!(rest.iter().all(|limb| *limb == 0), "the width is too small");
    let text = digits.iter().copied().map(char::from).collect();
    digits.zeroize();
    Zeroizing::new(text)
}

/// Whether every character is a digit.
pub(crate) fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The same number in 32-bit digits, the highest first.
fn limbs(number: &[u8]) -> Zeroizing<Vec<u32>> {
    let mut limbs: Vec<u32> = number
        .rchunks(4)
        .map(|bytes| bytes.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte)))
        .collect();
    limbs.reverse();
    Zeroizing::new(limbs)
}

/// Divides the number by [`GROUP`] in place and returns the remainder: one pass yields five digits.
fn divide(number: &mut [u32]) -> usize {
    let mut remainder = 0_u64;
    for limb in number {
        let dividend = remainder << 32 | u64::from(*limb);
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is below the divisor")]
        let quotient = (dividend / GROUP) as u32;
        *limb = quotient;
        remainder = dividend % GROUP;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 62^5, which is below 2^30")]
    let remainder = remainder as usize;
    remainder
}

/// 62^5, the highest power below 2^32.
const GROUP: u64 = 916_132_832;
const GROUP_DIGITS: usize = 5;
const ID_DIGITS: usize = 22;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_padded_on_the_left() {
        assert_eq!(*encode_secret(&[0, 0, 0, 0], 6), "000000");
        assert_eq!(*encode_secret(&61_u32.to_be_bytes(), 6), "00000z");
        assert_eq!(*encode_secret(&62_u32.to_be_bytes(), 6), "000010");
    }

    #[test]
    fn the_width_of_an_id_follows_from_its_bytes() {
        for (bytes, width) in [(4, 6), (8, 11), (16, 22), (32, 43)] {
            assert_eq!(encode(&vec![255; bytes]).len(), width);
            assert_eq!(encode(&vec![0; bytes]), "0".repeat(width));
        }
    }

    #[test]
    fn an_encoded_number_decodes_to_itself() {
        for number in [0, 9, 10, 35, 36, 61, 62, u128::from(u64::MAX), u128::MAX] {
            assert_eq!(decode(&encode(&number.to_be_bytes())), Some(number));
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        for number in [0, 61, u128::MAX] {
            let bytes = number.to_be_bytes();
            let digits = encode(&bytes);
            assert_eq!(decode_id(&digits), Some(bytes));
            assert_eq!((decode_id(&format!("0{digits}")), decode_id(&digits[1..])), (None, None));
        }
        assert_eq!(decode_id("7n42DGM5Tflk9n8mt7Fhc8"), None, "it does not fit in 16 bytes");
    }

    #[test]
    fn a_text_that_is_not_a_number_of_16_bytes_is_rejected() {
        for text in ["7n42DGM5Tflk9n8mt7Fhc8", "zzzzzzzzzzzzzzzzzzzzzz", "-", "0 ", "\u{e9}", "_"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn the_largest_numbers_fit_their_width() {
        assert_eq!(*encode_secret(&u32::MAX.to_be_bytes(), 6), "4gfFC3");
        assert_eq!(*encode_secret(&[255; 16], 22), "7n42DGM5Tflk9n8mt7Fhc7");
        assert_eq!(encode_secret(&[255; 32], 43).len(), 43);
    }
}
