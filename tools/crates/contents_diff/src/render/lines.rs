//! Lines with columns.

/// Rows of columns that are aligned, with an indentation; no line ends with a blank.
pub(super) fn table(indent: usize, rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (cell, width) in row.iter().zip(&widths) {
            if *width > 0 {
                line.push_str(&format!("{cell:width$}  "));
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The first items, and how many more there are.
pub(super) fn first<T>(items: &[T], most: usize) -> (&[T], usize) {
    let shown = &items[..items.len().min(most)];
    (shown, items.len() - shown.len())
}
