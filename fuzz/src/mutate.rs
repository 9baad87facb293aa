//! Inputs from seeds: changed bits, numbers, words of the format, pieces taken out, repeated or from another seed.

use fastrand::Rng;

use crate::targets::Target;

/// No input is longer: what a small input can do is what is asked.
const MAX_INPUT: usize = 64 * 1024;

/// Numbers at the edges of types and formats.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "00",
    "08",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "77777777777",
    "1e309",
    "0x10",
    "1.5",
    "99999999999999999999999999",
];

/// Text that is often read wrongly.
const TEXTS: &[&str] = &[
    "\0",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\t",
    "/",
    "..",
    "../",
    "//",
    "\"",
    "'",
    "\\",
    "\u{feff}",
    "\u{a0}",
    "é",
    "\u{202e}",
    "\u{1f600}",
    "%00",
    "%",
    "$",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "(",
    ")",
    ",",
    ":",
    ";",
    "=",
    "|",
    "*",
    "#",
    "~",
    "^",
    "+",
    "-",
    "@",
    "!",
    "null",
];

/// Makes the inputs of a run, always the same ones for a seed number.
pub(crate) struct Mutator<'a> {
    seeds: &'a [Vec<u8>],
    target: &'a Target,
    random: Rng,
    given: usize,
}

impl<'a> Mutator<'a> {
    /// Of a target's seeds.
    pub(crate) fn new(seeds: &'a [Vec<u8>], target: &'a Target, seed: u64) -> Self {
        // Targets get different inputs from one number.
        let name = target.name.bytes().fold(seed, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Self {
            seeds,
            target,
            random: Rng::with_seed(name),
            given: 0,
        }
    }

    /// First each seed and the empty input, unchanged, then changed ones.
    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        self.given += 1;
        match self.seeds.get(self.given - 1) {
            Some(seed) => return seed.clone(),
            None if self.given - 1 == self.seeds.len() => return Vec::new(),
            None => {}
        }
        let mut input = self.seed().to_vec();
        // Most inputs differ little from their seed, so that the parser goes far.
        let changes = 1 << self.random.u32(0..5);
        let changes = self.random.u32(1..=changes);
        for _ in 0..changes {
            self.change(&mut input);
            input.truncate(MAX_INPUT);
        }
        if self.random.u32(0..4) > 0 {
            (self.target.repair)(&mut input);
        }
        input
    }

    fn seed(&mut self) -> &'a [u8] {
        let at = self.random.usize(0..self.seeds.len());
        &self.seeds[at]
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.usize(0..=input.len());
        let most = 1 << random.u32(0..10);
        let end = (at + random.usize(0..=most)).min(input.len());
        match random.u32(0..14) {
            0 | 1 => {
                if let Some(byte) = input.get_mut(at) {
                    let bit = random.u32(0..8);
                    *byte ^= 1 << bit;
                }
            }
            2 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = random.u8(..);
                }
            }
            3 => {
                input.drain(at..end);
            }
            4 => {
                let times = 1 << random.u32(0..12);
                let piece = input[at..end].repeat(times.min(MAX_INPUT / (end - at).max(1)));
                insert(input, at, &piece);
            }
            5 => {
                let other = self.seed();
                let random = &mut self.random;
                let from = random.usize(0..=other.len());
                let to = random.usize(from..=other.len());
                insert(input, at, &other[from..to]);
            }
            6 => input.truncate(at),
            7 | 8 => self.number(input, at),
            9 => {
                // A number in binary, as wide as formats have them.
                let value = [
                    0,
                    1,
                    u64::MAX,
                    1 << 31,
                    1 << 63,
                    u64::from(u32::MAX),
                    random.u64(..),
                ][random.usize(0..7)];
                let wide = [2, 4, 8][random.usize(0..3)];
                let bytes = if random.bool() {
                    value.to_le_bytes()
                } else {
                    value.rotate_left(64 - 8 * wide as u32).to_be_bytes()
                };
                for (place, byte) in input[at..].iter_mut().zip(&bytes[..wide]) {
                    *place = *byte;
                }
            }
            10 | 11 if !self.target.words.is_empty() => {
                let word = self.target.words[random.usize(0..self.target.words.len())];
                insert(input, at, word.as_bytes());
            }
            12 => {
                let piece = input[at..end].to_vec();
                let to = random.usize(0..=input.len());
                insert(input, to, &piece);
            }
            _ => insert(input, at, TEXTS[random.usize(0..TEXTS.len())].as_bytes()),
        }
    }

    /// Puts another number in place of the next one in the text, or anywhere.
    fn number(&mut self, input: &mut Vec<u8>, at: usize) {
        let number = NUMBERS[self.random.usize(0..NUMBERS.len())].as_bytes();
        let start = input[at..]
            .iter()
            .position(u8::is_ascii_digit)
            .map_or(at, |digit| at + digit);
        let digits = input[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        input.splice(start..start + digits, number.iter().copied());
    }
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let piece = &piece[..piece.len().min(MAX_INPUT)];
    input.splice(at..at, piece.iter().copied());
}
