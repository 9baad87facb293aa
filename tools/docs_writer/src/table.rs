//! Markdown tables.

/// A table: a row of titles, then rows with the same number of cells.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The first title is that of the column with the row names.
    pub(crate) fn new(titles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let titles = titles.into_iter().map(Into::into).collect();
        Self { rows: vec![titles] }
    }

    pub(crate) fn row(
        &mut self,
        name: impl Into<String>,
        cells: impl IntoIterator<Item = impl Into<String>>,
    ) {
        let mut row = vec![name.into()];
        row.extend(cells.into_iter().map(Into::into));
        self.rows.push(row);
    }

    /// Adds a row, unless all its cells are empty.
    pub(crate) fn row_if_any(&mut self, name: &str, cells: Vec<String>) {
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.row(name, cells);
        }
    }

    /// The table in Markdown, followed by an empty line.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        for (position, row) in self.rows.iter().enumerate() {
            let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            text += &format!("| {} |\n", cells.join(" | "));
            if position == 0 {
                text += &format!("|{}\n", " --- |".repeat(row.len()));
            }
        }
        text + "\n"
    }
}

/// Words as inline code: `` `a` `b` ``.
pub(crate) fn code<'a>(words: impl IntoIterator<Item = &'a String>) -> String {
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_in_a_cell_is_escaped() {
        let mut table = Table::new(["", "Debian 12"]);
        table.row("a", ["x|y"]);
        table.row_if_any("none", vec![String::new()]);
        assert_eq!(
            table.markdown(),
            "|  | Debian 12 |\n| --- | --- |\n| a | x\\|y |\n\n"
        );
    }
}
