//! A table on a terminal: as many columns as it has room for.

use std::io::{self, Write};

/// A column of a table over `T`.
pub(super) struct Column<T> {
    pub title: &'static str,
    /// Characters.
    pub width: usize,
    /// A narrow table leaves out the columns of the lowest rank first.
    pub rank: usize,
    pub value: fn(&T) -> String,
}

/// A table with the name of every row on the left.
pub(super) struct Table<T: 'static> {
    columns: Vec<&'static Column<T>>,
    name_width: usize,
}

impl<T> Table<T> {
    /// The columns that fit beside names of this width into `room` characters. Those in `constant` go first, by title: each of
    /// them has one value in the whole table.
    pub(super) fn new(
        columns: &'static [Column<T>],
        constant: &[&str],
        name_width: usize,
        room: usize,
    ) -> Self {
        let mut columns: Vec<_> = columns.iter().collect();
        let rank = |column: &Column<T>| (!constant.contains(&column.title), column.rank);
        while name_width + columns.iter().map(|column| column.width + 1).sum::<usize>() > room {
            let Some(first) = columns.iter().map(|column| rank(column)).min() else { break };
            columns.retain(|column| rank(column) != first);
        }
        Self { columns, name_width }
    }

    pub(super) fn header(&self, name: &str, output: &mut impl Write) -> io::Result<()> {
        self.line(name, self.columns.iter().map(|column| column.title.to_owned()), output)
    }

    pub(super) fn row(&self, name: &str, row: &T, output: &mut impl Write) -> io::Result<()> {
        self.line(name, self.columns.iter().map(|column| (column.value)(row)), output)
    }

    fn line(
        &self,
        name: &str,
        values: impl Iterator<Item = String>,
        output: &mut impl Write,
    ) -> io::Result<()> {
        write!(output, "{name:0$}", self.name_width)?;
        for (column, value) in self.columns.iter().zip(values) {
            write!(output, " {value:>0$}", column.width)?;
        }
        writeln!(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<usize>] = &[
        Column { title: "one", width: 3, rank: 2, value: |row| row.to_string() },
        Column { title: "double", width: 6, rank: 1, value: |row| (2 * row).to_string() },
        Column { title: "square", width: 6, rank: 3, value: |row| (row * row).to_string() },
    ];

    fn shown(constant: &[&str], room: usize) -> String {
        let table = Table::new(COLUMNS, constant, 5, room);
        let mut text = Vec::new();
        table.header("name", &mut text).unwrap();
        table.row("a", &7, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn columns_leave_by_rank() {
        assert_eq!(shown(&[], 23), "name  one double square\na       7     14     49\n");
        assert_eq!(shown(&[], 22), "name  one square\na       7     49\n");
        assert_eq!(shown(&[], 15), "name  square\na         49\n");
        assert_eq!(shown(&[], 0), "name \na    \n");
    }

    #[test]
    fn a_column_with_one_value_leaves_first() {
        assert_eq!(shown(&["square"], 22), "name  one double\na       7     14\n");
        assert_eq!(shown(&["square"], 23), shown(&[], 23), "but not where there is room");
    }
}
