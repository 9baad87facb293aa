//! The number of dynamic symbols. No field states it; the loader does not need it either.

use object::elf::{DynamicTag, DT_MIPS_SYMTABNO};
use object::elf::{DT_GNU_HASH, DT_HASH, EM_ALPHA, EM_MIPS, EM_S390};

use crate::File;

/// The number of dynamic symbols, from the table that the loader searches; `None` if the file has none or it is damaged.
pub(crate) fn symbol_count(file: &File<'_>) -> Option<u64> {
    let table = |tag: DynamicTag| file.values(tag).next();
    if let Some(table) = table(DT_GNU_HASH) {
        return of_gnu_hash(file, file.offset(table)?);
    }
    if let Some(table) = table(DT_HASH) {
        return of_hash(file, file.offset(table)?);
    }
    table(DT_MIPS_SYMTABNO).filter(|_| file.header().machine == EM_MIPS)
}

/// The numbers of buckets and of chains; there is a chain for each symbol. Their size depends on the architecture.
fn of_hash(file: &File<'_>, table: u64) -> Option<u64> {
    let header = file.header();
    if header.wide && matches!(header.machine, EM_S390 | EM_ALPHA) {
        let halves = [file.word(table, 8)?, file.word(table, 12)?].map(u64::from);
        let [high, low] = if header.machine == EM_S390 {
            halves
        } else {
            [halves[1], halves[0]]
        };
        return Some(high << 32 | low);
    }
    file.word(table, 4).map(u64::from)
}

/// GNU's table sorts the symbols by bucket, so the last symbol is in the chain of the highest bucket. Symbols that it
/// does not contain come first: they are undefined or local.
fn of_gnu_hash(file: &File<'_>, table: u64) -> Option<u64> {
    let field = |at: u64| file.word(table, at);
    let (buckets, first, bloom) = (field(0)?, field(4)?, u64::from(field(8)?));
    let word = if file.header().wide { 8 } else { 4 };
    let start = 16 + bloom * word;
    let chains = start + u64::from(buckets) * 4;
    // Reading the last bucket first proves that all of them are in the file.
    if buckets > 0 {
        field(chains - 4)?;
    }
    let heads = (0..u64::from(buckets)).map(|bucket| field(start + bucket * 4));
    let mut last = heads.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    if last < first {
        return Some(first.into());
    }
    // The lowest bit marks the end of a chain.
    while field(chains + u64::from(last - first) * 4)? & 1 == 0 {
        last = last.checked_add(1)?;
    }
    Some(u64::from(last) + 1)
}
