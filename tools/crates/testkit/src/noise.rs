/// Pseudo-random numbers that are the same on every machine: xorshift64* with a seed.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// Starts with a seed; 0 becomes 1.
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// The next number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next_number() >> 16) as usize % limit
    }

    /// Bytes that compress about as well as programs: words of a small vocabulary, numbers and raw bytes.
    pub fn bytes(&mut self, size: usize) -> Vec<u8> {
        const WORDS: [&[u8]; 8] = [
            b"library",
            b"\0\0\0\0\0\0\0\0",
            b"/usr/share/doc/",
            b"\x7fELF\x02\x01\x01",
            b"copyright ",
            b"\n",
            b"\x48\x89\xe5\x48\x83\xec",
            b"GLIBC_2.34",
        ];
        let mut bytes = Vec::with_capacity(size + 16);
        while bytes.len() < size {
            match self.below(12) {
                kind @ 0..=7 => bytes.extend_from_slice(WORDS[kind]),
                8 | 9 => bytes.extend_from_slice(self.below(100_000).to_string().as_bytes()),
                _ => bytes.extend_from_slice(&self.next_number().to_le_bytes()),
            }
        }
        bytes.truncate(size);
        bytes
    }
}
